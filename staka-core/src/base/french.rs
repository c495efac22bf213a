//! Amounts, rates and dates in French notation. U+00A0 is used where a line must not break, U+202F between groups of
//! three digits.

use chrono::{Datelike, NaiveDate, Timelike};

use super::{Timestamp, Zone};

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// Returns an amount of centimes in euros with both decimals: `1 234,50 €`.
///
/// ```
/// use staka_core::base::format_euros;
/// assert_eq!(format_euros(46_800), "468,00\u{a0}€");
/// ```
pub fn format_euros(centimes: i64) -> String {
    let sign = if centimes < 0 { "-" } else { "" };
    let all = centimes.unsigned_abs();
    format!("{sign}{},{:02}\u{a0}€", grouped(all / 100), all % 100)
}

/// Returns a rate of basis points in percent, without trailing zeros: `20 %`, `5,5 %`.
pub fn format_percent(basis_points: i64) -> String {
    let sign = if basis_points < 0 { "-" } else { "" };
    let all = basis_points.unsigned_abs();
    let decimals = format!("{:02}", all % 100);
    let decimals = decimals.trim_end_matches('0');
    let comma = if decimals.is_empty() { "" } else { "," };
    format!("{sign}{}{comma}{decimals}\u{a0}%", grouped(all / 100))
}

/// Returns a date in words: `1er août 2026`, `3 décembre 2026`.
pub fn format_date(date: NaiveDate) -> String {
    let day = if date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
    format!("{day} {} {}", MONTHS[date.month0() as usize], date.year())
}

/// Returns a time of day: `14 h 30`, `9 h`.
pub(crate) fn format_time(hour: u32, minute: u32) -> String {
    if minute == 0 { format!("{hour}\u{a0}h") } else { format!("{hour}\u{a0}h\u{a0}{minute:02}") }
}

/// Returns a timestamp as a date and a time of day in `zone`: `3 décembre 2026 à 14 h 30`.
pub fn format_date_time(zone: Zone, at: Timestamp) -> String {
    let local = at.to_chrono().with_timezone(&zone);
    format!("{} à {}", format_date(local.date_naive()), format_time(local.hour(), local.minute()))
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_a_comma_two_decimals_and_grouped_thousands() {
        for (centimes, text) in [
            (0, "0,00\u{a0}€"),
            (5, "0,05\u{a0}€"),
            (-46_800, "-468,00\u{a0}€"),
            (123_450, "1\u{202f}234,50\u{a0}€"),
            (214_748_364_799, "2\u{202f}147\u{202f}483\u{202f}647,99\u{a0}€"),
        ] {
            assert_eq!(format_euros(centimes), text);
        }
        assert!(format_euros(i64::MIN).starts_with('-'));
    }

    #[test]
    fn rates_have_no_trailing_zeros() {
        let rates = [0, 2_000, 550, 1_055, 10_000, -5].map(format_percent);
        assert_eq!(rates, ["0\u{a0}%", "20\u{a0}%", "5,5\u{a0}%", "10,55\u{a0}%", "100\u{a0}%", "-0,05\u{a0}%"]);
    }

    #[test]
    fn a_timestamp_is_shown_in_the_zone() {
        let shown = |at: &str| format_date_time(chrono_tz::Europe::Paris, at.parse().unwrap());
        assert_eq!(shown("2026-12-03T13:30:00Z"), "3 décembre 2026 à 14\u{a0}h\u{a0}30");
        assert_eq!(shown("2026-07-31T22:05:00Z"), "1er août 2026 à 0\u{a0}h\u{a0}05");
        assert_eq!(shown("2026-03-29T07:00:00Z"), "29 mars 2026 à 9\u{a0}h");
    }
}
