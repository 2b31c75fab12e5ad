//! What a template may take: steps, the size of the values that it makes, and of all that it writes.
//!
//! The engine counts its steps and nothing else. So the values that operators, filters and calls make are measured by
//! filters of ours, which [`super::measured`] puts behind them; filters that make much of little are asked before; and
//! what is written is counted. All limits grow with what a mail is about, so that no data of a shop can reach them.

use minijinja::filters;
use minijinja::value::{Rest, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, Value};
use std::cell::Cell;
use std::collections::BTreeMap;

/// The most steps of one part of a mail: some 20 for each line of a mail, and some hundred for the rest.
pub(crate) const STEPS: u64 = 500_000;
/// Behind a value: passes it on where it is not too large.
pub(crate) const MEASURED: &str = "_measured";
/// Behind a value that an attribute of a namespace is set to.
pub(crate) const HELD: &str = "_held";
/// Behind the number of bytes of text that the template itself has there.
pub(crate) const FIXED: &str = "_fixed";
/// How all that is said here begins.
pub(crate) const EXCESS: &str = "is more than a template may";

/// The most bytes of a value, written out.
const VALUE: u64 = 128 << 10;
/// The most bytes of all that is made and written.
const ALL: u64 = 32 << 20;
/// How many times what a mail is about is added to these.
const TIMES: (u64, u64) = (8, 64);
/// More bytes than there are.
const ENDLESS: u64 = u64::MAX >> 8;
/// The most levels of lists within each other.
const LEVELS: usize = 50;

/// Returns how large a result of a filter may be, by its arguments.
type Grown = fn(&[Value]) -> u64;

/// The filters whose results may be much larger than what they are given, and how large.
const GROWING: [(&str, Grown); 6] = [
    ("format", formatted),
    ("indent", |args| largest_number(args).saturating_mul(lines(args)).saturating_add(size_of(args, 0))),
    ("batch", filled),
    ("slice", filled),
    ("replace", replaced),
    ("join", |args| size_of(args, 0).saturating_add(count(args).saturating_mul(others(args)))),
];

thread_local! {
    /// The most bytes of a value, and the bytes that are left of all, of the part that this thread renders.
    static LEFT: Cell<(u64, u64)> = const { Cell::new((VALUE, ALL)) };
}

/// Begins a part of a mail that is about these values.
pub(crate) fn begin(values: &Value) {
    let mut known = Measure::of(ENDLESS);
    // These values are ours: they are neither deep nor endless.
    let _ = known.add(values, 0);
    let size = ENDLESS - known.left;
    LEFT.set((VALUE + size.saturating_mul(TIMES.0), ALL + size.saturating_mul(TIMES.1)));
}

/// Adds the filters to an environment.
pub(crate) fn add_to(environment: &mut Environment<'_>) {
    environment.set_fuel(Some(STEPS));
    environment.add_filter(MEASURED, whole);
    environment.add_filter(HELD, |value: Value| match is_namespace(&value) {
        true => Err(excess("hold: a namespace is in a namespace")),
        false => whole(value),
    });
    environment.add_filter(FIXED, |bytes: u64| spend(bytes).map(|()| ""));
    for (name, grown) in GROWING {
        let filter = match name {
            "format" => Value::from_function(filters::format),
            "indent" => Value::from_function(filters::indent),
            "batch" => Value::from_function(filters::batch),
            "slice" => Value::from_function(filters::slice),
            "replace" => Value::from_function(filters::replace),
            _ => Value::from_function(filters::join),
        };
        environment.add_filter(name, move |state: &mut State, args: Rest<Value>| {
            if grown(&args) > LEFT.get().0 {
                return Err(too_large());
            }
            filter.call(state, &args)
        });
    }
}

/// Counts a value that is made. What asks others for its items becomes a list or map of its own: of such values within
/// each other, 2^n may be asked for nothing.
fn whole(value: Value) -> Result<Value, Error> {
    measured(&value)?;
    match value.kind() {
        ValueKind::Iterable => Ok(value.try_iter()?.collect()),
        ValueKind::Seq if is_a(&value, "::MergeSeq") => Ok(value.try_iter()?.collect()),
        ValueKind::Map if is_a(&value, "::MergeDict") => {
            let pair = |key: Value| value.get_item(&key).map(|item| (key, item));
            value.try_iter()?.map(pair).collect::<Result<BTreeMap<Value, Value>, _>>().map(Value::from)
        }
        _ => Ok(value),
    }
}

/// Counts a value that is written.
///
/// # Errors
/// It is too large, or with it more is written than may be.
pub(crate) fn measured(value: &Value) -> Result<(), Error> {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None | ValueKind::Bool | ValueKind::Number => Ok(()),
        _ => {
            let (most, _) = LEFT.get();
            let mut measure = Measure::of(most);
            measure.add(value, 0)?;
            spend(most - measure.left)
        }
    }
}

fn spend(bytes: u64) -> Result<(), Error> {
    let (most, left) = LEFT.get();
    LEFT.set((most, left.saturating_sub(bytes)));
    match bytes > left {
        true => Err(excess(&format!("write: more than {} MiB for one part of a mail", ALL >> 20))),
        false => Ok(()),
    }
}

/// Counts the bytes of a value as it would be written, and something for each list, map and item in it.
struct Measure {
    left: u64,
}

impl Measure {
    fn of(left: u64) -> Measure {
        Measure { left }
    }

    fn add(&mut self, value: &Value, level: usize) -> Result<(), Error> {
        if level > LEVELS {
            return Err(excess(&format!("hold: lists are within each other {LEVELS} levels deep")));
        }
        if level > 0 && is_namespace(value) {
            return Err(excess("hold: a namespace is in another value"));
        }
        // A list takes something itself: of lists of empty lists there may be 2^n in n steps.
        self.take(value.as_str().map_or(0, str::len))?;
        match value.kind() {
            ValueKind::Seq | ValueKind::Iterable => value.try_iter()?.try_for_each(|item| self.add(&item, level + 1)),
            ValueKind::Map => value.try_iter()?.try_for_each(|key| {
                self.add(&key, level + 1)?;
                self.add(&value.get_item(&key)?, level + 1)
            }),
            _ => Ok(()),
        }
    }

    /// A value takes something even where nothing is written of it.
    fn take(&mut self, bytes: usize) -> Result<(), Error> {
        self.left = self.left.checked_sub(bytes as u64 + 4).ok_or_else(too_large)?;
        Ok(())
    }
}

fn is_namespace(value: &Value) -> bool {
    is_a(value, "::Namespace")
}

/// Tells whether a value is of one of the engine's own types, by the end of its name.
fn is_a(value: &Value, name: &str) -> bool {
    value.as_object().is_some_and(|object| object.type_name().ends_with(name))
}

fn too_large() -> Error {
    excess(&format!("make: a value of more than {} KiB", VALUE >> 10))
}

fn excess(what: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("{EXCESS} {what}"))
}

/// Returns the bytes of an argument; as many as no value may have where it has more.
fn size_of(args: &[Value], at: usize) -> u64 {
    let (most, _) = LEFT.get();
    let mut measure = Measure::of(most);
    match args.get(at) {
        Some(value) => match measure.add(value, 0) {
            Ok(()) => most - measure.left,
            Err(_) => u64::MAX,
        },
        None => 0,
    }
}

/// Returns the bytes of all arguments but the first.
fn others(args: &[Value]) -> u64 {
    (1..args.len()).map(|at| size_of(args, at)).fold(0, u64::saturating_add)
}

fn count(args: &[Value]) -> u64 {
    args.first().and_then(Value::len).unwrap_or_default() as u64
}

fn lines(args: &[Value]) -> u64 {
    let text = args.first().and_then(Value::as_str).unwrap_or_default();
    1 + text.matches('\n').count() as u64
}

/// Returns the largest number among the arguments, named ones too.
fn largest_number(args: &[Value]) -> u64 {
    let number = |value: &Value| u64::try_from(value.clone()).ok();
    let named = args.last().filter(|last| last.is_kwargs()).into_iter().flat_map(|named| {
        let keys = named.try_iter().into_iter().flatten();
        keys.filter_map(|key| named.get_item(&key).ok()).collect::<Vec<_>>()
    });
    args.iter().cloned().chain(named).filter_map(|value| number(&value)).max().unwrap_or_default()
}

fn filled(args: &[Value]) -> u64 {
    largest_number(args).saturating_mul(others(args).max(1))
}

fn replaced(args: &[Value]) -> u64 {
    let text = |at: usize| args.get(at).and_then(Value::as_str).unwrap_or_default();
    let most = size_of(args, 0) / (text(1).len() as u64).max(1) + 1;
    most.saturating_mul(size_of(args, 2)).saturating_add(size_of(args, 0))
}

/// Each `%` may bring any of the arguments, and be as wide as a number in the pattern says.
fn formatted(args: &[Value]) -> u64 {
    let pattern = args.first().and_then(Value::as_str).unwrap_or_default();
    let widths = pattern.split(|sign: char| !sign.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let width = widths.map(|digits| digits.parse().unwrap_or(u64::MAX)).fold(0, u64::saturating_add);
    let star = if pattern.contains('*') { largest_number(args) } else { 0 };
    let signs = pattern.matches('%').count() as u64;
    let each = others(args).saturating_add(star);
    signs.saturating_mul(each).saturating_add(width).saturating_add(pattern.len() as u64)
}
