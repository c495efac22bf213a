//! What is set for the whole database.

use staka_macros::Record;

use crate::base::{Args, Error, ErrorKind, Result, Timestamp};
use crate::db::error::lacks_a_table;
use crate::db::{Access, Conn, Statement};
use crate::model::PasswordScheme;

/// What was set; else what the way says in which the database began: where another backend made the tables, it goes on
/// reading passwords.
static PASSWORD_SCHEME: Statement = Statement::fixed(
    "settings.password_scheme",
    "SELECT COALESCE((SELECT s.value FROM staka_settings s WHERE s.name = 'password_scheme'), \
     (SELECT IF(m.state = 'applied', 'argon2id', 'bcrypt_compat') FROM staka_migrations m WHERE m.version = 1), 'bcrypt_compat')",
    &[Access::Index { table: "s", keys: &["PRIMARY"] }, Access::Index { table: "m", keys: &["PRIMARY"] }],
);

#[derive(Record)]
struct Row {
    scheme: PasswordScheme,
}

/// How new passwords are hashed. Where our tables are not there (`prisma db push` drops them) it is the scheme that every
/// backend can read.
pub async fn password_scheme(conn: &mut Conn) -> Result<PasswordScheme> {
    match conn.one::<Row>(&PASSWORD_SCHEME, Args::new()).await {
        Ok(row) => Ok(row.scheme),
        Err(lost) if lacks_a_table(&lost) => {
            tracing::warn!("a table of ours is missing: run `staka migrate`; new passwords are hashed by bcrypt");
            Ok(PasswordScheme::BcryptCompat)
        }
        Err(error) => Err(error),
    }
}

static SET: Statement = Statement::fixed(
    "settings.set",
    "INSERT INTO staka_settings (`name`, `value`, `updatedAt`) VALUES (?, ?, ?) \
     ON DUPLICATE KEY UPDATE `value` = VALUES(`value`), `updatedAt` = VALUES(`updatedAt`)",
    &[],
);

/// Sets how new passwords are hashed. `Conflict` where our table is not there.
pub async fn set_password_scheme(conn: &mut Conn, scheme: &PasswordScheme, now: Timestamp) -> Result<()> {
    match conn.execute(&SET, Args::new().with("password_scheme").with(scheme).with(now)).await {
        Err(lost) if lacks_a_table(&lost) => {
            Err(Error::new(ErrorKind::Conflict, "staka_settings is not there: run `staka migrate`").with_source(lost))
        }
        done => done.map(drop),
    }
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&PASSWORD_SCHEME, &SET]
}
