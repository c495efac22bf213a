//! A handshake that the server garbles.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use staka_core::ErrorKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::support::on_both;

/// A packet of one byte, which is no greeting.
const NO_GREETING: [u8; 5] = [1, 0, 0, 0, 10];
/// An encrypted TLS record, which a handshake never begins with.
const APPLICATION_DATA: [u8; 9] = [0x17, 0x03, 0x03, 0, 4, 1, 2, 3, 4];

/// Forwards connections to `server`. The first `garbled` get something else than the server's greeting, or than its
/// first TLS record.
async fn garbling(server: String, garbled: usize, in_tls: bool) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&accepted);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let garble = count.fetch_add(1, Ordering::SeqCst) < garbled;
            let server = server.clone();
            tokio::spawn(async move {
                let mut server = TcpStream::connect(server).await.unwrap();
                match (garble, in_tls) {
                    (true, false) => client.write_all(&NO_GREETING).await.unwrap(),
                    (true, true) => {
                        let mut greeting = [0; 1024];
                        let length = server.read(&mut greeting).await.unwrap();
                        client.write_all(&greeting[..length]).await.unwrap();
                        let _tls_request = client.read(&mut greeting).await.unwrap();
                        client.write_all(&APPLICATION_DATA).await.unwrap();
                    }
                    (false, _) => drop(copy_bidirectional(&mut client, &mut server).await),
                }
            });
        }
    });
    (port, accepted)
}

on_both! {
    async fn a_garbled_handshake_is_tried_again_and_one_that_stays_so_fails(server: &Server) {
        let db = server.database().await;
        let (_, after) = db.url.rsplit_once('@').unwrap();
        let (direct, _) = after.split_once('/').unwrap();
        let tls = db.builder().connect().await.unwrap().acquire().await.unwrap().server().kind
            == staka_core::db::ServerKind::MySql;
        for in_tls in [false, true].into_iter().take(if tls { 2 } else { 1 }) {
            for (garbled, works) in [(2, true), (usize::MAX, false)] {
                let (port, accepted) = garbling(direct.to_owned(), garbled, in_tls).await;
                let url = db.url.replace(&format!("@{direct}/"), &format!("@127.0.0.1:{port}/"));
                let asked = match staka_core::Staka::builder(&url).unwrap().max_connections(1).connect().await {
                    Ok(staka) => staka.acquire().await.map(drop),
                    Err(error) => Err(error),
                };
                match asked {
                    Ok(()) => assert!(works),
                    Err(error) => assert!(!works && error.kind() == ErrorKind::Unavailable, "{error:?}"),
                }
                assert_eq!(accepted.load(Ordering::SeqCst), 3, "in TLS: {in_tls}, works: {works}");
            }
        }
    }
}
