//! Explains every list of `repo::lists()` with each field of its filter and each of its sort keys: the rows are found
//! as the list declares.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use staka_core::base::{Shape, StructDoc};
use staka_core::db::{Access, Plan, PlanLog};
use staka_core::model::{Commande, Invoice, Message, Role, Tarif};
use staka_core::repo::{By, List};
use staka_core::{Caller, Error, Operation, Operations, repo};

use crate::lists::LISTS;
use crate::plans::violations;
use crate::seeded::{World, any_row};
use crate::support::on_both;

/// Inputs beside those of `LISTS`, for lists that a field of the filter selects.
const OTHER_INPUTS: &[(&str, &str)] =
    &[("files.list_by_user", r#"{"user": "{heavy}", "filter": {"scope": "projects"}}"#)];

/// A table with so few rows that the server rightly reads all of them.
const FEW_ROWS: u64 = 500;

/// What a call chooses: the default, a field of the filter, or a sort key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Choice {
    Default,
    Filter(&'static str),
    Sort(&'static str),
}

impl Choice {
    /// Returns how a list declares to find its rows for this choice.
    pub fn access(self, list: &List) -> Option<Access> {
        let path = list.paths().iter().find(|path| match (path.by, self) {
            (By::Default, Self::Default) => true,
            (By::Filter(fields), Self::Filter(name)) => fields.contains(&name),
            (By::Sort(keys), Self::Sort(name)) => keys.contains(&name),
            _ => false,
        });
        path.map(|path| path.access)
    }
}

/// Returns the operation of a list, whose name it has.
pub fn operation(list: &List) -> &'static Operation {
    let name = list.name().split('/').next().unwrap();
    Operation::find(name).unwrap_or_else(|| panic!("{name} is no operation"))
}

/// Values for the fields of filters.
pub struct Values {
    heavy: String,
    light: String,
    admin: String,
    commande: String,
    conversation: String,
    invoice: String,
    tarif: String,
    since: String,
    anchor: String,
}

impl Values {
    pub async fn read(seeded: &World) -> Self {
        let staka = seeded.staka().await;
        let mut conn = staka.acquire().await.unwrap();
        let s = &seeded.subjects;
        Self {
            heavy: s.heavy.to_string(),
            light: s.light.to_string(),
            admin: s.admin.to_string(),
            commande: any_row::<Commande>(&mut conn).await.id.to_string(),
            conversation: any_row::<Message>(&mut conn).await.conversation_id.to_string(),
            invoice: any_row::<Invoice>(&mut conn).await.id.to_string(),
            tarif: any_row::<Tarif>(&mut conn).await.id.to_string(),
            since: seeded.anchor.minus(std::time::Duration::from_secs(30 * 86_400)).to_string(),
            anchor: seeded.anchor.to_string(),
        }
    }

    /// Returns values for a field of this shape; of ids only if `ids_only`.
    pub fn of(&self, shape: &Shape, ids_only: bool) -> Vec<Value> {
        match shape {
            Shape::Optional(inner) | Shape::OneOrMany(inner) => self.of(inner, ids_only),
            // A user with few rows; the rows of a user with many are found in the list's order too.
            Shape::Id("UserId") => vec![json!(self.light)],
            Shape::Id("CommandeId") => vec![json!(self.commande)],
            Shape::Id("ConversationId") => vec![json!(self.conversation)],
            Shape::Id("InvoiceId") => vec![json!(self.invoice)],
            Shape::Id("TarifId") => vec![json!(self.tarif)],
            _ if ids_only => Vec::new(),
            Shape::Enum { values, .. } => values.iter().map(|value| json!(value)).collect(),
            Shape::Boolean => vec![json!(true), json!(false)],
            Shape::Range(_) => vec![json!({"from": self.since, "to": self.anchor})],
            Shape::Text(_) => vec![json!("an")],
            other => panic!("no value for {other:?}"),
        }
    }

    /// Puts values into an input of `LISTS`.
    fn fill(&self, text: &str) -> Value {
        let places = [
            ("{heavy}", &self.heavy),
            ("{light}", &self.light),
            ("{admin}", &self.admin),
            ("{order}", &self.commande),
            ("{conversation}", &self.conversation),
            ("{anchor-30d}", &self.since),
            ("{anchor}", &self.anchor),
        ];
        let filled = places.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
        serde_json::from_str(&filled).unwrap()
    }

    /// Returns the inputs without choices.
    pub fn inputs(&self, operation: &Operation) -> Vec<Value> {
        let of = |lists: &'static [(&str, &str)]| lists.iter().find(|(name, _)| *name == operation.name);
        let input = of(LISTS).map_or("{}", |(_, input)| input);
        [input].into_iter().chain(of(OTHER_INPUTS).map(|(_, input)| *input)).map(|text| self.fill(text)).collect()
    }
}

/// Returns the choices that an operation offers, each with the shape of its values and the parameter that takes them.
pub fn choices(operation: &Operation) -> Vec<(Choice, Shape, &'static str)> {
    let mut all = vec![(Choice::Default, Shape::Nothing, "")];
    for parameter in operation.describe().parameters {
        match (parameter.name, &parameter.shape) {
            ("filter", Shape::Struct(StructDoc { fields, .. })) => {
                all.extend(fields.iter().map(|field| (Choice::Filter(field.name), field.shape.clone(), "filter")));
            }
            ("sort", Shape::Struct(StructDoc { fields, .. })) => {
                let Shape::Enum { values, .. } = &fields[0].shape else { panic!("{:?}", fields[0]) };
                all.extend(values.iter().map(|key| (Choice::Sort(key), fields[0].shape.clone(), "sort")));
            }
            // The form of an answer, and which part of it.
            ("page" | "format" | "direction" | "after" | "limit", _) => {}
            (name, shape) if !parameter.required => all.push((Choice::Filter(name), shape.clone(), name)),
            // Whose rows they are.
            _ => {}
        }
    }
    all
}

/// Returns the inputs for a choice: the given one with each value.
pub fn chosen(input: &Value, choice: Choice, parameter: &str, values: Vec<Value>) -> Vec<Value> {
    let with = |object: Value| {
        let mut input = input.clone();
        match (object, input[parameter].as_object_mut()) {
            (Value::Object(fields), Some(given)) => given.extend(fields),
            (object, _) => input[parameter] = object,
        }
        input
    };
    match choice {
        Choice::Default => vec![input.clone()],
        Choice::Sort(key) => ["asc", "desc"].map(|way| with(json!({"sort": key, "direction": way}))).into(),
        Choice::Filter(name) if name == parameter => values.into_iter().map(with).collect(),
        Choice::Filter(name) => values.into_iter().map(|value| with(json!({ name: value }))).collect(),
    }
}

pub fn has_few_values(shape: &Shape) -> bool {
    match shape {
        Shape::Optional(inner) | Shape::OneOrMany(inner) => has_few_values(inner),
        Shape::Enum { .. } | Shape::Boolean => true,
        _ => false,
    }
}

/// Returns what is wrong with the plan of a list. `is_common` is true for a field with few different values.
fn problems(list: &List, choice: Choice, is_common: bool, plan: &Plan) -> Vec<String> {
    let name = format!("{} {choice:?}", list.name());
    let Some(access) = choice.access(list) else { return vec![format!("{name}: no path is declared")] };
    // Counting without a condition reads every row, and so may counting the rows of a value that many rows have.
    let counts = list.name().contains(".count") || plan.text.starts_with("SELECT COUNT(");
    if counts && (is_common || !plan.text.contains("WHERE TRUE AND")) {
        return Vec::new();
    }
    let (table, keys) = match access {
        Access::Index { table, keys } => (table, keys),
        Access::Scan { table, .. } => (table, &[][..]),
    };
    let declared: Vec<Access> = [access].into_iter().chain(list.joined().iter().copied()).collect();
    let mut plan = plan.clone();
    plan.rows.retain(|row| {
        let rows = row.rows.unwrap_or(u64::MAX);
        // A joined table of few rows may be read by any index that has the columns.
        let joined = row.table.as_deref() != Some(table);
        let whole = row.access.as_deref() == Some("ALL") || joined && row.access.as_deref() == Some("index");
        let is_tiny = rows <= 1 || rows <= FEW_ROWS && whole;
        // A page is filled in the order of an index, however many rows that takes.
        let in_order = !counts
            && row.access.as_deref() == Some("index")
            && row.key.as_deref().is_some_and(|key| keys.contains(&key));
        !is_tiny && !in_order
    });
    violations(&name, &declared, &plan)
}

/// Explains every list for the choices of its callers. `ids_only` leaves out all but ids, and does not run the lists,
/// which takes too long among many rows.
pub async fn explain_all(seeded: &World, ids_only: bool) {
    let values = Values::read(seeded).await;
    let not_run: Vec<&str> = if ids_only { repo::lists().iter().map(|list| list.name()).collect() } else { Vec::new() };
    let log = Arc::new(PlanLog::explaining_only(not_run));
    let staka = seeded.builder().record_plans(Arc::clone(&log)).connect().await.unwrap();
    let _alone = seeded.writing.lock().await;
    let administrator = Caller::user(seeded.subjects.admin.clone(), Role::Admin);
    let system = staka.as_system().begin().await.unwrap();
    let user = staka.as_caller(administrator).begin().await.unwrap();
    let lists = repo::lists();
    let operations: BTreeSet<&str> = lists.iter().map(|list| operation(list).name).collect();
    let (mut wrong, mut explained) = (BTreeSet::new(), BTreeSet::new());
    for name in operations {
        let operation = Operation::find(name).unwrap();
        // The system has nothing of its own.
        let session: &Operations = if operation.allowed == "signed_in" { &user } else { &system };
        for (choice, shape, parameter) in choices(operation) {
            let given = match choice {
                Choice::Filter(_) => values.of(&shape, ids_only),
                Choice::Default | Choice::Sort(_) => Vec::new(),
            };
            let is_common = has_few_values(&shape);
            if ids_only && matches!(choice, Choice::Sort(_)) {
                continue;
            }
            for input in values.inputs(operation).iter().flat_map(|it| chosen(it, choice, parameter, given.clone())) {
                let plans = match plans_of(session, operation, input.clone(), &log).await {
                    Ok(plans) => plans,
                    Err(error) => {
                        wrong.insert(format!("{name} {input}: {error:?}"));
                        continue;
                    }
                };
                for plan in plans {
                    if let Some(list) = lists.iter().find(|list| list.name() == plan.statement) {
                        explained.insert((list.name(), choice));
                        wrong.extend(problems(list, choice, is_common, &plan));
                    }
                }
            }
        }
    }
    system.rollback().await.unwrap();
    user.rollback().await.unwrap();
    for list in lists.iter().filter(|_| !ids_only) {
        for (choice, ..) in choices(operation(list)).into_iter().filter(|(choice, ..)| choice.access(list).is_some()) {
            let only_of_filters = matches!(choice, Choice::Filter(_)) || list.name().contains("count");
            if !explained.contains(&(list.name(), choice)) && only_of_filters {
                wrong.insert(format!("{} {choice:?}: never explained", list.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} {wrong:#?}", wrong.len());
}

/// Calls a list for its first page and, if it has pages, its total.
async fn plans_of(
    session: &Operations,
    operation: &Operation,
    mut input: Value,
    log: &PlanLog,
) -> Result<Vec<Plan>, Error> {
    if operation.describe().parameters.iter().any(|parameter| parameter.name == "page") {
        input["page"] = json!({"limit": 10, "total": true});
    }
    log.take();
    session.call(operation.name, &input.to_string()).await?;
    Ok(log.take())
}

on_both! {
    async fn every_list_finds_its_rows_as_it_declares(server: &Server) {
        explain_all(server.seeded().await, false).await;
    }
}

#[test]
fn every_field_and_every_sort_key_of_a_list_declares_how_rows_are_found() {
    for list in repo::lists() {
        let operation = operation(list);
        let offered: BTreeSet<Choice> = choices(operation).into_iter().map(|(choice, ..)| choice).collect();
        for choice in &offered {
            let of_operation = |other: &&&List| self::operation(other).name == operation.name;
            let declared = repo::lists().iter().filter(of_operation).any(|other| choice.access(other).is_some());
            assert!(declared, "{} {choice:?}", operation.name);
        }
        for path in list.paths() {
            let chosen = match path.by {
                By::Default | By::Sort(_) => continue,
                By::Filter(fields) => fields,
            };
            for field in chosen {
                assert!(offered.contains(&Choice::Filter(field)), "{} has no field {field}", list.name());
            }
        }
    }
}

#[test]
fn every_list_has_the_name_of_its_operation() {
    let mut names: BTreeSet<&str> = repo::lists().into_iter().map(List::name).collect();
    names.extend(repo::catalogue().into_iter().chain(staka_core::stats::catalogue()).map(|it| it.name));
    for operation in Operation::all() {
        if matches!(operation.describe().output, Shape::Page(_)) {
            assert!(names.contains(operation.name), "no statement is named {}", operation.name);
        }
    }
}
