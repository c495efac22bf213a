//! Queries of the table `files`.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::Described;

use super::select::{self, By, List, Path, SEARCHED, SortColumn, UNSORTED};
use super::sort::sort_order;
use super::table::{columns, verbs};
use crate::base::{Args, Between, Match, Page, PageRequest, Predicate, Result, Table, Timestamp, string_enum};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{DeletedFile, FileDetail, FileItem, PublicFile};
use crate::model::{CommandeId, File, FileId, FileType, UserId};

verbs!(File, FileId, "files": lookup, add, update, remove);

/// The columns of a file in a list, and of its uploader.
macro_rules! item {
    () => {
        "f.`id`, f.`filename`, f.`mimeType`, f.`size`, f.`url`, f.`type`, f.`uploadedById`, f.`commandeId`, \
         f.`description`, f.`isPublic`, f.`createdAt`, f.`updatedAt`, u.`id`, u.`prenom`, u.`nom`, u.`avatar`, u.`role`"
    };
}

/// STRAIGHT_JOIN keeps the order of the tables; starting with the users, the server would sort all files for one page.
const WITH_UPLOADER: &str = "files f STRAIGHT_JOIN users u ON u.`id` = f.`uploadedById`";

const NEWEST: [SortColumn; 1] = [SortColumn::desc("f.`createdAt`")];

fn with_corrected(mut listing: Page<FileItem>) -> Page<FileItem> {
    listing.items = listing.items.into_iter().map(FileItem::with_corrected).collect();
    listing
}

const BY_KEY: &[Access] = &[Access::Index { table: "f", keys: &["PRIMARY"] }];

static LOCK: LazyLock<Statement> = LazyLock::new(|| {
    let columns = columns("f", File::COLUMNS);
    Statement::fixed("files.locked", "", BY_KEY)
        .with_text(format!("SELECT {columns} FROM files f WHERE f.id = ? FOR UPDATE"))
});

/// Locks the file's row until the transaction ends and returns it.
pub async fn lock(conn: &mut Conn, id: &FileId) -> Result<Option<File>> {
    conn.optional(&LOCK, Args::new().with(id)).await
}

static GET: Statement = Statement::fixed(
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

/// Returns the file with its uploader and stored name, if it exists.
pub async fn get(conn: &mut Conn, id: &FileId) -> Result<Option<FileDetail>> {
    let found: Option<FileDetail> = conn.optional(&GET, Args::new().with(id)).await?;
    Ok(found.map(|detail| FileDetail { file: detail.file.with_corrected(), ..detail }))
}

static PUBLIC: Statement = Statement::fixed(
    "files.get_public",
    "SELECT f.id, f.filename, f.mimeType, f.size, f.url, f.type FROM files f WHERE f.id = ? AND f.isPublic = TRUE",
    BY_KEY,
);

/// Returns the file if it exists and is public.
pub async fn get_public(conn: &mut Conn, id: &FileId) -> Result<Option<PublicFile>> {
    conn.optional(&PUBLIC, Args::new().with(id)).await
}

static IS_UPLOADER: Statement = Statement::fixed(
    "files.is_uploader",
    "SELECT EXISTS (SELECT 1 FROM files f WHERE f.id = ? AND f.uploadedById = ?)",
    BY_KEY,
);

/// Returns whether the user uploaded the file.
pub async fn is_uploader(conn: &mut Conn, id: &FileId, user: &UserId) -> Result<bool> {
    Ok(conn.one::<i64>(&IS_UPLOADER, Args::new().with(id).with(user)).await? != 0)
}

/// The files of a draft are visible to its author only.
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

/// Returns whether the user may see the file: it is public, uploaded by the user, part of an order of the user, or
/// attached to a message the user sent or received.
pub async fn is_viewer(conn: &mut Conn, id: &FileId, user: &UserId) -> Result<bool> {
    let args = Args::new().with(id).with(user).with(user).with(user).with(user);
    Ok(conn.one::<i64>(&IS_VIEWER, args).await? != 0)
}

static BY_COMMANDE: List = List {
    name: "files.list_by_commande",
    columns: item!(),
    from: WITH_UPLOADER,
    id: "f.`id`",
    joined: &[Access::Index { table: "u", keys: &["PRIMARY"] }],
    paths: &[Path::index(By::Default, "f", &["staka_files_commande", "files_commandeId_idx"])],
};

/// Returns the files of an order, newest first.
pub async fn list_by_commande(conn: &mut Conn, commande: &CommandeId, page: &PageRequest) -> Result<Page<FileItem>> {
    let mut predicate = Predicate::default();
    predicate.and("f.`commandeId` = ?").push(commande);
    select::page(conn, &BY_COMMANDE, predicate, &NEWEST, page, 20, 100).await.map(with_corrected)
}

string_enum! {
    /// The meaning of "a user's files".
    pub enum FileScope {
        /// Files the user uploaded.
        Uploaded = "uploaded",
        /// Files of the user's orders, whoever uploaded them.
        Projects = "projects",
    }
}

/// A filter for a user's files; all fields that are set must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct UserFileFilter {
    /// Types of the files; any by default.
    pub r#type: Match<FileType>,
    /// Which files to return: `uploaded` (those the user uploaded) or `projects` (those in the user's orders, whoever
    /// uploaded them).
    pub scope: FileScope,
}

static UPLOADED: List = List {
    name: "files.list_by_user",
    columns: item!(),
    // Otherwise the server intersects the index of the user with that of all files of a type.
    from: "files f FORCE INDEX (staka_files_uploaded) STRAIGHT_JOIN users u ON u.`id` = f.`uploadedById`",
    id: "f.`id`",
    joined: &[Access::Index { table: "u", keys: &["PRIMARY"] }],
    paths: &[
        Path::index(By::Default, "f", &["staka_files_uploaded"]),
        Path::index(By::Filter(&["type", "scope"]), "f", &["staka_files_uploaded"]),
    ],
};

static IN_PROJECTS: List = List {
    name: "files.list_by_user/projects",
    columns: item!(),
    from: "commandes c JOIN files f ON f.`commandeId` = c.`id` JOIN users u ON u.`id` = f.`uploadedById`",
    id: "f.`id`",
    joined: &[
        Access::Index { table: "f", keys: &["staka_files_commande", "files_commandeId_idx"] },
        Access::Index { table: "u", keys: &["PRIMARY"] },
    ],
    paths: &[
        Path::index(By::Default, "c", &["staka_commandes_recent", "commandes_userId_idx"]),
        Path::index(By::Filter(&["type", "scope"]), "c", &["staka_commandes_recent", "commandes_userId_idx"]),
    ],
};

/// Returns a user's files, newest first.
pub async fn list_by_user(
    conn: &mut Conn,
    user: &UserId,
    filter: &UserFileFilter,
    page: &PageRequest,
) -> Result<Page<FileItem>> {
    let (list, condition) = match filter.scope {
        FileScope::Uploaded => (&UPLOADED, "f.`uploadedById` = ?"),
        FileScope::Projects => (&IN_PROJECTS, "c.`userId` = ?"),
    };
    let mut predicate = Predicate::default();
    predicate.and(condition).push(user);
    predicate.matches("f.`type`", &filter.r#type);
    select::page(conn, list, predicate, &NEWEST, page, 20, 100).await.map(with_corrected)
}

/// A filter for files; all fields that are set must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct FileFilter {
    /// Text contained in the file name, ignoring case and accents.
    #[described(bounds = Bounds::chars(0, 255).trimmed())]
    pub search: Option<String>,
    /// Types of the files; any by default.
    pub r#type: Match<FileType>,
    /// Ids of the uploaders; any by default.
    pub uploaded_by_id: Match<UserId>,
    /// Ids of the orders, null for files without one; any by default.
    pub commande_id: Match<CommandeId>,
    /// Period of the upload, UTC: `from ≤ createdAt < to`; any time by default.
    pub created_at: Between<Timestamp>,
}

sort_order! {
    /// A sort order for files.
    pub struct FileSort by
    /// The field by which files are sorted.
    FileSortKey {
        /// Time of the upload.
        CreatedAt = "createdAt" => SortColumn::desc("f.`createdAt`"),
        /// File name the uploader chose.
        Filename = "filename" => SortColumn::desc("f.`filename`"),
        /// Size in bytes.
        Size = "size" => SortColumn::desc("f.`size`"),
        /// Type, in the order of the Prisma schema.
        Type = "type" => SortColumn::desc("f.`type`").enum_ordinal(),
    }
}

fn predicate(filter: &FileFilter) -> Predicate {
    let mut predicate = Predicate::default();
    predicate.matches("f.`type`", &filter.r#type);
    predicate.matches("f.`uploadedById`", &filter.uploaded_by_id);
    predicate.matches("f.`commandeId`", &filter.commande_id);
    predicate.between("f.`createdAt`", &filter.created_at);
    predicate.contains(&["f.`filename`"], filter.search.as_deref());
    predicate
}

static LIST: List = List {
    name: "files.list",
    columns: item!(),
    from: WITH_UPLOADER,
    id: "f.`id`",
    joined: &[Access::Index { table: "u", keys: &["PRIMARY"] }],
    paths: &[
        Path::index(By::Default, "f", &["files_createdAt_idx"]),
        Path::scan(By::Filter(&["search"]), "f", SEARCHED),
        Path::index(By::Filter(&["type"]), "f", &["files_type_idx", "files_createdAt_idx"]),
        Path::index(By::Filter(&["uploadedById"]), "f", &["staka_files_uploaded", "files_uploadedById_idx"]),
        Path::index(By::Filter(&["commandeId"]), "f", &["staka_files_commande", "files_commandeId_idx"]),
        Path::index(By::Filter(&["createdAt"]), "f", &["files_createdAt_idx"]),
        Path::index(By::Sort(&["createdAt"]), "f", &["files_createdAt_idx"]),
        Path::index(By::Sort(&["type"]), "f", &["files_type_idx"]),
        Path::scan(By::Sort(&["filename", "size"]), "f", UNSORTED),
    ],
};

static COUNT: List = List { name: "files.count", from: "files f", ..LIST };

/// Returns the files that match the filter; newest first by default.
pub async fn list(conn: &mut Conn, filter: &FileFilter, sort: FileSort, page: &PageRequest) -> Result<Page<FileItem>> {
    select::page(conn, &LIST, predicate(filter), &[sort.column()], page, 20, 100).await.map(with_corrected)
}

/// Returns the number of files that match the filter.
pub async fn count(conn: &mut Conn, filter: &FileFilter) -> Result<u64> {
    select::count(conn, &COUNT, predicate(filter)).await
}

static LOCK_BY_COMMANDE: Statement = Statement::fixed(
    "files.lock_by_commande",
    "SELECT f.id, f.storedName, f.url FROM files f FORCE INDEX (staka_files_commande) WHERE f.commandeId = ? \
     ORDER BY f.createdAt DESC, f.id DESC FOR UPDATE",
    &[Access::Index { table: "f", keys: &["staka_files_commande"] }],
);

/// Locks the files of an order that is about to be deleted and returns where their bytes are stored.
pub async fn lock_by_commande(conn: &mut Conn, commande: &CommandeId) -> Result<Vec<DeletedFile>> {
    conn.all(&LOCK_BY_COMMANDE, Args::new().with(commande)).await
}

/// Returns the lists of this module.
pub(super) fn lists() -> Vec<&'static List> {
    vec![&BY_COMMANDE, &UPLOADED, &IN_PROJECTS, &LIST, &COUNT]
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&*LOCK, &GET, &PUBLIC, &IS_UPLOADER, &IS_VIEWER, &LOCK_BY_COMMANDE]);
    all
}
