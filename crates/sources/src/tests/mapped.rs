//! Files whose columns are not the canonical ones.

use crate::input::{ColumnType, FactOfRow, Separator};
use crate::tests::*;
use accrue_facts::Extras;
use arrow::array::{Date32Array, Float64Array, StringArray, TimestampMillisecondArray};
use std::sync::Arc;

/// Reads order lines: one order has several.
fn read_lines(name: &str, text: &str) -> Result<Facts, String> {
    let types = [("Qty", ColumnType::Int), ("Price", ColumnType::Decimal), ("At", ColumnType::Time(None))];
    let columns = [
        ("order_id", "InvoiceNo"),
        ("customer_id", "first(Customer)"),
        ("placed_at", "min(At)"),
        ("currency", "first(Money)"),
        ("items_amount", "sum(Qty * Price)"),
        ("total_amount", "sum(Qty * Price)"),
    ];
    let mapping = Mapping {
        types: types.map(|(name, holds)| (name.to_string(), holds)).to_vec(),
        filter: Some("Qty > 0".to_string()),
        group_by: vec!["InvoiceNo".to_string()],
        columns: columns.map(|(name, text)| (name.to_string(), text.to_string())).to_vec(),
        ..Mapping::default()
    };
    read_mapped(name, text.as_bytes(), FactKind::Orders, CsvOptions::default(), mapping)
}

/// Reads a file by a mapping: dollars, New York time.
fn read_mapped(name: &str, bytes: &[u8], kind: FactKind, csv: CsvOptions, mapping: Mapping) -> Result<Facts, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read_path(&path, kind, csv, Some(mapping))
        .map_err(|fault| fault.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

const HEADER: &str = "InvoiceNo,Customer,At,Money,Qty,Price,Vendor\n";

#[test]
fn lines_become_orders_and_rejects_name_the_source_column() {
    let rows = "A,C1,2024-05-01 09:00,,2,1.25,x\nB,C2,2024-05-01,,1,3,x\nA,C1,2024-05-01 08:00,,1,0.50,x\n\
        C,C3,2024-05-01,XXX,1,1,x\nD,C4,2024-05-01,,1\nE,C5,2024-05-01,,one,1,x\nF,C6,2024-05-01,,-1,1,x\n";
    let facts = read_lines("lines.csv", &format!("{HEADER}{rows}")).unwrap();
    assert_eq!(texts(&facts.orders), ["A|C1|-", "B|C2|-"]);
    let orders: Vec<_> = facts
        .orders
        .rows
        .iter()
        .zip(0..)
        .map(|(row, number)| {
            (row.items(&Extras::NONE).minor(), shown(row.placed_at), facts.orders.origin(number).place)
        })
        .collect();
    assert_eq!(orders[0], (300, "2024-05-01T12:00:00Z".to_string(), 2));
    assert_eq!(orders[1], (300, "2024-05-01T04:00:00Z".to_string(), 3));
    let at_fault: Vec<_> = facts.rejects.iter().map(|reject| (reject.place, reject.column.as_str())).collect();
    // Nobody knows whether the short line belongs to the order beside it.
    assert_eq!(at_fault, [(5, "InvoiceNo"), (6, ""), (7, "Qty")]);
    let orders: Vec<_> = facts.rejects.iter().map(|reject| reject.order_id.as_deref()).collect();
    assert_eq!(orders, [Some("C"), None, Some("E")]);
    assert_eq!(facts.files[0].rows, 7);
}

#[test]
fn a_column_that_the_mapping_needs_and_the_file_lacks_is_named() {
    let fault = read_lines("lines.csv", "InvoiceNo,Customer,At,Money,Qtty,Price\n").err().unwrap();
    assert_eq!(fault, "lines.csv: has no column `Qty` (is it `Qtty`?)");
}

#[test]
fn the_first_fault_of_a_json_record_goes_by_the_order_of_the_canonical_columns() {
    let mapping = || Mapping {
        types: vec![("a_sum".to_owned(), ColumnType::Decimal), ("at".to_owned(), ColumnType::Time(None))],
        aliases: vec![("at".to_owned(), vec!["z_at".to_owned(), "b_at".to_owned()])],
        columns: [
            ("total_amount", "a_sum"),
            ("items_amount", "number(c_items)"),
            ("placed_at", "at"),
            ("customer_id", "who"),
            ("order_id", "id"),
        ]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .to_vec(),
        ..Mapping::default()
    };
    let record = r#"{"id":"1","who":"C","a_sum":"x","b_at":"x","c_items":"x"}"#;
    let column = |name: &str, text: &str| {
        let read = read_mapped(name, text.as_bytes(), FactKind::Orders, CsvOptions::default(), mapping());
        read.unwrap().rejects.into_iter().map(|reject| reject.column).collect::<Vec<_>>()
    };
    assert_eq!(column("x.ndjson", record), ["at"]);
    assert_eq!(column("x.json", record), ["at"]);
    assert_eq!(column("x.csv", "id,who,a_sum,b_at,c_items\n1,C,x,x,x\n"), ["a_sum"]);
    let sound_time = record.replace(r#""b_at":"x""#, r#""b_at":"2024-05-01""#);
    assert_eq!(column("x.ndjson", &sound_time), ["a_sum"]);
}

#[test]
fn rows_of_a_group_that_are_the_same_are_counted_in_json_and_workbooks_as_in_csv() {
    let columns = "InvoiceNo,Customer,At,Money,Qty,Price";
    let rows = ["A,C1,2024-05-01,USD,1,2", "A,C1,2024-05-01,USD,1,3", "A,C1,2024-05-01,USD,1,2"];
    let object = |row: &&str| {
        let members = columns.split(',').zip(row.split(',')).map(|(name, value)| format!("\"{name}\":\"{value}\""));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    };
    let objects: Vec<String> = rows.iter().map(object).collect();
    let repeated = |facts: Facts| {
        let seen = facts.seen.values().flat_map(|seen| seen.repeated);
        seen.map(|repeated| (repeated.rows, repeated.first, repeated.of)).collect::<Vec<_>>()
    };
    let csv = read_lines("x.csv", &format!("{columns}\n{}\n", rows.join("\n"))).unwrap();
    assert_eq!(repeated(csv), [(1, 4, Some(2))]);
    for (name, text) in [("x.ndjson", objects.join("\n")), ("x.json", format!("[{}]", objects.join(",\n")))] {
        assert_eq!(repeated(read_lines(name, &text).unwrap()), [(1, 3, Some(1))], "{name}");
        let other = text.replacen("\"Price\":\"2\"", "\"Price\":\"2.00\"", 1);
        assert!(repeated(read_lines(name, &other).unwrap()).is_empty(), "{name}");
    }
}

#[test]
fn a_header_alone_is_no_facts() {
    let facts = read_lines("lines.csv", HEADER).unwrap();
    assert_eq!((facts.orders.rows.len(), facts.files[0].rows, facts.rejects.len()), (0, 0, 0));
}

/// A mapping of adjustments that have an id and what is given here.
fn adjustment(types: &[(&str, ColumnType)], group_by: &[&str], columns: &[(&str, &str)]) -> Mapping {
    let id = if group_by.is_empty() { "Id" } else { "first(Id)" };
    let common = [("adjustment_id", id), ("customer_id", "'C'"), ("adjusted_at", "'2024-05-01'"), ("amount", "'5'")];
    let given = |name: &str| columns.iter().any(|(column, _)| *column == name);
    let common = common.iter().filter(|(name, _)| !given(name));
    Mapping {
        types: types.iter().map(|(name, holds)| (name.to_string(), holds.clone())).collect(),
        group_by: group_by.iter().map(ToString::to_string).collect(),
        columns: common.chain(columns).map(|(name, text)| (name.to_string(), text.to_string())).collect(),
        ..Mapping::default()
    }
}

fn read_adjustments(bytes: &[u8], mapping: Mapping) -> Facts {
    let name = if bytes.starts_with(b"PAR1") { "x.parquet" } else { "x.csv" };
    read_mapped(name, bytes, FactKind::Adjustments, CsvOptions::default(), mapping).unwrap()
}

fn expiries(facts: &Facts) -> Vec<String> {
    facts.adjustments.rows.iter().map(|row| shown(row.expires_at)).collect()
}

fn column(array: impl arrow::array::Array + 'static) -> ArrayRef {
    Arc::new(array)
}

const ENDS: [&str; 3] = ["2024-07-01T04:00:00Z", "2024-06-30T16:00:00Z", "9999-12-31T23:59:59.999999Z"];

#[test]
fn a_bare_date_of_an_expiry_is_the_end_of_its_day_whatever_the_mapping_does_with_it() {
    let table = "Id,Until\n1,2024-06-30\n2,2024-06-30 12:00\n3,9999-12-31\n4,\n";
    let canonical = "adjustment_id,customer_id,adjusted_at,amount,expires_at\n1,C,2024-05-01,5,2024-06-30\n\
        2,C,2024-05-01,5,2024-06-30 12:00\n3,C,2024-05-01,5,9999-12-31\n4,C,2024-05-01,5,\n";
    let plain = read_csv(canonical, FactKind::Adjustments);
    assert_eq!(expiries(&plain), [&ENDS[..], &["-"]].concat());
    let time = [("Until", ColumnType::Time(None))];
    for expression in ["Until", "coalesce(Until, Until)", "case when Until >= '2024-01-01' then Until end"] {
        let facts = read_adjustments(table.as_bytes(), adjustment(&time, &[], &[("expires_at", expression)]));
        assert_eq!(whole(&facts.adjustments), whole(&plain.adjustments), "{expression}");
    }
    for keys in [["Id"], ["Until"]] {
        let expression = if keys == ["Id"] { "max(Until)" } else { "Until" };
        let text = table.replace("4,\n", "");
        let facts = read_adjustments(text.as_bytes(), adjustment(&time, &keys, &[("expires_at", expression)]));
        assert_eq!(expiries(&facts), ENDS);
    }
    let untyped = read_adjustments(table.as_bytes(), adjustment(&[], &[], &[("expires_at", "Until")]));
    assert_eq!(whole(&untyped.adjustments), whole(&plain.adjustments));
}

#[test]
fn a_text_beside_an_expiry_is_the_end_of_its_day_too() {
    let time = [("Until", ColumnType::Time(None))];
    let expression = "case when Until = '2099-12-31' then null else Until end";
    let mapping = adjustment(&time, &[], &[("expires_at", expression)]);
    let facts = read_adjustments(b"Id,Until\n1,2099-12-31\n2,2024-06-30\n", mapping);
    assert_eq!(expiries(&facts), ["-", ENDS[0]]);
}

#[test]
fn a_bare_date_elsewhere_is_the_start_of_its_day() {
    let time = [("Until", ColumnType::Time(None))];
    let mapping = adjustment(&time, &[], &[("adjusted_at", "Until"), ("expires_at", "Until")]);
    let facts = read_adjustments(b"Id,Until\n1,2024-06-30\n", mapping);
    assert_eq!(shown(facts.adjustments.rows[0].adjusted_at), "2024-06-30T04:00:00Z");
    assert_eq!(expiries(&facts), [ENDS[0]]);
}

#[test]
fn dates_by_a_pattern_and_of_parquet_expire_at_their_end() {
    let pattern = |pattern: &str| [("Until", ColumnType::Time(Some(pattern.to_string())))];
    let expiry = [("expires_at", "Until")];
    let facts = read_adjustments(b"Id,Until\n1,30/06/2024\n", adjustment(&pattern("%d/%m/%Y"), &[], &expiry));
    assert_eq!(expiries(&facts), [ENDS[0]]);
    let mapping = adjustment(&pattern("%d/%m/%Y %H:%M"), &[], &expiry);
    assert_eq!(expiries(&read_adjustments(b"Id,Until\n1,30/06/2024 12:00\n", mapping)), [ENDS[1]]);
    let ids = || ("Id", column(StringArray::from(vec!["1", "2"])));
    let dates = parquet_of(vec![ids(), ("Until", column(Date32Array::from(vec![Some(19_904), None])))]);
    assert_eq!(expiries(&read_adjustments(&dates, adjustment(&[], &[], &expiry))), [ENDS[0], "-"]);
}

#[test]
fn native_times_beyond_the_year_9999_reject_their_row() {
    let ids = ("Id", column(StringArray::from(vec!["1", "2", "3"])));
    let times = TimestampMillisecondArray::from(vec![Some(i64::MAX), Some(253_402_300_800_000), None]);
    let file = parquet_of(vec![ids, ("At", column(times))]);
    for expression in ["At", "coalesce(At, At)"] {
        let facts = read_adjustments(&file, adjustment(&[], &[], &[("expires_at", expression)]));
        assert_eq!(texts(&facts.adjustments), ["3|C|-|-"]);
        let said: Vec<_> = facts.rejects.iter().map(|reject| (reject.place, reject.column.as_str())).collect();
        assert_eq!(said, [(1, "At"), (2, "At")]);
    }
}

#[test]
fn a_float_that_is_no_number_is_no_id() {
    let ids = || column(Float64Array::from(vec![Some(7.0), Some(f64::NAN), Some(f64::INFINITY), None]));
    let mapping = adjustment(&[("Id", ColumnType::Text)], &[], &[]);
    let mapped = read_adjustments(&parquet_of(vec![("Id", ids())]), mapping);
    let text = |value| column(StringArray::from(vec![value; 4]));
    let names = [("customer_id", "C"), ("adjusted_at", "2024-05-01"), ("amount", "5")];
    let others = names.map(|(name, value)| (name, text(value)));
    let file = parquet_of([("adjustment_id", ids())].into_iter().chain(others));
    let plain = read_bytes("x.parquet", &file, FactKind::Adjustments, CsvOptions::default()).unwrap();
    for (facts, name) in [(&mapped, "Id"), (&plain, "adjustment_id")] {
        assert_eq!(texts(&facts.adjustments), ["7|C|-|-"]);
        let malformed = RejectReason::Malformed;
        let said = [(2, name, "NaN", malformed), (3, name, "inf", malformed), (4, name, "", RejectReason::Missing)];
        assert_eq!(rejects(facts), said);
    }
}

#[test]
fn numbers_in_groups_are_read_alike_with_and_without_types() {
    let csv = || CsvOptions { separator: Separator::Byte(b';'), decimal: b',', ..CsvOptions::default() };
    let text = "Id;Sum\n1;1.234,50\n2;-12.345\n3;12.34\n4;1,234.5\n5;0.123\n6;1.234.567\n";
    let read = |types: &[(&str, ColumnType)]| {
        let mapping = adjustment(types, &[], &[("amount", "Sum")]);
        read_mapped("x.csv", text.as_bytes(), FactKind::Adjustments, csv(), mapping).unwrap()
    };
    let (typed, untyped) = (read(&[("Sum", ColumnType::Decimal)]), read(&[]));
    let amounts: Vec<_> = typed.adjustments.rows.iter().map(|row| row.amount.minor()).collect();
    assert_eq!(amounts, [123_450, -1_234_500, 123_456_700]);
    assert_eq!(whole(&typed.adjustments), whole(&untyped.adjustments));
    assert_eq!(rejects(&typed), rejects(&untyped));
    let messages = |facts: &Facts| facts.rejects.iter().map(|reject| reject.message.clone()).collect::<Vec<_>>();
    assert_eq!(messages(&typed), messages(&untyped));
    assert_eq!(typed.rejects.iter().map(|reject| reject.place).collect::<Vec<_>>(), [4, 5, 6]);
}

#[test]
fn a_row_with_several_faults_is_one_reject_for_the_first_in_the_file() {
    let columns = [
        ("order_id", "id"),
        ("customer_id", "who"),
        ("placed_at", "at"),
        ("items_amount", "sum"),
        ("total_amount", "sum"),
    ];
    let types = [("sum", ColumnType::Decimal), ("at", ColumnType::Time(None))];
    let mapping = Mapping {
        types: types.map(|(column, holds)| (column.to_string(), holds)).to_vec(),
        columns: columns.map(|(canonical, source)| (canonical.to_string(), source.to_string())).to_vec(),
        ..Mapping::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, "sum,at,who,id\nx,y,,\n1,y,,\n1,2024-05-01,,\n1,2024-05-01,c,\n0.001,2024-05-01,,1\n")
        .unwrap();
    let facts = read_path(&path, FactKind::Orders, CsvOptions::default(), Some(mapping)).unwrap();
    use RejectReason::*;
    let expected = [
        (2, "sum", "x", Malformed),
        (3, "at", "y", Malformed),
        (4, "", "", NoOwner),
        (5, "id", "", Missing),
        (6, "sum", "0.001", TooPrecise),
    ];
    assert_eq!(rejects(&facts), expected);
}

/// A credit memo pays back to the card, as new credit and as credit that had been spent, each perhaps.
fn credit_memos(text: &str) -> Facts {
    let fact = |id: &str, method: &str, amount: &str| FactOfRow {
        filter: Some(format!("{amount} > 0")),
        columns: vec![
            ("refund_id".to_owned(), format!("memo || '{id}'")),
            ("method".to_owned(), format!("'{method}'")),
            ("amount".to_owned(), amount.to_owned()),
        ],
    };
    let mapping = Mapping {
        types: ["card", "credit", "spent"].map(|name| (name.to_owned(), ColumnType::Decimal)).to_vec(),
        aliases: vec![("memo".to_owned(), vec!["Credit Memo".to_owned(), "Memo".to_owned()])],
        columns: [("order_id", "order"), ("refunded_at", "made")]
            .map(|(name, text)| (name.to_owned(), text.replace("order", "\"order\"")))
            .to_vec(),
        facts: vec![
            fact("", "original", "card"),
            fact("-credit", "store_credit", "credit"),
            fact("-restore", "restore", "spent"),
        ],
        ..Mapping::default()
    };
    read_mapped("memos.csv", text.as_bytes(), FactKind::Refunds, CsvOptions::default(), mapping).unwrap()
}

#[test]
fn a_row_gives_each_fact_whose_condition_it_meets() {
    let facts =
        credit_memos("Memo,order,made,card,credit,spent\nM1,O1,2024-05-01,10.00,0,2.50\nM2,O2,2024-05-02,0,0,0\n");
    let shown: Vec<String> = (0..facts.refunds.rows.len())
        .map(|row| {
            let refund = &facts.refunds.rows[row];
            let (id, order) = (facts.refunds.text(row, 0).unwrap(), facts.refunds.text(row, 1).unwrap());
            format!("{id} {order} {:?} {} e-{}", refund.method, refund.amount.mantissa, refund.amount.decimals)
        })
        .collect();
    assert_eq!(shown, ["M1 O1 Original 10 e-0", "M1-restore O1 Restore 25 e-1"]);
    assert_eq!(facts.files[0].rows, 2);
}

#[test]
fn a_row_of_which_several_facts_do_not_fit_is_rejected_once_under_the_names_of_its_file() {
    let facts = credit_memos("Memo,order,made,card,credit,spent\nNULL,O1,2024-05-01,10,3,0\nM2,O2,2024-05-01,x,1,0\n");
    let shown: Vec<String> =
        facts.rejects.iter().map(|reject| format!("{} {} {}", reject.place, reject.column, reject.value)).collect();
    assert_eq!(shown, ["2 Memo NULL", "3 card x"]);
    assert_eq!(facts.refunds.rows.len(), 0);
}

/// Reads adjustments that are the sums of lines, and returns the warnings.
fn warned_of(text: &str, distinct: &[&str]) -> (Vec<String>, Vec<String>) {
    warned_of_amounts(text, "sum(price)", distinct)
}

fn warned_of_amounts(text: &str, amount: &str, distinct: &[&str]) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, text).unwrap();
    let columns = [("adjustment_id", "no"), ("customer_id", "'C'"), ("adjusted_at", "'2024-05-01'")];
    let columns = columns.into_iter().chain([("amount", amount)]);
    let mapping = Mapping {
        types: vec![("price".to_owned(), ColumnType::Decimal)],
        group_by: vec!["no".to_owned()],
        distinct: distinct.iter().map(|name| (*name).to_owned()).collect(),
        columns: columns.map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
        ..Mapping::default()
    };
    let facts = read_path(&path, FactKind::Adjustments, CsvOptions::default(), Some(mapping)).unwrap();
    let table = &facts.adjustments;
    let sums = table.rows.iter().enumerate().map(|(row, own)| format!("{} {}", table.id(row), own.amount.minor()));
    let place = format!("{}/", folder.path().display());
    (
        sums.collect(),
        accrue_facts::warnings::warnings(&facts).into_iter().map(|text| text.replace(&place, "")).collect(),
    )
}

#[test]
fn rows_of_a_fact_that_are_the_same_in_all_columns_count_and_are_named() {
    // Line 3 of A is another item, and those of B are of another order.
    let text = "no,price,item\nA,1.00,x\nA,1.00,y\nB,1.00,x\nA,1.00,x\r\nA,1.00,x\nB,2.00,\"x\"\n";
    let (sums, warnings) = warned_of(text, &[]);
    assert_eq!(sums, ["A 400", "B 300"]);
    let warning = "x.csv: 2 rows are the same as another row of the same fact, in all columns, and count too; the first is \
                   row 5, the same as row 2: if the export repeats rows, name what tells them apart in `distinct`";
    assert_eq!(warnings, [warning]);
    assert_eq!(warned_of(text, &["item"]).1, Vec::<String>::new());
    assert_eq!(warned_of("no,price,item\nA,1.00,x\nA,1.00,y\nB,1.00,x\n", &[]).1, Vec::<String>::new());
}

#[test]
fn rows_that_are_the_same_are_not_named_where_nothing_is_added_up() {
    let text = "no,price,item\nA,1.00,x\nA,1.00,x\n";
    assert_eq!(warned_of_amounts(text, "max(price)", &[]), (vec!["A 100".to_owned()], Vec::new()));
    let counted = "max(price) * count(item) filter (where item = 'x')";
    assert_eq!(warned_of_amounts(text, counted, &[]).1.len(), 1);
}
