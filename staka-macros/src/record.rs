//! `#[derive(Record)]`: reads fields from columns, left to right.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::names::{has_word, named_fields};

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
    Ok(quote! {
        impl crate::base::Record for #name {
            const WIDTH: usize = #(#width)+*;

            fn read(reader: &mut crate::base::Reader<'_>) -> crate::base::Result<Self> {
                Ok(Self { #(#reads,)* })
            }
        }
    })
}
