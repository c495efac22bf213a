//! `#[derive(Described)]`: describes an input's JSON by its fields; with `#[described(new)]` also generates a
//! constructor with the required fields.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Expr, Field};

use crate::names::{bounds, camel_case, doc_text, has_word, named_fields, outer_name};

pub(crate) fn expand(item: &DeriveInput) -> syn::Result<TokenStream> {
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
    let new = if has_word(&item.attrs, "described", "new") { Some(constructor(item)?) } else { None };
    Ok(quote! {
        #new

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

/// Generates `new`, with the required fields as parameters.
fn constructor(item: &DeriveInput) -> syn::Result<TokenStream> {
    let (mut parameters, mut values) = (Vec::new(), Vec::new());
    // If every field is optional, `new` still takes the texts but not the lists.
    let all_default = has_word(&item.attrs, "serde", "default");
    for field in &named_fields(item)?.named {
        let (Some(ident), ty) = (&field.ident, &field.ty) else { continue };
        let outer = outer_name(ty);
        match (default_of(field)?, outer.as_deref()) {
            (None, Some("Vec")) if all_default => values.push(quote!(#ident: Default::default())),
            (Some(default), _) => values.push(quote!(#ident: #default)),
            (None, Some("Option" | "Patch")) => values.push(quote!(#ident: Default::default())),
            (None, Some("String" | "Password")) => {
                parameters.push(quote!(#ident: impl Into<#ty>));
                values.push(quote!(#ident: #ident.into()));
            }
            (None, _) => {
                parameters.push(quote!(#ident: #ty));
                values.push(quote!(#ident));
            }
        }
    }
    let name = &item.ident;
    Ok(quote! {
        impl #name {
            /// Creates the input from its required fields; set the others afterwards.
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#values,)* }
            }
        }
    })
}

/// Returns whether a function computes the field's default.
fn has_default_path(field: &Field) -> syn::Result<bool> {
    Ok(default_of(field)?.is_some_and(|default| !default.to_string().starts_with("Default ::")))
}

/// Returns a field's default: `#[serde(default)]` or `#[serde(default = "path")]`.
fn default_of(field: &Field) -> syn::Result<Option<TokenStream>> {
    let mut default = None;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        attribute.parse_nested_meta(|meta| {
            let value = if meta.input.peek(syn::Token![=]) { Some(meta.value()?.parse::<Expr>()?) } else { None };
            if meta.path.is_ident("default") {
                default = Some(match value {
                    Some(Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. })) => {
                        let path: syn::Path = path.parse()?;
                        quote!(#path())
                    }
                    _ => quote!(Default::default()),
                });
            }
            Ok(())
        })?;
    }
    Ok(default)
}
