//! Passwords: the policy for new ones, hashing and verification, off the async runtime's threads.
//!
//! The time of a refused sign-in must not reveal whether the account exists. Every refusal therefore does the same
//! work: the stored hash is computed, and dummy hashes make up the difference to a fixed cost ([`Passwords::verify`]).

mod hash;
mod policy;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Semaphore;

use crate::base::{Error, ErrorKind, Password, Result, Secret, Violations};
use crate::model::PasswordScheme;
use hash::{Hasher, Kind, StoredHash};

/// The maximum length of a password in bytes. A longer one is refused without hashing it.
pub const MAX_BYTES: usize = policy::MAX_BYTES;

/// Cost parameters of password hashing. The defaults are OWASP's for Argon2id and the existing backend's for bcrypt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PasswordSettings {
    /// Memory of Argon2id in KiB, 8 to 1,048,576; 19,456 (19 MiB) by default.
    pub argon2_memory: u32,
    /// Passes of Argon2id over its memory, 1 to 64; 2 by default.
    pub argon2_passes: u32,
    /// Lanes of Argon2id, 1 to 16; 1 by default. Each needs 8 KiB of the memory.
    pub argon2_lanes: u32,
    /// Cost of bcrypt, 4 to 16; 12 by default. The work doubles with each step.
    pub bcrypt_cost: u32,
    /// Whether bcrypt hashes may still be stored although new ones are Argon2id; true by default. A refused sign-in
    /// then computes one hash of each kind, so that its time does not reveal which accounts have a bcrypt hash. Set it
    /// to false once no hash beginning with `$2` is left.
    pub bcrypt_remains: bool,
    /// Maximum number of hashes computed at once, at least 1; the number of CPU cores by default.
    pub parallel: usize,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        Self {
            argon2_memory: 19_456,
            argon2_passes: 2,
            argon2_lanes: 1,
            bcrypt_cost: 12,
            bcrypt_remains: true,
            parallel: std::thread::available_parallelism().map_or(2, usize::from),
        }
    }
}

impl PasswordSettings {
    /// Returns the cheapest valid settings, for tests, which compute thousands of hashes.
    #[must_use]
    pub fn cheapest() -> Self {
        Self { argon2_memory: 8, argon2_passes: 1, bcrypt_cost: 4, ..Self::default() }
    }
}

/// The hashing work done so far, so that tests can compare it instead of measuring time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HashWork {
    /// Work of Argon2id in KiB, memory times passes.
    pub argon2_kib: u64,
    /// Rounds of bcrypt, two to the power of the cost for each hash.
    pub bcrypt_rounds: u64,
}

/// The result of verifying a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is wrong, or there is no active account.
    Wrong,
    /// The password is the account's.
    Correct {
        /// A new hash to replace the stored one; None unless the stored one is weaker than the scheme in force.
        upgrade: Option<Secret>,
    },
}

/// Hashes and verifies passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    shared: Arc<Shared>,
}

struct Shared {
    hasher: Hasher,
    bcrypt_remains: bool,
    permits: Semaphore,
    argon2_kib: AtomicU64,
    bcrypt_rounds: AtomicU64,
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords").field("hasher", &self.shared.hasher).finish_non_exhaustive()
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new(&PasswordSettings::default()).unwrap_or_else(|error| unreachable!("the defaults are valid: {error}"))
    }
}

impl Passwords {
    /// Creates a hasher. Fails with `Invalid`, which names every setting out of its range.
    pub fn new(settings: &PasswordSettings) -> Result<Self> {
        let hasher = Hasher::new(settings)?;
        Ok(Self {
            shared: Arc::new(Shared {
                hasher,
                bcrypt_remains: settings.bcrypt_remains,
                permits: Semaphore::new(settings.parallel.clamp(1, Semaphore::MAX_PERMITS)),
                argon2_kib: AtomicU64::new(0),
                bcrypt_rounds: AtomicU64::new(0),
            }),
        })
    }

    /// Checks a new password against the policy: at least 12 characters, or at least 8 from three of the classes upper
    /// case, lower case, digits and others; no NUL; at most 1,024 bytes of UTF-8, and at most 72 for bcrypt. bcrypt
    /// ignores everything after 72 bytes, so that two long passwords could share one hash.
    pub fn check(
        &self,
        scheme: &PasswordScheme,
        field: &'static str,
        password: &Password,
        violations: &mut Violations,
    ) {
        if let Some(problem) = policy::problem(password.expose(), Kind::of(scheme).max_bytes()) {
            violations.add(field, problem);
        }
    }

    /// Computes a new hash by the scheme.
    pub async fn hash(&self, scheme: &PasswordScheme, password: &Password) -> Result<Secret> {
        let (kind, password) = (Kind::of(scheme), password.clone());
        self.run_blocking(move |shared| shared.hash(kind, password.expose())).await
    }

    /// Verifies a password against a stored hash; `stored` is None if there is no account. A deactivated account
    /// (`active` is false) is refused whatever the password. A stored text that is no hash (`PENDING_ACTIVATION`, a
    /// truncated hash) counts as a wrong password.
    ///
    /// A refusal always computes one hash by the scheme in force, and also one bcrypt hash while
    /// [`PasswordSettings::bcrypt_remains`] is set; verifying the stored hash counts as one of these. The work differs
    /// only for hashes stored with a bcrypt cost above the configured one or with other Argon2id parameters.
    pub async fn verify(
        &self,
        scheme: &PasswordScheme,
        stored: Option<&Secret>,
        active: bool,
        password: &Password,
    ) -> Result<Verdict> {
        let (kind, password) = (Kind::of(scheme), password.clone());
        let stored = stored.and_then(|secret| StoredHash::parse(secret.expose()));
        self.run_blocking(move |shared| shared.verify(kind, stored.as_ref(), active, password.expose())).await
    }

    /// Returns the work done since this value was created.
    pub fn work(&self) -> HashWork {
        HashWork {
            argon2_kib: self.shared.argon2_kib.load(Ordering::Relaxed),
            bcrypt_rounds: self.shared.bcrypt_rounds.load(Ordering::Relaxed),
        }
    }

    /// Runs work on a blocking thread once a permit is free. A caller that is dropped while waiting leaves the queue;
    /// work that has started runs to its end.
    async fn run_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let shared = Arc::clone(&self.shared);
        let ended = |_| Error::new(ErrorKind::Unavailable, "the program is shutting down");
        let permit = self.shared.permits.acquire().await.map_err(|_| Error::internal("the hashing queue is closed"))?;
        // The permit must outlive a dropped caller: the thread returns it.
        permit.forget();
        tokio::task::spawn_blocking(move || {
            let _permit = Permit(&shared);
            work(&shared)
        })
        .await
        .map_err(ended)?
    }
}

/// A permit to compute a hash, returned when it is dropped.
struct Permit<'a>(&'a Shared);

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.permits.add_permits(1);
    }
}

impl Shared {
    fn hash(&self, kind: Kind, password: &str) -> Result<Secret> {
        self.count(self.hasher.cost(kind));
        self.hasher.hash(kind, password).map(Secret::new)
    }

    fn verify(&self, scheme: Kind, stored: Option<&StoredHash>, active: bool, password: &str) -> Result<Verdict> {
        let correct = match stored {
            Some(stored) => {
                self.count(stored.cost());
                stored.verify(password)?
            }
            None => false,
        };
        if correct && active {
            let upgrade = match stored {
                Some(stored) if scheme == Kind::Argon2id && self.hasher.should_upgrade(stored, password) => {
                    Some(self.hash(Kind::Argon2id, password)?)
                }
                _ => None,
            };
            return Ok(Verdict::Correct { upgrade });
        }
        if scheme == Kind::Argon2id && !matches!(stored, Some(StoredHash::Argon2id(_))) {
            self.hash(Kind::Argon2id, password)?;
        }
        if scheme == Kind::Bcrypt || self.bcrypt_remains {
            let done = if let Some(StoredHash::Bcrypt(hash)) = stored { Some(hash.cost()) } else { None };
            for cost in self.hasher.missing_bcrypt_costs(done) {
                self.count(HashWork { bcrypt_rounds: 1 << cost, ..HashWork::default() });
                hash::dummy_bcrypt(cost, password)?;
            }
        }
        Ok(Verdict::Wrong)
    }

    fn count(&self, work: HashWork) {
        self.argon2_kib.fetch_add(work.argon2_kib, Ordering::Relaxed);
        self.bcrypt_rounds.fetch_add(work.bcrypt_rounds, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
