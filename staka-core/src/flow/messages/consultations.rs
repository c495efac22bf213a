//! Consultations are booked, processed and called off.

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::deliver::{self, Told, first_admin};
use super::input;
use crate::base::{Error, ErrorKind, Faults, Fits, Length, Listing, Page, Patch, Result, Timestamp};
use crate::db::Conn;
use crate::flow::notices::{self, Event};
use crate::flow::{Act, journal};
use crate::model::view::{
    Consultation, ConsultationReceipt, ConsultationRequest, ConsultationSlot, ConsultationStatus,
};
use crate::model::{ConsultationSlotId, Message, MessageId, MessagePatch, MessageStatut, MessageType};
use crate::repo::{consultations, messages, users};

/// New slots, each of the same length.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct NewConsultationSlots {
    /// When they begin, all in the future, none twice; at most 200.
    pub starts_at: Vec<Timestamp>,
    /// How long each takes, 5 to 480 minutes.
    pub minutes: u32,
}

/// Somebody asks for a consultation. Who is signed in may leave out name and address: they are the account's then.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct ConsultationBooking {
    /// The slot.
    pub slot: ConsultationSlotId,
    /// First name, at most 100 characters.
    pub first_name: Option<String>,
    /// Family name, at most 100 characters.
    pub last_name: Option<String>,
    /// E-mail address; kept in small letters.
    pub email: Option<String>,
    /// Telephone number, at most 30 characters.
    pub phone: Option<String>,
    /// What it should be about, at most 65 535 bytes.
    pub content: Option<String>,
    /// Where it was asked for; at most 100 characters.
    pub source: Option<String>,
}

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsultationAnswer {
    /// `confirmed`, `refused`, `cancelled` or `done`, as the request stands.
    pub status: ConsultationStatus,
    /// A message to who asked, at most 65 535 bytes; none is written unless given.
    pub answer: Option<String>,
}

/// The longest and the shortest consultation, in minutes.
const MINUTES: std::ops::RangeInclusive<u32> = 5..=480;
/// How many slots are made at once.
const SLOTS: usize = 200;

/// Adds slots.
pub async fn create_slots(conn: &mut Conn, act: &Act<'_>, new: &NewConsultationSlots) -> Result<Vec<ConsultationSlot>> {
    let mut faults = Faults::default();
    if !MINUTES.contains(&new.minutes) {
        faults.add("minutes", format!("must be between {} and {}", MINUTES.start(), MINUTES.end()));
    }
    if new.starts_at.is_empty() || new.starts_at.len() > SLOTS {
        faults.add("startsAt", format!("must name 1 to {SLOTS} moments"));
    } else if new.starts_at.iter().any(|moment| *moment <= act.now) {
        faults.add("startsAt", "must lie in the future");
    }
    faults.into_result()?;
    let mut made = Vec::with_capacity(new.starts_at.len());
    for starts_at in &new.starts_at {
        let slot = ConsultationSlot { id: act.new_id(), starts_at: *starts_at, minutes: new.minutes.into() };
        consultations::add_slot(conn, &slot, act.now).await?;
        made.push(slot);
    }
    trace_slots(conn, act, json!({ "added": made.len() })).await?;
    Ok(made)
}

async fn trace_slots(conn: &mut Conn, act: &Act<'_>, details: serde_json::Value) -> Result<()> {
    journal::write(conn, act, journal::Action::ConsultationSlotsChanged, None, details).await
}

async fn locked(conn: &mut Conn, id: &ConsultationSlotId) -> Result<consultations::LockedSlot> {
    let slot = consultations::lock_slot(conn, id).await?;
    slot.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("slot {id} is not there")))
}

/// Opens or closes a slot; a booking stands.
pub async fn set_slot(conn: &mut Conn, act: &Act<'_>, id: &ConsultationSlotId, open: bool) -> Result<()> {
    locked(conn, id).await?;
    consultations::set_slot(conn, id, open, act.now).await?;
    trace_slots(conn, act, json!({ "slotId": id.as_str(), "isOpen": open })).await
}

/// Removes a slot that nobody has booked.
pub async fn remove_slot(conn: &mut Conn, act: &Act<'_>, id: &ConsultationSlotId) -> Result<()> {
    locked(conn, id).await?;
    if is_held(conn, id).await? {
        return Err(Error::new(ErrorKind::Conflict, "the slot is booked: close it, or cancel the consultation"));
    }
    consultations::remove_slot(conn, id).await?;
    trace_slots(conn, act, json!({ "slotId": id.as_str(), "removed": true })).await
}

/// Whether a request holds the slot. One whose message went with its account holds nothing any more.
async fn is_held(conn: &mut Conn, id: &ConsultationSlotId) -> Result<bool> {
    let Some(holder) = consultations::holder(conn, id).await? else { return Ok(false) };
    if messages::place(conn, &holder).await?.is_some() {
        return Ok(true);
    }
    consultations::free(conn, &holder).await?;
    Ok(false)
}

/// Somebody books a slot: a request is written, which the administrators are told of.
pub async fn book(conn: &mut Conn, act: &Act<'_>, booking: &ConsultationBooking) -> Result<ConsultationReceipt> {
    let mut faults = Faults::default();
    let account = match act.user() {
        Some(user) => users::lookup(conn, user).await?,
        None => None,
    };
    let given =
        |given: &Option<String>, own: Option<&String>| given.clone().or_else(|| own.cloned()).unwrap_or_default();
    let first_name = given(&booking.first_name, account.as_ref().map(|it| &it.prenom));
    let last_name = given(&booking.last_name, account.as_ref().map(|it| &it.nom));
    let email = given(&booking.email, account.as_ref().map(|it| &it.email));
    let first_name = input::required(&mut faults, "firstName", &first_name, 100);
    let last_name = input::required(&mut faults, "lastName", &last_name, 100);
    let email = input::address(&mut faults, "email", &email);
    if let Some(problem) = booking.phone.as_ref().and_then(|phone| phone.fault(Length::Chars(30))) {
        faults.add("phone", problem);
    }
    let name = format!("{first_name} {last_name}");
    // Each fits by itself, and both must fit the visitor's name.
    if name.chars().count() > 100 && first_name.chars().count().max(last_name.chars().count()) <= 100 {
        faults.add("lastName", "must be at most 100 characters together with firstName");
    }
    let content = booking.content.clone().unwrap_or_default();
    let mut row = input::blank(act, act.new_id(), MessageType::ConsultationRequest, &content);
    row.subject = Some("Demande de consultation".to_owned());
    if let Some(account) = &account {
        row.sender_id = Some(account.id.clone());
    } else {
        row.is_from_visitor = true;
        row.visitor_email = Some(email.clone());
        row.visitor_name = Some(name.clone());
    }
    input::check(&mut faults, &row, booking.source.as_ref(), &[]);
    faults.into_result()?;

    let taken = || Error::new(ErrorKind::Conflict, "the slot cannot be booked any more").with_key("slot");
    let consultations::LockedSlot { slot, is_open } = locked(conn, &booking.slot).await?;
    if !is_open || slot.starts_at <= act.now || is_held(conn, &slot.id).await? {
        return Err(taken());
    }
    consultations::book(conn, &slot.id, &row.id, act.now).await?;
    let local = slot.starts_at.to_chrono().with_timezone(&act.zone);
    let (date, time) = (local.format("%Y-%m-%d").to_string(), local.format("%H:%M").to_string());
    if row.content.trim().is_empty() {
        row.content = format!("Consultation demandée le {} à {time}.", local.format("%d/%m/%Y"));
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
    let written = deliver::write(conn, act, Faults::default(), &row, &[], &Told::Nobody).await?.message;
    let when = local.format("%d/%m/%Y à %H:%M").to_string();
    let words = [("nom", name.as_str()), ("email", &email), ("date", &when), ("id", written.id.as_str())];
    notices::announce(conn, act, Event::Consultation, None, &words).await?;
    Ok(ConsultationReceipt {
        id: written.id,
        conversation_id: written.conversation_id,
        starts_at: slot.starts_at,
        minutes: slot.minutes,
    })
}

/// The requests for consultations.
pub async fn requests(
    conn: &mut Conn,
    status: Option<ConsultationStatus>,
    page: &Page,
) -> Result<Listing<Consultation>> {
    let Listing { items, next, total } = consultations::requests(conn, status, page).await?;
    Ok(Listing { items: items.into_iter().map(shown).collect(), next, total })
}

fn shown(row: Message) -> Consultation {
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

/// No message but a request is processed.
fn must_be_a_request(row: &Message) -> Result<()> {
    if row.r#type == MessageType::ConsultationRequest {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Conflict, "the message is no request for a consultation"))
}

/// Moves a request on, and frees its slot where it does not hold it any more.
async fn go_on(
    conn: &mut Conn,
    act: &Act<'_>,
    row: &Message,
    status: ConsultationStatus,
    answer: Option<&str>,
    seen: bool,
) -> Result<Consultation> {
    let request = row.metadata.as_ref().and_then(ConsultationRequest::of).unwrap_or_default();
    let stands = request.standing();
    if !stands.next().contains(&status) {
        return Err(Error::new(ErrorKind::Conflict, format!("a request that is {stands} does not become {status}")));
    }
    let metadata = ConsultationRequest::answered(row.metadata.as_ref(), status, answer);
    let mut patch = MessagePatch { metadata: Patch::Set(Some(metadata)), ..MessagePatch::default() };
    if seen && !row.is_read {
        patch.is_read = Patch::Set(true);
    }
    if seen && matches!(row.statut, MessageStatut::Envoye | MessageStatut::Delivre) {
        patch.statut = Patch::Set(MessageStatut::Lu);
    }
    messages::update(conn, &row.id, &patch, None, act.now).await?;
    if !status.holds_slot() {
        consultations::free(conn, &row.id).await?;
    }
    if let Some(client) = row.sender_id.as_ref().filter(|client| Some(*client) != act.user()) {
        let when = format!("{} {}", request.date.unwrap_or_default(), request.time.unwrap_or_default());
        let words = [("date", when.trim()), ("statut", status.as_str()), ("id", row.id.as_str())];
        notices::announce(conn, act, Event::ConsultationProcessed, Some(client), &words).await?;
    }
    let row = messages::lookup(conn, &row.id).await?;
    row.map(shown).ok_or_else(|| Error::internal("a request that is locked is not there"))
}

/// An administrator decides on a request.
pub async fn process(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &MessageId,
    decision: &ConsultationAnswer,
) -> Result<Consultation> {
    let row = messages::lock(conn, id).await?;
    let row = row.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("request {id} is not there")))?;
    must_be_a_request(&row)?;
    let answer = decision.answer.as_deref().filter(|answer| !answer.trim().is_empty());
    let done = go_on(conn, act, &row, decision.status, answer, true).await?;
    if let Some(answer) = answer {
        let kind = if act.user().is_some() { MessageType::AdminMessage } else { MessageType::SystemMessage };
        let mut reply = input::blank(act, row.conversation_id.clone(), kind, answer);
        reply.sender_id = act.user().cloned();
        reply.receiver_id = row.sender_id.clone().filter(|client| Some(client) != act.user());
        reply.visitor_email = row.visitor_email.clone();
        reply.visitor_name = row.visitor_name.clone();
        reply.parent_id = Some(row.id.clone());
        let mut faults = Faults::default();
        input::check(&mut faults, &reply, None, &[]);
        deliver::write(conn, act, faults, &reply, &[], &Told::Nobody).await?;
    }
    let details = json!({ "messageId": id.as_str(), "status": decision.status.as_str() });
    let target = row.sender_id.as_ref().map(|user| user.as_str());
    journal::write(conn, act, journal::Action::ConsultationProcessed, target, details).await?;
    Ok(done)
}

/// Who asked calls it off.
pub async fn cancel(conn: &mut Conn, act: &Act<'_>, id: &MessageId) -> Result<Consultation> {
    let user = input::author(act)?;
    let row = messages::lock(conn, id).await?.filter(|row| row.sender_id.as_ref() == Some(user));
    let row = row.ok_or_else(|| Error::new(ErrorKind::Denied, "the request is not the actor's"))?;
    must_be_a_request(&row)?;
    go_on(conn, act, &row, ConsultationStatus::Cancelled, None, false).await
}
