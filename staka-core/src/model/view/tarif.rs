//! Tarifs as visitors see them, their numbers, and the plan of a synchronisation with Stripe.

use staka_macros::{Output, Record};

use crate::base::text_enum;
use crate::model::TarifId;

/// An active tarif as everybody may see it, without its Stripe ids.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct PublicTarif {
    /// The tarif's id.
    pub id: TarifId,
    /// Name of the service.
    pub nom: String,
    /// Description of what the service covers.
    pub description: String,
    /// Price in centimes.
    #[output(bounds = Bounds::between(0, i32::MAX as i64))]
    pub prix: i64,
    /// Price as the site shows it, e.g. `50€`.
    pub prix_formate: String,
    /// Type of service, e.g. `Correction` or `Relecture`.
    pub type_service: String,
    /// Estimated duration as text, e.g. `7-8 jours`; null for none.
    pub duree_estimee: Option<String>,
    /// Position in the list, lowest first.
    #[output(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64))]
    pub ordre: i64,
}

/// Numbers of tarifs of a type of service.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct TarifsOfType {
    /// Type of service, e.g. `Correction` or `Relecture`.
    pub type_service: String,
    /// Number of tarifs, active or not.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
    /// Number of active tarifs.
    #[output(bounds = Bounds::at_least(0))]
    pub actifs: i64,
}

/// Numbers of tarifs.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct TarifStats {
    /// Number of tarifs, active or not.
    #[output(bounds = Bounds::at_least(0))]
    pub total: i64,
    /// Number of active tarifs.
    #[output(bounds = Bounds::at_least(0))]
    pub actifs: i64,
    /// Number of inactive tarifs.
    #[output(bounds = Bounds::at_least(0))]
    pub inactifs: i64,
    /// Numbers by type of service, in alphabetical order.
    pub by_type: Vec<TarifsOfType>,
}

text_enum! {
    /// A change to make at Stripe for a tarif, or to record here.
    pub enum StripeSyncAction {
        /// Create a product with the step's name and description, and a price for it; then record both ids.
        Create = "CREATE",
        /// Set the product to active again.
        Unarchive = "UNARCHIVE",
        /// Set the product's name and description to those of the step.
        Update = "UPDATE",
        /// Create a new default price for the product and archive the old one, `priceId`, if any, as a price at Stripe
        /// cannot be changed. Then record the new id.
        NewPrice = "NEW_PRICE",
        /// Record the ids of the product and price, which exist at Stripe but are not recorded in the tarif.
        Record = "RECORD",
        /// Archive the product, that is, set it to inactive.
        Archive = "ARCHIVE",
        /// Do nothing, as both sides agree.
        Nothing = "NOTHING",
    }
}

/// One step of a synchronisation with Stripe, for one tarif. Fields that are null are not sent.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct StripeSyncStep {
    /// The id of the tarif.
    pub tarif_id: TarifId,
    /// Action to carry out. CREATE: create a product with the name, description and price of the step, then record both
    /// ids. UNARCHIVE: set the product to active again. UPDATE: set the product's name and description to those of the
    /// step. NEW_PRICE: create a new default price for the product, archive the old one (`priceId`), if any, then
    /// record the new id. RECORD: record the ids of the product and price, which are at Stripe but not in the tarif.
    /// ARCHIVE: set the product to inactive. NOTHING: both sides agree. Ids are recorded with `tarifs.set_stripe_ids`.
    pub action: StripeSyncAction,
    /// Id of the existing product at Stripe, `prod_…`; null for CREATE, and for NOTHING if the tarif has no product.
    /// CREATE includes the price, so that no NEW_PRICE follows it.
    pub product_id: Option<String>,
    /// Id of the existing price at Stripe, `price_…`: the one to archive for NEW_PRICE, to record for RECORD.
    pub price_id: Option<String>,
    /// Product name to send, for CREATE and UPDATE.
    pub name: Option<String>,
    /// Product description to send, for CREATE and UPDATE.
    pub description: Option<String>,
    /// Price to send in centimes, for CREATE and NEW_PRICE.
    #[output(bounds = Bounds::between(0, i32::MAX as i64))]
    pub unit_amount: Option<i64>,
    /// Currency of the price, `eur`, for CREATE and NEW_PRICE.
    pub currency: Option<String>,
}

/// The steps that would bring Stripe in line with the tarifs.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct StripeSyncPlan {
    /// Steps in the order to carry them out, grouped by tarif; at least one for each tarif.
    pub steps: Vec<StripeSyncStep>,
    /// Ids of active Stripe products that belong to no tarif. No step changes them; a person should check them.
    pub unmatched_products: Vec<String>,
}
