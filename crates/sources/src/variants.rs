//! Which variant each file of a platform is: the first whose columns the file has.

use crate::error::{FileFault, SourceError};
use crate::input::{Input, JsonOptions, Variant};
use crate::nowhere;
use crate::readers::{self, Listed, Members, Piece, Wanted};
use accrue_facts::InputIndex;
use accrue_facts::columns::Need;
use arrow::array::Array;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Inputs without variants: each file is read as its input says.
pub(crate) struct Settled {
    /// In the order of the pipeline; an input with variants is here once for each that a file has.
    pub inputs: Vec<SettledInput>,
    /// The places of files among those of their input, where it has variants.
    pub order: BTreeMap<PathBuf, usize>,
}

/// An input without variants.
#[derive(Clone)]
pub(crate) struct SettledInput {
    pub index: InputIndex,
    pub input: Input,
    /// The name of the variant, where nobody has confirmed it with a real file.
    pub unconfirmed: Option<String>,
}

/// Finds out of which variant each file is.
///
/// # Errors
/// Where a file cannot be listed or is of no variant.
pub(crate) fn settle(inputs: &[Input]) -> Result<Settled, SourceError> {
    let mut settled = Settled { inputs: Vec::new(), order: BTreeMap::new() };
    let mut faults = Vec::new();
    for (at, input) in inputs.iter().enumerate() {
        match settled.add(InputIndex::new(at), input) {
            Ok(()) => {}
            Err(SourceError::Several(more)) => faults.extend(more),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(settled) } else { Err(faults.into()) }
}

impl Settled {
    fn add(&mut self, index: InputIndex, input: &Input) -> Result<(), SourceError> {
        if input.variants.is_empty() {
            self.inputs.push(SettledInput { index, input: input.clone(), unconfirmed: None });
            return Ok(());
        }
        let listed = readers::list(input).map_err(|fault| fault.in_file_of(input, &input.path))?;
        let (mut variants, mut faults) = (Vec::new(), Vec::new());
        for (at, file) in listed.iter().enumerate() {
            self.order.insert(file.path.clone(), at);
            match variant_of(input, file) {
                Ok(variant) => variants.push((file.path.clone(), variant)),
                Err(fault) => faults.push(fault.in_file_of(input, &file.path)),
            }
        }
        if !faults.is_empty() {
            return Err(faults.into());
        }
        for (at, variant) in input.variants.iter().enumerate() {
            if variants.iter().all(|(_, own)| *own != at) {
                continue;
            }
            let others = variants.iter().filter(|(_, own)| *own != at).map(|(path, _)| path.clone());
            let of_variant = Input {
                of_other_variants: others.collect(),
                passed_over: input.passed_over.clone(),
                ..variant.input.clone()
            };
            let unconfirmed = variant.is_unconfirmed.then(|| variant.name.clone());
            self.inputs.push(SettledInput { index, input: of_variant, unconfirmed });
        }
        Ok(())
    }
}

/// Returns the number of the first variant whose columns a file has.
fn variant_of(input: &Input, file: &Listed) -> Result<usize, FileFault> {
    let mut lacks = Vec::new();
    for (at, variant) in input.variants.iter().enumerate() {
        match misfit_of(variant, file)? {
            None => return Ok(at),
            Some(Misfit { why, .. }) => lacks.push(format!("{} ({why})", variant.name)),
        }
    }
    Err(FileFault::NoVariant { lacks })
}

/// Why a file is not of a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// What it lacks, as a part of a sentence.
    pub why: String,
    /// The number of lines above the header, where it would fit without them.
    pub lines_above: Option<u64>,
}

/// Says why the first file of a variant's input is not of the variant; `None` where it is.
///
/// # Errors
/// Where there is no such file, or its format is unknown.
pub fn misfit(variant: &Variant) -> Result<Option<Misfit>, FileFault> {
    let listed = readers::list(&variant.input)?;
    listed.first().map_or(Err(FileFault::NoMatch), |file| misfit_of(variant, file))
}

fn misfit_of(variant: &Variant, file: &Listed) -> Result<Option<Misfit>, FileFault> {
    let input = &variant.input;
    let format = input.format.map_or_else(|| file.known_format(), Ok)?;
    if let Some(key) = input.json.misplaced(format) {
        return Ok(Some(Misfit::new(format!("it is {}, which has no `{key}`", format.name()))));
    }
    let told = told_by(input);
    let source = file.source(&told, format);
    let columns = variant.header.iter().map(|name| (name.clone(), Need::Required)).collect();
    let absent = Mutex::new(None);
    let is_rejected = AtomicBool::new(false);
    let take = |piece: Piece| {
        let has = |name: &&String| {
            piece.batch.columns.column_by_name(name).is_some_and(|column| column.null_count() < column.len())
        };
        // In the first piece with records, one record at least must have a value for each member.
        if format.is_json() {
            if piece.batch.places.is_empty() {
                is_rejected.fetch_or(!piece.rejects.is_empty(), Ordering::Relaxed);
                return Ok(());
            }
            let lost = variant.header.iter().find(|name| !has(name)).cloned();
            *absent.lock().expect("no thread panics with it") = lost;
        }
        Err(FileFault::Stopped)
    };
    match readers::read_file(&source, &Wanted::of_file(columns, format), &take) {
        Ok((_, members)) if format.is_json() && members.objects > 0 => {
            Ok(misfit_without_rows(variant, &members, &told))
        }
        // Such as CSV, of which no line can be read.
        Ok(_) if format.is_json() && is_rejected.into_inner() => {
            Ok(Some(Misfit::new(format!("it is no {}", format.name()))))
        }
        Ok(_) | Err(FileFault::Stopped) => {
            let absent = absent.into_inner().expect("no thread panics with it");
            Ok(absent.map(|name| Misfit::new(format!("no record has `{name}`"))))
        }
        Err(fault @ FileFault::HeaderElsewhere { line, .. }) => {
            Ok(Some(Misfit { why: fault.to_string(), lines_above: Some(line - 1) }))
        }
        Err(fault) => Ok(Some(Misfit::new(fault.to_string()))),
    }
}

impl Misfit {
    fn new(why: String) -> Misfit {
        Misfit { why, lines_above: None }
    }
}

/// Says why records that give no row, since none has an element to unnest, are not of a variant.
fn misfit_without_rows(variant: &Variant, members: &Members, told: &Input) -> Option<Misfit> {
    let lost = variant.header.iter().find(|name| !members.has_value(name));
    let lost = lost.map(|name| format!("no record has `{name}`"));
    let lost = lost.or_else(|| nowhere::check_lists(members, &told.json).err().map(|fault| fault.to_string()));
    lost.map(Misfit::new)
}

/// Returns the input by which a file is judged. Children are lines like others there, since they are joined only after
/// all lines have been read; and a record gives a row only if the list that is unnested has an element.
fn told_by(input: &Input) -> Input {
    let json = match input.json.children.is_empty() {
        true => JsonOptions { keep_empty: false, ..input.json.clone() },
        false => JsonOptions { children: Vec::new(), unnest: None, ..input.json.clone() },
    };
    Input { json, ..input.clone() }
}
