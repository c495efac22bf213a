//! The HTTP door of Staka: the operations of `staka-core` as a small REST service, described by its own OpenAPI
//! document.
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
//! [`router`] gives the same as an [`axum::Router`], to be nested in a service of your own.
//!
//! # What it does, and what it does not
//!
//! A door carries values over a border and decides nothing. The routes are a table of lines (`routes.rs`); what a
//! route takes and gives is read from the operation's own description, and who may call it is decided in the core.
//! So there is no SQL here, no rule about who may see what, and no struct that repeats one of the core's.
//!
//! - `Authorization: Bearer` with the token that the existing backend issues; [`issue_token`] makes one. The account
//!   is looked up again at every request: a token names somebody, the database says what they may do.
//! - Without a token the caller is nobody, for whom the public routes work. A token that is not valid is 401
//!   everywhere.
//! - What is not in the path comes from the query of a GET or DELETE, and from the JSON body of a POST, PUT or PATCH.
//!   A parameter that is an object is not one there: its fields stand at the top, under their own names. A list is
//!   repeated or has commas, `null` looks for rows without the value, a range is `createdAt.from` and `createdAt.to`;
//!   a body has lists, null and `{"from", "to"}`, and tells null from what is left out.
//! - What gives nothing answers 204; text that comes in pieces (CSV, JSON lines) is streamed as its reader reads; what
//!   writes answers `Cache-Control: no-store`, for tokens are told once.
//! - `me` stands for the caller's own id in `/v1/users/{user}/…`.
//! - Errors are `application/problem+json` (RFC 9457) with the core's `code`, the faulty `fields`, the `operation`
//!   and the `requestId`, which every answer also bears as `x-request-id`.
//! - `GET /health` (the process lives), `GET /ready` (the database answers), `GET /openapi.json`, and at `/docs` a
//!   page to read and try it, which loads nothing from elsewhere.
//!
//! # How to add an operation
//!
//! Here it is its line in `routes.rs`: a line that does not fit its operation fails the tests, and so does an operation
//! without a line. The rest of the way is the recipe in the documentation of `staka-core`; `cargo xtask codegen` then
//! writes the new `openapi.json`.

mod auth;
mod body;
mod call;
mod export;
mod frame;
mod handlers;
mod openapi;
mod problem;
mod query;
mod route;
mod routes;
mod serve;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware;
use axum::routing::{get, on};
use staka_core::{Ctx, Result, Secret, Session, Staka};
use utoipa_swagger_ui::SwaggerUi;

pub use auth::issue_token;
pub use serve::serve;

use auth::Gate;
use call::Call;
use frame::Frame;
use route::Route;

/// How the door behaves.
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
    /// How long a request may take before it is 504 and its query is stopped; 10 s.
    pub request_timeout: Duration,
    /// The largest body that a request may have, in bytes; 1 MiB.
    pub body_limit: usize,
}

impl Config {
    /// The defaults, with the secret that tokens are signed with. `Invalid` when it has less than 32 bytes: HS256 is
    /// no stronger than that.
    pub fn new(jwt_secret: Secret) -> Result<Self> {
        auth::check(&jwt_secret)?;
        Ok(Self { jwt_secret, request_timeout: Duration::from_secs(10), body_limit: 1024 * 1024 })
    }
}

/// What every handler shares.
struct Door {
    staka: Staka,
    sessions: Box<dyn Fn(Ctx) -> Session + Send + Sync>,
    request_timeout: Duration,
    gate: Gate,
    openapi: Bytes,
}

/// The whole door, ready to be served or nested.
///
/// The caller's address is known to the core if the router is served with axum's connect info, as [`serve`] does.
///
/// # Panics
/// When a line of the route table does not fit its operation, which the tests of this crate rule out.
pub fn router(staka: Staka, config: Config) -> Router {
    let handle = staka.clone();
    router_with_sessions(staka, config, move |ctx| handle.as_actor(ctx))
}

/// The same, with sessions that `sessions` opens for whoever asks: from another handle, or within a transaction that is
/// undone, as tests do. It decides for whom an operation runs; `ctx` says who asks.
///
/// # Panics
/// As [`router`].
pub fn router_with_sessions(
    staka: Staka,
    config: Config,
    sessions: impl Fn(Ctx) -> Session + Send + Sync + 'static,
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
        let handler = move |State(door): State<Arc<Door>>, request: Request| {
            let call = Arc::clone(&call);
            async move { handlers::operation(&door, &call, request).await }
        };
        router = router.route(route.path, on(route.method.filter(), handler));
    }
    let frame = Arc::new(Frame::new(request_timeout, body_limit));
    router
        .fallback(handlers::no_such_route)
        .method_not_allowed_fallback(handlers::no_such_method)
        .layer(DefaultBodyLimit::max(body_limit))
        .layer(middleware::from_fn_with_state(frame, frame::around))
        .with_state(Arc::new(Door {
            staka,
            sessions: Box::new(sessions),
            request_timeout,
            gate: Gate::new(&jwt_secret),
            openapi,
        }))
}

/// The OpenAPI document of the whole door, as `GET /openapi.json` gives it.
///
/// # Panics
/// As [`router`].
pub fn openapi() -> String {
    openapi::document(&planned())
}

fn planned() -> Vec<(&'static Route, Call)> {
    routes::planned().unwrap_or_else(|fault| panic!("the route table is wrong: {fault}"))
}

/// The document as a page. Its address is relative, so that the door can be nested; nobody else's validator is asked.
fn docs() -> SwaggerUi {
    let config = utoipa_swagger_ui::Config::from("../openapi.json").validator_url("none").persist_authorization(true);
    SwaggerUi::new("/docs").config(config)
}
