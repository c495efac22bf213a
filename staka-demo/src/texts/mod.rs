//! Fictitious French texts for the demo data. They refer to no real person, company or address.

pub(crate) mod audit;
pub(crate) mod faqs;
pub(crate) mod faqs_more;
pub(crate) mod manuscripts;
pub(crate) mod messages;
pub(crate) mod messages_team;
pub(crate) mod notifications;
pub(crate) mod pages;
pub(crate) mod pages_blog;
pub(crate) mod pages_blog_more;
pub(crate) mod pages_help;
pub(crate) mod pages_legal;
pub(crate) mod pages_rgpd;
pub(crate) mod people;
pub(crate) mod support;
pub(crate) mod tarifs;

/// A row of `tarifs`; `stripe` is whether the row has Stripe ids.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TarifText {
    pub(crate) nom: &'static str,
    pub(crate) description: &'static str,
    pub(crate) prix_centimes: i64,
    pub(crate) type_service: &'static str,
    pub(crate) duree_estimee: Option<&'static str>,
    pub(crate) actif: bool,
    pub(crate) stripe: bool,
}

/// A row of `faqs`; its position in the list is its `ordre`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FaqText {
    pub(crate) categorie: &'static str,
    pub(crate) question: &'static str,
    pub(crate) answer: &'static str,
    pub(crate) details: Option<&'static str>,
    pub(crate) visible: bool,
}

/// A row of `pages`; `kind` and `status` are values of `PageType` and `PageStatus`, `tags` is CSV.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CmsPageText {
    pub(crate) slug: &'static str,
    pub(crate) title: &'static str,
    pub(crate) excerpt: &'static str,
    pub(crate) content: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) status: &'static str,
    pub(crate) category: Option<&'static str>,
    pub(crate) tags: Option<&'static str>,
    pub(crate) meta_title: Option<&'static str>,
    pub(crate) meta_description: Option<&'static str>,
    pub(crate) meta_keywords: Option<&'static str>,
    pub(crate) require_auth: bool,
    pub(crate) is_public: bool,
}

/// A published public page without SEO fields, the base of most rows.
const PAGE: CmsPageText = CmsPageText {
    slug: "",
    title: "",
    excerpt: "",
    content: "",
    kind: "PAGE",
    status: "PUBLISHED",
    category: None,
    tags: None,
    meta_title: None,
    meta_description: None,
    meta_keywords: None,
    require_auth: false,
    is_public: true,
};

/// A visible FAQ row without details.
const fn faq(categorie: &'static str, question: &'static str, answer: &'static str) -> FaqText {
    FaqText { categorie, question, answer, details: None, visible: true }
}

/// A file as its owner named it; `file_type` is a value of `FileType`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileText {
    pub(crate) filename: &'static str,
    pub(crate) mime_type: &'static str,
    pub(crate) file_type: &'static str,
}

/// A notification; `kind` is a value of `NotificationType`, `action_url` may contain `{id}`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NotificationText {
    pub(crate) kind: &'static str,
    pub(crate) title: &'static str,
    pub(crate) message: &'static str,
    pub(crate) action_url: Option<&'static str>,
}

/// A ticket; `category` is a value of `SupportCategory`, `tags` is CSV.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TicketText {
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) category: &'static str,
    pub(crate) tags: Option<&'static str>,
}

/// An audited action; `details` is JSON in which `{id}` is replaced by the target's id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AuditText {
    pub(crate) action: &'static str,
    pub(crate) target_type: &'static str,
    pub(crate) severity: &'static str,
    pub(crate) details: &'static str,
}
