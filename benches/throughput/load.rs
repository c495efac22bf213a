//! A block: callers that send requests one after the other until all are sent.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// The measurements of a block; times in microseconds.
pub(crate) struct Block {
    pub(crate) per_second: f64,
    /// CPU time of this process for each request.
    pub(crate) cpu: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// Runs a number of requests by a number of concurrent callers.
pub(crate) async fn block<F, Asked>(callers: usize, requests: usize, ask: F) -> Block
where
    F: Fn() -> Asked + Clone + Send + Sync + 'static,
    Asked: Future<Output = usize> + Send,
{
    let left = Arc::new(AtomicUsize::new(requests));
    let (begun, cpu_before) = (Instant::now(), cpu());
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let (left, ask) = (Arc::clone(&left), ask.clone());
            tokio::spawn(async move {
                let mut waits = Vec::with_capacity(2 * requests / callers);
                while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
                    let asked = Instant::now();
                    black_box(ask().await);
                    waits.push(asked.elapsed());
                }
                waits
            })
        })
        .collect();
    let mut waits = Vec::with_capacity(requests);
    for task in tasks {
        waits.extend(task.await.expect("no caller fails"));
    }
    let (took, cpu) = (begun.elapsed(), cpu() - cpu_before);
    waits.sort_unstable();
    let at = |percent: usize| micros(waits[(waits.len() - 1) * percent / 100]);
    Block {
        per_second: requests as f64 / took.as_secs_f64(),
        cpu: micros(cpu) / requests as f64,
        p50: at(50),
        p99: at(99),
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
