//! Acts over several tables or steps, each one decision of the platform.

pub mod identity;
