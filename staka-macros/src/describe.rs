//! `#[derive(Described)]`: what an input's JSON holds, told by its fields.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::names::{camel_case, doc_text, has_word, named_fields, outer_name};

pub(crate) fn expand(item: &DeriveInput) -> syn::Result<TokenStream> {
    let all_default = has_word(&item.attrs, "serde", "default");
    let mut pushes = Vec::new();
    for field in &named_fields(item)?.named {
        let Some(ident) = &field.ident else { continue };
        if has_word(&field.attrs, "serde", "skip") {
            continue;
        }
        let ty = &field.ty;
        let may_be_absent = matches!(outer_name(ty).as_deref(), Some("Option" | "Patch"));
        let required = !(all_default || may_be_absent || has_word(&field.attrs, "serde", "default"));
        let (json, doc) = (camel_case(ident), doc_text(&field.attrs));
        pushes.push(quote! {
            fields.push(crate::base::Field {
                name: #json,
                doc: #doc,
                required: #required,
                shape: <#ty as crate::base::Described>::shape(),
            });
        });
    }
    let (name, text, doc) = (&item.ident, item.ident.to_string(), doc_text(&item.attrs));
    Ok(quote! {
        impl crate::base::Described for #name {
            fn shape() -> crate::base::Shape {
                let mut fields = Vec::new();
                #(#pushes)*
                crate::base::Shape::Struct(crate::base::StructDoc { name: #text, doc: #doc, fields })
            }
        }
    })
}
