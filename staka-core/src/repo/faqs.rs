//! Questions and answers.

use super::table::verbs;
use crate::base::{Args, Result};
use crate::db::{Access, Conn, Statement};
use crate::model::view::FaqCount;
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

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.push(&COUNT_BY_CATEGORIE);
    all
}
