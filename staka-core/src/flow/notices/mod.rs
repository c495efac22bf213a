//! Who is told what when something happens: written in the transaction of the act that causes it. The table is in
//! [`Event`].

mod events;

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

pub use events::{Event, Line, To};

use super::act::Act;
use crate::base::{Result, Timestamp};
use crate::db::Conn;
use crate::model::{Notification, NotificationId, UserId};
use crate::repo::notifications;

/// How long a notification is shown unless it says otherwise: 30 days.
pub const EXPIRY: Duration = Duration::from_secs(30 * 86_400);

/// The word that names what an event is about.
const ID: &str = "id";

/// The most characters of what an event quotes: a message's preview, a title.
const PREVIEW: usize = 100;

/// Tells everybody whom the table names of `event`. `client` is whom its lines to the client mean; `words` are what
/// stands in braces in titles, texts and links, and go into the notification's data.
pub async fn announce(
    conn: &mut Conn,
    act: &Act<'_>,
    event: Event,
    client: Option<&UserId>,
    words: &[(&str, &str)],
) -> Result<()> {
    for line in event.lines() {
        match line.to {
            To::Admins => {
                // The user of this row is nobody: each administrator has one of their own.
                let row = row(act, event, line, &act.new_id::<UserId>(), words);
                notifications::add_for_admins(conn, &row).await?;
            }
            To::Client => {
                if let Some(client) = client {
                    notifications::add_for_one(conn, &row(act, event, line, client, words)).await?;
                }
            }
        }
    }
    Ok(())
}

fn row(act: &Act<'_>, event: Event, line: &Line, user: &UserId, words: &[(&str, &str)]) -> Notification {
    let mut data = Map::from_iter([("event".to_owned(), Value::from(event.word()))]);
    data.extend(words.iter().map(|(name, word)| {
        // An id that is cut leads nowhere.
        let word = if *name == ID { (*word).to_owned() } else { preview(word) };
        ((*name).to_owned(), word.into())
    }));
    Notification {
        id: act.new_id::<NotificationId>(),
        user_id: user.clone(),
        title: filled(line.title, words, preview),
        message: filled(line.message, words, preview),
        r#type: line.r#type.clone(),
        priority: line.priority.clone(),
        data: Some(Value::Object(data).into()),
        action_url: link(line.link, words),
        is_read: false,
        is_deleted: false,
        read_at: None,
        expires_at: Some(expiry(act.now)),
        created_at: act.now,
        updated_at: act.now,
    }
}

/// When a notification of this moment expires unless it says otherwise.
pub fn expiry(now: Timestamp) -> Timestamp {
    now.plus(EXPIRY)
}

/// The text with each word, as `shown`, in the place of its name in braces.
fn filled(text: &str, words: &[(&str, &str)], shown: impl Fn(&str) -> String) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
        let word = words.iter().find(|(known, _)| *known == name).map_or("", |(_, word)| *word);
        filled.push_str(&shown(word));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// The most characters of a link, as its column holds them.
const LINK: usize = 500;

/// What stays as it is in an address.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Where a click leads; nowhere when an id makes the address too long. An id is one part of the address, whatever it
/// holds.
fn link(text: &str, words: &[(&str, &str)]) -> Option<String> {
    let link = filled(text, words, |word| utf8_percent_encode(word, PLAIN).to_string());
    (1..=LINK).contains(&link.len()).then_some(link)
}

/// At most a hundred characters, with an ellipsis where it was longer.
fn preview(text: &str) -> String {
    match text.char_indices().nth(PREVIEW) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::{filled, link, preview};

    #[test]
    fn words_stand_in_their_places_and_are_no_pattern_themselves() {
        let words = [("nom", "{id} Zoé"), ("id", "7")];
        assert_eq!(filled("{nom} a écrit", &words, preview), "{id} Zoé a écrit");
        assert_eq!(filled("/admin/{id}{autre}", &words, preview), "/admin/7");
    }

    #[test]
    fn an_id_is_one_part_of_a_link_whatever_it_holds() {
        let to = |id: &str| link("/admin/commandes?id={id}", &[("id", id)]);
        assert_eq!(
            to("01890a5d-ac96-774b-bcce-b302099a8057").unwrap(),
            "/admin/commandes?id=01890a5d-ac96-774b-bcce-b302099a8057"
        );
        assert_eq!(to("a/../b?x=1&é").unwrap(), "/admin/commandes?id=a%2F..%2Fb%3Fx%3D1%26%C3%A9");
        assert_eq!(to(&"x".repeat(191)).unwrap().len(), 191 + 20, "it is not cut");
        assert_eq!(to(&"😀".repeat(191)), None);
        assert_eq!(link("", &[]), None);
    }

    #[test]
    fn a_preview_is_cut_between_characters() {
        assert_eq!(preview(&"é".repeat(100)), "é".repeat(100));
        assert_eq!(preview(&"é".repeat(101)), format!("{}…", "é".repeat(100)));
    }
}
