//! A walk through the text of one record: the wanted values are taken out, the others passed over. A list may be rows:
//! each of its elements is one, also as GraphQL has lists.

use crate::readers::json::plain::visits_of_plain_values;
use crate::readers::json::shape::{Connection, Goal, Shape};
use crate::readers::json::walker::Walker;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

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
}

/// The members of an object.
struct Members<'s, 'w, 'l> {
    walker: &'s mut Walker<'w, 'l>,
    object: u32,
    /// The level of the list that the object may stand for as a connection.
    level: Option<usize>,
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
        let (mut previous, mut is_connection) = (None, false);
        while let Some(member) = map.next_key_seed(Name { shape: walker.shape, object, previous })? {
            previous = Some(member);
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
    /// The member before it.
    previous: Option<u32>,
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
    fn plain<E>(self, _: &dyn fmt::Display) -> Result<(), E> {
        self.walker.shape.touch(self.member, false);
        Ok(())
    }
}

/// A list, or an object or null in its place.
struct Elements<'s, 'w, 'l> {
    walker: &'s mut Walker<'w, 'l>,
    /// The shape of its elements.
    object: u32,
    level: usize,
    /// Whether it is the list within a connection.
    connection: Option<Connection>,
    /// The member that it is.
    member: u32,
    /// Where its elements are plain values that are wanted.
    own: Option<Goal>,
    path: String,
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

    visits_of_plain_values!();
}

impl Elements<'_, '_, '_> {
    fn plain<E>(self, value: &dyn fmt::Display) -> Result<(), E> {
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
        self.plain(&"null")
    }

    visits_of_plain_values!();
}

impl Element<'_, '_, '_, '_> {
    /// An element that is no object has none of the wanted members. An edge that leads nowhere is no element.
    fn plain<E>(self, _: &dyn fmt::Display) -> Result<(), E> {
        if !self.is_edge {
            self.walker.record.end_element(self.level);
        }
        Ok(())
    }
}

fn pass_over<'l, A: SeqAccess<'l>>(mut seq: A) -> Result<(), A::Error> {
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}
