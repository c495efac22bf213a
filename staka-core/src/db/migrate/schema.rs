//! The parts of a schema, for both the expected and the existing one.

/// A column's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Varchar(u32),
    Text,
    LongText,
    Integer,
    Boolean,
    DateTime(u32),
    Json,
    Enum(Vec<String>),
}

/// The default of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DefaultValue {
    Literal(String),
    Now(u32),
    Expression(String),
}

/// An expected column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) nullable: bool,
    pub(super) default: Option<DefaultValue>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IndexKind {
    Plain,
    Unique,
    Fulltext,
    /// Another kind, never created by Staka.
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Empty for an expression.
    pub(super) column: String,
    pub(super) descending: bool,
    /// The number of indexed characters, if not all.
    pub(super) prefix: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) name: String,
    pub(super) kind: IndexKind,
    pub(super) parts: Vec<Part>,
}

impl Index {
    /// Returns whether both have the same kind and columns.
    pub(super) fn equals(&self, other: &Self) -> bool {
        self.kind == other.kind && self.parts == other.parts
    }

    /// Returns the columns in SQL syntax.
    pub(super) fn columns(&self) -> String {
        let parts = self.parts.iter().map(|part| {
            let prefix = part.prefix.map_or(String::new(), |n| format!("({n})"));
            let order = if part.descending { " DESC" } else { "" };
            format!("{}{prefix}{order}", super::syntax::quote(&part.column))
        });
        parts.collect::<Vec<_>>().join(", ")
    }

    /// Returns the statement that creates the index, without a `;`.
    pub(super) fn create(&self, table: &str) -> String {
        let kind = match self.kind {
            IndexKind::Unique => "UNIQUE INDEX",
            IndexKind::Fulltext => "FULLTEXT INDEX",
            IndexKind::Plain | IndexKind::Other => "INDEX",
        };
        let (name, table) = (super::syntax::quote(&self.name), super::syntax::quote(table));
        format!("CREATE {kind} {name} ON {table} ({})", self.columns())
    }
}

/// A foreign key, with its rules as information_schema writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ForeignKey {
    pub(super) name: String,
    pub(super) table: String,
    pub(super) columns: Vec<String>,
    pub(super) target: String,
    pub(super) target_columns: Vec<String>,
    pub(super) on_delete: String,
    pub(super) on_update: String,
}

impl ForeignKey {
    /// Returns whether both connect the same columns, whatever their names and rules.
    pub(super) fn same_columns(&self, other: &Self) -> bool {
        self.table == other.table
            && self.columns == other.columns
            && self.target == other.target
            && self.target_columns == other.target_columns
    }

    /// Returns whether both have the same rules. In InnoDB RESTRICT and NO ACTION are the same.
    pub(super) fn same_rules(&self, other: &Self) -> bool {
        let rule = |rule: &str| if rule == "RESTRICT" { "NO ACTION".to_owned() } else { rule.to_owned() };
        rule(&self.on_delete) == rule(&other.on_delete) && rule(&self.on_update) == rule(&other.on_update)
    }
}

/// An expected table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    pub(super) indexes: Vec<Index>,
}

/// What a statement of a migration creates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Creates {
    /// A table of the Prisma schema.
    Table(Table),
    /// A foreign key of the Prisma schema.
    ForeignKey(ForeignKey),
    /// A table owned by Staka, of which only the name matters.
    OwnedTable(String),
    /// An index owned by Staka.
    OwnedIndex { table: String, index: Index },
    /// A trigger owned by Staka; the event is e.g. `AFTER INSERT`.
    OwnedTrigger { name: String, table: String, event: String },
}
