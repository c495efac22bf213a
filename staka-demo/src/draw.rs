//! Reproducible random numbers: each row has its own generator, made from seed, stream and index, so that neither the
//! order nor the parallelism of the work matters.

use rand::Rng as _;
use rand_pcg::Pcg64Mcg;
use staka_core::base::{TextId, Timestamp};

/// The streams of random numbers; an additional draw from one does not change the others.
#[derive(Clone, Copy)]
pub(crate) enum Stream {
    User = 1,
    UserTime,
    UserId,
    Card,
    CardId,
    Reset,
    ResetId,
    Commande,
    CommandeText,
    CommandeId,
    Invoice,
    InvoiceId,
    File,
    FileId,
    Attachment,
    AttachmentId,
    Block,
    Talk,
    TalkId,
    Message,
    MessageId,
    Notification,
    NotificationTime,
    NotificationId,
    Shuffle,
    Ticket,
    TicketId,
    Audit,
    AuditId,
    Content,
    ContentId,
}

/// A generator of random decisions.
pub(crate) struct Draw(Pcg64Mcg);

/// The finaliser of splitmix64, which makes neighbouring numbers unrelated.
const fn mix(number: u64) -> u64 {
    let mut x = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Draw {
    pub(crate) fn new(seed: u64, stream: Stream, index: u64) -> Self {
        let high = mix(mix(seed) ^ mix(stream as u64));
        Self(Pcg64Mcg::new((u128::from(mix(high ^ mix(index))) << 64) | u128::from(mix(high.wrapping_add(index)))))
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Returns a number in `0 ≤ n < end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(end)) >> 64) as u64
    }

    /// Returns a number in `from ≤ n < end`.
    pub(crate) fn within(&mut self, from: i64, end: i64) -> i64 {
        from + self.below(end.saturating_sub(from).max(1).unsigned_abs()).cast_signed()
    }

    /// Returns a number in `0 ≤ n < 1`.
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns true with a probability of `per_mille` in 1,000.
    pub(crate) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// Returns the value with a probability of `per_mille` in 1,000.
    pub(crate) fn maybe<T>(&mut self, per_mille: u64, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(per_mille).then(|| value(self))
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// Returns one of the texts.
    pub(crate) fn text(&mut self, from: &[&'static str]) -> &'static str {
        self.pick::<&'static str>(from)
    }

    /// Returns one of the values by their weights.
    pub(crate) fn weighted<T: Clone>(&mut self, from: &[(u64, T)]) -> T {
        let mut left = self.below(from.iter().map(|(weight, _)| weight).sum());
        for (weight, value) in from {
            if left < *weight {
                return value.clone();
            }
            left -= weight;
        }
        unreachable!("below the sum of the weights")
    }

    /// Returns `prefix` and `count` letters and digits, like an id of Stripe.
    pub(crate) fn letters(&mut self, prefix: &str, count: usize) -> String {
        const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut text = String::with_capacity(prefix.len() + count);
        text.push_str(prefix);
        text.extend((0..count).map(|_| char::from(*self.pick(ALPHABET))));
        text
    }

    /// Returns `sixteens` groups of sixteen hexadecimal digits.
    pub(crate) fn hex(&mut self, sixteens: usize) -> String {
        (0..sixteens).map(|_| format!("{:016x}", self.bits())).collect()
    }

    /// Returns a UUID of version 7's layout: rows created together are neighbours in the index.
    pub(crate) fn id<T: TextId>(&mut self, at: Timestamp) -> T {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.bits().to_le_bytes());
        random[8..].copy_from_slice(&self.bits().to_le_bytes()[..2]);
        let millis = u64::try_from(at.unix_millis()).unwrap_or(0);
        let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        T::parse(uuid.hyphenated().encode_lower(&mut text)).expect("a UUID is an id")
    }
}

/// Returns a position in `0..size` for each `index`: a permutation for each block of `size`, which is 5 or 10.
pub(crate) fn place_in_block(seed: u64, salt: u64, index: u64, size: u64) -> u64 {
    let mut draw = Draw::new(seed, Stream::Shuffle, (index / size) ^ (salt << 48));
    let step = *draw.pick(if size == 5 { &[1, 2, 3, 4] } else { &[1, 3, 7, 9] });
    (step * (index % size) + draw.below(size)) % size
}
