//! Notifications of events, written in the transaction of the operation that causes them. [`Event`] lists the events.

mod events;

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

pub use events::{Audience, Event, Template};

use super::context::OpContext;
use crate::base::{Result, Timestamp};
use crate::db::Conn;
use crate::model::{Notification, NotificationId, UserId};
use crate::repo::notifications;

/// How long a notification is shown by default: 30 days.
pub const EXPIRY: Duration = Duration::from_secs(30 * 86_400);

/// The placeholder with the id of an event's subject.
const ID: &str = "id";

/// The maximum length of a quoted text, such as a message's preview or a title, in characters.
const MAX_PREVIEW: usize = 100;

/// Creates the notifications of an event. `client` is the user that its templates for `Client` address. `values` fill
/// the placeholders of titles, texts and links, and are stored in the notification's data.
pub async fn announce(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    event: Event,
    client: Option<&UserId>,
    values: &[(&str, &str)],
) -> Result<()> {
    announce_with_labels(conn, ctx, event, client, values, &[]).await
}

/// Creates the notifications of an event like [`announce`]. Titles and texts show `labels` in place of values: people
/// read `est en cours de correction`, while the data has `EN_COURS`.
pub async fn announce_with_labels(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    event: Event,
    client: Option<&UserId>,
    values: &[(&str, &str)],
    labels: &[(&str, &str)],
) -> Result<()> {
    let placeholders = Placeholders { values, labels };
    for template in event.templates() {
        match template.audience {
            Audience::Admins => {
                // The row's user is a placeholder: the statement inserts one row for each administrator.
                let row = row(ctx, event, template, &ctx.new_id::<UserId>(), &placeholders);
                notifications::add_for_admins(conn, &row).await?;
            }
            Audience::Client => {
                if let Some(client) = client {
                    notifications::add_for_user(conn, &row(ctx, event, template, client, &placeholders)).await?;
                }
            }
        }
    }
    Ok(())
}

/// The values of an event's placeholders, and the labels that people read in place of some of them.
struct Placeholders<'a> {
    values: &'a [(&'a str, &'a str)],
    labels: &'a [(&'a str, &'a str)],
}

impl Placeholders<'_> {
    /// Returns the text that titles and texts show for a placeholder; an empty one if the event does not have it.
    fn text(&self, name: &str) -> &str {
        value_of(self.labels, name).or_else(|| value_of(self.values, name)).unwrap_or_default()
    }
}

fn value_of<'a>(values: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

fn row(
    ctx: &OpContext<'_>,
    event: Event,
    template: &Template,
    user: &UserId,
    placeholders: &Placeholders<'_>,
) -> Notification {
    let mut data = Map::from_iter([("event".to_owned(), Value::from(event.key()))]);
    data.extend(placeholders.values.iter().map(|(name, value)| {
        // A truncated id would be useless.
        let value = if *name == ID { (*value).to_owned() } else { preview(value) };
        ((*name).to_owned(), value.into())
    }));
    Notification {
        id: ctx.new_id::<NotificationId>(),
        user_id: user.clone(),
        title: fill(template.title, |name| preview(placeholders.text(name))),
        message: fill(template.message, |name| preview(placeholders.text(name))),
        r#type: template.r#type.clone(),
        priority: template.priority.clone(),
        data: Some(Value::Object(data).into()),
        action_url: link(template.link, placeholders.values),
        is_read: false,
        is_deleted: false,
        read_at: None,
        expires_at: Some(expiry(ctx.now)),
        created_at: ctx.now,
        updated_at: ctx.now,
    }
}

/// Returns the time when a notification created now expires by default.
pub fn expiry(now: Timestamp) -> Timestamp {
    now.plus(EXPIRY)
}

/// Replaces each placeholder of a text by the result of `value` for its name.
fn fill(text: &str, value: impl Fn(&str) -> String) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = tail.split_once('}').unwrap_or((tail, ""));
        filled.push_str(&value(name));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// The maximum length of a link in characters, which is its column's.
const MAX_LINK: usize = 500;

/// The characters to escape in a link: all but unreserved ones.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Returns the address that a click opens; None if the template has none or if the address would be too long. Values
/// are percent-encoded, so that each is one segment of the address.
fn link(text: &str, values: &[(&str, &str)]) -> Option<String> {
    let link = fill(text, |name| utf8_percent_encode(value_of(values, name).unwrap_or_default(), ESCAPED).to_string());
    (1..=MAX_LINK).contains(&link.len()).then_some(link)
}

/// Shortens a text to a hundred characters and an ellipsis.
fn preview(text: &str) -> String {
    match text.char_indices().nth(MAX_PREVIEW) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Event, Placeholders, fill, link, preview};
    use crate::base::{TaxRegime, TextEnum, format_date_time, format_euros};
    use crate::model::view::ConsultationStatus;
    use crate::model::*;

    fn text(pattern: &str, values: &[(&str, &str)], labels: &[(&str, &str)]) -> String {
        let placeholders = Placeholders { values, labels };
        fill(pattern, |name| preview(placeholders.text(name)))
    }

    #[test]
    fn placeholders_are_filled_once_and_values_are_no_placeholders() {
        let values = [("nom", "{id} Zoé"), ("id", "7")];
        assert_eq!(text("{nom} a écrit", &values, &[]), "{id} Zoé a écrit");
        assert_eq!(text("/admin/{id}{autre}", &values, &[]), "/admin/7");
        assert_eq!(text("{nom} {statut}", &[("nom", "Zoé"), ("statut", "LU")], &[("statut", "a lu")]), "Zoé a lu");
    }

    /// Returns every known value of an enum.
    fn all<T: TextEnum>() -> impl Iterator<Item = T> {
        T::VALUES.iter().filter_map(|value| T::from_variant(value))
    }

    /// Returns every value of every enum whose values are no French words in lower case.
    fn enum_values() -> BTreeSet<&'static str> {
        let lists = [
            AuditSeverity::VALUES,
            AuditTargetType::VALUES,
            BillingKind::VALUES,
            BillingSeries::VALUES,
            ConsultationStatus::VALUES,
            FileType::VALUES,
            InvoiceStatus::VALUES,
            MessageStatut::VALUES,
            MessageType::VALUES,
            NotificationPriority::VALUES,
            NotificationType::VALUES,
            PageStatus::VALUES,
            PageType::VALUES,
            PaymentOutcome::VALUES,
            PaymentStatus::VALUES,
            Priorite::VALUES,
            ProjectStatus::VALUES,
            Role::VALUES,
            StatutCommande::VALUES,
            SupportCategory::VALUES,
            TicketEventKind::VALUES,
            SupportPriority::VALUES,
            SupportRequestStatus::VALUES,
            TaxRegime::VALUES,
        ];
        lists.into_iter().flatten().copied().collect()
    }

    /// Returns the texts that an event's placeholder can show.
    fn values(event: Event, name: &str) -> Vec<String> {
        match (event, name) {
            (Event::StatusChanged, "statut") => all::<StatutCommande>().map(|it| it.phrase().into_owned()).collect(),
            (Event::ConsultationProcessed, "statut") => {
                let pending = ConsultationStatus::Pending;
                let all = [pending].into_iter().chain(pending.next().iter().copied()).chain([ConsultationStatus::Done]);
                all.map(|it| it.phrase().to_owned()).collect()
            }
            (
                Event::TicketStatusChanged
                | Event::TicketClosedByClient
                | Event::TicketReopened
                | Event::TicketReopenedUnassigned,
                "statut",
            ) => all::<SupportRequestStatus>().map(|it| it.phrase().into_owned()).collect(),
            (Event::TicketAssigned, "priorite") => {
                all::<SupportPriority>().map(|it| it.phrase().into_owned()).collect()
            }
            (Event::PaymentUnclear, "raison") => all::<PaymentOutcome>().map(|it| it.phrase().into_owned()).collect(),
            (_, "montant") => vec![format_euros(46_800), "Montant inconnu".to_owned()],
            (Event::Consultation | Event::ConsultationProcessed, "date") => {
                vec![format_date_time(chrono_tz::Europe::Paris, "2026-12-03T13:30:00Z".parse().unwrap())]
            }
            (_, "titre" | "prenom" | "nom" | "email" | "apercu" | "sujet" | "fichier" | "id") => vec!["Zoé".to_owned()],
            _ => panic!("this test has no values for {name} of {event:?}"),
        }
    }

    /// Returns a template's text with each combination of values.
    fn fillings(event: Event, pattern: &str) -> Vec<String> {
        let names: Vec<&str> = pattern.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        names.into_iter().fold(vec![pattern.to_owned()], |texts, name| {
            let values = values(event, name);
            texts.iter().flat_map(|text| values.iter().map(|it| text.replace(&format!("{{{name}}}"), it))).collect()
        })
    }

    #[test]
    fn no_text_shows_a_value_of_an_enum() {
        let raw = enum_values();
        for (event, template) in Event::ALL.iter().flat_map(|event| event.templates().iter().map(|it| (*event, it))) {
            for text in fillings(event, template.title).into_iter().chain(fillings(event, template.message)) {
                let mut parts = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
                assert_eq!(parts.find(|part| raw.contains(part) || part.contains('_')), None, "{text}");
            }
        }
        let titre = fillings(Event::StatusChanged, Event::StatusChanged.templates()[0].message);
        let moved = "Votre commande «\u{a0}Zoé\u{a0}» est en cours de correction.";
        assert!(titre.iter().any(|text| text == moved), "{titre:?}");
    }

    #[test]
    fn punctuation_has_non_breaking_spaces() {
        for template in Event::ALL.iter().flat_map(|event| event.templates()) {
            for text in [template.title, template.message] {
                for broken in [" :", " ;", " !", " ?", " »", "« ", "'", "\u{a0};", "\u{a0}!", "\u{a0}?"] {
                    assert!(!text.contains(broken), "{text}");
                }
            }
        }
    }

    #[test]
    fn an_id_is_escaped_to_one_segment_of_a_link() {
        let to = |id: &str| link("/admin/commandes?id={id}", &[("id", id)]);
        assert_eq!(
            to("01890a5d-ac96-774b-bcce-b302099a8057").unwrap(),
            "/admin/commandes?id=01890a5d-ac96-774b-bcce-b302099a8057"
        );
        assert_eq!(to("a/../b?x=1&é").unwrap(), "/admin/commandes?id=a%2F..%2Fb%3Fx%3D1%26%C3%A9");
        assert_eq!(to(&"x".repeat(191)).unwrap().len(), 191 + 20, "the id is not truncated");
        assert_eq!(to(&"😀".repeat(191)), None);
        assert_eq!(link("", &[]), None);
    }

    #[test]
    fn a_preview_is_cut_between_characters() {
        assert_eq!(preview(&"é".repeat(100)), "é".repeat(100));
        assert_eq!(preview(&"é".repeat(101)), format!("{}…", "é".repeat(100)));
    }
}
