//! Questions and answers.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::Described;

use super::select::{self, By, List};
use super::table::verbs;
use crate::base::{Args, Listing, Match, Page, Result, Table, Timestamp, Where};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{FaqCount, PublicFaq};
use crate::model::{Faq, FaqFilter, FaqId};

verbs!(Faq, FaqId, FaqFilter, "faqs");

static COUNT_BY_CATEGORIE: Statement = Statement::fixed(
    "faqs.count_by_categorie",
    "SELECT f.categorie, COUNT(*) FROM faqs f WHERE f.visible = TRUE GROUP BY f.categorie ORDER BY f.categorie",
    &[Access::Index { table: "f", keys: &["staka_faqs_visible"] }],
);

/// How many visible questions each category has, by category.
pub async fn count_by_categorie(conn: &mut Conn) -> Result<Vec<FaqCount>> {
    conn.all(&COUNT_BY_CATEGORIE, Args::new()).await
}

static PUBLIC: List = List {
    name: "faqs.public",
    columns: "f.id, f.question, f.answer, f.details, f.categorie, f.ordre",
    from: "faqs f FORCE INDEX (staka_faqs_public)",
    id: "f.id",
};

/// The questions that are shown, of one category or of all: in their order, then the oldest first. What is hidden is
/// no argument's to ask for.
pub async fn public(conn: &mut Conn, categorie: Option<&str>, page: &Page) -> Result<Listing<PublicFaq>> {
    let mut wanted = Where::default();
    wanted.and("f.visible = TRUE");
    if let Some(categorie) = categorie {
        wanted.and("f.categorie = ?").push(categorie);
    }
    select::page(conn, &PUBLIC, wanted, &[By::asc("f.ordre"), By::asc("f.createdAt")], page, 100, 500).await
}

/// Which questions a list shows.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FaqList {
    /// A part of question, answer or details, whatever its case and accents.
    pub search: Option<String>,
    /// Of these categories.
    pub categorie: Match<String>,
    /// Whether they are shown.
    pub visible: Match<bool>,
}

static LIST: List = List {
    name: "faqs.search",
    columns: "f.id, f.question, f.answer, f.details, f.ordre, f.visible, f.categorie, f.createdAt, f.updatedAt",
    from: "faqs f",
    id: "f.id",
};

/// The questions that are wanted, hidden ones too: in their order, then the newest first.
pub async fn search(conn: &mut Conn, wanted: &FaqList, page: &Page) -> Result<Listing<Faq>> {
    let mut conditions = Where::default();
    conditions.contains(&["f.question", "f.answer", "f.details"], wanted.search.as_deref());
    conditions.matches("f.`categorie`", &wanted.categorie);
    conditions.matches("f.`visible`", &wanted.visible);
    select::page(conn, &LIST, conditions, &[By::asc("f.ordre"), By::desc("f.createdAt")], page, 20, 100).await
}

static LOCKED: LazyLock<Statement> = LazyLock::new(|| {
    let text = format!("SELECT {} FROM faqs t WHERE t.id = ? FOR UPDATE", Faq::SELECT);
    Statement::fixed("faqs.locked", "", BY_ID).with_text(text)
});

/// The row of that id, which nobody else changes until the transaction ends.
pub async fn locked(conn: &mut Conn, id: &FaqId) -> Result<Option<Faq>> {
    conn.optional(&LOCKED, Args::new().with(id)).await
}

const BY_ID: &[Access] = &[Access::Index { table: "t", keys: &["PRIMARY"] }];

/// The most questions that are put in order at once.
pub const MOST_REORDERED: usize = 512;

/// Lists of ids grow by powers of two, so that there are ten texts.
static REORDER: LazyLock<Vec<Statement>> = LazyLock::new(|| {
    let lists = (0..=MOST_REORDERED.ilog2()).map(|power| vec!["?"; 1 << power].join(", "));
    let text = |ids: String| {
        format!(
            "UPDATE faqs t FORCE INDEX (PRIMARY) SET t.ordre = FIELD(t.id, {ids}), t.updatedAt = GREATEST(?, t.updatedAt + INTERVAL 1000 MICROSECOND) \
             WHERE t.id IN ({ids})"
        )
    };
    lists.map(|ids| Statement::fixed("faqs.reorder", "", BY_ID).with_text(text(ids))).collect()
});

/// Gives the questions the places 1, 2, … in the order of their ids, of which there are 1 to [`MOST_REORDERED`] and
/// none twice. Returns how many are there.
pub async fn reorder(conn: &mut Conn, ids: &[FaqId], now: Timestamp) -> Result<u64> {
    let padded = ids.len().next_power_of_two();
    // The last one repeats: its first place counts.
    let list = || (0..padded).map(|place| &ids[place.min(ids.len() - 1)]);
    let mut args = Args::new();
    list().for_each(|id| args.push(id));
    args.push(now);
    list().for_each(|id| args.push(id));
    conn.execute(&REORDER[padded.ilog2() as usize], args).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&COUNT_BY_CATEGORIE, &*LOCKED]);
    all.extend(REORDER.iter());
    all
}
