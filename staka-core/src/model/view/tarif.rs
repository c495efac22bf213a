//! Prices as visitors get them, counted, and beside what Stripe has.

use staka_macros::{Output, Record};

use crate::base::text_enum;
use crate::model::TarifId;

/// A service that is offered, as everybody may see it: nothing of Stripe.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct PublicTarif {
    /// The key.
    pub id: TarifId,
    /// Name of the service.
    pub nom: String,
    /// What it covers.
    pub description: String,
    /// Price in centimes.
    pub prix: i64,
    /// The price as shown.
    pub prix_formate: String,
    /// `Correction`, `Relecture`, …
    pub type_service: String,
    /// How long it takes.
    pub duree_estimee: Option<String>,
    /// Place in the list, lowest first.
    pub ordre: i64,
}

/// How many tarifs of a type there are.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct TarifsOfType {
    /// `Correction`, `Relecture`, …
    pub type_service: String,
    /// All of them.
    pub count: i64,
    /// Those that are offered.
    pub actifs: i64,
}

/// How many tarifs there are.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct TarifOverview {
    /// All of them.
    pub total: i64,
    /// Those that are offered.
    pub actifs: i64,
    /// Those that are not.
    pub inactifs: i64,
    /// By type, in its alphabetical order.
    pub by_type: Vec<TarifsOfType>,
}

text_enum! {
    /// What a tarif asks of Stripe.
    pub enum StripeAction {
        /// Make a product of this name and description, and a price of it; then record both ids.
        Create = "CREATE",
        /// Make the product active again.
        Unarchive = "UNARCHIVE",
        /// Give the product this name and description.
        Update = "UPDATE",
        /// Make a price of the product, its default one, and put `priceId` away where there is one: a price at Stripe
        /// never changes. Then record its id.
        NewPrice = "NEW_PRICE",
        /// Stripe has product and price already, and the tarif does not know them so: record their ids.
        Record = "RECORD",
        /// Make the product inactive.
        Archive = "ARCHIVE",
        /// Nothing: both sides agree.
        Nothing = "NOTHING",
    }
}

/// One thing to do at Stripe for one tarif. What is null is not to be sent.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct StripeStep {
    /// The tarif.
    pub tarif_id: TarifId,
    /// What is to be done.
    pub action: StripeAction,
    /// The product it is done to; null where it has to be made.
    pub product_id: Option<String>,
    /// The price that there is: put away by NEW_PRICE, recorded by RECORD.
    pub price_id: Option<String>,
    /// The product's name to send: CREATE, UPDATE.
    pub name: Option<String>,
    /// The product's description to send: CREATE, UPDATE.
    pub description: Option<String>,
    /// The price to send, in centimes: CREATE, NEW_PRICE.
    pub unit_amount: Option<i64>,
    /// Its currency, `eur`: CREATE, NEW_PRICE.
    pub currency: Option<String>,
}

/// What would make Stripe agree with the tarifs.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct StripePlan {
    /// By tarif, in the order in which they are to be done; at least one for each tarif.
    pub steps: Vec<StripeStep>,
    /// Active products of Stripe that belong to no tarif, by their ids: left alone, for a person to look at.
    pub strangers: Vec<String>,
}
