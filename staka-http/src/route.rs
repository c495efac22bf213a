//! One line of the route table.

use axum::routing::MethodFilter;
use utoipa::openapi::HttpMethod;

/// The operation that is called for a method and a path.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) operation: &'static str,
}

/// The method of a route: GET reads, all others write.
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

    /// Returns whether parameters that are not in the path come from the body; otherwise they come from the query.
    pub(crate) const fn has_body(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch)
    }
}

/// A route that reads.
pub(crate) const fn get(path: &'static str, operation: &'static str) -> Route {
    Route { method: Method::Get, path, operation }
}

/// A route that creates something or starts a process.
pub(crate) const fn post(path: &'static str, operation: &'static str) -> Route {
    Route { method: Method::Post, path, operation }
}

/// A route that replaces a value.
pub(crate) const fn put(path: &'static str, operation: &'static str) -> Route {
    Route { method: Method::Put, path, operation }
}

/// A route that updates some fields.
pub(crate) const fn patch(path: &'static str, operation: &'static str) -> Route {
    Route { method: Method::Patch, path, operation }
}

/// A route that deletes something.
pub(crate) const fn delete(path: &'static str, operation: &'static str) -> Route {
    Route { method: Method::Delete, path, operation }
}
