//! Statements on the settings of the database.

use std::sync::LazyLock;

use staka_macros::Record;

use super::table::replace_statement;
use crate::base::{Args, Error, ErrorKind, Result, Timestamp};
use crate::db::error::is_missing_table;
use crate::db::{Access, Conn, Statement};
use crate::model::{PasswordScheme, Setting};

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
    match conn.one::<Row>(&PASSWORD_SCHEME, Args::new()).await {
        Ok(row) => Ok(row.scheme),
        Err(error) if is_missing_table(&error) => {
            tracing::warn!(
                "a table owned by Staka is missing: run `staka migrate`; new passwords are hashed by bcrypt"
            );
            Ok(PasswordScheme::BcryptCompat)
        }
        Err(error) => Err(error),
    }
}

static SET: LazyLock<Statement> = LazyLock::new(|| replace_statement::<Setting>("settings.set", "name"));

/// Sets the scheme by which new passwords are hashed. Fails with `Conflict` if the table does not exist.
pub async fn set_password_scheme(conn: &mut Conn, scheme: &PasswordScheme, now: Timestamp) -> Result<()> {
    match conn.execute(&SET, Args::new().with("password_scheme").with(scheme).with(now)).await {
        Err(error) if is_missing_table(&error) => {
            Err(Error::new(ErrorKind::Conflict, "the table staka_settings does not exist: run `staka migrate`")
                .with_source(error))
        }
        result => result.map(drop),
    }
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&PASSWORD_SCHEME, &*SET]
}
