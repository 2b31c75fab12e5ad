//! Where the wanted columns are in the records of a JSON file, and which members its objects have.

use crate::readers::near::{Count, Members};
use std::collections::BTreeMap;

/// All objects that are looked into, from the record down, with their members.
#[derive(Clone)]
pub(super) struct Shape {
    objects: Vec<Object>,
    members: Vec<Member>,
    /// Of each wanted column.
    pub(super) cells: Vec<Cell>,
    /// The number of columns of each level: that of the record, and that of the elements of each list.
    pub(super) widths: Vec<usize>,
    /// What the record at hand has, to be counted once it is known to be one.
    touched: Vec<(u32, bool)>,
    visited: Vec<u32>,
    serial: u64,
}

/// Where a column's value is kept while its record is read.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    /// 0 for the record itself.
    pub(super) level: usize,
    pub(super) at: usize,
}

/// The objects that are at one path.
#[derive(Clone)]
struct Object {
    /// With a dot at its end; empty for a record.
    path: String,
    level: usize,
    by_name: BTreeMap<Box<str>, u32>,
    /// The member that came first in the last object.
    first: Option<u32>,
    count: u64,
}

#[derive(Clone)]
struct Member {
    name: Box<str>,
    goal: Goal,
    /// The member that followed the last time: objects of one file mostly have theirs in the same order.
    next: Option<u32>,
    /// The last object that had it.
    serial: u64,
    count: Count,
}

/// What is wanted of a member.
#[derive(Clone, Copy, Default)]
pub(super) struct Goal {
    /// The column that its value, or that of each of its elements, is.
    pub(super) column: Option<u32>,
    /// Whether the column has that very name, dots included.
    pub(super) is_exact: bool,
    /// The object that is there.
    pub(super) object: Option<u32>,
    /// The level of its elements, of which each is a row.
    pub(super) list: Option<usize>,
    /// Whether it makes the object around it a list.
    pub(super) connection: Option<Connection>,
}

/// How GraphQL has lists.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Connection {
    /// `{"edges": [{"node": {...}}]}`
    Edges,
    /// `{"nodes": [{...}]}`
    Nodes,
}

impl Shape {
    /// Finds the places of columns; a row is made of each element of the list at `unnest`. `prefix` is the path to the
    /// records where these are elements themselves.
    pub(super) fn new<'n>(prefix: &str, columns: impl Iterator<Item = &'n str>, unnest: Option<&str>) -> Shape {
        let mut shape = Shape {
            objects: Vec::new(),
            members: Vec::new(),
            cells: Vec::new(),
            widths: vec![0],
            touched: Vec::new(),
            visited: Vec::new(),
            serial: 0,
        };
        let mut object = shape.add_object(prefix.to_owned(), 0);
        let lists: Vec<&str> = unnest.map(|path| path.split('.').collect()).unwrap_or_default();
        for (level, name) in (1..).zip(&lists) {
            shape.widths.push(0);
            let member = shape.add_member(object, name);
            object = shape.add_object_at(member, object, level);
            shape.members[member as usize].goal.list = Some(level);
            for (name, connection) in [("edges", Connection::Edges), ("nodes", Connection::Nodes)] {
                if lists.get(level) != Some(&name) {
                    let member = shape.add_member(object, name);
                    shape.members[member as usize].goal.connection = Some(connection);
                }
            }
        }
        (0..).zip(columns).for_each(|(column, name)| shape.add_column(column, name));
        shape
    }

    fn add_column(&mut self, column: u32, name: &str) {
        let (mut object, mut rest) = (0, name);
        while let Some((first, below)) = rest.split_once('.').filter(|_| is_path(name)) {
            let member = self.add_member(object, first);
            object = match self.members[member as usize].goal.object {
                Some(below) => below,
                None => self.add_object_at(member, object, self.objects[object as usize].level),
            };
            rest = below;
        }
        let member = self.add_member(object, rest);
        let goal = &mut self.members[member as usize].goal;
        goal.column = Some(column);
        let level = goal.list.unwrap_or(self.objects[object as usize].level);
        self.cells.push(Cell { level, at: self.widths[level] });
        self.widths[level] += 1;
        if level == 0 && object != 0 {
            let exact = self.add_member(0, name);
            let goal = &mut self.members[exact as usize].goal;
            (goal.column, goal.is_exact) = (Some(column), true);
        }
    }

    fn add_object_at(&mut self, member: u32, within: u32, level: usize) -> u32 {
        let path = format!("{}{}.", self.objects[within as usize].path, self.members[member as usize].name);
        let object = self.add_object(path, level);
        self.members[member as usize].goal.object = Some(object);
        object
    }

    fn add_object(&mut self, path: String, level: usize) -> u32 {
        self.objects.push(Object { path, level, by_name: BTreeMap::new(), first: None, count: 0 });
        self.objects.len() as u32 - 1
    }

    fn add_member(&mut self, object: u32, name: &str) -> u32 {
        let new = self.members.len() as u32;
        let object = &mut self.objects[object as usize];
        let found = *object.by_name.entry(name.into()).or_insert(new);
        if found == new {
            let (goal, count) = (Goal::default(), Count::default());
            self.members.push(Member { name: name.into(), goal, next: None, serial: 0, count });
        }
        found
    }

    /// Begins an object; the number tells it from all others.
    pub(super) fn begin(&mut self, object: u32) -> u64 {
        self.visited.push(object);
        self.serial += 1;
        self.serial
    }

    /// Finds the member of this name, which is after another one, or is the first.
    #[inline]
    pub(super) fn find(&mut self, object: u32, previous: Option<u32>, name: &str) -> u32 {
        let guess = *self.after(object, previous);
        if let Some(guess) = guess
            && *self.members[guess as usize].name == *name
        {
            return guess;
        }
        let known = self.objects[object as usize].by_name.get(name).copied();
        let found = known.unwrap_or_else(|| self.add_member(object, name));
        *self.after(object, previous) = Some(found);
        found
    }

    /// Returns the member that was after another one, or first, the last time.
    fn after(&mut self, object: u32, previous: Option<u32>) -> &mut Option<u32> {
        match previous {
            None => &mut self.objects[object as usize].first,
            Some(previous) => &mut self.members[previous as usize].next,
        }
    }

    pub(super) fn goal(&self, member: u32) -> Goal {
        self.members[member as usize].goal
    }

    /// Tells whether the object of this number has had the member before.
    pub(super) fn is_repeated(&mut self, member: u32, serial: u64) -> bool {
        std::mem::replace(&mut self.members[member as usize].serial, serial) == serial
    }

    /// Returns the path of a member of an object.
    pub(super) fn path(&self, object: u32, member: u32) -> String {
        format!("{}{}", self.objects[object as usize].path, self.members[member as usize].name)
    }

    /// Returns the path of an object.
    pub(super) fn path_of(&self, object: u32) -> String {
        self.objects[object as usize].path.trim_end_matches('.').to_owned()
    }

    #[inline]
    pub(super) fn touch(&mut self, member: u32, is_null: bool) {
        self.touched.push((member, is_null));
    }

    /// Counts what the record at hand has, or forgets it.
    pub(super) fn end_record(&mut self, is_counted: bool) {
        if is_counted {
            for &(member, is_null) in &self.touched {
                self.members[member as usize].count.add_one(is_null);
            }
            self.visited.iter().for_each(|&object| self.objects[object as usize].count += 1);
        }
        self.touched.clear();
        self.visited.clear();
    }

    /// Returns which members the objects have had.
    pub(super) fn seen(&self) -> Members {
        let counts = |object: &Object| {
            let members = object.by_name.iter().map(|(name, &at)| (name.to_string(), self.members[at as usize].count));
            members.filter(|(_, count)| count.objects > 0).collect()
        };
        let members = |object: &Object| Members { objects: object.count, counts: counts(object), ..Members::default() };
        let mut below: BTreeMap<String, Members> =
            self.objects.iter().map(|object| (object.path.clone(), members(object))).collect();
        // Where the records are elements themselves, nothing is said of what these are elements of.
        let own = below.remove("").unwrap_or_default();
        Members { below, ..own }
    }
}

/// Tells whether a name may be a path: words with dots between them.
fn is_path(name: &str) -> bool {
    name.split('.').all(|part| !part.is_empty())
}
