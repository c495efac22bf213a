//! The one list of public operations, an area a file.

use futures_util::future::BoxFuture;

use super::operation::joined;
use super::{Operation, Operations, Sink};
use crate::base::Result;

/// Each area with its groups; their operations one after the other are the list.
macro_rules! areas {
    ($($area:ident),+ $(,)?) => {
        $(mod $area;)+

        $(pub use $area::*;)+

        /// All public operations.
        pub(super) static OPERATIONS: [Operation; 0 $(+ $area::OPERATIONS.len())+] = joined(&[$($area::OPERATIONS),+]);

        /// Calls the operation at this place of the list.
        pub(super) fn call_by_place<'a, K: Sink>(
            place: usize,
            operations: &'a Operations,
            json: &'a str,
            sink: K,
        ) -> BoxFuture<'a, Result<K::Out>> {
            let first = 0;
            $(
                let within = place - first;
                if within < $area::OPERATIONS.len() {
                    return $area::call_by_place(within, operations, json, sink);
                }
                let first = first + $area::OPERATIONS.len();
            )+
            unreachable!("{place} is after the list's end, {first}")
        }
    };
}

areas! {
    accounts,
    notifications,
    payments,
    privacy,
    commandes,
    stats,
    audit,
    messages,
    catalogue,
    invoices,
    tickets,
}

pub use crate::repo::notifications::UserNotificationFilter;
pub use crate::repo::users::{UserFilter, UserSort, UserSortKey};
pub use crate::service::accounts::{NewUser, ProfileUpdate, Registration, UserUpdate};
