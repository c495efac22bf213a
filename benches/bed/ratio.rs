//! The ratio of two peers that alternate, and how sure it is.

/// A median, and where 95 % of resampled medians lie.
#[derive(Clone, Copy)]
pub struct Ratio {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

const RESAMPLES: usize = 1_000;

impl Ratio {
    /// Of pairs that were measured one after the other.
    pub fn of(ours: &[f64], theirs: &[f64]) -> Self {
        let ratios: Vec<f64> = ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect();
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
        Self { median: median(ratios.clone()), low: at(0.025), high: at(0.975) }
    }
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
