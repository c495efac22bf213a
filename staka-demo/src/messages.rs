//! Messages: the texts, statuts and addresses of the conversations.

use std::ops::Range;

use serde_json::{Value, json};
use staka_core::model::{Message, MessageStatut, MessageType};

use crate::conversations::{self, Party, Talk};
use crate::draw::{Draw, Stream};
use crate::files::message_id;
use crate::people::{self, in_ascii};
use crate::plan::World;
use crate::texts::messages::{CLIENT_MESSAGES, CONSULTATION_REQUESTS, SUBJECTS, VISITOR_QUESTIONS};
use crate::texts::messages_team::{SYSTEM_MESSAGES, TEAM_REPLIES};
use crate::texts::people::{EMAIL_DOMAINS, FIRST_NAMES, LAST_NAMES};
use crate::time::{DAY, iso_date, moment};

pub(crate) fn messages(world: &World, blocks: Range<u64>) -> Vec<Message> {
    let mut rows = Vec::with_capacity((blocks.end - blocks.start) as usize * conversations::IN_BLOCK as usize);
    for block in blocks {
        for talk in conversations::talks(world, block) {
            let whole = Whole::of(world, &talk);
            rows.extend((0..talk.turns.len()).map(|turn| message(world, &talk, &whole, turn)));
        }
    }
    rows
}

/// The data that the messages of a conversation share.
struct Whole {
    archived: bool,
    deleted: bool,
    /// The name and address of a visitor.
    visitor: Option<(String, String)>,
    source: Option<&'static str>,
    /// Whether the metadata is JSON within a JSON string, as older programs wrote it.
    encoded_twice: bool,
}

impl Whole {
    fn of(world: &World, talk: &Talk) -> Self {
        let mut draw = world.draw(Stream::Talk, talk.number);
        let visitor = matches!(talk.party, Party::Visitor { .. }).then(|| {
            let (prenom, nom) = (draw.pick(&FIRST_NAMES), draw.pick(&LAST_NAMES));
            let address = format!("{}.visite{}@{}", in_ascii(prenom), talk.number, draw.pick(&EMAIL_DOMAINS));
            (format!("{prenom} {nom}"), address)
        });
        Self {
            archived: draw.chance(50),
            deleted: draw.chance(20),
            visitor,
            source: draw.maybe(60, |draw| draw.text(&["client-help", "landing-page", "footer"])),
            encoded_twice: talk.number == 70 || draw.chance(80),
        }
    }
}

fn message(world: &World, talk: &Talk, whole: &Whole, nth: usize) -> Message {
    let turn = talk.turns[nth];
    let number = talk.first + nth as u64;
    let mut draw = world.draw(Stream::Message, number);
    let system = talk.welcome && nth < 2;
    let by_author = turn.to_team && !system;
    let consultation = nth == 0 && talk.party == Party::Visitor { consultation: true };
    // System messages come in between, except where files are attached.
    let notice = !by_author && !system && nth > 0 && (3..6).contains(&(talk.number % 10)) && draw.chance(60);
    let (author, team) = (talk.party, people::id(world, talk.team));
    let author_id = match author {
        Party::Author(author) => Some(people::id(world, author)),
        Party::Visitor { .. } => None,
    };
    let (sender_id, receiver_id) =
        if by_author { (author_id, Some(team)) } else { ((!system && !notice).then_some(team), author_id) };
    let is_read = is_read(world, talk, nth, &mut draw);
    let kind = kind(system, notice, consultation, by_author, &mut draw);
    let later = moment(if is_read && draw.chance(700) { read_at(talk, nth, world, &mut draw) } else { turn.at });
    // A draft has no receiver yet.
    let may_be_draft = sender_id.is_some() && receiver_id.is_none();
    let from_team = !by_author && !notice && draw.chance(if system { 1000 } else { 300 });
    Message {
        id: message_id(world, number, turn.at),
        conversation_id: talk.id.clone(),
        sender_id,
        receiver_id,
        visitor_email: whole.visitor.as_ref().map(|(_, address)| address.clone()),
        visitor_name: whole.visitor.as_ref().map(|(name, _)| name.clone()),
        is_from_visitor: by_author && whole.visitor.is_some(),
        subject: draw.chance(if nth == 0 { 700 } else { 40 }).then(|| draw.text(&SUBJECTS).to_owned()),
        content: content(&kind, whole.visitor.is_some() && nth == 0, by_author, nth, &mut draw).to_owned(),
        statut: statut(whole, is_read, may_be_draft, &mut draw),
        is_read,
        is_archived: whole.archived,
        is_pinned: nth == 0 && draw.chance(80),
        deleted_by_admin: whole.deleted || draw.chance(5),
        parent_id: (nth > 0 && draw.chance(200)).then(|| {
            let parent = draw.below(nth as u64);
            message_id(world, talk.first + parent, talk.turns[parent as usize].at)
        }),
        display_first_name: from_team.then(|| "Équipe".to_owned()),
        display_last_name: from_team.then(|| "Staka Livres".to_owned()),
        display_role: from_team.then(|| if draw.chance(700) { "Support" } else { "Correction" }.to_owned()),
        metadata: metadata(whole, system, consultation, nth, turn.at, &mut draw),
        status: draw.maybe(30, |draw| draw.text(&["traité", "en attente", "urgent", "à rappeler"]).to_owned()),
        r#type: kind,
        created_at: moment(turn.at),
        updated_at: later,
    }
}

/// Returns whether the message is read: all but the last ones are, and most of those, the older the more.
fn is_read(world: &World, talk: &Talk, nth: usize, draw: &mut Draw) -> bool {
    let unread = match world.age(talk.turns[nth].at) {
        _ if nth + 1 < talk.turns.len() => 30,
        0..14 => 700,
        14..60 => 300,
        _ => 60,
    };
    !draw.chance(unread)
}

/// Returns when the message was read, before the next one.
fn read_at(talk: &Talk, nth: usize, world: &World, draw: &mut Draw) -> i64 {
    let at = talk.turns[nth].at;
    let end = talk.turns.get(nth + 1).map_or((at + DAY).min(world.window(false).end), |next| next.at);
    draw.within(at, end.max(at))
}

fn kind(system: bool, notice: bool, consultation: bool, by_author: bool, draw: &mut Draw) -> MessageType {
    if system {
        MessageType::SystemMessage
    } else if notice {
        MessageType::Notification
    } else if consultation {
        MessageType::ConsultationRequest
    } else if by_author {
        if draw.chance(60) { MessageType::SupportMessage } else { MessageType::UserMessage }
    } else if draw.chance(150) {
        MessageType::SupportMessage
    } else {
        MessageType::AdminMessage
    }
}

fn content(kind: &MessageType, opens: bool, by_author: bool, nth: usize, draw: &mut Draw) -> &'static str {
    match kind {
        MessageType::SystemMessage => SYSTEM_MESSAGES[nth % SYSTEM_MESSAGES.len()],
        MessageType::Notification => SYSTEM_MESSAGES[2 + draw.below(SYSTEM_MESSAGES.len() as u64 - 2) as usize],
        MessageType::ConsultationRequest => draw.text(&CONSULTATION_REQUESTS),
        _ if opens => draw.text(&VISITOR_QUESTIONS),
        _ if by_author => short_or_long(&CLIENT_MESSAGES, draw),
        _ => short_or_long(&TEAM_REPLIES, draw),
    }
}

/// Returns a text; the long ones, at the end of the list, are rare.
fn short_or_long(texts: &'static [&'static str], draw: &mut Draw) -> &'static str {
    let long = texts.iter().rev().take_while(|text| text.len() > 1_500).count();
    let (short, long) = texts.split_at(texts.len() - long);
    if !long.is_empty() && draw.chance(6) { draw.text(long) } else { draw.text(short) }
}

fn statut(whole: &Whole, is_read: bool, may_be_draft: bool, draw: &mut Draw) -> MessageStatut {
    use MessageStatut::{Archive, Brouillon, Delivre, Envoye, Lu};
    if whole.archived && draw.chance(500) {
        Archive
    } else if is_read {
        draw.weighted(&[(55, Envoye), (35, Lu), (10, Delivre)])
    } else if may_be_draft {
        draw.weighted(&[(50, Envoye), (50, Brouillon)])
    } else {
        draw.weighted(&[(78, Envoye), (22, Delivre)])
    }
}

fn metadata(whole: &Whole, system: bool, consultation: bool, nth: usize, at: i64, draw: &mut Draw) -> Option<Value> {
    let value = if consultation {
        let (name, email) = whole.visitor.clone().unwrap_or_default();
        json!({
            "consultationRequest": {
                "date": iso_date(at + draw.within(2 * DAY, 20 * DAY)),
                "time": draw.text(&["09:30", "11:00", "14:00", "16:30"]),
                "firstName": name.split(' ').next(),
                "email": email,
                "phone": people::telephone(draw),
                "status": draw.text(&["pending", "confirmed", "cancelled"]),
            },
            "source": "landing-page",
        })
    } else if system {
        json!({ "type": "welcome", "step": nth + 1, "emoji": "📚" })
    } else if nth == 0 {
        json!({ "source": whole.source? })
    } else {
        return None;
    };
    Some(if (system || consultation) && whole.encoded_twice { Value::String(value.to_string()) } else { value })
}
