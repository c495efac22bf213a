//! Helpers for identifiers, types, attributes and doc comments.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Expr, Fields, Ident, Lit, Meta, Type};

/// Converts `stripe_session_id` to `stripeSessionId`, the form in the database and in JSON.
pub(crate) fn camel_case(ident: &Ident) -> String {
    let mut camel = String::new();
    let mut upper = false;
    for letter in ident.unraw().to_string().chars() {
        if letter == '_' {
            upper = true;
        } else if upper {
            camel.extend(letter.to_uppercase());
            upper = false;
        } else {
            camel.push(letter);
        }
    }
    camel
}

/// Returns the text of the doc comment with its lines joined.
pub(crate) fn doc_text(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes {
        if let Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("doc")
            && let Expr::Lit(literal) = &pair.value
            && let Lit::Str(text) = &literal.lit
        {
            lines.push(text.value().trim().to_owned());
        }
    }
    lines.join("\n").trim().to_owned()
}

/// Returns whether the item has `#[name(word)]`.
pub(crate) fn has_word(attributes: &[Attribute], name: &str, word: &str) -> bool {
    attributes.iter().filter(|a| a.path().is_ident(name)).any(|attribute| {
        let mut found = false;
        // Attributes of other macros may not parse; that only ends the search.
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.is_ident(word);
            if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<Expr>()?;
            }
            Ok(())
        });
        found
    })
}

/// Returns the last segment of a path type: `Option` of `Option<String>`.
pub(crate) fn outer_name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    path.path.segments.last().map(|segment| segment.ident.to_string())
}

/// Returns `T` of `Option<T>`.
pub(crate) fn option_inner(ty: &Type) -> Option<&Type> {
    inner(ty, "Option")
}

/// Returns `T` of `Outer<T>`.
pub(crate) fn inner<'t>(ty: &'t Type, outer: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == outer)?;
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

/// Refuses a public struct without `#[non_exhaustive]`: a new field would break its users. `#[table]` decides for rows.
pub(crate) fn require_non_exhaustive(item: &DeriveInput) -> syn::Result<()> {
    let may_grow = item.attrs.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"));
    if may_grow || has_word(&item.attrs, "output", "row") || !matches!(item.vis, syn::Visibility::Public(_)) {
        return Ok(());
    }
    Err(syn::Error::new_spanned(&item.ident, "inputs and outputs are #[non_exhaustive]"))
}

/// Returns the named fields of a struct.
pub(crate) fn named_fields(item: &DeriveInput) -> syn::Result<&syn::FieldsNamed> {
    match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Ok(fields),
            _ => Err(syn::Error::new_spanned(item, "expected a struct with named fields")),
        },
        _ => Err(syn::Error::new_spanned(item, "expected a struct")),
    }
}

/// Returns the bounds of `#[name(bounds = Bounds::…)]`, as an expression that imports `Bounds` itself; `None` if the
/// field declares none.
pub(crate) fn bounds(attributes: &[Attribute], name: &str) -> syn::Result<Option<TokenStream>> {
    let mut bounds = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        attribute.parse_nested_meta(|meta| {
            let value = if meta.input.peek(syn::Token![=]) { Some(meta.value()?.parse::<Expr>()?) } else { None };
            if meta.path.is_ident("bounds") {
                let value = value.ok_or_else(|| meta.error("expected bounds = Bounds::…"))?;
                bounds = Some(quote!({
                    use crate::base::Bounds;
                    const BOUNDS: Bounds = #value;
                    &BOUNDS
                }));
            }
            Ok(())
        })?;
    }
    Ok(bounds)
}
