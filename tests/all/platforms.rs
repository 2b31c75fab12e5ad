//! Ready mappings on exports as the platforms write them: a few rows of each, and the ledger worked out by hand.

use crate::shop_folder::{Written, instant, run};
use std::fs;
use std::path::Path;

/// 10 % of every order, 3.00 for registering, reclaimed from the first day.
pub const PROGRAM: &str = r#"
[program]
name = "Ten per cent"
currency = "USD"
timezone = "America/New_York"

[[rule]]
method = "per_order"
reward = { every = "10.00", receive = "1.00", prorated = true }

[[rule]]
method = "registration"
reward = { fixed = "3.00" }

[clawback]
from = 2023-01-01
"#;

/// Runs exports of a platform: kind, file and text.
fn run_exports(platform: &str, exports: &[(&str, &str, &str)]) -> Written {
    let folder = tempfile::tempdir().unwrap();
    for (_, file, text) in exports {
        fs::write(folder.path().join(file), text).unwrap();
    }
    let inputs: Vec<(&str, &str)> = exports.iter().map(|(kind, file, _)| (*kind, *file)).collect();
    run_files(folder.path(), "", platform, &inputs)
}

/// Runs files of a platform that are in a folder, kind and file, under the program above; `settings` are tables of
/// the pipeline.
pub fn run_files(folder: &Path, settings: &str, platform: &str, inputs: &[(&str, &str)]) -> Written {
    let mapping = if platform.is_empty() { String::new() } else { format!("platform = \"{platform}\"\n") };
    run_under(PROGRAM, folder, settings, &mapping, inputs)
}

/// Does that under another program; `mapping` are keys of each input.
pub fn run_under(program: &str, folder: &Path, settings: &str, mapping: &str, inputs: &[(&str, &str)]) -> Written {
    let mut pipeline = format!("program = \"program.toml\"\noutput = \"out\"\n{settings}");
    for (kind, file) in inputs {
        pipeline += &format!("\n[[input]]\nkind = \"{kind}\"\npath = \"{file}\"\n{mapping}");
    }
    fs::write(folder.join("program.toml"), program).unwrap();
    fs::write(folder.join("pipeline.toml"), pipeline).unwrap();
    run(folder, instant("2024-07-01T00:00:00Z")).unwrap()
}

/// Returns the ledger as `source kind amount effective_at`, sorted.
pub fn ledger(written: &Written) -> Vec<String> {
    let mut lines: Vec<String> = written
        .ledger
        .iter()
        .map(|row| format!("{} {} {} {}", row["source_id"], row["kind"], row["amount"], &row["effective_at"][..19]))
        .collect();
    lines.sort();
    lines
}

#[test]
fn woocommerce_orders_of_customers_and_guests() {
    let orders = "\
\u{feff}order_id,order_number,order_date,paid_date,status,discount_total,order_total,order_subtotal,order_currency,\
customer_id,customer_email,billing_email
71,71,2024-05-01 9:05:00,2024-05-01 13:06:00 +00:00,completed,10.00,71.00,60.00,USD,5,eve@example.com,eve@work.example
72,72,2024-05-02 19:05:00,2024-05-02 23:06:00 +00:00,processing,0.00,33.00,30.00,USD,0,,Guest@Example.com
73,73,2024-05-03 19:05:00,,pending,0.00,33.00,30.00,USD,5,eve@example.com,eve@work.example
";
    let written = run_exports("woocommerce", &[("orders", "orders.csv", orders)]);
    // Of 60.00 less 10.00 off; of 30.00; nothing yet for what is not paid.
    assert_eq!(ledger(&written), ["71 grant 5.00 2024-05-01T13:06:00", "72 grant 3.00 2024-05-02T23:06:00"]);
    let people: Vec<&str> = written.ledger.iter().map(|row| row["customer_id"].as_str()).collect();
    assert_eq!(people[0], "5");
    assert!(people[1].starts_with("guest:"));
    assert!(written.rejects.is_empty());
}

#[test]
fn woocommerce_refunds_packed_in_a_cell_and_orders_that_were_cancelled() {
    // The newest refund is first. The reason of the other has all signs that the cell is packed with, and a line of
    // its own; its amount has a minus. Dates are UTC. 84 is on two rows, one for each of its lines. The last cell
    // has a refund without an amount's name.
    let orders = "\
order_id,order_date,paid_date,status,discount_total,order_total,order_subtotal,order_currency,customer_id,customer_email,\
billing_email,refund_items
81,2024-05-01 9:05:00,2024-05-01 13:06:00 +00:00,completed,0.00,40.00,40.00,USD,5,eve@example.com,,\
\"amount:5.00|reason:|date:2024-06-02 03:30:00;amount:-10.00|reason:too big; too red | sorry
amount: all|date:2024-06-01 03:30:00\"
82,2024-05-02 9:05:00,2024-05-02 13:06:00 +00:00,wc-cancelled,0.00,50.00,50.00,USD,5,eve@example.com,,
83,2024-05-03 9:05:00,2024-05-03 13:06:00 +00:00,failed,0.00,60.00,60.00,USD,5,eve@example.com,,
84,2024-05-04 9:05:00,2024-05-04 13:06:00 +00:00,wc-refunded,0.00,20.00,20.00,USD,5,eve@example.com,,\
amount:20.00|reason:|date:2024-05-05 13:00:00
84,2024-05-04 9:05:00,2024-05-04 13:06:00 +00:00,wc-refunded,0.00,20.00,20.00,USD,5,eve@example.com,,\
amount:20.00|reason:|date:2024-05-05 13:00:00
85,2024-05-05 9:05:00,2024-05-05 13:06:00 +00:00,wc-on-hold,0.00,30.00,30.00,USD,5,eve@example.com,,\
5.00|reason:|date:2024-05-06 13:00:00
";
    let written = run_exports("woocommerce", &[("orders", "orders.csv", orders), ("refunds", "refunds.csv", orders)]);
    // A tenth of 40.00, 20.00 and 30.00; of the first 10.00 and then 5.00 go back, of the second everything.
    assert_eq!(
        ledger(&written),
        [
            "81 2024-06-01 03:30:00 -10.00 clawback -1.00 2024-06-01T03:30:00",
            "81 2024-06-02 03:30:00 5.00 clawback -0.50 2024-06-02T03:30:00",
            "81 grant 4.00 2024-05-01T13:06:00",
            "84 2024-05-05 13:00:00 20.00 clawback -2.00 2024-05-05T13:00:00",
            "84 grant 2.00 2024-05-04T13:06:00",
            "85 grant 3.00 2024-05-05T13:06:00",
        ]
    );
    let rejects: Vec<_> = written.rejects.iter().map(|row| (row["row"].as_str(), row["column"].as_str())).collect();
    assert_eq!(rejects, [("8", "refund_items")]);
}

#[test]
fn magento_customers_and_credit_memos() {
    let customers = "\
ID,Name,Email,Group,Customer Since
7,Ada L,ada@example.com,General,\"May 3, 2024 02:05:09 PM\"
";
    let memos = "\
\"Credit Memo\",Created,Order,\"Order Date\",Status,Refunded,Subtotal,\"Grand Total\"
000000009,\"Jun 1, 2024 11:00:00 AM\",000000123,\"May 5, 2024 10:00:00 AM\",Refunded,25.0000,25.0000,25.0000
";
    let written =
        run_exports("magento", &[("registrations", "customers.csv", customers), ("refunds", "memos.csv", memos)]);
    // Times are New York's. The order grid cannot be mapped, so the memo's order is unknown here: a line, not a loss.
    assert_eq!(ledger(&written), ["7 grant 3.00 2024-05-03T18:05:09"]);
    let line = &written.exceptions[0];
    assert_eq!(
        (line["reason"].as_str(), line["order_id"].as_str(), line["amount"].as_str()),
        ("unknown_order", "000000123", "25.00")
    );
    assert!(written.rejects.is_empty());
}
