//! A line of the route table.

use axum::routing::MethodFilter;
use utoipa::openapi::HttpMethod;

/// One line: what is called when this is asked for.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) operation: &'static str,
}

/// The methods that the table uses so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Patch,
}

impl Method {
    pub(crate) const fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Patch => MethodFilter::PATCH,
        }
    }

    pub(crate) const fn described(self) -> HttpMethod {
        match self {
            Self::Get => HttpMethod::Get,
            Self::Patch => HttpMethod::Patch,
        }
    }
}

pub(crate) const fn get(path: &'static str, operation: &'static str) -> Route {
    Route { method: Method::Get, path, operation }
}

pub(crate) const fn patch(path: &'static str, operation: &'static str) -> Route {
    Route { method: Method::Patch, path, operation }
}
