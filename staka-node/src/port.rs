//! Keeps replies until JavaScript fetches them. Each environment (main thread or worker) has one port.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use napi::bindgen_prelude::Function;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, JsString, Status};
use napi_derive::napi;
use staka_core::{Error, ErrorKind, Result};
use tokio::task::AbortHandle;

use crate::begin::begin;
use crate::handle::{Handle, JsTx};
use crate::reply::reply;
use crate::runtime::RUNTIME;
use crate::wire::Pieces;

/// The most bytes that one fetch returns, so that many long results at once do not block the event loop.
const MAX_BATCH: usize = 256 * 1024;

/// Wakes JavaScript without keeping its event loop alive; JavaScript itself does that while calls are running.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// The replies of one environment.
#[napi]
pub struct Port {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    wake: Wake,
    outbox: Mutex<Outbox>,
    running: AtomicU32,
}

#[derive(Default)]
struct Outbox {
    replies: VecDeque<Vec<u8>>,
    /// The remaining pieces of long lists, by the call's id.
    rests: HashMap<u32, VecDeque<Vec<u8>>>,
    /// The objects that calls have created, by the call's id.
    objects: HashMap<u32, NativeObject>,
    /// The running calls that can be cancelled, by their id.
    cancellable: HashMap<u32, AbortHandle>,
}

/// An object that a call creates, which is not sent as text.
pub(crate) enum NativeObject {
    Handle(Handle),
    Tx(JsTx),
}

#[napi]
impl Port {
    /// Creates a port. `wake` is called on the event loop when there are replies to fetch.
    #[napi(constructor)]
    pub fn new(wake: Function<'_, (), ()>) -> napi::Result<Self> {
        let wake = wake.build_threadsafe_function::<()>().weak::<true>().build()?;
        Ok(Self { shared: Arc::new(Shared { wake, outbox: Mutex::default(), running: AtomicU32::new(0) }) })
    }

    /// Returns the replies that are ready, as `[more, id, status, payload, id, status, payload, …]`; `more` is 1 if
    /// some remain for the next fetch.
    #[napi]
    pub fn fetch<'e>(&self, env: &'e Env) -> napi::Result<JsString<'e>> {
        let mut text = b"[0".to_vec();
        {
            let mut outbox = self.shared.outbox();
            while text.len() < MAX_BATCH
                && let Some(reply) = outbox.replies.pop_front()
            {
                text.push(b',');
                text.extend_from_slice(&reply);
            }
            if !outbox.replies.is_empty() {
                text[1] = b'1';
            }
        }
        text.push(b']');
        env.create_string_latin1(text)
    }

    /// Returns the next piece of a long list, as `[more, piece]`.
    #[napi]
    pub fn rest<'e>(&self, env: &'e Env, id: u32) -> napi::Result<JsString<'e>> {
        let mut outbox = self.shared.outbox();
        let rest = outbox.rests.entry(id).or_default();
        let piece = rest.pop_front().unwrap_or_default();
        let more = if rest.is_empty() { b'0' } else { b'1' };
        if rest.is_empty() {
            outbox.rests.remove(&id);
        }
        drop(outbox);
        env.create_string_latin1([&[b'[', more, b','], &piece[..], b"]"].concat())
    }

    /// Returns the handle that this call has opened.
    #[napi]
    pub fn handle(&self, id: u32) -> Option<Handle> {
        match self.shared.outbox().objects.remove(&id) {
            Some(NativeObject::Handle(handle)) => Some(handle),
            _ => None,
        }
    }

    /// Returns the transaction that this call has begun.
    #[napi]
    pub fn tx(&self, id: u32) -> Option<JsTx> {
        match self.shared.outbox().objects.remove(&id) {
            Some(NativeObject::Tx(tx)) => Some(tx),
            _ => None,
        }
    }

    /// Cancels a running call; its query is stopped on the server.
    #[napi]
    pub fn cancel(&self, id: u32) {
        let call = self.shared.outbox().cancellable.remove(&id);
        if let Some(call) = call {
            call.abort();
        }
    }

    /// Opens a handle.
    #[napi]
    pub fn connect(&self, id: u32, url: String, options: String) {
        let shared = Arc::clone(&self.shared);
        let opening = async move { Handle::connect(shared, &url, &options).await.map(NativeObject::Handle) };
        self.shared.run_object(id, opening);
    }

    /// Starts a private database and opens a handle on it.
    #[napi]
    pub fn local(&self, id: u32, options: String) {
        let shared = Arc::clone(&self.shared);
        let opening = async move { Handle::local(shared, &options).await.map(NativeObject::Handle) };
        self.shared.run_object(id, opening);
    }
}

impl Shared {
    fn outbox(&self) -> MutexGuard<'_, Outbox> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` and always replies, also if it panics or is cancelled.
    pub(crate) fn run(self: &Arc<Self>, id: u32, work: impl Future<Output = Result<Pieces>> + Send + 'static) {
        RUNTIME.spawn(self.replying(id, work));
    }

    /// Runs `work` like [`Shared::run`], but begins it on this thread if no other call is running. It must not take
    /// long before it waits.
    pub(crate) fn run_from_here(
        self: &Arc<Self>,
        id: u32,
        work: impl Future<Output = Result<Pieces>> + Send + 'static,
    ) {
        let work = self.replying(id, work);
        if self.running.load(Ordering::Relaxed) > 1 {
            RUNTIME.spawn(work);
        } else {
            begin(work);
        }
    }

    /// Runs `work` like [`Shared::run`]; [`Port::cancel`] can end it.
    pub(crate) fn run_cancellable(
        self: &Arc<Self>,
        id: u32,
        work: impl Future<Output = Result<Pieces>> + Send + 'static,
    ) {
        // Locked before the work is spawned, so that it cannot end before it is inserted.
        let mut outbox = self.outbox();
        let call = RUNTIME.spawn(self.replying(id, work)).abort_handle();
        outbox.cancellable.insert(id, call);
    }

    fn replying<W>(self: &Arc<Self>, id: u32, work: W) -> impl Future<Output = ()> + Send + use<W>
    where
        W: Future<Output = Result<Pieces>> + Send + 'static,
    {
        self.running.fetch_add(1, Ordering::Relaxed);
        let reply = PendingReply { shared: Arc::clone(self), id, sent: false };
        async move { reply.send(work.await) }
    }

    /// Runs `work` like [`Shared::run`], and keeps the object that it creates.
    pub(crate) fn run_object(
        self: &Arc<Self>,
        id: u32,
        work: impl Future<Output = Result<NativeObject>> + Send + 'static,
    ) {
        let shared = Arc::clone(self);
        self.run(id, async move {
            let object = work.await?;
            shared.outbox().objects.insert(id, object);
            Ok(nothing())
        });
    }

    fn put(&self, id: u32, outcome: Result<Pieces>) {
        self.running.fetch_sub(1, Ordering::Relaxed);
        let (first, rest) = reply(id, outcome);
        let mut outbox = self.outbox();
        outbox.cancellable.remove(&id);
        if !rest.is_empty() {
            outbox.rests.insert(id, rest.into());
        }
        outbox.replies.push_back(first);
        let first_reply = outbox.replies.len() == 1;
        drop(outbox);
        // If there were replies before, JavaScript has already been woken for them.
        if first_reply {
            self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }
}

/// Returns the payload of a call without a result.
pub(crate) fn nothing() -> Pieces {
    vec![b"null".to_vec()]
}

/// A reply that must be sent, because JavaScript waits for it: if the work panics or is cancelled, an error is sent.
struct PendingReply {
    shared: Arc<Shared>,
    id: u32,
    sent: bool,
}

impl PendingReply {
    fn send(mut self, outcome: Result<Pieces>) {
        self.sent = true;
        self.shared.put(self.id, outcome);
    }
}

impl Drop for PendingReply {
    fn drop(&mut self) {
        if !self.sent {
            let error = if std::thread::panicking() {
                Error::internal("the operation panicked")
            } else {
                Error::new(ErrorKind::Cancelled, "the call was cancelled by its caller")
            };
            self.shared.put(self.id, Err(error));
        }
    }
}
