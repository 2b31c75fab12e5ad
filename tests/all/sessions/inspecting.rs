//! `accrue inspect` and `accrue init` on exports as people have them: the fixtures of the platforms, renamed, packed
//! and saved by other programs.

use super::Shop;
use super::sheets::workbook;
use std::fs;
use std::io::Write;
use std::path::Path;

fn fixture(platform: &str, file: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("platforms").join(platform).join("fixture").join(file)).unwrap()
}

/// Makes a shop with files in its folder `in`.
fn shop(files: &[(&str, Vec<u8>)]) -> Shop {
    let shop = Shop::new();
    for (name, bytes) in files {
        shop.write(&format!("in/{name}"), bytes);
    }
    shop
}

/// Returns the lines that say what each file is.
fn told(session: &str) -> Vec<&str> {
    session.lines().filter(|line| line.starts_with("in/")).collect()
}

#[track_caller]
fn assert_told(files: &[(&str, Vec<u8>)], expected: &[&str]) {
    let shop = shop(files);
    let names: Vec<String> = files.iter().map(|(name, _)| format!("in/{name}")).collect();
    let session = shop.session(&format!("inspect {}", names.join(" ")));
    assert_eq!(told(&session), expected, "{session}");
}

#[test]
fn files_are_told_by_their_content_whatever_their_names() {
    let shopify = |file: &str| fixture("shopify", file);
    let magento = |file: &str| fixture("magento", file);
    assert_told(
        &[
            ("a", shopify("orders_export.csv")),
            ("b", shopify("orders_export_2012.csv")),
            ("c", shopify("transactions_export.csv")),
            ("d", shopify("payment_transactions_resaved.csv")),
            ("e", shopify("orders.json")),
            ("f", shopify("orders_list.json")),
            ("g", shopify("bulk_orders.jsonl")),
            ("h", shopify("bulk_customers.jsonl")),
            ("i", shopify("bulk_store_credit.jsonl")),
            ("j", shopify("customers.json")),
            ("r", shopify("bulk_store_credit_transactions.jsonl")),
        ],
        &[
            "in/a: Shopify, orders",
            "in/b: Shopify, orders",
            "in/c: Shopify, refunds and redemptions",
            "in/d: Shopify, refunds",
            "in/e: Shopify, orders and refunds",
            "in/f: Shopify, orders and refunds",
            "in/g: Shopify, orders and refunds",
            "in/h: Shopify, registrations",
            "in/i: Shopify, adjustments",
            "in/j: Shopify, registrations",
            "in/r: Shopify, adjustments",
        ],
    );
    assert_told(
        &[
            ("k", magento("sales_order.csv")),
            ("l", magento("credit_memos.csv")),
            ("m", magento("customers.csv")),
            ("n", magento("sales_creditmemo_joined.csv")),
            ("o", magento("customer_entity.csv")),
            ("p", magento("customerbalance.csv")),
            ("q", fixture("woocommerce", "orders.csv")),
        ],
        &[
            "in/k: Magento / Adobe Commerce, orders",
            "in/l: Magento / Adobe Commerce, refunds",
            "in/m: Magento / Adobe Commerce, registrations",
            "in/n: Magento / Adobe Commerce, refunds",
            "in/o: Magento / Adobe Commerce, registrations",
            "in/p: Magento / Adobe Commerce, adjustments",
            "in/q: WooCommerce, orders and refunds",
        ],
    );
}

/// Three orders of the fixture, whose values have neither commas nor quotes.
fn orders(separator: char) -> String {
    let text = "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,\
                Lineitem name,Lineitem price,Cancelled at\n\
                #1,ada@example.com,paid,2024-05-01 09:30:00 -0400,EUR,80.00,0.00,0.00,80.00,2024-05-01 09:30:00 -0400,1,\
                Café,80.00,\n\
                #2,bob@example.com,paid,2024-05-02 09:30:00 -0400,EUR,20.50,0.00,0.00,20.50,2024-05-02 09:30:00 -0400,1,\
                Cup,20.50,\n";
    text.replace(',', &separator.to_string())
}

#[test]
fn files_that_other_programs_have_saved_are_told_and_read() {
    let in_cp1252: Vec<u8> = orders(';').chars().map(|char| u8::try_from(u32::from(char)).unwrap()).collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(orders('\t').as_bytes()).unwrap();
    let wrapped: String = orders(',').lines().map(|line| format!("\"{line}\";;\n")).collect();
    let with_title = format!("Orders of May\nmade by hand\n\n{}", orders(','));
    let with_commas = orders(';').replace(".00;", ",00;").replace(".50;", ",50;");
    let utf_16: Vec<u8> =
        std::iter::once(0xfeff).chain(orders('\t').encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let files = [
        ("cp1252", in_cp1252),
        ("packed", packed.finish().unwrap()),
        ("wrapped", wrapped.into_bytes()),
        ("title", with_title.into_bytes()),
        ("commas", with_commas.into_bytes()),
        ("utf16", utf_16),
    ];
    let shop = shop(&files);
    for (name, _) in &files {
        let session = shop.session(&format!("inspect in/{name}"));
        assert!(session.contains(&format!("in/{name}: Shopify, orders\n")), "{session}");
        assert!(session.contains("2 orders in 2 rows\n"), "{session}");
        assert!(session.contains("email bob@example.com"), "{session}");
        assert!(session.contains("items_amount 20.50, total_amount"), "{session}");
    }
    // A pipeline that reads all of them, each as it is.
    let made = shop.session("init in --timezone America/New_York --name Shop");
    assert!(made.contains("exit code 0"), "{made}");
    let check = shop.session("check in/pipeline.toml --as-of 2024-07-01");
    assert!(check.contains("exit code 0") && !check.contains("rejected:"), "{check}");
    let pipeline = shop.read("in/pipeline.toml");
    assert!(pipeline.contains("csv = { separator = \";\", encoding = \"windows-1252\" }"), "{pipeline}");
    assert!(pipeline.contains("csv = { skip_lines = 3 }"), "{pipeline}");
    assert!(pipeline.contains("csv = { separator = \";\", decimal = \",\" }"), "{pipeline}");
}

#[test]
fn what_is_of_no_use_says_why() {
    let customers =
        "First Name,Last Name,Email,Accepts Email Marketing,Total Spent,Total Orders\nAda,L,a@x.com,no,1,1\n";
    let nearly = orders(',').replace("Created at", "Created").replace("Currency", "Curr.");
    let shop = shop(&[
        ("customers", customers.into()),
        ("nearly", nearly.into()),
        ("other", "a;b\n1;2\n".into()),
        ("page", "<!DOCTYPE html><html></html>".into()),
        ("empty", Vec::new()),
    ]);
    let session = shop.session("inspect in/customers in/nearly in/other in/page in/empty in/none");
    assert_eq!(
        told(&session),
        [
            "in/customers: Shopify, customers_export.csv",
            "in/nearly: not recognised",
            "in/other: not recognised",
            "in/page: cannot be read",
            "in/empty: cannot be read",
            "in/none: cannot be read",
        ]
    );
    assert!(session.contains("not used: it does not say when a customer registered."), "{session}");
    assert!(
        session.contains("nearest to Shopify, orders_export.csv; it lacks `Currency`, `Created at`\n"),
        "{session}"
    );
    assert!(session.contains("its columns: `a`, `b`\n"), "{session}");
    assert!(session.contains("holds a web page (HTML): "), "{session}");
    assert!(session.contains("in/none: cannot be read\n  there is no such file\n"), "{session}");
    assert!(session.contains("exit code 3"), "{session}");
}

#[test]
fn what_is_missing_is_named_with_where_to_click() {
    let shop = shop(&[("orders_export.csv", fixture("shopify", "orders_export.csv"))]);
    let session = shop.session("inspect in/orders_export.csv");
    assert!(session.contains("certain, by its columns `Name`, `Email`, `Financial Status`"), "{session}");
    let missing = session.split_once("Missing for a full run\n").unwrap().1;
    assert!(missing.contains("refunds: ") && missing.contains("from Orders > Export > Export transaction histories"));
    assert!(
        missing.contains("registrations: ") && missing.contains("redemptions: ") && missing.contains("adjustments: ")
    );
    assert!(!missing.contains("orders: "));
}

#[test]
fn init_writes_a_pipeline_and_a_program_that_run() {
    let shop = shop(&[
        ("orders_export (1).csv", fixture("shopify", "orders_export.csv")),
        ("orders_export_2012.csv", fixture("shopify", "orders_export_2012.csv")),
        ("old/transactions_export.csv", fixture("shopify", "transactions_export.csv")),
        ("payment_transactions_export_7.csv", fixture("shopify", "payment_transactions_export.csv")),
        ("notes.txt", b"call Ada\n".to_vec()),
    ]);
    let session = shop.session("init in --timezone America/New_York --name Corner --like shopify");
    assert!(session.contains("exit code 0"), "{session}");
    let pipeline = shop.read("in/pipeline.toml");
    let inputs: Vec<&str> =
        pipeline.lines().filter(|line| line.starts_with("kind") || line.starts_with("path")).collect();
    assert_eq!(
        inputs,
        [
            "kind = \"orders\"",
            "path = \"orders_export*.csv\"",
            "kind = \"refunds\"",
            "path = \"old/transactions_export*.csv\"",
            "kind = \"redemptions\"",
            "path = \"old/transactions_export*.csv\"",
        ]
    );
    // The payouts have the same refunds under other ids, which would count twice.
    assert!(session.contains(
        "payment_transactions_export_7.csv: left out: it has refunds that stand in \"transaction history\" too"
    ));
    assert!(session.contains("notes.txt: left out: not recognised"), "{session}");
    let program = shop.read("in/program.toml");
    assert!(program.contains("name = \"Corner\"\ncurrency = \"USD\"\ntimezone = \"America/New_York\"\n"), "{program}");
    let run = shop.session("run in/pipeline.toml --as-of 2024-07-01 --format csv --out ledger");
    assert!(run.contains("exit code 0"), "{run}");
    // 0.50 for each whole 10.00 of 80.00, the goods of the first order.
    assert!(shop.read("ledger/ledger.csv").lines().any(|line| line.contains(",grant,#1001,per_order,#1001,4.00,")));
    let again = shop.session("init in --timezone UTC");
    assert!(again.contains("exit code 2") && again.contains("`in/pipeline.toml` is there already"), "{again}");
}

#[test]
fn init_reads_the_files_of_one_platform_only() {
    let files = [
        ("orders_export.csv", fixture("shopify", "orders_export.csv")),
        ("woo.csv", fixture("woocommerce", "orders.csv")),
        ("more/transactions_export.csv", fixture("shopify", "transactions_export.csv")),
    ];
    let shop = shop(&files);
    let refused = shop.session("init in --timezone UTC");
    let named = "shopify (more/transactions_export.csv, orders_export.csv) and woocommerce (woo.csv): say whose to read with \
                 `--platform shopify`, or give each a folder of its own";
    assert!(refused.contains(named) && refused.contains("exit code 2, new: nothing"), "{refused}");
    let unknown = shop.session("init in --timezone UTC --platform magento");
    assert!(unknown.contains("no file is of `magento`: there are files of shopify, woocommerce"), "{unknown}");
    let made = shop.session("init in --timezone UTC --platform woocommerce --name Shop");
    assert!(made.contains("exit code 0") && made.contains("orders_export.csv: left out: it is of shopify"), "{made}");
    assert!(!shop.read("in/pipeline.toml").contains("shopify"));
}

#[test]
fn init_takes_from_the_orders_what_no_other_file_says() {
    let orders =
        orders(',').replace("EUR", "JPY").replace("80.00", "8000").replace("20.50", "2050").replace("0.00", "0");
    let with_refunds = orders.replace("Cancelled at\n", "Cancelled at,Refunded Amount\n").replace(",\n", ",,0\n");
    let shop = shop(&[("orders.csv", with_refunds.into_bytes())]);
    let session = shop.session("init in --timezone Asia/Tokyo --name Shop");
    assert!(session.contains("exit code 0"), "{session}");
    let program = shop.read("in/program.toml");
    assert!(program.contains("[refunds]\nfrom = \"orders\""), "{program}");
    assert!(program.contains("[redemption]\nfrom = \"redemptions\""), "{program}");
    // Yen have no decimals.
    assert!(program.contains("currency = \"JPY\""), "{program}");
    assert!(program.contains("reward = { every = \"1000\", receive = \"50\" }"), "{program}");
    // Nobody has registered.
    assert!(program.contains("# Once there is an input of registrations:\n# [[rule]]\n# method = \"registration\""));
    let check = shop.session("check in/pipeline.toml --as-of 2024-07-01");
    assert!(check.contains("exit code 0"), "{check}");
}

#[test]
fn programs_of_every_software_are_sound() {
    let files = [("orders.csv", orders(',').into_bytes())];
    for like in ["plain", "shopline", "adobe", "shopify"] {
        let shop = shop(&files);
        let made = shop.session(&format!("init in --timezone Europe/Berlin --like {like}"));
        assert!(made.contains("exit code 0"), "{made}");
        let check = shop.session("check in/pipeline.toml --as-of 2024-07-01");
        assert!(check.contains("exit code 0") && !check.contains("warning:"), "{check}");
    }
}

#[test]
fn init_reads_canonical_exports_and_says_what_it_wants() {
    let shop = Shop::new();
    let unsaid = shop.session("init fixtures/shop --timezone America/New_York");
    assert!(unsaid.contains("give `--currency`, such as USD\n-- exit code 2, new: nothing"), "{unsaid}");
    let made = shop.session("init fixtures/shop --timezone America/New_York --currency usd");
    assert!(made.contains("exit code 0"), "{made}");
    let check = shop.session("check fixtures/shop/pipeline.toml --as-of 2024-07-01");
    assert!(check.contains("Would post") && check.contains("exit code 0"), "{check}");
    let nothing = shop.session("init pipelines");
    assert!(nothing.contains("exit code 3") && nothing.contains("there is no export in `pipelines`"), "{nothing}");
    let nowhere = shop.session("init nowhere");
    assert!(nowhere.contains("exit code 3"), "{nowhere}");
    for slip in ["--timezone EST5", "--currency XYZ", "--like magento"] {
        let said = shop.session(&format!("init fixtures {slip}"));
        assert!(said.contains("-- exit code 2, new: nothing"), "{said}");
    }
}

#[test]
fn init_gives_inputs_the_options_that_their_files_need() {
    let magento = |file: &str| (file.to_owned(), fixture("magento", file));
    let files = [magento("sales_order.csv"), magento("sales_creditmemo.csv"), magento("customers.csv")];
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    let shop = shop(&files);
    let session = shop.session("init in --timezone America/New_York");
    assert!(session.contains("exit code 0"), "{session}");
    // Memos of the table know their order by its key in the database, and so must the orders.
    let pipeline = shop.read("in/pipeline.toml");
    assert_eq!(pipeline.lines().filter(|line| *line == "options.order_key = \"entity_id\"").count(), 3, "{pipeline}");
    let check = shop.session("check in/pipeline.toml --as-of 2024-07-01");
    assert!(check.contains("clawback") && check.contains("exit code 0"), "{check}");
}

#[test]
fn each_sheet_of_a_workbook_is_told_and_read() {
    let fixture = Shop::new();
    let [orders, refunds] = ["orders", "refunds"].map(|kind| fixture.read(&format!("fixtures/shop/{kind}.csv")));
    let sheets = [("Sales", orders.as_str()), ("Notes", "a note\nof ours"), ("Returns", refunds.as_str())];
    let shop = shop(&[("book", workbook(&sheets))]);
    let session = shop.session("inspect in/book");
    assert_eq!(told(&session), ["in/book sheet `Sales`: orders", "in/book sheet `Returns`: refunds"], "{session}");
    assert!(session.contains("16 orders in 17 rows; 1 is rejected\n"), "{session}");
    assert!(session.contains("5 refunds in 5 rows\n"), "{session}");
    let made = shop.session("init in --currency USD --timezone America/New_York");
    assert!(made.contains("exit code 0"), "{made}");
    let pipeline = shop.read("in/pipeline.toml");
    assert!(pipeline.contains("path = \"book\"\nformat = \"xlsx\"\nsheet = \"Sales\"\n"), "{pipeline}");
    assert!(pipeline.contains("path = \"book\"\nformat = \"xlsx\"\nsheet = \"Returns\"\n"), "{pipeline}");
    let check = shop.session("check in/pipeline.toml --as-of 2024-07-01");
    assert!(check.contains("clawback") && check.contains("exit code 0"), "{check}");
}

#[test]
fn a_file_of_no_variant_stops_a_run_whatever_its_platform_reads_else() {
    // Shopify also has dumps with one JSON object a line: a line of CSV is none.
    let shop = shop(&[("orders.csv", orders(';').into_bytes())]);
    shop.write("in/program.toml", include_str!("../../../src/generate/program.toml"));
    for kind in ["orders", "registrations", "refunds", "redemptions", "adjustments"] {
        let input = format!("[[input]]\nkind = \"{kind}\"\npath = \"orders.csv\"\nplatform = \"shopify\"\n");
        shop.write("in/pipeline.toml", format!("program = \"program.toml\"\noutput = \"out\"\n\n{input}"));
        let run = shop.session("run in/pipeline.toml --as-of 2024-07-01");
        assert!(run.contains("is no file that the platform knows") && run.contains("-- exit code 3"), "{run}");
    }
}

#[test]
fn a_file_that_needs_others_is_told_without_them() {
    let shop = shop(&[("history", fixture("magento", "customerbalance_history.csv"))]);
    let session = shop.session("inspect in/history");
    assert_eq!(told(&session), ["in/history: Magento / Adobe Commerce, redemptions"], "{session}");
    assert!(session.contains("is not found by the look-up `orders`: no row there"), "{session}");
    assert!(!session.contains("\n  redemptions: without"), "{session}");
}

#[test]
fn init_reads_one_list_of_orders_and_passes_over_what_it_may_not_list() {
    let shop = shop(&[
        ("orders_export.csv", fixture("shopify", "orders_export.csv")),
        ("orders.json", fixture("shopify", "orders.json")),
        ("customers.json", b"{\"customers\": [{\"id\": 1, ".to_vec()),
    ]);
    std::os::unix::fs::symlink("../in/orders_export.csv", shop.path("in/linked.csv")).unwrap();
    let made = shop.session("init in --timezone America/New_York");
    assert!(made.contains("exit code 0"), "{made}");
    // The dump has `updated_at`, and the CSV has none: of both together no later CSV would count.
    assert!(made.contains("orders.json: left out: it has orders that stand in \"orders_export.csv\" too"), "{made}");
    assert!(made.contains("customers.json: left out: "), "{made}");
    assert!(made.contains("missing: registrations, redemptions, adjustments"), "{made}");
    assert!(shop.read("in/pipeline.toml").contains("path = \"linked*.csv\""), "{made}");
}
