//! What a type looks like from outside: one description, from which doors make their declarations.

use serde::Serialize;
use serde::ser::SerializeStruct;

/// The shape of a value in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "of", rename_all = "camelCase")]
pub enum Shape {
    /// No value.
    Nothing,
    /// `true` or `false`.
    Boolean,
    /// A whole number within ±2^53, or within the bounds given.
    Integer {
        /// The smallest value, where it is narrower than the type.
        #[serde(skip_serializing_if = "Option::is_none")]
        min: Option<i64>,
        /// The largest value, likewise.
        #[serde(skip_serializing_if = "Option::is_none")]
        max: Option<i64>,
    },
    /// A number with decimals.
    Number,
    /// Text.
    Text,
    /// ISO 8601 in UTC with milliseconds.
    Timestamp,
    /// An opaque place in a list.
    Cursor,
    /// Any JSON.
    Json,
    /// An id, by its type's name.
    Id(&'static str),
    /// One word out of a list; the database may hold others, which come as their text.
    Enum {
        /// The enum's name.
        name: &'static str,
        /// Its words in the order of declaration.
        values: &'static [&'static str],
    },
    /// A list.
    List(Box<Shape>),
    /// A value or null.
    Optional(Box<Shape>),
    /// A value to write, or left out: then what is there stays. Around an optional one, null is a value too.
    Patch(Box<Shape>),
    /// A value that is looked for, a list of such values, or null.
    OneOrMany(Box<Shape>),
    /// `{from, to}`: what is looked for lies in `from ≤ value < to`; either may be left out.
    Range(Box<Shape>),
    /// A page of a list.
    Listing(Box<Shape>),
    /// An object.
    Struct(StructDoc),
}

/// An object's name, documentation and fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StructDoc {
    /// The type's name.
    pub name: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// Its fields in order.
    pub fields: Vec<Field>,
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The name in JSON.
    pub name: &'static str,
    /// The documentation, unless the type says it all.
    pub doc: &'static str,
    /// Whether an input must give it; always so in an output.
    pub required: bool,
    /// What it holds.
    pub shape: Shape,
}

impl Shape {
    /// Without its being optional.
    pub fn plain(&self) -> &Self {
        match self {
            Self::Optional(inner) => inner.plain(),
            other => other,
        }
    }

    /// Whether null is a value of it.
    pub fn admits_null(&self) -> bool {
        match self {
            Self::Patch(inner) => inner.admits_null(),
            Self::Optional(_) | Self::OneOrMany(_) | Self::Json | Self::Nothing => true,
            _ => false,
        }
    }
}

/// A type that can say its [`Shape`]. Derived with `#[derive(Described)]` for inputs, `#[derive(Output)]` for outputs.
pub trait Described {
    /// The shape of a value in JSON.
    fn shape() -> Shape;
}

/// What an operation may give: it can be written by any of serde's serializers, and says its shape.
///
/// How it writes itself is what doors build on: a struct by its name, fields in the order of declaration; a word by
/// its enum's name and place; a [`Timestamp`](super::Timestamp) as text, or for a serializer that is not human
/// readable as milliseconds. Maps stand only within free JSON.
pub trait Output: Serialize + Described + Send + Sync + 'static {}

impl<T: Serialize + Described + Send + Sync + 'static> Output for T {}

/// The fields of a struct, to be written within it or flattened into another. Implemented by `#[derive(Output)]`.
pub trait OutputFields {
    /// How many.
    const COUNT: usize;

    /// Writes each in order.
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
    i32 => Shape::Integer { min: Some(i32::MIN.into()), max: Some(i32::MAX.into()) };
    i64 => Shape::Integer { min: None, max: None };
    u32 => Shape::Integer { min: Some(0), max: Some(u32::MAX.into()) };
    u64 => Shape::Integer { min: Some(0), max: None };
    f64 => Shape::Number;
    String => Shape::Text;
    serde_json::Value => Shape::Json;
    super::Timestamp => Shape::Timestamp;
}

impl<T: Described> Described for Option<T> {
    fn shape() -> Shape {
        Shape::Optional(Box::new(T::shape()))
    }
}

impl<T: Described> Described for Vec<T> {
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }
}
