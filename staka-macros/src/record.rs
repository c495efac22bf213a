//! `#[derive(Record)]`: reads fields from columns, left to right.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Type};

use crate::names::{camel_case, has_word, named_fields};

pub(crate) fn expand(item: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &item.ident;
    let mut width = vec![quote!(0)];
    let mut reads = Vec::new();
    for field in &named_fields(item)?.named {
        let (ident, ty) = (&field.ident, &field.ty);
        if has_word(&field.attrs, "record", "filled") {
            reads.push(quote!(#ident: Default::default()));
        } else if has_word(&field.attrs, "record", "nested") {
            width.push(quote!(<#ty as crate::base::Record>::WIDTH));
            reads.push(quote!(#ident: reader.record()?));
        } else {
            width.push(quote!(1));
            reads.push(quote!(#ident: reader.column()?));
        }
    }
    let part = part(item)?;
    Ok(quote! {
        impl crate::base::Record for #name {
            const WIDTH: usize = #(#width)+*;

            fn read(reader: &mut crate::base::Reader<'_>) -> crate::base::Result<Self> {
                Ok(Self { #(#reads,)* })
            }
        }

        #part
    })
}

/// Returns the implementation of `PartialRow`, if the struct is part of a table's row.
fn part(item: &DeriveInput) -> syn::Result<Option<TokenStream>> {
    let mut table: Option<Type> = None;
    for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("record")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("part_of") {
                return Err(meta.error("expected part_of = …"));
            }
            table = Some(meta.value()?.parse()?);
            Ok(())
        })?;
    }
    let Some(table) = table else { return Ok(None) };
    let mut fields = Vec::new();
    let mut computed = false;
    for field in &named_fields(item)?.named {
        let is_computed = has_word(&field.attrs, "record", "computed");
        let reads_otherwise = ["filled", "nested"].iter().any(|word| has_word(&field.attrs, "record", word));
        if reads_otherwise || (computed && !is_computed) {
            return Err(syn::Error::new_spanned(field, "expected columns, and after them computed fields"));
        }
        computed = is_computed;
        fields.extend(field.ident.as_ref().filter(|_| !is_computed).map(camel_case));
    }
    let name = &item.ident;
    let select = fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
    Ok(Some(quote! {
        impl crate::base::PartialRow for #name {
            const COLUMNS: &'static [&'static str] = &[#(#fields),*];
            const SELECT: &'static str = #select;
        }

        const _: () = {
            let declared = <#table as crate::base::Table>::COLUMNS;
            assert!(crate::base::are_columns(<#name as crate::base::PartialRow>::COLUMNS, declared));
        };
    }))
}
