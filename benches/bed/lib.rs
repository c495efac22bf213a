//! What all benches share: a private server with one seeded database, the 16 queries through Staka, and the
//! same SQL through the drivers.

pub mod bed;
pub mod peer;
pub mod queries;
pub mod ratio;
mod rows;
