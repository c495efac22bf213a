//! Derives invalid inputs from a valid one, by the shapes of an operation's parameters.

use serde_json::{Map, Value, json};
use staka_core::OperationDoc;
use staka_core::base::{Field, MATCH_LIST_BOUNDS, Shape, TextBounds};

/// A change that makes a valid input invalid, and the field that the error must name.
#[derive(Clone, Debug)]
pub struct Mutant {
    pub kind: &'static str,
    pub path: Vec<Step>,
    /// The new value; `None` to remove the field.
    pub value: Option<Value>,
    pub named: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Name(&'static str),
    First,
}

impl Mutant {
    /// Returns the changed input.
    pub fn applied(&self, input: &Value) -> Value {
        let mut input = input.clone();
        let (last, before) = self.path.split_last().unwrap();
        let mut place = &mut input;
        for step in before {
            place = match step {
                Step::Name(name) => &mut place[*name],
                Step::First => &mut place[0],
            };
            if place.is_null() {
                *place = json!({});
            }
        }
        match (last, &self.value) {
            (Step::Name(name), Some(value)) => place[*name] = value.clone(),
            (Step::Name(name), None) => drop(place.as_object_mut().unwrap().remove(*name)),
            (Step::First, value) => *place = json!([value]),
        }
        input
    }

    /// Returns whether both changes can be applied to one input: neither path contains the other.
    pub fn is_compatible_with(&self, other: &Self) -> bool {
        let (short, long) = if self.path.len() <= other.path.len() { (self, other) } else { (other, self) };
        !long.path.starts_with(&short.path) && self.named != other.named
    }
}

/// Returns all mutants of `valid`, a valid input of the operation.
pub fn mutants(doc: &OperationDoc, valid: &Value) -> Vec<Mutant> {
    let mut all = Vec::new();
    fields(&doc.parameters, &[], valid, &mut all);
    all
}

fn fields(fields: &[Field], path: &[Step], valid: &Value, to: &mut Vec<Mutant>) {
    let unknown = [path, &[Step::Name("colour")]].concat();
    to.push(Mutant { kind: "unknown", path: unknown, value: Some(json!("red")), named: "colour".to_owned() });
    for field in fields {
        let path = [path, &[Step::Name(field.name)]].concat();
        let add = |kind, value, to: &mut Vec<Mutant>| {
            to.push(Mutant { kind, path: path.clone(), value, named: field.name.to_owned() });
        };
        // The error for a missing object names the object's own fields.
        if field.required && valid.get(field.name).is_some() && !matches!(field.shape, Shape::Struct(_)) {
            add("missing", None, to);
        }
        if !field.shape.admits_null() {
            add("null", Some(Value::Null), to);
        }
        values(field.name, &field.shape, &path, &valid[field.name], to);
    }
}

fn values(name: &str, shape: &Shape, path: &[Step], valid: &Value, to: &mut Vec<Mutant>) {
    let mut add = |kind, value: Value| {
        to.push(Mutant { kind, path: path.to_vec(), value: Some(value), named: name.to_owned() });
    };
    match shape {
        Shape::Optional(inner) | Shape::Patch(inner) => values(name, inner, path, valid, to),
        Shape::Boolean => add("type", json!("yes")),
        Shape::Number => add("type", json!("much")),
        Shape::Timestamp => ["hier", "", "2026-13-01"].into_iter().for_each(|text| add("type", json!(text))),
        Shape::Cursor => add("type", json!(5)),
        Shape::Id(_) => [json!(5), json!(""), json!("x".repeat(192))].into_iter().for_each(|id| add("id", id)),
        Shape::Enum { .. } => [json!("NOPE"), json!(5)].into_iter().for_each(|word| add("enum", word)),
        Shape::Integer { min, max } => {
            [json!("many"), json!(1.5), json!(u64::MAX)].into_iter().for_each(|number| add("type", number));
            add("below", json!(min.unwrap() - 1));
            add("above", json!(max.unwrap() + 1));
        }
        Shape::Text(bounds) => {
            add("type", json!(5));
            texts(bounds).into_iter().for_each(|(kind, text)| add(kind, json!(text)));
        }
        Shape::Range(inner) => {
            add("type", json!(5));
            add("unknown", json!({"since": null}));
            if **inner == Shape::Timestamp {
                add("bound", json!({"from": "hier"}));
            }
        }
        Shape::List(item, bounds) => {
            add("type", json!(5));
            if bounds.min_items.is_some_and(|min| min > 0) {
                add("too few", json!([]));
            }
            if let Some(max) = bounds.max_items {
                add("too many", (0..=max).map(|index| sample(item, valid, index)).collect());
            }
            list_items(name, item, path, valid, to);
        }
        Shape::OneOrMany(item) => {
            add("type", json!({}));
            let max = MATCH_LIST_BOUNDS.max_items.unwrap();
            add("too many", (0..=max).map(|index| sample(item, valid, index)).collect());
            list_items(name, item, path, &Value::Null, to);
        }
        Shape::Struct(doc) => {
            add("type", json!(5));
            fields(&doc.fields, path, valid, to);
        }
        Shape::Json => {}
        other => panic!("{other:?} is not a shape of inputs"),
    }
}

/// Adds mutants whose list has a single, invalid item.
fn list_items(name: &str, item: &Shape, path: &[Step], valid: &Value, to: &mut Vec<Mutant>) {
    let path = [path, &[Step::First]].concat();
    if let Shape::Struct(doc) = item {
        if valid[0].is_object() {
            fields(&doc.fields, &path, &valid[0], to);
        }
        return;
    }
    let mut within = Vec::new();
    values(&format!("{name}[0]"), item, &path, &Value::Null, &mut within);
    within.push(Mutant { kind: "null", path, value: Some(Value::Null), named: format!("{name}[0]") });
    to.extend(within.into_iter().map(|mutant| Mutant { kind: "item", ..mutant }));
}

/// Returns a valid item, a different one for each index.
fn sample(item: &Shape, valid: &Value, index: u32) -> Value {
    match item {
        Shape::Struct(_) => {
            let mut one = valid[0].clone();
            if let Some(Value::String(id)) = one.get_mut("productId") {
                *id = format!("prod_{index}");
            }
            one
        }
        Shape::Enum { values, .. } => json!(values[0]),
        Shape::Timestamp => json!("2030-01-01T00:00:00.000Z"),
        Shape::Boolean => json!(true),
        Shape::Id(_) => json!(format!("x{index}")),
        _ => json!(format!("xxx{index}")),
    }
}

fn texts(bounds: &TextBounds) -> Vec<(&'static str, String)> {
    let mut texts = Vec::new();
    let min = bounds.min_length.unwrap_or(0) as usize;
    match min {
        0 => {}
        1 if bounds.trimmed => texts.push(("too short", " \n ".to_owned())),
        min => texts.push(("too short", "x".repeat(min - 1))),
    }
    texts.extend(bounds.max_length.map(|max| ("too long", "é".repeat(max as usize + 1))));
    texts.extend(bounds.max_bytes.map(|max| ("too long", "x".repeat(max as usize + 1))));
    if bounds.pattern.is_some() {
        texts.push(("pattern", "§".repeat(min.max(1))));
    }
    texts
}

/// Returns the name of the first parameter, and the input as JSON with that parameter twice.
pub fn with_duplicate(valid: &Value, doc: &OperationDoc) -> Option<(String, String)> {
    let given: &Map<String, Value> = valid.as_object().unwrap();
    let name = doc.parameters.iter().map(|field| field.name).find(|name| given.contains_key(*name))?;
    let text = valid.to_string();
    Some((name.to_owned(), format!("{},\"{name}\":{}}}", &text[..text.len() - 1], given[name])))
}
