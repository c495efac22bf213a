//! Translates errors of the driver and the server into [`Error`].

use sqlx::mysql::MySqlDatabaseError;

use crate::base::{Error, ErrorKind};

/// Returns whether the connection can no longer be used.
pub(super) fn loses_connection(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::Database(e) => matches!(number(e.as_ref()), 1053 | 1927 | 3169 | 4031),
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

/// Returns whether the server has reached its limit of connections.
pub(super) fn is_full(cause: &sqlx::Error) -> bool {
    matches!(cause, sqlx::Error::Database(e) if number(e.as_ref()) == 1040)
}

/// Returns whether the server's bytes were not a valid handshake. No statement has been sent by then.
pub(super) fn is_garbled(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Io(io) => io.kind() == std::io::ErrorKind::InvalidData,
        _ => false,
    }
}

/// Returns whether a `FORCE INDEX` names an index that does not exist.
pub(super) fn is_missing_index(cause: &sqlx::Error) -> bool {
    matches!(cause, sqlx::Error::Database(e) if number(e.as_ref()) == 1176)
}

/// Returns whether the server could not parse a table's triggers and rolled the statement back. Only MariaDB does so
/// for valid triggers.
pub(super) fn is_broken_trigger_error(cause: &sqlx::Error) -> bool {
    matches!(cause, sqlx::Error::Database(e) if number(e.as_ref()) == 1064 && e.message().contains("has an error in its body"))
}

/// Returns whether a statement failed because this table does not exist.
pub(super) fn is_missing_table(error: &Error, table: &str) -> bool {
    is_missing(error, 1146, table)
}

/// Returns whether a statement failed because a column of this name does not exist.
pub(super) fn is_missing_column(error: &Error, column: &str) -> bool {
    is_missing(error, 1054, column)
}

/// The server quotes what it misses, and puts the database's name or an alias in front of it.
fn is_missing(error: &Error, code: u16, name: &str) -> bool {
    let cause = std::error::Error::source(error).and_then(|source| source.downcast_ref::<sqlx::Error>());
    let Some(sqlx::Error::Database(e)) = cause else { return false };
    let quoted = [format!("'{name}'"), format!(".{name}'")];
    number(e.as_ref()) == code && quoted.iter().any(|quoted| e.message().contains(quoted))
}

fn number(error: &dyn sqlx::error::DatabaseError) -> u16 {
    error.try_downcast_ref::<MySqlDatabaseError>().map_or(0, MySqlDatabaseError::number)
}

/// Converts an error of the driver.
pub(crate) fn from_sqlx(cause: sqlx::Error) -> Error {
    match &cause {
        sqlx::Error::Database(e) => from_server(number(e.as_ref()), e.message()).with_source(cause),
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => {
            Error::new(ErrorKind::Unavailable, "the connection to the database failed").with_source(cause)
        }
        sqlx::Error::Configuration(_) => Error::invalid("url", cause.to_string()).with_source(cause),
        sqlx::Error::Encode(_) => Error::new(ErrorKind::Invalid, cause.to_string()).with_source(cause),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
            Error::new(ErrorKind::CorruptRow, cause.to_string()).with_source(cause)
        }
        _ => Error::internal(cause.to_string()).with_source(cause),
    }
}

/// Converts an error number and message of the server. The numbers mean the same on both servers unless noted; names of
/// keys and columns appear only in the message.
fn from_server(number: u16, message: &str) -> Error {
    match number {
        1062 => conflict(key_of_duplicate(message), "the value is already taken"),
        1451 | 1217 => conflict(constraint(message), "other rows still refer to this row"),
        1452 | 1216 => conflict(constraint(message), "the row that it refers to does not exist"),
        // Deadlock, lock wait timeout, and MariaDB's changed snapshot.
        1213 | 1205 | 1020 => Error::new(ErrorKind::Contention, message.to_owned()),
        3024 | 1969 => Error::new(ErrorKind::Timeout, message.to_owned()),
        1317 => Error::new(ErrorKind::Cancelled, message.to_owned()),
        1406 => invalid(message, "is too long"),
        1264 => invalid(message, "is out of range"),
        1265 | 1366 | 1292 | 1525 => invalid(message, "is not a value of this column"),
        1048 | 1364 => invalid(message, "must not be null"),
        3140 | 4025 => invalid(message, "is not valid JSON"),
        1040 | 1203 | 1226 | 1053 | 1927 | 3169 | 4031 => Error::new(ErrorKind::Unavailable, message.to_owned()),
        1044 | 1045 | 1049 | 1130 | 1698 => {
            Error::new(ErrorKind::Unavailable, format!("the database refused the connection: {message}"))
        }
        _ => Error::internal(format!("the server reported error {number}: {message}")),
    }
}

fn conflict(key: Option<&str>, why: &str) -> Error {
    match key {
        Some(key) => Error::new(ErrorKind::Conflict, format!("{key}: {why}")).with_key(key),
        None => Error::new(ErrorKind::Conflict, why.to_owned()),
    }
}

fn invalid(message: &str, problem: &'static str) -> Error {
    match column(message) {
        Some(column) => Error::invalid(column.to_owned(), problem),
        None => Error::new(ErrorKind::Invalid, message.to_owned()),
    }
}

/// Reads the key from `Duplicate entry 'x' for key 'users.users_email_key'`; MariaDB omits the table. The entry may
/// contain quotes, so the last quoted part counts.
fn key_of_duplicate(message: &str) -> Option<&str> {
    let key = message.strip_suffix('\'')?.rsplit('\'').next()?;
    Some(key.rsplit('.').next().unwrap_or(key))
}

/// Reads the key from ``… CONSTRAINT `commandes_userId_fkey` FOREIGN KEY …``.
fn constraint(message: &str) -> Option<&str> {
    message.split("CONSTRAINT `").nth(1)?.split('`').next()
}

/// Reads the column from `Data too long for column 'titre' at row 1`, or ``CONSTRAINT `users.preferences` failed`` on
/// MariaDB.
fn column(message: &str) -> Option<&str> {
    if let Some(rest) = message.split("CONSTRAINT `").nth(1) {
        return rest.split('`').next()?.rsplit('.').next();
    }
    let rest = message.split("olumn '").nth(1).or_else(|| message.split("Field '").nth(1))?;
    let name = rest.split('\'').next()?;
    Some(name.rsplit('.').next().unwrap_or(name)).map(|name| name.trim_matches('`'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_read_from_each_servers_message() {
        for (number, message, key) in [
            (1062, "Duplicate entry 'a@b.fr' for key 'users.users_email_key'", "users_email_key"),
            (1062, "Duplicate entry 'l'ami d'ici' for key 'pages_slug_key'", "pages_slug_key"),
            (1062, "Duplicate entry 'x' for key 'PRIMARY'", "PRIMARY"),
            (
                1452,
                "Cannot add or update a child row: a foreign key constraint fails (`staka`.`commandes`, CONSTRAINT `commandes_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE)",
                "commandes_userId_fkey",
            ),
            (
                1451,
                "Cannot delete or update a parent row: a foreign key constraint fails (`staka`.`messages`, CONSTRAINT `messages_parentId_fkey` FOREIGN KEY (`parentId`) REFERENCES `messages` (`id`))",
                "messages_parentId_fkey",
            ),
        ] {
            let error = from_server(number, message);
            assert_eq!((error.kind(), error.key()), (ErrorKind::Conflict, Some(key)), "{message}");
        }
    }

    #[test]
    fn the_invalid_column_is_read_from_each_servers_message() {
        for (number, message, field) in [
            (1406, "Data too long for column 'titre' at row 1", "titre"),
            (1264, "Out of range value for column 'amount' at row 1", "amount"),
            (1265, "Data truncated for column 'statut' at row 1", "statut"),
            (1366, "Incorrect integer value: 'x' for column `staka`.`files`.`size` at row 1", "size"),
            (1048, "Column 'email' cannot be null", "email"),
            (1364, "Field 'pdfUrl' doesn't have a default value", "pdfUrl"),
            (4025, "CONSTRAINT `users.preferences` failed for `staka`.`users`", "preferences"),
            (
                3140,
                "Invalid JSON text: \"Invalid value.\" at position 0 in value for column 'users.preferences'.",
                "preferences",
            ),
        ] {
            let error = from_server(number, message);
            assert_eq!(error.kind(), ErrorKind::Invalid, "{message}");
            if number != 1366 {
                assert_eq!(error.fields()[0].field, field, "{message}");
            }
        }
    }

    #[test]
    fn other_numbers_map_to_their_kind() {
        for (number, kind) in [
            (1213, ErrorKind::Contention),
            (1205, ErrorKind::Contention),
            (3024, ErrorKind::Timeout),
            (1969, ErrorKind::Timeout),
            (1317, ErrorKind::Cancelled),
            (1040, ErrorKind::Unavailable),
            (1045, ErrorKind::Unavailable),
            (1146, ErrorKind::Internal),
        ] {
            assert_eq!(from_server(number, "").kind(), kind, "{number}");
        }
    }
}
