//! The macros of `staka-core`, for internal use by that crate.

mod builder;
mod column;
mod describe;
mod names;
mod output;
mod record;
mod table;

use proc_macro::TokenStream;
use syn::{DeriveInput, ItemStruct, parse_macro_input};

/// `#[table("users")]` on a struct declares a table of the Prisma schema: the struct reads and binds whole rows and
/// describes itself, and `*Insert` and `*Patch` are generated, without `*Patch` if the table is `fixed`. Every field
/// needs `#[column(purpose = …, keep = …, erase = …, see = …, export|private, chars|bytes = …)]`; a field that lacks one
/// of these does not compile. Further keys: `id`, `created`, `updated` (set by Staka), `fixed` (never patched),
/// `default = …`, `bounds = Bounds::…` (of a number).
///
/// `#[table("staka_payments", owned, user = "userId")]` declares a table owned by Staka, with the links that lead from a
/// row to the person it is about: `user = "…"` (a column with the account's id), `email = "…"` (with an address),
/// `of("column", "table")` (with the id of another table's row); none if rows are about nobody. The struct keeps its own
/// derives, `Record` among them. `name = "…"` names a column unlike its field; `chars` or `bytes` of an enum are those
/// of its column.
#[proc_macro_attribute]
pub fn table(declaration: TokenStream, item: TokenStream) -> TokenStream {
    let declaration = parse_macro_input!(declaration as table::Declaration);
    let item = parse_macro_input!(item as ItemStruct);
    table::expand(&declaration, item).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Reads a struct from consecutive columns of a row. `#[record(nested)]` reads another record in place;
/// `#[record(filled)]` reads no column, as a later statement fills the field.
///
/// `#[record(part_of = Payment)]` on a struct declares that its fields are columns of that table: it does not compile
/// otherwise, and statements take the columns from `PartialRow`. `#[record(computed)]` marks fields that the statement
/// computes, which come last.
#[proc_macro_derive(Record, attributes(record))]
pub fn record(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as DeriveInput);
    record::expand(&item).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// A struct that operations return: serialised as an object with its fields in camelCase, and described.
/// `#[output(flatten)]` inlines another struct's fields, `#[output(skip)]` omits a field,
/// `#[output(bounds = Bounds::between(0, 100))]` declares the bounds of a field's value.
#[proc_macro_derive(Output, attributes(output))]
pub fn output(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as DeriveInput);
    output::expand(&item).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Describes an input struct's JSON from its fields and their documentation, and checks the bounds that its fields
/// declare: `#[described(bounds = Bounds::chars(3, 500))]`. Generates `new` with the required fields, a method that sets
/// each field, and `clear_…` for fields of an update that may be null.
#[proc_macro_derive(Described, attributes(described))]
pub fn described(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as DeriveInput);
    describe::expand(&item).unwrap_or_else(syn::Error::into_compile_error).into()
}
