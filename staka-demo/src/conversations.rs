//! Conversations in blocks of ten, with a hundred messages: participants, times and directions.

use staka_core::model::ConversationId;

use crate::draw::{Draw, Stream};
use crate::people::{self, ADMIN, HEAVY, LIGHT, OTHER_TEAM};
use crate::plan::{Portion, World};
use crate::time::{DAY, HOUR, MINUTE, moment};

/// Messages of a block.
pub(crate) const IN_BLOCK: u64 = 100;
/// Blocks at the small scale.
pub(crate) const BASE_BLOCKS: u64 = 500;
/// Messages of each conversation of a block, 100 in total.
const LENGTHS: [u64; 10] = [1, 2, 3, 5, 7, 9, 12, 15, 20, 26];
/// Messages of a block that the administrator receives: half of them.
const TO_ADMIN: usize = 50;

/// The other party of a conversation with the team.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Party {
    /// A user, by number.
    Author(u64),
    /// A visitor without an account, who may ask for a consultation.
    Visitor { consultation: bool },
}

/// A message without its text.
#[derive(Clone, Copy)]
pub(crate) struct Turn {
    /// Time, in milliseconds since 1970.
    pub(crate) at: i64,
    /// Whether the team receives it.
    pub(crate) to_team: bool,
}

/// A conversation.
pub(crate) struct Talk {
    /// The conversation's number among all.
    pub(crate) number: u64,
    pub(crate) id: ConversationId,
    pub(crate) party: Party,
    /// The member of the team who answers, by number.
    pub(crate) team: u64,
    /// Whether the platform opened it with a welcome message.
    pub(crate) welcome: bool,
    /// The number of its first message among all.
    pub(crate) first: u64,
    pub(crate) turns: Vec<Turn>,
}

/// Returns whether the block belongs to the heavy user: every tenth does.
const fn is_heavy(portion: &Portion) -> bool {
    portion.index % 10 == 4
}

/// Returns the ten conversations of a block.
pub(crate) fn talks(world: &World, block: u64) -> Vec<Talk> {
    let portion = world.portion(block, BASE_BLOCKS);
    let mut draw = world.draw(Stream::Block, block);
    let mut first = block * IN_BLOCK;
    let mut talks = Vec::with_capacity(LENGTHS.len());
    for (place, length) in LENGTHS.into_iter().enumerate() {
        let number = block * LENGTHS.len() as u64 + place as u64;
        let start = portion.window.at(portion.index, portion.count, draw.bits());
        let party = party(world, &portion, place, start, &mut draw);
        let (team, thread) = team(&portion, place, party, &mut draw);
        let id = match party {
            Party::Author(author) if thread => thread_id(world, author, team),
            _ => world.id(Stream::TalkId, number, moment(start)),
        };
        let welcome = place == 2;
        let turns = turns(portion.window.end, start, length, welcome, &mut draw);
        talks.push(Talk { number, id, party, team, welcome, first, turns });
        first += length;
    }
    balance(&mut talks, &mut draw);
    talks
}

fn party(world: &World, portion: &Portion, place: usize, start: i64, draw: &mut Draw) -> Party {
    let by_chance = people::author_at(world, portion, start, draw);
    let consultation = place == 0 && draw.chance(500);
    match (portion.growth, portion.index, place) {
        (false, 101, 5) | (false, 251, 3) | (false, 401, 2) => Party::Author(LIGHT),
        _ if is_heavy(portion) => Party::Author(HEAVY),
        (_, 7, 0) => Party::Visitor { consultation: true },
        (_, _, 0 | 1) => Party::Visitor { consultation },
        // A different author for each, so that two people never have two threads.
        (_, _, 5) => Party::Author(people::author_of_unit(world, portion).unwrap_or(by_chance)),
        _ => Party::Author(by_chance),
    }
}

/// Returns the member of the team, and whether the conversation is a thread of two people.
fn team(portion: &Portion, place: usize, party: Party, draw: &mut Draw) -> (u64, bool) {
    let other = people::teammate(draw);
    match place {
        3 | 4 => (other, false),
        5 if party == Party::Author(HEAVY) => {
            // One thread with each member of the team.
            let turn = portion.index / 10;
            let team = if turn == 0 { ADMIN } else { OTHER_TEAM.start + turn - 1 };
            if portion.growth || team >= OTHER_TEAM.end { (ADMIN, false) } else { (team, true) }
        }
        5 => (ADMIN, portion.index > 0),
        _ => (ADMIN, false),
    }
}

/// Returns the platform's id of a thread, with both user ids in alphabetical order.
fn thread_id(world: &World, one: u64, other: u64) -> ConversationId {
    let mut ids = [people::id(world, one), people::id(world, other)];
    ids.sort();
    format!("thread_{}_{}", ids[0], ids[1]).parse().expect("80 characters are an id")
}

/// Returns times between `start` and `end`, some equal to the one before.
fn turns(end: i64, start: i64, length: u64, welcome: bool, draw: &mut Draw) -> Vec<Turn> {
    let longest = draw.within(HOUR, HOUR + length.cast_signed() * 2 * DAY);
    let lasts = longest.min(end - start).max(0);
    let mut steps = Vec::with_capacity(length as usize);
    let mut sum = 0;
    for index in 0..length {
        let tie = index > 0 && draw.chance(40);
        sum += if tie || index == 0 { 0 } else { draw.within(1, 100) };
        steps.push(sum);
    }
    let turn = |(index, step): (usize, i64)| {
        let at = start + lasts * step / sum.max(1);
        Turn { at, to_team: if welcome { index == 2 } else { index.is_multiple_of(2) } }
    };
    steps.into_iter().enumerate().map(turn).collect()
}

/// Reverses the direction of some messages until the administrator receives exactly half of the block's.
fn balance(talks: &mut [Talk], draw: &mut Draw) {
    let received = |talks: &[Talk]| -> usize {
        talks
            .iter()
            .filter(|talk| talk.team == ADMIN)
            .map(|talk| talk.turns.iter().filter(|turn| turn.to_team).count())
            .sum()
    };
    let mut now = received(talks);
    while now != TO_ADMIN {
        let more = now < TO_ADMIN;
        let talk = &mut talks[draw.below(LENGTHS.len() as u64) as usize];
        if talk.team != ADMIN || talk.welcome || talk.turns.len() < 2 {
            continue;
        }
        // The first stays: a conversation is opened by the author.
        let at = 1 + draw.below(talk.turns.len() as u64 - 1) as usize;
        if talk.turns[at].to_team != more {
            talk.turns[at].to_team = more;
            now = if more { now + 1 } else { now - 1 };
        }
    }
}

/// A file attached to messages.
pub(crate) struct Sent {
    /// The sender's number.
    pub(crate) sender: u64,
    /// Time of the upload, in milliseconds since 1970.
    pub(crate) at: i64,
    /// The numbers and times of the messages, one or two.
    pub(crate) messages: Vec<(u64, i64)>,
}

/// Files of a block that are attached to messages; some of them twice.
pub(crate) const SENT: u64 = 6;
const SENT_TWICE: u64 = 4;

/// Returns the `which`th attached file of a block.
pub(crate) fn sent(world: &World, block: u64, talks: &[Talk], which: u64) -> Sent {
    let talk = &talks[(6 + which % 4) as usize];
    let mut draw = world.draw(Stream::Attachment, block * SENT + which);
    let half = talk.turns.len() as u64 / 2;
    let message = |index: u64| (talk.first + index, talk.turns[index as usize].at);
    let first = draw.below(half);
    let turn = talk.turns[first as usize];
    let mut messages = vec![message(first)];
    if which < SENT_TWICE {
        messages.push(message(half + draw.below(half)));
    }
    let author = if let Party::Author(author) = talk.party { author } else { talk.team };
    Sent { sender: if turn.to_team { author } else { talk.team }, at: turn.at - draw.within(0, MINUTE), messages }
}
