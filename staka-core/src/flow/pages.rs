//! Pages: made, changed, shown, put away.
//!
//! Where a page may go, by where it stands; a `Conflict` where there is no way. A scheduled page whose time has come
//! counts as published, as it is for readers: nobody has to be awake at that moment.
//!
//! | | publish | unpublish | schedule | archive |
//! |---|---|---|---|---|
//! | DRAFT | PUBLISHED | – | SCHEDULED | ARCHIVED |
//! | SCHEDULED, to come | PUBLISHED | DRAFT | SCHEDULED, moved | ARCHIVED |
//! | PUBLISHED, or SCHEDULED and come | – | DRAFT | – | ARCHIVED |
//! | ARCHIVED | PUBLISHED | – | SCHEDULED | – |
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::{Actor, Ctx, ErrorKind, PageDraft};
//!
//! let db = staka.as_system();
//! let page = db.pages().create(PageDraft::new("Été à Saint-Malo")).await?;
//! assert_eq!(page.slug, "ete-a-saint-malo");
//! let site = staka.as_actor(Ctx::new(Actor::Anonymous));
//! assert!(site.pages().by_slug(page.slug.clone()).await?.is_none(), "a draft is nobody's");
//! db.pages().publish(&page.id).await?;
//! assert!(site.pages().by_slug(page.slug.clone()).await?.is_some());
//! assert_eq!(db.pages().publish(&page.id).await.unwrap_err().kind(), ErrorKind::Conflict);
//! # Ok(()) }
//! ```

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::act::Act;
use super::journal::{self, Action};
use crate::base::{Error, ErrorKind, Faults, Patch, Result, RowPatch, Table, TextEnum, Timestamp, given};
use crate::db::Conn;
use crate::model::view::{PageDetail, PageState, PageStats, PageText, PagesByStatus};
use crate::model::{Page, PageId, PagePatch, PageStatus, PageType, Tags, slug_of};
use crate::repo::pages;

/// A new page, which is a draft until it is published or scheduled.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct PageDraft {
    /// Title; trimmed.
    pub title: String,
    /// Its name in the address, unique: made lower-case, accents folded, hyphens between words. The title's unless given.
    pub slug: Option<String>,
    /// The text, HTML, as it is; empty unless given.
    pub content: Option<String>,
    /// Summary; a blank one is none.
    pub excerpt: Option<String>,
    /// What kind of page it is; PAGE unless given.
    pub r#type: Option<PageType>,
    /// Title for search engines; a blank one is none.
    pub meta_title: Option<String>,
    /// Description for search engines; a blank one is none.
    pub meta_description: Option<String>,
    /// Keywords for search engines; blank for none.
    pub meta_keywords: Option<String>,
    /// Category; a blank one is none.
    pub category: Option<String>,
    /// Tags, without commas; trimmed, each once.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Place among its type, lowest first; 0 unless given.
    pub sort_order: Option<i64>,
    /// Whether visitors may see it, once it is published; they may, unless given.
    pub is_public: Option<bool>,
    /// Whether one must be signed in; not so unless given.
    pub require_auth: Option<bool>,
}

/// What is to change of a page: what is left out stays. Whether it is shown is changed by publish, unpublish, schedule
/// and archive alone.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PageChange {
    /// Title; trimmed.
    pub title: Patch<String>,
    /// Its name in the address, unique: made lower-case, accents folded, hyphens between words.
    pub slug: Patch<String>,
    /// The text, HTML, as it is.
    pub content: Patch<String>,
    /// Summary; null or blank for none.
    pub excerpt: Patch<Option<String>>,
    /// What kind of page it is.
    pub r#type: Patch<PageType>,
    /// Title for search engines; null or blank for none.
    pub meta_title: Patch<Option<String>>,
    /// Description for search engines; null or blank for none.
    pub meta_description: Patch<Option<String>>,
    /// Keywords for search engines; null or blank for none.
    pub meta_keywords: Patch<Option<String>>,
    /// Category; null or blank for none.
    pub category: Patch<Option<String>>,
    /// All tags, without commas; trimmed, each once.
    pub tags: Patch<Vec<String>>,
    /// Place among its type, lowest first.
    pub sort_order: Patch<i64>,
    /// Whether visitors may see it, once it is published.
    pub is_public: Patch<bool>,
    /// Whether one must be signed in.
    pub require_auth: Patch<bool>,
}

/// The slug that a text gives, which must be one and fit.
fn slug_given(text: &str, faults: &mut Faults) -> String {
    let slug = slug_of(text);
    if slug.is_empty() {
        faults.add("slug", "must have a letter or a digit");
    }
    slug
}

fn tags_given(tags: &[String], faults: &mut Faults) -> Option<String> {
    Tags::new(tags)
        .unwrap_or_else(|problem| {
            faults.add("tags", problem);
            Tags::default()
        })
        .to_column()
}

/// Makes a draft. `Invalid` names every faulty field; `Conflict` (key `pages_slug_key`) when another page has the slug.
pub async fn create(conn: &mut Conn, act: &Act<'_>, draft: &PageDraft) -> Result<PageDetail> {
    let mut faults = Faults::default();
    let title = given::required("title", &draft.title, &mut faults);
    let page = Page {
        id: act.new_id(),
        slug: match (&draft.slug, title.is_empty()) {
            (Some(slug), _) => slug_given(slug, &mut faults),
            // The title is at fault already.
            (None, true) => String::new(),
            (None, false) => slug_given(&title, &mut faults),
        },
        title,
        content: draft.content.clone().unwrap_or_default(),
        excerpt: given::optional(draft.excerpt.as_deref()),
        r#type: draft.r#type.clone().unwrap_or(PageType::Page),
        status: PageStatus::Draft,
        meta_title: given::optional(draft.meta_title.as_deref()),
        meta_description: given::optional(draft.meta_description.as_deref()),
        meta_keywords: given::optional(draft.meta_keywords.as_deref()),
        category: given::optional(draft.category.as_deref()),
        tags: tags_given(&draft.tags, &mut faults),
        sort_order: draft.sort_order.unwrap_or(0),
        is_public: draft.is_public.unwrap_or(true),
        require_auth: draft.require_auth.unwrap_or(false),
        published_at: None,
        created_at: act.now,
        updated_at: act.now,
    };
    page.check(&mut faults);
    faults.into_result()?;
    pages::add(conn, std::slice::from_ref(&page)).await?;
    let details = json!({"slug": page.slug, "type": page.r#type});
    journal::write(conn, act, Action::PageCreated, Some(page.id.as_str()), details).await?;
    Ok(page.into())
}

/// Changes a page. `Invalid` names every faulty field, `NotFound` when it is gone, `Precondition` when it is not at
/// `expected` any more, `Conflict` (key `pages_slug_key`) when another page has the slug.
pub async fn update(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &PageId,
    change: &PageChange,
    expected: Option<Timestamp>,
) -> Result<PageDetail> {
    let mut faults = Faults::default();
    let optional = |text: &Patch<Option<String>>| text.clone().map(|text| given::optional(text.as_deref()));
    let patch = PagePatch {
        title: change.title.clone().map(|title| given::required("title", &title, &mut faults)),
        slug: change.slug.clone().map(|slug| slug_given(&slug, &mut faults)),
        content: change.content.clone(),
        excerpt: optional(&change.excerpt),
        r#type: change.r#type.clone(),
        meta_title: optional(&change.meta_title),
        meta_description: optional(&change.meta_description),
        meta_keywords: optional(&change.meta_keywords),
        category: optional(&change.category),
        tags: change.tags.clone().map(|tags| tags_given(&tags, &mut faults)),
        sort_order: change.sort_order.clone(),
        is_public: change.is_public.clone(),
        require_auth: change.require_auth.clone(),
        ..PagePatch::default()
    };
    patch.check(&mut faults);
    faults.into_result()?;
    let before = pages::locked(conn, id).await?.ok_or_else(|| absent(id))?;
    pages::update(conn, id, &patch, expected, act.now).await?;
    let after = pages::lookup(conn, id).await?.ok_or_else(|| absent(id))?;
    let mut details = json!({"slug": after.slug});
    if before.slug != after.slug {
        details["slug"] = json!({"from": before.slug, "to": after.slug});
    }
    journal::write(conn, act, Action::PageUpdated, Some(id.as_str()), details).await?;
    Ok(after.into())
}

/// Removes a page. `NotFound` when it is gone.
pub async fn remove(conn: &mut Conn, act: &Act<'_>, id: &PageId) -> Result<()> {
    let page = pages::locked(conn, id).await?.ok_or_else(|| absent(id))?;
    pages::remove(conn, id).await?;
    let details = json!({"slug": page.slug, "status": page.status});
    journal::write(conn, act, Action::PageDeleted, Some(id.as_str()), details).await
}

/// Where a page goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PageMove {
    /// It is shown from now on.
    Publish,
    /// It is a draft again.
    Unpublish,
    /// It is shown from then on.
    Schedule(Timestamp),
    /// It is put away; from when it was shown is kept.
    Archive,
}

/// The table above: status and `publishedAt` after the move, or what forbids it.
fn moved(page: &PageState, to: PageMove, now: Timestamp) -> Result<(PageStatus, Option<Timestamp>)> {
    let came = page.published_at.is_some_and(|at| at <= now);
    let published = page.status == PageStatus::Published || (page.status == PageStatus::Scheduled && came);
    let refused = |wanted: &str| {
        let is = if published { "published" } else { page.status.as_str() };
        Err(Error::new(ErrorKind::Conflict, format!("page {} is {is} and cannot be {wanted}", page.slug)))
    };
    match to {
        PageMove::Publish if published => refused("published again"),
        PageMove::Publish => Ok((PageStatus::Published, Some(now))),
        PageMove::Unpublish if published || page.status == PageStatus::Scheduled => Ok((PageStatus::Draft, None)),
        PageMove::Unpublish => refused("withdrawn"),
        PageMove::Schedule(_) if published => refused("scheduled before it is withdrawn"),
        PageMove::Schedule(at) => Ok((PageStatus::Scheduled, Some(at))),
        PageMove::Archive if page.status == PageStatus::Archived => refused("archived again"),
        PageMove::Archive => Ok((PageStatus::Archived, page.published_at)),
    }
}

/// Moves a page. `NotFound` when it is gone, `Conflict` where the table has no way, `Invalid` for a time that is not to
/// come.
pub async fn go(conn: &mut Conn, act: &Act<'_>, id: &PageId, to: PageMove) -> Result<PageDetail> {
    if let PageMove::Schedule(at) = to
        && at <= act.now
    {
        return Err(Error::invalid("at", "must be in the future"));
    }
    let before = pages::locked(conn, id).await?.ok_or_else(|| absent(id))?;
    let (status, published_at) = moved(&before, to, act.now)?;
    let patch =
        PagePatch { status: Patch::Set(status), published_at: Patch::Set(published_at), ..PagePatch::default() };
    pages::update(conn, id, &patch, None, act.now).await?;
    let after = pages::lookup(conn, id).await?.ok_or_else(|| absent(id))?;
    let details = json!({
        "slug": after.slug,
        "status": {"from": before.status, "to": after.status},
        "publishedAt": after.published_at,
    });
    journal::write(conn, act, Action::PageStatusChanged, Some(id.as_str()), details).await?;
    Ok(after.into())
}

/// A page as the administration works on it.
pub async fn detail(conn: &mut Conn, id: &PageId) -> Result<Option<PageDetail>> {
    Ok(pages::lookup(conn, id).await?.map(PageDetail::from))
}

/// The page of that name as the reader may see it now, or none. `Unauthenticated` where it is there for those who are
/// signed in: a door then asks to sign in, rather than to say that it is not there.
pub async fn by_slug(conn: &mut Conn, act: &Act<'_>, slug: &str) -> Result<Option<PageText>> {
    let signed_in = is_signed_in(act);
    match pages::by_slug(conn, slug, true, act.now).await? {
        Some(page) if page.require_auth && !signed_in => {
            Err(Error::new(ErrorKind::Unauthenticated, "the page is for those who are signed in"))
        }
        page => Ok(page),
    }
}

/// Whether the reader may see what is for those who are signed in; the program itself may.
pub fn is_signed_in(act: &Act<'_>) -> bool {
    act.user().is_some() || act.is_system()
}

/// How many pages there are in each status.
pub async fn stats(conn: &mut Conn) -> Result<PageStats> {
    let found = pages::by_status(conn).await?;
    let total = found.iter().map(|of| of.count).sum();
    let mut by_status: Vec<PagesByStatus> = PageStatus::VALUES
        .iter()
        .filter_map(|word| PageStatus::from_word(word))
        .map(|status| PagesByStatus { count: 0, status })
        .collect();
    for of in found {
        match by_status.iter_mut().find(|known| known.status == of.status) {
            Some(known) => known.count = of.count,
            None => by_status.push(of),
        }
    }
    Ok(PageStats { total, by_status })
}

fn absent(id: &PageId) -> Error {
    Error::new(ErrorKind::NotFound, format!("page {id} is not there"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_goes_where_the_table_says() {
        let now: Timestamp = "2026-06-15T12:00:00Z".parse().unwrap();
        let (past, later) = (now.minus(std::time::Duration::from_secs(1)), "2026-07-01T00:00:00Z".parse().unwrap());
        use PageMove::{Archive, Publish, Schedule, Unpublish};
        use PageStatus::{Archived, Draft, Published, Scheduled};
        // Where a page stands, and where each of the four moves leads, if anywhere.
        type Place = (PageStatus, Option<Timestamp>);
        let table: [(PageStatus, Option<Timestamp>, [Option<Place>; 4]); 6] = [
            (Draft, None, [Some((Published, Some(now))), None, Some((Scheduled, Some(later))), Some((Archived, None))]),
            (
                Scheduled,
                Some(later),
                [
                    Some((Published, Some(now))),
                    Some((Draft, None)),
                    Some((Scheduled, Some(later))),
                    Some((Archived, Some(later))),
                ],
            ),
            (Scheduled, Some(now), [None, Some((Draft, None)), None, Some((Archived, Some(now)))]),
            (Published, Some(past), [None, Some((Draft, None)), None, Some((Archived, Some(past)))]),
            (Published, None, [None, Some((Draft, None)), None, Some((Archived, None))]),
            (Archived, Some(past), [Some((Published, Some(now))), None, Some((Scheduled, Some(later))), None]),
        ];
        for (status, published_at, ways) in table {
            let page = PageState { slug: "s".into(), status, published_at };
            for (to, wanted) in [Publish, Unpublish, Schedule(later), Archive].into_iter().zip(ways) {
                match moved(&page, to, now) {
                    Ok(given) => assert_eq!(Some(given), wanted, "{page:?} {to:?}"),
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::Conflict);
                        assert_eq!(wanted, None, "{page:?} {to:?}");
                    }
                }
            }
        }
    }
}
