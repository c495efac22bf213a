//! Handles, sessions and transactions, as JavaScript holds them.

use std::sync::{Arc, Mutex, PoisonError};

use napi_derive::napi;
use staka_core::{Error, Operation, Result, Session, Staka, Tx};
use staka_embed::{Caller, Local, LocalOptions, Options};
use tokio::task::spawn_blocking;

use crate::port::{Made, Shared, nothing};
use crate::reply::thrown;
use crate::runtime::RUNTIME;
use crate::wire::{Pieces, ToWire};

/// A handle; its connections go back when JavaScript forgets it.
#[napi]
pub struct Handle {
    shared: Arc<Shared>,
    staka: Staka,
    local: Option<Arc<Mutex<Option<Local>>>>,
}

impl Handle {
    pub(crate) async fn connect(shared: Arc<Shared>, url: &str, options: &str) -> Result<Self> {
        let staka = staka_embed::connect(url, &read::<Options>(options)?).await?;
        Ok(Self { shared, staka, local: None })
    }

    pub(crate) async fn local(shared: Arc<Shared>, options: &str) -> Result<Self> {
        let options = read::<LocalOptions>(options)?;
        // The seed's future cannot move between threads.
        let start = move || RUNTIME.block_on(Local::start(options));
        let started = spawn_blocking(start).await.map_err(|e| Error::internal("the start broke off").with_source(e))?;
        let (local, staka) = started?;
        Ok(Self { shared, staka, local: Some(Arc::new(Mutex::new(Some(local)))) })
    }
}

#[napi]
impl Handle {
    /// A session for this caller, or for the program itself.
    #[napi]
    pub fn session(&self, caller: Option<String>) -> napi::Result<JsSession> {
        let session = match caller {
            None => self.staka.as_system(),
            Some(caller) => {
                let ctx = read::<Caller>(&caller).and_then(Caller::into_ctx).map_err(|error| thrown(&error))?;
                self.staka.as_actor(ctx)
            }
        };
        Ok(JsSession { shared: Arc::clone(&self.shared), session })
    }

    /// Where a private database is.
    #[napi]
    pub fn url(&self) -> Option<String> {
        let local = self.local.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        local.as_ref().map(|local| local.url().to_owned())
    }

    /// Waits for the calls under way, and takes leave of the server; a private one is stopped.
    #[napi]
    pub fn close(&self, id: u32) {
        let (staka, local) = (self.staka.clone(), self.local.clone());
        self.shared.run(id, async move {
            staka.close().await;
            let local = local.and_then(|local| local.lock().unwrap_or_else(PoisonError::into_inner).take());
            if let Some(local) = local {
                local.stop().await?;
            }
            Ok(nothing())
        });
    }
}

/// The operations for one caller.
#[napi]
pub struct JsSession {
    shared: Arc<Shared>,
    session: Session,
}

#[napi]
impl JsSession {
    /// Calls the operation of this number.
    #[napi]
    pub fn call(&self, id: u32, operation: u32, arguments: String) {
        self.shared.run_from_here(id, called(self.session.clone(), operation, arguments));
    }

    /// The same, for a call that may be cut off.
    #[napi]
    pub fn call_until_cut(&self, id: u32, operation: u32, arguments: String) {
        self.shared.run_until_cut(id, called(self.session.clone(), operation, arguments));
    }

    /// Begins a transaction.
    #[napi]
    pub fn begin(&self, id: u32) {
        let (session, shared) = (self.session.clone(), Arc::clone(&self.shared));
        self.shared.run_made(id, async move {
            let tx = session.begin().await?;
            Ok(Made::Tx(JsTx { shared, tx: Mutex::new(Some(tx)) }))
        });
    }
}

#[cfg(feature = "crossing")]
impl JsSession {
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }
}

async fn called(session: Session, operation: u32, arguments: String) -> Result<Pieces> {
    let operation = Operation::all().get(operation as usize);
    let operation = operation.ok_or_else(|| Error::internal("the addon is older than its JavaScript"))?;
    operation.call_into(&session, &arguments, ToWire).await
}

/// A transaction; rolled back when JavaScript forgets it.
#[napi]
pub struct JsTx {
    shared: Arc<Shared>,
    tx: Mutex<Option<Tx>>,
}

#[napi]
impl JsTx {
    /// Its operations.
    #[napi]
    pub fn session(&self) -> Option<JsSession> {
        let tx = self.tx.lock().unwrap_or_else(PoisonError::into_inner);
        tx.as_ref().map(|tx| JsSession { shared: Arc::clone(&self.shared), session: Session::clone(tx) })
    }

    /// Keeps what was done, or undoes it.
    #[napi]
    pub fn end(&self, id: u32, keep: bool) {
        let tx = self.tx.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.shared.run(id, async move {
            match tx {
                Some(tx) if keep => tx.commit().await?,
                Some(tx) => tx.rollback().await?,
                None => {}
            }
            Ok(nothing())
        });
    }
}

// Connections go back to tasks of the runtime, which the thread of JavaScript is not part of.
impl Drop for JsTx {
    fn drop(&mut self) {
        let _within = RUNTIME.enter();
        drop(self.tx.get_mut().unwrap_or_else(PoisonError::into_inner).take());
    }
}

fn read<'t, T: serde::Deserialize<'t>>(json: &'t str) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let problem = error.inner().to_string();
        let problem = problem.split(" at line ").next().unwrap_or_default().to_owned();
        Error::invalid(error.path().to_string(), problem)
    })
}
