//! The derives of `staka-core`. They are an inside matter of that crate: what they make is documented there.

mod column;
mod describe;
mod names;
mod output;
mod record;
mod table;

use proc_macro::TokenStream;
use syn::{DeriveInput, ItemStruct, LitStr, parse_macro_input};

/// `#[table("users")]` on a struct makes of it a table of the guide: the struct reads and binds whole rows and
/// describes itself, and `New*`, `*Patch` and `*Filter` stand beside it. Every field carries
/// `#[column(purpose = …, keep = …, erase = …, see = …, export|private, chars|bytes = …)]`; a field that leaves one
/// of these out does not compile. Further words: `id`, `created`, `updated` (set by the library), `fixed` (never
/// patched), `default = …`, `filter` (equality), `range` (half-open range).
#[proc_macro_attribute]
pub fn table(name: TokenStream, item: TokenStream) -> TokenStream {
    let name = parse_macro_input!(name as LitStr);
    let item = parse_macro_input!(item as ItemStruct);
    table::expand(&name, item).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Reads a struct from consecutive columns of a row. `#[record(nested)]` reads another record in place,
/// `#[record(filled)]` takes no column: a later statement fills it.
#[proc_macro_derive(Record, attributes(record))]
pub fn record(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as DeriveInput);
    record::expand(&item).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// A struct that operations give: written as an object of its name, its fields in camelCase, and described.
/// `#[output(flatten)]` puts another one's fields in its place, `#[output(skip)]` leaves a field out.
#[proc_macro_derive(Output, attributes(output))]
pub fn output(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as DeriveInput);
    output::expand(&item).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Describes an input struct's JSON from its fields and their documentation.
#[proc_macro_derive(Described, attributes(described))]
pub fn described(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as DeriveInput);
    describe::expand(&item).unwrap_or_else(syn::Error::into_compile_error).into()
}
