//! The standalone service.

use std::future::Future;
use std::io;
use std::net::SocketAddr;

use axum::serve::ListenerExt;
use staka_core::Staka;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{Config, router};

/// Serves the door on `listener` until `shutdown` is done; then takes no more connections, and gives requests under
/// way the time that a request may take. The handle stays open: it is the caller's to close.
///
/// # Errors
/// What the listener says.
pub async fn serve(
    staka: Staka,
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let grace = config.request_timeout;
    let service = router(staka, config).into_make_service_with_connect_info::<SocketAddr>();
    // Small answers must not wait for the acknowledgement of the one before.
    let listener = listener.tap_io(|socket| {
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY cannot be set");
        }
    });
    let (stopping, stopped) = oneshot::channel();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        shutdown.await;
        // Nobody listens any more once the server has ended by itself.
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
            tracing::warn!("connections were still open after {grace:?} and are left");
            Ok(())
        }
    }
}
