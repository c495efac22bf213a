//! The public content of the site as visitors see it.

use staka_macros::{Output, Record};

use crate::base::Timestamp;
use crate::model::{CmsPageId, PageType, TarifId};

/// A published CMS page, without its text.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct PublishedCmsPage {
    /// The page's id.
    pub id: CmsPageId,
    /// Title of the page.
    pub title: String,
    /// Slug, the page's name in the address; unique.
    pub slug: String,
    /// Summary of the page; null if there is none.
    pub excerpt: Option<String>,
    /// Type of the page.
    pub r#type: PageType,
    /// Title for search engines; null for none.
    pub meta_title: Option<String>,
    /// Description for search engines; null for none.
    pub meta_description: Option<String>,
    /// Time of publication, UTC.
    pub published_at: Option<Timestamp>,
}

/// The number of visible questions of a category.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct FaqCount {
    /// Category of the questions.
    pub categorie: String,
    /// Number of visible questions in the category.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// A service that can be bought, with its price.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct TarifOffer {
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
    /// Estimated duration as text, e.g. `7-8 jours`; null for none.
    pub duree_estimee: Option<String>,
    /// Id of the price at Stripe, `price_…`; null until it is recorded.
    pub stripe_price_id: Option<String>,
    /// Id of the product at Stripe, `prod_…`.
    pub stripe_product_id: Option<String>,
}
