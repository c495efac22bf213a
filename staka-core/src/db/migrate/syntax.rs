//! Splits the migration files into statements and tokens. It is not a general SQL parser: syntax that the files do not
//! use is refused, so that a mistake in a file fails a unit test.

/// A token of a statement. Words are in upper case; names and texts are as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `` `name` ``
    Name(String),
    /// A bare word.
    Word(String),
    /// `'text'`
    Text(String),
    Number(u32),
    Mark(char),
}

/// Splits a file at each `;` and removes comments. The file of a trigger is a single statement.
pub(super) fn statements(file: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current = String::new();
    let mut rest = file;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '-' if rest.starts_with("-- ") || rest.starts_with("--\n") || rest.starts_with("--\r") => {
                rest = rest.find('\n').map_or("", |end| &rest[end..]);
                continue;
            }
            '/' if rest.starts_with("/*") => {
                rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
                continue;
            }
            '\'' | '"' | '`' => quoted_length(rest, c),
            ';' if !is_trigger(&current) => {
                push_statement(&mut found, &current);
                current.clear();
                rest = &rest[1..];
                continue;
            }
            _ => c.len_utf8(),
        };
        let (taken, after) = rest.split_at(length);
        current.push_str(taken);
        rest = after;
    }
    push_statement(&mut found, current.trim_end().trim_end_matches(';'));
    found
}

/// Returns the comment at the head of a file as one line.
pub(super) fn head_comment(file: &str) -> String {
    let lines = file.lines().map(str::trim).take_while(|line| line.starts_with("--"));
    lines.map(|line| line.trim_start_matches('-').trim()).collect::<Vec<_>>().join(" ")
}

fn push_statement(found: &mut Vec<String>, text: &str) {
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    if !lines.is_empty() {
        found.push(lines.join("\n").trim().to_owned());
    }
}

fn is_trigger(statement: &str) -> bool {
    let mut words = statement.split_whitespace().map(str::to_ascii_uppercase);
    words.next().as_deref() == Some("CREATE") && words.next().as_deref() == Some("TRIGGER")
}

/// Returns the length of the quoted text at the start of `rest`, including its quotes.
fn quoted_length(rest: &str, quote: char) -> usize {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote != '`' {
            chars.next();
        } else if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    rest.len()
}

/// Splits a statement into tokens; `None` if a quote is not closed.
pub(super) fn tokens(statement: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = statement.trim_start();
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '`' | '\'' => {
                let length = quoted_length(rest, c);
                let inner = rest[1..length].strip_suffix(c)?.replace(&format!("{c}{c}"), &c.to_string());
                found.push(if c == '`' { Token::Name(inner) } else { Token::Text(inner) });
                length
            }
            _ if is_word(c) => {
                let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                let word = &rest[..length];
                found.push(match word.parse() {
                    Ok(number) => Token::Number(number),
                    Err(_) => Token::Word(word.to_ascii_uppercase()),
                });
                length
            }
            _ => {
                found.push(Token::Mark(c));
                c.len_utf8()
            }
        };
        rest = rest[length..].trim_start();
    }
    Some(found)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Quotes a name with backquotes.
pub(super) fn quote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_split_at_its_semicolons() {
        let file =
            "-- it's a comment; with marks\nSELECT 'a;b', `c;``d` /* ; */;\n\n-- second\nSELECT 'it''s', 'x\\';y'\n";
        assert_eq!(statements(file), ["SELECT 'a;b', `c;``d`", "SELECT 'it''s', 'x\\';y'"]);
    }

    #[test]
    fn a_trigger_is_one_statement() {
        let file = "-- why\nCREATE TRIGGER `staka_t` AFTER INSERT ON `a` FOR EACH ROW\nBEGIN\n  SET @a = 1;\n  SET @b = 2;\nEND;\n";
        let cut = statements(file);
        assert_eq!(cut.len(), 1);
        assert!(cut[0].ends_with("SET @b = 2;\nEND"), "{}", cut[0]);
    }

    #[test]
    fn tokens_keep_names_and_texts() {
        let cut = tokens("CREATE INDEX `a` ON `b`(`c` desc, 'd''e', 3)");
        let word = |w: &str| Token::Word(w.into());
        let name = |n: &str| Token::Name(n.into());
        let all = [
            word("CREATE"),
            word("INDEX"),
            name("a"),
            word("ON"),
            name("b"),
            Token::Mark('('),
            name("c"),
            word("DESC"),
            Token::Mark(','),
            Token::Text("d'e".into()),
            Token::Mark(','),
            Token::Number(3),
            Token::Mark(')'),
        ];
        assert_eq!(cut.as_deref(), Some(&all[..]));
        assert_eq!(tokens("SELECT 'a"), None);
    }

    #[test]
    fn the_head_comment_is_one_line() {
        assert_eq!(head_comment("-- Serves a\n-- and b.\nCREATE"), "Serves a and b.");
    }
}
