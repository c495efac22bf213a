//! Uploaded files.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::Described;

use super::select::{self, By, List};
use super::table::{columns, verbs};
use crate::base::{Args, Between, Direction, Listing, Match, Page, Result, Table, Timestamp, Where, choice};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{FileDetail, FileItem, PublicFile, RemovedFile};
use crate::model::{CommandeId, File, FileFilter, FileId, FileType, UserId};

verbs!(File, FileId, FileFilter, "files");

/// What a list shows of a file, and of who uploaded it.
macro_rules! item {
    () => {
        "f.`id`, f.`filename`, f.`mimeType`, f.`size`, f.`url`, f.`type`, f.`uploadedById`, f.`commandeId`, \
         f.`description`, f.`isPublic`, f.`createdAt`, f.`updatedAt`, u.`id`, u.`prenom`, u.`nom`, u.`avatar`, u.`role`"
    };
}

/// The order of the tables is kept: a server that began with the users would sort all files for one page.
const WITH_UPLOADER: &str = "files f STRAIGHT_JOIN users u ON u.`id` = f.`uploadedById`";

const NEWEST: [By; 1] = [By::desc("f.`createdAt`")];

fn told(mut listing: Listing<FileItem>) -> Listing<FileItem> {
    listing.items = listing.items.into_iter().map(FileItem::told).collect();
    listing
}

const BY_KEY: &[Access] = &[Access::Index { table: "f", keys: &["PRIMARY"] }];

static LOCKED: LazyLock<Statement> = LazyLock::new(|| {
    let columns = columns("f", File::COLUMNS);
    Statement::fixed("files.locked", "", BY_KEY)
        .with_text(format!("SELECT {columns} FROM files f WHERE f.id = ? FOR UPDATE"))
});

/// The file as it is now, and as nobody else changes it until the transaction ends.
pub async fn locked(conn: &mut Conn, id: &FileId) -> Result<Option<File>> {
    conn.optional(&LOCKED, Args::new().with(id)).await
}

static DETAIL: Statement = Statement::fixed(
    "files.get",
    concat!(
        "SELECT ",
        item!(),
        ", f.`storedName`, (SELECT COUNT(*) FROM message_attachments a WHERE a.fileId = f.id) \
         FROM files f JOIN users u ON u.id = f.uploadedById WHERE f.id = ?"
    ),
    &[
        Access::Index { table: "f", keys: &["PRIMARY"] },
        Access::Index { table: "u", keys: &["PRIMARY"] },
        Access::Index { table: "a", keys: &["message_attachments_fileId_idx"] },
    ],
);

/// The file with the name under which it is stored, if it is there.
pub async fn detail(conn: &mut Conn, id: &FileId) -> Result<Option<FileDetail>> {
    let found: Option<FileDetail> = conn.optional(&DETAIL, Args::new().with(id)).await?;
    Ok(found.map(|detail| FileDetail { file: detail.file.told(), ..detail }))
}

static PUBLIC: Statement = Statement::fixed(
    "files.get_public",
    "SELECT f.id, f.filename, f.mimeType, f.size, f.url, f.type FROM files f WHERE f.id = ? AND f.isPublic = TRUE",
    BY_KEY,
);

/// The file, if it is there and everybody may read it.
pub async fn public(conn: &mut Conn, id: &FileId) -> Result<Option<PublicFile>> {
    conn.optional(&PUBLIC, Args::new().with(id)).await
}

static IS_UPLOADER: Statement = Statement::fixed(
    "files.is_uploader",
    "SELECT EXISTS (SELECT 1 FROM files f WHERE f.id = ? AND f.uploadedById = ?)",
    BY_KEY,
);

/// Whether the user uploaded the file.
pub async fn is_uploader(conn: &mut Conn, id: &FileId, user: &UserId) -> Result<bool> {
    Ok(conn.one::<i64>(&IS_UPLOADER, Args::new().with(id).with(user)).await? != 0)
}

/// A draft shows its files to nobody but its author.
static IS_VIEWER: Statement = Statement::fixed(
    "files.is_viewer",
    "SELECT EXISTS (SELECT 1 FROM files f LEFT JOIN commandes c ON c.id = f.commandeId \
     WHERE f.id = ? AND (f.isPublic = TRUE OR f.uploadedById = ? OR c.userId = ? OR EXISTS \
     (SELECT 1 FROM message_attachments a JOIN messages m ON m.id = a.messageId \
     WHERE a.fileId = f.id AND (m.senderId = ? OR (m.receiverId = ? AND m.statut <> 'BROUILLON')))))",
    &[
        Access::Index { table: "f", keys: &["PRIMARY"] },
        Access::Index { table: "c", keys: &["PRIMARY"] },
        Access::Index { table: "a", keys: &["message_attachments_fileId_idx"] },
        Access::Index { table: "m", keys: &["PRIMARY"] },
    ],
);

/// Whether the user may see the file: it is public, the user uploaded it, it belongs to an order of the user, or it is
/// attached to a message that the user sent or received.
pub async fn is_viewer(conn: &mut Conn, id: &FileId, user: &UserId) -> Result<bool> {
    let args = Args::new().with(id).with(user).with(user).with(user).with(user);
    Ok(conn.one::<i64>(&IS_VIEWER, args).await? != 0)
}

static OF_COMMANDE: List = List { name: "files.list_by_commande", columns: item!(), from: WITH_UPLOADER, id: "f.`id`" };

/// The files of an order, the newest first: 20 a page, 100 at the most.
pub async fn of_commande(conn: &mut Conn, commande: &CommandeId, page: &Page) -> Result<Listing<FileItem>> {
    let mut wanted = Where::default();
    wanted.and("f.`commandeId` = ?").push(commande);
    select::page(conn, &OF_COMMANDE, wanted, &NEWEST, page, 20, 100).await.map(told)
}

choice! {
    /// Which files are somebody's.
    pub enum FileScope {
        /// Those that the user uploaded.
        Uploaded = "uploaded",
        /// Those of the user's orders, whoever uploaded them.
        Projects = "projects",
    }
}

/// Which of a user's files are wanted.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FileList {
    /// What kind of file.
    pub r#type: Match<FileType>,
    /// Which are the user's; those that the user uploaded unless said otherwise.
    pub scope: FileScope,
}

static UPLOADED: List = List { name: "files.list_mine", columns: item!(), from: WITH_UPLOADER, id: "f.`id`" };

static OF_PROJECTS: List = List {
    name: "files.list_mine/projects",
    columns: item!(),
    from: "commandes c JOIN files f ON f.`commandeId` = c.`id` JOIN users u ON u.`id` = f.`uploadedById`",
    id: "f.`id`",
};

/// A user's files, the newest first: 20 a page, 100 at the most.
pub async fn of_user(conn: &mut Conn, user: &UserId, options: &FileList, page: &Page) -> Result<Listing<FileItem>> {
    let (list, whose) = match options.scope {
        FileScope::Uploaded => (&UPLOADED, "f.`uploadedById` = ?"),
        FileScope::Projects => (&OF_PROJECTS, "c.`userId` = ?"),
    };
    let mut wanted = Where::default();
    wanted.and(whose).push(user);
    wanted.matches("f.`type`", &options.r#type);
    select::page(conn, list, wanted, &NEWEST, page, 20, 100).await.map(told)
}

/// Which files administrators look for: every field that is given must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FileSearch {
    /// What the name that the uploader gave contains, without regard to case and accents; 255 characters at the most.
    pub search: Option<String>,
    /// What kind of file.
    pub r#type: Match<FileType>,
    /// Who uploaded it.
    pub uploaded_by_id: Match<UserId>,
    /// The order it belongs to; null for none.
    pub commande_id: Match<CommandeId>,
    /// When it was uploaded: `from ≤ createdAt < to`.
    pub created_at: Between<Timestamp>,
}

choice! {
    /// By what administrators sort files.
    pub enum FileSort {
        /// When they were uploaded.
        CreatedAt = "createdAt",
        /// The name that the uploader gave.
        Filename = "filename",
        /// Size.
        Size = "size",
        /// What kind of file, in the guide's order.
        Type = "type",
    }
}

/// In which order administrators want files.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FileOrder {
    /// By what; ids decide among the same.
    pub sort: FileSort,
    /// Which end comes first; `desc` unless said otherwise.
    pub direction: Option<Direction>,
}

impl FileOrder {
    fn by(&self) -> By {
        let towards = match self.direction {
            Some(Direction::Asc) => By::asc,
            Some(Direction::Desc) | None => By::desc,
        };
        match self.sort {
            FileSort::CreatedAt => towards("f.`createdAt`"),
            FileSort::Filename => towards("f.`filename`"),
            FileSort::Size => towards("f.`size`"),
            FileSort::Type => towards("f.`type`").word(),
        }
    }
}

fn wanted(filter: &FileSearch) -> Where {
    let mut wanted = Where::default();
    wanted.matches("f.`type`", &filter.r#type);
    wanted.matches("f.`uploadedById`", &filter.uploaded_by_id);
    wanted.matches("f.`commandeId`", &filter.commande_id);
    wanted.between("f.`createdAt`", &filter.created_at);
    wanted.contains(&["f.`filename`"], filter.search.as_deref());
    wanted
}

static SEARCH: List = List { name: "files.search", columns: item!(), from: WITH_UPLOADER, id: "f.`id`" };

static MATCHING: List = List { name: "files.count", columns: "f.`id`", from: "files f", id: "f.`id`" };

/// The files that administrators look for: the newest first unless said otherwise, 20 a page, 100 at the most.
pub async fn search(conn: &mut Conn, filter: &FileSearch, order: &FileOrder, page: &Page) -> Result<Listing<FileItem>> {
    select::page(conn, &SEARCH, wanted(filter), &[order.by()], page, 20, 100).await.map(told)
}

/// How many files there are of those that administrators look for.
pub async fn matching(conn: &mut Conn, filter: &FileSearch) -> Result<u64> {
    select::count(conn, &MATCHING, wanted(filter)).await
}

static GOING: Statement = Statement::fixed(
    "files.going_with_commande",
    "SELECT f.id, f.storedName, f.url FROM files f FORCE INDEX (staka_files_commande) WHERE f.commandeId = ? \
     ORDER BY f.createdAt DESC, f.id DESC FOR UPDATE",
    &[Access::Index { table: "f", keys: &["staka_files_commande"] }],
);

/// Where the bytes of an order's files lie, while nobody else changes these; for an order that is about to go.
pub async fn going_with_commande(conn: &mut Conn, commande: &CommandeId) -> Result<Vec<RemovedFile>> {
    conn.all(&GOING, Args::new().with(commande)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&*LOCKED, &DETAIL, &PUBLIC, &IS_UPLOADER, &IS_VIEWER, &GOING]);
    all
}
