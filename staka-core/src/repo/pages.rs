//! The site's pages.

use super::table::verbs;
use crate::base::{Args, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::PublishedPage;
use crate::model::{Page, PageFilter, PageId};

verbs!(Page, PageId, PageFilter, "pages");

static PUBLISHED: Statement = Statement::fixed(
    "pages.published",
    "SELECT p.id, p.title, p.slug, p.excerpt, p.type, p.metaTitle, p.metaDescription, p.publishedAt FROM pages p FORCE INDEX (staka_pages_published) \
     WHERE p.status = 'PUBLISHED' AND p.isPublic = TRUE AND p.publishedAt <= ? ORDER BY p.type, p.sortOrder, p.slug",
    &[Access::Index { table: "p", keys: &["staka_pages_published"] }],
);

/// The pages that everybody may see now, by type, then by their order, then by slug.
pub async fn published(conn: &mut Conn, now: Timestamp) -> Result<Vec<PublishedPage>> {
    conn.all(&PUBLISHED, Args::new().with(now)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.push(&PUBLISHED);
    all
}
