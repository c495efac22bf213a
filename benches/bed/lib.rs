//! What all benches share: a private server with one seeded database, the 16 queries through Staka, and the
//! same SQL through the drivers.
#![expect(missing_docs, reason = "only the benchmarks beside it use this")]

pub mod bed;
pub mod peer;
pub mod queries;
pub mod ratio;
mod rows;

/// Returns whether every measurement is to be made once, to see that it runs: as criterion does, with `--test` and
/// without `--bench` (`cargo test --benches`).
pub fn is_smoke_test() -> bool {
    let given = |flag: &str| std::env::args().any(|argument| argument == flag);
    given("--test") || !given("--bench")
}

/// Returns the number of rounds: one in a smoke test, otherwise `STAKA_BENCH_ROUNDS` or the usual number.
pub fn rounds(usual: usize) -> usize {
    if is_smoke_test() {
        return 1;
    }
    std::env::var("STAKA_BENCH_ROUNDS").map_or(usual, |number| number.parse().expect("a number"))
}
