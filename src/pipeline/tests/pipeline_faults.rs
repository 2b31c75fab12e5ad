//! What is wrong with a pipeline, as it is printed.

use super::{pipeline_faults, with_input};

#[test]
fn what_a_pipeline_must_have_is_asked_for() {
    assert_eq!(
        pipeline_faults(""),
        r#"shop/n.toml:1:1: a pipeline has no `output`
  help: write `output = "out"`
shop/n.toml:1:1: a pipeline has no `program`
  help: write `program = "programs/member-credits.toml"`
shop/n.toml:1:1: the pipeline has no inputs
  help: add an `[[input]]` with a `kind` and a `path`"#
    );
    assert_eq!(
        pipeline_faults(
            r#"program = "p.toml"
output = "out"
[[input]]
"#
        ),
        r#"shop/n.toml:3:1: [[input]] has no `kind`
  help: say what the rows are: `kind = "orders"`
shop/n.toml:3:1: [[input]] has no `path`
  help: write a file or a glob: `path = "exports/orders*.csv"`"#
    );
    assert_eq!(
        pipeline_faults(
            r#"program = ""
output = 3
[input]
kind = "orders"
"#
        ),
        r#"shop/n.toml:1:11: `program` is empty
shop/n.toml:2:10: `output` must be a text in quotes, not a whole number
shop/n.toml:3:1: `input` is one table, not a list of tables
  help: write `[[input]]`"#
    );
}

#[test]
fn faults_of_syntax_and_unknown_keys_have_a_place() {
    assert_eq!(
        pipeline_faults(
            r#"program = "p.toml
"#
        ),
        r#"shop/n.toml:1:18: invalid basic string, expected `"`"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"ouput = "x"
[[input]]
kind = "orders"
path = "o.csv"
"#
        )),
        r#"shop/n.toml:3:1: a pipeline has no key `ouput`
  help: did you mean `output`?"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
seperator = ";"
"#
        )),
        r#"shop/n.toml:6:1: [[input]] has no key `seperator`
  help: it is one of `kind`, `path`, `format`, `csv`, `sheet`, `records`, `unnest`, `keep_empty`, `children`, `timezone`, `nulls`, `literal_ids`, `any_time`, `platform`, `options`, `types`, `aliases`, `define`, `split`, `lookup`, `where`, `group_by`, `distinct`, `across_files`, `having`, `columns`, `fact`, `versions`, `min_rows`, `max_age`"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
csv = { seperator = ";" }
[guard]
max_grants = "5"
"#
        )),
        r#"shop/n.toml:6:9: `csv` has no key `seperator`
  help: did you mean `separator`?
shop/n.toml:8:1: [guard] has no key `max_grants`
  help: did you mean `max_granted`?"#
    );
}

#[test]
fn kinds_and_formats_are_known() {
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "order"
path = "o.csv"
format = "ods"
"#
        )),
        r#"shop/n.toml:4:8: `kind` cannot be `order`
  help: did you mean `orders`?
shop/n.toml:6:10: `format` cannot be `ods`
  help: it is one of `csv`, `ndjson`, `json`, `parquet`, `xlsx`"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
format = "parquet"
csv = { header = true }
"#
        )),
        r#"shop/n.toml:7:1: `csv` is given, but `format` is another
  help: leave one of them out"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
format = "csv"
sheet = "Orders"
"#
        )),
        r#"shop/n.toml:7:1: `sheet` is given, but `format` is another
  help: leave one of them out"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
timezone = "Europe/Londn"
"#
        )),
        r#"shop/n.toml:6:12: `timezone` is not a known time zone: `Europe/Londn`
  help: did you mean `Europe/London`?"#
    );
}

#[test]
fn csv_options_are_possible_ones() {
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
csv = { separator = ";;", decimal = ";", encoding = "utf8x" }
"#
        )),
        r#"shop/n.toml:6:21: `separator` is ";;", which cannot separate columns
  help: write one character, such as ",", ";" or "\t", or "whitespace"
shop/n.toml:6:37: `decimal` cannot be `;`
  help: it is one of `.`, `,`
shop/n.toml:6:53: `encoding` is not a known encoding: `utf8x`
  help: did you mean `utf-8`?"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
csv = { header = false }
"#
        )),
        r#"shop/n.toml:6:18: without a header the columns have no names
  help: write `names = ["order_id", ...]`"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
csv = { names = ["a", "a", 3] }
"#
        )),
        r#"shop/n.toml:6:23: `names` has `a` twice
shop/n.toml:6:28: `names` must be a text in quotes, not a whole number"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
csv = { separator = "§" }
"#
        )),
        r#"shop/n.toml:6:21: `separator` is "§", which cannot separate columns
  help: write one character, such as ",", ";" or "\t", or "whitespace""#
    );
}

#[test]
fn guards_of_an_input_are_counts() {
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
min_rows = -1
max_age = 2
"#
        )),
        r#"shop/n.toml:6:12: `min_rows` is -1: it must be at least 0
shop/n.toml:7:11: `max_age` must be a table, not a whole number"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
max_age = { days = 40000 }
"#
        )),
        "shop/n.toml:6:20: `days` is 40000: it must be at most 36500"
    );
}

#[test]
fn guards_of_a_run_are_exact() {
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
[guard]
max_rejects = "many"
max_granted = 50000.00
max_reclaimed = "1e3"
max_people = "5"
"#
        )),
        r#"shop/n.toml:7:15: `max_rejects` is "many", neither a count nor a share
  help: write a count, such as 100, a share of the rows, such as "0.5%", or false for no limit
shop/n.toml:8:15: `max_granted` is a bare number; amounts are exact
  help: write it as a text: "50000.00"
shop/n.toml:9:17: `max_reclaimed` is "1e3", which is not a plain decimal number
  help: write digits with a `.` before the decimals, such as "1234.56"
shop/n.toml:10:14: `max_people` must be a whole number, not a text"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
[guard]
max_rejects = "101%"
"#
        )),
        r#"shop/n.toml:7:15: `max_rejects` is "101%", neither a count nor a share
  help: write a count, such as 100, a share of the rows, such as "0.5%", or false for no limit"#
    );
}

#[test]
fn a_mapping_covers_the_kind() {
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
columns = { order_id = "id", placed = "t" }
"#
        )),
        r#"shop/n.toml:6:11: `columns` does not say whose the orders are: map one of `customer_id`, `email`
shop/n.toml:6:11: `columns` lacks `placed_at`, `items_amount`, `total_amount`, which are required for orders
shop/n.toml:6:30: orders have no column `placed`
  help: did you mean `placed_at`?"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "redemptions"
path = "r.csv"
columns = { redemption_id = "id", redeemed_at = "t", amount = "a" }
"#
        )),
        r#"shop/n.toml:6:11: `columns` does not say whose the redemptions are: map one of `customer_id`, `card_number`, `order_id`"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
types = { a = "int" }
where = "a > 0"
group_by = ["a"]
"#
        )),
        r#"shop/n.toml:6:1: `types` needs `columns`
  help: say which expression gives each canonical column: `columns = { order_id = "InvoiceNo" }`
shop/n.toml:7:1: `where` needs `columns`
  help: say which expression gives each canonical column: `columns = { order_id = "InvoiceNo" }`
shop/n.toml:8:1: `group_by` needs `columns`
  help: say which expression gives each canonical column: `columns = { order_id = "InvoiceNo" }`"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "registrations"
path = "r.csv"
group_by = []
columns = { customer_id = "id", registered_at = "t" }
"#
        )),
        r#"shop/n.toml:6:12: `group_by` is empty
  help: name the columns that tell facts apart, or leave it out"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "registrations"
path = "r.csv"
group_by = ["id"]
distinct = []
columns = { customer_id = "id", registered_at = "min(t)" }
"#
        )),
        r#"shop/n.toml:7:12: `distinct` is empty
  help: name what tells the rows of a fact apart, or leave it out"#
    );
}

#[test]
fn types_are_known_and_patterns_work() {
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "registrations"
path = "r.csv"
types = { a = "integer", b = "time:%Q", c = "time:%H:%M", d = 3 }
columns = { customer_id = "id", registered_at = "t" }
"#
        )),
        r#"shop/n.toml:6:15: `a` cannot be of type `integer`
  help: did you mean `int`?
shop/n.toml:6:30: the time pattern `%Q` of `b` has a part that strftime does not know
  help: write it as in `time:%Y-%m-%d %H:%M:%S`
shop/n.toml:6:45: the time pattern `%H:%M` of `c` gives no date
  help: write it as in `time:%Y-%m-%d %H:%M:%S`
shop/n.toml:6:63: `d` must be a text in quotes, not a whole number"#
    );
}

#[test]
fn expressions_are_sql() {
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "registrations"
path = "r.csv"
where = "a >"
columns = { customer_id = "id", registered_at = "" }
"#
        )),
        r#"shop/n.toml:6:9: `where` is not an expression of SQL: it ends where an expression is expected
  help: names of columns with blanks stand in double quotes, texts in single ones
shop/n.toml:7:49: `registered_at` is empty"#
    );
}

#[test]
fn a_platform_is_known_and_stands_alone() {
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
platform = "shopfy"
"#
        )),
        r#"shop/n.toml:6:12: `platform` is not a known one: `shopfy`
  help: did you mean `shopify`?"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "registrations"
path = "o.csv"
platform = "woocommerce"
"#
        )),
        r#"shop/n.toml:6:12: `woocommerce` has no ready mapping for registrations
  help: it has one for `orders`, `refunds`: write `columns` of your own for others"#
    );
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
platform = "shopify"
where = "a > 0"
"#
        )),
        r#"shop/n.toml:7:1: an input has either a `platform` or `where`
  help: leave one of them out; to change a ready mapping copy it (`accrue platforms show NAME`)"#
    );
}
