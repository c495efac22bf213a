//! The tests of staka-core on real servers: see `it/main.rs`.
