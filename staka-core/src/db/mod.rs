//! Pools, connections, transactions, migrations, plans: everything about the server that is not about a table.

mod config;
mod conn;
mod connect;
pub(crate) mod error;
mod killer;
mod maintained;
mod mend;
pub mod migrate;
mod migrator;
mod nodelay;
mod plan;
mod pool;
mod slots;
mod statement;
mod tx;

pub use config::{Config, Isolation, TlsMode};
pub use conn::Conn;
pub use connect::{Flavour, ServerInfo};
pub use maintained::{Difference, Maintained, Recount};
pub use migrator::Migrator;
pub use plan::{Plan, PlanLog, PlanRow};
pub use pool::{Counters, Pool};
pub use statement::{Access, Statement};
pub use tx::{OwnedTx, Retry, run_tx};
