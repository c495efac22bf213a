//! Medians and their intervals.

/// The median, and its 95 % interval by bootstrap.
pub(crate) fn median(values: &[f64]) -> (f64, f64, f64) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut samples: Vec<f64> =
        (0..1_000).map(|_| middle((0..values.len()).map(|_| values[next(values.len())]).collect())).collect();
    samples.sort_by(f64::total_cmp);
    (middle(values.to_vec()), samples[25], samples[974])
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { values[half] } else { f64::midpoint(values[half - 1], values[half]) }
}

pub(crate) fn cell((value, low, high): (f64, f64, f64)) -> String {
    format!("{value:.1} ({low:.1} to {high:.1})")
}
