//! Reads a file as a flat list of tokens, with macro bodies and without comments.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) line: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Word(String),
    /// `::`, as one token.
    PathSep,
    Sign(char),
    Open(Delimiter),
    Close,
    /// The value of a string literal.
    Text(String),
    Other,
}

impl Token {
    pub(crate) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }
}

pub(crate) fn flatten(stream: TokenStream) -> Vec<Token> {
    let mut tokens = Vec::new();
    flatten_into(stream, &mut tokens);
    tokens
}

fn flatten_into(stream: TokenStream, tokens: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let line = tree.span().start().line;
        let kind = match tree {
            TokenTree::Group(group) => {
                tokens.push(Token { kind: Kind::Open(group.delimiter()), line });
                flatten_into(group.stream(), tokens);
                let line = group.span_close().end().line;
                tokens.push(Token { kind: Kind::Close, line });
                continue;
            }
            TokenTree::Ident(ident) => Kind::Word(ident.to_string()),
            TokenTree::Punct(sign) if sign.as_char() == ':' && sign.spacing() == Spacing::Joint => {
                let second = |tree: &TokenTree| matches!(tree, TokenTree::Punct(sign) if sign.as_char() == ':');
                match trees.next_if(second) {
                    Some(_) => Kind::PathSep,
                    None => Kind::Sign(':'),
                }
            }
            TokenTree::Punct(sign) => Kind::Sign(sign.as_char()),
            TokenTree::Literal(literal) => match syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                Ok(text) => Kind::Text(text.value()),
                Err(_) => Kind::Other,
            },
        };
        tokens.push(Token { kind, line });
    }
}

/// A path that starts with `crate` or `super`, as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) parts: Vec<String>,
    pub(crate) line: usize,
    /// Whether the path ends in `::*`.
    pub(crate) glob: bool,
}

/// Returns every path in `tokens` that starts with `crate` or `super`; `{…}` groups are expanded.
pub(crate) fn rooted_paths(tokens: &[Token]) -> Vec<Path> {
    let mut paths = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let starts = matches!(tokens[at].word(), Some("crate" | "super"))
            && tokens.get(at + 1).is_some_and(|next| next.kind == Kind::PathSep)
            && (at == 0 || tokens[at - 1].kind != Kind::PathSep);
        at = if starts { read_path(tokens, at, Vec::new(), &mut paths) } else { at + 1 };
    }
    paths
}

/// Reads the path or the group at `at`, and returns the index after it.
fn read_path(tokens: &[Token], mut at: usize, before: Vec<String>, out: &mut Vec<Path>) -> usize {
    let start = at;
    let line = tokens.get(at).map_or(0, |token| token.line);
    let mut parts = before;
    let mut glob = false;
    while let Some(token) = tokens.get(at) {
        match &token.kind {
            Kind::Word(word) => parts.push(word.clone()),
            Kind::Sign('*') => {
                glob = true;
                at += 1;
                break;
            }
            Kind::Open(Delimiter::Brace) => return read_group(tokens, at + 1, &parts, out),
            _ => break,
        }
        at += 1;
        if !tokens.get(at).is_some_and(|next| next.kind == Kind::PathSep) {
            break;
        }
        at += 1;
    }
    if at > start {
        out.push(Path { parts, line, glob });
    }
    at
}

fn read_group(tokens: &[Token], mut at: usize, before: &[String], out: &mut Vec<Path>) -> usize {
    while let Some(token) = tokens.get(at).filter(|token| token.kind != Kind::Close) {
        if token.word() == Some("as") {
            at += 2;
        } else {
            // Other tokens, such as a comma, are skipped.
            at = read_path(tokens, at, before.to_vec(), out).max(at + 1);
        }
    }
    at + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let tokens = flatten(text.parse().expect("tokens"));
        rooted_paths(&tokens).into_iter().map(|path| path.parts.join("::")).collect()
    }

    #[test]
    fn paths_are_found_inside_groups_and_after_a_dollar() {
        assert_eq!(paths("a(crate::base::Id, [super::x])"), ["crate::base::Id", "super::x"]);
        assert_eq!(paths("$crate::db::run::<T>(1)"), ["crate::db::run"]);
        assert_eq!(
            paths("use crate::{base::Id, service::{self, buy}}; x"),
            ["crate::base::Id", "crate::service::self", "crate::service::buy"]
        );
        assert_eq!(paths("crate::{a as b, c::*,}; d"), ["crate::a", "crate::c"]);
        assert!(paths("pub(crate) fn a() {}").is_empty());
        assert!(paths("mycrate::base::a").is_empty());
    }

    #[test]
    fn comments_are_no_tokens_and_strings_are_text() {
        let tokens = flatten("/* crate::service */ \"BEGIN\" // x".parse().expect("tokens"));
        assert_eq!(tokens.len(), 1);
        assert_eq!(tokens[0].kind, Kind::Text("BEGIN".into()));
    }
}
