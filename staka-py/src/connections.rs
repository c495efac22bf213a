//! The connections of a handle in one process, and the runtime that drives them.

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

use crate::bridge::Bridge;
use crate::errors;
use crate::fork::ProcessOwned;

/// How often a waiting call checks whether Python has to handle a signal.
const SIGNAL_INTERVAL: Duration = Duration::from_millis(50);
/// How long a background thread finishes the tasks that a call has left, if there is no other call.
const CLEANUP_LIMIT: Duration = Duration::from_secs(30);

/// How long a call that a signal interrupted waits until its statement is stopped.
const INTERRUPT_LIMIT: Duration = Duration::from_secs(1);

/// The database of a handle.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) url: String,
    pub(crate) options: Options,
}

/// The connections of a handle. Their runtime is driven by the calling thread, so that a result wakes only the caller.
/// Tasks between calls (awaited calls, the KILL of an abandoned statement) are driven by a thread that is started when
/// needed.
pub(crate) struct Connections {
    runtime: Arc<Runtime>,
    target: OnceLock<Target>,
    staka: OnceCell<Staka>,
    local: Mutex<Option<Local>>,
    has_driver: OnceLock<bool>,
    cleaning_up: AtomicBool,
    stop: Arc<Notify>,
    /// The event loops that wait for awaited calls.
    pub(crate) bridges: Mutex<Vec<Py<Bridge>>>,
}

impl Connections {
    pub(crate) fn new(target: Option<Target>) -> PyResult<Arc<Self>> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let connections = Arc::new(Self {
            runtime: Arc::new(runtime),
            target: target.map_or_else(OnceLock::new, OnceLock::from),
            staka: OnceCell::new(),
            local: Mutex::default(),
            has_driver: OnceLock::new(),
            cleaning_up: AtomicBool::new(false),
            stop: Arc::default(),
            bridges: Mutex::default(),
        });
        let mut all = all_connections();
        all.retain(|connections| connections.get().is_some_and(|connections| connections.strong_count() > 0));
        all.push(ProcessOwned::new(Arc::downgrade(&connections)));
        Ok(connections)
    }

    /// Returns the core's handle; connects at the first call.
    pub(crate) async fn staka(&self) -> Result<&Staka> {
        if let Some(staka) = self.staka.get() {
            return Ok(staka);
        }
        let target = self.target.get().ok_or_else(|| Error::internal("the private server was not started"))?;
        self.staka.get_or_try_init(|| staka_embed::connect(&target.url, &target.options)).await
    }

    /// Starts a private server, to which this handle then belongs.
    pub(crate) fn start(&self, py: Python<'_>, options: LocalOptions) -> PyResult<Result<Target>> {
        let now = options.now;
        let started: PyResult<_> = py.detach(|| {
            self.runtime.block_on(async {
                let mut starting = pin!(Local::start(options));
                loop {
                    if let Ok(started) = tokio::time::timeout(SIGNAL_INTERVAL, starting.as_mut()).await {
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

    /// Closes the connections and stops the private server.
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

    /// Runs `future` on this thread without the interpreter's lock. If a signal raises an exception (Ctrl-C), the
    /// future is dropped, and the core stops its statement on the server.
    pub(crate) fn run<T: Send>(
        self: &Arc<Self>,
        py: Python<'_>,
        future: impl Future<Output = Result<T>> + Send,
    ) -> PyResult<Result<T>> {
        if tokio::runtime::Handle::try_current().is_ok() {
            return Err(errors::raise(py, &Error::internal("called within another call on the same thread"), None));
        }
        let outcome = {
            let mut future = pin!(future);
            loop {
                let wait = async { tokio::time::timeout(SIGNAL_INTERVAL, future.as_mut()).await };
                let step = || self.runtime.block_on(wait);
                if let Ok(done) = py.detach(step) {
                    break Ok(done);
                }
                if let Err(signal) = py.check_signals() {
                    break Err(signal);
                }
            }
        };
        if outcome.is_err() {
            // The program may end now, so the statement must be stopped first.
            py.detach(|| finish_tasks(&self.runtime, INTERRUPT_LIMIT));
        }
        self.clean_up();
        outcome
    }

    /// Polls `future` once; if it is not ready then, it has to be spawned.
    pub(crate) fn poll<T>(&self, future: Pin<&mut (impl Future<Output = T> + Send)>) -> Poll<T> {
        let _within = self.runtime.enter();
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    /// Spawns `future` on a thread that drives it to its end.
    pub(crate) fn spawn(
        self: &Arc<Self>,
        future: impl Future<Output = ()> + Send + 'static,
    ) -> PyResult<tokio::task::AbortHandle> {
        let has_driver = self.has_driver.get_or_init(|| {
            let (runtime, stop) = (Arc::clone(&self.runtime), Arc::clone(&self.stop));
            let driver = thread::Builder::new().name("staka".into());
            let drive = move || {
                runtime.block_on(stop.notified());
                finish_tasks(&runtime, CLEANUP_LIMIT);
            };
            driver.spawn(drive).map(drop).is_ok()
        });
        if !has_driver {
            return Err(PyRuntimeError::new_err("the thread for awaited calls cannot be started"));
        }
        Ok(self.runtime.spawn(future).abort_handle())
    }

    /// Starts a thread that finishes the tasks that a call has left, if there are any.
    pub(crate) fn clean_up(self: &Arc<Self>) {
        if self.has_driver.get() == Some(&true) || self.runtime.metrics().num_alive_tasks() == 0 {
            return;
        }
        if self.cleaning_up.swap(true, Ordering::AcqRel) {
            return;
        }
        let connections = Arc::clone(self);
        let spawned = thread::Builder::new().name("staka-cleanup".into()).spawn(move || {
            let done = finish_tasks(&connections.runtime, CLEANUP_LIMIT);
            connections.cleaning_up.store(false, Ordering::Release);
            // A task may have been added in between. Tasks that took too long are left to the next call.
            if done {
                connections.clean_up();
            }
        });
        if spawned.is_err() {
            self.cleaning_up.store(false, Ordering::Release);
        }
    }
}

/// Drives a runtime until it has no tasks left; returns false if the limit is reached first.
fn finish_tasks(runtime: &Runtime, limit: Duration) -> bool {
    let finished = async {
        while runtime.metrics().num_alive_tasks() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    runtime.block_on(async { tokio::time::timeout(limit, finished).await }).is_ok()
}

/// All open handles of this process and of its parents.
static ALL_CONNECTIONS: Mutex<Vec<ProcessOwned<Weak<Connections>>>> = Mutex::new(Vec::new());

/// Waits until abandoned statements are stopped; called at the exit of the interpreter.
#[pyfunction]
pub(crate) fn at_exit(py: Python<'_>) {
    let all: Vec<Arc<Connections>> =
        all_connections().iter().filter_map(|connections| connections.get()?.upgrade()).collect();
    py.detach(|| {
        for connections in &all {
            finish_tasks(&connections.runtime, INTERRUPT_LIMIT);
        }
    });
}

/// Locked only for a short time, by threads that hold the interpreter's lock, so it is never locked during a fork.
fn all_connections() -> MutexGuard<'static, Vec<ProcessOwned<Weak<Connections>>>> {
    ALL_CONNECTIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Connections {
    fn drop(&mut self) {
        self.stop.notify_one();
    }
}
