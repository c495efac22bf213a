//! How new passwords are hashed.

use crate::base::text_enum;

text_enum! {
    /// How new passwords are hashed. Hashes of either kind are always verified.
    pub enum PasswordScheme {
        /// By bcrypt, which the existing backend can verify too; what is stored is never upgraded.
        BcryptCompat = "bcrypt_compat",
        /// By Argon2id; a sign-in upgrades what is weaker.
        Argon2id = "argon2id",
    }
}
