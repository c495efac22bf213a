//! Small questions about identifiers, types and doc comments.

use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Expr, Fields, Ident, Lit, Meta, Type};

/// `stripe_session_id` → `stripeSessionId`, the database's and JSON's spelling.
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

/// The text of the doc comment, its lines joined.
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

/// Whether `#[name(word)]` stands on the item.
pub(crate) fn has_word(attributes: &[Attribute], name: &str, word: &str) -> bool {
    attributes.iter().filter(|a| a.path().is_ident(name)).any(|attribute| {
        let mut found = false;
        // Words with values are not ours to judge: a failure to parse them only ends the search.
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

/// The last segment of a path type: `Option` of `Option<String>`.
pub(crate) fn outer_name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    path.path.segments.last().map(|segment| segment.ident.to_string())
}

/// `T` of `Option<T>`.
pub(crate) fn option_inner(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == "Option")?;
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

/// The named fields of a struct.
pub(crate) fn named_fields(item: &DeriveInput) -> syn::Result<&syn::FieldsNamed> {
    match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Ok(fields),
            _ => Err(syn::Error::new_spanned(item, "a struct with named fields is needed")),
        },
        _ => Err(syn::Error::new_spanned(item, "a struct is needed")),
    }
}
