//! Sample jobs, which nobody is sent. Every template is rendered with them when it is loaded: with all variables, with
//! as few as possible, and with many lots that never expire, so that both branches of its tests are tried.

use super::job::{Job, JobKind, Line};
use crate::kernel::currency::Currency;
use crate::kernel::entry::Method;
use crate::kernel::money::{Amount, WideAmount};
use crate::kernel::time::Timestamp;

/// 2024-05-01T12:00:00Z.
const SEND_AT: Timestamp = Timestamp::from_micros(1_714_564_800_000_000);

/// Returns the samples of one kind, written to somebody with this locale.
pub(crate) fn jobs(kind: JobKind, locale: Option<&str>) -> [Job; 3] {
    [full(kind, locale), bare(kind, locale), lasting(kind, locale)]
}

fn full(kind: JobKind, locale: Option<&str>) -> Job {
    let currency = Currency::from_code("USD").expect("USD is a currency");
    let soon = SEND_AT.plus_days(3);
    let lots = [
        line(Method::PerOrder, 250, Some(soon)),
        line(Method::RefundCredit, 1000, None),
        line(Method::SpendHistory, 800, Some(SEND_AT.plus_days(-1))),
        line(Method::Owed, 300, None),
    ];
    let count = match kind {
        JobKind::Expiring => 1,
        JobKind::Received | JobKind::Redeemed => 3,
        JobKind::Refunded => 4,
    };
    let lines = lots[..count].to_vec();
    Job {
        job_id: "0".repeat(32),
        kind,
        customer_id: "c-1001".to_owned(),
        email: "ada@example.com".to_owned(),
        name: Some("Ada".to_owned()),
        locale: locale.map(str::to_owned),
        currency,
        amount: lines.iter().map(|line| line.amount).sum(),
        balance_after: WideAmount::from(Amount::from_minor(3725)),
        expires_at: (kind != JobKind::Redeemed).then_some(soon),
        days_before: (kind == JobKind::Expiring).then_some(3),
        source_id: (kind != JobKind::Expiring).then(|| "1001".to_owned()),
        lines,
        note: matches!(kind, JobKind::Received | JobKind::Refunded).then(|| "Sorry for the wait.".to_owned()),
        send_at: SEND_AT,
    }
}

fn bare(kind: JobKind, locale: Option<&str>) -> Job {
    let full = full(kind, locale);
    let expires_at = full.expires_at.filter(|_| kind == JobKind::Expiring);
    let lines = vec![line(Method::PerOrder, 250, expires_at)];
    Job {
        name: None,
        amount: lines.iter().map(|line| line.amount).sum(),
        balance_after: WideAmount::from(Amount::from_minor(250)),
        expires_at,
        lines,
        note: None,
        ..full
    }
}

fn lasting(kind: JobKind, locale: Option<&str>) -> Job {
    let mut job = full(kind, locale);
    if kind != JobKind::Expiring {
        job.expires_at = None;
        job.lines.iter_mut().for_each(|line| line.expires_at = None);
    }
    job
}

fn line(method: Method, cents: i64, expires_at: Option<Timestamp>) -> Line {
    Line { method, origin_id: "1001".to_owned(), amount: Amount::from_minor(cents), expires_at }
}
