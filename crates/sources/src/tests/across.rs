//! Orders whose rows lie in several files.

use crate::input::ColumnType;
use crate::tests::*;
use accrue_facts::Origin;
use arrow::array::{Decimal128Array, Int64Array, StringArray};
use std::sync::Arc;

/// Sums the lines of each order; an order may have a voucher, in files that have such a column.
fn mapping() -> Mapping {
    let columns = [
        ("order_id", "no"),
        ("customer_id", "first(who)"),
        ("placed_at", "'2024-05-01'"),
        ("items_amount", "sum(price) - coalesce(sum(optional(voucher)), 0)"),
        ("total_amount", "sum(price)"),
    ];
    Mapping {
        types: [("price", ColumnType::Decimal), ("voucher", ColumnType::Decimal)]
            .map(|(name, holds)| (name.to_owned(), holds))
            .to_vec(),
        aliases: vec![("who".to_owned(), vec!["Customer".to_owned(), "Buyer".to_owned()])],
        group_by: vec!["no".to_owned()],
        across_files: true,
        columns: columns.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec(),
        ..Mapping::default()
    }
}

fn read_files(files: &[(&str, &[u8])], mapping: Mapping) -> Result<Facts, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    read_path(&folder.path().join("*"), FactKind::Orders, CsvOptions::default(), Some(mapping))
        .map_err(|fault| fault.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

fn read_texts(texts: &[&str]) -> Facts {
    let names: Vec<String> = (1..=texts.len()).map(|number| format!("lines-{number}.csv")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().zip(texts).map(|(name, text)| (&**name, text.as_bytes())).collect();
    read_files(&files, mapping()).unwrap()
}

/// Returns `file.line: id customer goods total` of each order, amounts in cents.
fn orders(facts: &Facts) -> Vec<String> {
    let shown = |row: usize| {
        let order = &facts.orders.rows[row];
        let Origin { file, place } = facts.orders.origin(row);
        let (id, who) = (facts.orders.text(row, 0).unwrap(), facts.orders.text(row, 1).unwrap_or("-"));
        let extras = facts.orders.extras(row);
        format!("{}.{place}: {id} {who} {} {}", file.get(), order.items(extras).minor(), order.total(extras).minor())
    };
    (0..facts.orders.rows.len()).map(shown).collect()
}

fn rejected(facts: &Facts) -> Vec<String> {
    let shown = |reject: &accrue_facts::Reject| {
        format!("{}.{} {} `{}`", reject.file.get(), reject.place, reject.column, reject.value)
    };
    facts.rejects.iter().map(shown).collect()
}

#[test]
fn an_order_is_made_of_its_rows_in_all_files_and_stands_where_its_first_row_does() {
    let facts = read_texts(&[
        "no,Customer,price\nX,C9,1.00\nA,C1,2.50\n",
        "no,Customer,price\n",
        "no,Customer,price\nB,C2,4.00\nA,C8,0.25\nX,C9,1.00\n",
    ]);
    assert_eq!(orders(&facts), ["0.2: X C9 200 200", "0.3: A C1 275 275", "2.2: B C2 400 400"]);
    assert_eq!(facts.files.iter().map(|file| file.rows).collect::<Vec<_>>(), [2, 0, 3]);
    assert!(rejected(&facts).is_empty());
    // Of the last file, one row is of an order that begins there.
    assert_eq!(facts.files.iter().map(|file| file.filled.in_others).collect::<Vec<_>>(), [0, 0, 2]);
}

#[test]
fn rows_of_rejected_orders_are_of_another_file_too_and_those_that_having_leaves_out_are_not() {
    let over_one = Mapping { having: Some("sum(price) > 1".to_owned()), ..mapping() };
    let files: [(&str, &[u8]); 2] = [
        ("a.csv", b"no,Customer,price\nA,C1,two\nB,C2,0.50\nC,C3,5.00\n"),
        ("b.csv", b"no,Customer,price\nA,C1,1.00\nB,C2,0.25\nC,C3,5.00\nC,C3,5.00\n"),
    ];
    let facts = read_files(&files, over_one).unwrap();
    assert_eq!(orders(&facts), ["0.4: C C3 1500 1500"]);
    // A is rejected in both files; B is left out.
    assert_eq!(rejected(&facts), ["0.2 price `two`", "1.2 no `A`"]);
    assert_eq!(facts.files.iter().map(|file| file.filled.in_others).collect::<Vec<_>>(), [0, 3]);
}

#[test]
fn a_row_that_repeats_another_counts_to_its_own_file() {
    let twice = "no,Customer,price\nA,C1,1.00\nA,C1,1.00\nB,C2,2.00\n";
    let facts =
        read_texts(&[twice, "no,Customer,price\nD,C4,1.00\nB,C2,2.00\n", "no,Customer,price\nB,C2,2.00\nA,C1,1.00\n"]);
    let warned = accrue_facts::warnings::warnings(&facts);
    let told = |warning: &String| {
        let (file, told) = warning.split_once(" are the same").or(warning.split_once(" is the same")).unwrap();
        let (_, told) = told.split_once("the first is ").unwrap();
        format!("{} {}", file.rsplit('/').next().unwrap(), told.split_once(':').unwrap().0)
    };
    assert_eq!(
        warned.iter().map(told).collect::<Vec<_>>(),
        [
            "lines-1.csv: 1 row row 3, the same as row 2",
            "lines-2.csv: 1 row row 3, the same as a row of another file",
            "lines-3.csv: 2 rows row 2, the same as a row of another file",
        ]
    );
}

#[test]
fn files_are_put_together_in_the_order_of_their_names() {
    let line = |who: &str| format!("no,Customer,price\nA,{who},1.00\n");
    let (first, second, third) = (line("first"), line("second"), line("third"));
    let files = [("l (10).csv", third.as_bytes()), ("l.csv", first.as_bytes()), ("l (2).csv", second.as_bytes())];
    let facts = read_files(&files, mapping()).unwrap();
    assert_eq!(orders(&facts), ["0.2: A first 300 300"]);
}

#[test]
fn a_bad_row_in_one_file_leaves_out_the_whole_order() {
    let facts = read_texts(&["no,Customer,price\nA,C1,2.50\nB,C2,4.00\n", "no,Customer,price\nC,C3,1.00\nA,C1,two\n"]);
    assert_eq!(orders(&facts), ["0.3: B C2 400 400", "1.2: C C3 100 100"]);
    assert_eq!(rejected(&facts), ["0.2 no `A`", "1.3 price `two`"]);
    // What accrue judges afterwards names the file too: the order of the second file has no owner.
    let facts = read_texts(&["no,Customer,price\nA,C1,1.00\n", "no,Buyer,price\nB,NULL,1.00\nA,,1.00\n"]);
    assert_eq!(orders(&facts), ["0.2: A C1 200 200"]);
    assert_eq!((facts.rejects.len(), facts.rejects[0].file.get(), facts.rejects[0].place), (1, 1, 2));
}

#[test]
fn a_line_that_cannot_be_read_may_be_of_the_orders_beside_it_in_the_next_file_too() {
    let last = "no,Customer,price\nA,C1,1.00\nB,C2,1.00\nB\n";
    let facts = read_texts(&[last, "no,Customer,price\nC,C3,1.00\nD,C4,1.00\n"]);
    assert_eq!(orders(&facts), ["0.2: A C1 100 100", "1.3: D C4 100 100"]);
    assert_eq!(rejected(&facts), ["0.3 no `B`", "0.4  `B`", "1.2 no `C`"]);
    let first = "no,Customer,price\nC\nC,C3,1.00\nD,C4,1.00\n";
    let facts = read_texts(&["no,Customer,price\nA,C1,1.00\nB,C2,1.00\n", first]);
    assert_eq!(orders(&facts), ["0.2: A C1 100 100", "1.4: D C4 100 100"]);
    // A file of nothing but such lines is between the others.
    let facts = read_texts(&[
        "no,Customer,price\nA,C1,1.00\nB,C2,1.00\n",
        "no,Customer,price\nC\n",
        "no,Customer,price\nD,C4,1.00\nE,C5,1.00\n",
    ]);
    assert_eq!(orders(&facts), ["0.2: A C1 100 100", "2.3: E C5 100 100"]);
}

#[test]
fn files_may_have_different_columns() {
    let facts = read_texts(&["no,Customer,price\nA,C1,2.00\n", "voucher,price,Buyer,no\n0.50,3.00,C8,A\n,1.00,C2,B\n"]);
    assert_eq!(orders(&facts), ["0.2: A C1 450 500", "1.3: B C2 100 100"]);
    let fault = read_files(&[("a.csv", b"no,Customer,price\nA,C1,1\n"), ("b.csv", b"no,price\nA,1\n")], mapping());
    assert_eq!(
        fault.err().unwrap(),
        "b.csv: has none of the columns `Customer`, `Buyer`, which the mapping calls `who`"
    );
}

#[test]
fn columns_of_parquet_must_be_read_alike_in_all_files() {
    let file = |price: ArrayRef| {
        let text = |text: &str| Arc::new(StringArray::from(vec![text])) as ArrayRef;
        parquet_of([("no", text("A")), ("Customer", text("C1")), ("price", price)])
    };
    let decimal = |mantissa: i128, scale: i8| {
        let column = Decimal128Array::from(vec![mantissa]).with_precision_and_scale(18, scale).unwrap();
        file(Arc::new(column))
    };
    let facts = read_files(&[("a.parquet", &decimal(15, 1)), ("b.parquet", &decimal(225, 2))], mapping()).unwrap();
    assert_eq!(orders(&facts), ["0.1: A C1 375 375"]);
    let int = file(Arc::new(Int64Array::from(vec![2])));
    let fault = read_files(&[("a.parquet", &int), ("b.parquet", &decimal(225, 2))], mapping()).err().unwrap();
    assert!(
        fault.ends_with(
            "*: `across_files` puts the rows of all files together, and column `price` holds whole numbers in one and \
             decimals in another: export it alike in all of them"
        ),
        "{fault}"
    );
    let mixed = read_files(&[("a.parquet", &int), ("b.csv", b"no,Customer,price\nA,C1,1\n")], mapping());
    assert!(mixed.err().unwrap().contains("names files of several formats"));
}

#[test]
fn without_it_each_file_has_orders_of_its_own() {
    let text: &[u8] = b"no,Customer,price\nA,C1,1.00\n";
    let alone = Mapping { across_files: false, ..mapping() };
    let facts = read_files(&[("a.csv", text), ("b.csv", text)], alone).unwrap();
    assert_eq!(orders(&facts), ["0.2: A C1 100 100", "1.2: A C1 100 100"]);
}
