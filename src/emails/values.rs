//! The variables that templates can use (docs/emails.md lists them), and their values for a job.

use super::job::{Job, Line};
use crate::kernel::time::{LocalCalendar, Timestamp};
use minijinja::{Value, context};

/// The variables of a mail.
pub(crate) const OF_MAIL: [&str; 14] = [
    "program",
    "kind",
    "customer_id",
    "email",
    "name",
    "locale",
    "currency",
    "amount",
    "balance",
    "expires_on",
    "days_before",
    "source_id",
    "lines",
    "note",
];

/// The variables of each of its `lines`.
pub(crate) const OF_LINE: [&str; 5] = ["amount", "method", "origin_id", "expires_on", "is_expired"];

/// What printing a variable that is null says: the word `none` must never reach a customer.
pub(crate) const MISSING: &str = "has no value in some mails";

/// What variables need beyond the job.
pub(crate) struct Shop {
    pub program: String,
    pub zone: LocalCalendar,
}

impl Shop {
    /// Returns the variables of one mail.
    pub(crate) fn values(&self, job: &Job) -> Value {
        let lines: Vec<Value> = job.lines.iter().map(|line| self.line_values(job, line)).collect();
        context! {
            program => self.program.as_str(),
            kind => job.kind.name(),
            customer_id => job.customer_id.as_str(),
            email => job.email.as_str(),
            name => job.name.as_deref(),
            locale => job.locale.as_deref(),
            currency => job.currency.code(),
            amount => job.amount.display(job.currency).to_string(),
            balance => job.balance_after.display(job.currency).to_string(),
            expires_on => job.expires_at.map(|expires_at| self.last_day(expires_at)),
            days_before => job.days_before,
            source_id => job.source_id.as_deref(),
            lines => lines,
            note => job.note.as_deref(),
        }
    }

    fn line_values(&self, job: &Job, line: &Line) -> Value {
        context! {
            amount => line.amount.display(job.currency).to_string(),
            method => line.method.name(),
            origin_id => line.origin_id.as_str(),
            expires_on => line.expires_at.map(|expires_at| self.last_day(expires_at)),
            is_expired => line.expires_at.is_some_and(|expires_at| expires_at <= job.send_at),
        }
    }

    /// Returns the last local day that credit can be used on.
    fn last_day(&self, expires_at: Timestamp) -> String {
        self.zone.day_of(expires_at.plus_micros(-1)).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::job::JobKind;
    use super::super::sample;
    use super::*;
    use std::collections::BTreeSet;

    fn shop() -> Shop {
        Shop { program: "Member credits".to_owned(), zone: LocalCalendar::new(chrono_tz::America::New_York) }
    }

    #[test]
    fn every_variable_is_in_the_lists_and_in_the_docs() {
        let values = shop().values(&sample::jobs(JobKind::Received, None)[0]);
        let line = values.get_attr("lines").unwrap().get_item_by_index(0).unwrap();
        let names = |value: &Value| value.try_iter().unwrap().map(|key| key.to_string()).collect::<BTreeSet<_>>();
        assert_eq!(names(&values), OF_MAIL.map(str::to_owned).into());
        assert_eq!(names(&line), OF_LINE.map(str::to_owned).into());
        let docs = include_str!("../../docs/emails.md");
        for name in OF_MAIL {
            assert!(docs.contains(&format!("| `{name}` |")), "docs/emails.md lacks {name}");
        }
        for name in OF_LINE {
            assert!(docs.contains(&format!("| `line.{name}` |")), "docs/emails.md lacks line.{name}");
        }
    }

    #[test]
    fn the_last_day_is_the_local_day_before_midnight_and_the_same_day_within_one() {
        // Midnight in New York is 04:00 UTC in summer and 05:00 in winter.
        let day = |text_micros: i64| shop().last_day(Timestamp::from_micros(text_micros * 1_000_000));
        assert_eq!(day(1_714_536_000), "2024-04-30"); // 2024-05-01T04:00:00Z, local midnight
        assert_eq!(day(1_714_536_001), "2024-05-01"); // a second later
        assert_eq!(day(1_704_085_200), "2023-12-31"); // 2024-01-01T05:00:00Z, local midnight
    }
}
