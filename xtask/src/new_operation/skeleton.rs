//! The texts of a new operation's skeleton. Each compiles and passes the tests; what a person must fill in is marked.

use serde_json::Value;

use super::groups::{Group, Rows};
use super::{Kind, MARK};

/// An operation to write.
pub(super) struct Skeleton<'a> {
    pub(super) group: &'a Group,
    pub(super) verb: &'a str,
    pub(super) kind: Kind,
    /// A row of the demo data, as the case suite names it.
    pub(super) demo_row: String,
    /// A row of the access rights' database.
    pub(super) matrix_row: String,
}

impl Skeleton<'_> {
    fn rows(&self) -> &Rows {
        self.group.rows
    }

    pub(super) fn name(&self) -> String {
        format!("{}.{}", self.group.name, self.verb)
    }

    /// Returns the parameter's name: `id` if the group's own rows are meant.
    fn parameter(&self) -> &str {
        let own = self.rows().example.split_once('.').is_some_and(|(group, _)| group == self.group.name);
        if own { "id" } else { self.rows().parameter }
    }

    /// Returns the name of the action and of the event, e.g. `FaqsClose`.
    pub(super) fn variant(&self) -> String {
        let parts = self.group.name.split('_').chain(self.verb.split('_'));
        parts.map(|part| part[..1].to_uppercase() + &part[1..]).collect()
    }

    /// Returns the declaration. `function` is the path of the function that runs the operation.
    pub(super) fn declaration(&self, function: &str) -> String {
        let (parameter, id, noun) = (self.parameter(), self.rows().id, self.rows().noun);
        let (kind, doc, output, context, arguments) = match self.kind {
            Kind::Read => ("read", format!("Returns whether the {noun} exists."), "bool", "_", ""),
            Kind::Write => {
                ("write", format!("Changes the {noun} and returns whether it exists."), "bool", "ctx", ", ctx.now")
            }
            Kind::Atomic => (
                "atomic",
                format!("Changes the {noun}.\n/// Fails with `NOT_FOUND` if it does not exist."),
                "()",
                "ctx",
                "",
            ),
        };
        let ctx = if self.kind == Kind::Atomic { "conn, ctx" } else { "conn" };
        indented(
            8,
            &format!(
                "// {MARK}: the documentation, the parameters with their bounds, the result, and who may call.\n\
                 /// {doc}\n\
                 {kind} {verb}(\n    /// The {noun}'s id.\n    {parameter}: {id},\n) -> {output},\n    \
                 for admin() = |conn, {context}| {function}({ctx}, {parameter}{arguments});",
                verb = self.verb,
            ),
        )
    }

    /// Returns the names of the statements and of their functions.
    pub(super) fn statements(&self) -> Vec<String> {
        match self.kind {
            Kind::Read | Kind::Write => vec![self.verb.to_owned()],
            Kind::Atomic => vec![format!("{}_first", self.verb), format!("{}_second", self.verb)],
        }
    }

    /// Returns the statements with the functions that run them.
    pub(super) fn functions(&self) -> String {
        let statements = self.statements();
        statements.iter().map(|function| self.function(function)).collect::<Vec<_>>().join("\n\n")
    }

    fn function(&self, function: &str) -> String {
        let Rows { table, id, noun, .. } = self.rows();
        let upper = function.to_uppercase();
        let part = function.strip_prefix(self.verb).unwrap_or_default().replacen('_', "/", 1);
        let name = format!("{}{part}", self.name());
        let (text, doc, parameters, body) = if self.kind == Kind::Read {
            (
                format!("SELECT EXISTS (SELECT 1 FROM {table} t WHERE t.id = ?)"),
                format!("Returns whether the {noun} exists."),
                format!("conn: &mut Conn, id: &{id}"),
                format!("Ok(conn.one::<i64>(&{upper}, Args::new().with(id)).await? != 0)"),
            )
        } else {
            (
                format!(
                    "UPDATE {table} t SET t.updatedAt = GREATEST(?, t.updatedAt + INTERVAL 1000 MICROSECOND) \
                     WHERE t.id = ?"
                ),
                format!("Changes the {noun} and returns whether it exists."),
                format!("conn: &mut Conn, id: &{id}, now: Timestamp"),
                format!("Ok(conn.execute(&{upper}, Args::new().with(now).with(id)).await? > 0)"),
            )
        };
        format!(
            "// {MARK}: the statement, the index through which it reads its rows, and what the function returns.\n\
             static {upper}: Statement = Statement::fixed(\n    \"{name}\",\n    \"{text}\",\n    \
             &[Access::Index {{ table: \"t\", keys: &[\"PRIMARY\"] }}],\n);\n\n\
             /// {doc}\n\
             pub async fn {function}({parameters}) -> Result<bool> {{\n    {body}\n}}"
        )
    }

    /// Returns the service function of an atomic operation. `rows` is the module of the statements.
    pub(super) fn service(&self, rows: &str) -> String {
        let (verb, variant) = (self.verb, self.variant());
        let Rows { id, noun, .. } = self.rows();
        format!(
            "// {MARK}: the checks, the two writes, what the notification says and what the audit log keeps.\n\
             /// Changes the {noun}. Fails with `NotFound` if it does not exist.\n\
             pub async fn {verb}(conn: &mut Conn, ctx: &OpContext<'_>, id: &{id}) -> Result<()> {{\n    \
             if !{rows}::{verb}_first(conn, id, ctx.now).await? {{\n        \
             return Err(Error::new(ErrorKind::NotFound, format!(\"{noun} {{id}} not found\")));\n    }}\n    \
             {rows}::{verb}_second(conn, id, ctx.now).await?;\n    \
             notify::announce(conn, ctx, Event::{variant}, None, &[(\"id\", id.as_str())]).await?;\n    \
             audit_trail::write(conn, ctx, Action::{variant}, Some(id.as_str()), json!({{}})).await\n}}"
        )
    }

    /// Returns the action of the audit log.
    pub(super) fn action(&self) -> String {
        let (variant, upper) = (self.variant(), self.name().replace('.', "_").to_uppercase());
        indented(
            4,
            &format!(
                "// {MARK}: what was done, the type of its target and its severity.\n\
                 /// The operation `{}` was called.\n{variant} = \"{upper}\", System, Low;",
                self.name()
            ),
        )
    }

    /// Returns the event with its notification.
    pub(super) fn event(&self) -> String {
        let (variant, key) = (self.variant(), self.name().replace('.', "_"));
        indented(
            4,
            &format!(
                "// {MARK}: who is notified, and the French texts; placeholders stand in braces.\n\
                 /// The operation `{}` was called. Placeholders: `id`.\n{variant} = \"{key}\" {{\n    \
                 Admins, Info, Normale, \"À rédiger\", \"À rédiger\", \"\";\n}}",
                self.name()
            ),
        )
    }

    /// Returns the line of the route table.
    pub(super) fn route(&self) -> String {
        let method = if self.kind == Kind::Read { "get" } else { "post" };
        let path = |name: &str| name.replace('_', "-");
        format!(
            "    // {MARK}: the method and the path.\n    {method}(\"/v1/admin/{}/{{{}}}/{}\", \"{}\"),",
            path(self.group.name),
            self.parameter(),
            path(self.verb),
            self.name()
        )
    }

    /// Returns the cases: one that succeeds, which is the example, and one that is refused.
    pub(super) fn cases(&self) -> [String; 2] {
        let result = if self.kind == Kind::Atomic { "null" } else { "true" };
        let (name, input) = (self.name(), self.input(&self.demo_row));
        let case = |what: &str, example: &str, actor: &str, expect: &str| {
            format!(
                "  {{\"name\": \"{MARK}: {name}, {what}\", {example}\"operation\": \"{name}\", \"actor\": \"{actor}\", \
                 \"input\": {input}, \"expect\": {expect}}}"
            )
        };
        [
            case("by an administrator", "\"example\": true, ", "admin:ADMIN", &format!("{{\"value\": {result}}}")),
            case("by a user", "", "light", "{\"error\": {\"code\": \"DENIED\"}}"),
        ]
    }

    /// Returns the operation's line of the matrix of access rights, with the rights of administrators.
    pub(super) fn matrix_line(&self) -> String {
        let ok = if self.kind == Kind::Atomic { "none" } else { "ok" };
        let cells: String = ["401", "403", "403", "403", ok, "403", ok].map(|cell| format!("{cell:<6}")).concat();
        format!(
            "# {MARK}: who may call {}, from the rules of the platform.\n{:<38} {cells}{}",
            self.name(),
            self.name(),
            self.input(&self.matrix_row)
        )
    }

    /// Returns the row of the table of what the existing backend does.
    pub(super) fn coverage(&self) -> String {
        format!(
            "| — | `{}` | {MARK}: what it is for; the first column says what the backend does, if it does it |",
            self.name()
        )
    }

    /// Returns the line of the changelog.
    pub(super) fn change(&self) -> String {
        format!("- {MARK}: what the operation `{}` is for.", self.name())
    }

    fn input(&self, row: &str) -> String {
        format!("{{\"{}\": {}}}", self.parameter(), Value::from(row))
    }
}

/// Indents the lines that are not empty.
fn indented(spaces: usize, text: &str) -> String {
    let indent = " ".repeat(spaces);
    text.lines().map(|line| format!("{indent}{line}")).collect::<Vec<_>>().join("\n")
}
