//! Shares and growth rates in hundredths of a per cent: 1234 is 12.34 %.

/// Returns the share of `part` in `whole` in hundredths of a per cent, rounded half up; `None` if `whole` is 0.
pub fn share(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| hundredths(part.into(), whole.into()))
}

/// Returns the growth from `before` to `now` in hundredths of a per cent of `before`, rounded half away from zero;
/// -10000 if `now` is 0, `None` if `before` is 0.
pub fn growth(now: i64, before: i64) -> Option<i64> {
    (before > 0).then(|| hundredths(i128::from(now) - i128::from(before), before.into()))
}

/// `whole` must be above zero.
fn hundredths(part: i128, whole: i128) -> i64 {
    let scaled = part * 10_000;
    let rounded = if scaled >= 0 { (scaled * 2 + whole) / (whole * 2) } else { (scaled * 2 - whole) / (whole * 2) };
    i64::try_from(rounded).unwrap_or(if rounded > 0 { i64::MAX } else { i64::MIN })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_decimals_rounded_half_away_from_zero() {
        for (now, before, hundredths) in [
            (150, 100, Some(5_000)),
            (100, 100, Some(0)),
            (0, 100, Some(-10_000)),
            (1, 3, Some(-6_667)),
            (2, 3, Some(-3_333)),
            (20_001, 20_000, Some(1)),
            (19_999, 20_000, Some(-1)),
            (39_999, 40_000, Some(0)),
            (5, 0, None),
            (0, 0, None),
        ] {
            assert_eq!(growth(now, before), hundredths, "{now} after {before}");
        }
        assert_eq!(
            (share(1, 3), share(2, 3), share(3, 3), share(0, 0)),
            (Some(3_333), Some(6_667), Some(10_000), None)
        );
        assert_eq!(growth(i64::MAX, 1), Some(i64::MAX));
    }
}
