//! Access to the server: pool, connections, transactions, migrations and query plans.

mod canceller;
mod config;
mod conn;
mod connect;
mod counters;
pub(crate) mod error;
pub mod migrate;
mod migrator;
mod nodelay;
mod optional;
mod plan;
mod pool;
mod repair;
#[cfg(feature = "unstable-internals")]
mod run_tx;
mod send;
mod shared;
mod slot;
mod slots;
mod statement;
mod tx;

pub use config::{Config, Isolation, TlsMode};
pub use conn::Conn;
pub use connect::{ServerInfo, ServerKind};
pub use counters::{Counter, CounterCheck, Difference};
pub use migrator::Migrator;
pub use optional::Optional;
pub use plan::{Plan, PlanLog, PlanRow};
pub use pool::Pool;
#[cfg(feature = "unstable-internals")]
pub use run_tx::run_tx;
pub use shared::Metrics;
pub use statement::{Access, Statement};
pub use tx::{OwnedTx, Retry};
