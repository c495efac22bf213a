//! A point in time in UTC, to the millisecond, as in a `DATETIME(3)` column.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::mysql::{MySql, MySqlTypeInfo, MySqlValueRef};
use sqlx::{Decode, Encode, Type};

use super::Error;
use super::calendar::Date;

/// A point in time in UTC, to the millisecond: the value of a `DATETIME(3)` column.
///
/// The text form is ISO 8601 with three decimals and `Z`, as JavaScript's `toISOString` returns it. The range is the
/// years 1 to 9999, as on the server.
///
/// ```
/// use staka_core::Timestamp;
/// let t: Timestamp = "2025-07-27T10:00:00Z".parse()?;
/// assert_eq!(t.to_string(), "2025-07-27T10:00:00.000Z");
/// assert_eq!(t.unix_millis(), 1_753_610_400_000);
/// # Ok::<(), staka_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// 0001-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z in milliseconds.
const RANGE: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

impl Timestamp {
    /// The smallest timestamp, 0001-01-01T00:00:00.000Z.
    pub const EARLIEST: Self = Self(*RANGE.start());

    /// Converts from milliseconds since 1970-01-01T00:00:00Z. Fails with `Invalid` outside of the years 1 to 9999.
    pub fn from_unix_millis(millis: i64) -> Result<Self, Error> {
        if RANGE.contains(&millis) {
            Ok(Self(millis))
        } else {
            Err(Error::invalid("timestamp", "must be in the years 1 to 9999"))
        }
    }

    /// Returns the milliseconds since 1970-01-01T00:00:00Z.
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    /// Converts to a `chrono` date and time.
    pub fn to_chrono(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }

    /// Returns the time `duration` later, at most the end of the range.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(millis).min(*RANGE.end()))
    }

    /// Returns the time `duration` earlier, at least the start of the range.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(millis).max(*RANGE.start()))
    }
}

const DAY: i64 = 86_400_000;

/// A timestamp in the parts that the server sends.
struct Parts {
    date: Date,
    hour: u8,
    minute: u8,
    second: u8,
    millis: u16,
}

impl From<Timestamp> for Parts {
    fn from(time: Timestamp) -> Self {
        let of_day = time.0.rem_euclid(DAY);
        Self {
            date: Date::from_days(time.0.div_euclid(DAY)),
            hour: (of_day / 3_600_000) as u8,
            minute: (of_day / 60_000 % 60) as u8,
            second: (of_day / 1_000 % 60) as u8,
            millis: (of_day % 1_000) as u16,
        }
    }
}

/// Digits below the millisecond are dropped: `DATETIME(3)` cannot hold them.
impl From<DateTime<Utc>> for Timestamp {
    fn from(value: DateTime<Utc>) -> Self {
        Self(value.timestamp_millis().clamp(*RANGE.start(), *RANGE.end()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { date, hour, minute, second, millis } = (*self).into();
        let mut text = *b"0000-00-00T00:00:00.000Z";
        let mut write = |place: usize, digits: usize, mut number: u16| {
            for digit in text[place..place + digits].iter_mut().rev() {
                *digit = b'0' + (number % 10) as u8;
                number /= 10;
            }
        };
        write(0, 4, date.year as u16);
        write(5, 2, date.month.into());
        write(8, 2, date.day.into());
        write(11, 2, hour.into());
        write(14, 2, minute.into());
        write(17, 2, second.into());
        write(20, 3, millis);
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    /// Parses ISO 8601 with an offset, or a date alone (midnight UTC).
    fn from_str(text: &str) -> Result<Self, Error> {
        let time = DateTime::parse_from_rfc3339(text).map(|t| t.with_timezone(&Utc)).or_else(|e| {
            let date = text.parse::<NaiveDate>().map_err(|_| e)?;
            Ok::<_, chrono::ParseError>(date.and_time(chrono::NaiveTime::MIN).and_utc())
        });
        match time {
            Ok(time) => Self::from_unix_millis(time.timestamp_millis()),
            Err(_) => {
                Err(Error::invalid("timestamp", "must be a date and time in ISO 8601, e.g. 2026-01-31T12:00:00Z"))
            }
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_newtype_struct("Timestamp", &self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|e: Error| de::Error::custom(e.fields()[0].problem.clone()))
    }
}

impl Type<MySql> for Timestamp {
    fn type_info() -> MySqlTypeInfo {
        <NaiveDateTime as Type<MySql>>::type_info()
    }

    fn compatible(ty: &MySqlTypeInfo) -> bool {
        <NaiveDateTime as Type<MySql>>::compatible(ty)
    }
}

impl Encode<'_, MySql> for Timestamp {
    fn encode_by_ref(&self, buf: &mut Vec<u8>) -> Result<IsNull, BoxDynError> {
        // Always the form of 11 bytes with microseconds, so that every timestamp binds as the same type.
        let Parts { date, hour, minute, second, millis } = (*self).into();
        let [year, century] = (date.year as u16).to_le_bytes();
        let micros = (u32::from(millis) * 1_000).to_le_bytes();
        buf.extend_from_slice(&[11, year, century, date.month, date.day, hour, minute, second]);
        buf.extend_from_slice(&micros);
        Ok(IsNull::No)
    }
}

impl Decode<'_, MySql> for Timestamp {
    fn decode(value: MySqlValueRef<'_>) -> Result<Self, BoxDynError> {
        let bytes = <&[u8] as Decode<MySql>>::decode(value)?;
        // The binary protocol starts with the length; text starts with a digit.
        let (date, time) = match *bytes {
            [4, year, century, month, day] => ([year, century, month, day], [0; 7]),
            [7, year, century, month, day, hour, minute, second] => {
                ([year, century, month, day], [hour, minute, second, 0, 0, 0, 0])
            }
            [11, year, century, month, day, hour, minute, second, a, b, c, d] => {
                ([year, century, month, day], [hour, minute, second, a, b, c, d])
            }
            _ => return from_text(bytes),
        };
        let ([year, century, month, day], [hour, minute, second, a, b, c, d]) = (date, time);
        let year = i64::from(u16::from_le_bytes([year, century]));
        let micros = u32::from_le_bytes([a, b, c, d]);
        let date = Date::checked(year, month, day).filter(|_| hour < 24 && minute < 60 && second < 60);
        let Some(date) = date.filter(|_| micros < 1_000_000) else {
            return Err(format!("{year}-{month}-{day} {hour}:{minute}:{second}.{micros} is not a valid time").into());
        };
        let of_day = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
        let millis = date.days() * DAY + of_day * 1_000 + i64::from(micros / 1_000);
        Ok(Self(millis.clamp(*RANGE.start(), *RANGE.end())))
    }
}

/// Parses the text protocol's form, which statements that are not prepared return.
fn from_text(bytes: &[u8]) -> Result<Timestamp, BoxDynError> {
    let text = std::str::from_utf8(bytes)?;
    Ok(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f")?.and_utc().into())
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn the_text_form_is_javascripts_and_round_trips() {
        for text in [
            "0001-01-01T00:00:00.000Z",
            "1969-12-31T23:59:59.999Z",
            "2024-02-29T00:00:00.000Z",
            "2026-07-31T13:14:15.016Z",
            "9999-12-31T23:59:59.999Z",
        ] {
            let t: Timestamp = text.parse().unwrap();
            assert_eq!(t.to_string(), text);
            assert_eq!(t.to_chrono().to_rfc3339_opts(chrono::SecondsFormat::Millis, true), text);
            assert_eq!(serde_json::from_str::<Timestamp>(&format!("\"{text}\"")).unwrap(), t);
        }
        assert_eq!("2026-03-29T02:30:00+02:00".parse::<Timestamp>().unwrap().to_string(), "2026-03-29T00:30:00.000Z");
        assert_eq!("2026-01-31".parse::<Timestamp>().unwrap().to_string(), "2026-01-31T00:00:00.000Z");
    }

    #[test]
    fn invalid_timestamps_are_refused() {
        for text in ["", "hier", "2026-02-30", "2026-01-31 10:00", "+10000-01-01T00:00:00Z"] {
            assert!(text.parse::<Timestamp>().is_err(), "{text:?}");
        }
        assert!(Timestamp::from_unix_millis(i64::MAX).is_err());
    }
}
