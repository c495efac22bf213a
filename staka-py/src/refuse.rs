//! Methods of serializers that are never called, because no result has such a form.

/// Implements these methods of [`serde::Serializer`] so that they return an error.
macro_rules! refuse {
    ($($method:ident)*) => { $(refuse!(@$method);)* };
    (@serialize_bool) => {
        fn serialize_bool(self, _: bool) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_bool))))
        }
    };
    (@serialize_i8) => {
        fn serialize_i8(self, _: i8) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_i8))))
        }
    };
    (@serialize_i16) => {
        fn serialize_i16(self, _: i16) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_i16))))
        }
    };
    (@serialize_i32) => {
        fn serialize_i32(self, _: i32) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_i32))))
        }
    };
    (@serialize_i64) => {
        fn serialize_i64(self, _: i64) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_i64))))
        }
    };
    (@serialize_u8) => {
        fn serialize_u8(self, _: u8) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_u8))))
        }
    };
    (@serialize_u16) => {
        fn serialize_u16(self, _: u16) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_u16))))
        }
    };
    (@serialize_u32) => {
        fn serialize_u32(self, _: u32) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_u32))))
        }
    };
    (@serialize_u64) => {
        fn serialize_u64(self, _: u64) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_u64))))
        }
    };
    (@serialize_f32) => {
        fn serialize_f32(self, _: f32) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_f32))))
        }
    };
    (@serialize_f64) => {
        fn serialize_f64(self, _: f64) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_f64))))
        }
    };
    (@serialize_char) => {
        fn serialize_char(self, _: char) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_char))))
        }
    };
    (@serialize_str) => {
        fn serialize_str(self, _: &str) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_str))))
        }
    };
    (@serialize_bytes) => {
        fn serialize_bytes(self, _: &[u8]) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_bytes))))
        }
    };
    (@serialize_unit_struct) => {
        fn serialize_unit_struct(self, _: &'static str) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_unit_struct))))
        }
    };
    (@serialize_none) => {
        fn serialize_none(self) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_none))))
        }
    };
    (@serialize_unit) => {
        fn serialize_unit(self) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_unit))))
        }
    };
    (@serialize_some) => {
        fn serialize_some<T: serde::Serialize + ?Sized>(self, _: &T) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_some))))
        }
    };
    (@serialize_unit_variant) => {
        fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_unit_variant))))
        }
    };
    (@serialize_newtype_struct) => {
        fn serialize_newtype_struct<T: serde::Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_newtype_struct))))
        }
    };
    (@serialize_newtype_variant) => {
        fn serialize_newtype_variant<T: serde::Serialize + ?Sized>(self, _: &'static str, _: u32, _: &'static str, _: &T) -> Result<Self::Ok, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_newtype_variant))))
        }
    };
    (@serialize_seq) => {
        fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_seq))))
        }
    };
    (@serialize_map) => {
        fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_map))))
        }
    };
    (@serialize_tuple) => {
        fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_tuple))))
        }
    };
    (@serialize_tuple_struct) => {
        fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_tuple_struct))))
        }
    };
    (@serialize_tuple_variant) => {
        fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Self::SerializeTupleVariant, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_tuple_variant))))
        }
    };
    (@serialize_struct) => {
        fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_struct))))
        }
    };
    (@serialize_struct_variant) => {
        fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Self::SerializeStructVariant, Self::Error> {
            Err(serde::ser::Error::custom(concat!("a result cannot be written by ", stringify!(serialize_struct_variant))))
        }
    };
}
pub(crate) use refuse;
