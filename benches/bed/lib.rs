//! What all benches stand on: a private server with one seeded database, the 16 queries as Staka asks them, and the
//! same SQL through the drivers.

pub mod bed;
pub mod peer;
pub mod queries;
pub mod ratio;
mod rows;
