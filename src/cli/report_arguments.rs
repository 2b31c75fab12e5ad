//! What can be typed after `accrue report`.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct ReportOptions {
    #[command(subcommand)]
    pub command: ReportCommand,
}

#[derive(Subcommand)]
pub(crate) enum ReportCommand {
    /// What people hold in credit at the end of a period, and how that has come about: opening, corrections of earlier
    /// periods, what was granted, spent, reclaimed and has expired, closing.
    Liability(LiabilityOptions),
}

#[derive(Args)]
pub(crate) struct LiabilityOptions {
    /// A pipeline file that has a `book`, or the book's own folder.
    pub book: PathBuf,
    /// A calendar month, such as 2024-06. [default: the last month that is over at the as_of of the run]
    #[arg(long, value_name = "MONTH", conflicts_with_all = ["from", "to"])]
    pub period: Option<String>,
    /// The first day, in the program's time zone.
    #[arg(long, value_name = "DATE", requires = "to")]
    pub from: Option<String>,
    /// The first day that is no longer reported: 2024-07-01 for all of June. What expires at the midnight with which it
    /// begins is still in, all else of that instant is not.
    #[arg(long, value_name = "DATE", requires = "from")]
    pub to: Option<String>,
    /// Make each calendar month a period of its own, each with the opening that the month before has closed with.
    #[arg(long)]
    pub monthly: bool,
    /// Only what was known after this run: its number, its id, or a time. [default: the last run]
    #[arg(long, value_name = "RUN|TIME")]
    pub known_at: Option<String>,
    /// The run after which the time before was reported: what later runs have changed of it are corrections. [default:
    /// the first run that is as of the beginning, or later]
    #[arg(long, value_name = "RUN|TIME")]
    pub opening_at: Option<String>,
    /// A new or empty folder for all tables, each as CSV and Parquet, with the SQL that computes it again from the
    /// book.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
}

/// How a report is printed.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ReportFormat {
    Text,
    Json,
}
