//! The billing settings: seller, VAT and days for payment.

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use crate::base::{Patch, Result, Tax, TaxRegime, Timestamp, Violations};
use crate::db::Conn;
use crate::model::view::BillingSettings;
use crate::repo::billing_settings;
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

/// Changes of the billing settings. Issued invoices stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct BillingSettingsUpdate {
    /// Name of the seller.
    #[described(bounds = Bounds::chars(1, 255).trimmed())]
    pub seller_name: Patch<String>,
    /// Address of the seller, one line of it per line of text.
    #[described(bounds = Bounds::chars(0, 1_000).trimmed())]
    pub seller_address: Patch<Option<String>>,
    /// SIRET of the seller: 14 digits; spaces are ignored.
    #[described(bounds = Bounds::chars(0, 100))]
    pub siret: Patch<Option<String>>,
    /// VAT number of the seller: two letters for the country, then 2 to 13 letters and digits; spaces are ignored.
    #[described(bounds = Bounds::chars(0, 100))]
    pub vat_number: Patch<Option<String>>,
    /// Further text that the law requires on an invoice.
    #[described(bounds = Bounds::chars(0, 1_000).trimmed())]
    pub legal_mention: Patch<Option<String>>,
    /// How VAT is charged. FRANCHISE: no VAT is charged. EXCLUSIVE: prices are before tax, and VAT is added. INCLUSIVE:
    /// prices contain VAT. The last two require a rate.
    pub regime: Patch<TaxRegime>,
    /// VAT rate in basis points (2000 is 20 %); 0 in the regime FRANCHISE.
    #[described(bounds = Bounds::between(0, 10_000))]
    pub rate: Patch<i64>,
    /// Days within which an invoice is to be paid.
    #[described(bounds = Bounds::between(0, 365))]
    pub payment_days: Patch<i64>,
}

/// Changes the settings. Fails with `Invalid`, naming every invalid field. The audit log records the old and the new
/// values.
pub async fn update_settings(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    change: &BillingSettingsUpdate,
) -> Result<BillingSettings> {
    let before = billing_settings::locked(conn).await?;
    let after = BillingSettings { updated_at: Some(ctx.now), ..apply_update(&before, change)? };
    let unstamped = |settings: &BillingSettings| BillingSettings { updated_at: None, ..settings.clone() };
    if unstamped(&before) == unstamped(&after) {
        return Ok(before);
    }
    // `updatedAt` never repeats, whatever the clock says.
    let last = before.updated_at.unwrap_or(Timestamp::EARLIEST);
    let at = if last >= ctx.now { last.plus(std::time::Duration::from_millis(1)) } else { ctx.now };
    billing_settings::set(conn, &after, at).await?;
    let to_json = |settings: &BillingSettings| {
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
    let details = json!({"from": to_json(&before), "to": to_json(&after)});
    audit_trail::write(conn, ctx, Action::BillingSettingsChanged, None, details).await?;
    Ok(BillingSettings { updated_at: Some(at), ..after })
}

fn apply_update(before: &BillingSettings, change: &BillingSettingsUpdate) -> Result<BillingSettings> {
    let mut violations = Violations::default();
    let mut after = before.clone();
    if let Patch::Set(name) = &change.seller_name {
        name.trim().clone_into(&mut after.seller_name);
        check_text(&mut violations, "sellerName", &after.seller_name, 1, 255);
    }
    for (field, patch, target, most) in [
        ("sellerAddress", &change.seller_address, &mut after.seller_address, 1_000),
        ("legalMention", &change.legal_mention, &mut after.legal_mention, 1_000),
    ] {
        if let Patch::Set(text) = patch {
            *target = text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
            check_text(&mut violations, field, target.as_deref().unwrap_or_default(), 0, most);
        }
    }
    if let Patch::Set(siret) = &change.siret {
        after.siret = siret.as_deref().map(compact).filter(|siret| !siret.is_empty());
        if after.siret.as_deref().is_some_and(|siret| !is_siret(siret)) {
            violations.add("siret", "must be a SIRET of 14 digits with a valid checksum");
        }
    }
    if let Patch::Set(number) = &change.vat_number {
        after.vat_number = number.as_deref().map(compact).filter(|number| !number.is_empty());
        if after.vat_number.as_deref().is_some_and(|number| !is_vat_number(number)) {
            violations.add("vatNumber", "must be two letters for the country, then 2 to 13 letters and digits");
        }
    }
    match (&change.regime, &change.rate) {
        (Patch::Set(regime), Patch::Set(rate)) => (after.regime, after.rate) = (*regime, *rate),
        (Patch::Set(TaxRegime::Franchise), Patch::Absent) => (after.regime, after.rate) = (TaxRegime::Franchise, 0),
        // A rate must not be carried over to another regime by accident.
        (Patch::Set(regime), Patch::Absent) if *regime != before.regime => {
            violations.add("rate", "must be given with the regime");
        }
        (Patch::Absent, Patch::Set(rate)) => after.rate = *rate,
        (_, Patch::Absent) => {}
    }
    if let Err(error) = Tax::new(after.regime, after.rate) {
        for field in error.fields() {
            violations.add("rate", field.problem.clone());
        }
    }
    if let Patch::Set(days) = &change.payment_days {
        after.payment_days = *days;
        if !(0..=365).contains(days) {
            violations.add("paymentDays", "must be between 0 and 365");
        }
    }
    violations.into_result()?;
    Ok(after)
}

pub(super) fn check_text(violations: &mut Violations, field: &'static str, text: &str, least: usize, most: usize) {
    if !(least..=most).contains(&text.chars().count()) {
        violations.add(field, format!("must be {least} to {most} characters"));
    } else if text.contains('\0') {
        violations.add(field, "must not contain NUL");
    }
}

/// Returns the text without spaces, in capitals.
fn compact(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_uppercase).collect()
}

/// Returns whether the text is a SIRET: 14 digits with a valid Luhn checksum, or for La Poste (SIREN 356000000) a digit
/// sum divisible by 5.
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
    fn a_siret_needs_a_valid_checksum() {
        for valid in ["73282932000074", "35600000000048", "35600000049837"] {
            assert!(is_siret(valid), "{valid}");
        }
        for invalid in ["73282932000075", "7328293200007", "732829320000744", "7328293200007a", "", "٧٣٢٨٢٩٣٢٠٠٠٠٧٤"]
        {
            assert!(!is_siret(invalid), "{invalid}");
        }
        assert!(is_vat_number("FR40303265045") && is_vat_number("IE1234567WA"));
        assert!(!is_vat_number("F") && !is_vat_number("40303265045") && !is_vat_number("FR4030326504512345"));
    }

    #[test]
    fn a_rate_is_given_with_its_regime() {
        let before = BillingSettings::default();
        let change = |regime: Option<TaxRegime>, rate: Option<i64>| BillingSettingsUpdate {
            regime: regime.map_or(Patch::Absent, Patch::Set),
            rate: rate.map_or(Patch::Absent, Patch::Set),
            ..BillingSettingsUpdate::default()
        };
        let update = |before: &BillingSettings, regime, rate| apply_update(before, &change(regime, rate));
        let taxed = update(&before, Some(TaxRegime::Inclusive), Some(2_000)).unwrap();
        assert_eq!((taxed.regime, taxed.rate), (TaxRegime::Inclusive, 2_000));
        assert_eq!(update(&taxed, None, Some(550)).unwrap().rate, 550);
        assert_eq!(update(&taxed, Some(TaxRegime::Inclusive), None).unwrap().rate, 2_000);
        assert_eq!(update(&taxed, Some(TaxRegime::Franchise), None).unwrap().rate, 0);
        for (before, regime, rate) in [
            (&before, Some(TaxRegime::Exclusive), None),
            (&taxed, Some(TaxRegime::Exclusive), None),
            (&before, None, Some(2_000)),
            (&taxed, Some(TaxRegime::Franchise), Some(2_000)),
            (&taxed, None, Some(10_001)),
        ] {
            let error = update(before, regime, rate).unwrap_err();
            assert_eq!(error.fields()[0].field, "rate");
        }
    }
}
