//! Few rows, found by what they are about, give their people the same facts as all rows do, and nobody else has others
//! than before.

use crate::affected::Links;
use crate::tests::random::Dice;
use crate::tests::shop::*;
use crate::{People, Unseen, resolve};
use accrue_facts::key::Key;
use accrue_facts::key_set::KeySet;
use accrue_facts::{Facts, FileRow};
use accrue_kernel::facts::FactRow;
use accrue_kernel::program::Program;
use accrue_kernel::time::Timestamp;
use std::collections::BTreeMap;

/// Groups of ids that seldom meet, so that there are people whom nothing new is about.
const GROUPS: usize = 6;

#[test]
fn new_facts_are_followed_to_everybody_whose_facts_change() {
    let mut untouched = 0;
    for seed in 1..=2000 {
        let mut dice = Dice(seed);
        let (kept, new, program) = (grouped(&mut dice, 4), grouped(&mut dice, 1), dice.program());
        let mut links = Links::of(&kept.facts());
        let found = links.together(&new.facts(), []);
        let mut few = kept.facts();
        few.only(&by_kind(links.rows(&found)));
        let before = persons(kept.facts(), &program);
        let all = persons(kept.facts().followed_by(new.facts()), &program);
        let few = persons(few.followed_by(new.facts()), &program);
        for (id, facts) in &few {
            assert_eq!(all.get(id), Some(facts), "seed {seed}, {id}");
        }
        for id in before.keys().chain(all.keys()).filter(|id| !few.contains_key(*id)) {
            let is_gone = found.contains(Key::person(id)) && !all.contains_key(id);
            assert!(is_gone || before.get(id) == all.get(id), "seed {seed}, {id}");
            untouched += usize::from(!is_gone);
        }
    }
    assert!(untouched > 2000, "nearly everybody is looked at");
}

#[test]
fn a_placeholder_links_nobody() {
    let registration =
        |id| RegistrationSays { id, email: "none@x.org", card: "0", registered: 5, ..Default::default() };
    let order = |id, customer, email| OrderSays { id, customer, email, ..OrderSays::default() };
    let found = |kept: &Shop, new: &Shop| {
        let mut links = Links::of(&kept.facts());
        let found: KeySet = links.together(&new.facts(), []);
        ["c1", "c2"].map(|id| found.contains(Key::person(id)))
    };
    let kept = Shop { registrations: vec![registration("c1"), registration("c2")], ..Shop::default() };
    let by_customer = Shop { orders: vec![order("o1", "c1", "none@x.org")], ..Shop::default() };
    assert_eq!(found(&kept, &by_customer), [true, false]);
    // Somebody may own this order by that email.
    let by_email = Shop { orders: vec![order("o1", "", "None@x.org")], ..Shop::default() };
    assert_eq!(found(&kept, &by_email), [true, true]);
    let with_guest = Shop { orders: by_email.orders, ..kept };
    assert_eq!(found(&with_guest, &by_customer), [true, true]);
    let redemption = RedemptionSays { id: "x1", card: "0", ..RedemptionSays::default() };
    let by_card = Shop { redemptions: vec![redemption], ..Shop::default() };
    assert_eq!(found(&with_guest, &by_card), [true, true]);
}

#[test]
fn versions_are_found_by_their_ids_alone() {
    let order = |id, customer| OrderSays { id, customer, ..OrderSays::default() };
    let registration = RegistrationSays { id: "c1", registered: 5, ..RegistrationSays::default() };
    let orders = vec![order("o1", "c1"), order("o2", "c2"), order("o1", "c3")];
    let kept = Shop { orders, registrations: vec![registration], ..Shop::default() };
    let new = Shop { orders: vec![order("o1", "c1")], ..Shop::default() };
    let found = by_kind(Links::of(&kept.facts()).versions_of(&new.facts()));
    assert_eq!((found.orders, found.registrations), ([0, 2].map(FactRow::new).to_vec(), vec![]));
}

/// The rows of files, which here are the rows of tables.
fn by_kind(rows: Vec<Vec<FileRow>>) -> Unseen {
    let row = |row: FileRow| FactRow::new(row.get() as u32);
    let rows: Vec<Vec<FactRow>> = rows.into_iter().map(|rows| rows.into_iter().map(row).collect()).collect();
    <[Vec<FactRow>; 5]>::try_from(rows).unwrap().into()
}

/// Returns what everybody's facts are, by id.
fn persons(facts: Facts, program: &Program) -> BTreeMap<String, String> {
    let people: People = resolve(facts, program, Timestamp::from_micros(AS_OF));
    let lines = lines(&people).into_iter().take(people.len());
    people.ranks().zip(lines).map(|(rank, line)| (people.id(rank).to_owned(), line)).collect()
}

/// Makes a few shops into one, the ids of each row being those of its group, and seldom of another.
fn grouped(dice: &mut Dice, count: usize) -> Shop {
    let mut all = Shop::default();
    for _ in 0..count {
        let Shop { orders, registrations, refunds, redemptions, adjustments } = dice.shop();
        let mut group = dice.below(GROUPS);
        let mut moved = |dice: &mut Dice, texts: &mut [&mut &'static str]| {
            group = if dice.below(3) == 0 { dice.below(GROUPS) } else { group };
            for text in texts.iter_mut().filter(|text| !text.is_empty()) {
                let group = if dice.below(40) == 0 { dice.below(GROUPS) } else { group };
                // In the first group ids are as they were: one of them is that of a guest.
                if group > 0 {
                    **text = format!("{group}{text}").leak();
                }
            }
        };
        all.orders.extend(orders.into_iter().map(|mut says| {
            moved(dice, &mut [&mut says.id, &mut says.customer, &mut says.email]);
            says
        }));
        all.registrations.extend(registrations.into_iter().map(|mut says| {
            moved(dice, &mut [&mut says.id, &mut says.email, &mut says.card]);
            says
        }));
        all.refunds.extend(refunds.into_iter().map(|mut says| {
            moved(dice, &mut [&mut says.id, &mut says.order]);
            says
        }));
        all.redemptions.extend(redemptions.into_iter().map(|mut says| {
            moved(dice, &mut [&mut says.id, &mut says.customer, &mut says.card, &mut says.order]);
            says
        }));
        all.adjustments.extend(adjustments.into_iter().map(|mut says| {
            moved(dice, &mut [&mut says.id, &mut says.customer]);
            says
        }));
    }
    all
}
