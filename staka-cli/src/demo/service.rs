//! The demo's HTTP service, with a token and a request to try.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use staka_core::model::Role;
use staka_core::{Error, ErrorKind, Result, Secret, Staka};
use staka_demo::{DEMO_ADMIN_EMAIL, DEMO_PASSWORD, subjects};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::database::Database;
use crate::failure::Failure;
use crate::output;
use crate::serve::{cannot_listen, serve_failed};
use crate::shutdown::Shutdown;

/// The port that the demo listens on by default, if it is free.
const PORT: u16 = 3001;
/// How long the administrator's token is valid.
const TOKEN_LIFETIME: Duration = Duration::from_secs(86_400);
/// A request that an administrator may send and an author may not.
const SAMPLE_PATH: &str = "/v1/audit-logs/recent?limit=3";

pub(super) struct Service {
    pub(super) secret: Secret,
    pub(super) config: staka_http::Config,
    /// The requested port, if any.
    pub(super) port: Option<u16>,
}

impl Service {
    /// Serves until a signal asks for a shutdown.
    pub(super) async fn run(self, staka: &Staka, database: &Database, shutdown: Shutdown) -> Result<(), Failure> {
        let (listener, address) = listen(self.port).await?;
        let now = staka.clock().now();
        let admin = subjects().admin;
        let token = staka_http::issue_token(&self.secret, &admin, DEMO_ADMIN_EMAIL, &Role::Admin, now, TOKEN_LIFETIME)?;
        let stop = shutdown.clone().requested();
        let served = tokio::spawn(staka_http::serve(staka.clone(), self.config, listener, stop));
        let tried = shutdown.interruptible(async { Ok(send_sample(address, &token).await?) }).await;
        if tried.is_ok() {
            print(address, &token, database);
        }
        // A service that does not answer its own sample request is not kept running.
        match tried {
            Ok(()) | Err(Failure::Interrupted) => {
                let served = served
                    .await
                    .map_err(|e| Error::internal("the HTTP service stopped unexpectedly").with_source(e))?;
                Ok(served.map_err(|error| serve_failed(&error))?)
            }
            failed => {
                served.abort();
                failed
            }
        }
    }
}

/// Listens on the requested port, or else on the default port, or else on a free one.
pub(super) async fn listen(port: Option<u16>) -> Result<(TcpListener, SocketAddr)> {
    let on = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let requested = on(port.unwrap_or(PORT));
    let bound = match TcpListener::bind(requested).await {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && port.is_none() => TcpListener::bind(on(0)).await,
        bound => bound,
    };
    let listener = bound.map_err(|error| cannot_listen(requested, error))?;
    let address = listener.local_addr().map_err(|error| cannot_listen(requested, error))?;
    Ok((listener, address))
}

/// Sends the sample request, so that the printed command is known to work.
async fn send_sample(address: SocketAddr, token: &str) -> Result<()> {
    let request = format!(
        "GET {SAMPLE_PATH} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    let sending = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok::<_, io::Error>(String::from_utf8_lossy(&answer).into_owned())
    };
    let failed = |why: String| Error::internal(format!("the service did not answer {SAMPLE_PATH} with 200: {why}"));
    match tokio::time::timeout(Duration::from_secs(10), sending).await {
        Ok(Ok(answer)) if answer.starts_with("HTTP/1.1 200 ") => Ok(()),
        Ok(Ok(answer)) => Err(failed(answer.lines().next().unwrap_or("empty answer").to_owned())),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Err(_) => Err(Error::new(ErrorKind::Timeout, format!("no answer to {SAMPLE_PATH} within 10 s"))),
    }
}

fn print(address: SocketAddr, token: &str, database: &Database) {
    output::line(&format!(
        "\nListening on http://{address} (documentation: http://{address}/docs).\n\
         {}\n\
         Administrator: {DEMO_ADMIN_EMAIL}, password {DEMO_PASSWORD}.\n\
         A request with a token that is valid for 24 hours:\n\n  \
         curl -H 'Authorization: Bearer {token}' 'http://{address}{SAMPLE_PATH}'\n\n\
         Ctrl-C stops the service and the private server. The data is kept; the next start takes seconds.",
        database.sentence(),
    ));
}
