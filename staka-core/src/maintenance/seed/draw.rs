//! Chance that is the same on every machine: each row has a generator of its own, made from seed, stream and index,
//! so that neither the order nor the parallelism of the work matters.

use rand::Rng as _;
use rand_pcg::Pcg64Mcg;

use crate::base::{TextId, Timestamp};

/// What is drawn; each has its own chance, so that one more draw here changes nothing there.
#[derive(Clone, Copy)]
pub(super) enum Stream {
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

/// A generator of small decisions.
pub(super) struct Draw(Pcg64Mcg);

/// The finaliser of splitmix64: neighbouring numbers come out unrelated.
const fn mix(number: u64) -> u64 {
    let mut x = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Draw {
    pub(super) fn new(seed: u64, stream: Stream, index: u64) -> Self {
        let high = mix(mix(seed) ^ mix(stream as u64));
        Self(Pcg64Mcg::new((u128::from(mix(high ^ mix(index))) << 64) | u128::from(mix(high.wrapping_add(index)))))
    }

    pub(super) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// From 0 up to `end`, without it.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(end)) >> 64) as u64
    }

    /// From `from` up to `end`, without it.
    pub(super) fn within(&mut self, from: i64, end: i64) -> i64 {
        from + self.below(end.saturating_sub(from).max(1).unsigned_abs()).cast_signed()
    }

    /// From 0 up to 1, without it.
    pub(super) fn fraction(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True so many times in a thousand.
    pub(super) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// The value, so many times in a thousand.
    pub(super) fn maybe<T>(&mut self, per_mille: u64, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(per_mille).then(|| value(self))
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// One of the texts.
    pub(super) fn text(&mut self, from: &[&'static str]) -> &'static str {
        self.pick::<&'static str>(from)
    }

    /// One of the values, as often as its weight says.
    pub(super) fn weighted<T: Clone>(&mut self, from: &[(u64, T)]) -> T {
        let mut left = self.below(from.iter().map(|(weight, _)| weight).sum());
        for (weight, value) in from {
            if left < *weight {
                return value.clone();
            }
            left -= weight;
        }
        unreachable!("below the sum of the weights")
    }

    /// So many letters and digits, as Stripe's ids have them.
    pub(super) fn letters(&mut self, prefix: &str, count: usize) -> String {
        const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut text = String::with_capacity(prefix.len() + count);
        text.push_str(prefix);
        text.extend((0..count).map(|_| char::from(*self.pick(ALPHABET))));
        text
    }

    /// So many hexadecimal digits, sixteen at a time.
    pub(super) fn hex(&mut self, sixteens: usize) -> String {
        (0..sixteens).map(|_| format!("{:016x}", self.bits())).collect()
    }

    /// A UUID with the layout of version 7: rows made together lie together in the index.
    pub(super) fn id<T: TextId>(&mut self, at: Timestamp) -> T {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.bits().to_le_bytes());
        random[8..].copy_from_slice(&self.bits().to_le_bytes()[..2]);
        let millis = u64::try_from(at.unix_millis()).unwrap_or(0);
        let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        T::parse(uuid.hyphenated().encode_lower(&mut text)).expect("a UUID is an id")
    }
}

/// One place of `0..size` for each `index` of a block of `size`, in an order of the block's own: the places are
/// taken exactly once a block. `size` is 5 or 10.
pub(super) fn place_in_block(seed: u64, salt: u64, index: u64, size: u64) -> u64 {
    let mut draw = Draw::new(seed, Stream::Shuffle, (index / size) ^ (salt << 48));
    let step = *draw.pick(if size == 5 { &[1, 2, 3, 4] } else { &[1, 3, 7, 9] });
    (step * (index % size) + draw.below(size)) % size
}
