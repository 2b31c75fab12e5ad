//! Guards that trip: exit code 5, what would have happened, and how to let one run pass.

use super::{PIPELINE, RUN, Shop};
use insta::assert_snapshot;

#[test]
fn too_few_or_too_old_rows_stop_a_run() {
    let shop = Shop::new();
    shop.replace(PIPELINE, "kind = \"orders\"", "kind = \"orders\"\nmin_rows = 18\nmax_age = { days = 1 }");
    assert_snapshot!([shop.session(RUN), shop.session(&format!("{RUN} --override min_rows"))].join("\n"));
    shop.succeed(&format!("{RUN} --override min_rows --override max_age"));
}

#[test]
fn every_guard_that_trips_is_listed_and_can_be_overridden() {
    let shop = Shop::new();
    let guards = "\n[guard]\nmax_rejects = \"2.5%\"\nmax_granted = \"144.99\"\nmax_reclaimed = \"23.25\"\n\
                  max_people = 9\nmax_emails = 14\n";
    shop.append(PIPELINE, guards);
    let all = "--override max_rejects --override max_granted --override max_reclaimed --override max_people \
               --override max_emails";
    assert_snapshot!([shop.session(RUN), shop.session(&format!("{RUN} --override max_emials"))].join("\n"));
    let overridden = shop.succeed(&format!("{RUN} --json {all}"));
    let summary: serde_json::Value = serde_json::from_slice(&overridden.stdout).unwrap();
    let names = ["max_rejects", "max_granted", "max_reclaimed", "max_people", "max_emails"];
    assert_eq!(summary["overrides"], serde_json::json!(names));
}

#[test]
fn what_is_exactly_at_the_limit_passes() {
    let shop = Shop::new();
    let guards = "\n[guard]\nmax_rejects = 1\nmax_granted = \"145.00\"\nmax_reclaimed = \"23.26\"\nmax_people = 10\n\
                  max_emails = 15\n";
    shop.append(PIPELINE, guards);
    shop.replace(PIPELINE, "kind = \"orders\"", "kind = \"orders\"\nmin_rows = 17\nmax_age = { days = 2 }");
    shop.succeed(RUN);
}
