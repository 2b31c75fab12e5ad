//! Nights that are planned and applied, plans that die while they are applied, and backfills.

use super::nights::{Nights, Shops, with_night};
use super::upkeep::expect_sound;
use super::{FIRST_SEED, expect_enough, for_shops, of_seed, posted, same, same_book};
use crate::oracle::shop::Shop;
use accrue::kernel::time::Timestamp;
use accrue::run::plan::{self, Apply, PlanFault};
use accrue::run::{Forward, Progress, RunError, Silent};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Tells a process of this test that it is to apply a plan: at which step it dies, the clock, and the plan.
const APPLY: &str = "ACCRUE_TEST_APPLY";

#[test]
fn nights_that_are_planned_and_applied_are_nights_that_are_run() {
    for_shops(12, |shop| {
        let nights = Nights::of(&shop, 3, 2);
        let (ran, planned) = (Shops::new(&nights), Shops::new(&nights));
        for night in 0..nights.len() {
            ran.run(night, 0)?;
            let file = save(&planned, night, 0).map_err(|error| error.to_string())?;
            apply(&file, planned.now(night, 1), &Silent).map_err(|error| error.to_string())?;
        }
        same("ledgers", &ran.posted().sums, &planned.posted().sums)?;
        same("jobs", &ran.posted().job_ids, &planned.mailed())?;
        // The very bytes, but for the summary and for the facts, which say where they came from.
        for place in ["book/ledger", "book/emails", "out"] {
            same(place, &files(ran.home(), place), &files(planned.home(), place))?;
        }
        Ok(())
    });
}

#[test]
fn a_plan_that_dies_while_it_is_applied_is_completed_by_the_next_run_or_by_itself() {
    let nights = Nights::of(&of_seed(FIRST_SEED), 3, 2);
    let whole = posted(&nights, 1).unwrap();
    for by_itself in [false, true] {
        for step in 0.. {
            let shops = Shops::new(&nights);
            shops.run(0, 0).unwrap();
            let file = save(&shops, 1, 0).unwrap();
            let has_died = apply_until(&file, shops.now(1, 1), step);
            if by_itself {
                let again = apply(&file, shops.now(1, 2), &Silent);
                let is_done = matches!(again, Ok(()) | Err(RunError::Plan(PlanFault::Applied { .. })));
                assert!(is_done, "step {step}: {again:?}");
            } else {
                shops.run(1, 1).unwrap();
                expect_stale(apply(&file, shops.now(1, 2), &Silent));
            }
            shops.run(2, 0).unwrap();
            let is_same = same_book(&whole, &shops);
            is_same.unwrap_or_else(|fault| panic!("killed at step {step}: {fault}"));
            if !has_died {
                assert!(step >= 4, "there are no steps to die at");
                break;
            }
        }
    }
}

/// The other half of the test above.
#[test]
#[ignore = "the other half of a test, which runs it in a process of its own"]
fn a_plan_dies_at_its_step() {
    let told = std::env::var(APPLY).expect("the other half sets it");
    let mut words = told.splitn(3, ' ');
    let mut number = || words.next().unwrap().parse::<i64>().unwrap();
    let (step, now) = (number(), number());
    let deadly = super::killed::Deadly::at(step as usize);
    apply(Path::new(words.next().unwrap()), Timestamp::from_micros(now), &deadly).unwrap();
}

#[test]
fn a_plan_is_stale_once_another_run_has_posted() {
    let nights = Nights::of(&of_seed(FIRST_SEED), 3, 2);
    let shops = Shops::new(&nights);
    shops.run(0, 0).unwrap();
    let file = save(&shops, 1, 4).unwrap();
    // Another run adds its facts and dies: they do not count, so nothing has moved.
    assert!(super::killed::run_until(&shops, 1, 2));
    apply(&file, shops.now(1, 5), &Silent).unwrap();
    expect_sound(&shops).unwrap();
    let file = save(&shops, 2, 0).unwrap();
    shops.run(2, 1).unwrap();
    expect_stale(apply(&file, shops.now(2, 2), &Silent));
    // Another book with as many runs is another book.
    let other = Shops::new(&nights);
    other.run(0, 0).unwrap();
    let file = save(&other, 1, 1).unwrap();
    fs::remove_dir_all(other.home().join("book")).unwrap();
    expect_stale(apply(&file, other.now(1, 1), &Silent));
    // Nothing is to show that there was one.
    fs::remove_file(other.home().join("book.head.json")).unwrap();
    fs::remove_dir_all(other.home().join("out")).unwrap();
    other.run(0, 1).unwrap();
    expect_stale(apply(&file, other.now(1, 2), &Silent));
}

#[test]
fn a_plan_knows_the_jobs_of_a_run_that_has_died_before_it_emitted_them() {
    let nights = Nights::of(&of_seed(FIRST_SEED), 3, 2);
    let whole = posted(&nights, 1).unwrap();
    let shops = Shops::new(&nights);
    shops.run(0, 0).unwrap();
    // Its last step but one is to commit its jobs.
    let steps = (0..).find(|&step| !dies_at(&nights, step)).unwrap();
    assert!(super::killed::run_until(&shops, 1, steps - 2));
    let file = save(&shops, 2, 0).unwrap();
    apply(&file, shops.now(2, 1), &Silent).unwrap();
    same("jobs", &whole.job_ids, &shops.posted().job_ids).unwrap();
    same("folders", &whole.job_ids, &shops.mailed()).unwrap();
}

/// Tells whether the second of some nights has more steps than that, in a home of its own.
fn dies_at(nights: &Nights, step: usize) -> bool {
    let shops = Shops::new(nights);
    shops.run(0, 0).unwrap();
    super::killed::run_until(&shops, 1, step)
}

#[test]
fn a_backfill_posts_what_another_program_would_have_from_the_start() {
    let (mut tried, mut compared, mut refused) = (0, 0, 0);
    for_shops(24, |shop| {
        tried += 1;
        let Some(other) = another_program(&shop) else { return Ok(()) };
        compared += 1;
        let before = Nights::of(&shop, 3, 2);
        let fresh = posted(&Nights::of(&shop, 3, 2).with_program(other.clone()), 1)?;
        let shops = Shops::new(&before);
        for night in 0..before.len() {
            shops.run(night, 0)?;
        }
        let mails = shops.posted().job_ids;
        shops.change_program(&other);
        let file = shops.home().join("backfill.plan");
        backfill(&shops, 2, 1, &file).map_err(|error| error.to_string())?;
        same("the book before the plan is applied", &shops.posted().job_ids, &mails)?;
        apply(&file, shops.now(2, 2), &Silent).map_err(|error| error.to_string())?;
        same("ledgers", &fresh.sums, &shops.posted().sums)?;
        same("mails", &mails, &shops.posted().job_ids)?;
        // Nights with the new program go on, and have nothing to post.
        let rows = shops.posted().rows;
        shops.run(2, 3)?;
        same("rows", &rows, &shops.posted().rows)?;
        shops.change_program(&shop.program_toml);
        match shops.go(2, 4, &Silent) {
            Err(RunError::Forward(Forward::Retroactive { .. })) => refused += 1,
            // Where the two programs say the same of all that is posted.
            Ok(()) => {}
            Err(error) => return Err(error.to_string()),
        }
        Ok(())
    });
    expect_enough("with another program", tried, compared);
    expect_enough("whose past would change", compared, refused);
}

/// Returns the program of another shop that has the same currency, with this shop's time zone.
fn another_program(shop: &Shop) -> Option<String> {
    let line = |text: &str, key: &str| text.lines().find(|line| line.starts_with(key)).map(str::to_owned);
    let own = &shop.program_toml;
    let other = (FIRST_SEED + 1_000..FIRST_SEED + 1_100).map(|seed| of_seed(seed).program_toml);
    let mut other = other.filter(|other| other != own && line(other, "currency") == line(own, "currency"));
    let other = other.next()?;
    let (zone, own_zone) = (line(&other, "timezone")?, line(own, "timezone")?);
    Some(other.replace(&zone, &own_zone))
}

/// Plans a night.
fn save(shops: &Shops<'_>, night: usize, time: usize) -> Result<PathBuf, RunError> {
    let file = shops.home().join(format!("{night}-{time}.plan"));
    with_night(shops.home(), night, shops.as_of(night), shops.now(night, time), &Silent, |request| {
        plan::plan(request, &file)
    })?;
    Ok(file)
}

/// Plans a backfill with the program and book of a night.
fn backfill(shops: &Shops<'_>, night: usize, time: usize, file: &Path) -> Result<(), RunError> {
    with_night(shops.home(), night, shops.as_of(night), shops.now(night, time), &Silent, |request| {
        plan::backfill(request, false, file).map(drop)
    })
}

fn apply(plan: &Path, now: Timestamp, progress: &dyn Progress) -> Result<(), RunError> {
    plan::apply(&Apply { plan, out: None, overrides: Vec::new(), now, progress }).map(drop)
}

/// Applies a plan in a process that dies at a step; tells whether it has come so far.
fn apply_until(plan: &Path, now: Timestamp, step: usize) -> bool {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "routes::plans::a_plan_dies_at_its_step"])
        .env(APPLY, format!("{step} {} {}", now.micros(), plan.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    !status.unwrap().success()
}

#[track_caller]
fn expect_stale(applied: Result<(), RunError>) {
    assert!(matches!(applied, Err(RunError::Plan(PlanFault::Stale { .. } | PlanFault::Applied { .. }))), "{applied:?}");
}

/// Returns the digests of the files below a place of a home, by their path; logs and summaries are passed over.
fn files(home: &Path, place: &str) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![home.join(place)];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending != "json") {
                let bytes = fs::read(&path).unwrap();
                // Rejects and exceptions name their files.
                let text = String::from_utf8_lossy(&bytes).replace(&home.display().to_string(), "");
                let bytes =
                    if path.extension().is_some_and(|ending| ending == "csv") { text.into_bytes() } else { bytes };
                let digest = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
                found.insert(path.strip_prefix(home).unwrap().to_path_buf(), digest);
            }
        }
    }
    found
}
