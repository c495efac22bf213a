//! Maintenance of the database: demo data and consistency checks.

pub mod seed;
pub mod verify;
