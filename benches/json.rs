//! How fast is JSON read, and how much memory does it take, against `serde_json` alone?
//!
//! `cargo bench --bench json` makes a bulk operation of GraphQL of 200 MB, `cargo bench --bench json -- 1000` one of 1
//! GB: orders with three children each, of which a mapping names a few members, and the same lines shuffled. They are
//! read in processes of their own: with `serde_json` to a `Value` line by line; with accrue's mapping of the orders;
//! with the children joined to their orders and brought together again; and so from the shuffled lines. Prints the
//! processor time of each, and the most memory that it held.

#![expect(clippy::disallowed_macros, reason = "prints what it measured")]

mod measure;

use accrue::facts::FactKind;
use accrue::sources::input::{ColumnType, Format};
use accrue::sources::input::{Input, JsonOptions, Mapping};
use accrue::sources::{Asked, Keep, read};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

const MEGABYTES: u64 = 200;
const CHILDREN: u64 = 3;

/// What is read, by which way, from which file.
const WAYS: [(&str, &str); 4] =
    [("values", "bulk.jsonl"), ("records", "bulk.jsonl"), ("children", "bulk.jsonl"), ("shuffled", "shuffled.jsonl")];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    if let Some(way) = arguments.iter().find_map(|argument| argument.strip_prefix("read=")) {
        let (_, file) = WAYS.iter().find(|(name, _)| *name == way).expect("one of the ways");
        let file = folder.join(file);
        match way {
            "values" => println!("{} values", values(&file)),
            _ => println!("{} orders", orders(&file, way != "records")),
        }
        return;
    }
    let megabytes = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(MEGABYTES);
    let lines = generate(&folder.join("bulk.jsonl"), 0.., megabytes * 1_000_000);
    let mut shuffled: Vec<u64> = (0..lines).collect();
    shuffled.sort_by_key(|line| scattered(*line));
    generate(&folder.join("shuffled.jsonl"), shuffled, u64::MAX);
    compare(folder);
    for file in ["bulk.jsonl", "shuffled.jsonl"] {
        fs::remove_file(folder.join(file)).expect("the file is ours");
    }
}

fn compare(folder: &Path) {
    let mut alone = None;
    for (way, file) in WAYS {
        let bytes = folder.join(file).metadata().expect("the file is there").len();
        let program = std::env::current_exe().expect("this program");
        let log = folder.join("json.log");
        let used = measure::run(&program, [format!("read={way}").as_str()], &log);
        assert!(used.status.success(), "{way} failed, see {}", log.display());
        let cpu = used.cpu_seconds;
        let ratio = cpu / *alone.get_or_insert(cpu);
        let share = used.peak_bytes as f64 / bytes as f64;
        println!(
            "{way:>9}: {cpu:6.2} s CPU, {ratio:.2} times `Value`, {:6.2} s wall, {:7.1} MB peak, {share:.2} of {:.0} MB",
            used.wall_seconds,
            used.peak_bytes as f64 / 1e6,
            bytes as f64 / 1e6
        );
    }
}

fn values(file: &Path) -> usize {
    let lines = BufReader::new(File::open(file).expect("the file is there")).lines();
    let value = |line: std::io::Result<String>| -> serde_json::Value {
        serde_json::from_str(&line.expect("text")).expect("JSON")
    };
    // Each is there until the next one comes.
    lines.map(value).filter(serde_json::Value::is_object).count()
}

/// Reads the orders, by their own members or by those of their children.
fn orders(file: &Path, of_children: bool) -> usize {
    let items = match of_children {
        true => "sum(line_items.quantity * line_items.price.shopMoney.amount)",
        false => "subtotal.shopMoney.amount",
    };
    let of_group = |name: &str| if of_children { format!("agree({name})") } else { name.to_owned() };
    let column = |canonical: &str, name: &str| (canonical.to_owned(), of_group(name));
    let types = [("line_items.quantity", ColumnType::Int), ("line_items.price.shopMoney.amount", ColumnType::Decimal)];
    let mapping = Mapping {
        types: types.map(|(name, holds)| (name.to_owned(), holds)).into_iter().filter(|_| of_children).collect(),
        group_by: of_children.then(|| "id".to_owned()).into_iter().collect(),
        columns: vec![
            column("order_id", "name"),
            column("customer_id", "customer.id"),
            column("placed_at", "createdAt"),
            column("paid_at", "processedAt"),
            ("items_amount".to_owned(), items.to_owned()),
            column("total_amount", "total.shopMoney.amount"),
        ],
        ..Mapping::default()
    };
    let children = vec![("line_items".to_owned(), "LineItem".to_owned())];
    let input = Input {
        format: Some(Format::Ndjson),
        json: JsonOptions { children, unnest: of_children.then(|| "line_items".to_owned()), ..JsonOptions::default() },
        mapping: Some(mapping),
        ..Input::new(FactKind::Orders, file.to_path_buf(), "")
    };
    let currency = accrue::kernel::currency::Currency::from_code("USD").expect("a currency");
    let zone = accrue::kernel::time::LocalCalendar::new(chrono_tz::UTC);
    let asked = Asked { currency, zone: &zone, keep: Keep::Everything, kept: &[], is_stopped: &|| false };
    let facts = read(&[input], &asked, &|_| ()).expect("the file can be read");
    assert_eq!(facts.rejects.len(), 0, "{:?}", facts.rejects.first());
    facts.orders.rows.len()
}

/// Writes lines, orders and their children, in the order of their numbers, until the file is so large and an order is
/// complete. Returns how many.
fn generate(file: &Path, lines: impl IntoIterator<Item = u64>, bytes: u64) -> u64 {
    let mut out = BufWriter::new(File::create(file).expect("the file can be written"));
    let (mut written, mut count) = (0, 0);
    for line in lines {
        let (order, item) = (line / (CHILDREN + 1) + 1, line % (CHILDREN + 1));
        if item == 0 && written >= bytes {
            break;
        }
        let text = if item == 0 { self::order(order) } else { line_item(order, item - 1) };
        written += text.len() as u64;
        count += 1;
        out.write_all(text.as_bytes()).expect("there is space");
    }
    out.flush().expect("there is space");
    count
}

/// Scatters numbers by the mixing step of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
/// Generators, 2014).
fn scattered(number: u64) -> u64 {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Returns an order with the members that bulk operations usually ask for.
fn order(number: u64) -> String {
    let cents = CHILDREN * (1_000 + number % 5_000);
    let money =
        format!("{{\"shopMoney\":{{\"amount\":\"{}.{:02}\",\"currencyCode\":\"USD\"}}}}", cents / 100, cents % 100);
    let (day, customer) = (number % 28 + 1, number % 100_000);
    format!(
        "{{\"id\":\"gid://shopify/Order/{number}\",\"name\":\"#{number}\",\"email\":\"c{customer}@shop.example\",\
         \"createdAt\":\"2024-05-{day:02}T10:00:00Z\",\"processedAt\":\"2024-05-{day:02}T10:00:05Z\",\
         \"displayFinancialStatus\":\"PAID\",\"note\":\"leave at the door\",\"tags\":[\"vip\",\"b2b\"],\
         \"customer\":{{\"id\":\"gid://shopify/Customer/{customer}\",\"displayName\":\"Ada Love\"}},\
         \"subtotal\":{money},\"total\":{money},\"shippingAddress\":{{\"city\":\"Z\\u00fcrich\",\"zip\":\"8001\",\
         \"countryCodeV2\":\"CH\"}},\"test\":false}}\n"
    )
}

fn line_item(order: u64, item: u64) -> String {
    let cents = 1_000 + order % 5_000;
    format!(
        "{{\"id\":\"gid://shopify/LineItem/{order}{item}\",\"title\":\"A lamp of glass\",\"sku\":\"LAMP-{item}\",\
         \"quantity\":1,\"price\":{{\"shopMoney\":{{\"amount\":\"{}.{:02}\",\"currencyCode\":\"USD\"}}}},\
         \"__parentId\":\"gid://shopify/Order/{order}\"}}\n",
        cents / 100,
        cents % 100
    )
}
