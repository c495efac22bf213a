//! The demo's HTTP service, and what a person needs to ask it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use staka_core::maintenance::seed::{DEMO_ADMIN_EMAIL, DEMO_PASSWORD, subjects};
use staka_core::model::Role;
use staka_core::{Error, ErrorKind, Result, Secret, Staka};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::database::Database;
use crate::failure::Failure;
use crate::output;
use crate::serve::{broke, cannot_listen};
use crate::stop::Stop;

/// Where the demo listens if it may.
const PORT: u16 = 3001;
/// How long the administrator's token is valid.
const TOKEN: Duration = Duration::from_secs(86_400);
/// What the administrator may ask, and an author may not.
const ASK: &str = "/v1/audit-logs/recent?limit=3";

pub(super) struct Service {
    pub(super) secret: Secret,
    pub(super) config: staka_http::Config,
    /// The port that was asked for.
    pub(super) port: Option<u16>,
}

impl Service {
    /// Serves until somebody asks to stop.
    pub(super) async fn run(self, staka: &Staka, database: &Database, stop: Stop) -> Result<(), Failure> {
        let (listener, address) = listen(self.port).await?;
        let now = staka.clock().now();
        let admin = subjects().admin;
        let token = staka_http::issue_token(&self.secret, &admin, DEMO_ADMIN_EMAIL, &Role::Admin, now, TOKEN)?;
        let served = tokio::spawn(staka_http::serve(staka.clone(), self.config, listener, stop.clone().asked()));
        let tried = stop.unless(async { Ok(ask(address, &token).await?) }).await;
        if tried.is_ok() {
            print(address, &token, database);
        }
        // When asking failed, nobody waits for a service that does not answer.
        match tried {
            Ok(()) | Err(Failure::Interrupted) => {
                let served = served.await.map_err(|e| Error::internal("HTTP broke off").with_source(e))?;
                Ok(served.map_err(|error| broke(&error))?)
            }
            failed => {
                served.abort();
                failed
            }
        }
    }
}

/// The port that was asked for, else the usual one, else a free one.
pub(super) async fn listen(port: Option<u16>) -> Result<(TcpListener, SocketAddr)> {
    let on = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let wanted = on(port.unwrap_or(PORT));
    let bound = match TcpListener::bind(wanted).await {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && port.is_none() => TcpListener::bind(on(0)).await,
        bound => bound,
    };
    let listener = bound.map_err(|error| cannot_listen(wanted, error))?;
    let address = listener.local_addr().map_err(|error| cannot_listen(wanted, error))?;
    Ok((listener, address))
}

/// Sends the request that is printed, so that what is printed works.
async fn ask(address: SocketAddr, token: &str) -> Result<()> {
    let request =
        format!("GET {ASK} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n");
    let asking = async {
        let mut line = TcpStream::connect(address).await?;
        line.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        line.read_to_end(&mut answer).await?;
        Ok::<_, io::Error>(String::from_utf8_lossy(&answer).into_owned())
    };
    let failed = |why: String| Error::internal(format!("the service does not answer to {ASK}: {why}"));
    match tokio::time::timeout(Duration::from_secs(10), asking).await {
        Ok(Ok(answer)) if answer.starts_with("HTTP/1.1 200 ") => Ok(()),
        Ok(Ok(answer)) => Err(failed(answer.lines().next().unwrap_or("nothing").to_owned())),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Err(_) => Err(Error::new(ErrorKind::Timeout, format!("no answer to {ASK} within 10 s"))),
    }
}

fn print(address: SocketAddr, token: &str, database: &Database) {
    output::line(&format!(
        "\nHTTP at http://{address} (the routes: http://{address}/openapi.json)\n\
         {}\n\
         Administrator: {DEMO_ADMIN_EMAIL}, password {DEMO_PASSWORD}; with a token for 24 hours:\n\n  \
         curl -H 'Authorization: Bearer {token}' 'http://{address}{ASK}'\n\n\
         Ctrl-C stops it all; the data stays, and the next start takes seconds.",
        database.sentence(),
    ));
}
