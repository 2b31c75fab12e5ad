//! Writes `emails.ndjson` (docs/spec.md 8): one object per line, keys in the order of docs/emails.md, amounts as
//! strings.

use super::job::{Job, Line};
use super::render::Rendered;
use super::words::on_one_line;
use crate::kernel::currency::Currency;
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

/// A job and its words as written. Amounts are strings, so that no reader makes floats of them.
#[derive(Serialize)]
struct Row<'a> {
    job_id: &'a str,
    kind: &'a str,
    customer_id: &'a str,
    email: &'a str,
    name: Option<&'a str>,
    locale: Option<&'a str>,
    currency: &'a str,
    amount: String,
    balance_after: String,
    expires_at: Option<String>,
    days_before: Option<u32>,
    source_id: Option<&'a str>,
    lines: Vec<LineRow<'a>>,
    note: Option<Cow<'a, str>>,
    subject: &'a str,
    html: &'a str,
    text: &'a str,
    send_at: String,
}

#[derive(Serialize)]
struct LineRow<'a> {
    method: &'a str,
    origin_id: &'a str,
    amount: String,
    expires_at: Option<String>,
}

/// Writes one job as one line.
pub(crate) fn write_ndjson(out: &mut impl Write, job: &Job, mail: &Rendered) -> io::Result<()> {
    let row = Row {
        job_id: &job.job_id,
        kind: job.kind.name(),
        customer_id: &job.customer_id,
        email: &job.email,
        name: job.name.as_deref(),
        locale: job.locale.as_deref(),
        currency: job.currency.code(),
        amount: job.amount.display(job.currency).to_string(),
        balance_after: job.balance_after.display(job.currency).to_string(),
        expires_at: job.expires_at.map(|expires_at| expires_at.to_string()),
        days_before: job.days_before,
        source_id: job.source_id.as_deref(),
        lines: job.lines.iter().map(|line| line_row(line, job.currency)).collect(),
        note: job.note.as_deref().map(on_one_line),
        subject: &mail.subject,
        html: &mail.html,
        text: &mail.text,
        send_at: job.send_at.to_string(),
    };
    serde_json::to_writer(&mut *out, &row)?;
    out.write_all(b"\n")
}

fn line_row(line: &Line, currency: Currency) -> LineRow<'_> {
    LineRow {
        method: line.method.name(),
        origin_id: &line.origin_id,
        amount: line.amount.display(currency).to_string(),
        expires_at: line.expires_at.map(|expires_at| expires_at.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::job::JobKind;
    use super::super::sample;
    use super::*;

    #[test]
    fn a_job_is_one_line_with_its_keys_in_order() {
        let [_, job, _] = sample::jobs(JobKind::Expiring, Some("en"));
        let mail = Rendered { subject: "s".to_owned(), html: "<p>\n\"h\"".to_owned(), text: "t\n".to_owned() };
        let mut out = Vec::new();
        write_ndjson(&mut out, &job, &mail).unwrap();
        let expected = concat!(
            r#"{"job_id":"00000000000000000000000000000000","kind":"expiring","customer_id":"c-1001","#,
            r#""email":"ada@example.com","name":null,"locale":"en","currency":"USD","amount":"2.50","#,
            r#""balance_after":"2.50","expires_at":"2024-05-04T12:00:00.000000Z","days_before":3,"source_id":null,"#,
            r#""lines":[{"method":"per_order","origin_id":"1001","amount":"2.50","#,
            r#""expires_at":"2024-05-04T12:00:00.000000Z"}],"note":null,"subject":"s","html":"<p>\n\"h\"","#,
            r#""text":"t\n","send_at":"2024-05-01T12:00:00.000000Z"}"#,
            "\n"
        );
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
