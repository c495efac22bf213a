//! `#[derive(Described)]`: describes an input's JSON by its fields, and generates its constructor and a method to set each
//! field.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Field};

use crate::builder;
use crate::builder::default_of;
use crate::names::{bounds, camel_case, doc_text, has_word, named_fields, outer_name, require_non_exhaustive};

pub(crate) fn expand(item: &DeriveInput) -> syn::Result<TokenStream> {
    require_non_exhaustive(item)?;
    let all_default = has_word(&item.attrs, "serde", "default");
    let (mut pushes, mut checks) = (Vec::new(), Vec::new());
    for field in &named_fields(item)?.named {
        let Some(ident) = &field.ident else { continue };
        if has_word(&field.attrs, "serde", "skip") {
            continue;
        }
        let ty = &field.ty;
        let may_be_absent = matches!(outer_name(ty).as_deref(), Some("Option" | "Patch"));
        let required = !(all_default || may_be_absent || has_word(&field.attrs, "serde", "default"));
        let (json, doc) = (camel_case(ident), doc_text(&field.attrs));
        let other_default =
            has_default_path(field)?.then(|| quote!(let field = crate::base::Field { default: None, ..field };));
        let declared = bounds(&field.attrs, "described")?;
        let applied = declared.as_ref().map(|bounds| quote!(.bounded(#bounds)));
        let declared = declared.unwrap_or_else(|| quote!(&crate::base::Bounds::NONE));
        checks.push(quote!(crate::base::Described::check_bounds(&self.#ident, #json, #declared, violations);));
        pushes.push(quote! {
            let shape = <#ty as crate::base::Described>::shape();
            let field = crate::base::Field::input(#json, #doc, #required, shape);
            #other_default
            fields.push(field #applied);
        });
    }
    let (name, text, doc) = (&item.ident, item.ident.to_string(), doc_text(&item.attrs));
    let builder = builder::expand(item)?;
    Ok(quote! {
        #builder

        impl crate::base::Described for #name {
            fn shape() -> crate::base::Shape {
                let mut fields = Vec::new();
                #(#pushes)*
                crate::base::Shape::Struct(crate::base::StructDoc { name: #text, doc: #doc, fields })
            }

            fn check_bounds(&self, _: &str, _: &crate::base::Bounds, violations: &mut crate::base::Violations) {
                #(#checks)*
            }
        }
    })
}

/// Returns whether a function computes the field's default.
fn has_default_path(field: &Field) -> syn::Result<bool> {
    Ok(default_of(field)?.is_some_and(|default| !default.to_string().starts_with("Default ::")))
}
