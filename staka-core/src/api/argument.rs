//! What callers pass for the parameters of operations.

use std::borrow::Borrow;

use crate::base::Password;

/// A value for a parameter of type `T`: a `T` or a reference to one, text for a `String` or a [`Password`], a slice or an
/// array for a `Vec`, and for an optional parameter also the value itself.
///
/// ```no_run
/// # async fn example(db: staka_core::Session, id: staka_core::model::InvoiceId) -> staka_core::Result<()> {
/// db.invoices().cancel(&id, "Émise deux fois").await?;
/// db.audit_logs().purge(365, None).await?; // None: the default
/// # Ok(()) }
/// ```
pub trait Argument<T> {
    /// A value or a reference.
    type Value: Borrow<T>;

    /// Converts the argument.
    fn into_value(self) -> Self::Value;
}

impl<T> Argument<T> for T {
    type Value = T;

    fn into_value(self) -> T {
        self
    }
}

impl<'a, T> Argument<T> for &'a T {
    type Value = &'a T;

    fn into_value(self) -> &'a T {
        self
    }
}

impl<T> Argument<Option<T>> for T {
    type Value = Option<T>;

    fn into_value(self) -> Option<T> {
        Some(self)
    }
}

impl<T: Clone> Argument<Option<T>> for &T {
    type Value = Option<T>;

    fn into_value(self) -> Option<T> {
        Some(self.clone())
    }
}

impl Argument<String> for &str {
    type Value = String;

    fn into_value(self) -> String {
        self.to_owned()
    }
}

impl Argument<Option<String>> for &str {
    type Value = Option<String>;

    fn into_value(self) -> Option<String> {
        Some(self.to_owned())
    }
}

impl<T: Clone> Argument<Vec<T>> for &[T] {
    type Value = Vec<T>;

    fn into_value(self) -> Vec<T> {
        self.to_vec()
    }
}

impl<T, const N: usize> Argument<Vec<T>> for [T; N] {
    type Value = Vec<T>;

    fn into_value(self) -> Vec<T> {
        self.into()
    }
}

impl Argument<Password> for String {
    type Value = Password;

    fn into_value(self) -> Password {
        Password::new(self)
    }
}

impl Argument<Password> for &String {
    type Value = Password;

    fn into_value(self) -> Password {
        Password::new(self)
    }
}

impl Argument<Password> for &str {
    type Value = Password;

    fn into_value(self) -> Password {
        Password::new(self)
    }
}
