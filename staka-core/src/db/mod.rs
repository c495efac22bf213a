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
mod plan;
mod pool;
mod repair;
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
pub use plan::{Plan, PlanLog, PlanRow};
pub use pool::Pool;
pub use shared::Metrics;
pub use statement::{Access, Statement};
pub use tx::{OwnedTx, Retry, run_tx};
