//! What does a platform's mapping cost beside the mere reading of its file?
//!
//! `cargo bench --bench mapped` makes an orders export of Shopify of 1 million lines, in its 79 columns, several lines
//! an order, some with a quoted note of two lines; `cargo bench --bench mapped -- 100000` a smaller one. In turns, each
//! in a process of its own: the file is scanned with the `csv` crate, which touches each value and keeps none; accrue
//! runs on the same orders in canonical columns; accrue runs on the file with `platform = "shopify"`. Prints the
//! processor time of each, and how many times that of the last is the sum of the others. Both runs must give the same
//! ledger.

#![expect(clippy::disallowed_macros, reason = "prints what it measured")]

mod ledger_hash;
mod measure;

use chrono::{DateTime, FixedOffset};
use ledger_hash::hash;
use measure::Used;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

const LINES: u64 = 1_000_000;
const ROUNDS: usize = 3;
/// The orders of all files lie between these times.
const START: u64 = 1_672_531_200;
const END: u64 = 1_735_689_600;
const AS_OF: &str = "2025-01-01T00:00:00Z";
const PROGRAM: &str = "[program]\nname = \"Mapped\"\ncurrency = \"USD\"\ntimezone = \"America/New_York\"\n\
                       [[expiry]]\nvalid = { days = 365 }\n\
                       [[rule]]\nmethod = \"first_order\"\nreward = { fixed = \"5.00\" }\n\
                       [[rule]]\nmethod = \"per_order\"\nreward = { every = \"10.00\", receive = \"0.50\" }\n\
                       [clawback]\nfrom = 2023-01-01\n\
                       [emails]\nreceived = false\nredeemed = false\nexpiring = false\nrefunded = false\n";
const COLUMNS: &str = "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,\
                       Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,\
                       Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,\
                       Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,\
                       Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,\
                       Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Address1,\
                       Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,\
                       Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,\
                       Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,\
                       Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,\
                       Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,Tax 5 Value,Phone,Receipt Number,\
                       Duties,Billing Province Name,Shipping Province Name,Payment ID,Payment Terms Name,\
                       Next Payment Due At,Payment References";

const NAMES: [&str; 7] = [
    "Lamp of blown glass - amber / 40 cm",
    "\"Café cups, a set of 4\"",
    "Linen shirt - M / white",
    "Oak stool",
    "Wool blanket - 130 x 180 cm / grey",
    "Kettle 1.7 l",
    "Gift wrap",
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mapped");
    if arguments.iter().any(|argument| argument == "scan") {
        return println!("{} bytes of values", scan(&dir.join("orders_export.csv")));
    }
    let lines = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(LINES);
    if dir.exists() {
        fs::remove_dir_all(&dir).expect("a folder of an earlier run can be removed");
    }
    generate(lines, &dir);
    let bytes = dir.join("orders_export.csv").metadata().expect("the file is there").len();
    println!("mapped: {lines} lines of {} columns, {:.0} MB", COLUMNS.split(',').count(), bytes as f64 / 1e6);
    (0..ROUNDS).for_each(|_| round(&dir));
    fs::remove_dir_all(&dir).expect("the folder is ours");
}

/// Runs all three once, and prints what each took.
fn round(dir: &Path) {
    let this = std::env::current_exe().expect("this program");
    let scanned = measure::run(&this, ["scan"], &dir.join("log"));
    let [canonical, mapped] = ["canonical", "mapped"].map(|name| run(dir, name));
    let runs = [("csv crate", &scanned), ("canonical", &canonical), ("mapped", &mapped)];
    for (name, used) in runs {
        assert!(used.status.success(), "{name} failed, see {}", dir.display());
        let (cpu, wall, peak) = (used.cpu_seconds, used.wall_seconds, used.peak_bytes as f64 / 1e6);
        println!("{name:>9}: {cpu:6.2} s CPU {wall:6.2} s wall {peak:7.1} MB peak");
    }
    let [canonical_ledger, mapped_ledger] =
        ["canonical", "mapped"].map(|name| hash(&dir.join(name).join("ledger.parquet")));
    assert_eq!(canonical_ledger, mapped_ledger, "the same orders have the same ledger");
    let sum = scanned.cpu_seconds + canonical.cpu_seconds;
    println!(
        "           {:.2} times both, {} rows, {}",
        mapped.cpu_seconds / sum,
        mapped_ledger.0,
        &mapped_ledger.1[..16]
    );
}

fn run(dir: &Path, name: &str) -> Used {
    // That of the round before.
    drop(fs::remove_dir_all(dir.join(name)));
    let [out, pipeline] = [name.to_owned(), format!("{name}.toml")].map(|file| dir.join(file).display().to_string());
    let arguments = ["run", "--as-of", AS_OF, "--out", &out, &pipeline];
    measure::run(Path::new(env!("CARGO_BIN_EXE_accrue")), arguments, &dir.join(format!("{name}.log")))
}

/// Looks at each value of a CSV file.
fn scan(file: &Path) -> u64 {
    let mut reader = csv::Reader::from_path(file).expect("the file can be read");
    let (mut record, mut bytes) = (csv::ByteRecord::new(), 0);
    while reader.read_byte_record(&mut record).expect("CSV") {
        bytes += record.iter().map(|value| value.len() as u64).sum::<u64>();
    }
    bytes
}

/// Writes the export, the same orders in canonical columns, and what a run needs.
fn generate(lines: u64, dir: &Path) {
    fs::create_dir_all(dir).expect("a folder can be made");
    fs::write(dir.join("program.toml"), PROGRAM).expect("there is space");
    for (name, input) in
        [("canonical", "path = \"canonical.csv\""), ("mapped", "path = \"orders_export.csv\"\nplatform = \"shopify\"")]
    {
        let text = format!("program = \"program.toml\"\noutput = \"out\"\n[[input]]\nkind = \"orders\"\n{input}\n");
        fs::write(dir.join(format!("{name}.toml")), text).expect("there is space");
    }
    let file = |name: &str| BufWriter::new(File::create(dir.join(name)).expect("a file can be made"));
    let (mut export, mut canonical) = (file("orders_export.csv"), file("canonical.csv"));
    let header = "order_id,email,placed_at,paid_at,cancelled_at,currency,items_amount,total_amount,refunded_amount";
    writeln!(export, "{COLUMNS}").expect("there is space");
    writeln!(canonical, "{header}").expect("there is space");
    // Four orders have ten lines. The newest comes first.
    let orders = (lines * 4).div_ceil(10);
    for number in (0..orders).rev() {
        let order = Order::new(number, orders);
        export.write_all(order.lines().as_bytes()).expect("there is space");
        writeln!(canonical, "{}", order.canonical()).expect("there is space");
    }
    [export, canonical].iter_mut().for_each(|file| file.flush().expect("there is space"));
}

/// What an order has, amounts in cents.
struct Order {
    number: u64,
    email: String,
    placed_at: String,
    paid_at: String,
    cancelled_at: String,
    /// Quantity, name and price of each line.
    items: Vec<(u64, &'static str, u64)>,
    subtotal: u64,
    shipping: u64,
    taxes: u64,
    total: u64,
    refunded: u64,
    goods: u64,
}

impl Order {
    fn new(number: u64, of: u64) -> Order {
        let at = START + (END - START) / of * number;
        let is_every = |count: u64| number % count == count - 1;
        let count = 1 + number % 4;
        let item = |line: u64| match line > 0 && line == count - 1 {
            true if is_every(50) => (1, "$25 Gift Card", 2_500),
            true if is_every(26) => (1, "Tip", 300),
            _ => {
                let price = 995 + (number * 37 + line * 101) % 9_000;
                (1 + (number + line) % 2, NAMES[price as usize % NAMES.len()], price)
            }
        };
        let items: Vec<_> = (0..count).map(item).collect();
        let of_name = |name| items.iter().filter(|item| item.1 == name).map(|item| item.2).sum::<u64>();
        let (tips, gift_cards) = (of_name("Tip"), of_name("$25 Gift Card"));
        let subtotal = items.iter().map(|item| item.0 * item.2).sum::<u64>() - tips;
        // Each third order has tax inside its prices and nothing to pay for shipping.
        let is_inside = number.is_multiple_of(3);
        let shipping = if is_inside { 0 } else { 500 };
        let taxes = if is_inside { (subtotal - gift_cards) / 6 } else { subtotal * 8 / 100 };
        let is_paid = !is_every(40);
        let goods = subtotal - gift_cards - if is_inside { taxes } else { 0 };
        Order {
            number,
            email: format!("customer{}@shop.example", number % (of / 10).max(1)),
            placed_at: time(at),
            paid_at: if is_paid { time(at + 2) } else { String::new() },
            cancelled_at: if is_every(60) { time(at + 90_000) } else { String::new() },
            total: subtotal + shipping + tips + if is_inside { 0 } else { taxes },
            refunded: if is_paid && is_every(21) { 500 } else { 0 },
            items,
            subtotal,
            shipping,
            taxes,
            goods,
        }
    }

    fn canonical(&self) -> String {
        let Order { number, email, placed_at, paid_at, cancelled_at, .. } = self;
        let [goods, total, refunded] = [self.goods, self.total, self.refunded].map(money);
        format!("#{number},{email},{placed_at},{paid_at},{cancelled_at},USD,{goods},{total},{refunded}")
    }

    /// Returns the order's lines. The first has all of its columns; each further line has the item and little else.
    fn lines(&self) -> String {
        let mut text = String::new();
        for (at, (quantity, name, price)) in self.items.iter().enumerate() {
            let mut cells = match at {
                0 => self.of_order(),
                _ => Vec::new(),
            };
            cells.extend([
                ("Name", format!("#{}", self.number)),
                ("Email", self.email.clone()),
                ("Created at", self.placed_at.clone()),
                ("Lineitem quantity", quantity.to_string()),
                ("Lineitem name", (*name).to_owned()),
                ("Lineitem price", money(*price)),
                ("Lineitem sku", format!("LAMP-{}", price % 97)),
                ("Lineitem requires shipping", "true".to_owned()),
                ("Lineitem taxable", "true".to_owned()),
                ("Lineitem fulfillment status", "fulfilled".to_owned()),
                ("Vendor", "Glassworks".to_owned()),
                ("Lineitem discount", "0.00".to_owned()),
            ]);
            let value = |column: &str| cells.iter().find(|cell| cell.0 == column).map_or("", |cell| cell.1.as_str());
            let values: Vec<&str> = COLUMNS.split(',').map(value).collect();
            writeln!(text, "{}", values.join(",")).expect("a text grows");
        }
        text
    }

    fn of_order(&self) -> Vec<(&'static str, String)> {
        let Order { number, paid_at, .. } = self;
        let status = match (paid_at.is_empty(), self.refunded) {
            (true, _) => "pending",
            (false, 0) => "paid",
            (false, _) => "partially_refunded",
        };
        let note = match number % 5 {
            0 => "\"Please leave it at the door.\nThe bell \"\"Ada\"\" is broken, thank you\"",
            _ => "",
        };
        let discount = if number.is_multiple_of(7) { "WELCOME10" } else { "" };
        let outstanding = if paid_at.is_empty() { self.total } else { 0 };
        let texts = [
            ("Financial Status", status),
            ("Paid at", paid_at),
            ("Fulfillment Status", "fulfilled"),
            ("Fulfilled at", paid_at),
            ("Accepts Marketing", "yes"),
            ("Currency", "USD"),
            ("Discount Code", discount),
            ("Discount Amount", "0.00"),
            ("Shipping Method", "Standard Shipping"),
            ("Notes", note),
            ("Cancelled at", &self.cancelled_at),
            ("Payment Method", "Shopify Payments"),
            ("Tags", "\"newsletter, wholesale\""),
            ("Risk Level", "Low"),
            ("Source", "web"),
            ("Tax 1 Name", "State tax 8%"),
        ];
        let mut cells: Vec<_> = texts.map(|(name, value)| (name, value.to_owned())).into();
        cells.extend([
            ("Subtotal", money(self.subtotal)),
            ("Shipping", money(self.shipping)),
            ("Taxes", money(self.taxes)),
            ("Total", money(self.total)),
            ("Refunded Amount", money(self.refunded)),
            ("Outstanding Balance", money(outstanding)),
            ("Tax 1 Value", money(self.taxes)),
            ("Payment Reference", format!("c{number}.1")),
            ("Id", format!("{}", 5_000_000_000_000 + number)),
            ("Payment ID", format!("rPay{number}")),
            ("Payment References", format!("rPay{number}")),
        ]);
        for names in [OF_BILLING, OF_SHIPPING] {
            let street = format!("{} Harbour Street", number % 300);
            let values =
                ["Ada Love", &street, &street, "Springfield", "'01101", "MA", "US", "'+14135550100", "Massachusetts"];
            cells.extend(names.into_iter().zip(values.map(str::to_owned)));
        }
        cells
    }
}

const OF_BILLING: [&str; 9] = [
    "Billing Name",
    "Billing Street",
    "Billing Address1",
    "Billing City",
    "Billing Zip",
    "Billing Province",
    "Billing Country",
    "Billing Phone",
    "Billing Province Name",
];
const OF_SHIPPING: [&str; 9] = [
    "Shipping Name",
    "Shipping Street",
    "Shipping Address1",
    "Shipping City",
    "Shipping Zip",
    "Shipping Province",
    "Shipping Country",
    "Shipping Phone",
    "Shipping Province Name",
];

fn money(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Writes a time as Shopify does, in the shop's zone.
fn time(seconds: u64) -> String {
    let at = DateTime::from_timestamp(seconds as i64, 0).expect("a time of these years");
    let zone = FixedOffset::west_opt(5 * 3600).expect("less than a day");
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S %z").to_string()
}
