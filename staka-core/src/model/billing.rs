//! Enums of billing: the kinds of documents and the series of their numbers.

use crate::base::{string_enum, string_enum_column};

string_enum! {
    /// Kind of a billing document.
    pub enum BillingKind {
        /// An invoice: an amount to be paid.
        Invoice = "INVOICE",
        /// A credit note: an amount taken back from an invoice.
        CreditNote = "CREDIT_NOTE",
    }
}

string_enum_column!(BillingKind);

string_enum! {
    /// A series of document numbers, which begins again each year.
    pub enum BillingSeries {
        /// Numbers of invoices.
        Fact = "FACT",
        /// Numbers of credit notes.
        Avoir = "AVOIR",
    }
}

string_enum_column!(BillingSeries);

impl BillingSeries {
    /// Both series, in the order in which a transaction may lock them.
    pub const ALL: [Self; 2] = [Self::Fact, Self::Avoir];

    /// Returns a number as it is printed: `FACT-2026-007`, with more digits where needed.
    pub fn number(self, year: i64, sequence: i64) -> String {
        format!("{self}-{year}-{sequence:03}")
    }

    /// Returns the beginning of all numbers of a year.
    pub fn prefix(self, year: i64) -> String {
        format!("{self}-{year}-")
    }

    /// Returns the position in this series and year that a number stands for, whichever program wrote it and with
    /// however many zeros; none if it stands for none.
    pub fn sequence(self, year: i64, number: &str) -> Option<i64> {
        let prefix = self.prefix(year);
        let start = number.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(&prefix))?;
        let digits = &number[start.len()..];
        let all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        // A number that does not fit the sequence column cannot be issued either.
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
    fn external_numbers_are_recognised() {
        assert_eq!(Fact.sequence(2026, "fact-2026-0007"), Some(7));
        for invalid in
            ["FACT-2026-", "FACT-2026-7a", "FACT-2026-+7", "FACT-2026-0", "FACT-2026-99999999999", "FÀCT-2026-1", ""]
        {
            assert_eq!(Fact.sequence(2026, invalid), None, "{invalid}");
        }
    }
}
