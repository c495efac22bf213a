//! Runs calls and keeps their replies until JavaScript fetches them.

use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use napi::Status;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use staka_core::{Error, ErrorKind, Result};
use tokio::task::AbortHandle;

use crate::begin::begin;
use crate::reply::reply;
use crate::runtime::RUNTIME;
use crate::wire::Pieces;

/// The most bytes that one fetch returns, so that many long results at once do not block the event loop.
const MAX_BATCH: usize = 256 * 1024;

/// Wakes JavaScript without keeping its event loop alive; JavaScript itself does that while calls are running.
pub(crate) type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// What the calls of one environment share.
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
    objects: HashMap<u32, Box<dyn Any + Send>>,
    /// The running calls that can be cancelled, by their id.
    cancellable: HashMap<u32, AbortHandle>,
}

impl Shared {
    pub(crate) fn new(wake: Wake) -> Self {
        Self { wake, outbox: Mutex::default(), running: AtomicU32::new(0) }
    }

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

    /// Runs `work` like [`Shared::run`]; [`Shared::cancel`] can end it.
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
        work: impl Future<Output = Result<impl Any + Send>> + Send + 'static,
    ) {
        let shared = Arc::clone(self);
        self.run(id, async move {
            let object = Box::new(work.await?);
            shared.outbox().objects.insert(id, object);
            Ok(nothing())
        });
    }

    /// Returns the replies that are ready, as `[more, id, status, payload, id, status, payload, …]`; `more` is 1 if
    /// some remain for the next fetch.
    pub(crate) fn fetch(&self) -> Vec<u8> {
        let mut text = b"[0".to_vec();
        let mut outbox = self.outbox();
        while text.len() < MAX_BATCH
            && let Some(reply) = outbox.replies.pop_front()
        {
            text.push(b',');
            text.extend_from_slice(&reply);
        }
        if !outbox.replies.is_empty() {
            text[1] = b'1';
        }
        drop(outbox);
        text.push(b']');
        text
    }

    /// Returns the next piece of a long list, as `[more, piece]`.
    pub(crate) fn rest(&self, id: u32) -> Vec<u8> {
        let mut outbox = self.outbox();
        let rest = outbox.rests.entry(id).or_default();
        let piece = rest.pop_front().unwrap_or_default();
        let more = if rest.is_empty() { b'0' } else { b'1' };
        if rest.is_empty() {
            outbox.rests.remove(&id);
        }
        drop(outbox);
        [&[b'[', more, b','], &piece[..], b"]"].concat()
    }

    /// Returns the object that this call has created, once.
    pub(crate) fn object<T: Any>(&self, id: u32) -> Option<T> {
        self.outbox().objects.remove(&id)?.downcast().ok().map(|object| *object)
    }

    /// Ends a call of [`Shared::run_cancellable`].
    pub(crate) fn cancel(&self, id: u32) {
        let call = self.outbox().cancellable.remove(&id);
        if let Some(call) = call {
            call.abort();
        }
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
