//! Stops on the server what nobody waits for any more.

use std::sync::Arc;

use deadpool::managed::Object;
use sqlx::AssertSqlSafe;
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use super::connect::{Connector, Raw};
use super::pool::Manager;

/// Kills abandoned connections, one after the other, over one connection of its own.
#[derive(Clone)]
pub(super) struct Killer {
    runtime: Handle,
    control: Arc<Mutex<Option<Raw>>>,
    connector: Arc<Connector>,
}

impl Killer {
    pub(super) fn new(runtime: Handle, connector: Arc<Connector>) -> Self {
        Self { runtime, control: Arc::default(), connector }
    }

    /// Gives a connection up: the server drops it and whatever it was doing, its locks included. The pool's slot
    /// stays taken until then, so that the server never holds more connections than the pool may have.
    ///
    /// `KILL`, not `KILL QUERY`: the latter does nothing when it arrives before the statement it is meant for, and
    /// leaves a transaction open. Once the runtime is gone nothing runs any more: the closed socket must do.
    pub(super) fn kill(&self, object: Object<Manager>) {
        let killer = self.clone();
        let abandoned = Abandoned(Some(object));
        self.runtime.spawn(async move {
            let Some(id) = abandoned.0.as_ref().map(|raw| raw.id) else { return };
            let mut control = killer.control.lock().await;
            for _ in 0..2 {
                if control.is_none() {
                    *control = killer.connector.open().await.ok();
                }
                let Some(raw) = control.as_mut() else { break };
                match sqlx::raw_sql(AssertSqlSafe(format!("KILL {id}"))).execute(&mut raw.mysql).await {
                    // 1094: it is gone already.
                    Err(sqlx::Error::Database(_)) | Ok(_) => break,
                    Err(_) => *control = None,
                }
            }
            drop(abandoned);
        });
    }
}

/// Never goes back to the pool, even when the task that holds it never runs.
struct Abandoned(Option<Object<Manager>>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.take().map(Object::take);
    }
}
