//! `staka serve`: serves the operations over HTTP.

use std::io;
use std::net::SocketAddr;

use serde_json::json;
use staka_core::{Error, ErrorKind, Result, StakaBuilder};
use tokio::net::TcpListener;

use crate::args::{self, Common, ServeArgs};
use crate::failure::Failure;
use crate::output;
use crate::shutdown::Shutdown;

pub(crate) async fn run(args: &ServeArgs, common: &Common) -> Result<(), Failure> {
    let secret = args::jwt_secret(args.jwt_secret.as_deref()).ok_or_else(|| {
        let problem = "is required (or JWT_SECRET): the secret that signs the tokens, at least 32 bytes";
        Failure::Usage(Error::invalid("--jwt-secret", problem))
    })?;
    let config = staka_http::Config::new(secret).map_err(|error| Failure::in_usage("--jwt-secret", &error))?;
    let database = common.config()?;
    let shutdown = Shutdown::listen()?;
    let connecting = async { Ok(StakaBuilder::from_config(database).connect().await?) };
    let staka = match shutdown.interruptible(connecting).await {
        Err(Failure::Interrupted) => return Ok(()),
        connected => connected?,
    };
    let served = async {
        let listener = TcpListener::bind(args.listen).await.map_err(|error| cannot_listen(args.listen, error))?;
        let address = listener.local_addr().map_err(|error| cannot_listen(args.listen, error))?;
        if common.json {
            output::json(
                &json!({ "address": format!("http://{address}"), "openapi": format!("http://{address}/openapi.json") }),
            );
        } else {
            output::line(&format!("Listening on http://{address} (documentation: /docs). Ctrl-C stops."));
        }
        let served = staka_http::serve(staka.clone(), config, listener, shutdown.requested()).await;
        served.map_err(|error| serve_failed(&error))
    }
    .await;
    staka.close().await;
    Ok(served?)
}

/// The error for an address that is in use or not permitted.
pub(crate) fn cannot_listen(address: SocketAddr, error: io::Error) -> Error {
    Error::new(ErrorKind::Conflict, format!("cannot listen on {address}: {error}; choose another port"))
        .with_source(error)
}

/// The error for a listener that failed while serving.
pub(crate) fn serve_failed(error: &io::Error) -> Error {
    Error::internal(format!("the HTTP service failed: {error}"))
}
