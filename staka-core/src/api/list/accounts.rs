//! Accounts: of their owners, of administrators, and passwords that were forgotten.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Direction, Listing, Page, Password, Result, Timestamp};
use crate::flow::accounts::{self, NewAccount, ProfileChange, Registration, UserChange};
use crate::flow::{password_resets as resets, settings as set};
use crate::model::view::{
    AccountStats, Preferences, Profile, RemovedUser, ResetRequest, UserDetail, UserItem, UserStats,
};
use crate::model::{PasswordScheme, Role, UserId};
use crate::repo::users::{UserSearch, UserSort};
use crate::repo::{settings, users};
use crate::stats;

operations! {
    /// What users do with their own accounts.
    accounts: Accounts {
        /// Makes an account for an author, and tells the administrators. `Invalid` names every faulty field;
        /// `Conflict` (`users_email_key`) when the address has an account.
        act register(
            /// Who registers.
            registration: Registration,
        ) -> Profile,
            for anyone() after user = |conn, act| accounts::prepare_registration(conn, act, registration),
            = |conn, act| accounts::register(conn, act, &user);

        /// Whose e-mail address and password these are; the caller makes a token for them. `Unauthenticated`, in the
        /// same words and at the same price, when no account has the address, the password is another, what is stored is
        /// no hash, or the account may not sign in. Where Argon2id is in force, a weaker hash is replaced by the way.
        write authenticate(
            /// E-mail address; neither its case nor blanks around it matter.
            email: String,
            /// Password, as it was typed.
            password: Password,
        ) -> Profile,
            for anyone() = |conn, act| accounts::authenticate(conn, act, email, password);

        /// Changes the password of who knows it; tokens that would set another are void. `Invalid` on `current` when
        /// it is another, on `password` when the policy refuses it or it is the same; `Precondition` when it was changed
        /// meanwhile.
        act change_password(
            /// Whose.
            user: UserId,
            /// The password so far.
            current: Password,
            /// The new one: at least 12 characters, or 8 with three of upper case, lower case, digits and others; at
            /// most 1,024 bytes, and 72 where bcrypt hashes.
            password: Password,
        ) -> (),
            for self_or_admin(user)
            after change = |conn, act| accounts::prepare_password_change(conn, act, user, current, password),
            = |conn, act| accounts::change_password(conn, act, user, current, &change);

        /// An account, without its hash; null when it is gone.
        read profile(
            /// Whose.
            user: UserId,
        ) -> Option<Profile>,
            for self_or_admin(user) = |conn, _| accounts::profile(conn, user);

        /// Changes what a user says of themselves. `Invalid` names every faulty field; `Precondition` when `expected` is
        /// given and the account was written since.
        act update_profile(
            /// Whose.
            user: UserId,
            /// What to change.
            change: ProfileChange,
            /// The `updatedAt` that the caller has seen.
            expected: Option<Timestamp> = default,
        ) -> Profile,
            for self_or_admin(user) = |conn, act| accounts::update_profile(conn, act, user, change, *expected);

        /// A user's preferences: what was stored over the defaults, within `notifications`, `notificationTypes` and
        /// `privacy` too. Null when the account is gone.
        read preferences(
            /// Whose.
            user: UserId,
        ) -> Option<Preferences>,
            for self_or_admin(user) = |conn, _| accounts::preferences(conn, user);

        /// Puts what is given in place of what is stored under the same names, and the moment under `updatedAt`; other
        /// names stay. `Invalid` unless it is an object, and when all would be more than 16 KiB.
        act update_preferences(
            /// Whose.
            user: UserId,
            /// An object: `notifications`, `notificationTypes`, `privacy`, each whole, and others.
            preferences: serde_json::Value,
        ) -> Preferences,
            for self_or_admin(user) = |conn, act| accounts::update_preferences(conn, act, user, preferences);

        /// How many orders a user made, how many are finished, and whether that makes a VIP (ten). Null when the account
        /// is gone.
        read stats(
            /// Whose.
            user: UserId,
        ) -> Option<AccountStats>,
            for self_or_admin(user) = |conn, _| users::account_stats(conn, user);

        /// The account may not sign in any more, until an administrator lets it. `Conflict` when it may not already, and
        /// when nobody would be left to administer the platform.
        act deactivate(
            /// Whose.
            user: UserId,
        ) -> (),
            for self_or_admin(user) = |conn, act| accounts::deactivate(conn, act, user);

        /// Closes an account for good: nobody signs in by it, and name, address, telephone, portrait, bio, preferences,
        /// hash and tokens are gone. Orders, invoices and messages stay, under nobody's name. `Conflict` when nobody would
        /// be left to administer the platform.
        act remove_self(
            /// Whose.
            user: UserId,
        ) -> (),
            for self_or_admin(user) = |conn, act| accounts::remove_self(conn, act, user);
    }

    /// What administrators do with accounts. Somebody is always left who may: the last administrator who may sign in can
    /// be neither deactivated nor demoted nor removed, however many try at once.
    users: Users {
        /// Accounts, the newest first unless sorted otherwise. 10 a page, 100 at the most.
        read list(
            /// Which.
            filter: UserSearch = default,
            /// By what they are sorted.
            sort: UserSort = default,
            /// Which end comes first; the newest, or the start of the alphabet, unless given.
            direction: Option<Direction> = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<UserItem>,
            for admin() = |conn, _| users::search(conn, filter, *sort, *direction, page);

        /// How many accounts there are under a filter.
        read count(
            /// Which.
            filter: UserSearch = default,
        ) -> u64,
            for admin() = |conn, _| users::search_count(conn, filter);

        /// How many accounts there are: in all, of each state and role, and made in the last 30 days.
        read stats() -> UserStats,
            for admin() = |conn, act| stats::users::accounts(conn, act.now);

        /// An account with the number of its orders, messages and notifications; null when it is gone.
        read get(
            /// Whose.
            id: UserId,
        ) -> Option<UserDetail>,
            for admin() = |conn, _| users::detail(conn, id);

        /// Makes an account. `Invalid` names every faulty field; `Conflict` (`users_email_key`) when the address has one.
        act create(
            /// The account.
            account: NewAccount,
        ) -> Profile,
            for admin() after user = |conn, act| accounts::prepare_account(conn, act, account),
            = |conn, act| accounts::create(conn, act, &user);

        /// Changes an account. `Invalid` names every faulty field; `Precondition` when `expected` is given and the account
        /// was written since; `Conflict` when the address is somebody else's (`users_email_key`), or the last
        /// administrator would go.
        act update(
            /// Whose.
            id: UserId,
            /// What to change.
            change: UserChange,
            /// The `updatedAt` that the caller has seen.
            expected: Option<Timestamp> = default,
        ) -> Profile,
            for admin() = |conn, act| accounts::update(conn, act, id, change, *expected);

        /// Lets an account sign in, or not. `Conflict` when the last administrator would go.
        act set_active(
            /// Whose.
            id: UserId,
            /// Whether it may.
            active: bool,
        ) -> Profile,
            for admin() = |conn, act| accounts::set_active(conn, act, id, *active);

        /// Sets what an account may do. `Conflict` when the last administrator would go, be it to CORRECTOR.
        act set_role(
            /// Whose.
            id: UserId,
            /// What it may do.
            role: Role,
        ) -> Profile,
            for admin() = |conn, act| accounts::set_role(conn, act, id, role);

        /// Sets a new password for somebody who cannot; tokens that would set another are void.
        act set_password(
            /// Whose.
            id: UserId,
            /// The new one: at least 12 characters, or 8 with three of upper case, lower case, digits and others; at
            /// most 1,024 bytes, and 72 where bcrypt hashes.
            password: Password,
        ) -> (),
            for admin() after hash = |conn, act| accounts::prepare_password(conn, act, password),
            = |conn, act| accounts::set_password(conn, act, id, &hash);

        /// Removes an account with its files, notifications, messages, orders, cards and tickets; replies of others to its
        /// messages stay. `Conflict` when an order has an invoice (`invoices_commandeId_fkey`), which must be kept, or the
        /// last administrator would go.
        act remove(
            /// Whose.
            id: UserId,
        ) -> RemovedUser,
            for admin() = |conn, act| accounts::remove(conn, act, id);
    }

    /// Passwords that were forgotten.
    password_resets: PasswordResets {
        /// A token for who has that address, to be mailed there by the calling program: whoever holds it sets the
        /// password, so no door gives it to the public. `token` and `user` are null when no account has the address or it
        /// may not sign in; statements and price are the same, and what the program answers to the public should be too.
        /// Good for one hour; earlier ones are void.
        act request(
            /// E-mail address; neither its case nor blanks around it matter.
            email: String,
        ) -> ResetRequest,
            for system() = |conn, act| resets::request(conn, act, email);

        /// Whether a token may set a password now. Doors take it for one that writes: a token must not stand in an address,
        /// which servers write into their logs.
        write check(
            /// The token.
            token: Password,
        ) -> bool,
            for anyone() = |conn, act| resets::check(conn, act, token);

        /// Sets a new password by a token, which is good for one time; other tokens of the account are void then.
        /// `Invalid` on `token`, in the same words, when it is none, was used, has expired or its account may not sign in;
        /// on `password` when the policy refuses it.
        act consume(
            /// The token.
            token: Password,
            /// The new one: at least 12 characters, or 8 with three of upper case, lower case, digits and others; at
            /// most 1,024 bytes, and 72 where bcrypt hashes.
            password: Password,
        ) -> (),
            for anyone() after reset = |conn, act| resets::prepare(conn, act, token, password),
            = |conn, act| resets::consume(conn, act, token, &reset);

        /// Removes tokens that have expired, the oldest first; gives how many. To be called again until it gives none.
        write purge_expired(
            /// How many at the most, 1 to 10,000; 1,000 unless given.
            limit: Option<u32> = default,
        ) -> u64,
            for admin() = |conn, act| resets::purge_expired(conn, act, *limit);
    }

    /// What is set for the whole database.
    settings: Settings {
        /// How new passwords are hashed. A database that another backend made starts as `bcrypt_compat`, so that it goes on
        /// reading them; one that Staka made as `argon2id`.
        read password_scheme() -> PasswordScheme,
            for admin() = |conn, _| settings::password_scheme(conn);

        /// Sets how new passwords are hashed from now on: to `argon2id` once no other backend verifies passwords. What is
        /// stored is verified whatever it is; under `argon2id` a sign-in upgrades it.
        act set_password_scheme(
            /// How.
            scheme: PasswordScheme,
        ) -> PasswordScheme,
            for admin() = |conn, act| set::set_password_scheme(conn, act, scheme);
    }
}
