//! The ratio of two peers that run alternately, with its confidence interval.

/// A median and the interval of 95 % of resampled medians.
#[derive(Clone, Copy)]
pub struct Ratio {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

const RESAMPLES: usize = 1_000;

impl Ratio {
    /// Computes the ratio from pairs that were measured one after the other.
    pub fn of(owned: &[f64], theirs: &[f64]) -> Self {
        let ratios: Vec<f64> = owned.iter().zip(theirs).map(|(owned, theirs)| owned / theirs).collect();
        // Xorshift: the same resamples in every run.
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut medians: Vec<f64> = (0..RESAMPLES)
            .map(|_| {
                let resampled = (0..ratios.len()).map(|_| {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    ratios[(state % ratios.len() as u64) as usize]
                });
                median(resampled.collect())
            })
            .collect();
        medians.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| medians[((RESAMPLES - 1) as f64 * share) as usize];
        Self { median: median(ratios), low: at(0.025), high: at(0.975) }
    }
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
