//! A walk through the text of one record: the wanted values are taken out, the others passed over.

use crate::readers::json::elements::Elements;
use crate::readers::json::record::Record;
use crate::readers::json::scalar::scalar;
use crate::readers::json::shape::{Goal, NONE, Shape};
use accrue_facts::ids::is_cut_id;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Visits of plain values, all of which call `plain`: what they are makes no difference.
macro_rules! visits_of_plain_values {
    () => {
        fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
            self.plain()
        }

        fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
            self.plain()
        }

        fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
            self.plain()
        }

        fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
            self.plain()
        }

        fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
            self.plain()
        }
    };
}
pub(super) use visits_of_plain_values;

/// What a walk fills, and by what it goes.
pub(super) struct Walker<'w, 'l> {
    pub(super) shape: &'w mut Shape,
    pub(super) record: &'w mut Record<'l>,
    /// The names of the wanted columns.
    pub(super) names: &'w [&'w str],
}

impl<'l> Walker<'_, 'l> {
    /// Takes the values out of a record's text. What it has is counted once the record is ended.
    ///
    /// # Errors
    /// Where it is no JSON object. What is wrong with its values becomes the record's fault.
    pub(super) fn walk(&mut self, text: &'l str) -> Result<(), serde_json::Error> {
        self.record.clear();
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let walked = deserializer.deserialize_map(Members { walker: self, object: 0, level: None });
        let walked = walked.and_then(|_| deserializer.end());
        match walked {
            Ok(()) => self.record.end(),
            Err(_) => self.shape.end_record(false),
        }
        walked
    }

    /// What was read of an object that turns out to stand for a list is none of its elements.
    fn begin_connection(&mut self, object: u32, level: usize, before: Option<usize>) {
        self.record.forget_element(level);
        if before != Some(self.record.count(level + 1)) {
            let path = self.shape.path_of(object);
            self.record.refuse(
                path,
                "{...}",
                "has `edges` or `nodes`, and another list that is to be unnested beside it",
            );
        }
    }

    pub(super) fn take(&mut self, member: u32, goal: Goal, raw: &'l RawValue) {
        let (Some(column), raw) = (goal.column, raw.get()) else { return };
        self.shape.touch(member, raw == "null");
        let name = self.names[column as usize];
        // Written out, the digits that are lost would be zeros.
        let value = match is_cut_id(name, raw) {
            true => Ok(Some(raw.into())),
            false => scalar(name, raw),
        };
        match value {
            Ok(value) => self.record.set(column, self.shape.cells[column as usize], goal.is_exact, value),
            Err(message) => self.record.refuse(name, raw, message),
        }
    }
}

/// The members of an object.
pub(super) struct Members<'s, 'w, 'l> {
    pub(super) walker: &'s mut Walker<'w, 'l>,
    pub(super) object: u32,
    /// The level of the list that the object may stand for as a connection.
    pub(super) level: Option<usize>,
}

impl<'l> Visitor<'l> for Members<'_, '_, 'l> {
    /// Whether the object is a connection.
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<bool, A::Error> {
        let Members { walker, object, level } = self;
        let serial = walker.shape.begin(object);
        let before = level.map(|level| walker.record.count(level + 1));
        let (mut member, mut is_connection) = (NONE, false);
        while let Some(found) = map.next_key_seed(Name { shape: walker.shape, object, previous: member })? {
            member = found;
            let goal = walker.shape.goal(member);
            let is_wanted = goal.column.is_some() || goal.object.is_some();
            if (is_wanted || goal.connection.is_some()) && walker.shape.is_repeated(member, serial) {
                let message = format!("the object has `{}` twice", walker.shape.path(object, member));
                walker.record.refuse("", "", message);
            }
            match (goal.connection, level) {
                _ if is_connection => drop(map.next_value::<IgnoredAny>()?),
                (Some(connection), Some(level)) => {
                    is_connection = true;
                    walker.begin_connection(object, level, before);
                    let (path, own) = (walker.shape.path(object, member), None);
                    let connection = Some(connection);
                    map.next_value_seed(Elements { walker, object, level, connection, member, own, path })?;
                }
                _ if is_wanted => map.next_value_seed(Value { walker, object, member, goal })?,
                _ => {
                    walker.shape.touch(member, false);
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(is_connection)
    }
}

/// The name of a member.
struct Name<'s> {
    shape: &'s mut Shape,
    object: u32,
    previous: u32,
}

impl<'l> DeserializeSeed<'l> for Name<'_> {
    type Value = u32;

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<u32, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<u32, E> {
        Ok(self.shape.find(self.object, self.previous, name))
    }
}

/// A member of which something is wanted.
struct Value<'s, 'w, 'l> {
    walker: &'s mut Walker<'w, 'l>,
    /// The object that it is a member of.
    object: u32,
    member: u32,
    goal: Goal,
}

impl<'l> DeserializeSeed<'l> for Value<'_, '_, 'l> {
    type Value = ();

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.goal {
            Goal { list: Some(level), object: Some(below), .. } => {
                let Value { walker, object, member, goal } = self;
                let (path, connection) = (walker.shape.path(object, member), None);
                let own = goal.column.map(|_| goal);
                let list = Elements { walker, object: below, level, connection, member, own, path };
                deserializer.deserialize_any(list)
            }
            Goal { column: Some(_), .. } => {
                let raw: &RawValue = serde::Deserialize::deserialize(deserializer)?;
                self.walker.take(self.member, self.goal, raw);
                Ok(())
            }
            _ => deserializer.deserialize_any(self),
        }
    }
}

/// What a path leads through: an object, or nothing.
impl<'l> Visitor<'l> for Value<'_, '_, 'l> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'l>>(self, map: A) -> Result<(), A::Error> {
        self.walker.shape.touch(self.member, false);
        let object = self.goal.object.expect("a path leads into it");
        Members { walker: self.walker, object, level: None }.visit_map(map).map(drop)
    }

    fn visit_seq<A: SeqAccess<'l>>(self, seq: A) -> Result<(), A::Error> {
        self.walker.shape.touch(self.member, false);
        let path = self.walker.shape.path(self.object, self.member);
        let message = format!("is a list, and one value of it is wanted: map its elements, with `unnest = \"{path}\"`");
        self.walker.record.refuse(path, "[...]", message);
        pass_over(seq)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.walker.shape.touch(self.member, true);
        Ok(())
    }

    visits_of_plain_values!();
}

impl Value<'_, '_, '_> {
    /// A path through a plain value leads to nothing.
    fn plain<E>(self) -> Result<(), E> {
        self.walker.shape.touch(self.member, false);
        Ok(())
    }
}

pub(super) fn pass_over<'l, A: SeqAccess<'l>>(mut seq: A) -> Result<(), A::Error> {
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}
