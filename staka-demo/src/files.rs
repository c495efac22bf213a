//! Files and attachments: twenty files for each block of ten orders, six of them attached to messages.

use std::ops::Range;

use staka_core::base::TextEnum;
use staka_core::model::{CommandeId, File, FileId, FileType, MessageAttachment, MessageId};

use crate::commandes::{self, BASE_BLOCKS, IN_BLOCK};
use crate::conversations::{self, SENT, Talk};
use crate::draw::{Draw, Stream};
use crate::people::{self, ADMIN};
use crate::plan::World;
use crate::texts::manuscripts::FILES;
use crate::time::{DAY, MINUTE, moment};

/// Files of a block: twelve belong to orders, six to messages, two to neither.
const FILES_IN_BLOCK: u64 = 20;
const OF_ORDERS: u64 = 12;

pub(crate) fn files(world: &World, blocks: Range<u64>) -> Vec<File> {
    let mut files = Vec::with_capacity((blocks.end - blocks.start) as usize * FILES_IN_BLOCK as usize);
    for block in blocks {
        let talks = conversations::talks(world, block);
        files.extend((0..FILES_IN_BLOCK).map(|place| file(world, block, place, &talks)));
    }
    files
}

fn file_id(world: &World, block: u64, place: u64, at: i64) -> FileId {
    world.id(Stream::FileId, block * FILES_IN_BLOCK + place, moment(at))
}

fn file(world: &World, block: u64, place: u64, talks: &[Talk]) -> File {
    let portion = world.portion(block, BASE_BLOCKS);
    let mut draw = world.draw(Stream::File, block * FILES_IN_BLOCK + place);
    if place < OF_ORDERS {
        let order = commandes::brief(world, block * IN_BLOCK + place % IN_BLOCK);
        // The last two are corrected versions from the team.
        let corrected = place >= IN_BLOCK;
        let (by, later) = if corrected {
            (ADMIN, draw.within(6 * DAY, 20 * DAY))
        } else {
            (order.author, draw.within(0, 30 * MINUTE))
        };
        let at = portion.window.not_after(order.created + later);
        let id = file_id(world, block, place, at);
        return uploaded(world, id, by, Some(order.id(world)), at, corrected, &mut draw);
    }
    let (by, at) = if place < OF_ORDERS + SENT {
        let sent = conversations::sent(world, block, talks, place - OF_ORDERS);
        (sent.sender, sent.at)
    } else {
        let at = portion.window.at(portion.index, portion.count, draw.bits());
        (people::author_at(world, &portion, at, &mut draw), at)
    };
    uploaded(world, file_id(world, block, place, at), by, None, at, false, &mut draw)
}

fn uploaded(
    world: &World,
    id: FileId,
    by: u64,
    order: Option<CommandeId>,
    at: i64,
    corrected: bool,
    draw: &mut Draw,
) -> File {
    let text = draw.pick(&FILES);
    let extension = text.filename.rsplit('.').next().unwrap_or("bin");
    let stored = format!("{}.{extension}", draw.hex(2));
    let size = match text.file_type {
        "AUDIO" | "VIDEO" | "ARCHIVE" => draw.within(2_000_000, 20_971_520),
        "IMAGE" => draw.within(60_000, 9_000_000),
        _ => draw.within(4_000, 6_000_000),
    };
    let description = if corrected {
        Some(format!("ADMIN_FILE:Version corrigée de « {} »", text.filename))
    } else {
        draw.maybe(250, |draw| format!("{} pages, version du {}", draw.within(8, 520), crate::time::in_french(at)))
    };
    File {
        id,
        filename: text.filename.to_owned(),
        url: format!("https://files.example.org/uploads/{stored}"),
        stored_name: stored,
        mime_type: text.mime_type.to_owned(),
        size,
        r#type: FileType::from_variant(text.file_type).expect("the texts use values of the Prisma schema"),
        uploaded_by_id: people::id(world, by),
        commande_id: order,
        description,
        is_public: draw.chance(10),
        created_at: moment(at),
        updated_at: moment(at),
    }
}

pub(crate) fn attachments(world: &World, blocks: Range<u64>) -> Vec<MessageAttachment> {
    let mut rows = Vec::with_capacity((blocks.end - blocks.start) as usize * 10);
    for block in blocks {
        let talks = conversations::talks(world, block);
        for which in 0..SENT {
            let sent = conversations::sent(world, block, &talks, which);
            let file = file_id(world, block, OF_ORDERS + which, sent.at);
            for (nth, (message, at)) in (0..).zip(sent.messages) {
                rows.push(MessageAttachment {
                    id: world.id(Stream::AttachmentId, (block * SENT + which) * 2 + nth, moment(at)),
                    message_id: message_id(world, message, at),
                    file_id: file.clone(),
                });
            }
        }
    }
    rows
}

/// Returns the id of the message with that number.
pub(crate) fn message_id(world: &World, number: u64, at: i64) -> MessageId {
    world.id(Stream::MessageId, number, moment(at))
}
