//! Schemes for hashing new passwords.

use crate::base::text_enum;

text_enum! {
    /// Scheme by which new passwords are hashed. Stored hashes of both schemes can always be verified.
    pub enum PasswordScheme {
        /// bcrypt, which the existing backend can verify too. Stored hashes are never upgraded.
        BcryptCompat = "bcrypt_compat",
        /// Argon2id. Signing in replaces a weaker stored hash.
        Argon2id = "argon2id",
    }
}
