//! Reads the cases of a Markdown file.

use super::table::Table;

/// One heading with what is below it.
pub struct Case {
    pub heading: String,
    /// The heading's line, from 1.
    pub line: usize,
    /// One run, or several into one book.
    pub runs: Vec<Run>,
}

/// What a run is given and what it should give.
#[derive(Clone, Default)]
pub struct Run {
    pub program: String,
    /// What the pipeline holds besides program and inputs.
    pub pipeline: String,
    pub exports: Vec<Export>,
    pub as_of: String,
    pub expected: Expected,
}

/// The CSV text of one export file.
#[derive(Clone)]
pub struct Export {
    pub kind: String,
    pub csv: String,
}

#[derive(Clone, Default)]
pub struct Expected {
    pub ledger: Option<Table>,
    /// Without the block none are expected.
    pub exceptions: Table,
    pub rejects: Table,
    pub balances: Option<Table>,
    pub refused: Option<Refusal>,
}

/// A run that stops, with this exit code if the contract names one.
#[derive(Clone, Copy)]
pub struct Refusal {
    pub exit: Option<i32>,
}

/// A fenced block or an `As of` line.
enum Piece {
    AsOf(String),
    Block { info: String, body: String },
}

/// A heading and its pieces, each with its line.
struct Section {
    heading: String,
    line: usize,
    pieces: Vec<(usize, Piece)>,
}

/// Reads every case of a file.
///
/// # Errors
/// A text `line: what is wrong there`.
pub fn parse(text: &str) -> Result<Vec<Case>, String> {
    let mut sections = sections(text)?.into_iter();
    let top = sections.next().ok_or("1: the file is empty")?;
    let base = base_of(top)?;
    let cases: Vec<Case> = sections.map(|section| case_of(section, &base)).collect::<Result<_, _>>()?;
    if cases.is_empty() { Err("1: the file has no cases".to_owned()) } else { Ok(cases) }
}

fn sections(text: &str) -> Result<Vec<Section>, String> {
    let mut sections: Vec<Section> = Vec::new();
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    while let Some((number, line)) = lines.next() {
        if let Some(heading) = line.strip_prefix("# ").or(line.strip_prefix("## ")) {
            sections.push(Section { heading: heading.to_owned(), line: number, pieces: Vec::new() });
            continue;
        }
        let piece = if let Some(info) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            Piece::Block { info: info.to_owned(), body: body.join("\n") + "\n" }
        } else if let Some(as_of) = line.strip_prefix("As of ") {
            Piece::AsOf(as_of.to_owned())
        } else {
            continue;
        };
        let section = sections.last_mut().ok_or(format!("{number}: stands before the first heading"))?;
        section.pieces.push((number, piece));
    }
    Ok(sections)
}

/// Reads what is above a file's first case and holds for all of them.
fn base_of(top: Section) -> Result<Run, String> {
    let mut base = Run { program: whole_program(String::new()), ..Run::default() };
    for (line, piece) in top.pieces {
        take(&mut base, piece).map_err(|fault| format!("{line}: {fault}"))?;
    }
    match base.expected.is_given() || !base.exports.is_empty() {
        true => Err(format!("{}: rows above the first case belong to none", top.line)),
        false => Ok(base),
    }
}

fn case_of(section: Section, base: &Run) -> Result<Case, String> {
    let mut runs = vec![base.clone()];
    for (line, piece) in section.pieces {
        let run = runs.last_mut().expect("at least one run");
        if run.expected.is_given() && !is_expected(&piece) {
            let next = Run { expected: Expected::default(), exports: Vec::new(), as_of: String::new(), ..run.clone() };
            runs.push(next);
        }
        let run = runs.last_mut().expect("at least one run");
        take(run, piece).map_err(|fault| format!("{line}: {fault}"))?;
    }
    read_again(&mut runs);
    let case = Case { heading: section.heading, line: section.line, runs };
    for run in &case.runs {
        run.check().map_err(|fault| format!("{}: {fault}", case.line))?;
    }
    Ok(case)
}

/// Gives a run that brings no export those of the run before.
fn read_again(runs: &mut [Run]) {
    for at in 1..runs.len() {
        if runs[at].exports.is_empty() {
            runs[at].exports = runs[at - 1].exports.clone();
        }
    }
}

fn is_expected(piece: &Piece) -> bool {
    let expected = ["ledger", "exceptions", "rejects", "balances", "refused"];
    matches!(piece, Piece::Block { info, .. } if expected.contains(&info.as_str()))
}

fn take(run: &mut Run, piece: Piece) -> Result<(), String> {
    let (info, body) = match piece {
        Piece::AsOf(as_of) => {
            run.as_of = as_of;
            return Ok(());
        }
        Piece::Block { info, body } => (info, body),
    };
    match info.as_str() {
        "toml program" => run.program = whole_program(body),
        "toml pipeline" => run.pipeline = body,
        "ledger" => run.expected.ledger = Some(Table::parse(&body)?),
        "exceptions" => run.expected.exceptions = Table::parse(&body)?,
        "rejects" => run.expected.rejects = Table::parse(&body)?,
        "balances" => run.expected.balances = Some(Table::parse(&body)?),
        "refused" => run.expected.refused = Some(Refusal::parse(&body)?),
        csv => {
            let kinds = ["orders", "registrations", "refunds", "redemptions", "adjustments"];
            let kind = csv.strip_prefix("csv ").filter(|kind| kinds.contains(kind));
            let kind = kind.ok_or(format!("`{csv}` is no block of a case: see README.md"))?;
            run.exports.push(Export { kind: kind.to_owned(), csv: body });
        }
    }
    Ok(())
}

/// Gives a program without a `[program]` table one in USD and UTC.
fn whole_program(text: String) -> String {
    if text.lines().any(|line| line == "[program]") {
        return text;
    }
    format!("[program]\nname = \"A shop\"\ncurrency = \"USD\"\ntimezone = \"UTC\"\n\n{text}")
}

impl Expected {
    fn is_given(&self) -> bool {
        self.ledger.is_some() || self.refused.is_some()
    }
}

impl Refusal {
    fn parse(text: &str) -> Result<Refusal, String> {
        if text.trim().is_empty() {
            return Ok(Refusal { exit: None });
        }
        let exit = text.trim().strip_prefix("exit ").and_then(|code| code.parse().ok());
        exit.map(|exit| Refusal { exit: Some(exit) }).ok_or(format!("`{}` is not `exit N`", text.trim()))
    }
}

impl Run {
    /// Tells what a run lacks to be one.
    fn check(&self) -> Result<(), &'static str> {
        match () {
            () if !self.expected.is_given() => Err("the case expects nothing: it needs a `ledger` or `refused` block"),
            () if self.expected.ledger.is_some() && self.expected.refused.is_some() => {
                Err("a run that stops has no ledger")
            }
            () if self.exports.is_empty() => Err("the case has no rows"),
            () if self.as_of.is_empty() => Err("the case has no `As of` line, and the file has none above its cases"),
            () => Ok(()),
        }
    }
}

#[test]
fn a_case_without_an_expected_block_is_refused() {
    let fault = parse("# Topic\n\nAs of 2024-01-01\n\n## A case\n\n```csv orders\norder_id\n```\n").err();
    assert_eq!(fault.as_deref(), Some("5: the case expects nothing: it needs a `ledger` or `refused` block"));
}

#[test]
fn blocks_after_an_expected_table_begin_a_next_run() {
    let blocks = "```csv orders\norder_id\n```\n\nAs of 2024-01-01\n\n```ledger\nnone\n```\n";
    let cases =
        parse(&format!("# Topic\n\n## A case\n\n{blocks}\nAs of 2024-01-02\n\n```ledger\nnone\n```\n")).unwrap();
    let dates: Vec<&str> = cases[0].runs.iter().map(|run| run.as_of.as_str()).collect();
    assert_eq!(dates, ["2024-01-01", "2024-01-02"]);
    assert_eq!(cases[0].runs[1].exports.len(), 1, "the second run reads the first one's export again");
}
