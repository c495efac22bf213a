//! Sort orders that a caller chooses: a key and a direction.

use super::select::SortColumn;
use crate::base::{Described, Direction, Field, Shape, StructDoc};

/// Declares how a list can be sorted: the keys, each with its column in its default direction, as an enum and a struct
/// of key and direction. The first key is the default.
macro_rules! sort_order {
    (
        #[doc = $doc:literal]
        pub struct $Sort:ident by
        $(#[$key_meta:meta])*
        $Key:ident {
            $($(#[$meta:meta])* $variant:ident = $value:literal => $column:expr),+ $(,)?
        }
    ) => {
        $crate::base::string_enum! {
            $(#[$key_meta])*
            pub enum $Key {
                $($(#[$meta])* $variant = $value),+
            }
        }

        impl $Key {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the column in its default direction.
            const fn column(self) -> $crate::repo::select::SortColumn {
                match self {
                    $(Self::$variant => $column,)+
                }
            }
        }

        #[doc = $doc]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $Sort {
            /// The key to sort by; ids decide between equal values.
            pub sort: $Key,
            /// The direction in which to sort; each key has a default.
            pub direction: Option<$crate::base::Direction>,
        }

        impl $Sort {
            /// Sorts by a key, in its default direction.
            pub const fn by(key: $Key) -> Self {
                Self { sort: key, direction: None }
            }

            /// Sorts ascending.
            #[must_use]
            pub const fn asc(self) -> Self {
                Self { direction: Some($crate::base::Direction::Asc), ..self }
            }

            /// Sorts descending.
            #[must_use]
            pub const fn desc(self) -> Self {
                Self { direction: Some($crate::base::Direction::Desc), ..self }
            }

            fn column(self) -> $crate::repo::select::SortColumn {
                let column = self.sort.column();
                self.direction.map_or(column, |direction| column.towards(direction))
            }
        }

        impl $crate::base::Described for $Sort {
            fn shape() -> $crate::base::Shape {
                let columns: Vec<_> = $Key::ALL.iter().map(|key| key.column()).collect();
                $crate::repo::sort::shape(stringify!($Sort), $doc, <$Key as $crate::base::Described>::shape(), &columns)
            }
        }
    };
}
pub(super) use sort_order;

/// Returns the shape of a sort order.
pub(super) fn shape(name: &'static str, doc: &'static str, key: Shape, columns: &[SortColumn]) -> Shape {
    let of = |direction| columns.iter().all(|column| column.direction() == direction);
    let default = [Direction::Asc, Direction::Desc].into_iter().find(|direction| of(*direction));
    let direction_doc = match default {
        Some(_) => "The direction in which to sort.",
        None => "The direction in which to sort; by default `desc` for times and `asc` for the other keys.",
    };
    let direction = Field::input("direction", direction_doc, false, Option::<Direction>::shape());
    Shape::Struct(StructDoc {
        name,
        doc: doc.trim_ascii(),
        fields: vec![
            Field::input("sort", "The key to sort by; ids decide between equal values.", false, key),
            Field { default: default.map(|direction| direction.as_str().into()), ..direction },
        ],
    })
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro declares what a list makes public")]
mod tests {
    use super::*;

    sort_order! {
        /// How these rows are sorted.
        pub struct RowSort by
        /// A key of these rows.
        RowSortKey {
            /// A time.
            At = "at" => SortColumn::desc("t.at").nullable(),
            /// A name.
            Name = "name" => SortColumn::asc("t.name"),
        }
    }

    #[test]
    fn a_key_is_sorted_in_its_own_direction_unless_another_is_given() {
        assert_eq!(RowSort::default(), RowSort::by(RowSortKey::At));
        assert_eq!(RowSort::by(RowSortKey::At).column().direction(), Direction::Desc);
        assert_eq!(RowSort::by(RowSortKey::Name).column().direction(), Direction::Asc);
        assert_eq!(RowSort::by(RowSortKey::At).asc().column().direction(), Direction::Asc);
        assert_eq!(RowSort::by(RowSortKey::Name).desc().column().direction(), Direction::Desc);
        let read: RowSort = serde_json::from_str(r#"{"sort": "name", "direction": "desc"}"#).unwrap();
        assert_eq!(read, RowSort::by(RowSortKey::Name).desc());
    }

    #[test]
    fn a_default_direction_that_all_keys_share_is_described() {
        let default = |columns: &[SortColumn]| match shape("RowSort", " Doc.", RowSortKey::shape(), columns) {
            Shape::Struct(doc) => (doc.doc, doc.fields[1].default.clone(), doc.fields[1].doc.contains("by default")),
            other => panic!("{other:?}"),
        };
        let (asc, desc) = (SortColumn::asc("t.name"), SortColumn::desc("t.at"));
        assert_eq!(default(&[desc]), ("Doc.", Some("desc".into()), false));
        assert_eq!(default(&[asc]), ("Doc.", Some("asc".into()), false));
        assert_eq!(default(&[desc, asc]), ("Doc.", None, true));
    }
}
