//! Prices.

use staka_macros::table;

use super::id::TarifId;
use crate::base::Timestamp;

/// A price in centimes as the site shows it: `468€`, or `75,50€` where there are centimes.
///
/// ```
/// use staka_core::model::prix_formate;
/// assert_eq!(prix_formate(46_800), "468€");
/// assert_eq!(prix_formate(7_505), "75,05€");
/// ```
pub fn prix_formate(centimes: i64) -> String {
    let sign = if centimes < 0 { "-" } else { "" };
    match (centimes.unsigned_abs() / 100, centimes.unsigned_abs() % 100) {
        (euros, 0) => format!("{sign}{euros}€"),
        (euros, rest) => format!("{sign}{euros},{rest:02}€"),
    }
}

/// A service and its price, kept in step with Stripe.
#[table("tarifs")]
pub struct Tarif {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Content, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub id: TarifId,
    /// Name of the service.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 255)]
    pub nom: String,
    /// What it covers.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 65535)]
    pub description: String,
    /// Price in centimes: 5000 is 50 €.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private)]
    pub prix: i64,
    /// The price as shown, e.g. `50€`.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 50)]
    pub prix_formate: String,
    /// `Correction`, `Relecture`, …
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 100, filter)]
    pub type_service: String,
    /// How long it takes, e.g. `7-8 jours`.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 100)]
    pub duree_estimee: Option<String>,
    /// Whether it is offered.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = true, filter)]
    pub actif: bool,
    /// Place in the list, lowest first.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = 0)]
    pub ordre: i64,
    /// When the row was made, UTC.
    #[column(created, purpose = Record, keep = Content, erase = Keep, see = Internal, export, range)]
    pub created_at: Timestamp,
    /// When the row was last written, UTC; never twice the same, so it serves as the version.
    #[column(updated, purpose = Record, keep = Content, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
    /// Stripe’s price, `price_…`.
    #[column(purpose = Payment, keep = Content, erase = Keep, see = Public, private, chars = 255, filter)]
    pub stripe_price_id: Option<String>,
    /// Stripe’s product, `prod_…`; NULL until it is synced.
    #[column(purpose = Payment, keep = Content, erase = Keep, see = Public, private, chars = 255, filter)]
    pub stripe_product_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::prix_formate;

    #[test]
    fn a_price_is_shown_with_its_centimes_where_it_has_some() {
        for (centimes, shown) in [
            (0, "0€"),
            (5, "0,05€"),
            (99, "0,99€"),
            (100, "1€"),
            (12_345, "123,45€"),
            (2_147_483_647, "21474836,47€"),
            (-150, "-1,50€"),
        ] {
            assert_eq!(prix_formate(centimes), shown);
        }
    }
}
