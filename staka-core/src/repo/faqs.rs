//! Queries of the table `faqs`.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::Described;

use super::select::{self, By, List, Path, SEARCHED, SortColumn};
use super::table::verbs;
use crate::base::{Args, Match, Page, PageRequest, Predicate, Result, Table, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{FaqCount, PublicFaq};
use crate::model::{Faq, FaqId};

verbs!(Faq, FaqId, "faqs": lookup, add, update, remove);

static COUNT_BY_CATEGORIE: Statement = Statement::fixed(
    "faqs.count_by_categorie",
    "SELECT f.categorie, COUNT(*) FROM faqs f WHERE f.visible = TRUE GROUP BY f.categorie ORDER BY f.categorie",
    &[Access::Index { table: "f", keys: &["staka_faqs_visible"] }],
);

/// Returns the number of visible questions of each category, by category.
pub async fn count_by_categorie(conn: &mut Conn) -> Result<Vec<FaqCount>> {
    conn.all(&COUNT_BY_CATEGORIE, Args::new()).await
}

static PUBLIC: List = List {
    name: "faqs.list_public",
    columns: "f.id, f.question, f.answer, f.details, f.categorie, f.ordre",
    from: "faqs f FORCE INDEX (staka_faqs_public)",
    id: "f.id",
    joined: &[],
    paths: &[
        Path::index(By::Default, "f", &["staka_faqs_public"]),
        Path::index(By::Filter(&["categorie"]), "f", &["staka_faqs_public"]),
    ],
};

/// A filter for visible questions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct PublicFaqFilter {
    /// The category of the questions to return; all categories by default.
    #[described(bounds = Bounds::chars(0, 100))]
    pub categorie: Option<String>,
}

/// Returns the visible questions, of one category or of all, by `ordre`, then oldest first. No argument makes it return
/// hidden ones.
pub async fn list_public(conn: &mut Conn, filter: &PublicFaqFilter, page: &PageRequest) -> Result<Page<PublicFaq>> {
    let mut predicate = Predicate::default();
    predicate.and("f.visible = TRUE");
    if let Some(categorie) = &filter.categorie {
        predicate.and("f.categorie = ?").push(categorie);
    }
    select::page(
        conn,
        &PUBLIC,
        predicate,
        &[SortColumn::asc("f.ordre"), SortColumn::asc("f.createdAt")],
        page,
        100,
        500,
    )
    .await
}

/// A filter for questions; all fields that are set must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct FaqFilter {
    /// Text contained in the question, answer or details, ignoring case and accents.
    #[described(bounds = Bounds::chars(0, 255).trimmed())]
    pub search: Option<String>,
    /// Categories of the questions; any by default.
    #[described(bounds = Bounds::chars(0, 100))]
    pub categorie: Match<String>,
    /// Whether the questions are visible; any by default.
    pub visible: Match<bool>,
}

static LIST: List = List {
    name: "faqs.list",
    columns: "f.id, f.question, f.answer, f.details, f.ordre, f.visible, f.categorie, f.createdAt, f.updatedAt",
    from: "faqs f",
    id: "f.id",
    joined: &[],
    paths: &[
        Path::scan(By::Default, "f", "no index has this order, and there are few questions"),
        Path::scan(By::Filter(&["search"]), "f", SEARCHED),
        Path::index(By::Filter(&["categorie"]), "f", &["faqs_categorie_idx"]),
        Path::index(By::Filter(&["visible"]), "f", &["faqs_visible_idx", "staka_faqs_visible", "staka_faqs_public"]),
    ],
};

/// Returns the questions that match the filter, visible or hidden, by `ordre`, then newest first.
pub async fn list(conn: &mut Conn, filter: &FaqFilter, page: &PageRequest) -> Result<Page<Faq>> {
    let mut predicate = Predicate::default();
    predicate.contains(&["f.question", "f.answer", "f.details"], filter.search.as_deref());
    predicate.matches("f.`categorie`", &filter.categorie);
    predicate.matches("f.`visible`", &filter.visible);
    select::page(conn, &LIST, predicate, &[SortColumn::asc("f.ordre"), SortColumn::desc("f.createdAt")], page, 20, 100)
        .await
}

static LOCK: LazyLock<Statement> = LazyLock::new(|| {
    let text = format!("SELECT {} FROM faqs t WHERE t.id = ? FOR UPDATE", Faq::SELECT);
    Statement::fixed("faqs.locked", "", BY_ID).with_text(text)
});

/// Locks the question's row until the transaction ends and returns it.
pub async fn lock(conn: &mut Conn, id: &FaqId) -> Result<Option<Faq>> {
    conn.optional(&LOCK, Args::new().with(id)).await
}

const BY_ID: &[Access] = &[Access::Index { table: "t", keys: &["PRIMARY"] }];

/// The maximum number of questions reordered at once.
pub const MAX_REORDERED: usize = 512;

/// The lists of ids are padded to powers of two, so that ten statements serve all lengths.
static REORDER: LazyLock<Vec<Statement>> = LazyLock::new(|| {
    let lists = (0..=MAX_REORDERED.ilog2()).map(|power| vec!["?"; 1 << power].join(", "));
    let text = |ids: String| {
        format!(
            "UPDATE faqs t FORCE INDEX (PRIMARY) SET t.ordre = FIELD(t.id, {ids}), t.updatedAt = GREATEST(?, t.updatedAt + INTERVAL 1000 MICROSECOND) \
             WHERE t.id IN ({ids})"
        )
    };
    lists.map(|ids| Statement::fixed("faqs.reorder", "", BY_ID).with_text(text(ids))).collect()
});

/// Sets `ordre` to 1, 2, … in the order of the ids, of which there are 1 to [`MAX_REORDERED`] without duplicates.
/// Returns the number of questions that exist.
pub async fn reorder(conn: &mut Conn, ids: &[FaqId], now: Timestamp) -> Result<u64> {
    let padded = ids.len().next_power_of_two();
    // The last id is repeated as padding; FIELD() returns the position of its first occurrence.
    let list = || (0..padded).map(|place| &ids[place.min(ids.len() - 1)]);
    let mut args = Args::new();
    list().for_each(|id| args.push(id));
    args.push(now);
    list().for_each(|id| args.push(id));
    conn.execute(&REORDER[padded.ilog2() as usize], args).await
}

/// Returns the lists of this module.
pub(super) fn lists() -> Vec<&'static List> {
    vec![&PUBLIC, &LIST]
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&COUNT_BY_CATEGORIE, &*LOCK]);
    all.extend(REORDER.iter());
    all
}
