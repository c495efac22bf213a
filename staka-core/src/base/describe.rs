//! Descriptions of types, from which the declarations of all interfaces are generated.

use serde::Serialize;
use serde::ser::SerializeStruct;

use super::{Bounds, ListBounds, MAX_SAFE_INTEGER, TextBounds, Violations};

/// The shape of a value in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "of", rename_all = "camelCase")]
pub enum Shape {
    /// No value.
    Nothing,
    /// `true` or `false`.
    Boolean,
    /// An integer within the given bounds, at most ±(2^53 - 1).
    Integer {
        /// The smallest value.
        #[serde(skip_serializing_if = "Option::is_none")]
        min: Option<i64>,
        /// The largest value.
        #[serde(skip_serializing_if = "Option::is_none")]
        max: Option<i64>,
    },
    /// A floating-point number.
    Number,
    /// A text within bounds.
    Text(TextBounds),
    /// A timestamp: ISO 8601 in UTC with milliseconds.
    Timestamp,
    /// An opaque position in a list.
    Cursor,
    /// Any JSON.
    Json,
    /// An id, with the name of its type.
    Id(&'static str),
    /// A value of an enum.
    Enum {
        /// The enum's name.
        name: &'static str,
        /// The values in the order of declaration.
        values: &'static [&'static str],
        /// Whether the database may contain other values, which are returned as text.
        open: bool,
    },
    /// A list with bounds for its length.
    List(Box<Shape>, ListBounds),
    /// A value or null.
    Optional(Box<Shape>),
    /// A value to write; if it is absent, the current value is kept. Around an optional value, null can be written.
    Patch(Box<Shape>),
    /// A filter: a value, a list of values of which one must match, or null.
    OneOrMany(Box<Shape>),
    /// A filter `{from, to}` for `from ≤ value < to`; each bound is optional.
    Range(Box<Shape>),
    /// A page of a list.
    Page(Box<Shape>),
    /// An object.
    Struct(StructDoc),
}

/// An object's name, documentation and fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StructDoc {
    /// The type's name.
    pub name: &'static str,
    /// The type's documentation.
    pub doc: &'static str,
    /// The fields in order.
    pub fields: Vec<Field>,
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The name in JSON.
    pub name: &'static str,
    /// The documentation; empty if the type suffices.
    pub doc: &'static str,
    /// Whether an input must contain the field; always true in an output.
    pub required: bool,
    /// The shape of its value.
    pub shape: Shape,
    /// The default, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<serde_json::Value>,
}

impl Field {
    /// Creates a field of an input. An optional boolean is false by default, an optional closed enum its first value.
    pub fn input(name: &'static str, doc: &'static str, required: bool, shape: Shape) -> Self {
        let default = match &shape {
            Shape::Boolean if !required => Some(false.into()),
            Shape::Enum { values, open: false, .. } if !required => Some(values[0].into()),
            _ => None,
        };
        Self { name, doc, required, shape, default }
    }

    /// Creates a field of an output.
    pub fn output(name: &'static str, doc: &'static str, shape: Shape) -> Self {
        Self { name, doc, required: true, shape, default: None }
    }

    /// Applies bounds and their default.
    #[must_use]
    pub fn bounded(self, bounds: &Bounds) -> Self {
        Self { shape: bounds.apply(self.shape), default: bounds.default_value().or(self.default), ..self }
    }
}

impl Shape {
    /// Returns the shape without [`Shape::Optional`] around it.
    pub fn plain(&self) -> &Self {
        match self {
            Self::Optional(inner) => inner.plain(),
            other => other,
        }
    }

    /// Returns whether null is a valid value.
    pub fn admits_null(&self) -> bool {
        match self {
            Self::Patch(inner) => inner.admits_null(),
            Self::Optional(_) | Self::OneOrMany(_) | Self::Json | Self::Nothing => true,
            _ => false,
        }
    }
}

/// A type with a [`Shape`]. Derived with `#[derive(Described)]` for inputs, `#[derive(Output)]` for outputs.
pub trait Described {
    /// Returns the shape of a value in JSON.
    fn shape() -> Shape;

    /// Adds a violation for the value if it is out of these bounds, and for each of its fields that is out of its own.
    fn check_bounds(&self, _field: &str, _bounds: &Bounds, _violations: &mut Violations) {}
}

/// The result of an operation.
///
/// Interfaces rely on how it is serialised: a struct with its name and its fields in the order of declaration; a value
/// of an enum with the enum's name and the value's index; a [`Timestamp`](super::Timestamp) as text, or as milliseconds
/// by a serializer that is not human readable. Maps occur in [`Shape::Json`] only.
pub trait Output: Serialize + Described + Send + Sync + 'static {}

impl<T: Serialize + Described + Send + Sync + 'static> Output for T {}

/// The fields of a struct, which can be flattened into another struct. Implemented by `#[derive(Output)]`.
pub trait OutputFields {
    /// The number of fields.
    const COUNT: usize;

    /// Writes the fields in order.
    fn write<S: SerializeStruct>(&self, to: &mut S) -> Result<(), S::Error>;
}

macro_rules! plain {
    ($($type:ty => $shape:expr;)+) => {$(
        impl Described for $type {
            fn shape() -> Shape {
                $shape
            }
        }
    )+};
}
plain! {
    () => Shape::Nothing;
    bool => Shape::Boolean;
    f64 => Shape::Number;
    serde_json::Value => Shape::Json;
    super::Timestamp => Shape::Timestamp;
}

macro_rules! integers {
    ($($type:ty: $min:expr, $max:expr;)+) => {$(
        impl Described for $type {
            fn shape() -> Shape {
                Shape::Integer { min: Some($min), max: Some($max) }
            }

            fn check_bounds(&self, field: &str, bounds: &Bounds, violations: &mut Violations) {
                // A value above the range of i64 exceeds every bound.
                let value = i64::try_from(*self).unwrap_or(i64::MAX);
                violations.add_problem(field, bounds.integer_problem(value));
            }
        }
    )+};
}
integers! {
    i32: i32::MIN.into(), i32::MAX.into();
    i64: -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER;
    u32: 0, u32::MAX.into();
    u64: 0, MAX_SAFE_INTEGER;
}

impl Described for String {
    fn shape() -> Shape {
        Shape::Text(TextBounds::ANY)
    }

    fn check_bounds(&self, field: &str, bounds: &Bounds, violations: &mut Violations) {
        violations.add_problem(field, bounds.length_problem(self));
    }
}

impl<T: Described> Described for Option<T> {
    fn shape() -> Shape {
        Shape::Optional(Box::new(T::shape()))
    }

    fn check_bounds(&self, field: &str, bounds: &Bounds, violations: &mut Violations) {
        if let Some(value) = self {
            value.check_bounds(field, bounds, violations);
        }
    }
}

impl<T: Described> Described for Vec<T> {
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()), ListBounds::ANY)
    }

    fn check_bounds(&self, field: &str, bounds: &Bounds, violations: &mut Violations) {
        violations.add_problem(field, bounds.items_problem(self.len()));
        check_items(self, field, bounds, violations);
    }
}

/// Checks each item and names it by its index: `tags[0]`.
pub(super) fn check_items<T: Described>(items: &[T], field: &str, bounds: &Bounds, violations: &mut Violations) {
    let mut within = Violations::default();
    for (index, item) in items.iter().enumerate() {
        item.check_bounds("", bounds, &mut within);
        if within.is_empty() {
            continue;
        }
        for error in std::mem::take(&mut within).into_fields() {
            // Fields of an object are named by their own names.
            let name = if error.field.is_empty() { format!("{field}[{index}]") } else { error.field.into_owned() };
            violations.add(name, error.problem);
        }
        if violations.is_full() {
            return;
        }
    }
}
