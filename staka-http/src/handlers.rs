//! The handlers of the routes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::HttpBody;
use axum::extract::{ConnectInfo, FromRequestParts, Query, RawPathParams, Request, State};
use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use staka_core::base::Shape;
use staka_core::{Error, ErrorKind, ServerKind};

use crate::call::{Call, RequestInput};
use crate::middleware::RequestId;
use crate::problem::Problem;
use crate::{AppState, body};

/// How long the database may take to answer the readiness check.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

/// The largest number of values in a query string; each is compared with all others.
const MAX_QUERY_VALUES: usize = 200;

/// Authenticates the caller, reads the arguments, calls the operation and returns its result.
pub(crate) async fn operation(state: &AppState, call: &Call, request: Request) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let mut caller = state.authenticator.caller(&state.staka, &parts.headers).await?;
    let Ok(path) = RawPathParams::from_request_parts(&mut parts, &()).await else {
        return Err(Error::invalid("path", "must be UTF-8 once percent-decoded").into());
    };
    let query =
        Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).ok().filter(|query| query.len() <= MAX_QUERY_VALUES);
    let Some(Query(query)) = query else {
        return Err(Error::invalid(
            "query",
            format!("must be at most {MAX_QUERY_VALUES} pairs of name=value, joined by &"),
        )
        .into());
    };
    let path: Vec<_> = path.iter().collect();
    caller.ip = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.ip().to_canonical().to_string());
    caller.user_agent =
        parts.headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    caller.request_id = parts.extensions.get::<RequestId>().map(|id| id.as_str().to_owned());
    let in_operation = |error: Error| error.in_operation(call.operation.name);
    let body = if call.has_body {
        body::read(Request::from_parts(parts, body), call.operation.name).await?
    } else if parts.method == Method::DELETE && body.size_hint().lower() > 0 {
        return Err(in_operation(Error::invalid(
            "body",
            "must be empty: a DELETE request takes its parameters from path and query",
        ))
        .into());
    } else {
        Vec::new()
    };
    let input = RequestInput { path: &path, query: &query, body };
    let arguments = call.arguments(&caller.actor, &input).map_err(in_operation)?;
    let operations = (state.operations)(caller);
    if let Some(export) = &call.export {
        return Ok(export.answer(call.operation, operations, arguments, state.request_timeout).await?);
    }
    let answer = call.operation.call(&operations, &Value::Object(arguments).to_string()).await?;
    if call.doc.output == Shape::Nothing {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(json_bytes(answer))
}

fn json_bytes(body: impl IntoResponse) -> Response {
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

pub(crate) async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

pub(crate) async fn ready(State(state): State<Arc<AppState>>) -> Result<Json<Value>, Problem> {
    let not_ready = || Error::new(ErrorKind::Unavailable, "the database does not answer");
    let server = match tokio::time::timeout(READY_TIMEOUT, state.staka.ready()).await {
        Ok(Ok(server)) => server,
        Ok(Err(error)) => return Err(not_ready().with_source(error).into()),
        Err(_) => return Err(not_ready().into()),
    };
    let name = match server.kind {
        ServerKind::MySql => "MySQL",
        ServerKind::MariaDb => "MariaDB",
    };
    Ok(Json(json!({ "status": "ready", "server": name, "version": server.version })))
}

pub(crate) async fn openapi(State(state): State<Arc<AppState>>) -> Response {
    json_bytes(state.openapi.clone())
}

pub(crate) async fn no_such_route() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, ErrorKind::NotFound.code(), "no route has this path")
}

pub(crate) async fn no_such_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "METHOD_NOT_ALLOWED",
        "the route does not support this method; the Allow header lists its methods",
    )
}
