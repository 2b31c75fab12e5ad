//! Files that are not what their names say: read where they can be, else exit code 3, what they are, and what to do.

use super::{ORDERS, PIPELINE, RUN, Shop};
use insta::assert_snapshot;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;

/// Runs the shop on orders of other bytes under some name; returns what stderr says of the inputs.
fn said(name: &str, bytes: &[u8], more: &str) -> String {
    let shop = Shop::new();
    shop.remove(ORDERS);
    shop.replace(PIPELINE, "shop/orders.csv\"", &format!("shop/{name}\"{more}"));
    shop.write(&format!("fixtures/shop/{name}"), bytes);
    of_session(&shop)
}

fn of_session(shop: &Shop) -> String {
    let session = shop.session(RUN);
    let lines = session.lines().filter(|line| line.starts_with("error: ") || line.starts_with("-- exit"));
    lines.map(|line| format!("{line}\n")).collect()
}

fn orders() -> Vec<u8> {
    Shop::new().read(ORDERS).into_bytes()
}

fn orders_as_objects() -> Vec<String> {
    let text = Shop::new().read(ORDERS);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let object = |record: csv::StringRecord| {
        let members = names.iter().zip(record.iter()).map(|(name, value)| (name.to_owned(), value.into()));
        serde_json::Value::Object(members.collect()).to_string()
    };
    reader.records().map(|record| object(record.unwrap())).collect()
}

#[test]
fn other_formats_are_named_with_what_to_do() {
    let format = "\nformat = \"csv\"";
    let page = b"<!DOCTYPE html>\n<html><body>Please log in</body></html>\n";
    let sheet = b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml";
    let array = format!("[{}]\n", orders_as_objects().join(",\n"));
    let spread = "{\n  \"order_id\": \"O1\",\n  \"customer_id\": \"c1\"\n}\n";
    let files: [(&str, &[u8], &str); 12] = [
        ("orders.csv", page, ""),
        ("orders.export", page, format),
        ("orders.csv", sheet, ""),
        ("orders.xlsx", sheet, ""),
        ("orders.zip", b"PK\x03\x04\x14\0", ""),
        ("orders.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", ""),
        ("orders.csv", b"%PDF-1.7\n", ""),
        ("orders.ndjson", array.as_bytes(), ""),
        ("orders.json", &orders(), ""),
        ("orders.ndjson", spread.as_bytes(), ""),
        ("orders.parquet", &orders(), ""),
        ("orders.ndjson", &orders(), ""),
    ];
    let said: Vec<String> = files.into_iter().map(|(name, bytes, more)| said(name, bytes, more)).collect();
    assert_snapshot!(said.join("\n"));
}

#[test]
fn what_can_be_read_is_read_whatever_its_name() {
    let shop = Shop::new();
    shop.succeed(&format!("{RUN} --out before --format csv"));
    let rows = |shop: &Shop, folder: &str| -> Vec<String> {
        let ledger = shop.read(&format!("{folder}/ledger.csv"));
        ledger.lines().map(|line| line.rsplitn(3, ',').last().unwrap().to_owned()).collect()
    };
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&orders()).unwrap();
    let gzip = gzip.finish().unwrap();
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let csv = utf_16(&String::from_utf8(orders()).unwrap());
    let ndjson = utf_16(&(orders_as_objects().join("\n") + "\n"));
    let array = format!("[{}]\n", orders_as_objects().join(",\n"));
    let files: [(&str, &[u8]); 7] = [
        ("ORDERS.CSV", &orders()),
        ("orders.csv", &gzip),
        ("orders.csv.zst", &gzip),
        ("orders.csv.gz", &orders()),
        ("orders.csv", &csv),
        ("orders.ndjson", &ndjson),
        ("orders.json", array.as_bytes()),
    ];
    for (number, (name, bytes)) in files.into_iter().enumerate() {
        let other = Shop::new();
        other.remove(ORDERS);
        other.replace(PIPELINE, "shop/orders.csv", &format!("shop/{name}"));
        other.write(&format!("fixtures/shop/{name}"), bytes);
        other.succeed(&format!("{RUN} --out after --format csv"));
        assert_eq!(rows(&other, "after"), rows(&shop, "before"), "{number} {name}");
    }
}

#[test]
fn paths_that_lead_to_no_local_file_are_explained() {
    let paths = [
        "s3://bucket/orders.csv",
        "https://shop.example/orders.csv?key=1",
        "abfss://c@account.dfs.core.windows.net/orders/*.csv",
        "file:///data/orders.csv",
        "~/orders.csv",
        "$HOME/orders.csv",
        "C:\\\\exports\\\\orders.csv",
        "exports\\\\orders*.csv",
    ];
    let said = paths.map(|path| {
        let shop = Shop::new();
        shop.replace(PIPELINE, "../fixtures/shop/orders.csv", path);
        of_session(&shop)
    });
    assert_snapshot!(said.join("\n"));
}

#[test]
fn a_name_that_is_not_utf_8_is_not_passed_over() {
    let shop = Shop::new();
    shop.replace(PIPELINE, "shop/orders.csv", "shop/orders*.csv");
    fs::write(shop.path("fixtures/shop").join(OsStr::from_bytes(b"orders_caf\xe9.csv")), orders()).unwrap();
    assert_snapshot!(of_session(&shop));
}

#[test]
fn a_canonical_column_under_nearly_its_name_is_refused() {
    let renamed = |from: &str, to: &str| String::from_utf8(orders()).unwrap().replacen(from, to, 1).into_bytes();
    let ndjson = orders_as_objects().join("\n").replace("\"paid_at\"", "\"paidAt\"");
    let said = [
        said("orders.csv", &renamed("paid_at", "Paid at"), ""),
        said("orders.csv", &renamed("cancelled_at", "canceled_at"), ""),
        said("orders.ndjson", ndjson.as_bytes(), ""),
    ];
    assert_snapshot!(said.join("\n"));
}

#[test]
fn a_name_that_no_object_has_is_told_in_the_summary() {
    let shop = Shop::new();
    shop.remove(ORDERS);
    shop.write("fixtures/shop/orders.ndjson", orders_as_objects().join("\n"));
    let same = ["order_id", "customer_id", "placed_at", "paid_at", "items_amount", "total_amount"];
    let same = same.map(|name| format!("{name} = \"{name}\"")).join(", ");
    let mapping = format!("columns = {{ {same}, cancelled_at = \"revoked\", credit_amount = \"optional(used)\" }}");
    shop.replace(PIPELINE, "shop/orders.csv\"", &format!("shop/orders.ndjson\"\n{mapping}"));
    let session = shop.session(&format!("{RUN} --out ledger"));
    let told: Vec<&str> = session.lines().filter(|line| line.contains("no row of")).collect();
    assert_eq!(
        told,
        ["  no row of fixtures/shop/orders.ndjson has `revoked`, which its mapping refers to"],
        "{session}"
    );
    let summary: serde_json::Value = serde_json::from_str(&shop.read("ledger/summary.json")).unwrap();
    let nowhere = serde_json::json!([
        { "kind": "orders", "path": "fixtures/shop/orders.ndjson", "names": ["revoked"] }
    ]);
    assert_eq!(summary["nowhere"], nowhere);
}
