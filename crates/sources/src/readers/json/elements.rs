//! Lists of which each element is a row, also as GraphQL has them.

use crate::readers::json::shape::{Connection, Goal};
use crate::readers::json::walk::{Members, Walker, pass_over, visits_of_plain_values};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// A list, or an object or null in its place.
pub(super) struct Elements<'s, 'w, 'l> {
    pub(super) walker: &'s mut Walker<'w, 'l>,
    /// The shape of its elements.
    pub(super) object: u32,
    pub(super) level: usize,
    /// Whether it is the list within a connection.
    pub(super) connection: Option<Connection>,
    /// The member that it is.
    pub(super) member: u32,
    /// Where its elements are plain values that are wanted.
    pub(super) own: Option<Goal>,
    pub(super) path: String,
}

impl<'l> DeserializeSeed<'l> for Elements<'_, '_, 'l> {
    type Value = ();

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'l> Visitor<'l> for Elements<'_, '_, 'l> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'l>>(self, mut seq: A) -> Result<(), A::Error> {
        let Elements { walker, object, level, connection, member, own, path } = self;
        walker.shape.touch(member, false);
        let is_edge = connection == Some(Connection::Edges);
        let path = path.as_str();
        while seq.next_element_seed(Element { walker, object, level, is_edge, member, own, path })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'l>>(self, map: A) -> Result<(), A::Error> {
        let Elements { walker, object, level, connection, member, path, .. } = self;
        walker.shape.touch(member, false);
        let may_be_connection = connection.is_none().then_some(level);
        let is_connection = Members { walker, object, level: may_be_connection }.visit_map(map)?;
        if !is_connection {
            if connection.is_some() || walker.record.is_last(level) {
                let message = "is an object, and a list is to be unnested: mend `unnest`, or leave it out";
                walker.record.refuse(path, "{...}", message);
            }
            walker.record.end_element(level);
        }
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.walker.shape.touch(self.member, true);
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.plain(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.plain(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.plain(value)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.plain("a number")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.plain(value)
    }
}

impl Elements<'_, '_, '_> {
    fn plain<E>(self, value: impl fmt::Display) -> Result<(), E> {
        self.walker.shape.touch(self.member, false);
        let message = "is one plain value, and a list is to be unnested: mend `unnest`, or leave it out";
        self.walker.record.refuse(self.path, value.to_string(), message);
        Ok(())
    }
}

/// An element of a list, or the edge of a connection that leads to one.
struct Element<'s, 'w, 'l, 'p> {
    walker: &'s mut Walker<'w, 'l>,
    object: u32,
    level: usize,
    is_edge: bool,
    member: u32,
    own: Option<Goal>,
    path: &'p str,
}

impl<'l> DeserializeSeed<'l> for Element<'_, '_, 'l, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.own.filter(|_| !self.is_edge) {
            Some(goal) => {
                let raw: &RawValue = serde::Deserialize::deserialize(deserializer)?;
                self.walker.take(self.member, goal, raw);
                self.walker.record.end_element(self.level);
                Ok(())
            }
            None => deserializer.deserialize_any(self),
        }
    }
}

impl<'l> Visitor<'l> for Element<'_, '_, 'l, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element of a list")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<(), A::Error> {
        let Element { walker, object, level, is_edge, member, own, path } = self;
        if !is_edge {
            Members { walker, object, level: None }.visit_map(map)?;
            walker.record.end_element(level);
            return Ok(());
        }
        let mut has_node = false;
        while let Some(name) = map.next_key::<std::borrow::Cow<'_, str>>()? {
            match &*name {
                "node" => {
                    if std::mem::replace(&mut has_node, true) {
                        walker.record.refuse("", "", format!("an edge of `{path}` has `node` twice"));
                    }
                    let node = Element { walker, object, level, is_edge: false, member, own, path };
                    map.next_value_seed(node)?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'l>>(self, seq: A) -> Result<(), A::Error> {
        let message = "is a list within a list, which cannot be unnested";
        self.walker.record.refuse(self.path, "[...]", message);
        pass_over(seq)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.plain()
    }

    visits_of_plain_values!();
}

impl Element<'_, '_, '_, '_> {
    /// An element that is no object has none of the wanted members. An edge that leads nowhere is no element.
    fn plain<E>(self) -> Result<(), E> {
        if !self.is_edge {
            self.walker.record.end_element(self.level);
        }
        Ok(())
    }
}
