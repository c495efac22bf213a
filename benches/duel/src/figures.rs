//! Medians and their confidence intervals.

const RESAMPLES: usize = 1000;

pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

pub(crate) fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        // The median of an even number of values is between two of them.
        n if share == 0.5 && n % 2 == 0 => (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0,
        n => sorted[((share * n as f64) as usize).min(n - 1)],
    }
}

/// A reproducible sequence of random numbers (splitmix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }

    pub(crate) fn shuffle<T>(&mut self, of: &mut [T]) {
        for place in (1..of.len()).rev() {
            of.swap(place, self.below(place + 1));
        }
    }
}

/// With fewer rounds than this, pairs are not resampled.
const PAIRS: usize = 3;

/// Returns the median of `of` divided by the median of `by` with its 95 % interval; the two values of a round are
/// resampled together. For a call that was too slow for rounds, all of `by` is used.
pub(crate) fn ratio(of: &[f64], by: &[f64]) -> (f64, [f64; 2]) {
    let paired = of.len() >= PAIRS;
    let by = if paired { &by[..of.len().min(by.len())] } else { by };
    let of = &of[..of.len().min(by.len())];
    let mut chance = Chance(of.len() as u64);
    let mut found: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let mut draw = |from: &[f64]| (0..from.len()).map(|_| chance.below(from.len())).collect::<Vec<_>>();
            let (one, mut other) = (draw(of), draw(by));
            if paired {
                other.clone_from(&one);
            }
            let at =
                |values: &[f64], drawn: &[usize]| median(&drawn.iter().map(|&place| values[place]).collect::<Vec<_>>());
            at(of, &one) / at(by, &other)
        })
        .collect();
    found.sort_by(f64::total_cmp);
    let ends = [found[RESAMPLES * 25 / 1000], found[RESAMPLES * 975 / 1000 - 1]];
    (median(of) / median(by), ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middles_and_ends() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(quantile(&(0..100).map(f64::from).collect::<Vec<_>>(), 0.95), 95.0);
    }

    #[test]
    fn a_ratio_lies_within_its_interval() {
        let by: Vec<f64> = (0..50).map(|place| 1.0 + f64::from(place % 7) / 10.0).collect();
        let of: Vec<f64> = by.iter().map(|value| value * 3.0).collect();
        let (middle, [low, high]) = ratio(&of, &by);
        assert!((middle - 3.0).abs() < 1e-9 && low <= middle && middle <= high, "{low} {middle} {high}");
    }

    #[test]
    fn one_slow_call_is_compared_with_all() {
        let (middle, [low, high]) = ratio(&[10.0], &[9.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
        assert_eq!((middle, high), (10.0, 10.0));
        assert!(low >= 10.0 / 9.0, "{low}");
    }

    #[test]
    fn everybody_is_still_there_after_a_shuffle() {
        let mut places: Vec<usize> = (0..20).collect();
        Chance(1).shuffle(&mut places);
        assert_ne!(places, (0..20).collect::<Vec<_>>());
        places.sort_unstable();
        assert_eq!(places, (0..20).collect::<Vec<_>>());
    }
}
