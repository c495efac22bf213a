//! Uploaded files.

use super::table::verbs;
use crate::db::Statement;
use crate::model::{File, FileFilter, FileId};

verbs!(File, FileId, FileFilter, "files");

pub(super) fn statements() -> Vec<&'static Statement> {
    verb_statements()
}
