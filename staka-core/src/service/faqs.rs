//! Frequently asked questions: creation, changes, order and deletion.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::audit_trail::{self, Action};
use super::context::OpContext;
use crate::base::{Error, ErrorKind, Patch, Result, RowPatch, Table, Timestamp, Violations, input_text};
use crate::db::Conn;
use crate::model::{Faq, FaqId, FaqPatch};
use crate::repo::faqs;

/// A new question with its answer.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct NewFaq {
    /// Text of the question; surrounding spaces are removed.
    #[described(bounds = Bounds::bytes(65_535).not_blank())]
    pub question: String,
    /// Text of the answer.
    #[described(bounds = Bounds::bytes(16_000_000).not_blank())]
    pub answer: String,
    /// Further details; blank for none.
    #[described(bounds = Bounds::bytes(65_535).trimmed())]
    pub details: Option<String>,
    /// Category of the question; surrounding spaces are removed.
    #[described(bounds = Bounds::chars(1, 100).trimmed())]
    pub categorie: String,
    /// Position in the list, lowest first.
    #[described(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64).default(0))]
    pub ordre: Option<i64>,
    /// Whether visitors see the question.
    #[described(bounds = Bounds::NONE.default_json("true"))]
    pub visible: Option<bool>,
}

/// Changes to a question; omitted fields keep their values.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct FaqUpdate {
    /// Text of the question; surrounding spaces are removed.
    #[described(bounds = Bounds::bytes(65_535).not_blank())]
    pub question: Patch<String>,
    /// Text of the answer.
    #[described(bounds = Bounds::bytes(16_000_000).not_blank())]
    pub answer: Patch<String>,
    /// Further details; null or blank for none.
    #[described(bounds = Bounds::bytes(65_535).trimmed())]
    pub details: Patch<Option<String>>,
    /// Category of the question; surrounding spaces are removed.
    #[described(bounds = Bounds::chars(1, 100).trimmed())]
    pub categorie: Patch<String>,
    /// Position in the list, lowest first.
    #[described(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64))]
    pub ordre: Patch<i64>,
    /// Whether visitors see the question.
    pub visible: Patch<bool>,
}

/// Creates a question. Fails with `Invalid`, naming every invalid field.
pub async fn create(conn: &mut Conn, ctx: &OpContext<'_>, new: &NewFaq) -> Result<Faq> {
    let mut violations = Violations::default();
    input_text::not_blank("answer", &new.answer, &mut violations);
    let faq = Faq {
        id: ctx.new_id(),
        question: input_text::required("question", &new.question, &mut violations),
        answer: new.answer.clone(),
        details: input_text::optional(new.details.as_deref()),
        ordre: new.ordre.unwrap_or(0),
        visible: new.visible.unwrap_or(true),
        categorie: input_text::required("categorie", &new.categorie, &mut violations),
        created_at: ctx.now,
        updated_at: ctx.now,
    };
    faq.check(&mut violations);
    violations.into_result()?;
    faqs::add(conn, std::slice::from_ref(&faq)).await?;
    let details = json!({"categorie": faq.categorie, "visible": faq.visible});
    audit_trail::write(conn, ctx, Action::FaqCreated, Some(faq.id.as_str()), details).await?;
    Ok(faq)
}

/// Changes a question. Fails with `Invalid`, naming every invalid field, with `NotFound` if the question does not
/// exist, and with `Precondition` if its `updatedAt` is not `expected`.
pub async fn update(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &FaqId,
    update: &FaqUpdate,
    expected: Option<Timestamp>,
) -> Result<Faq> {
    let mut violations = Violations::default();
    let patch = FaqPatch {
        question: update.question.clone().map(|text| input_text::required("question", &text, &mut violations)),
        answer: update.answer.clone(),
        details: update.details.clone().map(|text| input_text::optional(text.as_deref())),
        ordre: update.ordre.clone(),
        visible: update.visible.clone(),
        categorie: update.categorie.clone().map(|text| input_text::required("categorie", &text, &mut violations)),
    };
    if let Patch::Set(answer) = &patch.answer {
        input_text::not_blank("answer", answer, &mut violations);
    }
    patch.check(&mut violations);
    violations.into_result()?;
    let before = faqs::lock(conn, id).await?.ok_or_else(|| not_found(id))?;
    faqs::update(conn, id, &patch, expected, ctx.now).await?;
    let after = faqs::lookup(conn, id).await?.ok_or_else(|| not_found(id))?;
    let mut details = json!({"categorie": after.categorie});
    if before.visible != after.visible {
        details["visible"] = json!({"from": before.visible, "to": after.visible});
    }
    audit_trail::write(conn, ctx, Action::FaqUpdated, Some(id.as_str()), details).await?;
    Ok(after)
}

/// Deletes a question. Fails with `NotFound` if it does not exist.
pub async fn delete(conn: &mut Conn, ctx: &OpContext<'_>, id: &FaqId) -> Result<()> {
    let faq = faqs::lock(conn, id).await?.ok_or_else(|| not_found(id))?;
    faqs::remove(conn, id).await?;
    // The audit log keeps the question, for whoever wants to restore it, but not the answer, which may be long.
    let question: String = faq.question.chars().take(200).collect();
    let details = json!({"question": question, "categorie": faq.categorie});
    audit_trail::write(conn, ctx, Action::FaqDeleted, Some(id.as_str()), details).await
}

/// Sets `ordre` of the questions to 1, 2, … in the given order; others keep theirs. Fails with `Invalid` unless there
/// are 1 to 512 ids without duplicates, and with `NotFound`, changing nothing, if a question does not exist.
pub async fn reorder(conn: &mut Conn, ctx: &OpContext<'_>, ids: &[FaqId]) -> Result<u64> {
    if !(1..=faqs::MAX_REORDERED).contains(&ids.len()) {
        return Err(Error::invalid("ids", format!("must contain 1 to {} ids", faqs::MAX_REORDERED)));
    }
    let mut seen = HashSet::new();
    if let Some(twice) = ids.iter().find(|id| !seen.insert(id.as_str().to_lowercase())) {
        return Err(Error::invalid("ids", format!("contains {twice} twice")));
    }
    let (expected, found) = (ids.len() as u64, faqs::reorder(conn, ids, ctx.now).await?);
    // The error rolls the transaction back, and with it what was written.
    if found != expected {
        let missing = expected - found;
        return Err(Error::new(ErrorKind::NotFound, format!("{missing} of the {expected} questions not found")));
    }
    audit_trail::write(conn, ctx, Action::FaqUpdated, None, json!({"reordered": expected})).await?;
    Ok(expected)
}

fn not_found(id: &FaqId) -> Error {
    Error::new(ErrorKind::NotFound, format!("question {id} not found"))
}
