//! What a schema is made of, the same for the one we want and the one we find.

/// A column's type, as far as it matters to who reads and writes it.
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

/// What the server writes into a column that an INSERT does not name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DefaultValue {
    Literal(String),
    Now(u32),
    Expression(String),
}

/// A column we want.
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
    /// Made by somebody else; never one of ours.
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Empty for an expression.
    pub(super) column: String,
    pub(super) descending: bool,
    /// How many characters of the column, when not all.
    pub(super) prefix: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) name: String,
    pub(super) kind: IndexKind,
    pub(super) parts: Vec<Part>,
}

impl Index {
    /// Whether it serves exactly the queries and rules that `other` serves.
    pub(super) fn equals(&self, other: &Self) -> bool {
        self.kind == other.kind && self.parts == other.parts
    }

    /// Its columns as SQL writes them.
    pub(super) fn columns(&self) -> String {
        let parts = self.parts.iter().map(|part| {
            let prefix = part.prefix.map_or(String::new(), |n| format!("({n})"));
            let order = if part.descending { " DESC" } else { "" };
            format!("{}{prefix}{order}", super::syntax::quote(&part.column))
        });
        parts.collect::<Vec<_>>().join(", ")
    }

    /// The statement that makes it, without a `;`.
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

/// A foreign key; its rules are as information_schema writes them.
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
    /// Whether it ties the same columns, under whatever name and rules.
    pub(super) fn ties_the_same(&self, other: &Self) -> bool {
        self.table == other.table
            && self.columns == other.columns
            && self.target == other.target
            && self.target_columns == other.target_columns
    }

    /// Whether deleting and updating does the same. InnoDB takes RESTRICT and NO ACTION for one.
    pub(super) fn acts_the_same(&self, other: &Self) -> bool {
        let rule = |rule: &str| if rule == "RESTRICT" { "NO ACTION".to_owned() } else { rule.to_owned() };
        rule(&self.on_delete) == rule(&other.on_delete) && rule(&self.on_update) == rule(&other.on_update)
    }
}

/// A table we want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    pub(super) indexes: Vec<Index>,
}

/// What one statement of a migration makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Makes {
    /// One of the guide's tables.
    Table(Table),
    /// One of the guide's foreign keys.
    ForeignKey(ForeignKey),
    /// A table of ours, known by its name alone.
    OurTable(String),
    /// An index of ours.
    OurIndex { table: String, index: Index },
    /// A trigger of ours; the event is e.g. `AFTER INSERT`.
    OurTrigger { name: String, table: String, event: String },
}
