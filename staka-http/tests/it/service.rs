//! Tests of health, readiness, the OpenAPI document, and of the service on a socket.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use staka_core::{Operation, Staka};
use staka_http::{router, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::support::{config, on_both, send};

/// Collects every `$ref` of a document.
fn references<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|field| references(field, found));
        }
        _ => {}
    }
}

/// Sends one request over its own socket and returns the response.
async fn over_socket(at: std::net::SocketAddr, uri: &str, token: &str) -> String {
    let mut socket = TcpStream::connect(at).await.unwrap();
    let request =
        format!("GET {uri} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    answer
}

on_both! {
    async fn the_document_describes_every_operation(service: &Service) {
        let answer = service.get("/openapi.json", None).await;
        let document = answer.json();
        assert_eq!(document["openapi"], "3.1.0");
        let operations: Vec<_> = document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values()).collect();
        for operation in Operation::all() {
            let found: Vec<_> = operations.iter().filter(|it| it["operationId"] == operation.name).collect();
            assert_eq!(found.len(), 1, "{}", operation.name);
            assert_eq!(found[0]["security"].as_array().unwrap().len(), if operation.allowed == "anyone" { 2 } else { 1 });
        }
        assert_eq!(operations.len(), Operation::all().len() + 2);
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference} does not exist");
        }

        // The committed document must be up to date: `cargo xtask codegen` writes it.
        assert_eq!(std::str::from_utf8(&answer.bytes).unwrap(), include_str!("../../openapi.json").trim_end());
    }

    async fn the_docs_page_loads_nothing_from_elsewhere(service: &Service) {
        let page = service.get("/docs/", None).await;
        assert!(page.header("content-type").starts_with("text/html"), "{page:?}");
        let html = std::str::from_utf8(&page.bytes).unwrap();
        let parts: Vec<&str> = html.split("=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
        let files: Vec<&&str> = parts.iter().filter(|part| part.ends_with(".js") || part.ends_with(".css")).collect();
        assert!(files.len() >= 3, "{html}");
        assert!(parts.iter().all(|part| !part.contains("//")), "{html}");
        for file in files {
            let answer = service.get(&format!("/docs/{}", file.trim_start_matches("./")), None).await;
            assert_eq!(answer.status, 200, "{file}");
        }
        let start = service.get("/docs/swagger-initializer.js", None).await;
        let start = std::str::from_utf8(&start.bytes).unwrap();
        assert!(start.contains("../openapi.json") && !start.contains("http://") && !start.contains("https://"), "{start}");
    }

    async fn ready_fails_when_the_database_does_not_answer(service: &Service) {
        assert_eq!(service.get("/health", None).await.json(), serde_json::json!({"status": "ok"}));
        let ready = service.get("/ready", None).await.json();
        assert_eq!(ready["status"], "ready");
        assert!(["MariaDB", "MySQL"].contains(&ready["server"].as_str().unwrap()), "{ready}");
        assert!(!ready["version"].as_str().unwrap().is_empty());

        // A connection to the database that the test can cut.
        let (account, database) = service.url.rsplit_once('@').unwrap();
        let (server, name) = database.split_once('/').unwrap();
        let (server, listener) = (server.to_owned(), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let url = format!("{account}@{}/{name}?tls=disabled", listener.local_addr().unwrap());
        let relay = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                let server = server.clone();
                connections.spawn(async move {
                    let mut server = TcpStream::connect(server).await.unwrap();
                    drop(copy_bidirectional(&mut client, &mut server).await);
                });
            }
        });
        let router = router(Staka::connect(&url).await.unwrap(), config());
        let get = |uri: &str| axum::http::Request::get(uri).body(axum::body::Body::empty()).unwrap();
        assert_eq!(send(&router, get("/ready")).await.status, 200);
        assert_eq!(send(&router, get("/v1/tarifs")).await.status, 200);
        relay.abort();
        relay.await.unwrap_err();
        let problem = send(&router, get("/ready")).await.problem(503, "UNAVAILABLE");
        assert!(!problem.to_string().contains("127.0.0.1"), "{problem}");
        assert_eq!(send(&router, get("/v1/tarifs")).await.problem(503, "UNAVAILABLE")["operation"], "tarifs.list_active");
        assert_eq!(send(&router, get("/health")).await.status, 200);
    }

    async fn serve_answers_on_a_socket_until_shutdown(service: &Service) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let mut config = config();
        config.request_timeout = Duration::from_millis(300);
        let shutdown = async move { stopped.await.unwrap_or(()) };
        let serving = tokio::spawn(serve(service.staka.clone(), config, listener, shutdown));
        let answer = over_socket(at, "/v1/users/me/notifications/unread-count", &service.zoe()).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\n3"), "{answer}");
        let mut idle = TcpStream::connect(at).await.unwrap();
        idle.write_all(b"GET /half").await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        stop.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(5), serving).await.unwrap().unwrap().unwrap();
        assert!(TcpStream::connect(at).await.is_err());
        // `serve` does not close the handle.
        service.staka.ready().await.unwrap();
    }
}
