//! Passwords: one policy, two kinds of hash, and the work that either takes, off the runtime's threads.
//!
//! Who signs in must not learn from the time it takes whether an account exists. A refusal therefore costs the same
//! whatever the account: the hash that is stored is computed, and what it lacks to the fixed price of a refusal is computed
//! for nothing ([`Passwords::verify`]).

mod hash;
mod policy;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Semaphore;

use crate::base::{Error, ErrorKind, Faults, Password, Result, Secret};
use crate::model::PasswordScheme;
use hash::{Hashing, Kind, Stored};

/// The most bytes of a password that anything is asked about: more is nobody's.
pub const MOST_BYTES: usize = policy::MOST_BYTES;

/// What hashing costs. The defaults are OWASP's for Argon2id and the existing backend's for bcrypt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PasswordSettings {
    /// Argon2id's memory in KiB, 8 to 1,048,576; 19,456 (19 MiB) unless set.
    pub argon2_memory: u32,
    /// Argon2id's passes over it, 1 to 64; 2 unless set.
    pub argon2_passes: u32,
    /// Argon2id's lanes, 1 to 16; 1 unless set. Each needs 8 KiB of the memory.
    pub argon2_lanes: u32,
    /// bcrypt's cost, 4 to 16: the work doubles with each; 12 unless set.
    pub bcrypt_cost: u32,
    /// Whether bcrypt hashes may still be stored while new ones are Argon2id's; true unless set. A refused sign-in then
    /// computes one of each kind, so that its time does not tell accounts with the older kind from none. Set it to false
    /// once no `$2` hash is left.
    pub bcrypt_remains: bool,
    /// How many hashes are computed at once, at least 1; as many as the machine has cores unless set.
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
    /// The least work that is still all of it: for tests, which hash thousands.
    #[must_use]
    pub fn cheapest() -> Self {
        Self { argon2_memory: 8, argon2_passes: 1, bcrypt_cost: 4, ..Self::default() }
    }
}

/// What was computed so far, for tests that must not measure time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HashWork {
    /// KiB that Argon2id went over: memory times passes.
    pub argon2_kib: u64,
    /// Rounds of bcrypt: two to the power of the cost for each hash.
    pub bcrypt_rounds: u64,
}

/// What a password turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not that of the account, or there is none that may sign in.
    Wrong,
    /// The account's.
    Right {
        /// What to store in place of the hash that is there, where the scheme in force is stronger.
        upgrade: Option<Secret>,
    },
}

/// Hashes passwords and verifies them. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    shared: Arc<Shared>,
}

struct Shared {
    hashing: Hashing,
    bcrypt_remains: bool,
    free: Semaphore,
    argon2_kib: AtomicU64,
    bcrypt_rounds: AtomicU64,
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords").field("hashing", &self.shared.hashing).finish_non_exhaustive()
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new(&PasswordSettings::default()).unwrap_or_else(|error| unreachable!("the defaults are right: {error}"))
    }
}

impl Passwords {
    /// `Invalid` names every setting that is out of its range.
    pub fn new(settings: &PasswordSettings) -> Result<Self> {
        let hashing = Hashing::new(settings)?;
        Ok(Self {
            shared: Arc::new(Shared {
                hashing,
                bcrypt_remains: settings.bcrypt_remains,
                free: Semaphore::new(settings.parallel.clamp(1, Semaphore::MAX_PERMITS)),
                argon2_kib: AtomicU64::new(0),
                bcrypt_rounds: AtomicU64::new(0),
            }),
        })
    }

    /// The one policy for every new password: at least 12 characters, or at least 8 with three of upper case, lower case,
    /// digits and others; no NUL; at most 1,024 bytes of UTF-8, and at most 72 where bcrypt hashes, which would not look
    /// at more: two long passwords that differ only behind that would be one.
    pub fn check(&self, scheme: &PasswordScheme, field: &'static str, password: &Password, faults: &mut Faults) {
        if let Some(problem) = policy::problem(password.expose(), Kind::of(scheme)) {
            faults.add(field, problem);
        }
    }

    /// A new hash, of the scheme.
    pub async fn hash(&self, scheme: &PasswordScheme, password: &Password) -> Result<Secret> {
        let (kind, password) = (Kind::of(scheme), password.clone());
        self.on_a_thread(move |shared| shared.hash(kind, password.expose())).await
    }

    /// Whether it is the password of a hash that is stored. None stands for no account; one that may not sign in
    /// (`active` false) is refused whatever was typed. What is stored and is no hash (`PENDING_ACTIVATION`, a text that
    /// was cut) is a wrong password too.
    ///
    /// A refusal always costs one hash of the scheme in force, and one of bcrypt besides it while
    /// [`PasswordSettings::bcrypt_remains`]; what is stored is one of these. Only what was stored with parameters above
    /// ours, or by Argon2id with others, costs something else.
    pub async fn verify(
        &self,
        scheme: &PasswordScheme,
        stored: Option<&Secret>,
        active: bool,
        password: &Password,
    ) -> Result<Verdict> {
        let (kind, password) = (Kind::of(scheme), password.clone());
        let stored = stored.and_then(|secret| Stored::read(secret.expose()));
        self.on_a_thread(move |shared| shared.verify(kind, stored.as_ref(), active, password.expose())).await
    }

    /// What was computed since the handle was made.
    pub fn work(&self) -> HashWork {
        HashWork {
            argon2_kib: self.shared.argon2_kib.load(Ordering::Relaxed),
            bcrypt_rounds: self.shared.bcrypt_rounds.load(Ordering::Relaxed),
        }
    }

    /// On a thread for what blocks, when one of the machine's cores is free for it. A caller that leaves takes its place
    /// in the queue along; what has begun is computed to its end.
    async fn on_a_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let shared = Arc::clone(&self.shared);
        let ended = |_| Error::new(ErrorKind::Unavailable, "the program is on its way out");
        let permit = self.shared.free.acquire().await.map_err(|_| Error::internal("nobody closes the queue"))?;
        // The permit must outlive a caller who leaves: it goes along, and comes back with the thread.
        permit.forget();
        tokio::task::spawn_blocking(move || {
            let _permit = Permit(&shared);
            work(&shared)
        })
        .await
        .map_err(ended)?
    }
}

/// A place in the queue, given back when it is dropped.
struct Permit<'a>(&'a Shared);

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.free.add_permits(1);
    }
}

impl Shared {
    fn hash(&self, kind: Kind, password: &str) -> Result<Secret> {
        self.count(self.hashing.price(kind));
        self.hashing.hash(kind, password).map(Secret::new)
    }

    fn verify(&self, scheme: Kind, stored: Option<&Stored>, active: bool, password: &str) -> Result<Verdict> {
        let right = match stored {
            Some(stored) => {
                self.count(stored.price());
                stored.verify(password)?
            }
            None => false,
        };
        if right && active {
            let upgrade = match stored {
                Some(stored) if scheme == Kind::Argon2id && self.hashing.should_upgrade(stored, password) => {
                    Some(self.hash(Kind::Argon2id, password)?)
                }
                _ => None,
            };
            return Ok(Verdict::Right { upgrade });
        }
        if scheme == Kind::Argon2id && !matches!(stored, Some(Stored::Argon2id(_))) {
            self.hash(Kind::Argon2id, password)?;
        }
        if scheme == Kind::Bcrypt || self.bcrypt_remains {
            let done = if let Some(Stored::Bcrypt(hash)) = stored { Some(hash.cost()) } else { None };
            for cost in self.hashing.bcrypt_lacks(done) {
                self.count(HashWork { bcrypt_rounds: 1 << cost, ..HashWork::default() });
                hash::bcrypt_for_nothing(cost, password)?;
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
