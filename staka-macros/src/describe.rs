//! `#[derive(Described)]`: what an input's JSON holds, told by its fields; with `#[described(new)]` a constructor too, that
//! takes what must be given.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Expr, Field};

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
    let new = if has_word(&item.attrs, "described", "new") { Some(constructor(item)?) } else { None };
    Ok(quote! {
        #new

        impl crate::base::Described for #name {
            fn shape() -> crate::base::Shape {
                let mut fields = Vec::new();
                #(#pushes)*
                crate::base::Shape::Struct(crate::base::StructDoc { name: #text, doc: #doc, fields })
            }
        }
    })
}

/// `new` takes what must be given; the fields take the rest.
fn constructor(item: &DeriveInput) -> syn::Result<TokenStream> {
    let (mut parameters, mut values) = (Vec::new(), Vec::new());
    // Where all may be left out, lists are, and texts are what it is for.
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
            /// With what must be given; the fields take the rest.
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#values,)* }
            }
        }
    })
}

/// What a field is unless given: `#[serde(default)]`, or `#[serde(default = "path")]`.
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
