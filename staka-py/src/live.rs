//! A handle's connections and what drives them, in one process.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use staka_core::{Error, Result, Staka};
use staka_embed::{Local, LocalOptions, Options};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Notify, OnceCell};

use crate::awaited::Bridge;
use crate::errors;
use crate::fork::Own;

/// How often a call that waits looks whether Python has a signal to handle.
const TICK: Duration = Duration::from_millis(50);
/// How long what a call left behind is driven, if nobody calls meanwhile.
const TIDYING: Duration = Duration::from_secs(30);

/// How long a call that a signal ended is held up until its statement is stopped.
const PARTING: Duration = Duration::from_secs(1);

/// Where a handle leads.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) url: String,
    pub(crate) options: Options,
}

/// A runtime that whoever calls drives on their own thread: the answer wakes nobody but the caller. What goes on
/// between calls (awaited calls, the KILL of an abandoned statement) is driven by a thread of its own, made when needed.
pub(crate) struct Live {
    runtime: Arc<Runtime>,
    target: OnceLock<Target>,
    staka: OnceCell<Staka>,
    local: Mutex<Option<Local>>,
    driven: OnceLock<bool>,
    tidying: AtomicBool,
    stop: Arc<Notify>,
    /// The event loops that wait for awaited calls.
    pub(crate) bridges: Mutex<Vec<Py<Bridge>>>,
}

impl Live {
    pub(crate) fn new(target: Option<Target>) -> PyResult<Arc<Self>> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let live = Arc::new(Self {
            runtime: Arc::new(runtime),
            target: target.map_or_else(OnceLock::new, OnceLock::from),
            staka: OnceCell::new(),
            local: Mutex::default(),
            driven: OnceLock::new(),
            tidying: AtomicBool::new(false),
            stop: Arc::default(),
            bridges: Mutex::default(),
        });
        let mut lives = lives();
        lives.retain(|live| live.get().is_some_and(|live| live.strong_count() > 0));
        lives.push(Own::new(Arc::downgrade(&live)));
        Ok(live)
    }

    /// The handle; connects first if nobody has.
    pub(crate) async fn staka(&self) -> Result<&Staka> {
        if let Some(staka) = self.staka.get() {
            return Ok(staka);
        }
        let target = self.target.get().ok_or_else(|| Error::internal("the private server was not started"))?;
        self.staka.get_or_try_init(|| staka_embed::connect(&target.url, &target.options)).await
    }

    /// Starts a private server and leads there.
    pub(crate) fn start(&self, py: Python<'_>, options: LocalOptions) -> PyResult<Result<Target>> {
        let now = options.now;
        let started: PyResult<_> = py.detach(|| {
            self.runtime.block_on(async {
                let mut starting = pin!(Local::start(options));
                loop {
                    if let Ok(started) = tokio::time::timeout(TICK, starting.as_mut()).await {
                        break Ok(started);
                    }
                    Python::attach(|py| py.check_signals())?;
                }
            })
        });
        Ok(started?.map(|(local, staka)| {
            let target = Target { url: local.url().to_owned(), options: Options { now } };
            let _ = self.target.set(target.clone());
            let _ = self.staka.set(staka);
            *self.local.lock().unwrap_or_else(PoisonError::into_inner) = Some(local);
            target
        }))
    }

    /// Takes leave of the database, and stops the private server.
    pub(crate) async fn close(&self) -> Result<()> {
        if let Some(staka) = self.staka.get() {
            staka.close().await;
        }
        let local = self.local.lock().unwrap_or_else(PoisonError::into_inner).take();
        match local {
            Some(local) => local.stop().await,
            None => Ok(()),
        }
    }

    /// Runs `future` on this thread without holding the interpreter. A signal's exception (Ctrl-C) ends it: the future
    /// is dropped, and the core stops on the server what it had begun.
    pub(crate) fn run<T: Send>(
        self: &Arc<Self>,
        py: Python<'_>,
        future: impl Future<Output = Result<T>> + Send,
    ) -> PyResult<Result<T>> {
        if tokio::runtime::Handle::try_current().is_ok() {
            return Err(errors::raise(py, &Error::internal("called within a call of the same thread"), None));
        }
        let outcome = {
            let mut future = pin!(future);
            loop {
                let step = || self.runtime.block_on(async { tokio::time::timeout(TICK, future.as_mut()).await });
                if let Ok(done) = py.detach(step) {
                    break Ok(done);
                }
                if let Err(signal) = py.check_signals() {
                    break Err(signal);
                }
            }
        };
        if outcome.is_err() {
            // The program may end with this: what stops the statement must be on its way before.
            py.detach(|| idle(&self.runtime, PARTING));
        }
        self.tidy();
        outcome
    }

    /// Takes a first step of `future`, which is to be spawned unless that was all.
    pub(crate) fn poll<T>(&self, future: Pin<&mut (impl Future<Output = T> + Send)>) -> Poll<T> {
        let _within = self.runtime.enter();
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    /// Spawns `future` on a thread that drives it to its end.
    pub(crate) fn spawn(
        self: &Arc<Self>,
        future: impl Future<Output = ()> + Send + 'static,
    ) -> PyResult<tokio::task::AbortHandle> {
        let driven = self.driven.get_or_init(|| {
            let (runtime, stop) = (Arc::clone(&self.runtime), Arc::clone(&self.stop));
            let driver = thread::Builder::new().name("staka".into());
            let drive = move || {
                runtime.block_on(stop.notified());
                idle(&runtime, TIDYING);
            };
            driver.spawn(drive).map(drop).is_ok()
        });
        if !driven {
            return Err(PyRuntimeError::new_err("no thread can be started to await calls on"));
        }
        Ok(self.runtime.spawn(future).abort_handle())
    }

    /// Sees to it that what a call left to be done is done although nobody calls: a thread drives it.
    pub(crate) fn tidy(self: &Arc<Self>) {
        if self.driven.get() == Some(&true) || self.runtime.metrics().num_alive_tasks() == 0 {
            return;
        }
        if self.tidying.swap(true, Ordering::AcqRel) {
            return;
        }
        let live = Arc::clone(self);
        let spawned = thread::Builder::new().name("staka-tidy".into()).spawn(move || {
            let done = idle(&live.runtime, TIDYING);
            live.tidying.store(false, Ordering::Release);
            // What came between the two; what took too long is left to the next call.
            if done {
                live.tidy();
            }
        });
        if spawned.is_err() {
            self.tidying.store(false, Ordering::Release);
        }
    }
}

/// Drives a runtime until nothing is left to be done, or time is up: then false.
fn idle(runtime: &Runtime, limit: Duration) -> bool {
    let idle = async {
        while runtime.metrics().num_alive_tasks() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    runtime.block_on(async { tokio::time::timeout(limit, idle).await }).is_ok()
}

/// Those of this process, and of its parents.
static ALL: Mutex<Vec<Own<Weak<Live>>>> = Mutex::new(Vec::new());

/// Holds the interpreter's end up until abandoned statements are stopped.
#[pyfunction]
pub(crate) fn settle(py: Python<'_>) {
    let all: Vec<Arc<Live>> = lives().iter().filter_map(|live| live.get()?.upgrade()).collect();
    py.detach(|| {
        for live in &all {
            idle(&live.runtime, PARTING);
        }
    });
}

/// Locked for moments, by threads that hold the interpreter: a fork never finds it locked.
fn lives() -> MutexGuard<'static, Vec<Own<Weak<Live>>>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Live {
    fn drop(&mut self) {
        self.stop.notify_one();
    }
}
