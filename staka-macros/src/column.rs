//! `#[column(…)]`: what one field says of its column.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Field, Ident, LitInt, Type};

use crate::names::{camel_case, doc_text, option_inner, outer_name};

/// Who sets the value of a new row, and who may change it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The row's key: generated unless given.
    Id,
    /// Set to now unless given.
    Created,
    /// Set to now at every write.
    Updated,
    /// Given by the caller.
    Data,
}

pub(crate) struct Column {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) role: Role,
    pub(crate) fixed: bool,
    pub(crate) secret: bool,
    pub(crate) default: Option<Expr>,
    pub(crate) filter: bool,
    pub(crate) range: bool,
    purpose: Ident,
    keep: Expr,
    erase: Expr,
    see: Ident,
    export: bool,
    length: TokenStream,
    limit: String,
}

impl Column {
    pub(crate) fn parse(field: &Field) -> syn::Result<Self> {
        let ident = field.ident.clone().ok_or_else(|| syn::Error::new_spanned(field, "a named field is needed"))?;
        let attribute = field.attrs.iter().find(|a| a.path().is_ident("column")).ok_or_else(|| {
            syn::Error::new_spanned(&ident, "a column says #[column(purpose, keep, erase, see, export or private, …)]")
        })?;
        let (mut purpose, mut keep, mut erase, mut see, mut export, mut default) = (None, None, None, None, None, None);
        let (mut chars, mut bytes): (Option<LitInt>, Option<LitInt>) = (None, None);
        let (mut role, mut fixed, mut filter, mut range) = (Role::Data, false, false, false);
        attribute.parse_nested_meta(|meta| {
            let word = meta.path.require_ident()?.to_string();
            match word.as_str() {
                "purpose" => purpose = Some(meta.value()?.parse::<Ident>()?),
                "keep" => keep = Some(meta.value()?.parse::<Expr>()?),
                "erase" => erase = Some(meta.value()?.parse::<Expr>()?),
                "see" => see = Some(meta.value()?.parse::<Ident>()?),
                "default" => default = Some(meta.value()?.parse::<Expr>()?),
                "chars" => chars = Some(meta.value()?.parse()?),
                "bytes" => bytes = Some(meta.value()?.parse()?),
                "export" => export = Some(true),
                "private" => export = Some(false),
                "id" => role = Role::Id,
                "created" => role = Role::Created,
                "updated" => role = Role::Updated,
                "fixed" => fixed = true,
                "filter" => filter = true,
                "range" => range = true,
                _ => return Err(meta.error("not a word of #[column]")),
            }
            Ok(())
        })?;
        let name = camel_case(&ident);
        let missing = |what: &str| syn::Error::new_spanned(&ident, format!("column `{name}` does not say {what}"));
        let textual = is_textual(&field.ty);
        let (length, limit) = match (chars, bytes, textual) {
            (Some(n), None, true) => (quote!(Chars(#n)), format!("at most {n} characters")),
            (None, Some(n), true) => (quote!(Bytes(#n)), format!("at most {n} bytes")),
            (None, None, false) => (quote!(Fixed), String::new()),
            (_, _, true) => return Err(missing("its length: chars = … or bytes = …")),
            (_, _, false) => {
                return Err(syn::Error::new_spanned(&ident, format!("column `{name}` has a type of fixed length")));
            }
        };
        let see = see.ok_or_else(|| missing("who may see it: see = Public, Internal, Personal or Secret"))?;
        let secret = see == "Secret";
        if secret != (inner_name(&field.ty) == "Secret") {
            return Err(syn::Error::new_spanned(&ident, "see = Secret and the type Secret go together"));
        }
        Ok(Self {
            ty: field.ty.clone(),
            doc: doc_text(&field.attrs),
            role,
            fixed,
            secret,
            default,
            filter,
            range,
            purpose: purpose.ok_or_else(|| missing("its purpose"))?,
            keep: keep.ok_or_else(|| missing("how long it is kept: keep = …"))?,
            erase: erase.ok_or_else(|| missing("what erasing a person does to it: erase = …"))?,
            see,
            export: export.ok_or_else(|| missing("whether a person's export carries it: export or private"))?,
            length,
            limit,
            name,
            ident,
        })
    }

    /// The documentation line that names the source column.
    pub(crate) fn source_doc(&self, table: &str) -> String {
        let limit = if self.limit.is_empty() { String::new() } else { format!(", {}", self.limit) };
        format!("\n\nColumn `{table}.{}`{limit}.", self.name)
    }

    /// Its entry in `Table::COLUMNS`.
    pub(crate) fn entry(&self) -> TokenStream {
        let Self { name, purpose, keep, erase, see, export, length, .. } = self;
        let field = syn::ext::IdentExt::unraw(&self.ident).to_string();
        let nullable = option_inner(&self.ty).is_some();
        quote! {
            crate::base::Column {
                name: #name,
                field: #field,
                nullable: #nullable,
                purpose: crate::base::Purpose::#purpose,
                retention: { use crate::base::Retention::*; #keep },
                erasure: { use crate::base::Erasure::*; #erase },
                sensitivity: crate::base::Sensitivity::#see,
                exportable: #export,
                length: crate::base::Length::#length,
            }
        }
    }
}

fn inner_name(ty: &Type) -> String {
    outer_name(option_inner(ty).unwrap_or(ty)).unwrap_or_default()
}

/// Types whose columns have a declared length: text, ids, hashes and JSON.
fn is_textual(ty: &Type) -> bool {
    let name = inner_name(ty);
    matches!(name.as_str(), "String" | "Secret" | "JsonText" | "Value") || name.ends_with("Id")
}
