//! Errors as callers see them: `application/problem+json` (RFC 9457).

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use staka_core::{Error, ErrorKind};

/// Why there is no answer. The frame around the request writes it out, as it knows the request's number.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    challenge: &'static str,
    error: Option<Arc<Error>>,
}

impl Problem {
    /// One that the core has no word for.
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, detail: detail.into(), challenge: "Bearer", error: None }
    }

    /// The token is what is wrong.
    pub(crate) fn of_token(error: Error) -> Self {
        Self { challenge: "Bearer error=\"invalid_token\"", ..Self::from(error) }
    }

    #[cfg(test)]
    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    fn retry_after(&self) -> Option<Duration> {
        let error = self.error.as_ref()?;
        let soon = matches!(error.kind(), ErrorKind::Busy | ErrorKind::RateLimited).then_some(Duration::from_secs(1));
        error.retry_after().or(soon)
    }

    /// Makes the response's body, and says in the log what the caller is not told.
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
                .map(|f| Fault { field: &f.field, problem: &f.problem })
                .collect(),
            key: error.and_then(Error::key),
            operation,
            request_id,
        };
        // Text and numbers only: there is nothing in it that could fail.
        *response.body_mut() = Body::from(serde_json::to_vec(&body).unwrap_or_default());
        response.headers_mut().remove(CONTENT_LENGTH);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    }
}

impl From<Error> for Problem {
    /// The one place that turns the core's kinds into status codes. What the server or we ourselves are to blame for
    /// is told in words of ours.
    fn from(error: Error) -> Self {
        let (status, detail) = match error.kind() {
            ErrorKind::NotFound => (StatusCode::NOT_FOUND, None),
            ErrorKind::Conflict => (StatusCode::CONFLICT, None),
            ErrorKind::Precondition => (StatusCode::PRECONDITION_FAILED, None),
            ErrorKind::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, None),
            ErrorKind::Unauthenticated => (StatusCode::UNAUTHORIZED, None),
            ErrorKind::Denied => (StatusCode::FORBIDDEN, None),
            ErrorKind::RateLimited => (StatusCode::TOO_MANY_REQUESTS, None),
            ErrorKind::Busy => (StatusCode::SERVICE_UNAVAILABLE, Some("others hold these rows; try again")),
            ErrorKind::Timeout => (StatusCode::GATEWAY_TIMEOUT, Some("it took too long and was stopped")),
            ErrorKind::Cancelled => (StatusCode::SERVICE_UNAVAILABLE, Some("it was stopped; try again")),
            ErrorKind::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, Some("the database cannot be had; try again later"))
            }
            _ => (StatusCode::INTERNAL_SERVER_ERROR, Some("a fault of ours; the log tells more of this requestId")),
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
    fields: Vec<Fault<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'a str>,
    request_id: &'a str,
}

#[derive(Serialize)]
struct Fault<'a> {
    field: &'a str,
    problem: &'a str,
}
