//! Serves the router on its own.

use std::future::Future;
use std::io;
use std::net::SocketAddr;

use axum::serve::ListenerExt;
use staka_core::Staka;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{Config, router};

/// Serves the operations on `listener` until `shutdown` completes. Then accepts no more connections, and waits for
/// running requests as long as [`Config::request_timeout`]. Does not close the handle.
///
/// # Errors
/// The error of the listener.
pub async fn serve(
    staka: Staka,
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let grace = config.request_timeout;
    let service = router(staka, config).into_make_service_with_connect_info::<SocketAddr>();
    // Without this, a small response may wait for the acknowledgement of the previous one.
    let listener = listener.tap_io(|socket| {
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY cannot be set");
        }
    });
    let (stopping, stopped) = oneshot::channel();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        shutdown.await;
        // The receiver is gone if the server has already ended by itself.
        let _ = stopping.send(());
    });
    let too_late = async move {
        match stopped.await {
            Ok(()) => tokio::time::sleep(grace).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = server.into_future() => ended,
        () = too_late => {
            tracing::warn!("connections were still open after {grace:?} and are closed");
            Ok(())
        }
    }
}
