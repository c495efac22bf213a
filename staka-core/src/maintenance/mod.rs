//! The guide's scripts: what operates the database rather than the platform.

pub mod seed;
pub mod verify;
