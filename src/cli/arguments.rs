//! What can be typed.

use super::report_arguments::ReportOptions;
use crate::exports::setup::Like;
use crate::output::TableFormat;
use crate::run::GuardName;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Works out what store credit every customer should have, to the cent and with its expiry.
///
/// Reads the exports that a pipeline file names, applies the program (the rules of the credit scheme) that it names,
/// and writes the ledger of credit granted, reclaimed, redeemed and expired, and the emails that go with it.
#[derive(Parser)]
#[command(name = "accrue", version, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  accrue inspect exports/*.csv                           which files are these, and what is missing?
  accrue init exports                                    a pipeline and a program that read them
  accrue check pipelines/fixture.toml                    what is wrong with exports or program?
  accrue run pipelines/fixture.toml --as-of 2024-07-01   the ledger as it should be at that moment
  accrue run nightly.toml --format csv --out ledger-csv  as CSV, in a folder of your choice
  accrue plan nightly.toml --program new.toml --backfill --save new.plan
                                                         what would this program have cost?
  accrue runs nightly.toml                               what has been posted to the book?
  accrue balance nightly.toml --person C-1042            which credit has this person, until when?
  accrue explain nightly.toml --person C-1042            why is this balance what it is?
  accrue report liability nightly.toml --period 2024-06  what did we owe in credit, and why?
  accrue platforms show shopify                          which files of Shopify can be read?
  accrue generate /tmp/shop --orders 100000              a made-up shop to try things on

Exit codes: 0 done, 1 unexpected, 2 usage, 3 input cannot be read, 4 program or pipeline refused,
5 guard tripped, 6 the past would change, 7 plan is stale, 8 book locked, too new,
missing or old, 9 audit failed, 10 stopped by a signal. From 3 on, nothing was posted. docs/exit-codes.md says more.";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Reads the exports, computes the ledger and posts it: the nightly job.
    Run(RunOptions),
    /// Reads everything and posts nothing: shows rejects, exceptions and warnings about the program.
    Check(RunOptions),
    /// Shows what a run would post, or what another past would be, and saves it for `apply`.
    Plan(PlanOptions),
    /// Posts a saved plan as it is, or refuses because the book has moved on.
    Apply(ApplyOptions),
    /// Lists the runs of a book, newest first: when, under which program, what they posted.
    Runs(BookOptions),
    /// Makes the output folder of a run again, byte for byte as it was.
    Output(OutputOptions),
    /// Tells what balances were at an instant: of everybody, or lot by lot of one person.
    Balance(BalanceOptions),
    /// Explains why a balance, an order, a refund or an entry is what it is: every amount as a formula, and why not
    /// more.
    Explain(ExplainOptions),
    /// Reports to finance and auditors: what the shop owes in store credit, and how that has changed.
    Report(ReportOptions),
    /// Reads a whole book and checks that everything in it is true.
    Verify(BookOptions),
    /// Keeps a book small and fast: makes small files one, and removes what nobody needs any more.
    Maintain(MaintainOptions),
    /// Lists the platforms whose exports can be read as they are, or shows one: its files, options and mappings.
    Platforms(PlatformsOptions),
    /// Says what exports are: platform, kind and variant, the first facts, and what is missing for a full run.
    Inspect(InspectOptions),
    /// Looks at the exports in a folder, and writes a pipeline and a program that read them.
    Init(InitOptions),
    /// Makes up a shop of any size, with a pipeline and a program to run on it.
    Generate(GenerateOptions),
}

#[derive(Args)]
pub(crate) struct RunOptions {
    /// The pipeline file: what to read, under which program, where results go.
    pub pipeline: PathBuf,
    /// The instant to compute for: RFC 3339 (2024-07-01T00:00:00Z), or a date, whose start in the program's time zone
    /// is meant. Nothing after it exists. [default: now]
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// Use this program instead of the pipeline's.
    #[arg(long, value_name = "FILE")]
    pub program: Option<PathBuf>,
    /// Leave the pipeline's book alone: compute the whole ledger from the exports.
    #[arg(long)]
    pub no_book: bool,
    /// Begin a new book, although there are signs that there was one; without such signs a first run needs no option.
    #[arg(long, conflicts_with_all = ["no_book", "restored"])]
    pub begin: bool,
    /// Go on with a book that was restored from an older copy: once, by the first run after it.
    #[arg(long, conflicts_with = "no_book")]
    pub restored: bool,
    /// Read also the files that the book has taken in already.
    #[arg(long)]
    pub reread: bool,
    /// Compute everybody in the book, not only affected people: those with new facts or with credit that expires; it
    /// never changes what is posted.
    #[arg(long)]
    pub everyone: bool,
    /// The folder to write, new or empty. [default: a new one below the pipeline's `output`; a check without it writes
    /// none]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How to write the ledger and balances.
    #[arg(long, value_enum, default_value_t = FormatOption::Parquet)]
    pub format: FormatOption,
    /// Let this run pass a guard; can be given several times.
    #[arg(long = "override", value_name = "GUARD", value_enum)]
    pub overrides: Vec<GuardOption>,
    /// How many threads to use; it never changes the result. [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Print the summary as JSON on stdout.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub(crate) struct PlatformsOptions {
    #[command(subcommand)]
    pub command: Option<PlatformsCommand>,
}

#[derive(Subcommand)]
pub(crate) enum PlatformsCommand {
    /// Shows one platform: what its files cannot tell, its options, and the mapping of each file, to be copied.
    Show {
        /// Its name, as `accrue platforms` lists it.
        name: String,
    },
}

#[derive(Args)]
pub(crate) struct PlanOptions {
    #[command(flatten)]
    pub run: RunOptions,
    /// The plan file to write, a new one.
    #[arg(long, value_name = "FILE")]
    pub save: PathBuf,
    /// Let the program change the past: what is posted would become what it gives for all facts that the book has. The
    /// pipeline's exports are not read, and --as-of is by default that of the last run.
    #[arg(long, conflicts_with_all = ["no_book", "reread"])]
    pub backfill: bool,
    /// Let a backfill send emails too.
    #[arg(long, requires = "backfill")]
    pub emails: bool,
}

#[derive(Args)]
pub(crate) struct ApplyOptions {
    /// The plan file.
    pub plan: PathBuf,
    /// The folder to write, new or empty. [default: as it was planned]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Let the plan pass a guard that stops it; can be given several times.
    #[arg(long = "override", value_name = "GUARD", value_enum)]
    pub overrides: Vec<GuardOption>,
    /// Print the summary as JSON on stdout.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub(crate) struct BookOptions {
    /// A pipeline file that has a `book`, or the book's own folder.
    pub book: PathBuf,
    /// Print JSON on stdout.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub(crate) struct OutputOptions {
    #[command(flatten)]
    pub book: BookOptions,
    /// The run: its number or its id, as `accrue runs` shows them.
    pub run: String,
    /// The folder to write, new or empty. [default: where it was in the pipeline's `output`]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct BalanceOptions {
    #[command(flatten)]
    pub book: BookOptions,
    /// The instant: RFC 3339 (2024-07-01T00:00:00Z), or a date, whose start in the program's time zone is meant; not
    /// after the as_of of the last run. [default: that]
    #[arg(long, value_name = "TIME", conflicts_with = "through")]
    pub as_of: Option<String>,
    /// The close of a local day (2024-06-30), with all that expires at its end: what a report to the 30th shows.
    #[arg(long, value_name = "DATE")]
    pub through: Option<String>,
    /// Only this person, with all lots: what was granted, what is left, until when. A customer id, an email, a card
    /// number, or the id of a guest as the ledger has it.
    #[arg(long, value_name = "ID", conflicts_with = "out")]
    pub person: Option<String>,
    /// Write everybody's balances to this new file; its ending (.csv, .ndjson or .parquet) says how.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct ExplainOptions {
    /// A pipeline file, or a book's own folder. Of a pipeline with a `book` the book is explained, else its exports.
    pub book: PathBuf,
    #[command(flatten)]
    pub asked: AskedFor,
    /// The instant: RFC 3339 (2024-07-01T00:00:00Z), or a date, whose start in the program's time zone is meant.
    /// [default: of a book the as_of of the run, else now]
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// Only what was known after this run: its number, its id, or a time. [default: the last run]
    #[arg(long, value_name = "RUN|TIME", conflicts_with = "no_book")]
    pub known_at: Option<String>,
    /// How much is shown: 1 the answer and a line for each event, 2 every amount as a formula, 3 also what each lot
    /// holds, times, and rules that are not in force.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=3))]
    pub depth: u8,
    /// How to print it; JSON has everything, whatever the depth.
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub format: ExplainFormat,
    /// Leave the pipeline's book alone: explain what its exports come to.
    #[arg(long)]
    pub no_book: bool,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct AskedFor {
    /// This person's balance: a customer id, an email, a card number, or the id of a guest as the ledger has it.
    #[arg(long, value_name = "ID")]
    pub person: Option<String>,
    /// What this order has earned, and what became of it.
    #[arg(long, value_name = "ID")]
    pub order: Option<String>,
    /// What this refund has done.
    #[arg(long, value_name = "ID")]
    pub refund: Option<String>,
    /// An entry of the ledger: a row of ledger.csv (whole, or up to its `origin_id`), or a `source_id`; ids that begin
    /// with a dash go behind an equals sign (`--order=-5`).
    #[arg(long, value_name = "ENTRY")]
    pub entry: Option<String>,
}

/// How an explanation is printed.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ExplainFormat {
    Text,
    Json,
    Md,
}

#[derive(Args)]
pub(crate) struct MaintainOptions {
    #[command(flatten)]
    pub book: BookOptions,
    /// Keep files that nothing names any more for so long: longer than any reader reads and any run lasts.
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=36500))]
    pub keep_days: u32,
}

#[derive(Args)]
pub(crate) struct InspectOptions {
    /// Exports of any name and format, or the folder of a Delta table. Times without an offset are shown as if in UTC.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// On a terminal it asks for what is not given here; else it takes what is usual, and says so.
#[derive(Args)]
pub(crate) struct InitOptions {
    /// The folder with the exports, where `pipeline.toml` and `program.toml` are written. [default: this one]
    pub folder: Option<PathBuf>,
    /// What people call the scheme. [default: the folder's name]
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// The currency of the program's amounts, in ISO 4217. [default: that of most orders]
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// The shop's time zone, an IANA name such as America/New_York. [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<String>,
    /// Read the files of this platform only, where the folder has files of several.
    #[arg(long, value_name = "NAME")]
    pub platform: Option<String>,
    /// Begin with rules that do as the software does that a shop comes from. [default: plain]
    #[arg(long, value_name = "SOFTWARE", value_enum)]
    pub like: Option<LikeOption>,
}

#[derive(Args)]
pub(crate) struct GenerateOptions {
    /// The folder to write, new or empty.
    pub dir: PathBuf,
    /// How many orders.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub orders: u64,
    /// How many people. [default: a tenth of the orders]
    #[arg(long, value_name = "N")]
    pub people: Option<u64>,
    /// The same seed gives the same shop.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// How to write the exports.
    #[arg(long, value_enum, default_value_t = FormatOption::Csv)]
    pub format: FormatOption,
    /// Every third order pays part with credit.
    #[arg(long)]
    pub redemptions: bool,
    /// In how many files to write each export.
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub files: u16,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum FormatOption {
    Csv,
    Parquet,
    Ndjson,
}

/// A guard, by the name it has in the pipeline.
#[derive(Clone, Copy)]
pub(crate) struct GuardOption(pub GuardName);

const GUARDS: [GuardOption; GuardName::ALL.len()] = {
    let mut guards = [GuardOption(GuardName::MinRows); GuardName::ALL.len()];
    let mut at = 0;
    while at < guards.len() {
        guards[at] = GuardOption(GuardName::ALL[at]);
        at += 1;
    }
    guards
};

impl ValueEnum for GuardOption {
    fn value_variants<'a>() -> &'a [GuardOption] {
        &GUARDS
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.name()))
    }
}

/// Whose semantics a new program has.
#[derive(Clone, Copy)]
pub(crate) struct LikeOption(pub Like);

impl ValueEnum for LikeOption {
    fn value_variants<'a>() -> &'a [LikeOption] {
        const { &[LikeOption(Like::Plain), LikeOption(Like::Shopline), LikeOption(Like::Adobe), LikeOption(Like::Shopify)] }
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.name()).help(self.0.words()))
    }
}

impl From<FormatOption> for TableFormat {
    fn from(option: FormatOption) -> TableFormat {
        match option {
            FormatOption::Csv => TableFormat::Csv,
            FormatOption::Parquet => TableFormat::Parquet,
            FormatOption::Ndjson => TableFormat::Ndjson,
        }
    }
}
