//! The HTTP door's document.

use crate::files::Made;

pub(crate) fn files() -> Vec<Made> {
    vec![Made { path: "staka-http/openapi.json", text: format!("{}\n", staka_http::openapi()) }]
}
