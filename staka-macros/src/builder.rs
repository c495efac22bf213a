//! The constructor of an input with its required fields, and a method for each field that sets it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{DeriveInput, Expr, Field, Type};

use crate::names::{has_word, inner, named_fields, outer_name};

/// Generates the methods. `new` has the required fields as parameters; an input without required fields has it only with
/// `#[described(new)]`.
pub(crate) fn expand(item: &DeriveInput) -> syn::Result<TokenStream> {
    let new = constructor(item)?;
    let mut setters = Vec::new();
    for field in &named_fields(item)?.named {
        setters.extend(setter(field));
    }
    let name = &item.ident;
    Ok(quote! {
        impl #name {
            #new
            #(#setters)*
        }
    })
}

fn constructor(item: &DeriveInput) -> syn::Result<Option<TokenStream>> {
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
            (None, _) => {
                let (parameter, value) = taken(ty, quote!(#ident));
                parameters.push(quote!(#ident: #parameter));
                values.push(quote!(#ident: #value));
            }
        }
    }
    if parameters.is_empty() || all_default && !has_word(&item.attrs, "described", "new") {
        return Ok(None);
    }
    Ok(Some(quote! {
        /// Creates the input from its required fields; the other methods set the others.
        pub fn new(#(#parameters),*) -> Self {
            Self { #(#values,)* }
        }
    }))
}

/// Generates `field(value)`, and `clear_field()` if the field of an update may be null.
fn setter(field: &Field) -> Option<TokenStream> {
    let (ident, ty) = (field.ident.as_ref()?, &field.ty);
    let patched = inner(ty, "Patch");
    let nullable = patched.and_then(|ty| inner(ty, "Option"));
    let plain = nullable.or(patched).or_else(|| inner(ty, "Option")).unwrap_or(ty);
    let (parameter, value) = taken(plain, quote!(value));
    let stored = match (patched, nullable, inner(ty, "Option")) {
        (_, Some(_), _) => quote!(crate::base::Patch::Set(Some(#value))),
        (Some(_), ..) => quote!(crate::base::Patch::Set(#value)),
        (.., Some(_)) => quote!(Some(#value)),
        _ => value,
    };
    let word = ident.unraw();
    let docs = field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let title = format!("Sets `{word}`:");
    let clear = nullable.map(|_| {
        let (clear, doc) = (format_ident!("clear_{word}"), format!("Sets `{word}` to null."));
        quote! {
            #[doc = #doc]
            #[must_use]
            pub fn #clear(mut self) -> Self {
                self.#ident = crate::base::Patch::Set(None);
                self
            }
        }
    });
    Some(quote! {
        #[doc = #title]
        #(#docs)*
        #[must_use]
        pub fn #ident(mut self, value: #parameter) -> Self {
            self.#ident = #stored;
            self
        }
        #clear
    })
}

/// Returns the type of a parameter from which a value of this type is made, and the expression that makes it. Numbers
/// are taken as they are: a literal would not find its type.
fn taken(ty: &Type, value: TokenStream) -> (TokenStream, TokenStream) {
    if let Some(item) = inner(ty, "Vec") {
        let parameter = quote!(impl IntoIterator<Item = impl Into<#item>>);
        return (parameter, quote!(#value.into_iter().map(Into::into).collect()));
    }
    match outer_name(ty).as_deref() {
        Some("bool" | "i32" | "i64" | "u32" | "u64") => (quote!(#ty), value),
        _ => (quote!(impl Into<#ty>), quote!(#value.into())),
    }
}

/// Returns a field's default: `#[serde(default)]` or `#[serde(default = "path")]`.
pub(crate) fn default_of(field: &Field) -> syn::Result<Option<TokenStream>> {
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
