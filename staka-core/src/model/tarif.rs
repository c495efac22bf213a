//! The table `tarifs`: services and their prices.

use staka_macros::table;

use super::id::TarifId;
use crate::base::Timestamp;

/// Returns a price in centimes as the site shows it: `468€`, or `75,50€` if there are centimes.
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

/// A service with its price, synchronised with Stripe.
#[table("tarifs")]
pub struct Tarif {
    /// The tarif's id, a UUID as text.
    #[column(id, purpose = Key, keep = Content, erase = Keep, see = Internal, export, chars = 191)]
    pub id: TarifId,
    /// Name of the service; unique.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 255)]
    pub nom: String,
    /// Description of what the service covers.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bytes = 65535)]
    pub description: String,
    /// Price in centimes; 5000 is 50 €.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, bounds = Bounds::between(0, i32::MAX as i64))]
    pub prix: i64,
    /// Price as the site shows it, e.g. `50€`.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 50)]
    pub prix_formate: String,
    /// Type of service, e.g. `Correction` or `Relecture`.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 100)]
    pub type_service: String,
    /// Estimated duration as text, e.g. `7-8 jours`; null for none.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, chars = 100)]
    pub duree_estimee: Option<String>,
    /// Whether the service is active, that is, offered to clients.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = true)]
    pub actif: bool,
    /// Position in the list, lowest first.
    #[column(purpose = Publishing, keep = Content, erase = Keep, see = Public, private, default = 0)]
    pub ordre: i64,
    /// Time the row was created, UTC.
    #[column(created, purpose = Record, keep = Content, erase = Keep, see = Internal, export)]
    pub created_at: Timestamp,
    /// Time of the last change, UTC; increases with every change, so it serves as the row's version.
    #[column(updated, purpose = Record, keep = Content, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
    /// Id of the price at Stripe, `price_…`; null until it is recorded.
    #[column(purpose = Payment, keep = Content, erase = Keep, see = Public, private, chars = 255)]
    pub stripe_price_id: Option<String>,
    /// Id of the product at Stripe, `prod_…`; null until it is recorded.
    #[column(purpose = Payment, keep = Content, erase = Keep, see = Public, private, chars = 255)]
    pub stripe_product_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::prix_formate;

    #[test]
    fn a_price_shows_centimes_only_if_it_has_any() {
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
