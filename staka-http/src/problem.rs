//! Error responses: `application/problem+json` (RFC 9457).

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use staka_core::{Error, ErrorKind};

/// The error of a request. The middleware writes the response body, because it knows the request id.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    challenge: &'static str,
    error: Option<Arc<Error>>,
}

impl Problem {
    /// Creates a problem that is not an error of the core.
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, detail: detail.into(), challenge: "Bearer", error: None }
    }

    /// Creates the problem of an invalid token.
    pub(crate) fn for_token(error: Error) -> Self {
        Self { challenge: "Bearer error=\"invalid_token\"", ..Self::from(error) }
    }

    #[cfg(test)]
    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    fn retry_after(&self) -> Option<Duration> {
        let error = self.error.as_ref()?;
        let soon =
            matches!(error.kind(), ErrorKind::Contention | ErrorKind::RateLimited).then_some(Duration::from_secs(1));
        error.retry_after().or(soon)
    }

    /// Writes the response's body, and logs the details that the caller must not see.
    pub(crate) fn write(&self, response: &mut Response, request_id: &str) {
        let error = self.error.as_deref();
        let operation = error.and_then(Error::operation);
        if let Some(error) = error.filter(|_| self.status.is_server_error()) {
            if self.status == StatusCode::INTERNAL_SERVER_ERROR {
                tracing::error!(request_id, code = self.code, ?error, "a request failed");
            } else {
                tracing::warn!(request_id, code = self.code, ?error, "a request failed");
            }
        }
        let body = Document {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or(self.code),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            fields: error
                .map_or(&[][..], Error::fields)
                .iter()
                .map(|error| FieldProblem { field: &error.field, problem: &error.problem })
                .collect(),
            key: error.and_then(Error::key),
            operation,
            request_id,
        };
        // The document contains only text and numbers, so this cannot fail.
        *response.body_mut() = Body::from(serde_json::to_vec(&body).unwrap_or_default());
        response.headers_mut().remove(CONTENT_LENGTH);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    }
}

impl From<Error> for Problem {
    /// Maps the core's error kinds to status codes. Messages of errors on the server's side are replaced by general
    /// ones, because they may contain internals.
    fn from(error: Error) -> Self {
        let (status, detail) = match error.kind() {
            ErrorKind::NotFound => (StatusCode::NOT_FOUND, None),
            ErrorKind::Conflict => (StatusCode::CONFLICT, None),
            ErrorKind::Precondition => (StatusCode::PRECONDITION_FAILED, None),
            ErrorKind::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, None),
            ErrorKind::Unauthenticated => (StatusCode::UNAUTHORIZED, None),
            ErrorKind::Denied => (StatusCode::FORBIDDEN, None),
            ErrorKind::RateLimited => (StatusCode::TOO_MANY_REQUESTS, None),
            ErrorKind::Contention => {
                (StatusCode::SERVICE_UNAVAILABLE, Some("other transactions lock these rows; try again"))
            }
            ErrorKind::Timeout => (StatusCode::GATEWAY_TIMEOUT, Some("the request took too long and was stopped")),
            ErrorKind::Cancelled => (StatusCode::SERVICE_UNAVAILABLE, Some("the request was stopped; try again")),
            ErrorKind::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, Some("the database is not available; try again later"))
            }
            _ => {
                let detail = "an internal error occurred; the server's log has the details under this requestId";
                (StatusCode::INTERNAL_SERVER_ERROR, Some(detail))
            }
        };
        let code = error.code();
        let detail = detail.map_or_else(|| Cow::Owned(error.message().to_owned()), Cow::Borrowed);
        Self { error: Some(Arc::new(error)), ..Self::new(status, code, detail) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(self.challenge));
        }
        if let Some(wait) = self.retry_after() {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    r#type: &'a str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    fields: Vec<FieldProblem<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'a str>,
    request_id: &'a str,
}

#[derive(Serialize)]
struct FieldProblem<'a> {
    field: &'a str,
    problem: &'a str,
}
