//! Sets TCP_NODELAY on the driver's sockets. sqlx 0.9 does not set it and gives no access to its socket; without it
//! each TLS handshake and each pair of small packets waits 44 ms for the server's delayed acknowledgement. To be
//! removed when a release of sqlx sets it (its issue 4335).

use std::future::Future;
use std::pin::pin;

/// Awaits `connecting` and sets TCP_NODELAY on the socket as soon as it is connected, before the TLS handshake's first
/// small packets.
pub(super) async fn while_connecting<F: Future>(port: Option<u16>, connecting: F) -> F::Output {
    let Some(port) = port else { return connecting.await };
    let mut connecting = pin!(connecting);
    std::future::poll_fn(|context| {
        let state = connecting.as_mut().poll(context);
        if state.is_pending() {
            set_on_sockets_to(port);
        }
        state
    })
    .await
}

/// Sets TCP_NODELAY on every socket of this process connected to `port`, because sqlx does not expose its socket.
#[cfg(unix)]
fn set_on_sockets_to(port: u16) {
    use std::os::fd::BorrowedFd;

    let Ok(descriptors) = std::fs::read_dir("/dev/fd") else { return };
    for entry in descriptors.flatten() {
        let Some(descriptor) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        #[expect(
            unsafe_code,
            reason = "the descriptor is borrowed for two socket calls, which fail cleanly on anything else"
        )]
        let descriptor = unsafe { BorrowedFd::borrow_raw(descriptor) };
        let socket = socket2::SockRef::from(&descriptor);
        let matches = socket.peer_addr().ok().and_then(|peer| peer.as_socket()).is_some_and(|peer| peer.port() == port);
        if matches && !socket.tcp_nodelay().unwrap_or(true) {
            // Without it the connection works, only slower.
            let _ = socket.set_tcp_nodelay(true);
        }
    }
}

#[cfg(not(unix))]
fn set_on_sockets_to(_port: u16) {}

#[cfg(all(test, unix))]
mod tests {
    use tokio::net::{TcpListener, TcpStream};

    #[tokio::test]
    async fn a_socket_is_set_while_it_connects() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let before = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        assert!(!before.nodelay().unwrap(), "the system sets TCP_NODELAY by itself: this module can be removed");
        drop(before);
        let connecting = async {
            let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            // Like the driver, which waits for the server's greeting before it sends anything.
            tokio::task::yield_now().await;
            stream
        };
        let stream = super::while_connecting(Some(port), connecting).await;
        assert!(stream.nodelay().unwrap());
        let untouched = super::while_connecting(None, TcpStream::connect(("127.0.0.1", port))).await.unwrap();
        assert!(!untouched.nodelay().unwrap());
    }
}
