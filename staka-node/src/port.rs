//! Opens handles and hands out replies. Each environment of JavaScript (main thread or worker) has one port.

use std::sync::Arc;

use napi::bindgen_prelude::Function;
use napi::{Env, JsString};
use napi_derive::napi;

use crate::handle::{Handle, JsTx};
use crate::outbox::Shared;

/// The replies of one environment.
#[napi]
pub struct Port {
    shared: Arc<Shared>,
}

#[napi]
impl Port {
    /// Creates a port. `wake` is called on the event loop when there are replies to fetch.
    #[napi(constructor)]
    pub fn new(wake: Function<'_, (), ()>) -> napi::Result<Self> {
        let wake = wake.build_threadsafe_function::<()>().weak::<true>().build()?;
        Ok(Self { shared: Arc::new(Shared::new(wake)) })
    }

    /// Returns the replies that are ready, as `[more, id, status, payload, id, status, payload, …]`; `more` is 1 if
    /// some remain for the next fetch.
    #[napi]
    pub fn fetch<'e>(&self, env: &'e Env) -> napi::Result<JsString<'e>> {
        env.create_string_latin1(self.shared.fetch())
    }

    /// Returns the next piece of a long list, as `[more, piece]`.
    #[napi]
    pub fn rest<'e>(&self, env: &'e Env, id: u32) -> napi::Result<JsString<'e>> {
        env.create_string_latin1(self.shared.rest(id))
    }

    /// Returns the handle that this call has opened.
    #[napi]
    pub fn handle(&self, id: u32) -> Option<Handle> {
        self.shared.object(id)
    }

    /// Returns the transaction that this call has begun.
    #[napi]
    pub fn tx(&self, id: u32) -> Option<JsTx> {
        self.shared.object(id)
    }

    /// Cancels a running call; its query is stopped on the server.
    #[napi]
    pub fn cancel(&self, id: u32) {
        self.shared.cancel(id);
    }

    /// Opens a handle.
    #[napi]
    pub fn connect(&self, id: u32, url: String, options: String) {
        let shared = Arc::clone(&self.shared);
        self.shared.run_object(id, async move { Handle::connect(shared, &url, &options).await });
    }

    /// Starts a private database and opens a handle on it.
    #[napi]
    pub fn local(&self, id: u32, options: String) {
        let shared = Arc::clone(&self.shared);
        self.shared.run_object(id, async move { Handle::local(shared, &options).await });
    }
}
