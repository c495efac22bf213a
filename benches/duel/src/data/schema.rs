//! Splits migration 0001 in two: tables that can be filled fast, and the indexes and keys that slow this down.

/// The schema that Prisma creates.
const GUIDE: &str = include_str!("../../../../staka-core/migrations/0001_prisma_schema.sql");

pub(super) struct Schema {
    /// The tables with only their primary keys.
    pub(super) tables: Vec<Table>,
    /// `ALTER TABLE … ADD CONSTRAINT …`
    pub(super) foreign_keys: Vec<&'static str>,
}

pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) create: String,
    /// `INDEX …` and `UNIQUE INDEX …`, as in the table's declaration.
    pub(super) indexes: Vec<&'static str>,
}

impl Table {
    /// Creates all indexes of a table in one pass over the rows.
    pub(super) fn add_indexes(&self) -> String {
        let added: Vec<String> = self.indexes.iter().map(|index| format!(", ADD {index}")).collect();
        format!("ALTER TABLE `{}` FORCE{}", self.name, added.concat())
    }
}

pub(super) fn guide() -> Schema {
    let text = GUIDE.split_once("CREATE TABLE").map_or(GUIDE, |(head, _)| &GUIDE[head.len()..]);
    let mut schema = Schema { tables: Vec::new(), foreign_keys: Vec::new() };
    for statement in text.split(';').map(str::trim) {
        if statement.starts_with("ALTER TABLE") {
            schema.foreign_keys.push(statement);
        } else if let Some(name) = statement.strip_prefix("CREATE TABLE `").and_then(|rest| rest.split('`').next()) {
            let is_index = |line: &&str| line.starts_with("INDEX ") || line.starts_with("UNIQUE INDEX ");
            let indexes = statement.lines().map(|line| line.trim().trim_end_matches(',')).filter(is_index).collect();
            // The primary key is the last entry, so no comma remains.
            let create = statement.lines().filter(|line| !is_index(&line.trim())).collect::<Vec<_>>().join("\n");
            schema.tables.push(Table { name, create, indexes });
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::guide;

    #[test]
    fn nothing_of_the_guide_is_lost() {
        let schema = guide();
        assert_eq!((schema.tables.len(), schema.foreign_keys.len()), (14, 14));
        let indexes: usize = schema.tables.iter().map(|table| table.indexes.len()).sum();
        assert_eq!(indexes, super::GUIDE.matches("INDEX `").count());
        assert!(schema.tables.iter().all(|table| !table.create.contains("INDEX") && table.create.contains("PRIMARY")));
    }
}
