//! Parses the statements of the migration files, so that the expected schema is read from what is sent.

use super::schema::{Column, Creates, DefaultValue, ForeignKey, Index, IndexKind, Kind, Part, Table};
use super::syntax::{Token, tokens};

/// Returns what a statement of a migration creates; the error says where parsing stopped.
pub(super) fn parse(statement: &str) -> Result<Creates, String> {
    let all = tokens(statement).ok_or_else(|| format!("cannot be split into tokens: {statement}"))?;
    let mut cursor = Cursor { all: &all, at: 0 };
    cursor.statement().ok_or_else(|| format!("cannot be parsed after token {}: {statement}", cursor.at))
}

/// Returns the values of a column type that the server writes as `enum('A','B')`.
pub(super) fn enum_values(column_type: &str) -> Option<Vec<String>> {
    let all = tokens(column_type)?;
    let mut cursor = Cursor { all: &all, at: 0 };
    cursor.words("ENUM")?;
    cursor.texts()
}

struct Cursor<'a> {
    all: &'a [Token],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<&Token> {
        self.all.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.peek()?.clone();
        self.at += 1;
        Some(token)
    }

    /// Consumes these words, or nothing.
    fn words(&mut self, words: &str) -> Option<()> {
        let start = self.at;
        for word in words.split(' ') {
            if self.next() != Some(Token::Word(word.to_owned())) {
                self.at = start;
                return None;
            }
        }
        Some(())
    }

    fn mark(&mut self, mark: char) -> Option<()> {
        let found = *self.peek()? == Token::Mark(mark);
        self.at += usize::from(found);
        found.then_some(())
    }

    fn name(&mut self) -> Option<String> {
        match self.next()? {
            Token::Name(name) => Some(name),
            _ => None,
        }
    }

    /// `(n)`
    fn size(&mut self) -> Option<u32> {
        self.mark('(')?;
        let Token::Number(size) = self.next()? else { return None };
        self.mark(')')?;
        Some(size)
    }

    /// Parses a list in parentheses: `(one, two)`.
    fn listed<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.mark('(')?;
        let mut found = vec![one(self)?];
        while self.mark(',').is_some() {
            found.push(one(self)?);
        }
        self.mark(')')?;
        Some(found)
    }

    fn texts(&mut self) -> Option<Vec<String>> {
        self.listed(|cursor| match cursor.next()? {
            Token::Text(text) => Some(text),
            _ => None,
        })
    }

    fn parts(&mut self) -> Option<Vec<Part>> {
        self.listed(|cursor| {
            let column = cursor.name()?;
            let prefix = cursor.size();
            let descending = cursor.words("DESC").is_some();
            if !descending {
                let _ = cursor.words("ASC");
            }
            Some(Part { column, descending, prefix })
        })
    }

    fn statement(&mut self) -> Option<Creates> {
        if self.words("ALTER TABLE").is_some() {
            let made = self.foreign_key()?;
            return self.end(Creates::ForeignKey(made));
        }
        self.words("CREATE")?;
        if self.words("TABLE").is_some() {
            let _ = self.words("IF NOT EXISTS");
            let name = self.name()?;
            if super::is_owned(&name) {
                return Some(Creates::OwnedTable(name));
            }
            let made = self.table(name)?;
            return self.end(Creates::Table(made));
        }
        if self.words("TRIGGER").is_some() {
            return self.trigger();
        }
        let kind = self.index_kind()?;
        let name = self.name()?;
        self.words("ON")?;
        let table = self.name()?;
        let parts = self.parts()?;
        self.end(Creates::OwnedIndex { table, index: Index { name, kind, parts } })
    }

    fn end(&self, made: Creates) -> Option<Creates> {
        self.peek().is_none().then_some(made)
    }

    fn index_kind(&mut self) -> Option<IndexKind> {
        let kinds =
            [("INDEX", IndexKind::Plain), ("UNIQUE INDEX", IndexKind::Unique), ("FULLTEXT INDEX", IndexKind::Fulltext)];
        kinds.into_iter().find_map(|(words, kind)| self.words(words).map(|()| kind))
    }

    fn trigger(&mut self) -> Option<Creates> {
        let name = self.name()?;
        let (Token::Word(timing), Token::Word(event)) = (self.next()?, self.next()?) else { return None };
        self.words("ON")?;
        let table = self.name()?;
        self.words("FOR EACH ROW")?;
        Some(Creates::OwnedTrigger { name, table, event: format!("{timing} {event}") })
    }

    fn foreign_key(&mut self) -> Option<ForeignKey> {
        let table = self.name()?;
        self.words("ADD CONSTRAINT")?;
        let name = self.name()?;
        self.words("FOREIGN KEY")?;
        let columns = self.listed(Self::name)?;
        self.words("REFERENCES")?;
        let target = self.name()?;
        let target_columns = self.listed(Self::name)?;
        self.words("ON DELETE")?;
        let on_delete = self.rule()?;
        self.words("ON UPDATE")?;
        let on_update = self.rule()?;
        Some(ForeignKey { name, table, columns, target, target_columns, on_delete, on_update })
    }

    fn rule(&mut self) -> Option<String> {
        let rules = ["CASCADE", "SET NULL", "NO ACTION", "RESTRICT"];
        rules.into_iter().find(|rule| self.words(rule).is_some()).map(str::to_owned)
    }

    fn table(&mut self, name: String) -> Option<Table> {
        let mut table = Table { name, columns: Vec::new(), indexes: Vec::new() };
        self.mark('(')?;
        loop {
            if self.words("PRIMARY KEY").is_some() {
                let parts = self.parts()?;
                table.indexes.push(Index { name: super::PRIMARY.to_owned(), kind: IndexKind::Unique, parts });
            } else if let Some(kind) = self.index_kind() {
                let name = self.name()?;
                let parts = self.parts()?;
                table.indexes.push(Index { name, kind, parts });
            } else {
                let column = self.column()?;
                table.columns.push(column);
            }
            if self.mark(',').is_none() {
                break;
            }
        }
        self.mark(')')?;
        self.words("DEFAULT CHARACTER SET UTF8MB4 COLLATE UTF8MB4_UNICODE_CI")?;
        Some(table)
    }

    fn column(&mut self) -> Option<Column> {
        let name = self.name()?;
        let Token::Word(word) = self.next()? else { return None };
        let kind = match word.as_str() {
            "VARCHAR" => Kind::Varchar(self.size()?),
            "TEXT" => Kind::Text,
            "LONGTEXT" => Kind::LongText,
            "INTEGER" => Kind::Integer,
            "BOOLEAN" => Kind::Boolean,
            "DATETIME" => Kind::DateTime(self.size()?),
            "JSON" => Kind::Json,
            "ENUM" => Kind::Enum(self.texts()?),
            _ => return None,
        };
        let nullable = self.words("NOT NULL").is_none();
        if nullable {
            self.words("NULL")?;
        }
        let default = if self.words("DEFAULT").is_some() { Some(self.default()?) } else { None };
        Some(Column { name, kind, nullable, default })
    }

    fn default(&mut self) -> Option<DefaultValue> {
        match self.next()? {
            Token::Text(text) => Some(DefaultValue::Literal(text)),
            Token::Number(number) => Some(DefaultValue::Literal(number.to_string())),
            Token::Word(word) if word == "TRUE" => Some(DefaultValue::Literal("1".to_owned())),
            Token::Word(word) if word == "FALSE" => Some(DefaultValue::Literal("0".to_owned())),
            Token::Word(word) if word == "CURRENT_TIMESTAMP" => Some(DefaultValue::Now(self.size()?)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owned_indexes_are_parsed() {
        let Ok(Creates::OwnedIndex { table, index }) = parse("CREATE INDEX `staka_a` ON `b` (`c`, `d` DESC, `e`(20))")
        else {
            panic!("not read");
        };
        assert_eq!(table, "b");
        assert_eq!(index.create(&table), "CREATE INDEX `staka_a` ON `b` (`c`, `d` DESC, `e`(20))");
    }

    #[test]
    fn owned_triggers_are_parsed() {
        let made = parse("CREATE TRIGGER `staka_t` AFTER INSERT ON `users` FOR EACH ROW SET @a = 1");
        let event = "AFTER INSERT".to_owned();
        assert_eq!(made, Ok(Creates::OwnedTrigger { name: "staka_t".into(), table: "users".into(), event }));
    }

    #[test]
    fn statements_that_no_file_uses_are_refused() {
        for statement in [
            "DROP TABLE `a`",
            "CREATE INDEX `a` ON `b` (`c`) COMMENT 'x'",
            "CREATE TABLE `a` (`b` BLOB NOT NULL) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
            "CREATE TABLE `a` (`b` TEXT NOT NULL)",
        ] {
            assert!(parse(statement).is_err(), "{statement}");
        }
    }

    #[test]
    fn enum_values_of_a_server() {
        assert_eq!(enum_values("enum('A','it''s')"), Some(vec!["A".to_owned(), "it's".to_owned()]));
        assert_eq!(enum_values("varchar(3)"), None);
    }
}
