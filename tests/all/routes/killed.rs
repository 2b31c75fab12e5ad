//! Runs that die at a step of their commit, and runs that meet.

use super::nights::{Nights, Shops, run_night};
use super::upkeep::expect_sound;
use super::{of_seed, same, same_book};
use crate::oracle::shop::Shop;
use accrue::kernel::time::Timestamp;
use accrue::run::inspect::BookView;
use accrue::run::{Progress, RunError, Stage, Step};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Tells a process of this test that it is a run: at which step it dies, the night, as_of, the clock, and where.
const RUN: &str = "ACCRUE_TEST_RUN";

/// Kills its own process at the beginning of a step.
pub struct Deadly {
    left: AtomicUsize,
}

impl Deadly {
    pub fn at(step: usize) -> Deadly {
        Deadly { left: AtomicUsize::new(step) }
    }
}

impl Progress for Deadly {
    fn step(&self, step: Step) {
        if Step::OF_COMMIT.contains(&step) && self.left.fetch_sub(1, Ordering::Relaxed) == 0 {
            std::process::abort();
        }
    }

    fn begin(&self, _: Stage, _: u64) {}

    fn advance(&self, _: u64) {}
}

#[test]
fn a_run_that_is_killed_at_any_step_is_completed_by_the_next() {
    for seed in [super::FIRST_SEED, super::FIRST_SEED + 1] {
        let nights = Nights::of(&of_seed(seed), 3, 2);
        let whole = super::posted(&nights, 1).unwrap();
        for step in 0.. {
            let shops = Shops::new(&nights);
            shops.run(0, 0).unwrap();
            let has_died = run_until(&shops, 1, step);
            shops.run(1, 1).unwrap();
            shops.run(2, 0).unwrap();
            let is_same = same_book(&whole, &shops);
            is_same.unwrap_or_else(|fault| panic!("seed {seed}, killed at step {step}: {fault}"));
            if !has_died {
                assert!(step >= 4, "there are no steps to die at");
                break;
            }
        }
    }
}

#[test]
fn what_a_dead_run_has_kept_counts_only_if_it_was_posted() {
    let without = |nights: &Nights| {
        let shops = Shops::new(nights);
        shops.run(0, 0).unwrap();
        shops.run(2, 0).unwrap();
        shops.posted().sums
    };
    let whole_of = |shop: &Shop| super::posted(&Nights::of(shop, 3, 2), 1).unwrap().sums;
    // One whose second night changes something.
    let shops = (super::FIRST_SEED..).map(of_seed);
    let shop = { shops }.find(|shop| whole_of(shop) != without(&Nights::of(shop, 3, 2))).unwrap();
    let whole = whole_of(&shop);
    let (mut before, mut after) = (0, 0);
    for step in 0..8 {
        let [few, everybody] = [false, true].map(|everyone| {
            let nights = Nights::of(&shop, 3, 2).with_everyone(everyone);
            let shops = Shops::new(&nights);
            shops.run(0, 0).unwrap();
            let has_died = run_until(&shops, 1, step);
            let is_posted = BookView::open(&shops.home().join("book")).unwrap().lines().len() == 2;
            match (has_died, is_posted) {
                (true, true) => after += 1,
                (true, false) => before += 1,
                (false, is_posted) => assert!(is_posted, "step {step}: it has neither died nor posted"),
            }
            // The exports of the night that died are never read again.
            shops.run(2, 0).unwrap();
            let posted = shops.posted();
            let expected = if is_posted { whole.clone() } else { without(&nights) };
            assert_eq!(posted.sums, expected, "killed at step {step}, everyone: {everyone}");
            expect_sound(&shops).unwrap();
            (posted.sums, posted.job_ids)
        });
        assert_eq!(few, everybody, "killed at step {step}");
    }
    assert!(before >= 4 && after >= 4, "{before} have died before they posted, {after} after it");
}

/// The other half of the tests above.
#[test]
#[ignore = "the other half of a test, which runs it in a process of its own"]
fn a_run_dies_at_its_step() {
    let told = std::env::var(RUN).expect("the other half sets it");
    let mut words = told.splitn(5, ' ');
    let mut number = || words.next().unwrap().parse::<i64>().unwrap();
    let (step, night, as_of, now) = (number(), number(), number(), number());
    let deadly = Deadly::at(step as usize);
    let [as_of, now] = [as_of, now].map(Timestamp::from_micros);
    run_night(Path::new(words.next().unwrap()), night as usize, as_of, now, false, &deadly).unwrap();
}

/// Runs a night in a process that dies at a step; tells whether it has come so far.
pub fn run_until(shops: &Shops<'_>, night: usize, step: usize) -> bool {
    let (as_of, now) = (shops.as_of(night).micros(), shops.now(night, 0).micros());
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "routes::killed::a_run_dies_at_its_step"])
        .env(RUN, format!("{step} {night} {as_of} {now} {}", shops.home().display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    !status.unwrap().success()
}

/// Lets another run of the same night post when this one is about to.
struct Meeting<'s> {
    shops: &'s Shops<'s>,
    step: Step,
}

impl Progress for Meeting<'_> {
    fn begin(&self, _: Stage, _: u64) {}

    fn step(&self, step: Step) {
        if step == self.step {
            self.shops.run(1, 1).unwrap();
        }
    }

    fn advance(&self, _: u64) {}
}

#[test]
fn of_two_runs_at_once_one_posts_and_the_other_is_told() {
    let nights = Nights::of(&of_seed(super::FIRST_SEED), 2, 0);
    let whole = super::posted(&nights, 1).unwrap();
    for step in [Step::CommittingEmails, Step::Publishing] {
        let shops = Shops::new(&nights);
        shops.run(0, 0).unwrap();
        shops.go(1, 0, &Meeting { shops: &shops, step }).unwrap();
        same(&format!("{step:?}"), &whole.rows, &shops.posted().rows).unwrap();
        same(&format!("{step:?}"), &whole.job_ids, &shops.mailed()).unwrap();
    }
    for step in [Step::Reading, Step::KeepingEmails, Step::Posting] {
        let shops = Shops::new(&nights);
        shops.run(0, 0).unwrap();
        let late = shops.go(1, 0, &Meeting { shops: &shops, step }).unwrap_err();
        assert!(matches!(&late, RunError::Book(error) if error.is_of_others()), "{step:?}: {late}");
        let posted = shops.posted();
        same(&format!("{step:?}"), &whole.sums, &posted.sums).unwrap();
        same(&format!("{step:?}"), &posted.job_ids, &shops.mailed()).unwrap();
        shops.run(1, 2).unwrap();
        same(&format!("{step:?}"), &whole.rows, &shops.posted().rows).unwrap();
    }
}
