//! Runs the statements of statistics over ranges, for their query plans.

use staka_core::{Day, PeriodUnit, Staka, Zone};

use crate::seeded::World;

/// Runs every statement of these statistics.
pub async fn run(seeded: &World, staka: &Staka) {
    let session = staka.as_system();
    let stats = session.stats();
    let day = |text: &str| text.parse::<Day>().unwrap();
    stats.monthly().await.unwrap();
    // A month, and the whole data.
    for (from, to) in [("2026-03-01", "2026-04-01"), ("2024-01-01", "2027-01-01")] {
        let (from, to) = (day(from), day(to));
        stats.compare_periods(from, to).await.unwrap();
        stats.top_clients(from, to, Some(3)).await.unwrap();
        stats.completion_times(from, to).await.unwrap();
        stats.tarif_sales(from, to).await.unwrap();
        stats.conversion(from, to).await.unwrap();
        stats.messaging_load(from, to).await.unwrap();
        // Runs only where there are types that the Prisma schema does not have.
        let mut conn = staka.acquire().await.unwrap();
        staka_core::stats::periods::messages_by_type(&mut conn, Zone::Europe__Paris, from, to).await.unwrap();
        drop(conn);
        stats.ticket_load(from, to).await.unwrap();
        stats.invoiced_by_period(from, to, PeriodUnit::Month).await.unwrap();
    }
    for user in [&seeded.subjects.light, &seeded.subjects.heavy] {
        stats.annual_figures(user, 2026).await.unwrap();
    }
}
