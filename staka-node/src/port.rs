//! Where replies wait until JavaScript fetches them. One port an environment (main thread or worker).

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

/// More than this is not handed over at one time, so that many long answers at once do not hold up the event loop.
const BATCH: usize = 256 * 1024;

/// Wakes JavaScript without keeping its event loop alive: JavaScript does that itself while calls are under way.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// Where replies wait.
#[napi]
pub struct Port {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    wake: Wake,
    outbox: Mutex<Outbox>,
    under_way: AtomicU32,
}

#[derive(Default)]
struct Outbox {
    replies: VecDeque<Vec<u8>>,
    /// The rest of long lists, by the call's number.
    rests: HashMap<u32, VecDeque<Vec<u8>>>,
    /// What calls made that is not text, likewise.
    made: HashMap<u32, Made>,
    /// The calls under way that may be cut off, likewise.
    cuts: HashMap<u32, AbortHandle>,
}

/// What a call made that is not text.
pub(crate) enum Made {
    Handle(Handle),
    Tx(JsTx),
}

#[napi]
impl Port {
    /// `wake` is called, on the event loop, when there is something to fetch.
    #[napi(constructor)]
    pub fn new(wake: Function<'_, (), ()>) -> napi::Result<Self> {
        let wake = wake.build_threadsafe_function::<()>().weak::<true>().build()?;
        Ok(Self { shared: Arc::new(Shared { wake, outbox: Mutex::default(), under_way: AtomicU32::new(0) }) })
    }

    /// The replies that have come, as `[more, id, status, payload, id, status, payload, …]`; `more` is 1 when some
    /// were left for the next time.
    #[napi]
    pub fn fetch<'e>(&self, env: &'e Env) -> napi::Result<JsString<'e>> {
        let mut text = b"[0".to_vec();
        {
            let mut outbox = self.shared.outbox();
            while text.len() < BATCH
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

    /// The next piece of a long list, as `[more, piece]`.
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

    /// The handle that this call opened.
    #[napi]
    pub fn handle(&self, id: u32) -> Option<Handle> {
        match self.shared.outbox().made.remove(&id) {
            Some(Made::Handle(handle)) => Some(handle),
            _ => None,
        }
    }

    /// The transaction that this call began.
    #[napi]
    pub fn tx(&self, id: u32) -> Option<JsTx> {
        match self.shared.outbox().made.remove(&id) {
            Some(Made::Tx(tx)) => Some(tx),
            _ => None,
        }
    }

    /// Cuts off a call that is still under way; what it does on the server is stopped.
    #[napi]
    pub fn cut(&self, id: u32) {
        let cut = self.shared.outbox().cuts.remove(&id);
        if let Some(cut) = cut {
            cut.abort();
        }
    }

    /// Opens a handle.
    #[napi]
    pub fn connect(&self, id: u32, url: String, options: String) {
        let shared = Arc::clone(&self.shared);
        self.shared.run_made(id, async move { Handle::connect(shared, &url, &options).await.map(Made::Handle) });
    }

    /// Starts a private database, and opens a handle on it.
    #[napi]
    pub fn local(&self, id: u32, options: String) {
        let shared = Arc::clone(&self.shared);
        self.shared.run_made(id, async move { Handle::local(shared, &options).await.map(Made::Handle) });
    }
}

impl Shared {
    fn outbox(&self) -> MutexGuard<'_, Outbox> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` and replies, whatever becomes of it.
    pub(crate) fn run(self: &Arc<Self>, id: u32, work: impl Future<Output = Result<Pieces>> + Send + 'static) {
        RUNTIME.spawn(self.replying(id, work));
    }

    /// The same, begun on this thread unless others keep it busy: it must not take long before it waits.
    pub(crate) fn run_from_here(
        self: &Arc<Self>,
        id: u32,
        work: impl Future<Output = Result<Pieces>> + Send + 'static,
    ) {
        let work = self.replying(id, work);
        if self.under_way.load(Ordering::Relaxed) > 1 {
            RUNTIME.spawn(work);
        } else {
            begin(work);
        }
    }

    /// The same, for work that [`Port::cut`] may end.
    pub(crate) fn run_until_cut(
        self: &Arc<Self>,
        id: u32,
        work: impl Future<Output = Result<Pieces>> + Send + 'static,
    ) {
        // Held, so that the work's end cannot come before it is entered.
        let mut outbox = self.outbox();
        let cut = RUNTIME.spawn(self.replying(id, work)).abort_handle();
        outbox.cuts.insert(id, cut);
    }

    fn replying<W>(self: &Arc<Self>, id: u32, work: W) -> impl Future<Output = ()> + Send + use<W>
    where
        W: Future<Output = Result<Pieces>> + Send + 'static,
    {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        let owed = Owed { to: Arc::clone(self), id, paid: false };
        async move { owed.pay(work.await) }
    }

    /// The same, for work that makes something which is not text.
    pub(crate) fn run_made(self: &Arc<Self>, id: u32, work: impl Future<Output = Result<Made>> + Send + 'static) {
        let shared = Arc::clone(self);
        self.run(id, async move {
            let made = work.await?;
            shared.outbox().made.insert(id, made);
            Ok(nothing())
        });
    }

    fn put(&self, id: u32, outcome: Result<Pieces>) {
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        let (first, rest) = reply(id, outcome);
        let mut outbox = self.outbox();
        outbox.cuts.remove(&id);
        if !rest.is_empty() {
            outbox.rests.insert(id, rest.into());
        }
        outbox.replies.push_back(first);
        let alone = outbox.replies.len() == 1;
        drop(outbox);
        // Whoever put the one before has woken JavaScript, which has not come yet.
        if alone {
            self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }
}

/// The reply of a call that gives nothing.
pub(crate) fn nothing() -> Pieces {
    vec![b"null".to_vec()]
}

/// A reply that must be given: JavaScript waits for it even if the work panics or is cut off.
struct Owed {
    to: Arc<Shared>,
    id: u32,
    paid: bool,
}

impl Owed {
    fn pay(mut self, outcome: Result<Pieces>) {
        self.paid = true;
        self.to.put(self.id, outcome);
    }
}

impl Drop for Owed {
    fn drop(&mut self) {
        if !self.paid {
            let error = if std::thread::panicking() {
                Error::internal("the operation broke off")
            } else {
                Error::new(ErrorKind::Cancelled, "the caller left")
            };
            self.to.put(self.id, Err(error));
        }
    }
}
