//! What the routes do.

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
use staka_core::db::Flavour;
use staka_core::{Ctx, Error, ErrorKind};

use crate::call::{Call, Given};
use crate::frame::RequestId;
use crate::problem::Problem;
use crate::{Door, body};

/// How long the database may take to say that it is there.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// How many values a query may give: they are compared with each other.
const MOST_VALUES: usize = 200;

/// Who asks, for what, and the core's answer as it is.
pub(crate) async fn operation(door: &Door, call: &Call, request: Request) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let actor = door.gate.actor(&door.staka, &parts.headers).await?;
    let Ok(path) = RawPathParams::from_request_parts(&mut parts, &()).await else {
        return Err(Error::invalid("path", "must be UTF-8 once percent-decoded").into());
    };
    let query =
        Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).ok().filter(|query| query.len() <= MOST_VALUES);
    let Some(Query(query)) = query else {
        return Err(
            Error::invalid("query", format!("must be name=value, joined by &, {MOST_VALUES} at the most")).into()
        );
    };
    let path: Vec<_> = path.iter().collect();
    let mut ctx = Ctx::new(actor);
    ctx.ip = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.ip().to_canonical().to_string());
    ctx.user_agent = parts.headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    ctx.request_id = parts.extensions.get::<RequestId>().map(|id| id.as_str().to_owned());
    let named = |error: Error| error.in_operation(call.operation.name);
    let body = if call.has_body {
        body::read(Request::from_parts(parts, body), call.operation.name).await?
    } else if parts.method == Method::DELETE && body.size_hint().lower() > 0 {
        return Err(named(Error::invalid("body", "must be empty: what is removed stands in path and query")).into());
    } else {
        Vec::new()
    };
    let given = Given { path: &path, query: &query, body };
    let arguments = call.arguments(&ctx.actor, &given).map_err(named)?;
    let session = (door.sessions)(ctx);
    if let Some(export) = &call.export {
        return Ok(export.answer(call.operation, session, arguments, door.request_timeout).await?);
    }
    let answer = call.operation.call(&session, &Value::Object(arguments).to_string()).await?;
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

pub(crate) async fn ready(State(door): State<Arc<Door>>) -> Result<Json<Value>, Problem> {
    let not_ready = || Error::new(ErrorKind::Unavailable, "the database does not answer");
    let server = match tokio::time::timeout(READY_WITHIN, door.staka.ready()).await {
        Ok(Ok(server)) => server,
        Ok(Err(error)) => return Err(not_ready().with_source(error).into()),
        Err(_) => return Err(not_ready().into()),
    };
    let name = match server.flavour {
        Flavour::MySql => "MySQL",
        Flavour::MariaDb => "MariaDB",
    };
    Ok(Json(json!({ "status": "ready", "server": name, "version": server.version })))
}

pub(crate) async fn openapi(State(door): State<Arc<Door>>) -> Response {
    json_bytes(door.openapi.clone())
}

pub(crate) async fn no_such_route() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, ErrorKind::NotFound.code(), "there is no such route")
}

pub(crate) async fn no_such_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "the route has other methods; see Allow")
}
