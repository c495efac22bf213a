//! The two kinds of password hash: computing, parsing and verifying them.

use std::ops::Range;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use bcrypt::HashParts;

use super::{HashWork, PasswordSettings, policy};
use crate::base::{Error, Result, Violations};
use crate::model::PasswordScheme;

/// Stored hashes that cost more than this are not computed, because they would block the machine.
const MAX_BCRYPT_COST: u32 = 16;
const MAX_ARGON2_KIB: u64 = 1 << 22;

/// A kind of password hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bcrypt,
    Argon2id,
}

impl Kind {
    /// Returns the kind that a scheme computes; bcrypt for schemes of newer versions, because every backend can read
    /// it.
    pub(super) fn of(scheme: &PasswordScheme) -> Self {
        match scheme {
            PasswordScheme::Argon2id => Self::Argon2id,
            _ => Self::Bcrypt,
        }
    }

    /// Returns the maximum length of a new password in bytes.
    pub(super) fn max_bytes(self) -> usize {
        match self {
            Self::Bcrypt => policy::BCRYPT_BYTES,
            Self::Argon2id => policy::MAX_BYTES,
        }
    }
}

/// Computes new hashes with configured parameters.
#[derive(Debug)]
pub(super) struct Hasher {
    argon2: Params,
    bcrypt_cost: u32,
}

impl Hasher {
    pub(super) fn new(settings: &PasswordSettings) -> Result<Self> {
        let PasswordSettings { argon2_memory, argon2_passes, argon2_lanes, bcrypt_cost, .. } = *settings;
        let mut violations = Violations::default();
        let mut within = |field, value, range: std::ops::RangeInclusive<u32>| {
            if !range.contains(&value) {
                violations.add(field, format!("must be between {} and {}", range.start(), range.end()));
            }
        };
        within("argon2Memory", argon2_memory, 8..=1 << 20);
        within("argon2Passes", argon2_passes, 1..=64);
        within("argon2Lanes", argon2_lanes, 1..=16);
        within("bcryptCost", bcrypt_cost, 4..=MAX_BCRYPT_COST);
        violations.into_result()?;
        let argon2 = Params::new(argon2_memory, argon2_passes, argon2_lanes, None)
            .map_err(|error| Error::invalid("argon2Memory", error.to_string()))?;
        Ok(Self { argon2, bcrypt_cost })
    }

    /// Returns the work of computing a new hash.
    pub(super) fn cost(&self, kind: Kind) -> HashWork {
        match kind {
            Kind::Bcrypt => HashWork { bcrypt_rounds: 1 << self.bcrypt_cost, ..HashWork::default() },
            Kind::Argon2id => HashWork { argon2_kib: kib(&self.argon2), ..HashWork::default() },
        }
    }

    /// Computes a new hash with a random salt.
    pub(super) fn hash(&self, kind: Kind, password: &str) -> Result<String> {
        let salt: [u8; 16] = rand::random();
        match kind {
            Kind::Bcrypt => bcrypt(self.bcrypt_cost, salt, password).map(|hash| hash.to_string()),
            Kind::Argon2id => Argon2::new(Algorithm::Argon2id, Version::V0x13, self.argon2.clone())
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|error| Error::internal(format!("Argon2id: {error}"))),
        }
    }

    /// Returns whether a new hash would be stronger than the stored one. A bcrypt hash is not upgraded for a password
    /// longer than 72 bytes: bcrypt ignored the rest, which may be mistyped, and an upgrade would make it significant.
    pub(super) fn should_upgrade(&self, stored: &StoredHash, password: &str) -> bool {
        match stored {
            StoredHash::Bcrypt(_) => password.len() <= policy::BCRYPT_BYTES,
            StoredHash::Argon2id(stored) => {
                stored.params.m_cost() < self.argon2.m_cost() || stored.params.t_cost() < self.argon2.t_cost()
            }
        }
    }

    /// Returns the costs of the dummy hashes that are missing to the configured cost after a hash of cost `done`, or
    /// after none. A hash of cost n takes 2^n rounds, so that the sum over `done..cost` is exactly the difference.
    pub(super) fn missing_bcrypt_costs(&self, done: Option<u32>) -> Range<u32> {
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
    // Truncates the password after 72 bytes, as the existing backend does. The policy refuses new ones of that length.
    bcrypt::hash_with_salt(password, cost, salt).map_err(|error| Error::internal(format!("bcrypt: {error}")))
}

/// Does the work of a bcrypt hash and discards the result.
pub(super) fn dummy_bcrypt(cost: u32, password: &str) -> Result<()> {
    std::hint::black_box(bcrypt(cost, [0x5a; 16], password)?);
    Ok(())
}

/// A stored hash of a known kind.
#[derive(Debug)]
pub(super) enum StoredHash {
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

impl StoredHash {
    /// Parses a stored text; None if it is no hash or too expensive to compute.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if ["$2a$", "$2b$", "$2y$"].iter().any(|kind| text.starts_with(kind)) {
            let parts: HashParts = text.parse().ok()?;
            return (4..=MAX_BCRYPT_COST).contains(&parts.get_cost()).then_some(Self::Bcrypt(Bcrypt(parts)));
        }
        let hash = PasswordHash::new(text).ok().filter(|hash| hash.algorithm == Algorithm::Argon2id.ident())?;
        let params = Params::try_from(&hash).ok()?;
        let valid =
            hash.salt.is_some() && hash.hash.is_some() && kib(&params) <= MAX_ARGON2_KIB && params.p_cost() <= 16;
        valid.then(|| Self::Argon2id(Box::new(Argon2id { hash, params })))
    }

    /// Returns the work of verifying a password against it.
    pub(super) fn cost(&self) -> HashWork {
        match self {
            Self::Bcrypt(hash) => HashWork { bcrypt_rounds: 1 << hash.cost(), ..HashWork::default() },
            Self::Argon2id(hash) => HashWork { argon2_kib: kib(&hash.params), ..HashWork::default() },
        }
    }

    /// Returns whether it is the hash of the password, comparing in constant time.
    pub(super) fn verify(&self, password: &str) -> Result<bool> {
        match self {
            Self::Bcrypt(Bcrypt(stored)) => {
                let computed = bcrypt(stored.get_cost(), stored.get_salt_raw(), password)?;
                Ok(constant_time_eq(computed.to_string().as_bytes(), stored.to_string().as_bytes()))
            }
            Self::Argon2id(stored) => Ok(Argon2::default().verify_password(password.as_bytes(), &stored.hash).is_ok()),
        }
    }
}

/// Compares two byte strings in constant time.
fn constant_time_eq(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && std::hint::black_box(one.iter().zip(other).fold(0, |differs, (a, b)| differs | (a ^ b))) == 0
}
