//! Finds the places of texts, and inserts lines there.

/// A declared operation, with its group.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) group: String,
    pub(super) verb: String,
}

/// Returns the operations that a file of `api/list` declares.
pub(super) fn declared(text: &str) -> Vec<Declared> {
    let (mut group, mut all) = (String::new(), Vec::new());
    for line in text.lines() {
        let depth = line.len() - line.trim_start().len();
        if depth == 4
            && let Some(name) = group_of(line)
        {
            name.clone_into(&mut group);
        }
        let kind = ["read ", "write ", "atomic "].iter().find_map(|kind| line.trim_start().strip_prefix(kind));
        if let Some((verb, _)) = kind.filter(|_| depth == 8).and_then(|rest| rest.split_once('(')) {
            all.push(Declared { group: group.clone(), verb: verb.to_owned() });
        }
    }
    all
}

/// Returns the name of the group that a line such as `    faqs: Faqs {` begins.
fn group_of(line: &str) -> Option<&str> {
    let (name, rest) = line.trim().split_once(": ")?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    (is_name && rest.ends_with(" {") && rest.starts_with(|c: char| c.is_ascii_uppercase())).then_some(name)
}

/// Inserts a declaration at the end of its group; false if the file has no such group.
pub(super) fn declaration(text: &mut String, group: &str, block: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let Some(start) = lines.iter().position(|line| line.starts_with("    ") && group_of(line) == Some(group)) else {
        return false;
    };
    let Some(length) = lines[start..].iter().position(|line| *line == "    }") else { return false };
    insert(text, start + length, &format!("\n{block}"));
    true
}

/// Inserts a function before `statements()`, and the names of its statements into that list; false if there is no such
/// list.
pub(super) fn statements(text: &mut String, names: &[String], block: &str) -> bool {
    let Some(list) = text.find("\npub(super) fn statements()").map(|at| at + 1) else { return false };
    let end = text[list..].find("\n}").map_or(text.len(), |length| list + length);
    let names: Vec<String> = names.iter().map(|name| format!("&{}", name.to_uppercase())).collect();
    let names = names.join(", ");
    let after = |part: &str| text[list..end].find(part).map(|at| list + at + part.len());
    if let Some(place) = after("all.extend([").or_else(|| after("vec![")) {
        text.insert_str(place, &format!("{names}, "));
    } else if let Some(place) = after("verb_statements();\n") {
        text.insert_str(place, &format!("    all.extend([{names}]);\n"));
    } else {
        return false;
    }
    text.insert_str(list, &format!("{block}\n\n"));
    true
}

/// Inserts a function at the end of a file, before its tests.
pub(super) fn function(text: &mut String, block: &str) {
    match text.find("\n#[cfg(test)]\nmod ") {
        Some(tests) => text.insert_str(tests, &format!("\n{block}\n")),
        None => text.push_str(&format!("\n{block}\n")),
    }
}

/// Inserts lines at the end of a macro's list such as `actions! {`; false if there is none.
pub(super) fn item(text: &mut String, open: &str, block: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let Some(start) = lines.iter().position(|line| *line == open) else { return false };
    let Some(length) = lines[start..].iter().position(|line| *line == "}") else { return false };
    insert(text, start + length, block);
    true
}

/// Inserts lines after the last line that `is_before` accepts; false if it accepts none.
pub(super) fn after_last(text: &mut String, is_before: impl Fn(&str) -> bool, block: &str) -> bool {
    let Some(last) = text.lines().collect::<Vec<_>>().iter().rposition(|line| is_before(line)) else { return false };
    insert(text, last + 1, block);
    true
}

/// Inserts cases after the last case of the group; false if the file has none.
pub(super) fn cases(text: &mut String, group: &str, cases: &[String]) -> bool {
    let of_group = format!("\"operation\": \"{group}.");
    let lines: Vec<&str> = text.lines().collect();
    let Some(last) = lines.iter().rposition(|line| line.contains(&of_group)) else { return false };
    // The last case of the file has no comma.
    let ends = !lines[last].ends_with(',');
    let block = if ends {
        let place = lines[..=last].iter().map(|line| line.len() + 1).sum::<usize>() - 1;
        text.insert(place, ',');
        cases.join(",\n")
    } else {
        cases.join(",\n") + ","
    };
    insert(text, last + 1, &block);
    true
}

/// Inserts a line at the end of a section of a Markdown text; false if it has no such heading.
pub(super) fn section(text: &mut String, heading: &str, block: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let Some(start) = lines.iter().position(|line| *line == heading) else { return false };
    let next = lines[start + 1..].iter().position(|line| line.starts_with('#'));
    let end = next.map_or(lines.len(), |length| start + 1 + length);
    let last = lines[..end].iter().rposition(|line| !line.is_empty()).unwrap_or(start);
    insert(text, last + 1, block);
    true
}

/// Inserts a block before the line with this index.
fn insert(text: &mut String, line: usize, block: &str) {
    let place = text.split_inclusive('\n').take(line).map(str::len).sum();
    text.insert_str(place, &format!("{block}\n"));
}
