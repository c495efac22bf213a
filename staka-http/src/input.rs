//! The values that a request to an operation may contain.

use std::borrow::Cow;

use staka_core::base::{Field, Shape};
use staka_core::model::UserId;
use staka_core::{FieldError, TextId};

/// A value of a request: a parameter of the operation, or a field of a parameter that is an object.
pub(crate) struct Input {
    /// The parameter or field, whose name is also that in the path, query or body.
    pub(crate) field: Field,
    pub(crate) place: Place,
    pub(crate) required: bool,
    /// Name of the parameter whose value contains this field; none if the input is itself a parameter.
    pub(crate) within: Option<&'static str>,
}

/// The part of a request that contains a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Body,
}

impl Input {
    /// Returns the inputs for a parameter: itself, or its fields if it is an object.
    pub(crate) fn of(parameter: &Field, place: Place) -> Vec<Self> {
        let input = |field: &Field, within| {
            // A query cannot express null; an absent value means null.
            let shape = if place == Place::Query { field.shape.plain() } else { &field.shape };
            let field = Field { shape: shape.clone(), ..field.clone() };
            Self { required: field.required && parameter.required, field, place, within }
        };
        match parameter.shape.plain() {
            Shape::Struct(doc) => doc.fields.iter().map(|field| input(field, Some(parameter.name))).collect(),
            _ => vec![input(parameter, None)],
        }
    }

    /// Returns whether `me` may be given instead of an id.
    pub(crate) fn may_be_me(&self) -> bool {
        self.place == Place::Path && self.field.shape == Shape::Id(UserId::NAME)
    }
}

pub(crate) fn field_error(field: impl Into<Cow<'static, str>>, problem: impl Into<Cow<'static, str>>) -> FieldError {
    FieldError { field: field.into(), problem: problem.into() }
}
