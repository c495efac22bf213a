//! What the doors into other languages share: options, actors, a private database.
