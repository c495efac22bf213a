//! Statistics of any range of dates, compared with what plain Rust counts over all rows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use staka_core::db::PlanLog;
use staka_core::model::view::{Figures, PeriodFigures};
use staka_core::model::*;
use staka_core::{Caller, CommandeAdminUpdate, Day, ErrorKind, ManualClock, PeriodUnit, Session, Timestamp, Zone};

use crate::figures_support::{EDGES, World, date, label_of, world};
use crate::orders_support::{kind, statements};
use crate::support::on_both;

const PARIS: Zone = Zone::Europe__Paris;
const UNITS: [PeriodUnit; 5] =
    [PeriodUnit::Day, PeriodUnit::Week, PeriodUnit::Month, PeriodUnit::Quarter, PeriodUnit::Year];

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn numbers(it: &Figures) -> [i64; 9] {
    let Figures { revenue, paid_orders, new_orders, finished_orders, new_accounts, new_clients, .. } = *it;
    let Figures { messages, tickets_opened, tickets_resolved, .. } = *it;
    [
        revenue,
        paid_orders,
        new_orders,
        finished_orders,
        new_accounts,
        new_clients,
        messages,
        tickets_opened,
        tickets_resolved,
    ]
}

fn within(zone: Zone, at: Timestamp, from: &str, to: &str) -> bool {
    let date = date(zone, at);
    (from..to).contains(&&*date)
}

/// Compares the periods with what was counted: every figure of every period, and that every row lies in a period.
fn same(world: &World, zone: Zone, from: &str, to: &str, unit: PeriodUnit, parts: &[PeriodFigures]) {
    let counted = world.counted(|at| within(zone, at, from, to).then(|| label_of(zone, at, unit)));
    let answer: BTreeMap<String, [i64; 9]> = parts.iter().map(|it| (it.label.clone(), numbers(&it.figures))).collect();
    assert_eq!(answer.len(), parts.len(), "each label once");
    for (label, numbers) in &answer {
        let expected = counted.get(label).copied().unwrap_or_default();
        assert_eq!(*numbers, expected, "{label} of {from} to {to} in {zone}");
    }
    assert!(counted.keys().all(|label| answer.contains_key(label)), "{from} to {to} in {zone}");
    assert_eq!((parts[0].from, parts[parts.len() - 1].to), (day(from), day(to)));
    assert!(parts.windows(2).all(|two| two[0].to == two[1].from));
}

/// Returns the nearest-rank percentile: the least value that at least so many per cent do not exceed.
fn percentile(sorted: &[i64], percent: usize) -> i64 {
    let enough = |value: &&i64| sorted.iter().filter(|other| other <= value).count() * 100 >= percent * sorted.len();
    *sorted.iter().find(enough).unwrap()
}

async fn admin(world: &World) -> Session {
    world.staka().await.as_system()
}

on_both! {
    async fn every_unit_of_any_range_equals_what_plain_rust_counts(server: &Server) {
        let world = world(server).await;
        let session = admin(world).await;
        for unit in UNITS {
            for (from, to) in [
                ("2024-01-01", "2028-01-01"),
                ("2025-10-26", "2025-10-27"),
                ("2026-03-28", "2026-03-31"),
                ("2026-10-24", "2026-10-26"),
                ("2025-12-31", "2026-01-02"),
                ("2026-01-31", "2026-03-01"),
                ("2026-12-21", "2027-01-11"),
                ("2025-06-17", "2026-05-06"),
            ] {
                let parts = session.stats().time_series(day(from), day(to), unit).await.unwrap();
                same(world, PARIS, from, to, unit, &parts);
            }
        }
        let empty = session.stats().time_series(day("1990-01-01"), day("1990-04-01"), PeriodUnit::Month).await.unwrap();
        assert_eq!(empty.iter().map(|part| &*part.label).collect::<Vec<_>>(), ["1990-01", "1990-02", "1990-03"]);
        assert!(empty.iter().all(|part| part.figures == Figures::default()));
    }

    async fn other_zones_cut_at_their_own_midnight(server: &Server) {
        let world = world(server).await;
        for zone in [Zone::UTC, Zone::Asia__Kolkata, Zone::Pacific__Auckland, Zone::America__Sao_Paulo] {
            let session = world.builder(zone).connect().await.unwrap().as_system();
            for (unit, from, to) in [
                (PeriodUnit::Day, "2025-12-30", "2026-02-02"),
                (PeriodUnit::Month, "2025-01-01", "2027-02-01"),
            ] {
                let parts = session.stats().time_series(day(from), day(to), unit).await.unwrap();
                same(world, zone, from, to, unit, &parts);
            }
        }
    }

    async fn message_counts_agree_with_and_without_triggers(server: &Server) {
        let world = world(server).await;
        let log = Arc::new(PlanLog::default());
        let kept = world.builder(PARIS).record_plans(Arc::clone(&log)).connect().await.unwrap().as_system();
        let counting = world.builder(PARIS).counters(false).connect().await.unwrap().as_system();
        let range = || (day("2024-06-01"), day("2027-06-01"));
        for unit in UNITS {
            let (from, to) = range();
            log.take();
            let parts = kept.stats().time_series(from, to, unit).await.unwrap();
            let read: BTreeSet<&str> = log.take().iter().map(|plan| plan.statement).collect();
            assert!(read.contains("stats.time_series/messages") && !read.contains("stats.time_series/messages/one_by_one"), "{read:?}");
            assert_eq!(parts, counting.stats().time_series(from, to, unit).await.unwrap());
        }
    }

    async fn the_last_twelve_months_end_with_the_current_one(server: &Server) {
        let world = world(server).await;
        for (now, first, last) in [
            ("2026-01-31T12:00:00Z", "2025-02", "2026-01"),
            ("2026-03-29T12:00:00Z", "2025-04", "2026-03"),
            ("2026-03-31T21:59:59Z", "2025-04", "2026-03"),
            ("2026-03-31T22:00:00Z", "2025-05", "2026-04"),
            ("2025-12-31T23:30:00Z", "2025-02", "2026-01"),
            ("2024-02-29T12:00:00Z", "2023-03", "2024-02"),
        ] {
            let clock = ManualClock::new(now.parse().unwrap());
            let staka = world.builder(PARIS).clock(Arc::new(clock)).connect().await.unwrap();
            let months = staka.as_system().stats().monthly().await.unwrap();
            assert_eq!((months.len(), &*months[0].label, &*months[11].label), (12, first, last), "{now}");
            let (from, to) = (months[0].from.to_string(), months[11].to.to_string());
            same(world, PARIS, &from, &to, PeriodUnit::Month, &months);
        }
    }

    async fn a_range_is_compared_with_the_one_before(server: &Server) {
        let world = world(server).await;
        let session = admin(world).await;
        for (before, from, to) in [
            ("2026-02-01", "2026-03-01", "2026-04-01"),
            ("2025-12-01", "2026-01-01", "2026-02-01"),
            ("2025-01-01", "2026-01-01", "2027-01-01"),
            ("2026-03-22", "2026-03-29", "2026-04-05"),
            ("2020-01-01", "2021-01-01", "2022-01-01"),
        ] {
            let answer = session.stats().compare_periods(day(from), day(to)).await.unwrap();
            assert_eq!((answer.previous_from, answer.from, answer.to), (day(before), day(from), day(to)));
            let sum = |from: &str, to: &str| {
                let counted = world.counted(|at| within(PARIS, at, from, to).then(String::new));
                counted.values().next().copied().unwrap_or_default()
            };
            let (now, then) = (sum(from, to), sum(before, from));
            let changes = [
                answer.revenue, answer.paid_orders, answer.new_orders, answer.finished_orders, answer.new_accounts, answer.new_clients,
                answer.messages, answer.tickets_opened, answer.tickets_resolved,
            ];
            for (n, change) in changes.iter().enumerate() {
                assert_eq!((change.current, change.previous), (now[n], then[n]), "figure {n} of {from}");
                // To the second decimal, as computed by hand.
                let growth = (then[n] > 0).then(|| ((now[n] - then[n]) as f64 / then[n] as f64 * 10_000.0).round() as i64);
                assert_eq!(change.growth, growth, "figure {n} of {from}");
            }
        }
    }

    async fn annual_figures_of_a_client(server: &Server) {
        let world = world(server).await;
        let session = admin(world).await;
        let paid = world.paid();
        let mut clients: Vec<&UserId> = paid.iter().map(|(row, ..)| &row.user_id).collect();
        clients.sort();
        clients.dedup();
        let edge = |user: &&&User| user.email.starts_with("bord");
        let chosen = clients.iter().copied().step_by(40).chain(world.users.iter().filter(|u| edge(&u)).map(|user| &user.id));
        let mut orders = 0;
        for user in chosen {
            for year in [2024, 2025, 2026, 2027] {
                let answer = session.stats().annual_figures(user, year).await.unwrap();
                let of_year = |label: &str| {
                    let mine = paid.iter().filter(|(row, at, _)| row.user_id == *user && date(PARIS, *at).starts_with(label));
                    mine.fold((0, 0), |(sum, count), (row, ..)| (sum + row.amount.unwrap_or(0), count + 1))
                };
                let (amount, count) = of_year(&year.to_string());
                assert_eq!((answer.year, answer.amount, answer.orders), (year, amount, count), "{user} {year}");
                assert_eq!(answer.pages, (amount as f64 / 200.0).round() as i64);
                assert_eq!(answer.months.len(), 12);
                for month in &answer.months {
                    assert_eq!((month.amount, month.orders), of_year(&month.label), "{user} {}", month.label);
                }
                orders += answer.orders;
            }
        }
        assert!(orders > 100);
        for year in [0, -1, 9_999, i32::MAX, i32::MIN] {
            assert_eq!(session.stats().annual_figures(clients[0], year).await.unwrap_err().fields()[0].field, "year");
        }
    }

    async fn top_clients_and_tarifs_share_the_revenue_of_the_range(server: &Server) {
        let world = world(server).await;
        let session = admin(world).await;
        for (from, to) in [("2024-01-01", "2028-01-01"), ("2026-03-01", "2026-04-01"), ("2026-03-29", "2026-03-30")] {
            let paid: Vec<_> = world.paid().into_iter().filter(|(_, at, _)| within(PARIS, *at, from, to)).collect();
            let mut clients: BTreeMap<&UserId, (i64, i64)> = BTreeMap::new();
            let mut tarifs: BTreeMap<Option<&str>, (i64, i64)> = BTreeMap::new();
            for (row, _, payment) in &paid {
                let tarif = payment.and_then(|payment| payment.tarif.as_deref());
                for (sum, count) in [clients.entry(&row.user_id).or_default(), tarifs.entry(tarif).or_default()] {
                    *sum += row.amount.unwrap_or(0);
                    *count += 1;
                }
            }
            let mut clients: Vec<_> = clients.into_iter().collect();
            clients.sort_by_key(|(id, (sum, count))| (-sum, -count, (*id).clone()));
            for limit in [None, Some(1), Some(100)] {
                let answer = session.stats().top_clients(day(from), day(to), limit).await.unwrap();
                let answer: Vec<_> = answer.iter().map(|it| (&it.client.id, (it.revenue, it.paid_orders))).collect();
                assert_eq!(answer, clients[..clients.len().min(limit.unwrap_or(10) as usize)], "{from}");
            }
            let names: BTreeMap<&str, &str> = world.tarifs.iter().map(|it| (it.id.as_str(), it.nom.as_str())).collect();
            let sales = session.stats().tarif_sales(day(from), day(to)).await.unwrap();
            let mut expected: Vec<_> = tarifs.into_iter().collect();
            expected.sort_by_key(|(tarif, (sum, count))| (tarif.is_none(), -sum, -count, *tarif));
            let answer: Vec<_> =
                sales.iter().map(|it| (it.tarif_id.as_ref().map(|id| id.as_str()), (it.revenue, it.paid_orders))).collect();
            assert_eq!(answer, expected, "{from}");
            for line in &sales {
                let name = line.tarif_id.as_ref().and_then(|id| names.get(id.as_str()).copied());
                assert_eq!(line.nom.as_deref(), name);
            }
            let series = session.stats().time_series(day(from), day(to), PeriodUnit::Year).await.unwrap();
            let revenue: i64 = series.iter().map(|part| part.figures.revenue).sum();
            assert_eq!(sales.iter().map(|line| line.revenue).sum::<i64>(), revenue);
        }
        for limit in [0, 101] {
            let refused = session.stats().top_clients(day("2026-01-01"), day("2027-01-01"), Some(limit)).await;
            assert_eq!(refused.unwrap_err().fields()[0].field, "limit");
        }
    }

    async fn percentiles_are_by_nearest_rank(server: &Server) {
        let world = world(server).await;
        let session = admin(world).await;
        for (from, to) in [("2024-01-01", "2028-01-01"), ("2026-03-01", "2026-04-01"), ("2026-03-29", "2026-03-30"), ("1990-01-01", "1991-01-01")] {
            let answer = session.stats().completion_times(day(from), day(to)).await.unwrap();
            let finished = world.commandes.iter().filter_map(|row| Some((row.created_at, row.date_finition?)));
            let times = finished.filter(|(_, at)| within(PARIS, *at, from, to)).map(|(made, done)| done.unix_millis() - made.unix_millis());
            let (mut times, impossible): (Vec<i64>, Vec<i64>) = times.partition(|took| *took >= 0);
            times.sort_unstable();
            assert_eq!((answer.orders, answer.impossible), (times.len() as i64, impossible.len() as i64), "{from}");
            if times.is_empty() {
                assert_eq!((answer.mean, answer.p50, answer.longest), (None, None, None));
                continue;
            }
            let percentiles = [50, 90, 95, 99].map(|percent| Some(percentile(&times, percent)));
            assert_eq!([answer.p50, answer.p90, answer.p95, answer.p99], percentiles, "{from}");
            assert_eq!((answer.shortest, answer.longest), (times.first().copied(), times.last().copied()));
            let mean = times.iter().map(|took| i128::from(*took)).sum::<i128>() as f64 / times.len() as f64;
            assert!((answer.mean.unwrap().ten_thousandths() as f64 / 10_000.0 - mean).abs() < 0.001, "{from}");
        }
    }

    async fn conversion_counts_payment_outcomes(server: &Server) {
        let world = world(server).await;
        let session = admin(world).await;
        for (from, to) in [("2024-01-01", "2028-01-01"), ("2026-03-01", "2026-04-01"), ("2025-12-31", "2026-01-01")] {
            let answer = session.stats().conversion(day(from), day(to)).await.unwrap();
            let made: Vec<&Commande> = world.commandes.iter().filter(|row| within(PARIS, row.created_at, from, to)).collect();
            let count = |keep: &dyn Fn(&Commande) -> bool| made.iter().filter(|row| keep(row)).count() as i64;
            let is = |row: &Commande, words: &[&str]| row.payment_status.as_ref().is_some_and(|word| words.contains(&&*word.to_lowercase()));
            let (orders, checkouts) = (made.len() as i64, count(&|row| row.stripe_session_id.is_some()));
            let paid = count(&|row| is(row, &["paid"]));
            assert_eq!((answer.orders, answer.checkouts, answer.paid), (orders, checkouts, paid), "{from}");
            assert_eq!(answer.failed, count(&|row| is(row, &["failed"])));
            assert_eq!(answer.refunded, count(&|row| is(row, &["refunded"])));
            assert_eq!(answer.unpaid, count(&|row| is(row, &["unpaid", "pending"])));
            assert_eq!(answer.no_payment_status, count(&|row| row.payment_status.is_none()));
            assert_eq!(answer.orders, answer.paid + answer.failed + answer.refunded + answer.unpaid + answer.no_payment_status + answer.other);
            let rate = |part: i64, whole: i64| (whole > 0).then(|| (part as f64 / whole as f64 * 10_000.0).round() as i64);
            let by_checkout = count(&|row| is(row, &["paid"]) && row.stripe_session_id.is_some());
            let rates = (answer.checkout_rate, answer.paid_rate, answer.checkout_paid_rate);
            assert_eq!(rates, (rate(checkouts, orders), rate(paid, orders), rate(by_checkout, checkouts)), "{from}");
        }
    }

    async fn messaging_load_counts_messages(server: &Server) {
        let world = world(server).await;
        for zone in [PARIS, Zone::Asia__Kolkata] {
            let session = world.builder(zone).connect().await.unwrap().as_system();
            for (from, to) in [("2025-10-20", "2025-11-03"), ("2026-03-29", "2026-03-30"), ("2024-06-01", "2027-06-01")] {
                let answer = session.stats().messaging_load(day(from), day(to)).await.unwrap();
                let sent: Vec<&Message> = world.messages.iter().filter(|row| row.statut != MessageStatut::Brouillon).collect();
                let mine: Vec<&&Message> = sent.iter().filter(|row| within(zone, row.created_at, from, to)).collect();
                assert_eq!(answer.messages, mine.len() as i64, "{from}");
                let mut by_type: BTreeMap<&MessageType, i64> = BTreeMap::new();
                let (mut by_hour, mut by_weekday) = (vec![0; 24], vec![0; 7]);
                let mut conversations = BTreeSet::new();
                for row in &mine {
                    let local = row.created_at.to_chrono().with_timezone(&zone);
                    let number = |format: &str| local.format(format).to_string().parse::<usize>().unwrap();
                    *by_type.entry(&row.r#type).or_default() += 1;
                    by_hour[number("%H")] += 1;
                    by_weekday[number("%u") - 1] += 1;
                    conversations.insert(&row.conversation_id);
                }
                let types: Vec<_> = answer.by_type.iter().map(|it| (&it.r#type, it.count)).collect();
                assert_eq!(types, by_type.into_iter().collect::<Vec<_>>(), "{from}");
                assert_eq!((answer.by_hour, answer.by_weekday), (by_hour, by_weekday), "{from} in {zone}");
                assert_eq!(answer.conversations, conversations.len() as i64);
                let old: BTreeSet<_> = sent.iter().filter(|row| date(zone, row.created_at).as_str() < from).map(|row| &row.conversation_id).collect();
                assert_eq!(answer.conversations_started, conversations.difference(&old).count() as i64, "{from}");
            }
        }
    }

    async fn ticket_load_counts_tickets(server: &Server) {
        use SupportRequestStatus::{Annule, EnAttente, EnCours, Ferme, Ouvert, Resolu};
        let world = world(server).await;
        let session = admin(world).await;
        for (from, to) in [("2026-03-01", "2026-04-01"), ("2026-03-29", "2026-03-30"), ("2024-01-01", "2028-01-01")] {
            let answer = session.stats().ticket_load(day(from), day(to)).await.unwrap();
            let (starts, ends) = (day(from).start(PARIS), day(to).start(PARIS));
            let all: Vec<&SupportRequest> = world.tickets.iter().filter(|row| row.created_at < ends).collect();
            let count = |keep: &dyn Fn(&SupportRequest) -> bool| all.iter().filter(|row| keep(row)).count() as i64;
            let in_range = |at: Option<Timestamp>| at.is_some_and(|at| within(PARIS, at, from, to));
            let open_at = |row: &SupportRequest, at: Timestamp| {
                let unknown = row.resolved_at.is_none() && row.closed_at.is_none() && matches!(row.status, Resolu | Ferme | Annule);
                let over = |moment: Option<Timestamp>| moment.is_some_and(|moment| moment < at);
                row.created_at < at && !unknown && !over(row.resolved_at) && !over(row.closed_at)
            };
            assert_eq!(answer.open_before, count(&|row| open_at(row, starts)), "{from}");
            assert_eq!(answer.open_after, count(&|row| open_at(row, ends)), "{from}");
            assert_eq!(answer.opened, count(&|row| in_range(Some(row.created_at))), "{from}");
            assert_eq!(answer.answered, count(&|row| in_range(row.first_response_at)), "{from}");
            assert_eq!(answer.resolved, count(&|row| in_range(row.resolved_at)), "{from}");
            assert_eq!(answer.closed, count(&|row| in_range(row.closed_at)), "{from}");
            let mut kinds: BTreeMap<_, i64> = BTreeMap::new();
            for row in all.iter().filter(|row| in_range(Some(row.created_at))) {
                *kinds.entry((&row.category, &row.priority)).or_default() += 1;
            }
            let answered_kinds: Vec<_> = answer.opened_by_kind.iter().map(|it| ((&it.category, &it.priority), it.count)).collect();
            assert_eq!(answered_kinds, kinds.into_iter().collect::<Vec<_>>(), "{from}");
            let mut agents: BTreeMap<&UserId, (i64, i64)> = BTreeMap::new();
            for row in &world.tickets {
                let (open, resolved) = (matches!(row.status, Ouvert | EnCours | EnAttente), in_range(row.resolved_at));
                if let Some(agent) = row.assigned_to_id.as_ref().filter(|_| open || resolved) {
                    let load = agents.entry(agent).or_default();
                    (load.0, load.1) = (load.0 + i64::from(open), load.1 + i64::from(resolved));
                }
            }
            let answered_agents: BTreeMap<_, _> = answer.agents.iter().map(|it| (&it.id, (it.open, it.resolved))).collect();
            assert_eq!((answered_agents, answer.agents.len()), (agents.clone(), agents.len()), "{from}");
        }
    }

    async fn invoiced_amounts_by_period(server: &Server) {
        let world = world(server).await;
        let session = admin(world).await;
        for (unit, from, to) in [(PeriodUnit::Month, "2024-01-01", "2028-01-01"), (PeriodUnit::Day, "2025-12-25", "2026-04-02")] {
            let mut expected: BTreeMap<String, [i64; 5]> = BTreeMap::new();
            for row in &world.invoices {
                let at = row.issued_at.unwrap_or(row.created_at);
                if within(PARIS, at, from, to) {
                    let [count, amount, tax, paid, cancelled] = expected.entry(label_of(PARIS, at, unit)).or_default();
                    if row.status == InvoiceStatus::Cancelled {
                        *cancelled += 1;
                        continue;
                    }
                    (*count, *amount, *tax) = (*count + 1, *amount + row.amount, *tax + row.tax_amount);
                    *paid += if row.status == InvoiceStatus::Paid { row.amount + row.tax_amount } else { 0 };
                }
            }
            let answer = session.stats().invoiced_by_period(day(from), day(to), unit).await.unwrap();
            for part in &answer {
                let numbers = [part.invoices, part.amount, part.tax, part.paid, part.cancelled];
                assert_eq!(numbers, expected.remove(&part.label).unwrap_or_default(), "{}", part.label);
                assert_eq!(part.total, part.amount + part.tax);
            }
            assert!(expected.is_empty(), "{expected:?}");
        }
    }

    async fn the_number_of_statements_does_not_depend_on_the_range(server: &Server) {
        let world = world(server).await;
        let staka = world.staka().await;
        let session = staka.as_system();
        for (from, to, unit) in [
            ("2026-03-01", "2026-03-02", PeriodUnit::Day),
            ("2020-01-01", "2030-01-01", PeriodUnit::Day),
            ("2024-01-01", "2028-01-01", PeriodUnit::Month),
        ] {
            assert_eq!(statements(&staka, session.stats().time_series(day(from), day(to), unit)).await.0, 7, "{from} {to}");
            assert_eq!(statements(&staka, session.stats().invoiced_by_period(day(from), day(to), unit)).await.0, 1);
            assert_eq!(statements(&staka, session.stats().ticket_load(day(from), day(to))).await.0, 3);
            assert_eq!(statements(&staka, session.stats().top_clients(day(from), day(to), None)).await.0, 1);
        }
    }

    async fn invalid_ranges_are_refused(server: &Server) {
        let session = admin(world(server).await).await;
        let stats = session.stats();
        let (from, to) = (day("2026-03-02"), day("2026-03-02"));
        let fields = |outcome: Result<(), staka_core::Error>| outcome.unwrap_err().fields()[0].field.to_string();
        for outcome in [
            stats.time_series(from, to, PeriodUnit::Day).await.map(|_| ()),
            stats.compare_periods(from, to).await.map(|_| ()),
            stats.top_clients(from, to, None).await.map(|_| ()),
            stats.completion_times(from, to).await.map(|_| ()),
            stats.tarif_sales(from, to).await.map(|_| ()),
            stats.conversion(from, to).await.map(|_| ()),
            stats.messaging_load(from, to).await.map(|_| ()),
            stats.ticket_load(from, to).await.map(|_| ()),
            stats.invoiced_by_period(from, to, PeriodUnit::Month).await.map(|_| ()),
            stats.time_series(day("2000-01-01"), to, PeriodUnit::Day).await.map(|_| ()),
        ] {
            assert_eq!(fields(outcome), "to");
        }
    }

    async fn no_edit_moves_an_order_to_another_year(server: &Server) {
        let world = world(server).await;
        let staka = world.staka().await;
        let edge = EDGES[8];
        let row = world.commandes.iter().find(|row| row.titre == "payée" && row.created_at.to_string() == *edge).unwrap();
        let theirs = staka.as_caller(Caller::user(row.user_id.clone(), Role::User));
        let before = theirs.stats().annual_figures(&row.user_id, 2026).await.unwrap();
        assert!(before.amount >= 12_345, "{before:?}");
        let tx = staka.as_system().begin().await.unwrap();
        let change = CommandeAdminUpdate::default().note_correcteur("relu");
        tx.commandes().update_as_admin(&row.id, change, None).await.unwrap();
        assert_eq!(tx.stats().annual_figures(&row.user_id, 2026).await.unwrap(), before);
        tx.rollback().await.unwrap();
    }

    async fn a_client_sees_only_their_own_annual_figures(server: &Server) {
        let world = world(server).await;
        let staka = world.staka().await;
        let (one, other) = (&world.users[0].id, &world.users[1].id);
        let session = staka.as_caller(Caller::user(one.clone(), Role::User));
        assert!(session.stats().annual_figures(one, 2026).await.is_ok());
        assert_eq!(kind(&session.stats().annual_figures(other, 2026).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&session.stats().monthly().await), Some(ErrorKind::Denied));
        assert_eq!(kind(&session.stats().top_clients(day("2026-01-01"), day("2027-01-01"), None).await), Some(ErrorKind::Denied));
    }
}
