//! The wire format for results: JSON without keys, in Latin-1.
//!
//! A struct is an array of its fields. A list of structs is one flat array of all their fields. An enum value is its
//! position among the known values. A timestamp is a number of milliseconds. Whole numbers beyond ±(2^53 - 1) are
//! refused outside of free JSON and of lists of numbers, because JavaScript would round them. Characters beyond U+00FF
//! are escaped, so that the engine can copy the text unchanged.

use std::fmt::Display;

use serde::ser::{self, Serialize};
use staka_core::{Error, ErrorKind, Output, Result, Sink};

/// The length of a piece in bytes: a list is cut after the row that reaches it. JavaScript parses such a piece within a
/// few milliseconds.
const PIECE_LENGTH: usize = 128 * 1024;
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// The text of a result. It is one piece, or several for a long list: then each is `[rows]`, and the last piece of a
/// page is `[rows, next, total]`.
pub(crate) type Pieces = Vec<Vec<u8>>;

/// Writes results in the wire format.
pub(crate) struct ToWire;

impl Sink for ToWire {
    type Out = Pieces;

    fn take<T: Output>(self, answer: T) -> Result<Pieces> {
        write(&answer)
    }
}

/// Writes one value.
pub(crate) fn write<T: Serialize>(value: &T) -> Result<Pieces> {
    let mut wire = Wire::default();
    value.serialize(&mut wire).map_err(|error| Error::new(ErrorKind::CorruptRow, error.to_string()))?;
    wire.finished.push(wire.text);
    Ok(wire.finished)
}

#[derive(Default)]
struct Wire {
    /// The finished pieces.
    finished: Pieces,
    /// The current piece.
    text: Vec<u8>,
    /// The number of enclosing structs and lists, without the page that is the whole result.
    depth: u32,
    /// Whether the next value is an element of a list: a struct is then written without brackets.
    element: bool,
    /// The number of enclosing objects of free JSON, in which numbers are not checked.
    free: u32,
}

/// Why a value cannot be written, and in which field.
#[derive(Debug)]
struct WireError {
    field: Option<&'static str>,
    problem: String,
}

impl Display for WireError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.field {
            Some(field) => write!(f, "{field}: {}", self.problem),
            None => f.write_str(&self.problem),
        }
    }
}

impl std::error::Error for WireError {}

impl ser::Error for WireError {
    fn custom<T: Display>(problem: T) -> Self {
        Self { field: None, problem: problem.to_string() }
    }
}

fn unsupported(what: &str) -> WireError {
    ser::Error::custom(format_args!("{what} is not supported in JavaScript"))
}

impl Wire {
    fn raw(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
    }

    fn number(&mut self, number: impl itoa::Integer) {
        let mut digits = itoa::Buffer::new();
        self.raw(digits.format(number).as_bytes());
    }

    /// Fails if JavaScript would round the number.
    fn exact(&self, magnitude: u64, number: impl Display) -> Result<(), WireError> {
        // Numbers directly in a list are not checked: a list of free JSON looks the same here as a declared list, and
        // declared lists of numbers contain small counts only.
        if magnitude <= MAX_SAFE_INTEGER || self.free > 0 || self.element {
            return Ok(());
        }
        Err(ser::Error::custom(format_args!(
            "{number} is beyond ±(2^53 - 1) and cannot be read as a JavaScript number"
        )))
    }

    fn string(&mut self, text: &str) {
        self.text.reserve(text.len() + 2);
        self.text.push(b'"');
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|b| !plain(b)) {
            self.raw(&rest.as_bytes()[..at]);
            rest = &rest[at..];
            let mut chars = rest.chars();
            if let Some(char) = chars.next() {
                self.escaped(char);
            }
            rest = chars.as_str();
        }
        self.raw(rest.as_bytes());
        self.text.push(b'"');
    }

    fn escaped(&mut self, char: char) {
        match char {
            '"' => self.raw(b"\\\""),
            '\\' => self.raw(b"\\\\"),
            '\n' => self.raw(b"\\n"),
            '\u{7f}'..='\u{ff}' => self.text.push(char as u8),
            _ => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    self.raw(b"\\u");
                    for shift in [12, 8, 4, 0] {
                        self.text.push(b"0123456789abcdef"[usize::from(*unit >> shift & 15)]);
                    }
                }
            }
        }
    }

    fn open(&mut self, bracket: u8) {
        self.text.push(bracket);
        self.depth += 1;
        self.element = false;
    }

    fn close(&mut self, bracket: u8) {
        self.depth -= 1;
        self.text.push(bracket);
        self.element = false;
    }
}

/// Returns whether a byte needs no escape within a string.
fn plain(byte: u8) -> bool {
    (b' '..0x7f).contains(&byte) && byte != b'"' && byte != b'\\'
}

/// A list, a tuple, a struct or an object that is being written.
struct Parts<'w> {
    wire: &'w mut Wire,
    kind: Kind,
    begun: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The list that is the whole result, or the rows of the page that is.
    Rows {
        in_page: bool,
    },
    List,
    /// The page that is the whole result.
    Page,
    Struct,
    /// A struct in a list.
    Row,
    Object,
}

impl Parts<'_> {
    fn next(&mut self) {
        if std::mem::replace(&mut self.begun, true) {
            self.wire.text.push(b',');
        }
    }

    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
        self.next();
        self.wire.element = matches!(self.kind, Kind::Rows { .. } | Kind::List);
        value.serialize(&mut *self.wire)?;
        self.wire.element = false;
        if let Kind::Rows { .. } = self.kind
            && self.wire.text.len() >= PIECE_LENGTH
        {
            self.wire.raw(b"]]");
            let next = Vec::with_capacity(PIECE_LENGTH + PIECE_LENGTH / 8);
            let piece = std::mem::replace(&mut self.wire.text, next);
            self.wire.finished.push(piece);
            self.wire.raw(b"[[");
            self.begun = false;
        }
        Ok(())
    }

    fn finish(self) {
        match self.kind {
            Kind::Rows { in_page } => {
                self.wire.close(b']');
                if !in_page {
                    self.wire.text.push(b']');
                }
            }
            Kind::Page => self.wire.text.push(b']'),
            Kind::List | Kind::Struct => self.wire.close(b']'),
            Kind::Row => {}
            Kind::Object => {
                self.wire.free -= 1;
                self.wire.close(b'}');
            }
        }
    }
}

impl<'w> ser::Serializer for &'w mut Wire {
    type Ok = ();
    type Error = WireError;
    type SerializeSeq = Parts<'w>;
    type SerializeTuple = ser::Impossible<(), WireError>;
    type SerializeTupleStruct = ser::Impossible<(), WireError>;
    type SerializeTupleVariant = ser::Impossible<(), WireError>;
    type SerializeMap = Parts<'w>;
    type SerializeStruct = Parts<'w>;
    type SerializeStructVariant = ser::Impossible<(), WireError>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), WireError> {
        self.raw(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), WireError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), WireError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), WireError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), WireError> {
        self.exact(value.unsigned_abs(), value)?;
        self.number(value);
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), WireError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), WireError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), WireError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), WireError> {
        self.exact(value, value)?;
        self.number(value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), WireError> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), WireError> {
        if value.is_finite() {
            self.raw(value.to_string().as_bytes());
        } else {
            self.raw(b"null");
        }
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), WireError> {
        self.string(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), WireError> {
        self.string(value);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), WireError> {
        Err(unsupported("bytes"))
    }

    fn serialize_none(self) -> Result<(), WireError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), WireError> {
        self.element = false;
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), WireError> {
        self.raw(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), WireError> {
        self.serialize_unit()
    }

    /// JavaScript knows the values, so only the position is sent.
    fn serialize_unit_variant(self, _: &'static str, position: u32, _: &'static str) -> Result<(), WireError> {
        self.number(position);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), WireError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), WireError> {
        Err(unsupported(name))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'w>, WireError> {
        let kind = match (self.depth, self.text.is_empty()) {
            (0, at_start) => Kind::Rows { in_page: !at_start },
            _ => Kind::List,
        };
        if kind == (Kind::Rows { in_page: false }) {
            self.text.push(b'[');
        }
        self.open(b'[');
        Ok(Parts { wire: self, kind, begun: false })
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, WireError> {
        Err(unsupported("a tuple"))
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, WireError> {
        Err(unsupported(name))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, WireError> {
        Err(unsupported(name))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'w>, WireError> {
        self.open(b'{');
        self.free += 1;
        Ok(Parts { wire: self, kind: Kind::Object, begun: false })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts<'w>, WireError> {
        let kind = if self.depth == 0 && name == "Page" {
            self.text.push(b'[');
            Kind::Page
        } else if std::mem::take(&mut self.element) {
            Kind::Row
        } else {
            self.open(b'[');
            Kind::Struct
        };
        Ok(Parts { wire: self, kind, begun: false })
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, WireError> {
        Err(unsupported(name))
    }
}

impl ser::SerializeSeq for Parts<'_> {
    type Ok = ();
    type Error = WireError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
        self.add(value)
    }

    fn end(self) -> Result<(), WireError> {
        self.finish();
        Ok(())
    }
}

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = WireError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), WireError> {
        self.add(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
        self.wire.text.push(b':');
        value.serialize(&mut *self.wire)
    }

    fn end(self) -> Result<(), WireError> {
        self.finish();
        Ok(())
    }
}

impl ser::SerializeStruct for Parts<'_> {
    type Ok = ();
    type Error = WireError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), WireError> {
        self.add(value).map_err(|error| WireError { field: error.field.or(Some(name)), ..error })
    }

    fn end(self) -> Result<(), WireError> {
        self.finish();
        Ok(())
    }
}
