//! What is wrong with how the rows of a mapping are cut and put together, as it is printed.

use super::{pipeline, pipeline_faults, with_input};
use crate::sources::input::LookupFrom;

#[test]
fn what_a_packed_cell_is_cut_by_is_checked_with_its_place() {
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "refunds"
path = "r.csv"
aliases = { amount = ["Amount"] }
split = { column = "items", each = "no (", number = "Amount", many = true }
columns = { refund_id = "id", order_id = "order_id", refunded_at = "t", amount = "amount" }
[[input]]
kind = "refunds"
path = "r.csv"
split = { number = "n" }
columns = { refund_id = "id", order_id = "order_id", refunded_at = "t", amount = "amount" }
[[input]]
kind = "refunds"
path = "r.csv"
split = { column = "items", by = "" }
"#
        )),
        r#"shop/n.toml:7:36: `each` is not a regular expression that is known here: a `(` is not closed (character 4)
  help: write it in single quotes, where a backslash stands for itself: `each = 'no\.[0-9]+'`
shop/n.toml:7:53: `number` is `Amount`, which is another column
  help: choose a name of its own
shop/n.toml:7:63: `split` has no key `many`
  help: it is one of `column`, `by`, `each`, `number`
shop/n.toml:12:9: `split` does not say where a cell is cut
  help: write what stands between two parts, `by = ";"`, or what each part looks like, `each = 'no [0-9]+'`
shop/n.toml:12:9: `split` has no `column`
  help: name the column whose cells hold several things: `column = "refund_items"`
shop/n.toml:17:1: `split` needs `columns`
  help: say which expression gives each canonical column: `columns = { order_id = "InvoiceNo" }`"#
    );
}

#[test]
fn facts_of_several_files_need_keys_and_have_no_date_of_a_file() {
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "registrations"
path = "r*.csv"
across_files = true
columns = { customer_id = "id", registered_at = "t" }
[[input]]
kind = "registrations"
path = "r*.csv"
across_files = true
[[input]]
kind = "registrations"
path = "r*.csv"
versions = "modified"
group_by = ["id"]
across_files = true
columns = { customer_id = "id", registered_at = "min(t)" }
"#
        )),
        r#"shop/n.toml:6:1: `across_files` needs `group_by`
  help: say which columns tell facts apart, or leave it out: files are always read one after the other
shop/n.toml:11:1: `across_files` needs `group_by`
  help: say which columns tell facts apart, or leave it out: files are always read one after the other
shop/n.toml:15:1: `versions` dates the rows of one file, and `across_files` puts those of several together
  help: leave it out, and map `updated_at` where the rows have a time of their own: `max(changed)`"#
    );
}

#[test]
fn definitions_are_checked_at_their_own_places() {
    assert_eq!(
        pipeline_faults(&with_input(
            r#"[[input]]
kind = "registrations"
path = "r.csv"
types = { price = "decimal" }
columns = { customer_id = "id", registered_at = "whole", name = "one" }
[input.define]
one = "two"
two = "three || one"
three = "x"
whole = "price || ''"
[[input]]
kind = "registrations"
path = "r.csv"
types = { price = "decimal" }
columns = { customer_id = "id", registered_at = "whole", name = "note" }
define = { whole = "price || ''", note = "half || '!'", half = "lower(price)", unused = "y" }
[[input]]
kind = "registrations"
path = "r.csv"
aliases = { mail = ["Email", "Mail"] }
csv = { header = false, names = ["id", "day"] }
define = { Mail = "lower(mail)", day = "mail", null = "mail", "a.b" = "mail" }
columns = { customer_id = "id", registered_at = "day", email = "Mail" }
[[input]]
kind = "registrations"
path = "r.csv"
define = { half = "left(id" , whole = "half", other = "id" }
columns = { customer_id = "whole", registered_at = "other +" }
[[input]]
kind = "registrations"
path = "r.csv"
define = { half = "left(id, 2)" }
"#
        )),
        r#"shop/n.toml:9:7: `one`: is defined by itself: `one` refers to `two`, which refers to `one`
shop/n.toml:18:20: `whole`: writes a decimal as text, which has no one way to do that: leave the column as text (no `types`)
shop/n.toml:18:64: `half`: `price` is a decimal and is used as text: say what the column holds in `types`, e.g. types = { price = "text" }
shop/n.toml:18:89: `unused`: no expression uses it: leave it out
shop/n.toml:24:12: `Mail` is a column of the file too
  help: choose another name
shop/n.toml:24:34: `day` is a column of the file too
  help: choose another name
shop/n.toml:24:48: `null` is no name that expressions can refer to
  help: use one word of letters, digits and `_` that is no word of SQL, such as `goods`
shop/n.toml:24:63: `a.b` is no name that expressions can refer to
  help: use one word of letters, digits and `_` that is no word of SQL, such as `goods`
shop/n.toml:29:19: `half` is not an expression of SQL: it ends where `)` is expected
  help: names of columns with blanks stand in double quotes, texts in single ones
shop/n.toml:30:52: `registered_at` is not an expression of SQL: it ends where an expression is expected
  help: names of columns with blanks stand in double quotes, texts in single ones
shop/n.toml:34:1: `define` needs `columns`
  help: say which expression gives each canonical column: `columns = { order_id = "InvoiceNo" }`"#
    );
}

#[test]
fn a_look_up_names_a_sheet_or_records_of_other_files_only() {
    let input = |from: &str| {
        with_input(&format!(
            "[[input]]\nkind = \"registrations\"\npath = \"r.csv\"\ncolumns = {{ customer_id = \"id\", registered_at = \"x.at\" }}\n\
             [[input.lookup]]\nname = \"x\"\nfrom = \"{from}\"\non = \"id\"\ntake = [\"at\"]\n"
        ))
    };
    let lookup = |more: &str| {
        let pipeline = pipeline(&(input("people.x") + more)).unwrap();
        match pipeline.inputs[0].mapping.as_ref().unwrap().lookups[0].from.clone() {
            LookupFrom::Files(input) => (input.sheet, input.json.records),
            _ => panic!("of files"),
        }
    };
    assert_eq!(lookup("sheet = \"People\"\n"), (Some("People".to_owned()), None));
    assert_eq!(lookup("records = \"customers\"\nformat = \"json\"\n"), (None, Some("customers".to_owned())));
    assert_eq!(
        pipeline_faults(&(input("self") + "sheet = \"People\"\nrecords = \"a\"\n")),
        "shop/n.toml:12:1: this look-up has no `sheet`\n  help: the input itself says how its files are written\n\
         shop/n.toml:13:1: this look-up has no `records`\n  help: the input itself says how its files are written"
    );
}
