//! What every room above stands on: errors, ids, enums, lists and cursors, money, time.

mod address;
mod args;
mod business;
mod calendar;
mod choice;
mod clock;
mod column;
pub(crate) mod csv;
mod days;
mod describe;
mod enums;
mod error;
pub(crate) mod given;
mod id;
mod json_text;
mod listing;
mod money;
mod patch;
mod period;
mod row;
mod secret;
mod share;
mod table;
mod tax;
mod timestamp;

pub(crate) use address::address_fault;
pub use args::Args;
pub use business::{
    BUSINESS_DAY, after_business_millis, business_millis, business_minutes, easter, is_business_day, is_public_holiday,
};
pub use choice::Direction;
pub(crate) use choice::{choice, column_word};
pub use clock::{Clock, ManualClock, SystemClock, Zone};
pub use column::{Column, Erasure, Length, Purpose, Retention, Sensitivity};
pub use days::{LocalDay, day_after, last_days, year_in};
pub use describe::{Described, Field, Output, OutputFields, Shape, StructDoc};
pub use enums::{TextEnum, Unrecognised};
pub(crate) use enums::{place_of, text_enum};
pub use error::{Error, ErrorKind, FieldFault, Result};
pub use id::TextId;
pub(crate) use id::{fault as id_fault, text_id, uuid_text as new_id_text};
pub use json_text::JsonText;
pub use listing::{Cursor, Listing, Page, Window};
pub use money::Average;
pub use patch::{Between, Match, Patch};
pub use period::{Day, PERIODS, Period, PeriodUnit, periods, range_before};
pub use row::{Reader, Record};
pub use secret::{Password, Secret};
pub use share::{growth, share};
pub use table::{Faults, Filter, Fits, NewRow, RowPatch, Table, Where};
pub use tax::{Split, Tax, TaxRegime};
pub use timestamp::Timestamp;
