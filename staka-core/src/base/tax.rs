//! VAT in whole centimes: regime, rate, and the split of an amount into net and tax.

use super::{Error, Result, Violations, string_enum, string_enum_column};

string_enum! {
    /// The VAT regime of the seller: FRANCHISE (no VAT), EXCLUSIVE (VAT is added to the price) or INCLUSIVE (the price
    /// contains VAT).
    pub enum TaxRegime {
        /// No VAT is charged: franchise en base (art. 293 B CGI). Invoices carry a mention of it.
        Franchise = "FRANCHISE",
        /// Prices are before tax (HT); VAT is added.
        Exclusive = "EXCLUSIVE",
        /// Prices include VAT (TTC).
        Inclusive = "INCLUSIVE",
    }
}

string_enum_column!(TaxRegime);

impl TaxRegime {
    /// Returns the mention that invoices must carry, if any.
    pub const fn mention(self) -> Option<&'static str> {
        match self {
            Self::Franchise => Some("TVA non applicable, art. 293 B du CGI"),
            Self::Exclusive | Self::Inclusive => None,
        }
    }
}

/// The highest rate in basis points: 100 %.
const MOST: i64 = 10_000;

/// A VAT regime and its rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tax {
    regime: TaxRegime,
    rate: i64,
}

/// An amount in centimes, split into net and VAT; `ttc` is always `ht + tax`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// The amount before tax, in centimes.
    pub ht: i64,
    /// The tax, in centimes.
    pub tax: i64,
    /// The amount including tax, in centimes.
    pub ttc: i64,
}

impl Tax {
    /// Creates a regime with its rate in basis points, 0 to 10,000 (2000 is 20 %); 0 in the regime FRANCHISE. Fails
    /// with `Invalid` otherwise.
    pub fn new(regime: TaxRegime, rate: i64) -> Result<Self> {
        let mut violations = Violations::default();
        if !(0..=MOST).contains(&rate) {
            violations.add("rate", "must be between 0 and 10000 basis points");
        } else if regime == TaxRegime::Franchise && rate != 0 {
            violations.add("rate", "must be 0 in the regime FRANCHISE");
        }
        violations.into_result()?;
        Ok(Self { regime, rate })
    }

    /// Returns the regime.
    pub const fn regime(self) -> TaxRegime {
        self.regime
    }

    /// Returns the rate in basis points.
    pub const fn rate(self) -> i64 {
        self.rate
    }

    /// Splits `amount` (centimes; before tax in the regime EXCLUSIVE, including tax in the others) into net and tax.
    /// The tax is rounded to the centime, half away from zero. Fails with `Invalid` if a sum does not fit 64 bits.
    ///
    /// ```
    /// use staka_core::base::{Split, Tax, TaxRegime};
    /// let included = Tax::new(TaxRegime::Inclusive, 2000)?;
    /// assert_eq!(included.split(46_800)?, Split { ht: 39_000, tax: 7_800, ttc: 46_800 });
    /// # Ok::<(), staka_core::Error>(())
    /// ```
    pub fn split(self, amount: i64) -> Result<Split> {
        let tax = match self.regime {
            TaxRegime::Franchise => 0,
            TaxRegime::Exclusive => share(amount, self.rate, MOST),
            TaxRegime::Inclusive => share(amount, self.rate, MOST + self.rate),
        };
        let (ht, ttc) = match self.regime {
            TaxRegime::Exclusive => (Some(amount), amount.checked_add(tax)),
            TaxRegime::Franchise | TaxRegime::Inclusive => (amount.checked_sub(tax), Some(amount)),
        };
        match (ht, ttc) {
            (Some(ht), Some(ttc)) => Ok(Split { ht, tax, ttc }),
            _ => Err(Error::invalid("amount", "exceeds 64 bits with its tax")),
        }
    }
}

impl Split {
    /// Splits `part` of `ttc` into net and tax after `before` was split off already, so that all parts add up to this
    /// split. Both are centimes including tax; `0 ≤ before`, `0 ≤ part`, `before + part ≤ ttc`.
    pub fn portion(self, before: i64, part: i64) -> Self {
        let tax_of = |paid: i64| if self.ttc == 0 { 0 } else { share(paid, self.tax, self.ttc) };
        let tax = tax_of(before + part) - tax_of(before);
        Self { ht: part - tax, tax, ttc: part }
    }
}

/// Returns `amount × part / whole`, rounded half away from zero; `whole > 0`, `0 ≤ part ≤ whole`.
fn share(amount: i64, part: i64, whole: i64) -> i64 {
    let (product, whole) = (i128::from(amount) * i128::from(part), i128::from(whole));
    let half = if product >= 0 { whole } else { -whole };
    // The result's magnitude is at most the amount's, so it fits.
    ((product * 2 + half) / (whole * 2)) as i64
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64Mcg;

    use super::*;

    const REGIMES: [TaxRegime; 3] = [TaxRegime::Franchise, TaxRegime::Exclusive, TaxRegime::Inclusive];

    fn tax(regime: TaxRegime, rate: i64) -> Tax {
        Tax::new(regime, if regime == TaxRegime::Franchise { 0 } else { rate }).unwrap()
    }

    #[test]
    fn the_amounts_of_the_platform() {
        let split = |regime, amount| tax(regime, 2_000).split(amount).unwrap();
        assert_eq!(split(TaxRegime::Inclusive, 46_800), Split { ht: 39_000, tax: 7_800, ttc: 46_800 });
        assert_eq!(split(TaxRegime::Exclusive, 46_800), Split { ht: 46_800, tax: 9_360, ttc: 56_160 });
        assert_eq!(split(TaxRegime::Franchise, 46_800), Split { ht: 46_800, tax: 0, ttc: 46_800 });
        // 5.5 %: books. Half a centime rounds away from zero, for negative amounts too.
        let books = tax(TaxRegime::Exclusive, 550);
        assert_eq!((books.split(1_000).unwrap().tax, books.split(100).unwrap().tax), (55, 6));
        assert_eq!((books.split(-100).unwrap().tax, books.split(99).unwrap().tax), (-6, 5));
    }

    #[test]
    fn invalid_rates_are_refused() {
        for (regime, rate) in
            [(TaxRegime::Exclusive, -1), (TaxRegime::Inclusive, 10_001), (TaxRegime::Franchise, 2_000)]
        {
            assert!(Tax::new(regime, rate).is_err(), "{regime} {rate}");
        }
        assert!(tax(TaxRegime::Exclusive, 10_000).split(i64::MAX).is_err());
        assert_eq!(tax(TaxRegime::Inclusive, 10_000).split(i64::MIN).unwrap().ttc, i64::MIN);
    }

    #[test]
    fn sums_are_exact_and_the_tax_is_the_nearest_centime() {
        let mut random = Pcg64Mcg::seed_from_u64(293);
        for round in 0..200_000 {
            let most = [100, 100_000, i64::from(i32::MAX), 1 << 50][round % 4];
            let (amount, rate) = (random.random_range(-most..=most), random.random_range(0..=10_000));
            for regime in REGIMES {
                let tax = tax(regime, rate);
                let split = tax.split(amount).unwrap();
                assert_eq!(split.ttc, split.ht + split.tax, "{tax:?} {amount}");
                assert_eq!(if regime == TaxRegime::Exclusive { split.ht } else { split.ttc }, amount);
                // |tax - ht × rate| ≤ half a centime; within a price, half a centime of the tax is (1 + rate) as much.
                let (got, exact) = (i128::from(split.tax) * 10_000, i128::from(split.ht) * i128::from(tax.rate()));
                let half = if regime == TaxRegime::Inclusive { 10_000 + tax.rate() } else { 10_000 };
                assert!(2 * (got - exact).abs() <= i128::from(half), "{tax:?} {amount}");
                // A credit is the negative of the charge.
                let owed = tax.split(-amount).unwrap();
                assert_eq!((owed.ht, owed.tax, owed.ttc), (-split.ht, -split.tax, -split.ttc));
            }
        }
    }

    #[test]
    fn portions_add_up_and_none_is_negative() {
        let mut random = Pcg64Mcg::seed_from_u64(1966);
        for _ in 0..20_000 {
            let tax = tax(REGIMES[random.random_range(0..3)], random.random_range(0..=10_000));
            let whole = tax.split(random.random_range(1..=50_000)).unwrap();
            let (mut before, mut ht, mut taxed) = (0, 0, 0);
            while before < whole.ttc {
                let part = random.random_range(1..=whole.ttc - before);
                let portion = whole.portion(before, part);
                assert_eq!(portion.ttc, part);
                assert_eq!(portion.ht + portion.tax, part);
                assert!(portion.ht >= 0 && portion.tax >= 0, "{whole:?} {before} {part}");
                (before, ht, taxed) = (before + part, ht + portion.ht, taxed + portion.tax);
            }
            assert_eq!((ht, taxed, before), (whole.ht, whole.tax, whole.ttc));
        }
    }
}
