//! Ctrl-C and its like: heard once, everything is put away; heard twice, the process ends.

use std::future::Future;
use std::io;

use staka_core::{Error, Result};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::failure::Failure;

/// Whether somebody asked us to stop.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// From now on SIGINT, SIGTERM and SIGHUP are heard here, and end the process only the second time.
    pub(crate) fn listen() -> Result<Self> {
        Self::try_listen().map_err(|e| Error::internal("signals cannot be heard").with_source(e))
    }

    fn try_listen() -> io::Result<Self> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        let (tell, told) = watch::channel(false);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                    _ = hang_up.recv() => {}
                }
                if tell.send_replace(true) {
                    // A private server's watchdog puts away what we do not.
                    std::process::exit(130);
                }
            }
        });
        Ok(Self(told))
    }

    /// Done as soon as somebody asks.
    pub(crate) async fn asked(mut self) {
        // The sender lives as long as the runtime.
        let _ = self.0.wait_for(|asked| *asked).await;
    }

    /// Does the work unless somebody asks to stop; then it is dropped where it stands.
    pub(crate) async fn unless<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.clone().asked() => Err(Failure::Interrupted),
            done = work => done,
        }
    }
}
