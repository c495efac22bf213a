//! Stops abandoned statements on the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection};
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use super::connect::{Connector, Raw};
use super::repair;

/// How long a KILL may take before its connection is discarded.
const CONTROL_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a repair may delay the next KILL.
const REPAIR_TIMEOUT: Duration = Duration::from_secs(8);

/// Kills abandoned connections one after the other, over a dedicated connection.
#[derive(Clone)]
pub(super) struct Canceller {
    runtime: Handle,
    control: Arc<Mutex<Option<Raw>>>,
    connector: Arc<Connector>,
    /// Whether a repair is pending.
    repairing: Arc<AtomicBool>,
    repairs: Arc<AtomicU64>,
}

impl Canceller {
    pub(super) fn new(runtime: Handle, connector: Arc<Connector>, repairs: Arc<AtomicU64>) -> Self {
        Self { runtime, control: Arc::default(), connector, repairing: Arc::default(), repairs }
    }

    /// Closes the dedicated connection.
    pub(super) async fn close(&self) {
        if let Some(raw) = self.control.lock().await.take() {
            // The server drops the connection anyway.
            let _ = raw.mysql.close().await;
        }
    }

    /// Kills a connection on the server, with its statement, transaction and locks. `abandoned` contains the pool's
    /// slot and is kept until then, so that the server never has more connections than the pool may have.
    ///
    /// `KILL QUERY` would do nothing if it arrived before its statement, and would leave a transaction open. If the
    /// runtime has shut down, no KILL is sent and closing the socket must suffice.
    ///
    /// With `repairs`, the tables with counter triggers are checked afterwards, as the KILL may have broken one.
    pub(super) fn kill(&self, id: u64, repairs: bool, abandoned: impl Send + 'static) {
        let canceller = self.clone();
        self.runtime.spawn(async move {
            let mut control = canceller.control.lock().await;
            for _ in 0..2 {
                if control.is_none() {
                    *control = canceller.connector.open().await.ok();
                }
                let Some(raw) = control.as_mut() else { break };
                let text = format!("KILL {id}");
                let killing = sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut raw.mysql);
                match tokio::time::timeout(CONTROL_TIMEOUT, killing).await {
                    // 1094: the connection is closed already.
                    Ok(Err(sqlx::Error::Database(_)) | Ok(_)) => break,
                    // The dedicated connection is lost or not answering.
                    Ok(Err(_)) | Err(_) => *control = None,
                }
            }
            drop(abandoned);
            if repairs {
                canceller.repair_over(&mut control, Some(id)).await;
            }
        });
    }

    /// Starts a repair for a statement that found a table broken by a KILL, unless one is pending already.
    pub(super) fn repair(&self) {
        if self.repairing.swap(true, Ordering::AcqRel) {
            return;
        }
        let canceller = self.clone();
        self.runtime.spawn(async move {
            let mut control = canceller.control.lock().await;
            canceller.repairing.store(false, Ordering::Release);
            if control.is_none() {
                *control = canceller.connector.open().await.ok();
            }
            canceller.repair_over(&mut control, None).await;
        });
    }

    async fn repair_over(&self, control: &mut Option<Raw>, killed: Option<u64>) {
        let Some(raw) = control.as_mut() else { return };
        let repairing = async {
            if let Some(id) = killed {
                repair::wait_until_closed(&mut raw.mysql, id).await?;
            }
            repair::repair(&mut raw.mysql, killed.is_none()).await
        };
        match tokio::time::timeout(REPAIR_TIMEOUT, repairing).await {
            Ok(Ok(repaired)) => drop(self.repairs.fetch_add(repaired, Ordering::Relaxed)),
            // The answer was not read to the end.
            Ok(Err(_)) | Err(_) => *control = None,
        }
    }
}
