//! The Python door: the operations for Python.
