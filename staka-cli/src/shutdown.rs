//! Handles Ctrl-C and termination signals: the first one asks for an orderly shutdown, the second one ends the process.

use std::future::Future;
use std::io;

use staka_core::{Error, Result};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::failure::Failure;

/// Reports whether a signal has asked for a shutdown.
#[derive(Clone, Debug)]
pub(crate) struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    /// Handles SIGINT, SIGTERM and SIGHUP from now on; they end the process only the second time.
    pub(crate) fn listen() -> Result<Self> {
        Self::try_listen().map_err(|e| Error::internal("signal handlers cannot be installed").with_source(e))
    }

    fn try_listen() -> io::Result<Self> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        let (sender, receiver) = watch::channel(false);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                    _ = hang_up.recv() => {}
                }
                if sender.send_replace(true) {
                    // The watchdog of a private server stops it.
                    std::process::exit(130);
                }
            }
        });
        Ok(Self(receiver))
    }

    /// Waits until a signal asks for a shutdown.
    pub(crate) async fn requested(mut self) {
        // The sender lives as long as the runtime, so this cannot fail.
        let _ = self.0.wait_for(|requested| *requested).await;
    }

    /// Runs `work` to its end; if a signal arrives first, drops it and returns [`Failure::Interrupted`].
    pub(crate) async fn interruptible<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.clone().requested() => Err(Failure::Interrupted),
            done = work => done,
        }
    }
}
