//! The mean of amounts. Amounts are centimes in `i64`; a mean has four decimals, as on the server.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{Described, Shape};

/// A mean of whole centimes with four decimals, equal to MySQL's `AVG` of an integer column. In JSON it is a number.
///
/// ```
/// use staka_core::Average;
/// let mean = Average::of(10_000, 3).unwrap();
/// assert_eq!(mean.to_string(), "3333.3333");
/// assert_eq!(Average::of(0, 0), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Average {
    ten_thousandths: i64,
}

impl Average {
    /// Returns the mean of `count` values whose sum is `sum`, rounded half away from zero; `None` without values or if
    /// four decimals do not fit 64 bits.
    pub fn of(sum: i64, count: i64) -> Option<Self> {
        if count <= 0 {
            return None;
        }
        let scaled = i128::from(sum) * 10_000;
        let count = i128::from(count);
        let half = if scaled >= 0 { count / 2 } else { -(count / 2) };
        i64::try_from((scaled + half) / count).ok().map(|ten_thousandths| Self { ten_thousandths })
    }

    /// Returns the mean in ten-thousandths of a centime.
    pub const fn ten_thousandths(self) -> i64 {
        self.ten_thousandths
    }
}

impl fmt::Display for Average {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.ten_thousandths < 0 { "-" } else { "" };
        let magnitude = self.ten_thousandths.unsigned_abs();
        write!(f, "{sign}{}.{:04}", magnitude / 10_000, magnitude % 10_000)
    }
}

impl Serialize for Average {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.ten_thousandths as f64 / 10_000.0)
    }
}

impl Described for Average {
    fn shape() -> Shape {
        Shape::Number
    }
}

#[cfg(test)]
mod tests {
    use super::Average;

    #[test]
    fn rounds_half_away_from_zero_at_four_decimals() {
        for (sum, count, text) in [
            (1, 3, "0.3333"),
            (2, 3, "0.6667"),
            (1, 20_000, "0.0001"),
            (-1, 20_000, "-0.0001"),
            (46_800, 1, "46800.0000"),
            (-7, 2, "-3.5000"),
        ] {
            assert_eq!(Average::of(sum, count).unwrap().to_string(), text);
        }
        assert_eq!(Average::of(i64::MAX, 1), None);
    }
}
