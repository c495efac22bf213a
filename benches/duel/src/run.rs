//! The whole run: all peers on the Prisma schema's indexes, on Staka's indexes, then Staka's cost by scale. Prints one
//! line of JSON for each measurement.

use mysql_async::prelude::Queryable;
use serde_json::{Value, json};
use staka_core::model::ConversationId;
use staka_demo::{Scale, subjects};

use crate::Result;
use crate::contest::{self, Check, Effort};
use crate::counters::{Counters, server_share};
use crate::data::{self, guide_of, ours_of};
use crate::peers::{NAMES, Peer};
use crate::question::{ALL, Of, Query, Who};
use server::Server;

/// A call changes tens of thousands of rows and takes seconds, as does its ROLLBACK, so it is compared only with
/// handwritten SQL, at one scale.
const SLOW: (Query, Who) = (Query::MarkAllRead, Who::Heavy);

/// The options of a run.
pub(crate) struct Wish {
    pub(crate) quick: bool,
    /// Part of the names of the queries to run.
    pub(crate) only: String,
    /// The scales at which Staka's cost is plotted.
    pub(crate) scales: Vec<Scale>,
}

impl Wish {
    const fn effort(&self) -> Effort {
        if self.quick { Effort::QUICK } else { Effort::FULL }
    }

    /// Returns every query with each of its users.
    fn questions(&self) -> impl Iterator<Item = (Query, Who)> {
        let all = ALL.into_iter().filter(|query| query.name().contains(&self.only));
        all.flat_map(|query| query.subjects().iter().map(move |&who| (query, who)))
    }
}

pub(crate) async fn run(server: &Server, wish: &Wish) -> Result {
    for &scale in [Scale::Medium].iter().chain(&wish.scales) {
        data::prepare(server, scale).await?;
    }
    let light = light_conversation(server).await?;
    let mut counters = Counters::open(server).await?;
    place(server, wish).await?;
    for (indexes, database) in [("ours", Some(ours_of(Scale::Medium))), ("guide", guide_of(Scale::Medium))] {
        let Some(database) = database else { continue };
        beside_peers(server, wish, &mut counters, indexes, &database, &light).await?;
    }
    by_scale(server, wish, &mut counters, &light).await
}

fn say(line: &Value) {
    println!("{line}");
}

async fn beside_peers(
    server: &Server,
    wish: &Wish,
    counters: &mut Counters,
    indexes: &str,
    database: &str,
    light: &ConversationId,
) -> Result {
    let owned = ours_of(Scale::Medium);
    let mut peers = vec![Peer::open(NAMES[0], server, &owned).await?];
    for name in &NAMES[1..] {
        // Staka's SQL names Staka's indexes.
        if database == owned || *name != Peer::STAKAS_SQL {
            peers.push(Peer::open(name, server, database).await?);
        }
    }
    for peer in &mut peers {
        if let Some(versions) = peer.versions()? {
            say(&json!({ "script": "versions", "peer": peer.name, "versions": versions }));
        }
    }
    let mut profiled = Peer::profiled(server, &owned).await?;
    for (query, who) in wish.questions().filter(|&question| !wish.quick || question != SLOW) {
        eprintln!("==> {indexes}: {} ({})", query.name(), who.name());
        let of = Of::new(who, light)?;
        let asked = |peer: &&mut Peer| (query, who) != SLOW || !peer.is_library();
        let mut all: Vec<&mut Peer> = peers.iter_mut().filter(asked).collect();
        let found = contest::hold(&mut all, counters, (query, &of), wish.effort(), Check::On).await?;
        let share = server_share(&mut profiled, query, &of, if wish.quick { 3 } else { 11 }).await?;
        for (place, (peer, result)) in all.iter().zip(&found).enumerate() {
            let mut line = result.line((place > 0).then(|| &found[0]));
            about(&mut line, "peers", query, who);
            line["peer"] = peer.name.into();
            line["indexes"] = indexes.into();
            if place == 0 {
                line["server_ms"] = share.into();
            }
            say(&line);
        }
    }
    Ok(())
}

fn about(line: &mut Value, script: &str, query: Query, who: Who) {
    line["script"] = script.into();
    line["number"] = query.number().into();
    line["query"] = query.name().into();
    line["subject"] = who.name().into();
}

/// Measures Staka at every scale, and Prisma on the Prisma schema's indexes where there is such a database, in turn. A
/// ratio is the growth from the previous scale.
async fn by_scale(server: &Server, wish: &Wish, counters: &mut Counters, light: &ConversationId) -> Result {
    if wish.scales.len() < 2 {
        return Ok(());
    }
    let mut peers = Vec::new();
    for &scale in &wish.scales {
        peers.push((scale, Peer::open(NAMES[0], server, &ours_of(scale)).await?));
    }
    for &scale in &wish.scales {
        if let Some(guide) = guide_of(scale) {
            peers.push((scale, Peer::open(Peer::PRISMA, server, &guide).await?));
        }
    }
    for (query, who) in wish.questions().filter(|&question| question != SLOW) {
        eprintln!("==> by scale: {} ({})", query.name(), who.name());
        let of = Of::new(who, light)?;
        let mut all: Vec<&mut Peer> = peers.iter_mut().map(|(_, peer)| peer).collect();
        // The results of heavy users grow with the scale; they were compared at the medium scale.
        let found = contest::hold(&mut all, counters, (query, &of), wish.effort(), Check::Off).await?;
        for (place, ((scale, peer), result)) in peers.iter().zip(&found).enumerate() {
            let before = place.checked_sub(1).filter(|&before| peers[before].1.name == peer.name);
            let mut line = result.line(before.map(|before| &found[before]));
            about(&mut line, "scale", query, who);
            line["peer"] = peer.name.into();
            line["scale"] = scale.to_string().into();
            say(&line);
        }
    }
    Ok(())
}

async fn light_conversation(server: &Server) -> Result<ConversationId> {
    let mut conn = data::connect(server, &ours_of(Scale::Medium)).await?;
    let sql = "SELECT m.conversationId FROM messages m LEFT JOIN message_attachments a ON a.messageId = m.id \
               WHERE m.senderId = ? OR m.receiverId = ? GROUP BY m.conversationId \
               ORDER BY COUNT(DISTINCT m.id) DESC, COUNT(a.id) DESC, m.conversationId LIMIT 1";
    let user = subjects().light;
    let found: Option<String> = conn.exec_first(sql, (user.as_str(), user.as_str())).await?;
    conn.disconnect().await?;
    Ok(found.ok_or("the light user has no conversation")?.parse()?)
}

/// Prints the machine, the server and the versions.
async fn place(server: &Server, wish: &Wish) -> Result {
    let mut conn = data::connect(server, "").await?;
    let told: Option<(String, String)> = conn.query_first("SELECT VERSION(), CAST(UTC_DATE() AS CHAR)").await?;
    conn.disconnect().await?;
    let (version, date) = told.ok_or("the server has no version")?;
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("");
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let scales: Vec<String> = wish.scales.iter().map(ToString::to_string).collect();
    say(&json!({
        "script": "place", "server": version, "date": date, "cores": cores, "quick": wish.quick, "scales": scales,
        "cpu": model.trim_start_matches([' ', '\t', ':']), "versions": crate::versions::rust(),
    }));
    Ok(())
}
