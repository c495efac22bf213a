//! Statistics about notifications.

use staka_macros::Record;

use crate::base::{Args, Result};
use crate::db::{Access, Conn, Statement};
use crate::model::UserId;

static BUSIEST_USER: Statement = Statement::fixed(
    "stats.busiest_user",
    "SELECT n.userId FROM notifications n GROUP BY n.userId ORDER BY COUNT(*) DESC, n.userId LIMIT 1",
    &[Access::Scan {
        table: "n",
        reason: "compares all users; reads only an index that begins with the user, and only to choose whom to measure",
    }],
);

#[derive(Record)]
struct OneUser {
    id: UserId,
}

/// Returns the user with the most notifications, if there is any: the one for whom a measurement takes longest.
pub async fn busiest_user(conn: &mut Conn) -> Result<Option<UserId>> {
    let row: Option<OneUser> = conn.optional(&BUSIEST_USER, Args::new()).await?;
    Ok(row.map(|row| row.id))
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&BUSIEST_USER]
}
