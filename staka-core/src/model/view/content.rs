//! The site's public content, as visitors get it.

use staka_macros::{Output, Record};

use crate::base::Timestamp;
use crate::model::{PageId, PageType, TarifId};

/// A page that is shown, without its text.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct PublishedPage {
    /// The key.
    pub id: PageId,
    /// Title.
    pub title: String,
    /// Its name in the address.
    pub slug: String,
    /// Summary.
    pub excerpt: Option<String>,
    /// What kind of page it is.
    pub r#type: PageType,
    /// Title for search engines.
    pub meta_title: Option<String>,
    /// Description for search engines.
    pub meta_description: Option<String>,
    /// From when it is shown, UTC.
    pub published_at: Option<Timestamp>,
}

/// How many questions a category shows.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct FaqCount {
    /// The category.
    pub categorie: String,
    /// Visible questions in it.
    pub count: i64,
}

/// A service that can be bought.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct TarifOffer {
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
    /// How long it takes.
    pub duree_estimee: Option<String>,
    /// Stripe's price, `price_…`.
    pub stripe_price_id: Option<String>,
    /// Stripe's product, `prod_…`.
    pub stripe_product_id: Option<String>,
}
