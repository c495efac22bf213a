//! What the catalogue holds of figures of any range, run for the plans.

use staka_core::{Day, PeriodUnit, Staka};

use crate::seeded::World;

/// Runs every statement of the area.
pub async fn run(seeded: &World, staka: &Staka) {
    let session = staka.as_system();
    let stats = session.stats();
    let day = |text: &str| text.parse::<Day>().unwrap();
    stats.months().await.unwrap();
    // A month, and all there is.
    for (from, to) in [("2026-03-01", "2026-04-01"), ("2024-01-01", "2027-01-01")] {
        let (from, to) = (day(from), day(to));
        stats.evolution(from, to).await.unwrap();
        stats.top_clients(from, to, Some(3)).await.unwrap();
        stats.completion(from, to).await.unwrap();
        stats.tarif_sales(from, to).await.unwrap();
        stats.conversion(from, to).await.unwrap();
        stats.messaging(from, to).await.unwrap();
        stats.support_load(from, to).await.unwrap();
        stats.invoiced(from, to, PeriodUnit::Month).await.unwrap();
    }
    for user in [&seeded.subjects.light, &seeded.subjects.heavy] {
        stats.annual(user, 2026).await.unwrap();
    }
}
