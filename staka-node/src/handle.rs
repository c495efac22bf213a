//! Handles, sessions and transactions of JavaScript.

use std::sync::{Arc, Mutex, PoisonError};

use napi_derive::napi;
use staka_core::{Error, Operation, Operations, Result, Staka, Tx};
use staka_embed::{CallerInput, Local, LocalOptions, Options, Scope};
use tokio::task::spawn_blocking;

use crate::outbox::{Shared, nothing};
use crate::reply::thrown;
use crate::runtime::RUNTIME;
use crate::wire::{Pieces, ToWire};

/// A handle. Its connections are closed when JavaScript collects it.
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
        // The seed's future is not `Send`.
        let start = move || RUNTIME.block_on(Local::start(options));
        let failed = |e| Error::internal("the private database could not be started").with_source(e);
        let started = spawn_blocking(start).await.map_err(failed)?;
        let (local, staka) = started?;
        Ok(Self { shared, staka, local: Some(Arc::new(Mutex::new(Some(local)))) })
    }
}

#[napi]
impl Handle {
    /// Returns a session for this caller, or for the system.
    #[napi]
    pub fn session(&self, caller: Option<String>) -> napi::Result<JsSession> {
        let session = match caller {
            None => self.staka.as_system(),
            Some(caller) => {
                let caller =
                    read::<CallerInput>(&caller).and_then(CallerInput::into_caller).map_err(|error| thrown(&error))?;
                self.staka.as_caller(caller)
            }
        };
        Ok(JsSession { shared: Arc::clone(&self.shared), scope: Scope::Pool(session) })
    }

    /// Returns the URL of a private database.
    #[napi]
    pub fn url(&self) -> Option<String> {
        let local = self.local.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        local.as_ref().map(|local| local.url().to_owned())
    }

    /// Waits for running calls and closes the connections; stops a private server.
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
    scope: Scope,
}

#[napi]
impl JsSession {
    /// Calls the operation of this number.
    #[napi]
    pub fn call(&self, id: u32, operation: u32, arguments: String) {
        self.shared.run_from_here(id, call_operation(Operations::clone(&self.scope), operation, arguments));
    }

    /// Calls the operation of this number; `Port::cancel` can end the call.
    #[napi]
    pub fn call_cancellable(&self, id: u32, operation: u32, arguments: String) {
        self.shared.run_cancellable(id, call_operation(Operations::clone(&self.scope), operation, arguments));
    }

    /// Returns the violations of arguments of which JavaScript has refused some already: field and problem in turns.
    #[napi]
    pub fn violations(&self, operation: u32, arguments: String) -> Vec<String> {
        let operation = Operation::all().get(operation as usize);
        let violations = operation.map(move |operation| operation.describe().check(&arguments)).unwrap_or_default();
        violations.into_iter().flat_map(|it| [it.field.into_owned(), it.problem.into_owned()]).collect()
    }

    /// Begins a transaction.
    #[napi]
    pub fn begin(&self, id: u32) {
        let (scope, shared) = (self.scope.clone(), Arc::clone(&self.shared));
        self.shared.run_object(id, async move {
            let tx = scope.begin().await?;
            Ok(JsTx { shared, tx: Mutex::new(Some(tx)) })
        });
    }
}

#[cfg(feature = "crossing")]
impl JsSession {
    pub(crate) fn operations(&self) -> &Operations {
        &self.scope
    }
}

async fn call_operation(operations: Operations, operation: u32, arguments: String) -> Result<Pieces> {
    let operation = Operation::all().get(operation as usize);
    let operation = operation.ok_or_else(|| Error::internal("the addon was built for other operations"))?;
    operation.call_into(&operations, &arguments, ToWire).await
}

/// A transaction. It is rolled back when JavaScript collects it.
#[napi]
pub struct JsTx {
    shared: Arc<Shared>,
    tx: Mutex<Option<Tx>>,
}

#[napi]
impl JsTx {
    /// Returns the session of the transaction's operations.
    #[napi]
    pub fn session(&self) -> Option<JsSession> {
        let tx = self.tx.lock().unwrap_or_else(PoisonError::into_inner);
        let scope = Scope::Transaction(Operations::clone(tx.as_ref()?));
        Some(JsSession { shared: Arc::clone(&self.shared), scope })
    }

    /// Commits the transaction or rolls it back.
    #[napi]
    pub fn end(&self, id: u32, commit: bool) {
        let tx = self.tx.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.shared.run(id, async move {
            match tx {
                Some(tx) if commit => tx.commit().await?,
                Some(tx) => tx.rollback().await?,
                None => {}
            }
            Ok(nothing())
        });
    }
}

// A dropped transaction spawns a task that rolls it back; the thread of JavaScript has to enter the runtime for that.
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
