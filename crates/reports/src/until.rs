//! The end of a look at the past: an instant, or the close of a local day (docs/book.md).

use accrue_kernel::entry::{Entry, Kind};
use accrue_kernel::moment::Moment;
use accrue_kernel::time::{LocalCalendar, LocalDate};
use serde_json::{Value, json};
use std::fmt::{self, Display, Formatter};

/// Which postings count: those up to an instant, or those of all days up to and including one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Until {
    /// The instant, or the midnight that ends the day.
    pub moment: Moment,
    /// The day whose close is meant; `None` for an instant.
    through: Option<LocalDate>,
}

impl Until {
    /// Counts everything at or before an instant.
    pub fn instant(moment: Moment) -> Until {
        Until { moment, through: None }
    }

    /// Counts everything up to the close of a local day: also what expires at the following midnight, but no other
    /// event of that instant.
    pub fn close_of(day: LocalDate, zone: &LocalCalendar) -> Until {
        Until { moment: zone.moment(zone.start_of(day.plus(1))), through: Some(day) }
    }

    /// Tells whether a posting counts.
    ///
    /// At the midnight that ends a day, only expiries count. Not even these, where a refund at that midnight restores
    /// credit to an expired lot: that expiry belongs to its `restore`.
    pub fn counts(&self, entry: &Entry<'_>) -> bool {
        let (at, end) = (entry.effective_at, self.moment.at);
        match self.through {
            None => at <= end,
            Some(_) => {
                let expires_by_itself = entry.kind == Kind::Expire && entry.source_id.0 == entry.origin_id.0;
                at < end || (at == end && expires_by_itself)
            }
        }
    }

    /// Returns a JSON object with `as_of`, `as_of_local`, and `through` where a day's close is meant.
    pub fn to_json(&self) -> Value {
        let mut json = json!({"as_of": self.moment.at.to_string(), "as_of_local": self.moment.local()});
        if let Some(day) = self.through {
            json["through"] = day.to_string().into();
        }
        json
    }
}

impl Display for Until {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.through {
            None => write!(f, "as of {}", self.moment),
            Some(day) => write!(f, "at the close of {day}, before {}", self.moment),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lots::{balances, lots};
    use accrue_kernel::currency::Currency;
    use accrue_kernel::entry::{EventId, Method, OriginId, SourceId};
    use accrue_kernel::money::Amount;
    use accrue_kernel::time::Timestamp;

    /// 2024-07-01T04:00:00Z, midnight in New York.
    const MIDNIGHT: Timestamp = Timestamp::from_micros(1_719_806_400_000_000);

    fn row(kind: Kind, source: &'static str, origin: &'static str, cents: i64, at: Timestamp) -> Entry<'static> {
        Entry {
            currency: Currency::from_code("USD").unwrap(),
            kind,
            source_id: SourceId(EventId::fact(source)),
            method: Method::PerOrder,
            origin_id: OriginId(EventId::fact(origin)),
            amount: Amount::from_minor(cents),
            effective_at: at,
            expires_at: Some(if origin == "old" { MIDNIGHT } else { MIDNIGHT.plus_days(90) }),
            rule: None,
            lot: None,
        }
    }

    fn june() -> Until {
        Until::close_of(LocalDate::from_ymd(2024, 6, 30).unwrap(), &LocalCalendar::new(chrono_tz::America::New_York))
    }

    /// On 1 June 5.00 until the end of June and 7.00 for longer; 2.00 of the first are spent in the last moment of
    /// June. At the midnight that follows 3.00 expire, an order earns 1.00, 4.00 are spent, and a refund brings 2.00
    /// back to the lot that has expired.
    fn posted() -> Vec<Entry<'static>> {
        let june = MIDNIGHT.plus_days(-30);
        vec![
            row(Kind::Grant, "old", "old", 500, june),
            row(Kind::Grant, "new", "new", 700, june),
            row(Kind::Redeem, "d-1", "old", -200, MIDNIGHT.plus_micros(-1)),
            row(Kind::Expire, "old", "old", -300, MIDNIGHT),
            row(Kind::Grant, "july", "july", 100, MIDNIGHT),
            row(Kind::Redeem, "d-2", "new", -400, MIDNIGHT),
            row(Kind::Restore, "r-1", "old", 200, MIDNIGHT),
            row(Kind::Expire, "restore:r-1", "old", -200, MIDNIGHT),
        ]
    }

    fn balance(until: &Until) -> i128 {
        balances(&lots(&posted(), until))[0].amount.minor()
    }

    #[test]
    fn a_day_closes_after_what_expires_at_its_end_and_before_all_else_of_that_instant() {
        assert_eq!(balance(&june()), 700);
        let at = |instant| balance(&Until::instant(Moment::in_utc(instant)));
        assert_eq!((at(MIDNIGHT.plus_micros(-1)), at(MIDNIGHT)), (1000, 400));
    }

    #[test]
    fn it_says_which_day_and_which_midnight() {
        assert_eq!(
            june().to_string(),
            "at the close of 2024-06-30, before 2024-07-01 00:00 America/New_York (2024-07-01T04:00:00.000000Z)"
        );
        assert_eq!(
            june().to_json(),
            json!({"as_of": "2024-07-01T04:00:00.000000Z", "as_of_local": "2024-07-01 00:00 America/New_York",
                "through": "2024-06-30"})
        );
    }
}
