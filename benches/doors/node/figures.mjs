// Medians and their confidence intervals.

export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** A reproducible sequence of random numbers below one (mulberry32). */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Returns the 95 % interval of `figure` for resampled rounds (bootstrap). */
function bootstrap(rounds, figure, resamples = 1000) {
  const next = chance(rounds);
  const drawn = new Uint32Array(rounds);
  const found = new Float64Array(resamples);
  for (let sample = 0; sample < resamples; sample += 1) {
    for (let index = 0; index < rounds; index += 1) drawn[index] = Math.floor(next() * rounds);
    found[sample] = figure(drawn);
  }
  found.sort();
  return [found[Math.floor(resamples * 0.025)], found[Math.ceil(resamples * 0.975) - 1]];
}

const rounded = (value) => Number(value.toPrecision(5));
const at = (values, drawn) => median(Float64Array.from(drawn, (index) => values[index]));

export function summary(values) {
  return { median: rounded(median(values)), ci95: bootstrap(values.length, (drawn) => at(values, drawn)).map(rounded) };
}

/** Returns the median of `of` divided by the median of `by`; the two values of a round are resampled together. */
export function ratio(of, by) {
  const ci95 = bootstrap(of.length, (drawn) => at(of, drawn) / at(by, drawn));
  return { ratio: rounded(median(of) / median(by)), ci95: ci95.map(rounded) };
}
