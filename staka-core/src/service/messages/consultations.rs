//! Consultation slots, their booking, and decisions on requests.

use chrono::{NaiveDate, NaiveTime, Timelike};
use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::deliver::{self, Audience, first_admin};
use super::input;
use crate::base::{
    Error, ErrorKind, Length, Page, PageRequest, Patch, Result, Timestamp, Validate, Violations, Zone, format_date,
    format_date_time, format_time,
};
use crate::db::Conn;
use crate::model::view::{
    Consultation, ConsultationReceipt, ConsultationRequest, ConsultationSlot, ConsultationStatus,
};
use crate::model::{ConsultationSlotId, Message, MessageId, MessagePatch, MessageStatut, MessageType};
use crate::repo::{consultations, messages, users};
use crate::service::notify::{self, Event};
use crate::service::{OpContext, audit_trail};

/// Consultation slots to create, all of the same duration.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct NewConsultationSlots {
    /// Start times, UTC, all in the future and different.
    #[described(bounds = Bounds::items(1, 200))]
    pub starts_at: Vec<Timestamp>,
    /// Duration of each slot in minutes.
    #[described(bounds = Bounds::between(5, 480))]
    pub minutes: u32,
}

/// The booking of a consultation slot. Name and e-mail address default to those of the signed-in user's account;
/// visitors must give them.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct ConsultationBooking {
    /// The slot's id.
    pub slot: ConsultationSlotId,
    /// First name; that of the account by default.
    #[described(bounds = Bounds::chars(1, 100).trimmed())]
    pub first_name: Option<String>,
    /// Last name; that of the account by default.
    #[described(bounds = Bounds::chars(1, 100).trimmed())]
    pub last_name: Option<String>,
    /// E-mail address, stored in lower case; that of the account by default.
    #[described(bounds = Bounds::chars(5, 255).trimmed())]
    pub email: Option<String>,
    /// Telephone number, in any form.
    #[described(bounds = Bounds::chars(0, 30))]
    pub phone: Option<String>,
    /// Subject of the consultation in free text.
    #[described(bounds = Bounds::bytes(65_535))]
    pub content: Option<String>,
    /// Page or form through which the slot is booked.
    #[described(bounds = Bounds::chars(0, 100))]
    pub source: Option<String>,
}

/// A decision on a request for a consultation.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct ConsultationDecision {
    /// New status: `confirmed`, `refused` or `cancelled` for a pending request, `done` or `cancelled` for a confirmed
    /// one.
    pub status: ConsultationStatus,
    /// Message to send to the user or visitor who asked; no message by default.
    #[described(bounds = Bounds::bytes(65_535))]
    pub answer: Option<String>,
}

/// Allowed durations of a slot, in minutes.
const MINUTES: std::ops::RangeInclusive<u32> = 5..=480;
/// Maximum number of slots per call.
const MAX_SLOTS: usize = 200;

/// Creates slots.
pub async fn create_slots(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    new: &NewConsultationSlots,
) -> Result<Vec<ConsultationSlot>> {
    let mut violations = Violations::default();
    if !MINUTES.contains(&new.minutes) {
        violations.add("minutes", format!("must be between {} and {}", MINUTES.start(), MINUTES.end()));
    }
    if new.starts_at.is_empty() || new.starts_at.len() > MAX_SLOTS {
        violations.add("startsAt", format!("must contain 1 to {MAX_SLOTS} times"));
    } else if new.starts_at.iter().any(|starts_at| *starts_at <= ctx.now) {
        violations.add("startsAt", "must be in the future");
    }
    violations.into_result()?;
    let mut slots = Vec::with_capacity(new.starts_at.len());
    for starts_at in &new.starts_at {
        let slot = ConsultationSlot { id: ctx.new_id(), starts_at: *starts_at, minutes: new.minutes.into() };
        consultations::add_slot(conn, &slot, ctx.now).await?;
        slots.push(slot);
    }
    write_slot_audit(conn, ctx, json!({ "added": slots.len() })).await?;
    Ok(slots)
}

async fn write_slot_audit(conn: &mut Conn, ctx: &OpContext<'_>, details: serde_json::Value) -> Result<()> {
    audit_trail::write(conn, ctx, audit_trail::Action::ConsultationSlotsChanged, None, details).await
}

async fn lock_slot(conn: &mut Conn, id: &ConsultationSlotId) -> Result<consultations::LockedSlot> {
    let slot = consultations::lock_slot(conn, id).await?;
    slot.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("slot {id} not found")))
}

/// Opens or closes a slot for booking; an existing booking is kept.
pub async fn set_slot_open(conn: &mut Conn, ctx: &OpContext<'_>, id: &ConsultationSlotId, open: bool) -> Result<()> {
    lock_slot(conn, id).await?;
    consultations::set_slot_open(conn, id, open, ctx.now).await?;
    write_slot_audit(conn, ctx, json!({ "slotId": id.as_str(), "isOpen": open })).await
}

/// Deletes a slot. Fails with `Conflict` if it is booked.
pub async fn delete_slot(conn: &mut Conn, ctx: &OpContext<'_>, id: &ConsultationSlotId) -> Result<()> {
    lock_slot(conn, id).await?;
    if is_booked(conn, id).await? {
        return Err(Error::new(ErrorKind::Conflict, "the slot is booked: close it or cancel the consultation instead"));
    }
    consultations::delete_slot(conn, id).await?;
    write_slot_audit(conn, ctx, json!({ "slotId": id.as_str(), "removed": true })).await
}

/// Returns whether the slot is booked, and frees it if the request's message was deleted with its account.
async fn is_booked(conn: &mut Conn, id: &ConsultationSlotId) -> Result<bool> {
    let Some(request) = consultations::booked_by(conn, id).await? else { return Ok(false) };
    if messages::location(conn, &request).await?.is_some() {
        return Ok(true);
    }
    consultations::free(conn, &request).await?;
    Ok(false)
}

/// Books a slot: writes the request as a message and notifies the administrators.
pub async fn book(conn: &mut Conn, ctx: &OpContext<'_>, booking: &ConsultationBooking) -> Result<ConsultationReceipt> {
    let mut violations = Violations::default();
    let account = match ctx.user() {
        Some(user) => users::lookup(conn, user).await?,
        None => None,
    };
    let given =
        |given: &Option<String>, own: Option<&String>| given.clone().or_else(|| own.cloned()).unwrap_or_default();
    let first_name = given(&booking.first_name, account.as_ref().map(|it| &it.prenom));
    let last_name = given(&booking.last_name, account.as_ref().map(|it| &it.nom));
    let email = given(&booking.email, account.as_ref().map(|it| &it.email));
    let first_name = input::required(&mut violations, "firstName", &first_name, 100);
    let last_name = input::required(&mut violations, "lastName", &last_name, 100);
    let email = input::address(&mut violations, "email", &email);
    if let Some(problem) = booking.phone.as_ref().and_then(|phone| phone.problem(Length::Chars(30))) {
        violations.add("phone", problem);
    }
    let name = format!("{first_name} {last_name}");
    // Both names together are stored as the visitor's name.
    if name.chars().count() > 100 && first_name.chars().count().max(last_name.chars().count()) <= 100 {
        violations.add("lastName", "must be at most 100 characters together with firstName");
    }
    let content = booking.content.clone().unwrap_or_default();
    let mut row = input::new_row(ctx, ctx.new_id(), MessageType::ConsultationRequest, &content);
    row.subject = Some("Demande de consultation".to_owned());
    if let Some(account) = &account {
        row.sender_id = Some(account.id.clone());
    } else {
        row.is_from_visitor = true;
        row.visitor_email = Some(email.clone());
        row.visitor_name = Some(name.clone());
    }
    input::check(&mut violations, &row, booking.source.as_ref(), &[]);
    violations.into_result()?;

    let unavailable = || Error::new(ErrorKind::Conflict, "the slot is no longer available").with_key("slot");
    let consultations::LockedSlot { slot, is_open } = lock_slot(conn, &booking.slot).await?;
    if !is_open || slot.starts_at <= ctx.now || is_booked(conn, &slot.id).await? {
        return Err(unavailable());
    }
    consultations::book(conn, &slot.id, &row.id, ctx.now).await?;
    let local = slot.starts_at.to_chrono().with_timezone(&ctx.zone);
    let (date, time) = (local.format("%Y-%m-%d").to_string(), local.format("%H:%M").to_string());
    let (date_time, label) = (format!("{date} {time}"), format_date_time(ctx.zone, slot.starts_at));
    if row.content.trim().is_empty() {
        row.content = format!("Consultation demandée le {label}.");
    }
    row.receiver_id = Some(first_admin(conn).await?);
    row.metadata = Some(json!({
        "consultationRequest": {
            "date": date, "time": time, "startsAt": slot.starts_at, "minutes": slot.minutes, "slotId": slot.id,
            "firstName": first_name, "lastName": last_name, "email": email, "phone": booking.phone,
            "source": booking.source, "status": ConsultationStatus::Pending.as_str(),
        },
        "source": booking.source,
    }));
    let written = deliver::write(conn, ctx, Violations::default(), &row, &[], &Audience::Nobody).await?.message;
    let params = [("nom", name.as_str()), ("email", &email), ("date", &date_time), ("id", written.id.as_str())];
    notify::announce_with_labels(conn, ctx, Event::Consultation, None, &params, &[("date", &label)]).await?;
    Ok(ConsultationReceipt {
        id: written.id,
        conversation_id: written.conversation_id,
        starts_at: slot.starts_at,
        minutes: slot.minutes,
    })
}

/// Returns the requests for consultations, the newest first.
pub async fn list_requests(
    conn: &mut Conn,
    filter: &consultations::ConsultationFilter,
    page: &PageRequest,
) -> Result<Page<Consultation>> {
    let Page { items, next, total } = consultations::list_requests(conn, filter, page).await?;
    Ok(Page { items: items.into_iter().map(to_consultation).collect(), next, total })
}

fn to_consultation(row: Message) -> Consultation {
    Consultation {
        request: row.metadata.as_ref().and_then(ConsultationRequest::of),
        id: row.id,
        conversation_id: row.conversation_id,
        sender_id: row.sender_id,
        content: row.content,
        is_read: row.is_read,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// Fails with `Conflict` if the message is no request for a consultation.
fn check_is_request(row: &Message) -> Result<()> {
    if row.r#type == MessageType::ConsultationRequest {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Conflict, "the message is not a request for a consultation"))
}

/// Returns date and time of a request as they are stored.
fn stored_date(request: &ConsultationRequest) -> String {
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    format!("{} {}", part(&request.date), part(&request.time)).trim().to_owned()
}

/// Returns the French text of a request's date after ` du `, or an empty text if it has no date. A date in the format
/// of another program is kept as it is.
fn date_label(zone: Zone, request: &ConsultationRequest) -> String {
    let day = request.date.as_deref().and_then(|text| text.trim().parse::<NaiveDate>().ok());
    let time = request.time.as_deref().and_then(|text| text.trim().parse::<NaiveTime>().ok());
    let when = match (request.starts_at, day, time) {
        (Some(starts_at), ..) => format_date_time(zone, starts_at),
        (None, Some(day), Some(time)) => {
            format!("{} à {}", format_date(day), format_time(time.hour(), time.minute()))
        }
        (None, Some(day), None) if request.time.is_none() => format_date(day),
        _ => stored_date(request),
    };
    if when.is_empty() { when } else { format!(" du {when}") }
}

/// Changes the status of a request, frees its slot if the new status does not occupy it, and notifies the user.
async fn transition_to(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    row: &Message,
    status: ConsultationStatus,
    answer: Option<&str>,
    mark_read: bool,
) -> Result<Consultation> {
    let request = row.metadata.as_ref().and_then(ConsultationRequest::of).unwrap_or_default();
    let from = request.current_status();
    if !from.next().contains(&status) {
        return Err(Error::new(ErrorKind::Conflict, format!("the request is {from} and cannot change to {status}")));
    }
    let metadata = ConsultationRequest::with_decision(row.metadata.as_ref(), status, answer);
    let mut patch = MessagePatch { metadata: Patch::Set(Some(metadata)), ..MessagePatch::default() };
    if mark_read && !row.is_read {
        patch.is_read = Patch::Set(true);
    }
    if mark_read && matches!(row.statut, MessageStatut::Envoye | MessageStatut::Delivre) {
        patch.statut = Patch::Set(MessageStatut::Lu);
    }
    messages::update(conn, &row.id, &patch, None, ctx.now).await?;
    if !status.occupies_slot() {
        consultations::free(conn, &row.id).await?;
    }
    if let Some(client) = row.sender_id.as_ref().filter(|client| Some(*client) != ctx.user()) {
        let (stored, label) = (stored_date(&request), date_label(ctx.zone, &request));
        let params = [("date", &*stored), ("statut", status.as_str()), ("id", row.id.as_str())];
        let labels = [("date", &*label), ("statut", status.phrase())];
        notify::announce_with_labels(conn, ctx, Event::ConsultationProcessed, Some(client), &params, &labels).await?;
    }
    let row = messages::lookup(conn, &row.id).await?;
    row.map(to_consultation).ok_or_else(|| Error::internal("a locked request was not found"))
}

/// Decides on a request: changes its status and sends the answer, if there is one.
pub async fn decide(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &MessageId,
    decision: &ConsultationDecision,
) -> Result<Consultation> {
    if let Some(problem) = decision.answer.problem(Length::Bytes(65_535)) {
        return Err(Error::invalid("answer", problem));
    }
    let row = messages::lock(conn, id).await?;
    let row = row.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("request {id} not found")))?;
    check_is_request(&row)?;
    let answer = decision.answer.as_deref().filter(|answer| !answer.trim().is_empty());
    let consultation = transition_to(conn, ctx, &row, decision.status, answer, true).await?;
    if let Some(answer) = answer {
        let kind = if ctx.user().is_some() { MessageType::AdminMessage } else { MessageType::SystemMessage };
        let mut reply = input::new_row(ctx, row.conversation_id.clone(), kind, answer);
        reply.sender_id = ctx.user().cloned();
        reply.receiver_id = row.sender_id.clone().filter(|client| Some(client) != ctx.user());
        reply.visitor_email = row.visitor_email.clone();
        reply.visitor_name = row.visitor_name.clone();
        reply.parent_id = Some(row.id.clone());
        let mut violations = Violations::default();
        input::check(&mut violations, &reply, None, &[]);
        deliver::write(conn, ctx, violations, &reply, &[], &Audience::Nobody).await?;
    }
    let details = json!({ "messageId": id.as_str(), "status": decision.status.as_str() });
    let target = row.sender_id.as_ref().map(|user| user.as_str());
    audit_trail::write(conn, ctx, audit_trail::Action::ConsultationProcessed, target, details).await?;
    Ok(consultation)
}

/// Cancels the caller's own request.
pub async fn cancel(conn: &mut Conn, ctx: &OpContext<'_>, id: &MessageId) -> Result<Consultation> {
    let user = input::author(ctx)?;
    let row = messages::lock(conn, id).await?.filter(|row| row.sender_id.as_ref() == Some(user));
    let row = row.ok_or_else(|| ctx.denied("the user who made the request"))?;
    check_is_request(&row)?;
    transition_to(conn, ctx, &row, ConsultationStatus::Cancelled, None, false).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_label_is_built_from_any_stored_form() {
        let label = |date: Option<&str>, time: Option<&str>, starts_at: Option<&str>| {
            let request = ConsultationRequest {
                date: date.map(str::to_owned),
                time: time.map(str::to_owned),
                starts_at: starts_at.map(|at| at.parse().unwrap()),
                ..ConsultationRequest::default()
            };
            date_label(chrono_tz::Europe::Paris, &request)
        };
        let half_past_two = " du 3 décembre 2026 à 14\u{a0}h\u{a0}30";
        assert_eq!(label(Some("2026-12-03"), Some("14:30"), Some("2026-12-03T13:30:00Z")), half_past_two);
        assert_eq!(label(Some("2026-12-03"), Some("14:30"), None), half_past_two);
        assert_eq!(label(Some("2026-12-03"), None, None), " du 3 décembre 2026");
        assert_eq!(label(Some("2026-12-03"), Some("matin"), None), " du 2026-12-03 matin");
        assert_eq!(label(Some("jeudi"), Some("14:30"), None), " du jeudi 14:30");
        assert_eq!(label(None, None, None), "");
    }
}
