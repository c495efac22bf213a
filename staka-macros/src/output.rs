//! `#[derive(Output)]`: serialises a struct field by field under its own name, and describes it.
//!
//! It replaces serde's derive, whose `flatten` turns the struct into a map without name or length: the language
//! bindings build their own objects from names and positions.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::names::{bounds, camel_case, doc_text, has_word, named_fields, require_non_exhaustive};

pub(crate) fn expand(item: &DeriveInput) -> syn::Result<TokenStream> {
    require_non_exhaustive(item)?;
    let (mut counts, mut writes, mut pushes) = (vec![quote!(0)], vec![], vec![]);
    for field in &named_fields(item)?.named {
        let (Some(ident), ty) = (&field.ident, &field.ty) else { continue };
        if has_word(&field.attrs, "output", "skip") {
            continue;
        }
        if has_word(&field.attrs, "output", "flatten") {
            counts.push(quote!(<#ty as crate::base::OutputFields>::COUNT));
            writes.push(quote!(crate::base::OutputFields::write(&self.#ident, to)?;));
            pushes.push(quote! {
                if let crate::base::Shape::Struct(inner) = <#ty as crate::base::Described>::shape() {
                    fields.extend(inner.fields);
                }
            });
            continue;
        }
        let (json, doc) = (camel_case(ident), doc_text(&field.attrs));
        counts.push(quote!(1));
        writes.push(quote!(serde::ser::SerializeStruct::serialize_field(to, #json, &self.#ident)?;));
        let applied = bounds(&field.attrs, "output")?.map(|bounds| quote!(.bounded(#bounds)));
        pushes.push(quote! {
            let shape = <#ty as crate::base::Described>::shape();
            fields.push(crate::base::Field::output(#json, #doc, shape) #applied);
        });
    }
    let (name, text, doc) = (&item.ident, item.ident.to_string(), doc_text(&item.attrs));
    Ok(quote! {
        impl crate::base::OutputFields for #name {
            const COUNT: usize = #(#counts)+*;

            fn write<S: serde::ser::SerializeStruct>(&self, to: &mut S) -> Result<(), S::Error> {
                #(#writes)*
                Ok(())
            }
        }

        impl serde::Serialize for #name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut to = serializer.serialize_struct(#text, <Self as crate::base::OutputFields>::COUNT)?;
                crate::base::OutputFields::write(self, &mut to)?;
                serde::ser::SerializeStruct::end(to)
            }
        }

        impl crate::base::Described for #name {
            fn shape() -> crate::base::Shape {
                let mut fields = Vec::new();
                #(#pushes)*
                crate::base::Shape::Struct(crate::base::StructDoc { name: #text, doc: #doc, fields })
            }
        }
    })
}
