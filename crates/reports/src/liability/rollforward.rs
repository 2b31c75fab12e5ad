//! The roll-forward: what there was at the beginning of each period, what came and went, and what is left.

use super::classes::Classes;
use super::flow::Flow;
use super::periods::{Period, Periods};
use super::table::{Cell, Column, Row, Table};
use super::tally::Sums;
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::{Kind, Method};
use accrue_kernel::money::WideAmount;

const COLUMNS: &[Column] = &[
    Column::text("period_start"),
    Column::text("period_end"),
    Column::text("currency"),
    Column::text("class"),
    Column::text("method"),
    Column::amount("opening"),
    Column::amount("prior_period_corrections"),
    Column::amount("granted"),
    Column::amount("redeemed"),
    Column::amount("restored"),
    Column::amount("reclaimed"),
    Column::amount("expired"),
    Column::amount("settled"),
    Column::amount("adjusted_up"),
    Column::amount("adjusted_down"),
    Column::amount("closing"),
    Column::count("people"),
    Column::count("lots"),
    Column::amount("redeemed_from_opening"),
    Column::amount("expired_from_opening"),
];

/// The roll-forward of one period, currency and method, or a sum of several. What leaves is above zero, so that
/// `closing` is `opening + corrections + granted - redeemed + restored - reclaimed - expired - settled + adjusted_up -
/// adjusted_down`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Roll {
    pub opening: WideAmount,
    pub corrections: WideAmount,
    pub granted: WideAmount,
    pub redeemed: WideAmount,
    pub restored: WideAmount,
    pub reclaimed: WideAmount,
    pub expired: WideAmount,
    pub settled: WideAmount,
    pub adjusted_up: WideAmount,
    pub adjusted_down: WideAmount,
    pub closing: WideAmount,
    /// Of several methods this is the sum of the people of each: one who has credit of two is counted twice.
    pub people: u64,
    pub lots: u64,
    pub redeemed_from_opening: WideAmount,
    pub expired_from_opening: WideAmount,
}

/// A line of the roll-forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub period: Period,
    pub currency: Currency,
    pub method: Method,
    pub roll: Roll,
}

/// Returns the lines by period, currency, class and method; those in which there is nothing are left out.
pub(super) fn lines(sums: &Sums, periods: &Periods, classes: &Classes) -> Vec<Line> {
    let mut lines = Vec::new();
    for (&(currency, method), flows) in &sums.flows {
        let mut opening = flows.first().map_or(WideAmount::ZERO, |flow| flow.before);
        for (&period, flow) in periods.all().iter().zip(flows) {
            let roll = Roll::of(opening, flow, method);
            opening = roll.closing;
            lines.push(Line { period, currency, method, roll });
        }
    }
    lines.retain(|line| line.roll != Roll::default());
    lines.sort_by_key(|line| (line.period.start, line.currency.code(), classes.place(line.method), line.method));
    lines
}

/// Returns the table of some lines.
pub(super) fn table(lines: &[Line], classes: &Classes) -> Table {
    let row = |line: &Line| {
        let Line { period, currency, method, roll } = line;
        let keys = [
            Cell::text(period.start),
            Cell::text(period.end),
            Cell::text(currency),
            Cell::text(classes.of(*method)),
            Cell::text(method.name()),
        ];
        let amounts = [
            roll.opening,
            roll.corrections,
            roll.granted,
            roll.redeemed,
            roll.restored,
            roll.reclaimed,
            roll.expired,
            roll.settled,
            roll.adjusted_up,
            roll.adjusted_down,
            roll.closing,
        ];
        let counts = [roll.people, roll.lots].map(Cell::Count);
        let of_opening = [roll.redeemed_from_opening, roll.expired_from_opening].map(Cell::Amount);
        let cells = keys.into_iter().chain(amounts.map(Cell::Amount)).chain(counts).chain(of_opening);
        Row { currency: *currency, cells: cells.collect() }
    };
    Table { name: "rollforward", columns: COLUMNS, rows: lines.iter().map(row).collect() }
}

impl Roll {
    fn of(opening: WideAmount, flow: &Flow, method: Method) -> Roll {
        let left = |kind| WideAmount::ZERO - flow.kind(kind);
        let given = flow.kind(Kind::Grant);
        let (granted, adjusted_up) = match method {
            Method::Adjustment => (WideAmount::ZERO, given),
            _ => (given, WideAmount::ZERO),
        };
        Roll {
            opening,
            corrections: flow.corrections,
            granted,
            redeemed: left(Kind::Redeem),
            restored: flow.kind(Kind::Restore),
            reclaimed: left(Kind::Clawback),
            expired: left(Kind::Expire),
            settled: left(Kind::Settle),
            adjusted_up,
            adjusted_down: left(Kind::Adjust),
            closing: opening + flow.change(),
            people: flow.people,
            lots: flow.lots,
            redeemed_from_opening: WideAmount::ZERO - flow.redeemed_from_opening,
            expired_from_opening: WideAmount::ZERO - flow.expired_from_opening,
        }
    }

    /// Adds another one.
    pub(super) fn add(&mut self, other: &Roll) {
        self.opening += other.opening;
        self.corrections += other.corrections;
        self.granted += other.granted;
        self.redeemed += other.redeemed;
        self.restored += other.restored;
        self.reclaimed += other.reclaimed;
        self.expired += other.expired;
        self.settled += other.settled;
        self.adjusted_up += other.adjusted_up;
        self.adjusted_down += other.adjusted_down;
        self.closing += other.closing;
        self.people += other.people;
        self.lots += other.lots;
        self.redeemed_from_opening += other.redeemed_from_opening;
        self.expired_from_opening += other.expired_from_opening;
    }
}

#[cfg(test)]
mod tests {
    use super::super::periods::months;
    use super::super::tally::tests::{at, day, row, utc};
    use super::super::tally::{Tally, Terms};
    use super::*;
    use accrue_kernel::entry::Entry;

    /// May and June 2024. Runs 1, 2 and 3 are as of 1 May, 1 June and 1 July.
    fn periods() -> Periods {
        Periods::new(&months(day(5, 1), day(7, 1)), &utc(), &[(1, at(5, 1)), (2, at(6, 1)), (3, at(7, 1))], None)
    }

    /// Lot `a` of 10.00 is granted in April, 4.00 of it are redeemed in May and 1.00 is found in June to have been
    /// reclaimed in May. Lot `b` of 5.00 is granted in June; 2.00 are redeemed, and it expires with the month. In June
    /// 3.00 become debt, of which lot `c` settles 1.00.
    fn postings() -> Vec<(u32, Entry<'static>)> {
        vec![
            (1, row(Kind::Grant, "a", 1000, at(4, 20))),
            (2, row(Kind::Redeem, "a", -400, at(5, 10))),
            (3, row(Kind::Clawback, "a", -100, at(5, 20))),
            (3, row(Kind::Grant, "b", 500, at(6, 2))),
            (3, row(Kind::Redeem, "b", -200, at(6, 3))),
            (3, row(Kind::Expire, "b", -300, at(7, 1))),
            (3, row(Kind::Redeem, "", -300, at(6, 4))),
            (3, row(Kind::Grant, "c", 100, at(6, 5))),
            (3, row(Kind::Settle, "c", -100, at(6, 5))),
            (3, row(Kind::Settle, "", 100, at(6, 5))),
            // Of a run that is not known, and after the last period.
            (4, row(Kind::Redeem, "a", -100, at(6, 30))),
            (3, row(Kind::Redeem, "a", -100, at(7, 1))),
        ]
    }

    /// The sums of so many people, all with the same postings.
    fn summed(periods: &Periods, people: usize) -> Sums {
        let (zone, classes, backfills) = (utc(), Classes::default(), Default::default());
        let mut tally = Tally::new(Terms { periods, zone: &zone, classes: &classes, backfills: &backfills });
        (0..people).for_each(|_| tally.add("somebody", &mut postings()));
        tally.finish(&[])
    }

    fn rolled() -> Vec<Line> {
        let periods = periods();
        lines(&summed(&periods, 1), &periods, &Classes::default())
    }

    #[test]
    fn a_roll_forward_has_what_came_and_went_and_each_closing_is_the_next_opening() {
        let shown: Vec<String> = rolled().iter().map(shown).collect();
        // May as run 2 knew it: 10.00 - 4.00. June: 6.00 - 1.00 of May + 6.00 - 2.00 - 3.00 - 1.00 = 5.00.
        assert_eq!(
            shown,
            [
                "2024-05-01 per_order: 1000 +0 +0 -400 +0 -0 -0 -0 +0 -0 = 600, 1 of 1, 400 0",
                "2024-06-01 per_order: 600 +-100 +600 -200 +0 -0 -300 -100 +0 -0 = 500, 1 of 1, 0 0",
                "2024-06-01 owed: 0 +0 +0 -300 +0 -0 -0 --100 +0 -0 = -200, 1 of 1, 0 0",
            ]
        );
    }

    fn shown(line: &Line) -> String {
        let roll = &line.roll;
        let amounts = [
            (' ', roll.opening),
            ('+', roll.corrections),
            ('+', roll.granted),
            ('-', roll.redeemed),
            ('+', roll.restored),
            ('-', roll.reclaimed),
            ('-', roll.expired),
            ('-', roll.settled),
            ('+', roll.adjusted_up),
            ('-', roll.adjusted_down),
        ];
        let amounts: Vec<String> = amounts.iter().map(|(sign, amount)| format!("{sign}{}", amount.minor())).collect();
        format!(
            "{} {}:{} = {}, {} of {}, {} {}",
            line.period.start,
            line.method.name(),
            amounts.join(" ").replace("  ", " "),
            roll.closing.minor(),
            roll.people,
            roll.lots,
            roll.redeemed_from_opening.minor(),
            roll.expired_from_opening.minor()
        )
    }

    #[test]
    fn every_row_of_the_table_closes() {
        let lines = rolled();
        for row in table(&lines, &Classes::default()).rows {
            let amounts: Vec<i128> = row.cells[5..16]
                .iter()
                .map(|cell| if let Cell::Amount(own) = cell { own.minor() } else { 0 })
                .collect();
            let [opening, corrections, granted, redeemed, restored, reclaimed, expired, settled, up, down, closing] =
                amounts[..]
            else {
                unreachable!("eleven amounts")
            };
            let sum = opening + corrections + granted - redeemed + restored - reclaimed - expired - settled + up - down;
            assert_eq!(sum, closing);
        }
    }

    #[test]
    fn sums_of_several_ranges_of_people_are_merged() {
        let periods = periods();
        let mut twice = Sums::default();
        (0..2).for_each(|_| twice.merge(summed(&periods, 1)));
        assert_eq!(twice, summed(&periods, 2));
        assert_eq!(lines(&twice, &periods, &Classes::default())[1].roll.people, 2);
    }
}
