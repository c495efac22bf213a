//! The types that every other module uses: errors, ids, enums, pages and cursors, money, time.

mod address;
mod args;
mod bounds;
mod bounds_text;
mod business;
mod calendar;
mod clock;
mod column;
pub(crate) mod csv;
mod days;
mod describe;
mod error;
mod fnv;
mod french;
mod id;
pub(crate) mod input_text;
mod json_text;
mod money;
#[cfg(feature = "unstable-internals")]
mod new_row;
mod page;
mod patch;
mod period;
mod predicate;
mod row;
mod secret;
mod share;
mod string_enum;
mod table;
mod tax;
mod text_column;
mod text_enum;
mod timestamp;
mod violations;

pub(crate) use address::address_problem;
pub use args::Args;
pub(crate) use bounds::MAX_PAGE;
pub use bounds::{Bounds, ListBounds, MAX_SAFE_INTEGER, Pattern, TextBounds, integer_problem};
pub use business::{
    BUSINESS_DAY, after_business_millis, business_millis, business_minutes, easter, is_business_day, is_public_holiday,
};
pub use clock::{Clock, ManualClock, SystemClock, Zone};
pub use column::{Column, Erasure, Length, Purpose, Retention, Sensitivity};
pub use days::{LocalDay, day_after, last_days, year_in};
pub use describe::{Described, Field, Output, OutputFields, Shape, StructDoc};
pub use error::{Error, ErrorKind, FieldError, Result};
pub(crate) use fnv::fnv1a;
pub(crate) use french::format_time;
pub use french::{format_date, format_date_time, format_euros, format_percent};
pub use id::TextId;
pub(crate) use id::{id_problem, new_id_text, text_id};
pub use json_text::{JsonText, NotJson};
pub use money::Average;
#[cfg(feature = "unstable-internals")]
pub use new_row::NewRow;
pub use page::{Cursor, MAX_CURSOR_CHARS, PAGE_NEXT_DOC, PAGE_TOTAL_DOC, Page, PageRequest, Window};
pub use patch::{Between, Match, Patch};
pub use period::{Day, MAX_PERIODS, Period, PeriodUnit, periods, range_before};
pub use predicate::{Filter, MATCH_LIST_BOUNDS, Predicate};
pub use row::{Reader, Record};
pub use secret::{Password, Secret};
pub use share::{growth, share};
pub use string_enum::Direction;
pub(crate) use string_enum::{string_enum, string_enum_column};
pub use table::{PartialRow, PatchedTable, RowPatch, Table, are_columns};
pub use tax::{Split, Tax, TaxRegime};
pub(crate) use text_column::text_column;
pub use text_enum::{TextEnum, Unrecognised};
pub(crate) use text_enum::{ordinal_of, text_enum};
pub use timestamp::Timestamp;
pub use violations::{Validate, Violations};
