//! A minimal parser of SQL that separates statements, and the words of a statement from its texts.

/// One statement, without its comments.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) line: usize,
    /// The words in upper case, without quotes of names; texts and signs are omitted, except for `;`.
    pub(crate) words: Vec<String>,
}

/// Splits a text into statements. A trigger's body, from BEGIN to END, is part of its statement.
pub(crate) fn statements(text: &str) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut depth = 0_usize;
    for (line, word) in Words::of(text) {
        let body = words.first().is_some_and(|(_, first)| first == "CREATE");
        let after_end = words.last().is_some_and(|(_, last)| last == "END");
        match word.as_str() {
            ";" if depth == 0 => {
                finish(&mut words, &mut statements);
                continue;
            }
            "BEGIN" | "CASE" if body && !after_end => depth += 1,
            "END" if body => depth = depth.saturating_sub(1),
            // `END IF` does not close a BEGIN, so its END is not counted.
            "IF" | "LOOP" | "WHILE" | "REPEAT" if body && after_end => depth += 1,
            _ => {}
        }
        words.push((line, word));
    }
    finish(&mut words, &mut statements);
    statements
}

fn finish(words: &mut Vec<(usize, String)>, statements: &mut Vec<Statement>) {
    let words = std::mem::take(words);
    if let Some(&(line, _)) = words.first() {
        statements.push(Statement { line, words: words.into_iter().map(|(_, word)| word).collect() });
    }
}

/// Returns the comment at the start of the file, without its dashes.
pub(crate) fn first_comment(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.trim().strip_prefix("--"));
    lines.map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
}

struct Words<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Self {
        Self { rest: text, line: 1 }
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    /// Returns the length of `rest` including `end`, which is searched from `from` on.
    fn until(&self, from: usize, end: &str) -> usize {
        self.rest[from..].find(end).map_or(self.rest.len(), |at| from + at + end.len())
    }

    /// Returns the length of the quoted text at the start; a doubled or escaped quote does not end it.
    fn quoted(&self, quote: char) -> usize {
        let mut chars = self.rest.char_indices().skip(1).peekable();
        while let Some((at, c)) = chars.next() {
            if c == '\\' && quote != '`' {
                chars.next();
            } else if c == quote && chars.next_if(|&(_, next)| next == quote).is_none() {
                return at + 1;
            }
        }
        self.rest.len()
    }
}

impl Iterator for Words<'_> {
    type Item = (usize, String);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let first = self.rest.chars().next()?;
            let line = self.line;
            let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
            if self.rest.starts_with("--") || first == '#' {
                self.take(self.until(0, "\n"));
            } else if self.rest.starts_with("/*") {
                self.take(self.until(2, "*/"));
            } else if first == '\'' || first == '"' {
                self.take(self.quoted(first));
            } else if first == '`' {
                let name = self.take(self.quoted('`'));
                return Some((line, name.trim_matches('`').to_owned()));
            } else if is_word(first) {
                let length = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
                return Some((line, self.take(length).to_uppercase()));
            } else {
                self.take(first.len_utf8());
                if first == ';' {
                    return Some((line, ";".to_owned()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        statements(text).len()
    }

    #[test]
    fn statements_end_at_their_semicolon() {
        assert_eq!(count(""), 0);
        assert_eq!(count("-- a; b\n/* c; */ # d;\n"), 0);
        assert_eq!(count("CREATE TABLE a (b TEXT DEFAULT 'x;''y\\';')"), 1);
        assert_eq!(count("CREATE TABLE `a;b` (c INT);\n\n;"), 1);
        assert_eq!(count("CREATE INDEX a ON b (c); CREATE INDEX d ON b (e)"), 2);
        assert_eq!(statements("\n\ncreate index `Staka` on b(c)")[0].line, 3);
        assert_eq!(statements("create index `staka_a`")[0].words, ["CREATE", "INDEX", "staka_a"]);
    }

    #[test]
    fn a_trigger_is_one_statement() {
        let body = "CREATE TRIGGER t AFTER UPDATE ON a FOR EACH ROW BEGIN
            IF NEW.x = 1 THEN SET @a = CASE WHEN 1 THEN 2 ELSE 3 END; END IF;
            CASE NEW.y WHEN 1 THEN SET @b = 1; ELSE SET @b = 2; END CASE;
            WHILE @b > 0 DO SET @b = @b - 1; END WHILE;
            BEGIN SET @c = 1; END;
        END";
        assert_eq!(count(body), 1);
        assert_eq!(count(&format!("{body};\nCREATE INDEX a ON b (c);")), 2);
        assert_eq!(count("CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET @a = 1; SELECT 1"), 2);
    }
}
