//! How an answer is written for JavaScript: JSON without keys, in Latin-1.
//!
//! A struct is an array of its fields; a list of structs is one flat array of all their fields; a word of an enum is its
//! place among the words; moments are milliseconds. Whole numbers beyond ±(2^53 - 1) are refused, since JavaScript would
//! round them, but for those within free JSON. Characters beyond U+00FF are escaped, so that the engine copies the text as
//! it is.

use std::fmt::Display;

use serde::ser::{self, Serialize};
use staka_core::{Error, ErrorKind, Output, Result, Sink};

/// A list is cut behind the row with which a piece reaches this length: a few milliseconds of work for JavaScript.
const PIECE: usize = 128 * 1024;
const SAFE: u64 = (1 << 53) - 1;

/// What is written. One piece, unless it is a list that is longer than that: then each is `[rows]`, and the last one
/// of a listing `[rows, next, total]`.
pub(crate) type Pieces = Vec<Vec<u8>>;

/// Writes answers for JavaScript.
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
    value.serialize(&mut wire).map_err(|fault| Error::new(ErrorKind::Data, fault.to_string()))?;
    wire.full.push(wire.text);
    Ok(wire.full)
}

#[derive(Default)]
struct Wire {
    full: Pieces,
    text: Vec<u8>,
    /// Structs and lists around the place; the listing that is the whole answer is not counted.
    depth: u32,
    /// The next value is an element of a list: a struct is then written without brackets.
    element: bool,
    /// Objects of free JSON around the place, where numbers are as they are.
    free: u32,
}

/// Why a value cannot be written, and in which field.
#[derive(Debug)]
struct Fault {
    field: Option<&'static str>,
    problem: String,
}

impl Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.field {
            Some(field) => write!(f, "{field}: {}", self.problem),
            None => f.write_str(&self.problem),
        }
    }
}

impl std::error::Error for Fault {}

impl ser::Error for Fault {
    fn custom<T: Display>(problem: T) -> Self {
        Self { field: None, problem: problem.to_string() }
    }
}

fn formless(what: &str) -> Fault {
    ser::Error::custom(format_args!("{what} has no form in JavaScript yet"))
}

impl Wire {
    fn raw(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
    }

    fn number(&mut self, number: impl itoa::Integer) {
        let mut digits = itoa::Buffer::new();
        self.raw(digits.format(number).as_bytes());
    }

    fn exact(&self, magnitude: u64, number: impl Display) -> Result<(), Fault> {
        if magnitude <= SAFE || self.free > 0 || self.element {
            return Ok(());
        }
        Err(ser::Error::custom(format_args!("{number} is beyond what a JavaScript number holds exactly")))
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
                self.unusual(char);
            }
            rest = chars.as_str();
        }
        self.raw(rest.as_bytes());
        self.text.push(b'"');
    }

    fn unusual(&mut self, char: char) {
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

/// Whether a byte stands for itself within a string.
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
    /// The list that is the answer, or the rows of the listing that is.
    Rows {
        listing: bool,
    },
    List,
    /// The listing that is the answer.
    Listing,
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

    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        self.next();
        self.wire.element = matches!(self.kind, Kind::Rows { .. } | Kind::List);
        value.serialize(&mut *self.wire)?;
        self.wire.element = false;
        if let Kind::Rows { .. } = self.kind
            && self.wire.text.len() >= PIECE
        {
            self.wire.raw(b"]]");
            let piece = std::mem::replace(&mut self.wire.text, Vec::with_capacity(PIECE + PIECE / 8));
            self.wire.full.push(piece);
            self.wire.raw(b"[[");
            self.begun = false;
        }
        Ok(())
    }

    fn finish(self) {
        match self.kind {
            Kind::Rows { listing } => {
                self.wire.close(b']');
                if !listing {
                    self.wire.text.push(b']');
                }
            }
            Kind::Listing => self.wire.text.push(b']'),
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
    type Error = Fault;
    type SerializeSeq = Parts<'w>;
    type SerializeTuple = ser::Impossible<(), Fault>;
    type SerializeTupleStruct = ser::Impossible<(), Fault>;
    type SerializeTupleVariant = ser::Impossible<(), Fault>;
    type SerializeMap = Parts<'w>;
    type SerializeStruct = Parts<'w>;
    type SerializeStructVariant = ser::Impossible<(), Fault>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), Fault> {
        self.raw(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), Fault> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Fault> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Fault> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Fault> {
        self.exact(value.unsigned_abs(), value)?;
        self.number(value);
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), Fault> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Fault> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Fault> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Fault> {
        self.exact(value, value)?;
        self.number(value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Fault> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Fault> {
        if value.is_finite() {
            self.raw(value.to_string().as_bytes());
        } else {
            self.raw(b"null");
        }
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Fault> {
        self.string(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Fault> {
        self.string(value);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Fault> {
        Err(formless("bytes"))
    }

    fn serialize_none(self) -> Result<(), Fault> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Fault> {
        self.element = false;
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Fault> {
        self.raw(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Fault> {
        self.serialize_unit()
    }

    /// JavaScript has the words: rows share them, and their text is neither sent nor parsed.
    fn serialize_unit_variant(self, _: &'static str, place: u32, _: &'static str) -> Result<(), Fault> {
        self.number(place);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Fault> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Fault> {
        Err(formless(name))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'w>, Fault> {
        let kind = match (self.depth, self.text.is_empty()) {
            (0, whole) => Kind::Rows { listing: !whole },
            _ => Kind::List,
        };
        if kind == (Kind::Rows { listing: false }) {
            self.text.push(b'[');
        }
        self.open(b'[');
        Ok(Parts { wire: self, kind, begun: false })
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Fault> {
        Err(formless("a tuple"))
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Fault> {
        Err(formless(name))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Fault> {
        Err(formless(name))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'w>, Fault> {
        self.open(b'{');
        self.free += 1;
        Ok(Parts { wire: self, kind: Kind::Object, begun: false })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts<'w>, Fault> {
        let kind = if self.depth == 0 && name == "Listing" {
            self.text.push(b'[');
            Kind::Listing
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
    ) -> Result<Self::SerializeStructVariant, Fault> {
        Err(formless(name))
    }
}

impl ser::SerializeSeq for Parts<'_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        self.add(value)
    }

    fn end(self) -> Result<(), Fault> {
        self.finish();
        Ok(())
    }
}

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        self.add(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        self.wire.text.push(b':');
        value.serialize(&mut *self.wire)
    }

    fn end(self) -> Result<(), Fault> {
        self.finish();
        Ok(())
    }
}

impl ser::SerializeStruct for Parts<'_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Fault> {
        self.add(value).map_err(|fault| Fault { field: fault.field.or(Some(name)), ..fault })
    }

    fn end(self) -> Result<(), Fault> {
        self.finish();
        Ok(())
    }
}
