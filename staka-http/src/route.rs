//! A line of the route table.

use axum::routing::MethodFilter;
use utoipa::openapi::HttpMethod;

/// One line: what is called when this is asked for.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) operation: &'static str,
}

/// What a request wants: reading is GET, everything else writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub(crate) const fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Put => MethodFilter::PUT,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }

    pub(crate) const fn described(self) -> HttpMethod {
        match self {
            Self::Get => HttpMethod::Get,
            Self::Post => HttpMethod::Post,
            Self::Put => HttpMethod::Put,
            Self::Patch => HttpMethod::Patch,
            Self::Delete => HttpMethod::Delete,
        }
    }

    /// Whether what is not in the path stands in the body, or else in the query.
    pub(crate) const fn has_body(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch)
    }
}

/// What reads.
pub(crate) const fn get(path: &'static str, operation: &'static str) -> Route {
    Route { method: Method::Get, path, operation }
}

/// What makes something, and every act.
pub(crate) const fn post(path: &'static str, operation: &'static str) -> Route {
    Route { method: Method::Post, path, operation }
}

/// What puts something in another's place.
pub(crate) const fn put(path: &'static str, operation: &'static str) -> Route {
    Route { method: Method::Put, path, operation }
}

/// What changes something.
pub(crate) const fn patch(path: &'static str, operation: &'static str) -> Route {
    Route { method: Method::Patch, path, operation }
}

/// What removes something.
pub(crate) const fn delete(path: &'static str, operation: &'static str) -> Route {
    Route { method: Method::Delete, path, operation }
}
