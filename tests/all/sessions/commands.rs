//! Each command as it is meant to be typed, and as it is not.

use super::{RUN, Shop};
use insta::assert_snapshot;

#[test]
fn run_says_what_it_has_posted() {
    assert_snapshot!(Shop::new().session(RUN));
}

#[test]
fn run_prints_its_summary_as_json() {
    assert_snapshot!(Shop::new().session(&format!("{RUN} --out ledger --format csv --threads 1 --json")));
}

#[test]
fn check_posts_nothing() {
    let shop = Shop::new();
    let check = "check pipelines/fixture.toml --as-of 2024-07-01";
    assert_snapshot!([shop.session(check), shop.session(&format!("{check} --out findings"))].join("\n"));
}

#[test]
fn generate_makes_a_shop_that_runs() {
    let shop = Shop::new();
    let made = shop.session("generate made --orders 20 --files 2 --format ndjson");
    assert_snapshot!([made, shop.session("run made/pipeline.toml --as-of 2025-01-01 --out ledger")].join("\n"));
}

#[test]
fn generate_wants_a_folder_of_its_own_and_somebody_who_orders() {
    let shop = Shop::new();
    let lines = ["generate pipelines", "generate pipelines/fixture.toml", "generate made --people 0"];
    assert_snapshot!(lines.map(|line| shop.session(line)).join("\n"));
}

#[test]
fn help_tells_what_there_is() {
    let shop = Shop::new();
    assert_snapshot!(["help", "help run", "--version"].map(|line| shop.session(line)).join("\n"));
}

#[test]
fn slips_of_typing_are_answered() {
    let shop = Shop::new();
    let lines = ["", "rnu", "run", "run --frmat csv", "run p.toml --format xls", "run p.toml --threads 0"];
    assert_snapshot!(lines.map(|line| shop.session(line)).join("\n"));
}

#[test]
fn as_of_is_a_time_of_the_calendar() {
    let shop = Shop::new();
    let run = |as_of: &str| shop.session(&format!("run pipelines/fixture.toml --as-of={as_of}"));
    let times = ["yesterday", "2024-13-01", "2024-07-01T00:00:00", "0000-01-01", "+12024-07-01"];
    assert_snapshot!(times.map(run).join("\n"));
}
