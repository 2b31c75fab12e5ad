//! The rows of a page: events, and below each the steps with their amounts. Text and Markdown show the same rows.

use super::asked::moves;
use super::model::{
    Asked, CurrencyTold, EntryTold, EventTold, Explanation, FactTold, Figures, Lowered, MailTold, Move, Step,
    TakenBack, Uncovered, VersionTold,
};
use super::words;
use accrue_kernel::currency::Currency;
use accrue_kernel::money::WideAmount;
use accrue_text::visible;

/// How many facts are named as the cause of one correction.
const NAMED: usize = 3;

/// How much of an explanation is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// The answer, and a line for each event.
    Brief,
    /// Every amount as a formula, and each rule in force that gives nothing.
    Page,
    /// Besides: local times, rules that are not in force, and what each lot holds after each change.
    Full,
}

/// A row of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// The day; empty below an event.
    pub date: String,
    /// `+` for credit that comes, `-` for credit that goes, `o` for nothing, `!` for what is odd.
    pub mark: Option<char>,
    pub head: String,
    /// What is said before the parts, each in a line of its own.
    pub notes: Vec<String>,
    /// The parts of a formula, the last of which comes to the amount.
    pub parts: Vec<String>,
    pub amount: Option<String>,
    pub balance: Option<String>,
    pub last_day: Option<String>,
    pub from: Option<String>,
}

/// Returns the rows of what was asked for in a currency.
pub(super) fn rows(explanation: &Explanation, currency: &CurrencyTold, depth: Depth) -> Vec<Row> {
    let page = Page { explanation, currency, depth };
    let asked = currency.events.iter().filter(|event| event.asked_for);
    asked.flat_map(|event| page.event(event)).chain(page.gone()).collect()
}

struct Page<'p> {
    explanation: &'p Explanation,
    currency: &'p CurrencyTold,
    depth: Depth,
}

impl Page<'_> {
    fn event(&self, event: &EventTold) -> Vec<Row> {
        let time = event.local.split_once(' ').map_or("", |(_, time)| time);
        let mut head = words::event(event);
        if self.depth == Depth::Full || words::is_expiry(event) {
            head = format!("{time} {head}");
        }
        let from = event.fact.as_ref().map(|fact| place(&fact.file, fact.row));
        let mut first = Row { date: event.on.clone(), head, from, ..Row::default() };
        if self.depth == Depth::Brief {
            (first.amount, first.balance) = self.change(event);
            return vec![first];
        }
        let figures = words::figures(event, self.explanation.program.earn_on_credit);
        let since = self.since(event);
        let superseded = event.fact.iter().flat_map(superseded);
        let notes = figures.into_iter().chain(since).chain(superseded);
        let notes = notes.map(|note| Row { parts: vec![note], ..Row::default() });
        let steps = event.steps.iter().filter(|step| self.is_shown(event, step));
        let steps: Vec<Row> = steps.flat_map(|step| self.step(event, step)).collect();
        [first].into_iter().chain(notes).chain(steps).chain(self.mails(event)).collect()
    }

    /// Returns what runs have sent about an event: on the page of a person only where all is shown.
    fn mails(&self, event: &EventTold) -> Vec<Row> {
        let is_whole = matches!(self.explanation.asked, Asked::Person { .. });
        let shown = event.mails.iter().filter(|_| self.depth == Depth::Full || !is_whole);
        let row = |mail: &MailTold| {
            let parts = vec![words::mail(mail)];
            Row { mark: Some('@'), head: "mail".to_owned(), parts, ..Row::default() }
        };
        shown.map(row).collect()
    }

    /// Returns what an event changes, and the balance afterwards.
    fn change(&self, event: &EventTold) -> (Option<String>, Option<String>) {
        let Some(currency) = Currency::from_code(self.currency.currency) else { return (None, None) };
        let amounts = moves(event).map(|moved| WideAmount::parse(&moved.amount, currency).unwrap_or(WideAmount::ZERO));
        let sum: WideAmount = amounts.sum();
        let changes = moves(event).next().is_some();
        (changes.then(|| sum.display(currency).to_string()), changes.then(|| event.balance_after.clone()))
    }

    /// Returns the history that rules with a `counts_from` look at.
    fn since(&self, event: &EventTold) -> Vec<String> {
        let Figures::Order { counted: Some(counted), .. } = &event.figures else { return Vec::new() };
        let told = counted.since.iter().filter(|_| self.depth == Depth::Full).map(|since| {
            let (orders, before, spend) = (since.orders, &since.spend_before, &since.spend);
            format!("since {}: order {orders}, spend {before} to {spend}", since.counts_from)
        });
        told.collect()
    }

    /// Tells whether a step is shown: of rules that are not in force only the first of a method, and none where another
    /// version of the method is in force.
    fn is_shown(&self, event: &EventTold, step: &Step) -> bool {
        if self.depth == Depth::Full || !words::is_not_in_force(step) {
            return true;
        }
        let others = event.steps.iter().filter(|other| method(other).is_some() && method(other) == method(step));
        let is_first = others.clone().next().is_some_and(|first| std::ptr::eq(first, step));
        is_first && others.clone().all(words::is_not_in_force)
    }

    fn step(&self, event: &EventTold, step: &Step) -> Vec<Row> {
        match step {
            Step::Granted { method, rule, formula, amount, moves, .. } => {
                let mut parts = words::formula(formula, amount);
                if let Some(rule) = rule.as_ref().filter(|rule| rule.as_str() != *method) {
                    parts.insert(0, format!("rule {}", visible(rule)));
                }
                let granted = moves.iter().take(1).map(|moved| self.moved(moved, method, parts.clone()));
                granted.chain(self.settled(moves)).collect()
            }
            Step::NotGranted { method, rule, reason, figures } => {
                let why = words::not_granted(reason, figures, self.currency.currency);
                let other_name = rule.as_ref().filter(|rule| Some(rule.as_str()) != *method);
                let rule = other_name.map(|rule| format!("rule {}", visible(rule)));
                vec![nothing(method.unwrap_or_default(), rule.into_iter().chain([why]).collect())]
            }
            Step::Redeemed { moves, uncovered, .. } => self.spent("redeem", moves, uncovered.as_ref()),
            Step::Taken { moves, uncovered, .. } => self.spent("adjust", moves, uncovered.as_ref()),
            Step::Restored { limit, amount, settled, moves, lowered } => {
                self.restored(limit.as_deref(), amount, settled, moves, lowered)
            }
            Step::Reclaimed(own) => {
                let parts = words::reclaimed(own, &words::lot(self.currency, Some(own.lot)));
                match own.moves.first() {
                    Some(moved) => vec![self.moved(moved, "clawback", parts)],
                    None => vec![nothing("clawback", parts)],
                }
            }
            Step::Collected { lot, shortfall, moves, uncovered } => {
                let of = format!("{shortfall} that {} does not hold", words::lot(self.currency, Some(*lot)));
                let rows = moves.iter().map(|moved| {
                    let from = words::lot(self.currency, moved.lot);
                    self.moved(moved, "clawback", vec![of.clone(), format!("from {from} instead")])
                });
                rows.chain(self.uncovered(uncovered.as_ref())).collect()
            }
            Step::NotReclaimed { reason, local, .. } => {
                let why = words::not_reclaimed(reason, local.as_deref());
                // Of a refund of which a part is new credit, each part has its reason.
                let part = words::part_of_refund(event, reason).map(|part| format!("{part}: {why}"));
                vec![nothing("clawback", vec![part.unwrap_or(why)])]
            }
            Step::Expired { lot, moves } => {
                let lot = self.currency.lots.get(*lot as usize - 1);
                let granted = lot.map(|lot| format!("left of {} given", lot.granted)).unwrap_or_default();
                let row = |moved: &Move| {
                    self.moved(moved, "expire", vec![words::lot(self.currency, moved.lot), granted.clone()])
                };
                moves.iter().map(row).collect()
            }
            Step::Posted { run, last_day, moves } => {
                let row = |moved: &Move| {
                    let origin = visible(&moved.origin_id);
                    let row = self.moved(
                        moved,
                        moved.kind,
                        vec![format!("{} of {origin}", moved.method), format!("run {run}")],
                    );
                    Row { last_day: last_day.clone(), ..row }
                };
                moves.iter().map(row).collect()
            }
            Step::Odd { reason, amount } => {
                let parts = vec![words::odd(reason, amount.as_deref())];
                vec![Row { mark: Some('!'), head: (*reason).to_owned(), parts, ..Row::default() }]
            }
        }
    }

    /// Returns the rows of what is spent, lot by lot.
    fn spent(&self, what: &str, moves: &[Move], uncovered: Option<&Uncovered>) -> Vec<Row> {
        let first = match self.explanation.program.redemption_order {
            "oldest" => "the oldest lots are spent first",
            _ => "the lots that end first are spent first",
        };
        let first = (moves.len() > 1).then(|| Row { parts: vec![first.to_owned()], ..Row::default() });
        let row = |moved: &Move| self.moved(moved, what, vec![words::lot(self.currency, moved.lot)]);
        first.into_iter().chain(moves.iter().map(row)).chain(self.uncovered(uncovered)).collect()
    }

    fn restored(
        &self,
        limit: Option<&str>,
        amount: &str,
        settled: &str,
        moves: &[Move],
        lowered: &[Lowered],
    ) -> Vec<Row> {
        let of = limit.map(|limit| format!(" of {limit}")).unwrap_or_default();
        let settled = if words::is_any(settled) { format!("; {settled} of it is new credit") } else { String::new() };
        let first = Row { parts: vec![format!("{amount}{of} comes back{settled}")], ..Row::default() };
        let row = |moved: &Move| {
            let lot = words::lot(self.currency, moved.lot);
            let text = match moved.kind {
                "expire" => format!("{lot} has ended already"),
                "clawback" => format!("{lot}: still to be reclaimed"),
                "settle" => format!("{lot}: repays debt"),
                _ => lot,
            };
            self.moved(moved, moved.kind, vec![text])
        };
        let open = lowered.iter().filter(|item| words::is_any(&item.by)).map(|item| {
            let text = format!("{} of {} is open no more", item.by, visible(&item.source_id));
            Row { mark: Some('!'), head: item.reason.to_owned(), parts: vec![text], ..Row::default() }
        });
        [first].into_iter().chain(moves.iter().map(row)).chain(open).collect()
    }

    /// Returns the rows of debt that a new lot repays.
    fn settled(&self, moves: &[Move]) -> Vec<Row> {
        let row = |moved: &Move| {
            let lot = words::lot(self.currency, moved.lot);
            self.moved(moved, "settle", vec![if moved.lot.is_some() { format!("{lot}: repays debt") } else { lot }])
        };
        moves.iter().skip(1).map(row).collect()
    }

    fn uncovered(&self, uncovered: Option<&Uncovered>) -> Option<Row> {
        let Uncovered { amount, becomes } = uncovered.filter(|own| own.becomes != "debt")?;
        let parts = vec![format!("{amount} that no lot covers")];
        Some(Row { mark: Some('!'), head: (*becomes).to_owned(), parts, ..Row::default() })
    }

    fn moved(&self, moved: &Move, head: &str, parts: Vec<String>) -> Row {
        let mut notes = self.corrections(moved);
        if self.depth == Depth::Full {
            let holds = if moved.lot.is_some() { "then holds" } else { "then owed" };
            let lot = moved.lot.map(|lot| format!("lot {lot} ")).unwrap_or_default();
            notes.push(format!("{lot}{holds} {}", moved.left));
        }
        Row {
            mark: Some(if moved.amount.starts_with('-') { '-' } else { '+' }),
            head: head.to_owned(),
            notes,
            parts,
            amount: Some(moved.amount.clone()),
            balance: Some(moved.balance_after.clone()),
            last_day: self.last_day(moved),
            ..Row::default()
        }
    }

    /// Returns the last day of the lot of a change.
    fn last_day(&self, moved: &Move) -> Option<String> {
        let lot = self.currency.lots.get(moved.lot? as usize - 1)?;
        Some(lot.last_day.clone().unwrap_or_else(|| "never".to_owned()))
    }

    /// Returns what each run has posted of an entry, if it took more than one.
    fn corrections(&self, moved: &Move) -> Vec<String> {
        let is_same = |(kind, source_id, method, origin_id): (&str, &str, &str, &str)| {
            (kind, method) == (moved.kind, moved.method)
                && (source_id, origin_id) == (moved.source_id.as_str(), moved.origin_id.as_str())
        };
        let entry = self.currency.entries.iter();
        let mut entry = entry
            .filter(|_| self.explanation.refused.is_none())
            .filter(|own| is_same((own.kind, &own.source_id, own.method, &own.origin_id)));
        match entry.next() {
            Some(entry) if entry.postings.len() > 1 => vec![posted(entry)],
            _ => Vec::new(),
        }
    }

    /// Returns the entries that runs have posted and taken back.
    fn gone(&self) -> Vec<Row> {
        let entries = self.currency.entries.iter().filter(|_| self.explanation.refused.is_none());
        let gone = entries.filter(|entry| entry.asked_for && !words::is_any(&entry.amount));
        let rows = |entry: &EntryTold| {
            let (source, origin) = (visible(&entry.source_id), visible(&entry.origin_id));
            let of = if source == origin { String::new() } else { format!(" by {source}") };
            let head = format!("taken back: {} of {} of {origin}{of}", entry.kind, entry.method);
            let first = Row { date: entry.on.clone(), head, ..Row::default() };
            let because = entry.taken_back.as_ref().map(because);
            let notes = [posted(entry)].into_iter().chain(because);
            let notes = notes.map(|note| Row { parts: vec![note], ..Row::default() });
            [first].into_iter().chain(notes).collect::<Vec<Row>>()
        };
        gone.filter(|_| self.depth > Depth::Brief).flat_map(rows).collect()
    }
}

/// Returns what runs have posted of an entry.
fn posted(entry: &EntryTold) -> String {
    let each: Vec<String> = entry.postings.iter().map(|own| format!("run {}: {}", own.run, own.amount)).collect();
    each.join(", ")
}

/// Returns why an entry was taken back.
fn because(taken_back: &TakenBack) -> String {
    let TakenBack { run, reason, owner, facts } = taken_back;
    let places: Vec<String> = facts.iter().map(|fact| place(&fact.file, fact.row)).collect();
    let first = places.first().map(String::as_str).unwrap_or_default();
    let why = match *reason {
        "void" => format!("{first} withdraws it (`void`)"),
        "owner_changed" => {
            let owner = owner.as_deref().map(visible);
            let owner =
                owner.map_or("it belongs to nobody now".to_owned(), |owner| format!("it belongs to {owner} now"));
            if first.is_empty() { owner } else { format!("{owner}, as {first} says") }
        }
        "changed_fact" => {
            let changed: Vec<String> = facts.iter().flat_map(superseded).collect();
            if changed.is_empty() { format!("{first} says something else") } else { changed.join("; ") }
        }
        "program" => "the program changed".to_owned(),
        _ => {
            let more = places.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let named = places.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
            format!("other facts of the person came or changed: {named}{more}")
        }
    };
    format!("run {run}: {why}")
}

fn nothing(head: &str, parts: Vec<String>) -> Row {
    Row { mark: Some('o'), head: head.to_owned(), parts, ..Row::default() }
}

fn method(step: &Step) -> Option<&'static str> {
    match step {
        Step::Granted { method, .. } => Some(method),
        Step::NotGranted { method, .. } => *method,
        _ => None,
    }
}

/// Returns what earlier versions of a fact said.
fn superseded(fact: &FactTold) -> Vec<String> {
    let told = |version: &VersionTold| {
        let said = version.said.iter().map(|said| {
            let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { visible(text).into_owned() };
            format!("{} {}, now {}", said.column, shown(&said.then), shown(&said.now))
        });
        let said: Vec<String> = said.collect();
        let run = version.run.map(|run| format!(" of run {run}")).unwrap_or_default();
        format!("{}{run} said {}", place(&version.file, version.row), said.join(", "))
    };
    fact.superseded.iter().filter(|version| !version.said.is_empty()).map(told).collect()
}

/// Returns a file without its folder, and a row.
fn place(file: &str, row: u64) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    format!("{}:{row}", visible(name))
}
