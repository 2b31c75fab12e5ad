//! The SQL by which anybody computes the tables of a report again, from the files of the book: DuckDB reads it.

use super::report::Liability;
use accrue_kernel::entry::Method;

/// The queries of tables, by name.
const QUERIES: [(&str, &str); 7] = [
    ("rollforward", include_str!("sql/rollforward.sql")),
    ("prior_corrections", include_str!("sql/prior_corrections.sql")),
    ("outstanding", include_str!("sql/outstanding.sql")),
    ("ageing", include_str!("sql/ageing.sql")),
    ("ageing_by_activity", include_str!("sql/ageing_by_activity.sql")),
    ("expiring", include_str!("sql/expiring.sql")),
    ("largest", include_str!("sql/largest.sql")),
];

impl Liability {
    /// Returns the names and texts of the queries: first that of the views which the others read, then one for each
    /// table. `files` are the files of the ledger, and `runs` the ids and numbers of the runs that are known.
    pub fn queries(&self, files: &[String], runs: &[(String, u32)]) -> Vec<(&'static str, String)> {
        let head = &self.head;
        let periods = head.periods.all().iter().zip(1_u32..).map(|(period, number)| {
            let texts = [period.start.to_string(), period.end.to_string()].map(|day| quoted(&day));
            let times = [period.start_at, period.end_at].map(|at| quoted(&at.to_string()));
            format!("({number}, {}, {}, {})", texts.join(", "), times.join(", "), period.run)
        });
        let classes = Method::ALL.map(|method| {
            let texts = [method.name(), head.classes.of(method)].map(quoted);
            format!("({}, {})", texts.join(", "), head.classes.place(method))
        });
        // A list of values has one at least.
        let backfills = head.backfills.iter().map(u32::to_string).chain(["null".to_owned()]);
        let values = [
            ("{files}", list(files.iter().map(|file| quoted(&format!("ledger/{file}"))))),
            ("{runs}", list(runs.iter().map(|(id, number)| format!("({}, {number})", quoted(id))))),
            ("{periods}", list(periods)),
            ("{classes}", list(classes.into_iter())),
            ("{backfills}", list(backfills.map(|run| format!("({run})")))),
            ("{opening_run}", head.periods.opening_run().to_string()),
            ("{timezone}", head.timezone.to_owned()),
            ("{end}", head.periods.last().end.to_string()),
        ];
        let filled = |text: &str| values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
        let views = [("postings", include_str!("sql/postings.sql"))];
        views.into_iter().chain(QUERIES).map(|(name, text)| (name, filled(text))).collect()
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(",\n    ")
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
