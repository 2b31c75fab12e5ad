//! Values of the right form that are not what they seem, and what an input can say of its values.

use crate::input::ColumnType;
use crate::tests::*;
use RejectReason::*;
use accrue_facts::KeptSince;
use accrue_facts::warnings::warnings;
use arrow::array::{StringArray, TimestampMicrosecondArray};
use std::sync::Arc;

const ORDERS: &str = "order_id,customer_id,email,placed_at,items_amount,total_amount\n";

/// Reads a file in the way of an input, which the caller may change.
fn read_as(name: &str, bytes: &[u8], kind: FactKind, change: impl FnOnce(&mut Input)) -> Facts {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let mut input = input_of(&path, kind, CsvOptions::default(), None);
    change(&mut input);
    read_input(input).unwrap()
}

fn orders(rows: &str, change: impl FnOnce(&mut Input)) -> Facts {
    read_as("x.csv", format!("{ORDERS}{rows}").as_bytes(), FactKind::Orders, change)
}

/// A mapping that calls `order_id` `Number` and so on.
fn mapping(types: &[(&str, ColumnType)]) -> Mapping {
    let columns = [
        ("order_id", "Number"),
        ("customer_id", "Customer"),
        ("placed_at", "Placed"),
        ("items_amount", "Sum"),
        ("total_amount", "Sum"),
    ];
    Mapping {
        types: types.iter().map(|(column, holds)| (column.to_string(), holds.clone())).collect(),
        columns: columns.map(|(canonical, source)| (canonical.to_string(), source.to_string())).to_vec(),
        ..Mapping::default()
    }
}

#[test]
fn damaged_ids_reject_their_rows_in_every_id_column() {
    let rows = "4.68769E+17,c1,,2024-05-01,1,1\n4.68769E+17,c2,,2024-05-01,1,1\nNULL,c,,2024-05-01,1,1\n\
        3,\\N,a@b.c,2024-05-01,1,1\n4, nan ,a@b.c,2024-05-01,1,1\n5,c\u{200b},,2024-05-01,1,1\n6,c,,2024-05-01,1,1\n";
    let facts = orders(rows, |_| ());
    let expected = [
        (2, "order_id", "4.68769E+17", DamagedId),
        (3, "order_id", "4.68769E+17", DamagedId),
        (4, "order_id", "NULL", DamagedId),
        (5, "customer_id", "\\N", DamagedId),
        (6, "customer_id", "nan", DamagedId),
        (7, "customer_id", "c\u{200b}", DamagedId),
    ];
    assert_eq!(rejects(&facts), expected);
    assert_eq!(texts(&facts.orders), ["6|c|-"]);
    let messages: Vec<&str> = facts.rejects.iter().map(|reject| reject.message.as_str()).collect();
    assert_eq!(
        messages[2..3],
        ["`NULL` is what programs write for nothing: write `nulls = ['NULL']` in the input where it means null, or \
          `literal_ids = true` where it is an id"]
    );
    assert_eq!(
        messages[5],
        "`c\\u{200b}` has the invisible character U+200B: remove it where the value was entered, and export again"
    );
    let of = |kind, text: &str| {
        let facts = read_csv(text, kind);
        facts.rejects.iter().map(|reject| (reject.column.clone(), reject.reason)).collect::<Vec<_>>()
    };
    let damaged = |names: &[&str]| names.iter().map(|name| (name.to_string(), DamagedId)).collect::<Vec<_>>();
    let text = "refund_id,order_id,refunded_at,amount\n#N/A,1,2024-05-01,1\n1,undefined,2024-05-01,1\n";
    assert_eq!(of(FactKind::Refunds, text), damaged(&["refund_id", "order_id"]));
    let text = "redemption_id,customer_id,card_number,order_id,redeemed_at,amount\nN/A,c,,,2024-05-01,1\n1,null,,,2024-05-01,1\n\
        2,c,6.01E+15,,2024-05-01,1\n3,c,,None,2024-05-01,1\n";
    assert_eq!(of(FactKind::Redemptions, text), damaged(&["redemption_id", "customer_id", "card_number", "order_id"]));
    let text = "adjustment_id,customer_id,adjusted_at,amount,reason\nNaN,c,2024-05-01,1,NULL\n1,c\u{7f}1,2024-05-01,1,NULL\n\
        2,c,2024-05-01,1,NULL\n";
    assert_eq!(of(FactKind::Adjustments, text), damaged(&["adjustment_id", "customer_id"]));
    let text = "customer_id,registered_at,email,card_number,name\nNULL,2024-05-01,,,x\nc,2024-05-01,NULL,NULL,x\n\
        d,2024-05-01,a\u{ad}@b.c,,x\ne,2024-05-01,NULL,,N/A\n";
    assert_eq!(of(FactKind::Registrations, text), damaged(&["customer_id", "card_number", "email"]));
}

#[test]
fn numbers_that_have_lost_digits_are_no_ids_in_any_format() {
    let line = |id: &str| {
        format!(
            "{{\"order_id\":{id},\"customer_id\":4.0,\"placed_at\":\"2024-05-01\",\"items_amount\":1,\"total_amount\":1e2}}\n"
        )
    };
    let lines = ["4.68769e+17", "468769000000000001", "1e3"].map(line).concat();
    let facts = read_as("x.ndjson", lines.as_bytes(), FactKind::Orders, |_| ());
    assert_eq!(rejects(&facts), [(1, "order_id", "4.68769e+17", DamagedId)]);
    assert_eq!(texts(&facts.orders), ["468769000000000001|4|-", "1000|4|-"]);
    let text = |value| Arc::new(StringArray::from(vec![value; 3])) as ArrayRef;
    let ids = arrow::array::Float64Array::from(vec![Some(4.68769e17), Some(9_007_199_254_740_991.0), None]);
    let bytes = parquet_of([
        ("order_id", Arc::new(ids) as ArrayRef),
        ("customer_id", text("c")),
        ("placed_at", text("2024-05-01")),
        ("items_amount", text("1")),
        ("total_amount", text("1")),
    ]);
    let facts = read_as("x.parquet", &bytes, FactKind::Orders, |_| ());
    let expected = [(1, "order_id", "468769000000000000", DamagedId), (3, "order_id", "", Missing)];
    assert_eq!(rejects(&facts), expected);
    assert!(facts.rejects[0].message.contains("in a column of floats, which do not hold so many digits"));
}

#[test]
fn an_address_that_says_nothing_is_damaged_where_it_alone_tells_the_buyer() {
    let facts = orders("1,,NULL,2024-05-01,1,1\n2,c,NULL,2024-05-01,1,1\n3,c,a\u{feff}@b.c,2024-05-01,1,1\n", |_| ());
    assert_eq!(rejects(&facts), [(2, "email", "NULL", DamagedId), (4, "email", "a\u{feff}@b.c", DamagedId)]);
    assert_eq!(texts(&facts.orders), ["2|c|NULL"]);
    let text = "order_id,email,placed_at,items_amount,total_amount\n1,N/A,2024-05-01,1,1\n2,n@b.c,2024-05-01,1,1\n";
    assert_eq!(rejects(&read_csv(text, FactKind::Orders)), [(2, "email", "N/A", DamagedId)]);
}

#[test]
fn an_input_says_which_texts_mean_null_and_whether_ids_are_literal() {
    let rows =
        "1,NULL,a@b.c,2024-05-01,1,1\nNULL,c,\\N,2024-05-01,1,1\n3, \\N ,NULL,2024-05-01,1,1\n4,null,,2024-05-01,1,1\n";
    let facts = orders(rows, |input| input.values.nulls = vec!["NULL".to_owned(), "\\N".to_owned()]);
    let expected = [(3, "order_id", "", Missing), (4, "", "", NoOwner), (5, "customer_id", "null", DamagedId)];
    assert_eq!(rejects(&facts), expected);
    assert_eq!(texts(&facts.orders), ["1|-|a@b.c"]);
    let rows = "4E+17,NULL,,2024-05-01,1,1\n1,c\u{200b},,2024-05-01,1,1\n";
    let facts = orders(rows, |input| input.values.literal_ids = true);
    assert_eq!(rejects(&facts), [(3, "customer_id", "c\u{200b}", DamagedId)]);
    assert_eq!(texts(&facts.orders), ["4E+17|NULL|-"]);
}

#[test]
fn nulls_are_null_in_every_column_and_before_types() {
    let rows = "order_id,customer_id,placed_at,paid_at,items_amount,total_amount,credit_amount,void,currency\n\
        1,c,2024-05-01 10:00,NULL,1,1,NULL,NULL,NULL\n2,c,NULL,,1,1,,,\n3,c,2024-05-01 10:00,,NULL,1,,,\n";
    let facts =
        read_as("x.csv", rows.as_bytes(), FactKind::Orders, |input| input.values.nulls = vec!["NULL".to_owned()]);
    assert_eq!(rejects(&facts), [(3, "placed_at", "", Missing), (4, "items_amount", "", Missing)]);
    assert_eq!(facts.orders.rows[0].paid_at(facts.orders.extras(0)), Time::NULL);
    let types = [("Placed", ColumnType::Time(None)), ("Sum", ColumnType::Decimal)];
    let rows = "Number,Customer,Placed,Sum\n1,c,2024-05-01,1\n2,c,NULL,1\n3,c,2024-05-01,NULL\n4,NULL,2024-05-01,1\n";
    let facts = read_as("x.csv", rows.as_bytes(), FactKind::Orders, |input| {
        input.mapping = Some(mapping(&types));
        input.values.nulls = vec!["NULL".to_owned()];
    });
    let expected = [(3, "Placed", "", Missing), (4, "Sum", "", Missing), (5, "", "", NoOwner)];
    assert_eq!(rejects(&facts), expected);
    let line = "{\"customer_id\":\"NULL\",\"order_id\":\"1\",\"email\":\"a@b.c\",\"placed_at\":\"2024-05-01\",\
        \"items_amount\":1,\"total_amount\":1}\n";
    let facts =
        read_as("x.ndjson", line.as_bytes(), FactKind::Orders, |input| input.values.nulls = vec!["NULL".to_owned()]);
    assert_eq!(texts(&facts.orders), ["1|-|a@b.c"]);
}

#[test]
fn a_mapped_row_with_a_damaged_id_names_the_source_column() {
    let rows = "Number,Customer,Placed,Sum\n1.2E+10,c,2024-05-01,1\n2,NULL,2024-05-01,1\n3,c,2024-05-01,1\n";
    let facts = read_as("x.csv", rows.as_bytes(), FactKind::Orders, |input| input.mapping = Some(mapping(&[])));
    assert_eq!(rejects(&facts), [(2, "Number", "1.2E+10", DamagedId), (3, "Customer", "NULL", DamagedId)]);
}

#[test]
fn counted_times_are_guessed_and_implausible_ones_left_out() {
    let rows = "Number,Customer,Placed,Sum\n1,c,45383,1\n2,c,1714564800,1\n3,c,,1\n";
    let types = |holds| [("Placed", holds)];
    let read = |holds, change: fn(&mut Input)| {
        read_as("x.csv", rows.as_bytes(), FactKind::Orders, |input| {
            input.mapping = Some(mapping(&types(holds)));
            change(input);
        })
    };
    let facts = read(ColumnType::EpochSeconds, |_| ());
    assert_eq!(rejects(&facts), [(2, "Placed", "1970-01-01T12:36:23Z", Implausible), (4, "Placed", "", Missing)]);
    assert_eq!(
        facts.rejects[0].message,
        "`1970-01-01T12:36:23Z` is before 1990, and facts are not (45383 seconds since 1970; 45383 looks like a spreadsheet's \
         number for 2024-04-01): in the input `nulls` says which texts mean null, and `any_time = \
         true` accepts all years"
    );
    assert_eq!(read(ColumnType::EpochSeconds, |input| input.values.any_time = true).orders.rows.len(), 2);
    for holds in [ColumnType::Time(None), ColumnType::Time(Some("%Y-%m-%d".to_owned()))] {
        let facts = read(holds, |_| ());
        let said = facts.rejects.iter().map(|reject| reject.message.as_str());
        let day = "`45383` is a number, and looks like a spreadsheet's for 2024-04-01: it can be read with the type \
                   `excel_date`";
        let seconds =
            "`1714564800` is a number, and looks like seconds since 1970: it can be read with the type `epoch_s`";
        assert_eq!(said.take(2).collect::<Vec<_>>(), [day, seconds]);
    }
    let facts = orders("1,c,,45383.5,1,1\n", |_| ());
    assert_eq!(rejects(&facts), [(2, "placed_at", "45383.5", Malformed)]);
    assert!(facts.rejects[0].message.contains("a spreadsheet's for 2024-04-01"));
}

#[test]
fn what_a_run_has_kept_is_not_judged_again() {
    let text = |value| Arc::new(StringArray::from(vec![value])) as ArrayRef;
    let time = |micros| Arc::new(TimestampMicrosecondArray::from(vec![micros]).with_timezone("UTC")) as ArrayRef;
    let bytes = parquet_of([
        ("order_id", text("NULL")),
        ("customer_id", text("c\u{200b}")),
        ("placed_at", time(0)),
        ("items_amount", text("1")),
        ("total_amount", text("1")),
    ]);
    let kept = KeptSince { seen_at: Vec::new() };
    let facts = read_as("x.parquet", &bytes, FactKind::Orders, |input| input.kept_since = Some(kept));
    assert_eq!(texts(&facts.orders), ["NULL|c\u{200b}|-"]);
    let facts = read_as("x.parquet", &bytes, FactKind::Orders, |_| ());
    assert_eq!(rejects(&facts), [(1, "order_id", "NULL", DamagedId)]);
}

/// Returns the warnings about a file of adjustments with these expiries, `_` being null.
fn warned(expiries: &[&str], change: impl FnOnce(&mut Input)) -> Vec<String> {
    let mut text = "adjustment_id,customer_id,adjusted_at,amount,expires_at\n".to_owned();
    for (number, expiry) in expiries.iter().enumerate() {
        text += &format!("{number},c,2024-05-01,1,{}\n", expiry.trim_matches('_'));
    }
    warnings(&read_as("x.csv", text.as_bytes(), FactKind::Adjustments, change))
}

#[test]
fn expiries_that_are_all_midnights_are_warned_of() {
    let midnights = ["2024-06-30 00:00:00", "2024-07-31 0:00", "_", "2024-08-31T00:00:00", "9999-12-31 00:00:00"];
    let found = warned(&midnights, |_| ());
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with(
        "x.csv: all 3 times in `expires_at` are midnights, so credit expires as its last day begins: for the end of that \
         day write dates without a time, such as 2024-06-30 (a mapping cuts them from a text: `left(expires, 10)`)"
    ));
    // In UTC, and as instants that are midnights in New York.
    assert_eq!(warned(&["2024-06-30T00:00Z", "2024-07-31T00:00Z", "2024-08-31T00:00Z"], |_| ()).len(), 1);
    assert_eq!(warned(&["2024-06-30T04:00Z", "2024-07-31T00:00-04:00", "2024-12-31T05:00Z"], |_| ()).len(), 1);
    let others = ["2024-06-30", "2024-06-30 23:59:59", "2024-06-30T01:00Z"];
    for other in others {
        let mut with = midnights.to_vec();
        with.push(other);
        assert!(warned(&with, |_| ()).is_empty(), "{other}");
    }
    assert!(warned(&midnights[..2], |_| ()).is_empty());
    assert!(warned(&["2024-06-30", "2024-07-31", "2024-08-31"], |_| ()).is_empty());
}

#[test]
fn expiries_that_a_run_has_kept_are_not_warned_of() {
    let text = |value| Arc::new(StringArray::from(vec![value; 3])) as ArrayRef;
    // The ends of three days in New York, as a book keeps them.
    let ends = TimestampMicrosecondArray::from(vec![1_719_806_400_000_000; 3]).with_timezone("UTC");
    let bytes = parquet_of([
        ("adjustment_id", Arc::new(StringArray::from(vec!["1", "2", "3"])) as ArrayRef),
        ("customer_id", text("c")),
        ("adjusted_at", text("2024-05-01")),
        ("amount", text("1")),
        ("expires_at", Arc::new(ends)),
    ]);
    let read = |kept_since| {
        let facts = read_as("x.parquet", &bytes, FactKind::Adjustments, |input| input.kept_since = kept_since);
        warnings(&facts).len()
    };
    assert_eq!(read(Some(KeptSince { seen_at: Vec::new() })), 0);
    assert_eq!(read(None), 1);
}

#[test]
fn a_mapping_knows_how_expiries_were_written() {
    let read = |expression: &'static str, typed: bool, expiries: &[&str]| {
        let names = ["adjustment_id", "customer_id", "adjusted_at", "amount"];
        let columns = names.map(|name| (name, name)).into_iter().chain([("expires_at", expression)]);
        let mapping = Mapping {
            types: if typed { vec![("expires_at".to_owned(), ColumnType::Time(None))] } else { Vec::new() },
            columns: columns.map(|(canonical, source)| (canonical.to_owned(), source.to_owned())).collect(),
            ..Mapping::default()
        };
        warned(expiries, |input| input.mapping = Some(mapping)).len()
    };
    let midnights = ["2024-06-30 00:00:00", "2024-07-31 00:00:00", "2024-08-31 00:00:00"];
    assert_eq!(read("expires_at", true, &midnights), 1);
    assert_eq!(read("expires_at", false, &midnights), 1);
    assert_eq!(read("left(expires_at, 10)", false, &midnights), 0);
    assert_eq!(read("expires_at", true, &["2024-06-30", "2024-07-31", "2024-08-31"]), 0);
}

#[test]
fn ids_in_two_forms_are_warned_of() {
    let warned = |rows| warnings(&orders(rows, |_| ()));
    let found =
        warned("1,12345.0,,2024-05-01,1,1\n2,12345,,2024-05-01,1,1\n3,7.0,,2024-05-01,1,1\n4,a.0,,2024-05-01,1,1\n");
    assert_eq!(
        found,
        [
            "`customer_id`: 1 id is written in two ways, such as `12345` and `12345.0`, and taken for different ids: a program \
          has read ids as decimal numbers; let it read them as text and export again"
        ]
    );
    assert!(warned("1.0,c,,2024-05-01,1,1\n2.0,1,,2024-05-01,1,1\n").is_empty());
    // A long id is not kept with its row.
    let long = "123456789012345678,c,,2024-05-01,1,1\n123456789012345678.0,c,,2024-05-01,1,1\n1.0,c,,2024-05-01,1,1\n1,c,,2024-05-01,1,1\n";
    assert!(warned(long)[0].starts_with("`order_id`: 2 ids are written in two ways, such as `1` and `1.0`"));
}
