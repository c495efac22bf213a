//! What callers pass for the parameters of operations.

use std::borrow::Borrow;

use crate::base::Password;

/// A value for a parameter of type `T`: a `T` or a reference to one, text for a `String` or a [`Password`], and for an optional parameter
/// also the value itself.
///
/// ```no_run
/// # async fn example(db: staka_core::Session, id: staka_core::model::InvoiceId) -> staka_core::Result<()> {
/// db.invoices().cancel(&id, "Émise deux fois").await?;
/// db.audit_logs().purge(365, None).await?; // None: the default
/// # Ok(()) }
/// ```
pub trait Argument<T> {
    /// What is kept during the call.
    type Held: Borrow<T>;

    /// Returns what is kept during the call.
    fn held(self) -> Self::Held;
}

impl<T> Argument<T> for T {
    type Held = T;

    fn held(self) -> T {
        self
    }
}

impl<'a, T> Argument<T> for &'a T {
    type Held = &'a T;

    fn held(self) -> &'a T {
        self
    }
}

impl<T> Argument<Option<T>> for T {
    type Held = Option<T>;

    fn held(self) -> Option<T> {
        Some(self)
    }
}

impl<T: Clone> Argument<Option<T>> for &T {
    type Held = Option<T>;

    fn held(self) -> Option<T> {
        Some(self.clone())
    }
}

impl Argument<String> for &str {
    type Held = String;

    fn held(self) -> String {
        self.to_owned()
    }
}

impl Argument<Option<String>> for &str {
    type Held = Option<String>;

    fn held(self) -> Option<String> {
        Some(self.to_owned())
    }
}

impl Argument<Password> for &str {
    type Held = Password;

    fn held(self) -> Password {
        Password::new(self)
    }
}
