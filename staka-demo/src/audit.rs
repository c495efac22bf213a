//! Entries of the audit log.

use std::ops::Range;

use staka_core::base::{JsonText, TextEnum};
use staka_core::model::{AuditLog, AuditSeverity, AuditTargetType};

use crate::commandes;
use crate::draw::{Draw, Stream};
use crate::people::{self, ADMIN};
use crate::plan::World;
use crate::texts::audit::{ACTS, IPS, USER_AGENTS};
use crate::time::moment;

const BASE_ENTRIES: u64 = 20_000;

pub(crate) fn entries(world: &World, units: Range<u64>) -> Vec<AuditLog> {
    units.map(|index| entry(world, index)).collect()
}

fn entry(world: &World, index: u64) -> AuditLog {
    let portion = world.portion(index, BASE_ENTRIES);
    let mut draw = world.draw(Stream::Audit, index);
    let at = portion.window.at(portion.index, portion.count, draw.bits());
    // Severe actions are rare.
    let ctx = loop {
        let ctx = draw.pick(&ACTS);
        let kept = match ctx.severity {
            "CRITICAL" => 150,
            "HIGH" => 350,
            _ => 1000,
        };
        if draw.chance(kept) {
            break ctx;
        }
    };
    let author = people::author_at(world, &portion, at, &mut draw);
    let target = target(world, portion.growth, ctx.target_type, author, at, &mut draw);
    let by = match ctx.target_type {
        "system" if portion.growth => people::email(world, 3 + draw.below(2)),
        "system" => people::email(world, ADMIN),
        "auth" if draw.chance(100) => "unknown".to_owned(),
        _ if draw.chance(60) => "system".to_owned(),
        "command" | "invoice" => people::email(world, people::teammate(&mut draw)),
        _ => people::email(world, author),
    };
    let details = ctx.details.replace("{id}", target.as_deref().unwrap_or("?"));
    AuditLog {
        id: world.id(Stream::AuditId, index, moment(at)),
        timestamp: moment(at),
        action: ctx.action.to_owned(),
        target_type: AuditTargetType::from_variant(ctx.target_type).expect("the texts use values of the Prisma schema"),
        target_id: target,
        details: draw.maybe(950, |_| JsonText::from_column(details)),
        ip_address: draw.maybe(if by == "system" { 0 } else { 960 }, |draw| draw.text(&IPS).to_owned()),
        user_agent: draw.maybe(if by == "system" { 0 } else { 940 }, |draw| draw.text(&USER_AGENTS).to_owned()),
        severity: AuditSeverity::from_variant(ctx.severity).expect("the texts use values of the Prisma schema"),
        admin_email: by,
        created_at: moment(at),
    }
}

fn target(world: &World, growth: bool, kind: &str, author: u64, at: i64, draw: &mut Draw) -> Option<String> {
    match kind {
        "user" | "auth" => Some(people::id(world, author).to_string()),
        "command" | "invoice" | "payment" | "file" => {
            commandes::before(world, growth, at, draw).map(|order| order.id(world).to_string())
        }
        _ => None,
    }
}
