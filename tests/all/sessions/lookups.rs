//! Look-ups: what a row finds in other rows of its file, in other files, and among facts of this night and earlier
//! ones.

use super::Shop;

const PROGRAM: &str = r#"
[program]
name = "Ten per cent"
currency = "USD"
timezone = "UTC"

[[rule]]
method = "per_order"
reward = { every = "10.00", receive = "1.00", prorated = true }
"#;

/// A shop whose list of payments does not say who has paid, with these look-ups in its redemptions.
fn shop(lookups: &str) -> Shop {
    let shop = Shop::new();
    shop.write("program.toml", PROGRAM);
    shop.write(
        "nightly.toml",
        format!(
            r#"
program = "program.toml"
output = "out"
book = "book"

[[input]]
kind = "orders"
path = "orders*.csv"

[[input]]
kind = "redemptions"
path = "payments*.csv"
types = {{ Amount = "decimal" }}
where = "Gateway = 'store_credit'"
[input.columns]
redemption_id = "Payment"
order_id = "Name"
customer_id = "orders.customer_id"
redeemed_at = "Made"
amount = "Amount"
{lookups}
"#
        ),
    );
    shop
}

fn orders(rows: &str) -> String {
    format!("order_id,customer_id,placed_at,paid_at,items_amount,total_amount\n{rows}")
}

const PAYMENTS: &str = "\
Payment,Name,Gateway,Made,Amount
1,#1,card,2024-05-01 10:00,100.00
2,#2,store_credit,2024-05-02 10:00,4.00
";
const BUYER: &str = "[[input.lookup]]\nfrom = \"orders\"\non = { order_id = \"Name\" }\ntake = [\"customer_id\"]\n";

/// Returns the rows of the ledger of a run: customer, kind, source and amount.
fn posted(shop: &Shop, as_of: &str, out: &str) -> String {
    shop.succeed(&format!("run nightly.toml --as-of {as_of} --out {out} --format csv"));
    let ledger = shop.read(&format!("{out}/ledger.csv"));
    let header: Vec<&str> = ledger.lines().next().unwrap().split(',').collect();
    let at = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let columns = ["customer_id", "kind", "source_id", "amount"].map(at);
    let row = |line: &str| columns.map(|at| line.split(',').nth(at).unwrap()).join(" ");
    let mut rows: Vec<String> = ledger.lines().skip(1).map(row).collect();
    rows.sort();
    rows.join("\n")
}

#[test]
fn a_payment_finds_its_buyer_among_the_orders_of_the_night() {
    let shop = shop(BUYER);
    // 10 % of 100.00 and of 50.00; 4.00 of it spent.
    shop.write(
        "orders.csv",
        orders("#1,ada,2024-05-01,2024-05-01,100.00,100.00\n#2,ada,2024-05-02,2024-05-02,50.00,50.00\n"),
    );
    shop.write("payments.csv", PAYMENTS);
    assert_eq!(posted(&shop, "2024-06-01", "night"), "ada grant #1 10.00\nada grant #2 5.00\nada redeem 2 -4.00");
}

#[test]
fn a_payment_finds_an_order_that_came_last_week_and_waits_for_one_that_has_not_come() {
    let shop = shop(BUYER);
    shop.write(
        "orders-1.csv",
        orders("#1,ada,2024-05-01,2024-05-01,100.00,100.00\n#2,ada,2024-05-02,2024-05-02,50.00,50.00\n"),
    );
    shop.write("payments-1.csv", "Payment,Name,Gateway,Made,Amount\n");
    posted(&shop, "2024-05-08", "first");
    shop.remove("orders-1.csv");
    shop.write("orders-2.csv", orders("#3,ben,2024-05-09,2024-05-09,10.00,10.00\n"));
    shop.write("payments-2.csv", format!("{PAYMENTS}3,#4,store_credit,2024-05-09 10:00,1.00\n"));
    assert_eq!(posted(&shop, "2024-05-15", "second"), "ada redeem 2 -4.00\nben grant #3 1.00");
    assert!(shop.read("second/rejects.csv").contains("payments-2.csv,4,Name,#4,not_found"));
    // The file was not taken in for good: its order comes a night later, and what was posted is not posted again.
    shop.write("orders-4.csv", orders("#4,ben,2024-05-09,2024-05-09,20.00,20.00\n"));
    assert_eq!(posted(&shop, "2024-05-16", "third"), "ben grant #4 2.00\nben redeem 3 -1.00");
    assert_eq!(shop.read("third/rejects.csv").lines().count(), 1);
}

#[test]
fn a_file_without_any_name_of_an_alias_cannot_be_read_as_one_without_a_column() {
    let shop = shop(BUYER);
    shop.write("orders.csv", orders(""));
    shop.write("payments.csv", PAYMENTS.replace("Gateway", "Way"));
    let lacks_column = shop.session("run nightly.toml --as-of 2024-06-01");
    assert!(lacks_column.contains("payments.csv: has no column `Gateway`"), "{lacks_column}");
    shop.replace("nightly.toml", "where = ", "aliases = { Gateway = [\"Gateway\", \"Payment Method\"] }\nwhere = ");
    let lacks_alias = shop.session("run nightly.toml --as-of 2024-06-01");
    let what = "payments.csv: has none of the columns `Gateway`, `Payment Method`, which the mapping calls `Gateway`";
    assert!(lacks_alias.contains(what), "{lacks_alias}");
    assert!([lacks_column, lacks_alias].iter().all(|session| session.contains("exit code 3")));
}

#[test]
fn a_look_up_that_goes_through_no_rows_gives_null() {
    let shop = shop(&format!("{BUYER}missing = \"null\"\n"));
    shop.replace("nightly.toml", "\"orders.customer_id\"", "\"coalesce(orders.customer_id, 'nobody')\"");
    shop.write("orders.csv", orders(""));
    shop.write("payments.csv", PAYMENTS);
    // Nobody has any credit to spend.
    assert_eq!(posted(&shop, "2024-06-01", "night"), "");
    assert_eq!(shop.read("night/rejects.csv").lines().count(), 1);
    assert!(shop.read("night/exceptions.csv").contains("unbacked,nobody,USD,2,#2,,4.00"));
}

#[test]
fn a_row_finds_sums_over_other_rows_of_its_file_and_columns_of_another_file() {
    let shop = shop(
        r#"
[[input.lookup]]
from = "self"
name = "paid"
where = "Gateway = 'card'"
on = "Name"
take = { by_card = "sum(Amount)", parts = "count(*)" }
missing = "null"

[[input.lookup]]
from = "people.csv"
name = "buyer"
csv = { separator = ";" }
types = { Id = "int" }
on = { Id = "Customer" }
take = ["Mail Id"]
"#,
    );
    shop.replace("nightly.toml", "\"orders.customer_id\"", "'buyer.\"Mail Id\"'");
    shop.replace("nightly.toml", "Amount = \"decimal\" }", "Amount = \"decimal\", Customer = \"int\" }");
    shop.replace("nightly.toml", "amount = \"Amount\"", "amount = \"Amount - coalesce(paid.by_card, 0) / 100\"");
    shop.write("orders.csv", orders("#1,ada,2024-05-01,2024-05-01,100,100\n#2,ben,2024-05-01,2024-05-01,100,100\n"));
    shop.write("people.csv", "Id;Mail Id\n7;ada\n8;ben\n");
    // 4.00 less a hundredth of 100.00 + 50.00; 3.00 with nothing paid by card; Cleo is not among the people.
    shop.write(
        "payments.csv",
        "Payment,Name,Gateway,Made,Amount,Customer\n1,#1,card,2024-05-01,100.00,7\n2,#1,card,2024-05-01,50.00,7\n\
         3,#1,store_credit,2024-05-02,4.00,7\n4,#2,store_credit,2024-05-03,3.00,8\n5,#3,store_credit,2024-05-03,1,9\n",
    );
    shop.replace("nightly.toml", "coalesce(paid.by_card, 0) / 100\"", "round(coalesce(paid.by_card, 0) / 100, 2)\"");
    assert_eq!(
        posted(&shop, "2024-06-01", "night"),
        "ada grant #1 10.00\nada redeem 3 -2.50\nben grant #2 10.00\nben redeem 4 -3.00"
    );
    assert!(shop.read("night/rejects.csv").contains("payments.csv,6,Customer,9,not_found"));
}

#[test]
fn a_payment_is_in_the_currency_of_its_order_also_of_an_earlier_night() {
    let take = BUYER.replace("\"customer_id\"", "\"customer_id\", \"currency\"");
    let shop = shop(&format!("currency = \"orders.currency\"\n{take}"));
    let in_euro =
        "[[rule]]\nid = \"euro\"\ncurrency = \"EUR\"\nmethod = \"per_order\"\nreward = { fixed = \"5.00\" }\n";
    shop.write("program.toml", format!("{PROGRAM}\n{in_euro}"));
    let header = "order_id,customer_id,placed_at,paid_at,currency,items_amount,total_amount";
    shop.write("orders-1.csv", format!("{header}\n#2,ada,2024-05-01,2024-05-01,EUR,50.00,50.00\n"));
    shop.write("payments-1.csv", format!("{PAYMENTS}3,#2,store_credit,2024-05-03 10:00,0.50\n"));
    // 4.00 and 0.50 of the 5.00 EUR are spent, and none is of the program's currency.
    assert_eq!(posted(&shop, "2024-06-01", "night1"), "ada grant #2 5.00\nada redeem 2 -4.00\nada redeem 3 -0.50");
    shop.write("payments-2.csv", "Payment,Name,Gateway,Made,Amount\n4,#2,store_credit,2024-06-01 10:00,0.25\n");
    shop.remove("orders-1.csv");
    shop.write("orders-2.csv", format!("{header}\n"));
    assert_eq!(posted(&shop, "2024-06-02", "night2"), "ada redeem 4 -0.25");
    assert_eq!(shop.read("night2/exceptions.csv").lines().count(), 1);
}

/// The look-ups of a shop whose orders have an email and no customer.
const OWNER: &str = "
[[input.lookup]]
from = \"orders\"
on = { order_id = \"Name\" }
take = [\"email\"]

[[input.lookup]]
from = \"registrations\"
on = { email = \"orders.email\" }
take = [\"customer_id\"]
missing = \"null\"
";

#[test]
fn an_email_finds_the_owner_that_the_order_has_too() {
    let shop = shop(OWNER);
    shop.replace("nightly.toml", "orders.customer_id", "coalesce(registrations.customer_id, guest(orders.email))");
    let pipeline = shop.read("nightly.toml");
    shop.write("nightly.toml", format!("{pipeline}\n[[input]]\nkind = \"registrations\"\npath = \"people*.csv\"\n"));
    // Zoe registered before Ada with the same address; Ben has changed his; Cat's registration was withdrawn.
    shop.write(
        "people.csv",
        "customer_id,registered_at,email,updated_at,void\n\
         ada,2024-01-05,\u{e4}da@Shop.org,,\nzoe,2024-01-01,\u{c4}DA@shop.ORG,,\n\
         ben,2024-01-02,new@x.org,2024-03-01,\nben,2024-01-02,OLD@x.org,2024-02-01,\n\
         cat,2024-01-03,cat@x.org,2024-02-01,\ncat,2024-01-03,cat@x.org,2024-03-01,true\n",
    );
    shop.write(
        "orders.csv",
        "order_id,email,placed_at,paid_at,items_amount,total_amount\n\
         #1,\u{c4}da@shop.org,2024-05-01,2024-05-01,100,100\n#2,Old@X.org,2024-05-01,2024-05-01,50,50\n\
         #3,Cat@x.org,2024-05-01,2024-05-01,20,20\n",
    );
    shop.write(
        "payments.csv",
        "Payment,Name,Gateway,Made,Amount\n1,#1,store_credit,2024-05-02,4.00\n2,#2,store_credit,2024-05-02,1.00\n\
         3,#3,store_credit,2024-05-02,0.50\n",
    );
    // 10 % of each order, and what was spent, of the same people. The id of the guest is made of the SHA-256 of
    // `cat@x.org`.
    let guest = "guest:c70afd92d752b33973ff9384ea9e07bd";
    let expected = format!(
        "ben grant #2 5.00\nben redeem 2 -1.00\n{guest} grant #3 2.00\n{guest} redeem 3 -0.50\n\
         zoe grant #1 10.00\nzoe redeem 1 -4.00"
    );
    assert_eq!(posted(&shop, "2024-06-01", "night"), expected);
    // A night later both are known from the book alone, and a payment finds them there.
    for file in ["people.csv", "orders.csv"] {
        let header = shop.read(file).lines().next().unwrap().to_owned();
        shop.remove(file);
        shop.write(&file.replace(".csv", "-2.csv"), format!("{header}\n"));
    }
    shop.write("payments-2.csv", "Payment,Name,Gateway,Made,Amount\n4,#2,store_credit,2024-06-01,0.25\n");
    assert_eq!(posted(&shop, "2024-06-02", "night2"), "ben redeem 4 -0.25");
}

#[test]
fn what_is_taken_is_of_the_newest_version_and_never_of_a_fact_that_is_void_or_rejected() {
    let shop = shop(BUYER);
    let header = "order_id,customer_id,placed_at,paid_at,items_amount,total_amount,updated_at,void";
    shop.write(
        "orders-1.csv",
        format!(
            "{header}\n#2,ben,2024-05-01,2024-05-01,50,50,2024-05-09,\n#3,cat,2024-05-01,,10,10,2024-05-01,\n\
             #4,dan,2024-05-01,,10.005,10,2024-05-01,\n"
        ),
    );
    // Read later, and older.
    shop.write(
        "orders-2.csv",
        format!("{header}\n#2,ada,2024-05-01,2024-05-01,50,50,2024-05-02,\n#3,cat,2024-05-01,,10,10,2024-05-02,yes\n"),
    );
    let more = "3,#3,store_credit,2024-05-03,1.00\n4,#4,store_credit,2024-05-03,1.00\n";
    shop.write("payments.csv", format!("{PAYMENTS}{more}"));
    assert_eq!(posted(&shop, "2024-06-01", "night"), "ben grant #2 5.00\nben redeem 2 -4.00");
    let rejects = shop.read("night/rejects.csv");
    for expected in ["payments.csv,4,Name,#3,not_found", "payments.csv,5,Name,#4,not_found"] {
        assert!(rejects.contains(expected), "{rejects}");
    }
}

#[test]
fn facts_that_are_looked_up_may_be_made_by_look_ups_in_other_facts() {
    let shop = shop(BUYER);
    shop.replace(
        "nightly.toml",
        "path = \"orders*.csv\"",
        "path = \"orders*.csv\"\ncolumns = { order_id = \"id\", customer_id = \"registrations.customer_id\", placed_at = \"day\", \
         paid_at = \"day\", items_amount = \"sum\", total_amount = \"sum\" }\n[[input.lookup]]\nfrom = \"registrations\"\n\
         on = { card_number = \"card\" }\ntake = [\"customer_id\"]\n\n\
         [[input]]\nkind = \"registrations\"\npath = \"people.csv\"",
    );
    shop.write("people.csv", "customer_id,registered_at,card_number\nada,2024-01-05,C7\n");
    shop.write("orders.csv", "id,card,day,sum\n#2,C7,2024-05-01,50\n");
    shop.write("payments.csv", PAYMENTS);
    assert_eq!(posted(&shop, "2024-06-01", "night"), "ada grant #2 5.00\nada redeem 2 -4.00");
}

#[test]
fn a_platform_of_ones_own_may_not_look_up_what_is_made_of_it() {
    let shop = shop(BUYER);
    shop.replace("nightly.toml", "path = \"orders*.csv\"", "path = \"orders*.csv\"\nplatform = \"./mine\"");
    shop.write(
        "mine/orders.toml",
        "[[variant]]\nname = \"orders\"\nheader = [\"id\"]\n[variant.columns]\norder_id = \"id\"\ncustomer_id = \"redemptions.customer_id\"\n\
         placed_at = \"day\"\nitems_amount = \"sum\"\ntotal_amount = \"sum\"\n[[variant.lookup]]\nfrom = \"redemptions\"\n\
         on = { order_id = \"id\" }\ntake = [\"customer_id\"]\n",
    );
    let output = shop.command("check nightly.toml").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    assert!(stderr.contains("orders are looked up to make orders: one must be known before the other"), "{stderr}");
}

#[test]
fn faults_of_look_ups_are_found_before_any_file_is_read() {
    let shop = shop(
        "[[input.lookup]]\nfrom = \"orders\"\non = { order_id = \"Name\" }\ntake = [\"email\", \"paid_at\"]\nwhere = \"x = 1\"\n",
    );
    let output = shop.command("check nightly.toml").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4));
    for expected in [
        "`take` refers to `paid_at`, which is not a text column of orders",
        "this look-up has no `where`",
        "refers to `orders.customer_id`, and the look-up takes only `email`, `paid_at`: add it to `take`",
    ] {
        assert!(stderr.contains(expected), "{expected}: {stderr}");
    }
}

#[test]
fn what_is_looked_up_in_a_file_is_typed_there_or_read_by_a_function_here() {
    let shop = shop(
        r#"
[[input.lookup]]
from = "slips.csv"
name = "slip"
types = { Sum = "money" }
on = "Payment"
take = ["Sum", "Day", "Fee", "Who"]
"#,
    );
    shop.replace("nightly.toml", "\"orders.customer_id\"", "\"slip.Who\"");
    shop.replace("nightly.toml", "\"Made\"", "\"time(slip.Day, '%d.%m.%Y')\"");
    shop.replace("nightly.toml", "\"Amount\"\n", "\"round(slip.Sum + number(slip.Fee), 2)\"\n");
    shop.write("orders.csv", orders("#1,ada,2024-05-01,2024-05-01,100.00,100.00\n"));
    shop.write("payments.csv", PAYMENTS);
    shop.write("slips.csv", "Payment,Sum,Day,Fee,Who\n2,$3.50,02.05.2024,0.25,ada\n");
    // 10 % of 100.00, and 3.50 + 0.25 spent.
    assert_eq!(posted(&shop, "2024-06-01", "night"), "ada grant #1 10.00\nada redeem 2 -3.75");
    assert!(shop.read("night/ledger.csv").contains("2024-05-02T00:00:00.000000Z"));
}
