//! How passwords are hashed.

/// How passwords are hashed.
#[derive(Debug, Default)]
pub struct Passwords;
