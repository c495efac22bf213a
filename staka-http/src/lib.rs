//! The HTTP interface of Staka: the operations of `staka-core` as a REST service with an OpenAPI document.
//!
//! ```no_run
//! use staka_core::{Secret, Staka};
//! use staka_http::{Config, serve};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let staka = Staka::connect("mysql://staka:secret@localhost/staka").await?;
//! let config = Config::new(Secret::new(std::env::var("JWT_SECRET")?))?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! let stop = async { tokio::signal::ctrl_c().await.unwrap_or(()) };
//! serve(staka.clone(), config, listener, stop).await?;
//! staka.close().await;
//! # Ok(()) }
//! ```
//!
//! [`router`] returns the same service as an [`axum::Router`], which can be nested in another service.
//!
//! # How it works
//!
//! The routes are a table (`routes.rs`). The parameters and the result of a route are read from the operation's own
//! description, and the core decides who may call it. So this crate contains no SQL, no access rule, and no struct
//! that repeats one of the core.
//!
//! - Authentication: `Authorization: Bearer` with a token of the existing backend; [`issue_token`] creates one for
//!   tests. The account is looked up at every request, so its role and state are those of the database.
//! - Without a token the caller is anonymous and may call the public routes. An invalid token is 401 on every route.
//! - Parameters that are not in the path come from the query string of a GET or DELETE, and from the JSON body of a
//!   POST, PUT or PATCH. The fields of a parameter that is an object are written at the top level, under their own
//!   names. In a query string, a list is repeated or separated by commas, `null` matches rows without the value, and a
//!   range is `createdAt.from` and `createdAt.to`. In a body, a list is an array, a range is `{"from", "to"}`, and
//!   null differs from a missing field.
//! - A result of nothing is 204. An export (CSV, JSON lines) is streamed as the client reads it. Responses to writes
//!   have `Cache-Control: no-store`, because some of them contain a token that is shown only once.
//! - `me` stands for the caller's own id in `/v1/users/{user}/…`.
//! - Errors are `application/problem+json` (RFC 9457) with the core's `code`, the invalid `fields`, the `operation`
//!   and the `requestId`; every response has the latter as its header `x-request-id`.
//! - `GET /health` (the process runs), `GET /ready` (the database answers), `GET /openapi.json`, and `/docs`, a page
//!   to read and try the operations, which loads nothing from other servers.
//!
//! # How to add an operation
//!
//! Add its line to `routes.rs`. The tests fail if an operation has no line or if a line does not fit its operation.
//! The other steps are in the documentation of `staka-core`; `cargo xtask codegen` then writes the new `openapi.json`.

mod auth;
mod body;
mod call;
mod export;
mod handlers;
mod input;
mod middleware;
mod openapi;
mod problem;
mod query;
mod route;
mod routes;
mod serve;
mod token;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::routing::{get, on};
use staka_core::{Caller, OperationDoc, Operations, Result, Secret, Staka};
use utoipa_swagger_ui::SwaggerUi;

pub use auth::issue_token;
pub use serve::serve;

use auth::Authenticator;
use call::Call;
use middleware::Middleware;
use route::Route;

/// The configuration of the service.
///
/// ```
/// use std::time::Duration;
/// use staka_core::Secret;
/// use staka_http::Config;
///
/// assert!(Config::new(Secret::new("too short")).is_err());
/// let mut config = Config::new(Secret::new("a secret of at least thirty-two bytes"))?;
/// config.request_timeout = Duration::from_secs(5);
/// # Ok::<(), staka_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    jwt_secret: Secret,
    /// How long a request may take before it is answered with 504 and its query is stopped; 10 s by default.
    pub request_timeout: Duration,
    /// The largest body of a request in bytes; 1 MiB by default.
    pub body_limit: usize,
}

impl Config {
    /// Returns the defaults, with the secret that signs the tokens. Fails with `Invalid` if the secret has less than
    /// 32 bytes, the length of an HS256 signature.
    pub fn new(jwt_secret: Secret) -> Result<Self> {
        auth::check(&jwt_secret)?;
        Ok(Self { jwt_secret, request_timeout: Duration::from_secs(10), body_limit: 1024 * 1024 })
    }
}

/// The state that all handlers share.
struct AppState {
    staka: Staka,
    operations: Box<dyn Fn(Caller) -> Operations + Send + Sync>,
    request_timeout: Duration,
    authenticator: Authenticator,
    openapi: Bytes,
}

/// Returns the whole service as a router, to be served or nested.
///
/// The core learns the caller's address only if the router is served with axum's connect info, as [`serve`] does.
///
/// # Panics
/// If a line of the route table does not fit its operation, which the tests of this crate rule out.
pub fn router(staka: Staka, config: Config) -> Router {
    let handle = staka.clone();
    router_with_sessions(staka, config, move |caller| handle.as_caller(caller))
}

/// Returns the whole service, with the operations that `sessions` returns for each caller: a session of another handle,
/// or those of a transaction that a test rolls back. An operation runs as the caller of that session.
///
/// # Panics
/// Like [`router`].
pub fn router_with_sessions<S: Into<Operations>>(
    staka: Staka,
    config: Config,
    sessions: impl Fn(Caller) -> S + Send + Sync + 'static,
) -> Router {
    let Config { jwt_secret, request_timeout, body_limit } = config;
    let planned = planned();
    let openapi = openapi::document(&planned).into();
    let mut router = Router::new()
        .route("/health", get(handlers::health))
        .route("/ready", get(handlers::ready))
        .route("/openapi.json", get(handlers::openapi))
        .merge(docs());
    for (route, call) in planned {
        let call = Arc::new(call);
        let handler = move |State(state): State<Arc<AppState>>, request: Request| {
            let call = Arc::clone(&call);
            async move { handlers::operation(&state, &call, request).await }
        };
        router = router.route(route.path, on(route.method.filter(), handler));
    }
    let middleware = Arc::new(Middleware::new(request_timeout, body_limit));
    router
        .fallback(handlers::no_such_route)
        .method_not_allowed_fallback(handlers::no_such_method)
        .layer(DefaultBodyLimit::max(body_limit))
        .layer(axum::middleware::from_fn_with_state(middleware, middleware::handle))
        .with_state(Arc::new(AppState {
            staka,
            operations: Box::new(move |caller| sessions(caller).into()),
            request_timeout,
            authenticator: Authenticator::new(&jwt_secret),
            openapi,
        }))
}

/// Returns the OpenAPI document of the service, as `GET /openapi.json` does.
///
/// # Panics
/// Like [`router`].
pub fn openapi() -> String {
    openapi::document(&planned())
}

/// Returns the OpenAPI document with the examples of these descriptions, for a program that has newer ones than the
/// library.
///
/// # Panics
/// Like [`router`].
pub fn openapi_with_examples(operations: &[OperationDoc]) -> String {
    let mut planned = planned();
    for (_, call) in &mut planned {
        if let Some(newer) = operations.iter().find(|operation| operation.name == call.doc.name) {
            call.doc.example.clone_from(&newer.example);
        }
    }
    openapi::document(&planned)
}

fn planned() -> Vec<(&'static Route, Call)> {
    routes::planned().unwrap_or_else(|problem| panic!("the route table is wrong: {problem}"))
}

/// Returns the documentation page. Its links are relative, so that the router can be nested; it uses no online
/// validator.
fn docs() -> SwaggerUi {
    let config = utoipa_swagger_ui::Config::from("../openapi.json").validator_url("none").persist_authorization(true);
    SwaggerUi::new("/docs").config(config)
}
