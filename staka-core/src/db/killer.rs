//! Stops on the server what nobody waits for any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection};
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use super::connect::{Connector, Raw};
use super::mend;

/// How long a KILL may take before its own connection is given up.
const CONTROL_TIMEOUT: Duration = Duration::from_secs(5);
/// How long mending may keep the next KILL waiting.
const MEND_TIMEOUT: Duration = Duration::from_secs(8);

/// Kills abandoned connections, one after the other, over one connection of its own.
#[derive(Clone)]
pub(super) struct Killer {
    runtime: Handle,
    control: Arc<Mutex<Option<Raw>>>,
    connector: Arc<Connector>,
    /// Somebody waits to mend.
    mending: Arc<AtomicBool>,
    mends: Arc<AtomicU64>,
}

impl Killer {
    pub(super) fn new(runtime: Handle, connector: Arc<Connector>, mends: Arc<AtomicU64>) -> Self {
        Self { runtime, control: Arc::default(), connector, mending: Arc::default(), mends }
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
    ///
    /// `mends`: the KILL may have broken a table with triggers of ours, which is looked at once the slot is free.
    pub(super) fn kill(&self, id: u64, mends: bool, abandoned: impl Send + 'static) {
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
            if mends {
                killer.mend_over(&mut control, Some(id)).await;
            }
        });
    }

    /// Mends soon, for a statement that met a table which a KILL had broken; who meets it meanwhile waits for the same.
    pub(super) fn mend(&self) {
        if self.mending.swap(true, Ordering::AcqRel) {
            return;
        }
        let killer = self.clone();
        self.runtime.spawn(async move {
            let mut control = killer.control.lock().await;
            killer.mending.store(false, Ordering::Release);
            if control.is_none() {
                *control = killer.connector.open().await.ok();
            }
            killer.mend_over(&mut control, None).await;
        });
    }

    async fn mend_over(&self, control: &mut Option<Raw>, killed: Option<u64>) {
        let Some(raw) = control.as_mut() else { return };
        let mending = async {
            if let Some(id) = killed {
                mend::until_gone(&mut raw.mysql, id).await?;
            }
            mend::mend(&mut raw.mysql, killed.is_none()).await
        };
        match tokio::time::timeout(MEND_TIMEOUT, mending).await {
            Ok(Ok(mended)) => drop(self.mends.fetch_add(mended, Ordering::Relaxed)),
            // Its answer is not read to the end.
            Ok(Err(_)) | Err(_) => *control = None,
        }
    }
}
