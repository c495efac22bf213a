//! Words of billing: kinds of documents, and the series that their numbers are taken from.

use crate::base::{choice, column_word};

choice! {
    /// What a document of billing is.
    pub enum BillingKind {
        /// What is to be paid.
        Invoice = "INVOICE",
        /// What is taken back of an invoice.
        CreditNote = "CREDIT_NOTE",
    }
}

column_word!(BillingKind);

choice! {
    /// A series of numbers, counted anew each year.
    pub enum BillingSeries {
        /// Invoices.
        Fact = "FACT",
        /// Credit notes.
        Avoir = "AVOIR",
    }
}

column_word!(BillingSeries);

impl BillingSeries {
    /// Both, in the order in which an act may hold them.
    pub const ALL: [Self; 2] = [Self::Fact, Self::Avoir];

    /// A number as it is printed: `FACT-2026-007`, with more digits when there are more.
    pub fn number(self, year: i64, sequence: i64) -> String {
        format!("{self}-{year}-{sequence:03}")
    }

    /// What all numbers of a year begin with.
    pub fn prefix(self, year: i64) -> String {
        format!("{self}-{year}-")
    }

    /// The place in this series and year that a number names, whoever wrote it and with however many zeros; none where it
    /// names none.
    pub fn sequence(self, year: i64, number: &str) -> Option<i64> {
        let prefix = self.prefix(year);
        let start = number.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(&prefix))?;
        let digits = &number[start.len()..];
        let all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        // What does not fit the column of ours cannot be taken by us either.
        all.then(|| digits.parse::<i32>().ok()).flatten().map(i64::from).filter(|sequence| *sequence > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::BillingSeries::{Avoir, Fact};

    #[test]
    fn numbers_have_three_digits_and_more_when_needed() {
        let numbers = [1, 42, 999, 1_000, 1_234_567].map(|sequence| Fact.number(2026, sequence));
        assert_eq!(numbers, ["FACT-2026-001", "FACT-2026-042", "FACT-2026-999", "FACT-2026-1000", "FACT-2026-1234567"]);
        for (sequence, number) in [1, 42, 999, 1_000, 1_234_567].into_iter().zip(&numbers) {
            assert_eq!(Fact.sequence(2026, number), Some(sequence));
            assert_eq!(Avoir.sequence(2026, number), None);
            assert_eq!(Fact.sequence(2025, number), None);
        }
    }

    #[test]
    fn what_others_write_is_read_by_its_number() {
        assert_eq!(Fact.sequence(2026, "fact-2026-0007"), Some(7));
        for strange in
            ["FACT-2026-", "FACT-2026-7a", "FACT-2026-+7", "FACT-2026-0", "FACT-2026-99999999999", "FÀCT-2026-1", ""]
        {
            assert_eq!(Fact.sequence(2026, strange), None, "{strange}");
        }
    }
}
