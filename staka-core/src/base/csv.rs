//! CSV (RFC 4180) in which no cell is read as a formula by spreadsheets.

/// Appends a line of text cells to `text`, ending in CR LF.
pub(crate) fn push_line<'a>(text: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        push_cell(text, cell);
    }
    text.push_str("\r\n");
}

/// A cell of text or of an amount.
pub(crate) enum Cell<'a> {
    /// Text, never read as a formula.
    Text(&'a str),
    /// An amount in centimes, written as a number of euros: `-12.05`.
    Centimes(i64),
}

/// Appends a line of text and amounts to `text`, ending in CR LF.
pub(crate) fn push_cells<'a>(text: &mut String, cells: impl IntoIterator<Item = Cell<'a>>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        match cell {
            Cell::Text(cell) => push_cell(text, cell),
            Cell::Centimes(centimes) => {
                let (sign, all) = (if centimes < 0 { "-" } else { "" }, centimes.unsigned_abs());
                text.push_str(&format!("{sign}{}.{:02}", all / 100, all % 100));
            }
        }
    }
    text.push_str("\r\n");
}

fn push_cell(text: &mut String, cell: &str) {
    // A leading apostrophe makes spreadsheets read a formula as text.
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if cell.contains([',', '"', '\r', '\n']) {
        text.push('"');
        text.push_str(guard);
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(guard);
        text.push_str(cell);
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, push_cells, push_line};

    fn line(cells: &[&str]) -> String {
        let mut text = String::new();
        push_line(&mut text, cells.iter().copied());
        text
    }

    #[test]
    fn cells_with_separators_are_quoted() {
        assert_eq!(line(&["a", "", "b c"]), "a,,b c\r\n");
        assert_eq!(line(&["a,b", "say \"x\"", "two\nlines"]), "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\r\n");
        assert_eq!(line(&["é 📖 مرحبا"]), "é 📖 مرحبا\r\n");
    }

    #[test]
    fn centimes_are_numbers_in_euros() {
        let mut text = String::new();
        push_cells(&mut text, [-5, 0, 1_205, -46_800].map(Cell::Centimes).into_iter().chain([Cell::Text("-1")]));
        assert_eq!(text, "-0.05,0.00,12.05,-468.00,'-1\r\n");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"] {
            assert_eq!(line(&[cell]), format!("'{cell}\r\n"));
        }
        assert_eq!(line(&["\rx"]), "\"'\rx\"\r\n");
        assert_eq!(line(&["=HYPERLINK(\"x\",\"y\")"]), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n");
        assert_eq!(line(&["a=1", "1-1"]), "a=1,1-1\r\n");
    }
}
