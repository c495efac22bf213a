//! The Node door: the operations for JavaScript.
