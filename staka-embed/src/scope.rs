//! Where a caller's operations run: in Node and Python one type stands for a session and for a transaction.

use std::ops::Deref;

use staka_core::{Error, ErrorKind, Operations, Result, Session, Tx};

/// The operations of a caller, on the pool or within a transaction.
#[derive(Clone)]
pub enum Scope {
    /// Each operation takes a connection of the pool.
    Pool(Session),
    /// All operations run within one transaction.
    Transaction(Operations),
}

impl Scope {
    /// Begins a transaction. Fails with `Conflict` within a transaction.
    pub async fn begin(&self) -> Result<Tx> {
        match self {
            Self::Pool(session) => session.begin().await,
            Self::Transaction(_) => Err(Error::new(ErrorKind::Conflict, "transactions cannot be nested")),
        }
    }
}

impl Deref for Scope {
    type Target = Operations;

    fn deref(&self) -> &Operations {
        match self {
            Self::Pool(session) => session,
            Self::Transaction(operations) => operations,
        }
    }
}
