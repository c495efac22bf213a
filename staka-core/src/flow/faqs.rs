//! Questions and answers: made, changed, put in order, removed.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::FaqDraft;
//!
//! let db = staka.as_system();
//! let first = db.faqs().create(FaqDraft::new("Combien ?", "Cela dépend.", "Prix")).await?;
//! let second = db.faqs().create(FaqDraft::new("Quand ?", "Bientôt.", "Délais")).await?;
//! assert_eq!(db.faqs().reorder(vec![second.id.clone(), first.id]).await?, 2);
//! assert_eq!(db.faqs().public(None, staka_core::Page::of(1)).await?.items[0].id, second.id);
//! # Ok(()) }
//! ```

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::act::Act;
use super::journal::{self, Action};
use crate::base::{Error, ErrorKind, Faults, Patch, Result, RowPatch, Table, Timestamp, given};
use crate::db::Conn;
use crate::model::{Faq, FaqId, FaqPatch};
use crate::repo::faqs;

/// A new question.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct FaqDraft {
    /// The question; trimmed.
    pub question: String,
    /// The answer; not blank.
    pub answer: String,
    /// More about it; a blank text is none.
    pub details: Option<String>,
    /// Category; trimmed.
    pub categorie: String,
    /// Place in the list, lowest first; 0 unless given.
    pub ordre: Option<i64>,
    /// Whether it is shown; it is, unless given.
    pub visible: Option<bool>,
}

/// What is to change of a question: what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FaqChange {
    /// The question; trimmed.
    pub question: Patch<String>,
    /// The answer; not blank.
    pub answer: Patch<String>,
    /// More about it; null or blank for none.
    pub details: Patch<Option<String>>,
    /// Category; trimmed.
    pub categorie: Patch<String>,
    /// Place in the list, lowest first.
    pub ordre: Patch<i64>,
    /// Whether it is shown.
    pub visible: Patch<bool>,
}

/// Adds a question. `Invalid` names every faulty field.
pub async fn create(conn: &mut Conn, act: &Act<'_>, draft: &FaqDraft) -> Result<Faq> {
    let mut faults = Faults::default();
    given::not_blank("answer", &draft.answer, &mut faults);
    let faq = Faq {
        id: act.new_id(),
        question: given::required("question", &draft.question, &mut faults),
        answer: draft.answer.clone(),
        details: given::optional(draft.details.as_deref()),
        ordre: draft.ordre.unwrap_or(0),
        visible: draft.visible.unwrap_or(true),
        categorie: given::required("categorie", &draft.categorie, &mut faults),
        created_at: act.now,
        updated_at: act.now,
    };
    faq.check(&mut faults);
    faults.into_result()?;
    faqs::add(conn, std::slice::from_ref(&faq)).await?;
    let details = json!({"categorie": faq.categorie, "visible": faq.visible});
    journal::write(conn, act, Action::FaqCreated, Some(faq.id.as_str()), details).await?;
    Ok(faq)
}

/// Changes a question. `Invalid` names every faulty field, `NotFound` when it is gone, `Precondition` when it is not at
/// `expected` any more.
pub async fn update(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &FaqId,
    change: &FaqChange,
    expected: Option<Timestamp>,
) -> Result<Faq> {
    let mut faults = Faults::default();
    let patch = FaqPatch {
        question: change.question.clone().map(|text| given::required("question", &text, &mut faults)),
        answer: change.answer.clone(),
        details: change.details.clone().map(|text| given::optional(text.as_deref())),
        ordre: change.ordre.clone(),
        visible: change.visible.clone(),
        categorie: change.categorie.clone().map(|text| given::required("categorie", &text, &mut faults)),
    };
    if let Patch::Set(answer) = &patch.answer {
        given::not_blank("answer", answer, &mut faults);
    }
    patch.check(&mut faults);
    faults.into_result()?;
    let before = faqs::locked(conn, id).await?.ok_or_else(|| absent(id))?;
    faqs::update(conn, id, &patch, expected, act.now).await?;
    let after = faqs::lookup(conn, id).await?.ok_or_else(|| absent(id))?;
    let mut details = json!({"categorie": after.categorie});
    if before.visible != after.visible {
        details["visible"] = json!({"from": before.visible, "to": after.visible});
    }
    journal::write(conn, act, Action::FaqUpdated, Some(id.as_str()), details).await?;
    Ok(after)
}

/// Removes a question. `NotFound` when it is gone.
pub async fn remove(conn: &mut Conn, act: &Act<'_>, id: &FaqId) -> Result<()> {
    let faq = faqs::locked(conn, id).await?.ok_or_else(|| absent(id))?;
    faqs::remove(conn, id).await?;
    // Whoever wants it back finds here what was asked; an entry of the journal is no place for the answer.
    let question: String = faq.question.chars().take(200).collect();
    let details = json!({"question": question, "categorie": faq.categorie});
    journal::write(conn, act, Action::FaqDeleted, Some(id.as_str()), details).await
}

/// Gives these questions the places 1, 2, … in this order; others keep theirs. `Invalid` unless there are 1 to 512 and
/// none twice, `NotFound` when one of them is gone: nothing changes then.
pub async fn reorder(conn: &mut Conn, act: &Act<'_>, ids: &[FaqId]) -> Result<u64> {
    if !(1..=faqs::MOST_REORDERED).contains(&ids.len()) {
        return Err(Error::invalid("ids", format!("must be 1 to {} ids", faqs::MOST_REORDERED)));
    }
    let mut seen = HashSet::new();
    if let Some(twice) = ids.iter().find(|id| !seen.insert(id.as_str().to_lowercase())) {
        return Err(Error::invalid("ids", format!("{twice} is there twice")));
    }
    let (wanted, there) = (ids.len() as u64, faqs::reorder(conn, ids, act.now).await?);
    // What was written of it is undone with the act.
    if there != wanted {
        let gone = wanted - there;
        return Err(Error::new(ErrorKind::NotFound, format!("{gone} of the questions are not there")));
    }
    journal::write(conn, act, Action::FaqUpdated, None, json!({"reordered": wanted})).await?;
    Ok(wanted)
}

fn absent(id: &FaqId) -> Error {
    Error::new(ErrorKind::NotFound, format!("question {id} is not there"))
}
