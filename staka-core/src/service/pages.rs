//! CMS pages: creation, changes, publication, archiving and deletion.
//!
//! The permitted transitions by status; any other fails with `Conflict`. A scheduled page whose time has passed counts
//! as published, as it does for readers, so no job has to publish it.
//!
//! | | publish | unpublish | schedule | archive |
//! |---|---|---|---|---|
//! | DRAFT | PUBLISHED | – | SCHEDULED | ARCHIVED |
//! | SCHEDULED, in the future | PUBLISHED | DRAFT | SCHEDULED, at another time | ARCHIVED |
//! | PUBLISHED, or SCHEDULED in the past | – | DRAFT | – | ARCHIVED |
//! | ARCHIVED | PUBLISHED | – | SCHEDULED | – |

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::audit_trail::{self, Action};
use super::context::OpContext;
use crate::base::{Error, ErrorKind, Patch, Result, RowPatch, Table, TextEnum, Timestamp, Violations, input_text};
use crate::db::Conn;
use crate::model::view::{CmsPageDetail, CmsPageState, CmsPageStats, CmsPageText, CmsPagesByStatus};
use crate::model::{CmsPage, CmsPageId, CmsPagePatch, PageStatus, PageType, Tags, slug_of};
use crate::repo::pages;

/// A new CMS page; it is a draft until it is published or scheduled.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct NewCmsPage {
    /// Title of the page; surrounding spaces are removed.
    #[described(bounds = Bounds::chars(1, 255).trimmed())]
    pub title: String,
    /// Slug, the page's unique name in the address; derived from the title by default. Converted to lower-case ASCII
    /// with hyphens between words.
    #[described(bounds = Bounds::chars(1, 1_000))]
    pub slug: Option<String>,
    /// Text of the page, as HTML; stored unchanged.
    #[described(bounds = Bounds::bytes(16_000_000).default_word(""))]
    pub content: Option<String>,
    /// Summary of the page; blank for none.
    #[described(bounds = Bounds::bytes(65_535).trimmed())]
    pub excerpt: Option<String>,
    /// Type of the page.
    #[described(bounds = Bounds::NONE.default_word("PAGE"))]
    pub r#type: Option<PageType>,
    /// Title for search engines; blank for none.
    #[described(bounds = Bounds::chars(0, 255).trimmed())]
    pub meta_title: Option<String>,
    /// Description for search engines; blank for none.
    #[described(bounds = Bounds::bytes(65_535).trimmed())]
    pub meta_description: Option<String>,
    /// Keywords for search engines; blank for none.
    #[described(bounds = Bounds::bytes(65_535).trimmed())]
    pub meta_keywords: Option<String>,
    /// Category of the page; blank for none.
    #[described(bounds = Bounds::chars(0, 100).trimmed())]
    pub category: Option<String>,
    /// Tags without commas. They are trimmed, and duplicates are removed.
    #[serde(default)]
    #[described(bounds = Bounds::items(0, 1_000).and(Bounds::chars(1, 1_000).trimmed()))]
    pub tags: Vec<String>,
    /// Position among the pages of its type, lowest first.
    #[described(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64).default(0))]
    pub sort_order: Option<i64>,
    /// Whether readers may see the page once it is published.
    #[described(bounds = Bounds::NONE.default_json("true"))]
    pub is_public: Option<bool>,
    /// Whether only signed-in readers may see the page.
    #[described(bounds = Bounds::NONE.default_json("false"))]
    pub require_auth: Option<bool>,
}

/// Changes to a CMS page; omitted fields keep their values. The status is changed by publish, unpublish, schedule and
/// archive only.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct CmsPageUpdate {
    /// Title of the page; surrounding spaces are removed.
    #[described(bounds = Bounds::chars(1, 255).trimmed())]
    pub title: Patch<String>,
    /// Slug, the page's unique name in the address. Converted to lower-case ASCII with hyphens between words.
    #[described(bounds = Bounds::chars(1, 1_000))]
    pub slug: Patch<String>,
    /// Text of the page, as HTML; stored unchanged.
    #[described(bounds = Bounds::bytes(16_000_000))]
    pub content: Patch<String>,
    /// Summary of the page; null or blank for none.
    #[described(bounds = Bounds::bytes(65_535).trimmed())]
    pub excerpt: Patch<Option<String>>,
    /// Type of the page.
    pub r#type: Patch<PageType>,
    /// Title for search engines; null or blank for none.
    #[described(bounds = Bounds::chars(0, 255).trimmed())]
    pub meta_title: Patch<Option<String>>,
    /// Description for search engines; null or blank for none.
    #[described(bounds = Bounds::bytes(65_535).trimmed())]
    pub meta_description: Patch<Option<String>>,
    /// Keywords for search engines; null or blank for none.
    #[described(bounds = Bounds::bytes(65_535).trimmed())]
    pub meta_keywords: Patch<Option<String>>,
    /// Category of the page; null or blank for none.
    #[described(bounds = Bounds::chars(0, 100).trimmed())]
    pub category: Patch<Option<String>>,
    /// All tags of the page, without commas. They are trimmed, and duplicates are removed.
    #[described(bounds = Bounds::items(0, 1_000).and(Bounds::chars(1, 1_000).trimmed()))]
    pub tags: Patch<Vec<String>>,
    /// Position among the pages of its type, lowest first.
    #[described(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64))]
    pub sort_order: Patch<i64>,
    /// Whether readers may see the page once it is published.
    pub is_public: Patch<bool>,
    /// Whether only signed-in readers may see the page.
    pub require_auth: Patch<bool>,
}

/// Returns the slug of a text, which must contain a letter or a digit.
fn checked_slug(text: &str, violations: &mut Violations) -> String {
    let slug = slug_of(text);
    if slug.is_empty() {
        violations.add("slug", "must have a letter or a digit");
    }
    slug
}

fn checked_tags(tags: &[String], violations: &mut Violations) -> Option<String> {
    Tags::new(tags)
        .unwrap_or_else(|problem| {
            violations.add("tags", problem);
            Tags::default()
        })
        .to_column()
}

/// Creates a draft. Fails with `Invalid`, naming every invalid field, and with `Conflict` (key `pages_slug_key`) if
/// another page has the slug.
pub async fn create(conn: &mut Conn, ctx: &OpContext<'_>, new: &NewCmsPage) -> Result<CmsPageDetail> {
    let mut violations = Violations::default();
    let title = input_text::required("title", &new.title, &mut violations);
    let page = CmsPage {
        id: ctx.new_id(),
        slug: match (&new.slug, title.is_empty()) {
            (Some(slug), _) => checked_slug(slug, &mut violations),
            // The title has been reported already.
            (None, true) => String::new(),
            (None, false) => checked_slug(&title, &mut violations),
        },
        title,
        content: new.content.clone().unwrap_or_default(),
        excerpt: input_text::optional(new.excerpt.as_deref()),
        r#type: new.r#type.clone().unwrap_or(PageType::Page),
        status: PageStatus::Draft,
        meta_title: input_text::optional(new.meta_title.as_deref()),
        meta_description: input_text::optional(new.meta_description.as_deref()),
        meta_keywords: input_text::optional(new.meta_keywords.as_deref()),
        category: input_text::optional(new.category.as_deref()),
        tags: checked_tags(&new.tags, &mut violations),
        sort_order: new.sort_order.unwrap_or(0),
        is_public: new.is_public.unwrap_or(true),
        require_auth: new.require_auth.unwrap_or(false),
        published_at: None,
        created_at: ctx.now,
        updated_at: ctx.now,
    };
    page.check(&mut violations);
    violations.into_result()?;
    pages::add(conn, std::slice::from_ref(&page)).await?;
    let details = json!({"slug": page.slug, "type": page.r#type});
    audit_trail::write(conn, ctx, Action::PageCreated, Some(page.id.as_str()), details).await?;
    Ok(page.into())
}

/// Changes a page. Fails with `Invalid`, naming every invalid field, with `NotFound` if the page does not exist, with
/// `Precondition` if its `updatedAt` is not `expected`, and with `Conflict` (key `pages_slug_key`) if another page has
/// the slug.
pub async fn update(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &CmsPageId,
    update: &CmsPageUpdate,
    expected: Option<Timestamp>,
) -> Result<CmsPageDetail> {
    let mut violations = Violations::default();
    let optional = |text: &Patch<Option<String>>| text.clone().map(|text| input_text::optional(text.as_deref()));
    let patch = CmsPagePatch {
        title: update.title.clone().map(|title| input_text::required("title", &title, &mut violations)),
        slug: update.slug.clone().map(|slug| checked_slug(&slug, &mut violations)),
        content: update.content.clone(),
        excerpt: optional(&update.excerpt),
        r#type: update.r#type.clone(),
        meta_title: optional(&update.meta_title),
        meta_description: optional(&update.meta_description),
        meta_keywords: optional(&update.meta_keywords),
        category: optional(&update.category),
        tags: update.tags.clone().map(|tags| checked_tags(&tags, &mut violations)),
        sort_order: update.sort_order.clone(),
        is_public: update.is_public.clone(),
        require_auth: update.require_auth.clone(),
        ..CmsPagePatch::default()
    };
    patch.check(&mut violations);
    violations.into_result()?;
    let before = pages::lock(conn, id).await?.ok_or_else(|| not_found(id))?;
    pages::update(conn, id, &patch, expected, ctx.now).await?;
    let after = pages::lookup(conn, id).await?.ok_or_else(|| not_found(id))?;
    let mut details = json!({"slug": after.slug});
    if before.slug != after.slug {
        details["slug"] = json!({"from": before.slug, "to": after.slug});
    }
    audit_trail::write(conn, ctx, Action::PageUpdated, Some(id.as_str()), details).await?;
    Ok(after.into())
}

/// Deletes a page. Fails with `NotFound` if it does not exist.
pub async fn delete(conn: &mut Conn, ctx: &OpContext<'_>, id: &CmsPageId) -> Result<()> {
    let page = pages::lock(conn, id).await?.ok_or_else(|| not_found(id))?;
    pages::remove(conn, id).await?;
    let details = json!({"slug": page.slug, "status": page.status});
    audit_trail::write(conn, ctx, Action::PageDeleted, Some(id.as_str()), details).await
}

/// A change of a page's status.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CmsPageTransition {
    /// Publish the page now.
    Publish,
    /// Turn the page back into a draft.
    Unpublish,
    /// Publish the page at the given time.
    Schedule(Timestamp),
    /// Archive the page; the time of publication is kept.
    Archive,
}

/// Returns the status and `publishedAt` after the transition, by the table above, or the error if it is not permitted.
fn next_state(page: &CmsPageState, to: CmsPageTransition, now: Timestamp) -> Result<(PageStatus, Option<Timestamp>)> {
    let has_passed = page.published_at.is_some_and(|at| at <= now);
    let published = page.status == PageStatus::Published || (page.status == PageStatus::Scheduled && has_passed);
    let refused = |change: &str| {
        let status = if published { "PUBLISHED" } else { page.status.as_str() };
        Err(Error::new(ErrorKind::Conflict, format!("page {} is {status} and cannot be {change}", page.slug)))
    };
    match to {
        CmsPageTransition::Publish if published => refused("published again"),
        CmsPageTransition::Publish => Ok((PageStatus::Published, Some(now))),
        CmsPageTransition::Unpublish if published || page.status == PageStatus::Scheduled => {
            Ok((PageStatus::Draft, None))
        }
        CmsPageTransition::Unpublish => refused("unpublished"),
        CmsPageTransition::Schedule(_) if published => refused("scheduled unless it is unpublished first"),
        CmsPageTransition::Schedule(at) => Ok((PageStatus::Scheduled, Some(at))),
        CmsPageTransition::Archive if page.status == PageStatus::Archived => refused("archived again"),
        CmsPageTransition::Archive => Ok((PageStatus::Archived, page.published_at)),
    }
}

/// Changes the status of a page. Fails with `NotFound` if the page does not exist, with `Conflict` if the table does
/// not permit the transition, and with `Invalid` if the time is not in the future.
pub async fn transition(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &CmsPageId,
    to: CmsPageTransition,
) -> Result<CmsPageDetail> {
    if let CmsPageTransition::Schedule(at) = to
        && at <= ctx.now
    {
        return Err(Error::invalid("at", "must be in the future"));
    }
    let before = pages::lock(conn, id).await?.ok_or_else(|| not_found(id))?;
    let (status, published_at) = next_state(&before, to, ctx.now)?;
    let patch =
        CmsPagePatch { status: Patch::Set(status), published_at: Patch::Set(published_at), ..CmsPagePatch::default() };
    pages::update(conn, id, &patch, None, ctx.now).await?;
    let after = pages::lookup(conn, id).await?.ok_or_else(|| not_found(id))?;
    let details = json!({
        "slug": after.slug,
        "status": {"from": before.status, "to": after.status},
        "publishedAt": after.published_at,
    });
    audit_trail::write(conn, ctx, Action::PageStatusChanged, Some(id.as_str()), details).await?;
    Ok(after.into())
}

/// Returns the page with its text, in any status, if it exists.
pub async fn get(conn: &mut Conn, id: &CmsPageId) -> Result<Option<CmsPageDetail>> {
    Ok(pages::lookup(conn, id).await?.map(CmsPageDetail::from))
}

/// Returns the page with the slug if the reader may see it now. Fails with `Unauthenticated` if the page requires a
/// signed-in reader, so that a site can ask the visitor to sign in.
pub async fn get_by_slug(conn: &mut Conn, ctx: &OpContext<'_>, slug: &str) -> Result<Option<CmsPageText>> {
    let signed_in = is_signed_in(ctx);
    match pages::get_by_slug(conn, slug, true, ctx.now).await? {
        Some(page) if page.require_auth && !signed_in => {
            Err(Error::new(ErrorKind::Unauthenticated, "the page is visible to signed-in readers only"))
        }
        page => Ok(page),
    }
}

/// Returns whether the caller may see pages that require a signed-in reader; the system may.
pub fn is_signed_in(ctx: &OpContext<'_>) -> bool {
    ctx.user().is_some() || ctx.is_system()
}

/// Returns the number of pages, in total and by status.
pub async fn stats(conn: &mut Conn) -> Result<CmsPageStats> {
    let found = pages::count_by_status(conn).await?;
    let total = found.iter().map(|group| group.count).sum();
    let mut by_status: Vec<CmsPagesByStatus> = PageStatus::VALUES
        .iter()
        .filter_map(|value| PageStatus::from_variant(value))
        .map(|status| CmsPagesByStatus { count: 0, status })
        .collect();
    for group in found {
        match by_status.iter_mut().find(|known| known.status == group.status) {
            Some(known) => known.count = group.count,
            None => by_status.push(group),
        }
    }
    Ok(CmsPageStats { total, by_status })
}

fn not_found(id: &CmsPageId) -> Error {
    Error::new(ErrorKind::NotFound, format!("page {id} not found"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transitions_follow_the_table() {
        let now: Timestamp = "2026-06-15T12:00:00Z".parse().unwrap();
        let (past, later) = (now.minus(std::time::Duration::from_secs(1)), "2026-07-01T00:00:00Z".parse().unwrap());
        use CmsPageTransition::{Archive, Publish, Schedule, Unpublish};
        use PageStatus::{Archived, Draft, Published, Scheduled};
        // The state of a page, and the state after each of the four transitions, if permitted.
        type State = (PageStatus, Option<Timestamp>);
        let table: [(PageStatus, Option<Timestamp>, [Option<State>; 4]); 6] = [
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
        for (status, published_at, states) in table {
            let page = CmsPageState { slug: "s".into(), status, published_at };
            for (to, expected) in [Publish, Unpublish, Schedule(later), Archive].into_iter().zip(states) {
                match next_state(&page, to, now) {
                    Ok(state) => assert_eq!(Some(state), expected, "{page:?} {to:?}"),
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::Conflict);
                        assert_eq!(expected, None, "{page:?} {to:?}");
                    }
                }
            }
        }
    }
}
