//! Statements on the settings of the database.

use std::sync::LazyLock;

use staka_macros::Record;

use super::table::{insert, replace_statement};
use crate::base::{Args, Result, TextEnum, Timestamp};
use crate::db::{Access, Conn, Optional, Statement};
use crate::model::{PasswordScheme, Setting};

const TABLES: Optional =
    Optional::tables(&["staka_settings", "staka_migrations"], "new passwords are hashed by bcrypt");

/// Reads the stored scheme. By default it is bcrypt if another backend created the tables, because that backend must be
/// able to verify new passwords, and otherwise Argon2id.
static PASSWORD_SCHEME: Statement = Statement::fixed(
    "settings.get_password_scheme",
    "SELECT COALESCE((SELECT s.value FROM staka_settings s WHERE s.name = 'password_scheme'), \
     (SELECT IF(m.state = 'applied', 'argon2id', 'bcrypt_compat') FROM staka_migrations m WHERE m.version = 1), 'bcrypt_compat')",
    &[Access::Index { table: "s", keys: &["PRIMARY"] }, Access::Index { table: "m", keys: &["PRIMARY"] }],
);

#[derive(Record)]
struct Row {
    scheme: PasswordScheme,
}

/// Returns the scheme by which new passwords are hashed. If Staka's tables do not exist (`prisma db push` drops them),
/// it is bcrypt, which every backend can verify.
pub async fn password_scheme(conn: &mut Conn) -> Result<PasswordScheme> {
    let row = TABLES.or_none(conn.one::<Row>(&PASSWORD_SCHEME, Args::new()).await)?;
    Ok(row.map_or(PasswordScheme::BcryptCompat, |row| row.scheme))
}

static SET: LazyLock<Statement> = LazyLock::new(|| replace_statement::<Setting>("settings.set", "name"));

/// Sets the scheme by which new passwords are hashed. Fails with `Conflict` if the table does not exist.
pub async fn set_password_scheme(conn: &mut Conn, scheme: &PasswordScheme, now: Timestamp) -> Result<()> {
    let row = Setting { name: "password_scheme".to_owned(), value: scheme.as_str().to_owned(), updated_at: now };
    TABLES.required(insert(conn, &SET, &row).await).map(drop)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&PASSWORD_SCHEME, &*SET]
}
