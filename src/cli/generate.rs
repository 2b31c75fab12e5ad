//! The command `accrue generate`: writes a made-up shop.

use super::arguments::{FormatOption, GenerateOptions};
use super::exit::{Code, Failure};
use super::say::say;
use super::signals;
use crate::generate::{self, Format, GenerateError, Options};

pub(crate) fn generate(options: &GenerateOptions) -> Result<(), Failure> {
    let shop = Options {
        orders: options.orders,
        people: options.people.unwrap_or((options.orders / 10).max(1)),
        seed: options.seed,
        format: format(options.format),
        redemptions: options.redemptions,
        files: options.files.into(),
    };
    let made = generate::generate_unless(&shop, &options.dir, &signals::is_stopped)?;
    say(format_args!(
        "made {} orders, {} registrations, {} refunds and {} redemptions; now: accrue run {}",
        made.orders,
        made.registrations,
        made.refunds,
        made.redemptions,
        made.pipeline.display()
    ));
    Ok(())
}

fn format(option: FormatOption) -> Format {
    match option {
        FormatOption::Csv => Format::Csv,
        FormatOption::Parquet => Format::Parquet,
        FormatOption::Ndjson => Format::Ndjson,
    }
}

impl From<GenerateError> for Failure {
    fn from(error: GenerateError) -> Failure {
        let code = match error {
            GenerateError::Write { .. } => Code::Unexpected,
            GenerateError::Stopped => Code::Stopped,
            _ => Code::Usage,
        };
        Failure::new(code, error.to_string())
    }
}
