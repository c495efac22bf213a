//! The two kinds of hash: how they are made, read and verified.

use std::ops::Range;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use bcrypt::HashParts;

use super::{HashWork, PasswordSettings, policy};
use crate::base::{Error, Faults, Result};
use crate::model::PasswordScheme;

/// What is stored with more than this is not computed: somebody else's parameters must not stop the machine.
const MOST_BCRYPT: u32 = 16;
const MOST_KIB: u64 = 1 << 22;

/// A kind of hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bcrypt,
    Argon2id,
}

impl Kind {
    /// The kind that a scheme makes; one that a newer version of this library wrote is left to what all can read.
    pub(super) fn of(scheme: &PasswordScheme) -> Self {
        match scheme {
            PasswordScheme::Argon2id => Self::Argon2id,
            _ => Self::Bcrypt,
        }
    }
}

/// How new hashes are made.
#[derive(Debug)]
pub(super) struct Hashing {
    argon2: Params,
    bcrypt_cost: u32,
}

impl Hashing {
    pub(super) fn new(settings: &PasswordSettings) -> Result<Self> {
        let PasswordSettings { argon2_memory, argon2_passes, argon2_lanes, bcrypt_cost, .. } = *settings;
        let mut faults = Faults::default();
        let mut within = |field, value, range: std::ops::RangeInclusive<u32>| {
            if !range.contains(&value) {
                faults.add(field, format!("must be between {} and {}", range.start(), range.end()));
            }
        };
        within("argon2Memory", argon2_memory, 8..=1 << 20);
        within("argon2Passes", argon2_passes, 1..=64);
        within("argon2Lanes", argon2_lanes, 1..=16);
        within("bcryptCost", bcrypt_cost, 4..=MOST_BCRYPT);
        faults.into_result()?;
        let argon2 = Params::new(argon2_memory, argon2_passes, argon2_lanes, None)
            .map_err(|fault| Error::invalid("argon2Memory", fault.to_string()))?;
        Ok(Self { argon2, bcrypt_cost })
    }

    /// What a new hash costs.
    pub(super) fn price(&self, kind: Kind) -> HashWork {
        match kind {
            Kind::Bcrypt => HashWork { bcrypt_rounds: 1 << self.bcrypt_cost, ..HashWork::default() },
            Kind::Argon2id => HashWork { argon2_kib: kib(&self.argon2), ..HashWork::default() },
        }
    }

    /// A new hash, of a salt of its own.
    pub(super) fn hash(&self, kind: Kind, password: &str) -> Result<String> {
        let salt: [u8; 16] = rand::random();
        match kind {
            Kind::Bcrypt => bcrypt(self.bcrypt_cost, salt, password).map(|hash| hash.to_string()),
            Kind::Argon2id => Argon2::new(Algorithm::Argon2id, Version::V0x13, self.argon2.clone())
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|fault| Error::internal(format!("Argon2id: {fault}"))),
        }
    }

    /// Whether a hash of ours would be stronger. Behind 72 bytes bcrypt did not look: what was typed there may be
    /// mistaken, and an upgrade would make it count.
    pub(super) fn should_upgrade(&self, stored: &Stored, password: &str) -> bool {
        match stored {
            Stored::Bcrypt(_) => password.len() <= policy::BCRYPT_BYTES,
            Stored::Argon2id(stored) => {
                stored.params.m_cost() < self.argon2.m_cost() || stored.params.t_cost() < self.argon2.t_cost()
            }
        }
    }

    /// The costs that make up for a bcrypt hash of another cost, or for none: two to the power of each, added up, is
    /// exactly what is lacking.
    pub(super) fn bcrypt_lacks(&self, done: Option<u32>) -> Range<u32> {
        match done {
            None => self.bcrypt_cost..self.bcrypt_cost + 1,
            Some(cost) => cost..self.bcrypt_cost,
        }
    }
}

fn kib(params: &Params) -> u64 {
    u64::from(params.m_cost()) * u64::from(params.t_cost())
}

fn bcrypt(cost: u32, salt: [u8; 16], password: &str) -> Result<HashParts> {
    // Cut behind 72 bytes, as the existing backend does with what it stored; the policy lets no new one be that long.
    bcrypt::hash_with_salt(password, cost, salt).map_err(|fault| Error::internal(format!("bcrypt: {fault}")))
}

/// The work of a bcrypt hash, whose result nobody wants.
pub(super) fn bcrypt_for_nothing(cost: u32, password: &str) -> Result<()> {
    std::hint::black_box(bcrypt(cost, [0x5a; 16], password)?);
    Ok(())
}

/// A hash that is stored and can be computed.
#[derive(Debug)]
pub(super) enum Stored {
    Bcrypt(Bcrypt),
    Argon2id(Box<Argon2id>),
}

#[derive(Debug)]
pub(super) struct Bcrypt(HashParts);

#[derive(Debug)]
pub(super) struct Argon2id {
    hash: PasswordHash,
    params: Params,
}

impl Bcrypt {
    pub(super) fn cost(&self) -> u32 {
        self.0.get_cost()
    }
}

impl Stored {
    /// Reads what a column holds; None for what is no hash, or one beyond all measure.
    pub(super) fn read(text: &str) -> Option<Self> {
        if ["$2a$", "$2b$", "$2y$"].iter().any(|kind| text.starts_with(kind)) {
            let parts: HashParts = text.parse().ok()?;
            return (4..=MOST_BCRYPT).contains(&parts.get_cost()).then_some(Self::Bcrypt(Bcrypt(parts)));
        }
        let hash = PasswordHash::new(text).ok().filter(|hash| hash.algorithm == Algorithm::Argon2id.ident())?;
        let params = Params::try_from(&hash).ok()?;
        let whole = hash.salt.is_some() && hash.hash.is_some() && kib(&params) <= MOST_KIB && params.p_cost() <= 16;
        whole.then(|| Self::Argon2id(Box::new(Argon2id { hash, params })))
    }

    /// What verifying it costs.
    pub(super) fn price(&self) -> HashWork {
        match self {
            Self::Bcrypt(hash) => HashWork { bcrypt_rounds: 1 << hash.cost(), ..HashWork::default() },
            Self::Argon2id(hash) => HashWork { argon2_kib: kib(&hash.params), ..HashWork::default() },
        }
    }

    /// Whether it is that of the password; compared in constant time.
    pub(super) fn verify(&self, password: &str) -> Result<bool> {
        match self {
            Self::Bcrypt(Bcrypt(stored)) => {
                let computed = bcrypt(stored.get_cost(), stored.get_salt_raw(), password)?;
                Ok(same(computed.to_string().as_bytes(), stored.to_string().as_bytes()))
            }
            Self::Argon2id(stored) => Ok(Argon2::default().verify_password(password.as_bytes(), &stored.hash).is_ok()),
        }
    }
}

/// Looks at every byte, wherever they differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && std::hint::black_box(one.iter().zip(other).fold(0, |differs, (a, b)| differs | (a ^ b))) == 0
}
