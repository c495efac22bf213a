//! Stops on the server what nobody waits for any more.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection};
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use super::connect::{Connector, Raw};

/// How long a KILL may take before its own connection is given up.
const CONTROL_TIMEOUT: Duration = Duration::from_secs(5);

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

    /// Takes leave of the server.
    pub(super) async fn close(&self) {
        if let Some(raw) = self.control.lock().await.take() {
            // The server drops the connection anyway.
            let _ = raw.mysql.close().await;
        }
    }

    /// Gives a connection up: the server drops it and whatever it was doing, its locks included. `abandoned`,
    /// which holds the pool's slot, is kept until then, so that the server never holds more connections than the pool may have.
    ///
    /// `KILL`, not `KILL QUERY`: the latter does nothing when it arrives before the statement it is meant for, and
    /// leaves a transaction open. Once the runtime is gone nothing runs any more: the closed socket must do.
    pub(super) fn kill(&self, id: u64, abandoned: impl Send + 'static) {
        let killer = self.clone();
        self.runtime.spawn(async move {
            let mut control = killer.control.lock().await;
            for _ in 0..2 {
                if control.is_none() {
                    *control = killer.connector.open().await.ok();
                }
                let Some(raw) = control.as_mut() else { break };
                let text = format!("KILL {id}");
                let killing = sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut raw.mysql);
                match tokio::time::timeout(CONTROL_TIMEOUT, killing).await {
                    // 1094: it is gone already.
                    Ok(Err(sqlx::Error::Database(_)) | Ok(_)) => break,
                    // The control connection is dead, or leads nowhere.
                    Ok(Err(_)) | Err(_) => *control = None,
                }
            }
            drop(abandoned);
        });
    }
}
