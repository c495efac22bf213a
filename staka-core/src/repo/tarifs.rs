//! Prices.

use super::table::verbs;
use crate::base::{Args, Result};
use crate::db::{Access, Conn, Statement};
use crate::model::view::TarifOffer;
use crate::model::{Tarif, TarifFilter, TarifId};

verbs!(Tarif, TarifId, TarifFilter, "tarifs");

static ACTIVE: Statement = Statement::fixed(
    "tarifs.active",
    "SELECT t.id, t.nom, t.description, t.prix, t.prixFormate, t.dureeEstimee, t.stripePriceId, t.stripeProductId FROM tarifs t FORCE INDEX (staka_tarifs_active) \
     WHERE t.actif = TRUE AND t.stripeProductId IS NOT NULL ORDER BY t.ordre, t.prix, t.id",
    &[Access::Index { table: "t", keys: &["staka_tarifs_active"] }],
);

/// The services that can be bought, in their order, then the cheapest first.
pub async fn active(conn: &mut Conn) -> Result<Vec<TarifOffer>> {
    conn.all(&ACTIVE, Args::new()).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.push(&ACTIVE);
    all
}
