//! `#[table("…")]`: declares a table by the struct of its rows, and generates `*Patch` and, with the feature
//! `unstable-internals`, `*Insert`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, ItemStruct, LitStr, Token, Type};

use crate::column::{Column, Role};
use crate::names::option_inner;

/// The attribute's arguments.
pub(crate) struct Declaration {
    name: LitStr,
    /// Whether rows are never patched.
    fixed: bool,
    /// Whether Staka owns the table, and not the Prisma schema.
    owned: bool,
    /// The links of an owned table's rows to persons, as expressions.
    links: Vec<TokenStream>,
}

impl Parse for Declaration {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut declaration = Self { name: input.parse()?, fixed: false, owned: false, links: Vec::new() };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            let word: Ident = input.parse()?;
            match word.to_string().as_str() {
                "fixed" => declaration.fixed = true,
                "owned" => declaration.owned = true,
                "user" | "email" => {
                    input.parse::<Token![=]>()?;
                    let column: LitStr = input.parse()?;
                    let link = Ident::new(if word == "user" { "User" } else { "Email" }, word.span());
                    declaration.links.push(quote!(crate::model::Link::#link(#column)));
                }
                "of" => {
                    let arguments;
                    syn::parenthesized!(arguments in input);
                    let (column, _, table): (LitStr, Token![,], LitStr) =
                        (arguments.parse()?, arguments.parse()?, arguments.parse()?);
                    declaration.links.push(quote!(crate::model::Link::Of(#column, #table)));
                }
                _ => return Err(syn::Error::new_spanned(word, "unknown key of #[table]")),
            }
        }
        if declaration.owned != declaration.name.value().starts_with("staka_") {
            return Err(syn::Error::new_spanned(&declaration.name, "tables named staka_… are owned, and no others"));
        }
        if !declaration.owned && !declaration.links.is_empty() {
            let message = "the links of the Prisma schema's tables are in model/person.rs";
            return Err(syn::Error::new_spanned(&declaration.name, message));
        }
        Ok(declaration)
    }
}

pub(crate) fn expand(declaration: &Declaration, item: ItemStruct) -> syn::Result<TokenStream> {
    let columns = item.fields.iter().map(|field| Column::parse(field, declaration.owned));
    let columns = columns.collect::<syn::Result<Vec<_>>>()?;
    if declaration.owned {
        Ok(expand_owned(declaration, item, &columns))
    } else {
        expand_prisma(declaration, item, &columns)
    }
}

/// An owned table's struct keeps its own derives: what it is in the interfaces does not follow from its columns.
fn expand_owned(declaration: &Declaration, mut item: ItemStruct, columns: &[Column]) -> TokenStream {
    for field in &mut item.fields {
        field.attrs.retain(|a| !a.path().is_ident("column"));
    }
    if derives(&item, "Output") {
        item.attrs.push(syn::parse_quote!(#[output(row)]));
    }
    let (name, links) = (&item.ident, &declaration.links);
    let row = row(&declaration.name, name, columns, None);
    quote! {
        // Tests make rows with every column.
        #[cfg_attr(not(feature = "unstable-internals"), non_exhaustive)]
        #item
        #row

        impl crate::model::OwnedRow for #name {
            const LINKS: &'static [crate::model::Link] = &[#(#links),*];
        }
    }
}

fn expand_prisma(declaration: &Declaration, mut item: ItemStruct, columns: &[Column]) -> syn::Result<TokenStream> {
    let table = &declaration.name;
    if !columns.iter().any(|c| c.role == Role::Id) {
        return Err(syn::Error::new_spanned(&item.ident, "expected a column with the key `id`"));
    }

    for (field, column) in item.fields.iter_mut().zip(columns) {
        field.attrs.retain(|a| !a.path().is_ident("column"));
        let source = column.source_doc(&table.value());
        field.attrs.push(syn::parse_quote!(#[doc = #source]));
        if column.secret {
            field.attrs.push(syn::parse_quote!(#[output(skip)]));
        } else if let Some(bounds) = column.bounds() {
            let bounds = syn::parse::Parser::parse2(syn::Attribute::parse_outer, bounds)?;
            field.attrs.extend(bounds);
        }
    }

    let index = 0..columns.len();
    let idents: Vec<_> = columns.iter().map(|c| &c.ident).collect();
    let check = quote! {
        fn check(&self, violations: &mut crate::base::Violations) {
            #(violations.check(&Self::COLUMNS[#index], &self.#idents);)*
        }
    };
    let row = row(table, &item.ident, columns, Some(&check));
    let new = new(&item.ident, columns);
    let patch = (!declaration.fixed).then(|| patch(&item.ident, columns));
    Ok(quote! {
        #[derive(Clone, Debug, PartialEq, staka_macros::Record, staka_macros::Output)]
        #[output(row)]
        // The demo data fills every column, so a new one does not compile there.
        #[cfg_attr(not(feature = "unstable-internals"), non_exhaustive)]
        #item
        #row
        #new
        #patch
    })
}

fn row(table: &LitStr, name: &Ident, columns: &[Column], check: Option<&TokenStream>) -> TokenStream {
    let entries = columns.iter().map(Column::entry);
    let select = columns.iter().map(|c| format!("`{}`", c.name)).collect::<Vec<_>>().join(", ");
    let idents: Vec<_> = columns.iter().map(|c| &c.ident).collect();
    quote! {
        impl crate::base::Table for #name {
            const NAME: &'static str = #table;
            const COLUMNS: &'static [crate::base::Column] = &[#(#entries),*];
            const SELECT: &'static str = #select;

            fn bind(&self, args: &mut crate::base::Args) {
                #(args.push(&self.#idents);)*
            }

            #check
        }
    }
}

fn new(row: &Ident, columns: &[Column]) -> TokenStream {
    let name = format_ident!("{row}Insert");
    let (mut fields, mut values, mut parameters, mut starts) = (vec![], vec![], vec![], vec![]);
    for column in columns {
        let Column { ident, ty, doc, .. } = column;
        let optional = option_inner(ty).is_some();
        match (column.role, &column.default) {
            (Role::Id, _) => {
                fields.push(quote!(#[doc = "The row's id; a new UUIDv7 by default."] pub #ident: Option<#ty>));
                values.push(quote!(#ident: self.#ident.unwrap_or_else(|| crate::base::TextId::generate(clock))));
                starts.push(quote!(#ident: None));
            }
            (Role::Created, _) => {
                fields.push(
                    quote!(#[doc = "Time of creation, UTC; the current time by default."] pub #ident: Option<#ty>),
                );
                values.push(quote!(#ident: self.#ident.unwrap_or(now)));
                starts.push(quote!(#ident: None));
            }
            (Role::Updated, _) => values.push(quote!(#ident: now)),
            (Role::Data, Some(default)) => {
                fields.push(quote!(#[doc = #doc] pub #ident: #ty));
                values.push(quote!(#ident: self.#ident));
                starts.push(quote!(#ident: #default));
            }
            (Role::Data, None) if optional => {
                fields.push(quote!(#[doc = #doc] pub #ident: #ty));
                values.push(quote!(#ident: self.#ident));
                starts.push(quote!(#ident: None));
            }
            (Role::Data, None) => {
                fields.push(quote!(#[doc = #doc] pub #ident: #ty));
                values.push(quote!(#ident: self.#ident));
                if is_text(ty) {
                    parameters.push(quote!(#ident: impl Into<String>));
                    starts.push(quote!(#ident: #ident.into()));
                } else {
                    parameters.push(quote!(#ident: #ty));
                    starts.push(quote!(#ident));
                }
            }
        }
    }
    let doc = format!("A new [`{row}`]: [`{name}::new`] takes the required fields.");
    let too_many = (parameters.len() > 7)
        .then(|| quote!(#[expect(clippy::too_many_arguments, reason = "one for each column without a default")]));
    // Operations have inputs of their own; only the demo data and the tests make rows this way.
    let internal = quote!(#[cfg(feature = "unstable-internals")]);
    quote! {
        #internal
        #[doc = #doc]
        #[derive(Clone, Debug, PartialEq)]
        pub struct #name { #(#fields,)* }

        #internal
        impl #name {
            /// Creates it from its required fields; the others have the database's defaults.
            #too_many
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#starts,)* }
            }
        }

        #internal
        impl crate::base::NewRow for #name {
            type Row = #row;

            fn into_row(self, clock: &dyn crate::base::Clock) -> crate::base::Result<#row> {
                let now = clock.now();
                let row = #row { #(#values,)* };
                let mut violations = crate::base::Violations::default();
                crate::base::Table::check(&row, &mut violations);
                violations.into_result()?;
                Ok(row)
            }
        }
    }
}

fn patch(row: &Ident, columns: &[Column]) -> TokenStream {
    let name = format_ident!("{row}Patch");
    let patched: Vec<(usize, &Column)> =
        columns.iter().enumerate().filter(|(_, c)| c.role == Role::Data && !c.fixed).collect();
    let idents: Vec<_> = patched.iter().map(|(_, c)| &c.ident).collect();
    let indices: Vec<_> = patched.iter().map(|(index, _)| index).collect();
    let fields = patched.iter().map(|(_, column)| {
        let Column { ident, ty, doc, .. } = column;
        quote!(#[doc = #doc] pub #ident: crate::base::Patch<#ty>)
    });
    let set = patched.iter().map(|(_, c)| format!("`{0}` = IF(?, ?, `{0}`)", c.name)).collect::<Vec<_>>().join(", ");
    let versioned = columns.iter().any(|c| c.role == Role::Updated);
    let doc = format!("Changes to a [`{row}`]: absent fields stay as they are, nullable ones can be set to null.");
    quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct #name { #(#fields,)* }

        impl crate::base::PatchedTable for #row {
            type Patch = #name;

            const VERSIONED: bool = #versioned;
        }

        impl crate::base::RowPatch for #name {
            const SET: &'static str = #set;

            fn bind(&self, args: &mut crate::base::Args) {
                #(
                    args.push(self.#idents.as_set().is_some());
                    args.push(self.#idents.as_set());
                )*
            }

            fn is_empty(&self) -> bool {
                true #(&& self.#idents.as_set().is_none())*
            }

            fn check(&self, violations: &mut crate::base::Violations) {
                #(violations.check(&<#row as crate::base::Table>::COLUMNS[#indices], &self.#idents);)*
            }
        }
    }
}

/// Returns whether the struct derives the trait of this name.
fn derives(item: &ItemStruct, name: &str) -> bool {
    item.attrs.iter().filter(|attribute| attribute.path().is_ident("derive")).any(|attribute| {
        let mut found = false;
        // What does not parse is refused by the compiler.
        let _ = attribute.parse_nested_meta(|derived| {
            found |= derived.path.segments.last().is_some_and(|segment| segment.ident == name);
            Ok(())
        });
        found
    })
}

fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("String"))
}
