//! Who sells, under which regime of VAT, payable when.

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use crate::base::{Faults, Patch, Result, Tax, TaxRegime, Timestamp};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::model::view::BillingSettings;
use crate::repo::billing_settings;

/// What to change of the settings. Invoices that were issued stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BillingChange {
    /// The seller's name: 1 to 255 characters.
    pub seller_name: Patch<String>,
    /// The seller's address, a line each, up to 1,000 characters.
    pub seller_address: Patch<Option<String>>,
    /// The seller's SIRET: 14 digits, spaces between them are left out.
    pub siret: Patch<Option<String>>,
    /// The seller's VAT number: two letters for the country, then 2 to 13 letters and digits; spaces are left out.
    pub vat_number: Patch<Option<String>>,
    /// What else the law wants on an invoice, up to 1,000 characters.
    pub legal_mention: Patch<Option<String>>,
    /// How VAT is charged. With EXCLUSIVE or INCLUSIVE the rate must be given too.
    pub regime: Patch<TaxRegime>,
    /// Its rate in basis points, 0 to 10,000: 2000 is 20 %; 0 in the regime FRANCHISE.
    pub rate: Patch<i64>,
    /// Within how many days an invoice is to be paid: 0 to 365.
    pub payment_days: Patch<i64>,
}

/// Changes the settings; for administrators. `Invalid` names every faulty field. The audit log keeps what was and what is.
pub async fn set(conn: &mut Conn, act: &Act<'_>, change: &BillingChange) -> Result<BillingSettings> {
    let before = billing_settings::held(conn).await?;
    let after = BillingSettings { updated_at: Some(act.now), ..changed(&before, change)? };
    let unstamped = |settings: &BillingSettings| BillingSettings { updated_at: None, ..settings.clone() };
    if unstamped(&before) == unstamped(&after) {
        return Ok(before);
    }
    // Never twice the same, whatever the clock says.
    let last = before.updated_at.unwrap_or(Timestamp::EARLIEST);
    let at = if last >= act.now { last.plus(std::time::Duration::from_millis(1)) } else { act.now };
    billing_settings::set(conn, &after, at).await?;
    let told = |settings: &BillingSettings| {
        json!({
            "sellerName": settings.seller_name,
            "sellerAddress": settings.seller_address,
            "siret": settings.siret,
            "vatNumber": settings.vat_number,
            "legalMention": settings.legal_mention,
            "regime": settings.regime.as_str(),
            "rate": settings.rate,
            "paymentDays": settings.payment_days,
        })
    };
    let details = json!({"from": told(&before), "to": told(&after)});
    journal::write(conn, act, Action::BillingSettingsChanged, None, details).await?;
    Ok(BillingSettings { updated_at: Some(at), ..after })
}

fn changed(before: &BillingSettings, change: &BillingChange) -> Result<BillingSettings> {
    let mut faults = Faults::default();
    let mut after = before.clone();
    if let Patch::Set(name) = &change.seller_name {
        name.trim().clone_into(&mut after.seller_name);
        check_text(&mut faults, "sellerName", &after.seller_name, 1, 255);
    }
    for (field, patch, target, most) in [
        ("sellerAddress", &change.seller_address, &mut after.seller_address, 1_000),
        ("legalMention", &change.legal_mention, &mut after.legal_mention, 1_000),
    ] {
        if let Patch::Set(text) = patch {
            *target = text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
            check_text(&mut faults, field, target.as_deref().unwrap_or_default(), 0, most);
        }
    }
    if let Patch::Set(siret) = &change.siret {
        after.siret = siret.as_deref().map(compact).filter(|siret| !siret.is_empty());
        if after.siret.as_deref().is_some_and(|siret| !is_siret(siret)) {
            faults.add("siret", "must be 14 digits that check as a SIRET");
        }
    }
    if let Patch::Set(number) = &change.vat_number {
        after.vat_number = number.as_deref().map(compact).filter(|number| !number.is_empty());
        if after.vat_number.as_deref().is_some_and(|number| !is_vat_number(number)) {
            faults.add("vatNumber", "must be two letters for the country, then 2 to 13 letters and digits");
        }
    }
    match (&change.regime, &change.rate) {
        (Patch::Set(regime), Patch::Set(rate)) => (after.regime, after.rate) = (*regime, *rate),
        (Patch::Set(TaxRegime::Franchise), Patch::Absent) => (after.regime, after.rate) = (TaxRegime::Franchise, 0),
        // Nobody should charge by the rate of another regime, or none, without having said so.
        (Patch::Set(regime), Patch::Absent) if *regime != before.regime => {
            faults.add("rate", "must be given with the regime");
        }
        (Patch::Absent, Patch::Set(rate)) => after.rate = *rate,
        (_, Patch::Absent) => {}
    }
    if let Err(error) = Tax::new(after.regime, after.rate) {
        for fault in error.fields() {
            faults.add("rate", fault.problem.clone());
        }
    }
    if let Patch::Set(days) = &change.payment_days {
        after.payment_days = *days;
        if !(0..=365).contains(days) {
            faults.add("paymentDays", "must be between 0 and 365");
        }
    }
    faults.into_result()?;
    Ok(after)
}

pub(super) fn check_text(faults: &mut Faults, field: &'static str, text: &str, least: usize, most: usize) {
    if !(least..=most).contains(&text.chars().count()) {
        faults.add(field, format!("must be {least} to {most} characters"));
    } else if text.contains('\0') {
        faults.add(field, "must not contain NUL");
    }
}

/// As it is compared: without spaces, in capitals.
fn compact(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_uppercase).collect()
}

/// Whether these are the 14 digits of a SIRET, by Luhn's check; those of La Poste (SIREN 356000000) check by a sum.
fn is_siret(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|letter| letter.to_digit(10)).collect();
    if digits.len() != 14 || text.len() != 14 {
        return false;
    }
    let luhn: u32 = digits
        .iter()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { (digit * 2) / 10 + (digit * 2) % 10 } else { *digit })
        .sum();
    luhn.is_multiple_of(10) || (text.starts_with("356000000") && digits.iter().sum::<u32>().is_multiple_of(5))
}

fn is_vat_number(text: &str) -> bool {
    let (country, rest) = text.split_at_checked(2).unwrap_or_default();
    let country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    country && (2..=13).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_siret_checks_by_its_digits() {
        for right in ["73282932000074", "35600000000048", "35600000049837"] {
            assert!(is_siret(right), "{right}");
        }
        for wrong in ["73282932000075", "7328293200007", "732829320000744", "7328293200007a", "", "٧٣٢٨٢٩٣٢٠٠٠٠٧٤"]
        {
            assert!(!is_siret(wrong), "{wrong}");
        }
        assert!(is_vat_number("FR40303265045") && is_vat_number("IE1234567WA"));
        assert!(!is_vat_number("F") && !is_vat_number("40303265045") && !is_vat_number("FR4030326504512345"));
    }

    #[test]
    fn a_rate_goes_with_its_regime() {
        let before = BillingSettings::default();
        let change = |regime: Option<TaxRegime>, rate: Option<i64>| BillingChange {
            regime: regime.map_or(Patch::Absent, Patch::Set),
            rate: rate.map_or(Patch::Absent, Patch::Set),
            ..BillingChange::default()
        };
        let set = |before: &BillingSettings, regime, rate| changed(before, &change(regime, rate));
        let taxed = set(&before, Some(TaxRegime::Inclusive), Some(2_000)).unwrap();
        assert_eq!((taxed.regime, taxed.rate), (TaxRegime::Inclusive, 2_000));
        assert_eq!(set(&taxed, None, Some(550)).unwrap().rate, 550);
        assert_eq!(set(&taxed, Some(TaxRegime::Inclusive), None).unwrap().rate, 2_000);
        assert_eq!(set(&taxed, Some(TaxRegime::Franchise), None).unwrap().rate, 0);
        for (before, regime, rate) in [
            (&before, Some(TaxRegime::Exclusive), None),
            (&taxed, Some(TaxRegime::Exclusive), None),
            (&before, None, Some(2_000)),
            (&taxed, Some(TaxRegime::Franchise), Some(2_000)),
            (&taxed, None, Some(10_001)),
        ] {
            let error = set(before, regime, rate).unwrap_err();
            assert_eq!(error.fields()[0].field, "rate");
        }
    }
}
