//! Invoices: ten for each block of ten orders (none for some orders, several for others), numbered in the order of
//! issue.

use std::collections::HashMap;
use std::ops::Range;

use staka_core::model::{Invoice, InvoiceStatus};

use crate::commandes::{self, BASE_BLOCKS, Brief, IN_BLOCK, Payment};
use crate::draw::Stream;
use crate::plan::{World, count};
use crate::time::{DAY, HOUR, MINUTE, moment, year};

/// The order's position in its block, and which of its invoices it is.
const PLACES: [(u64, Part); 10] = [
    (0, Part::Deposit),
    (0, Part::Withdrawn),
    (0, Part::Balance),
    (1, Part::Deposit),
    (1, Part::Balance),
    (2, Part::Deposit),
    (2, Part::Balance),
    (3, Part::Whole),
    (4, Part::Whole),
    (5, Part::Whole),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    /// A deposit of three tenths.
    Deposit,
    /// The rest.
    Balance,
    /// The rest, issued with a mistake and cancelled.
    Withdrawn,
}

/// Returns the order, the part and the time of the `index`th invoice.
fn issue(world: &World, index: u64) -> (Brief, Part, i64) {
    let (place, part) = PLACES[(index % IN_BLOCK) as usize];
    let brief = commandes::brief(world, index / IN_BLOCK * IN_BLOCK + place);
    let mut draw = world.draw(Stream::Invoice, index);
    let later = match part {
        Part::Whole | Part::Deposit => draw.within(5 * MINUTE, 20 * HOUR),
        Part::Withdrawn => draw.within(5 * DAY, 8 * DAY),
        Part::Balance => draw.within(8 * DAY, 16 * DAY),
    };
    let window = world.window(index / IN_BLOCK >= BASE_BLOCKS);
    let at = window.not_after(brief.created + later);
    (brief, part, at)
}

/// Returns the number of each invoice within its year, in the order of issue.
fn numbers(world: &World) -> Vec<u32> {
    let total = count("invoices", world.scale);
    let mut order: Vec<(i64, u32)> = (0..total).map(|index| (issue(world, index).2, index as u32)).collect();
    order.sort_unstable();
    let mut last: HashMap<i32, u32> = HashMap::new();
    let mut numbers = vec![0; order.len()];
    for (at, index) in order {
        let number = last.entry(year(at)).or_default();
        *number += 1;
        numbers[index as usize] = *number;
    }
    numbers
}

pub(crate) fn invoices(world: &World, blocks: Range<u64>) -> Vec<Invoice> {
    let numbers = world.numbers.get_or_init(|| numbers(world));
    (blocks.start * IN_BLOCK..blocks.end * IN_BLOCK)
        .map(|index| invoice(world, index, numbers[index as usize]))
        .collect()
}

fn invoice(world: &World, index: u64, number: u32) -> Invoice {
    let (brief, part, at) = issue(world, index);
    let window = world.window(index / IN_BLOCK >= BASE_BLOCKS);
    let mut draw = world.draw(Stream::Invoice, index ^ (1 << 40));
    let whole = brief.amount.unwrap_or(0);
    let deposit = whole * 3 / 10;
    let charged = match part {
        Part::Whole => whole,
        Part::Deposit => deposit,
        Part::Balance | Part::Withdrawn => whole - deposit,
    };
    // A quarter of the orders have VAT of 20 %: the price includes it, `amount` does not.
    let tax = if brief.index.is_multiple_of(4) { charged - (charged * 5 + 3) / 6 } else { 0 };
    let due = draw.maybe(450, |_| at + 30 * DAY);
    let status = match part {
        Part::Withdrawn => InvoiceStatus::Cancelled,
        _ if brief.payment == Payment::Paid => {
            draw.weighted(&[(70, InvoiceStatus::Paid), (18, InvoiceStatus::Generated), (12, InvoiceStatus::Sent)])
        }
        _ if world.age(at) > 30 => draw.weighted(&[(60, InvoiceStatus::Overdue), (40, InvoiceStatus::Cancelled)]),
        _ => draw.weighted(&[(60, InvoiceStatus::Sent), (40, InvoiceStatus::Generated)]),
    };
    let due = if status == InvoiceStatus::Overdue { Some(at + 30 * DAY) } else { due };
    let paid = (status == InvoiceStatus::Paid).then(|| window.not_after(at + draw.within(0, 3 * DAY)));
    let issued = draw.chance(if status == InvoiceStatus::Generated { 700 } else { 1000 }).then(|| moment(at));
    Invoice {
        id: world.id(Stream::InvoiceId, index, moment(at)),
        commande_id: brief.id(world),
        number: format!("FACT-{}-{number:03}", year(at)),
        amount: charged - tax,
        tax_amount: tax,
        pdf_url: format!("https://files.example.org/factures/FACT-{}-{number:03}.pdf", year(at)),
        status,
        issued_at: issued,
        due_at: due.map(moment),
        paid_at: paid.map(moment),
        created_at: moment(at),
        updated_at: moment(paid.unwrap_or(at)),
    }
}
