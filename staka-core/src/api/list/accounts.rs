//! Declares the operations on accounts, password resets and settings.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Operations, Sink, rule};
use crate::base::{Bounds, Page, PageRequest, Password, Result, Timestamp, Violations};
use crate::model::view::{
    AccountStats, DeletedUser, Preferences, Profile, ResetRequest, UserDetail, UserItem, UserStats,
};
use crate::model::{PasswordScheme, Role, UserId};
use crate::repo::users::{UserFilter, UserSort};
use crate::repo::{settings, users};
use crate::service::accounts::{self, NewUser, ProfileUpdate, Registration, UserUpdate};
use crate::service::{password_resets, settings as settings_service};
use crate::stats;

operations! {
    /// Accounts, as their owners use them.
    accounts: Accounts {
        /// Creates an account with the role USER and notifies the administrators.
        /// Fails with `INVALID`, which names every invalid field, or with `CONFLICT` (`users_email_key`) if an account
        /// already has the address.
        atomic register(
            /// The new account's name, e-mail address and password.
            registration: Registration,
        ) -> Profile,
            for anyone() after user = |conn, ctx| accounts::prepare_registration(conn, ctx, registration),
            = |conn, ctx| accounts::register(conn, ctx, &user);

        /// Checks an e-mail address and a password and returns the account they belong to. Issuing a session token is
        /// the calling program's job.
        /// Fails with `UNAUTHENTICATED`, with the same message and after the same work, if no account has the address,
        /// if the password is wrong, if the stored hash is unusable or if the account is deactivated. If the password
        /// scheme is `argon2id`, a weaker hash is upgraded.
        write authenticate(
            /// The account's e-mail address; case and surrounding blanks are ignored.
            email: String where Bounds::chars(0, 1_000),
            /// The password as it was typed.
            password: Password where Bounds::bytes(4_096),
        ) -> Profile,
            for anyone() = |conn, ctx| accounts::authenticate(conn, ctx, email, password);

        /// Changes a user's password after checking the current one, and voids the user's password reset tokens.
        /// Fails with `INVALID` on `current` if that is not the current password, and on `password` if the password
        /// policy refuses it or if it is the current one; with `PRECONDITION` if the password was changed meanwhile.
        atomic change_password(
            /// The user's id.
            user: UserId,
            /// The user's current password.
            current: Password where Bounds::bytes(4_096),
            /// The new password: at least 12 characters, or at least 8 from three of the classes upper case, lower
            /// case, digits and others; at most 72 bytes if the password scheme is `bcrypt_compat`.
            password: Password where Bounds::chars(8, 1_024).and(Bounds::bytes(1_024)),
        ) -> (),
            for self_or_admin(user)
            after change = |conn, ctx| accounts::prepare_password_change(conn, ctx, user, current, password),
            = |conn, ctx| accounts::change_password(conn, ctx, user, current, &change);

        /// Returns an account without its password hash, or null if it does not exist.
        read get_profile(
            /// The user's id.
            user: UserId,
        ) -> Option<Profile>,
            for self_or_admin(user) = |conn, _| accounts::profile(conn, user);

        /// Changes a user's own profile and returns the account.
        /// Fails with `INVALID`, which names every invalid field, with `NOT_FOUND` if the account does not exist, or
        /// with `PRECONDITION` if it has another `updatedAt` than expected.
        atomic update_profile(
            /// The user's id.
            user: UserId,
            /// The fields to change; the others keep their values.
            update: ProfileUpdate,
            /// The `updatedAt` the account must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Profile,
            for self_or_admin(user) = |conn, ctx| accounts::update_profile(conn, ctx, user, update, *expected_updated_at);

        /// Returns a user's preferences, or null if the account does not exist.
        /// Stored values are merged over the defaults, also within `notifications`, `notificationTypes` and `privacy`.
        read get_preferences(
            /// The user's id.
            user: UserId,
        ) -> Option<Preferences>,
            for self_or_admin(user) = |conn, _| accounts::preferences(conn, user);

        /// Replaces the given top-level preferences, keeps the others and returns all of them.
        /// Sets `updatedAt` among them to the current time. Fails with `INVALID` if `preferences` is not an object or
        /// if all preferences together exceed 16 KiB of JSON, or with `NOT_FOUND` if the account does not exist.
        atomic update_preferences(
            /// The user's id.
            user: UserId,
            /// An object with the preferences to replace: `notifications`, `notificationTypes` and `privacy`, each as a
            /// whole, and any others. Values left out of these three count as their defaults.
            preferences: serde_json::Value,
        ) -> Preferences,
            for self_or_admin(user) = |conn, ctx| accounts::update_preferences(conn, ctx, user, preferences);

        /// Returns how many orders a user has placed and finished, or null if the account does not exist.
        /// A user with ten or more finished orders is a VIP.
        read get_stats(
            /// The user's id.
            user: UserId,
        ) -> Option<AccountStats>,
            for self_or_admin(user) = |conn, _| users::account_stats(conn, user);

        /// Deactivates an account, so that its user cannot sign in until an administrator reactivates it.
        /// Fails with `NOT_FOUND` if the account does not exist, or with `CONFLICT` if it is already deactivated or is
        /// the last active administrator.
        atomic deactivate(
            /// The user's id.
            user: UserId,
        ) -> (),
            for self_or_admin(user) = |conn, ctx| accounts::deactivate(conn, ctx, user);

        /// Anonymises and deactivates an account permanently.
        /// Deletes the user's name, e-mail address, postal address, telephone number, portrait, bio, preferences,
        /// password hash and password reset tokens. Orders, invoices and messages are kept, without the name. Fails
        /// with `NOT_FOUND` if the account does not exist, or with `CONFLICT` if it is the last active administrator.
        atomic close(
            /// The user's id.
            user: UserId,
        ) -> (),
            for self_or_admin(user) = |conn, ctx| accounts::close(conn, ctx, user);
    }

    /// Accounts, as administrators manage them. The last active administrator can be neither deactivated, demoted nor
    /// deleted, even by concurrent calls.
    users: Users {
        /// Returns accounts, newest first by default.
        read list(
            /// Which accounts to return; all by default.
            filter: UserFilter = default,
            /// How to sort the accounts; newest first by default.
            sort: UserSort = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(10, 100),
        ) -> Page<UserItem>,
            for admin() = |conn, _| users::list(conn, filter, *sort, page);

        /// Returns how many accounts match a filter.
        read count(
            /// Which accounts to count; all by default.
            filter: UserFilter = default,
        ) -> u64,
            for admin() = |conn, _| users::count(conn, filter);

        /// Returns the number of accounts in total, by state, by role and created in the last 30 days.
        read stats() -> UserStats,
            for admin() = |conn, ctx| stats::users::accounts(conn, ctx.now);

        /// Returns an account with the numbers of its orders, messages and notifications, or null if it does not exist.
        read get(
            /// The user's id.
            id: UserId,
        ) -> Option<UserDetail>,
            for admin() = |conn, _| users::get(conn, id);

        /// Creates an account and returns it.
        /// Fails with `INVALID`, which names every invalid field, or with `CONFLICT` (`users_email_key`) if an account
        /// already has the address.
        atomic create(
            /// The account to create.
            user: NewUser,
        ) -> Profile,
            for admin() after user = |conn, ctx| accounts::prepare_account(conn, ctx, user),
            = |conn, ctx| accounts::create(conn, ctx, &user);

        /// Changes an account and returns it.
        /// Fails with `INVALID`, which names every invalid field; with `NOT_FOUND` if the account does not exist; with
        /// `PRECONDITION` if it has another `updatedAt` than expected; with `CONFLICT` if another account has the
        /// address (`users_email_key`) or if the last active administrator would be demoted or deactivated.
        atomic update(
            /// The user's id.
            id: UserId,
            /// The fields to change; the others keep their values.
            update: UserUpdate,
            /// The `updatedAt` the account must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Profile,
            for admin() = |conn, ctx| accounts::update(conn, ctx, id, update, *expected_updated_at);

        /// Activates or deactivates an account and returns it.
        /// Fails with `NOT_FOUND` if the account does not exist, or with `CONFLICT` if the last active administrator
        /// would be deactivated.
        atomic set_active(
            /// The user's id.
            id: UserId,
            /// Whether the user may sign in.
            active: bool,
        ) -> Profile,
            for admin() = |conn, ctx| accounts::set_active(conn, ctx, id, *active);

        /// Sets an account's role and returns the account.
        /// Fails with `NOT_FOUND` if the account does not exist, or with `CONFLICT` if the last active administrator
        /// would lose the role.
        atomic set_role(
            /// The user's id.
            id: UserId,
            /// The account's new role.
            role: Role,
        ) -> Profile,
            for admin() = |conn, ctx| accounts::set_role(conn, ctx, id, role);

        /// Sets a new password for a user without asking for the current one, and voids the user's password reset
        /// tokens.
        /// Fails with `NOT_FOUND` if the account does not exist, or with `INVALID` if the password policy refuses the
        /// password.
        atomic set_password(
            /// The user's id.
            id: UserId,
            /// The new password: at least 12 characters, or at least 8 from three of the classes upper case, lower
            /// case, digits and others; at most 72 bytes if the password scheme is `bcrypt_compat`.
            password: Password where Bounds::chars(8, 1_024).and(Bounds::bytes(1_024)),
        ) -> (),
            for admin() after hash = |conn, ctx| accounts::prepare_password(conn, ctx, password),
            = |conn, ctx| accounts::set_password(conn, ctx, id, &hash);

        /// Deletes an account with its files, notifications, messages, orders, cards and tickets, and returns what was
        /// deleted.
        /// Other users' replies to its messages are kept. Fails with `NOT_FOUND` if the account does not exist, or with
        /// `CONFLICT` if an order has an invoice (`invoices_commandeId_fkey`), which must be kept, or if it is the last
        /// active administrator.
        atomic delete(
            /// The user's id.
            id: UserId,
        ) -> DeletedUser,
            for admin() = |conn, ctx| accounts::delete(conn, ctx, id);
    }

    /// Resets of forgotten passwords, by tokens sent by e-mail.
    password_resets: PasswordResets {
        /// Creates a password reset token for the account with an e-mail address, valid for one hour.
        /// The calling program must mail the token to the account's address and must not show it to the public: anyone who
        /// has it can set the password. `token` and `user` are null if no account has the address or if the account is
        /// deactivated; the work done is the same, and the answer to the public should be too. The account's earlier
        /// tokens become void.
        atomic request(
            /// The account's e-mail address; case and surrounding blanks are ignored.
            email: String where Bounds::chars(0, 1_000),
        ) -> ResetRequest,
            for system() = |conn, ctx| password_resets::request(conn, ctx, email);

        /// Returns whether a password reset token can be used now.
        /// The HTTP route takes the token in the body of a POST request, because servers log addresses.
        write check(
            /// The password reset token.
            token: Password where Bounds::bytes(4_096),
        ) -> bool,
            for anyone() = |conn, ctx| password_resets::check(conn, ctx, token);

        /// Sets a new password by a password reset token and voids all tokens of the account.
        /// Fails with `INVALID` on `token`, always with the same message, if the token is malformed, unknown, used or
        /// expired or if the account is deactivated, and on `password` if the password policy refuses it.
        atomic consume(
            /// The password reset token.
            token: Password where Bounds::bytes(4_096),
            /// The new password: at least 12 characters, or at least 8 from three of the classes upper case, lower
            /// case, digits and others; at most 72 bytes if the password scheme is `bcrypt_compat`.
            password: Password where Bounds::chars(8, 1_024).and(Bounds::bytes(1_024)),
        ) -> (),
            for anyone() after reset = |conn, ctx| password_resets::prepare(conn, ctx, token, password),
            = |conn, ctx| password_resets::consume(conn, ctx, token, &reset);

        /// Deletes expired password reset tokens, oldest first, and returns how many.
        /// Call it again until it returns 0.
        write purge_expired(
            /// The maximum number of tokens to delete.
            limit: Option<u32> = default where Bounds::between(1, 10_000).default(1_000),
        ) -> u64,
            for admin() = |conn, ctx| password_resets::purge_expired(conn, ctx, *limit);
    }

    /// Settings that apply to the whole database.
    settings: Settings {
        /// Returns the scheme by which new passwords are hashed.
        /// A database whose tables another backend created starts with `bcrypt_compat`, which that backend can verify;
        /// one that Staka created starts with `argon2id`.
        read get_password_scheme() -> PasswordScheme,
            for admin() = |conn, _| settings::password_scheme(conn);

        /// Sets the scheme by which new passwords are hashed, and returns it.
        /// Choose `argon2id` once no other backend verifies passwords. Stored hashes of both kinds can always be
        /// verified; under `argon2id` signing in upgrades them.
        atomic set_password_scheme(
            /// The scheme for new hashes.
            scheme: PasswordScheme,
        ) -> PasswordScheme,
            for admin() = |conn, ctx| settings_service::set_password_scheme(conn, ctx, scheme);
    }
}
