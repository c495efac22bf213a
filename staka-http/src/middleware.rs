//! The middleware of every request: it sets the request id, enforces the limits and turns panics into errors.

use std::any::Any;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::HttpBody;
use axum::extract::{Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use staka_core::{Error, ErrorKind};

use crate::problem::Problem;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The request's id, which handlers find in the request's extensions. It is ASCII.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

pub(crate) struct Middleware {
    timeout: Duration,
    body_limit: u64,
    /// A random number that distinguishes the requests of this process from those of others.
    process: u64,
    requests: AtomicU64,
}

impl Middleware {
    pub(crate) fn new(timeout: Duration, body_limit: usize) -> Self {
        Self {
            timeout,
            body_limit: body_limit as u64,
            process: RandomState::new().build_hasher().finish(),
            requests: AtomicU64::new(0),
        }
    }

    /// Returns the caller's own request id if it is safe to log, or else a new one.
    fn request_id(&self, headers: &HeaderMap) -> RequestId {
        let sane = |value: &&HeaderValue| {
            (1..=128).contains(&value.len()) && value.as_bytes().iter().all(u8::is_ascii_graphic)
        };
        if let Some(given) = headers.get(REQUEST_ID).filter(sane) {
            return RequestId(given.clone());
        }
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let text = format!("{:016x}-{number}", self.process);
        RequestId(HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("unnumbered")))
    }

    /// Runs the request within the limits of size and time.
    async fn run(&self, request: Request, next: Next) -> Response {
        if request.body().size_hint().lower() > self.body_limit {
            let detail = format!("the body must have at most {} bytes", self.body_limit);
            return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", detail).into_response();
        }
        // When the time is up, the future is dropped, which stops the query on the server.
        let answer = tokio::time::timeout(self.timeout, AssertUnwindSafe(next.run(request)).catch_unwind());
        match answer.await {
            Ok(Ok(response)) => response,
            Ok(Err(panic)) => {
                Problem::from(Error::internal(format!("a handler panicked: {}", text_of(&*panic)))).into_response()
            }
            Err(_) => Problem::from(Error::new(ErrorKind::Timeout, format!("no answer within {:?}", self.timeout)))
                .into_response(),
        }
    }
}

fn text_of(panic: &(dyn Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("?")
}

/// Handles a request: the outermost layer of the router.
pub(crate) async fn handle(State(middleware): State<Arc<Middleware>>, mut request: Request, next: Next) -> Response {
    let id = middleware.request_id(request.headers());
    request.extensions_mut().insert(id.clone());
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = middleware.run(request, next).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        problem.write(&mut response, id.as_str());
    }
    response.headers_mut().insert(REQUEST_ID, id.0);
    if writes {
        // The response may contain a token or a link that is shown only once.
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::middleware::from_fn_with_state;
    use axum::routing::{get, post};
    use serde_json::Value;
    use tower::ServiceExt;

    use super::*;

    async fn send(request: Request) -> (StatusCode, Value) {
        let router = Router::new()
            .route(
                "/panic",
                get(|| async {
                    if true {
                        panic!("secret words")
                    }
                }),
            )
            .route("/slow", get(|| tokio::time::sleep(Duration::from_secs(60))))
            .route("/post", post(|| async {}))
            .layer(from_fn_with_state(Arc::new(Middleware::new(Duration::from_millis(50), 10)), handle));
        let response = router.oneshot(request).await.expect("infallible");
        let (status, id) = (response.status(), response.headers()[REQUEST_ID].clone());
        let body = to_bytes(response.into_body(), 10_000).await.expect("a body");
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        assert_eq!(body["requestId"], id.to_str().expect("ASCII"));
        (status, body)
    }

    fn request(uri: &str) -> Request {
        Request::get(uri).body(Body::empty()).expect("a request")
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_without_its_message() {
        let (status, body) = send(request("/panic")).await;
        assert_eq!((status, &body["code"]), (StatusCode::INTERNAL_SERVER_ERROR, &"INTERNAL".into()));
        assert!(!body.to_string().contains("secret"), "{body}");
    }

    #[tokio::test]
    async fn a_request_is_limited_in_time_and_size() {
        let (status, body) = send(request("/slow")).await;
        assert_eq!((status, &body["code"]), (StatusCode::GATEWAY_TIMEOUT, &"TIMEOUT".into()));
        let large = Request::post("/post").body(Body::from("eleven byte")).expect("a request");
        assert_eq!(send(large).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[test]
    fn a_request_id_is_the_callers_if_it_is_safe_to_log() {
        let middleware = Middleware::new(Duration::from_secs(1), 10);
        let id = |text: &str| {
            let headers = HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_str(text).expect("a value"))]);
            middleware.request_id(&headers).as_str().to_owned()
        };
        assert_eq!(id("abc-123"), "abc-123");
        for bad in ["", "a b", "é", &"x".repeat(129)] {
            assert!(id(bad).starts_with(&format!("{:016x}-", middleware.process)), "{bad:?}");
        }
        assert_ne!(
            middleware.request_id(&HeaderMap::new()).as_str(),
            middleware.request_id(&HeaderMap::new()).as_str()
        );
    }
}
