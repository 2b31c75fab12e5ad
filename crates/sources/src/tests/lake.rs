//! Tables of a lake, and folders that carry columns, read from disk.

use crate::input::ColumnType;
use crate::tests::*;
use arrow::array::{Date32Array, Float64Array, Int32Array, StringArray};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

/// A folder with exports, or the table in it.
struct Lake(TempDir);

impl Lake {
    fn new() -> Lake {
        Lake(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), bytes).unwrap();
    }

    /// Begins a Delta table `t` with such columns, of which some are its partitions.
    fn begin(&self, columns: &[(&str, &str)], partitions: &[&str]) {
        let field =
            |(name, holds): &(&str, &str)| json!({"name": name, "type": holds, "nullable": true, "metadata": {}});
        let schema = json!({"type": "struct", "fields": columns.iter().map(field).collect::<Vec<_>>()}).to_string();
        let metadata = json!({
            "id": "t", "format": {"provider": "parquet"}, "schemaString": schema, "partitionColumns": partitions,
            "configuration": {},
        });
        self.commit(
            0,
            &[json!({"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}}), json!({ "metaData": metadata })],
        );
    }

    fn commit(&self, version: u64, lines: &[Value]) {
        let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
        self.write(&format!("t/_delta_log/{version:020}.json"), lines.join("\n"));
    }

    /// Writes a data file and returns the line that adds it.
    fn add(&self, name: &str, columns: Vec<(&str, ArrayRef)>, partition: Value) -> Value {
        let bytes = parquet_of(columns);
        self.write(&format!("t/{name}"), &bytes);
        json!({"add": {
            "path": name, "partitionValues": partition, "size": bytes.len(), "modificationTime": 1, "dataChange": true,
        }})
    }

    /// Reads adjustments.
    fn read(&self, pattern: &str, mapping: Option<Mapping>) -> Result<Facts, String> {
        let read = read_path(&self.path(pattern), FactKind::Adjustments, CsvOptions::default(), mapping);
        read.map_err(|fault| fault.to_string().replace(&format!("{}/", self.0.path().display()), ""))
    }

    /// Returns the message of what is wrong with a pattern.
    fn fault(&self, pattern: &str) -> String {
        self.read(pattern, None).err().expect("a fault")
    }
}

fn adjustments(ids: &[&str]) -> Vec<(&'static str, ArrayRef)> {
    let text = |value: &str| Arc::new(StringArray::from(vec![value; ids.len()])) as ArrayRef;
    vec![
        ("adjustment_id", Arc::new(StringArray::from(ids.to_vec())) as ArrayRef),
        ("customer_id", text("C")),
        ("adjusted_at", text("2024-05-01")),
        ("amount", text("5")),
    ]
}

fn without(columns: Vec<(&'static str, ArrayRef)>, name: &str) -> Vec<(&'static str, ArrayRef)> {
    columns.into_iter().filter(|(column, _)| *column != name).collect()
}

/// Returns the id of each adjustment, when it was made and its amount in cents.
fn shown_rows(facts: &Facts) -> Vec<String> {
    let table = &facts.adjustments;
    let row = |row: usize| {
        format!("{} {} {}", table.id(row), shown(table.rows[row].adjusted_at), table.rows[row].amount.minor())
    };
    (0..table.rows.len()).map(row).collect()
}

fn mapping(columns: &[(&str, &str)], types: &[(&str, ColumnType)], filter: Option<&str>) -> Option<Mapping> {
    let texts = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    Some(Mapping {
        types: types.iter().map(|(name, holds)| ((*name).to_owned(), holds.clone())).collect(),
        filter: filter.map(str::to_owned),
        group_by: Vec::new(),
        columns: columns.iter().map(texts).collect(),
        ..Mapping::default()
    })
}

const COLUMNS: [(&str, &str); 4] =
    [("adjustment_id", "string"), ("customer_id", "string"), ("adjusted_at", "string"), ("amount", "string")];

#[test]
fn rows_of_files_that_have_left_a_delta_table_are_not_read() {
    let lake = Lake::new();
    lake.begin(&COLUMNS, &[]);
    let (a, b) =
        (lake.add("a.parquet", adjustments(&["A"]), json!({})), lake.add("b.parquet", adjustments(&["B"]), json!({})));
    lake.commit(1, &[a, b]);
    lake.commit(2, &[json!({"remove": {"path": "a.parquet", "dataChange": true}})]);
    for folder in ["t", "t/"] {
        assert_eq!(shown_rows(&lake.read(folder, None).unwrap()), ["B 2024-05-01T04:00:00Z 500"]);
    }
}

#[test]
fn partition_values_of_the_log_are_columns_of_their_types() {
    let lake = Lake::new();
    let columns = [COLUMNS[0], COLUMNS[1], ("adjusted_at", "date"), ("amount", "decimal(9,2)"), ("year", "integer")];
    lake.begin(&columns, &["adjusted_at", "amount", "year"]);
    let own = || without(without(adjustments(&["A"]), "adjusted_at"), "amount");
    let partition = |day: Option<&str>, year| json!({"adjusted_at": day, "amount": "7.50", "year": year});
    lake.commit(1, &[lake.add("year=2024/a.parquet", own(), partition(Some("2024-03-02"), "2024"))]);
    lake.commit(2, &[lake.add("year=2023/a.parquet", own(), partition(None, "2023"))]);
    let facts = lake.read("t", None).unwrap();
    assert_eq!(shown_rows(&facts), ["A 2024-03-02T05:00:00Z 750"]);
    assert_eq!(rejects(&facts), [(1, "adjusted_at", "", RejectReason::Missing)]);
    let columns = [
        ("adjustment_id", "adjustment_id"),
        ("customer_id", "customer_id"),
        ("adjusted_at", "adjusted_at"),
        ("amount", "amount + year"),
    ];
    let facts = lake.read("t", mapping(&columns, &[], Some("year >= 2024"))).unwrap();
    assert_eq!(shown_rows(&facts), ["A 2024-03-02T05:00:00Z 203150"]);
}

#[test]
fn times_of_a_partition_are_local_unless_they_say_utc() {
    let lake = Lake::new();
    lake.begin(&[COLUMNS[0], COLUMNS[1], ("adjusted_at", "timestamp"), COLUMNS[3]], &["adjusted_at"]);
    let file = |name: &str, at: &str| {
        lake.add(name, without(adjustments(&[name]), "adjusted_at"), json!({ "adjusted_at": at }))
    };
    lake.commit(1, &[file("a", "2024-05-01 12:00:00"), file("b", "2024-05-01T12:00:00.000000Z")]);
    let facts = lake.read("t", None).unwrap();
    assert_eq!(shown_rows(&facts), ["a 2024-05-01T16:00:00Z 500", "b 2024-05-01T12:00:00Z 500"]);
    lake.commit(2, &[file("c", "noon")]);
    assert_eq!(
        lake.fault("t"),
        "t: is a Delta table that cannot be read: its partition column `adjusted_at` is \"noon\" in the log, which is no \
         timestamp: mend the table's log, or export the table to Parquet files in another folder and read those"
    );
}

#[test]
fn the_log_counts_where_a_file_has_a_partition_column_too() {
    let lake = Lake::new();
    lake.begin(&COLUMNS, &["adjusted_at"]);
    lake.commit(1, &[lake.add("a", adjustments(&["A"]), json!({"adjusted_at": "2024-03-02"}))]);
    assert_eq!(shown_rows(&lake.read("t", None).unwrap()), ["A 2024-03-02T05:00:00Z 500"]);
}

#[test]
fn a_file_older_than_a_column_has_null_there() {
    let lake = Lake::new();
    lake.begin(&[COLUMNS[0], COLUMNS[1], COLUMNS[2], ("amount", "double"), ("extra", "double")], &[]);
    let numbers = |numbers: &[f64]| Arc::new(Float64Array::from(numbers.to_vec())) as ArrayRef;
    let with_amount = |ids: &[&str]| {
        let mut columns = without(adjustments(ids), "amount");
        columns.push(("amount", numbers(&[1.5])));
        columns
    };
    let mut newer = with_amount(&["B"]);
    newer.push(("extra", numbers(&[0.25])));
    lake.commit(1, &[lake.add("a", with_amount(&["A"]), json!({})), lake.add("b", newer, json!({}))]);
    let columns = [
        ("adjustment_id", "adjustment_id"),
        ("customer_id", "customer_id"),
        ("adjusted_at", "adjusted_at"),
        ("amount", "amount + coalesce(extra, 1)"),
    ];
    let facts = lake.read("t", mapping(&columns, &[], None)).unwrap();
    assert_eq!(shown_rows(&facts), ["A 2024-05-01T04:00:00Z 250", "B 2024-05-01T04:00:00Z 175"]);
}

#[test]
fn groups_of_rows_are_refused_where_they_may_lie_in_several_files() {
    let lake = Lake::new();
    lake.begin(&COLUMNS, &[]);
    lake.commit(1, &[lake.add("a", adjustments(&["A", "A"]), json!({}))]);
    let grouped = || {
        let columns = [
            ("adjustment_id", "adjustment_id"),
            ("customer_id", "first(customer_id)"),
            ("adjusted_at", "min(adjusted_at)"),
            ("amount", "sum(amount)"),
        ];
        let by = vec!["adjustment_id".to_owned()];
        mapping(&columns, &[("amount", ColumnType::Decimal), ("adjusted_at", ColumnType::Time(None))], None)
            .map(|mapping| Mapping { group_by: by, having: None, ..mapping })
    };
    assert_eq!(shown_rows(&lake.read("t", grouped()).unwrap()), ["A 2024-05-01T04:00:00Z 1000"]);
    lake.commit(2, &[lake.add("b", adjustments(&["A"]), json!({}))]);
    assert_eq!(
        lake.read("t", grouped()).err().unwrap(),
        "t: is a Delta table of 2 files, and `group_by` brings the rows of one file together only: write \
         `across_files = true` beside it"
    );
    let together = grouped().map(|mapping| Mapping { across_files: true, ..mapping });
    assert_eq!(shown_rows(&lake.read("t", together).unwrap()), ["A 2024-05-01T04:00:00Z 1500"]);
}

#[test]
fn a_column_that_neither_the_files_nor_the_table_have_is_missing() {
    let lake = Lake::new();
    lake.begin(&COLUMNS[..3], &[]);
    lake.commit(1, &[lake.add("a.parquet", without(adjustments(&["A"]), "amount"), json!({}))]);
    assert_eq!(lake.fault("t"), "t/a.parquet: has no column `amount`");
}

#[test]
fn files_in_the_folder_of_a_table_are_refused_and_the_folder_is_named() {
    let lake = Lake::new();
    lake.begin(&COLUMNS, &[]);
    lake.commit(1, &[lake.add("day=1/a.parquet", adjustments(&["A"]), json!({}))]);
    for pattern in [
        "t/*/*.parquet",
        "t/**",
        "t/**/*.parquet",
        "*/day=1/*.parquet",
        "t/day=1/a.parquet",
        "t/day=1",
        "t*",
        "t/_delta_log",
    ] {
        let expected = "leads into the folder of a Delta table, where files stay after they have left the table: set the \
                        input's `path` to that folder, `t`";
        assert_eq!(lake.fault(pattern), format!("{pattern}: {expected}"));
    }
    std::os::unix::fs::symlink(lake.path("t/day=1/a.parquet"), lake.path("today.parquet")).unwrap();
    assert!(lake.fault("today.parquet").starts_with("today.parquet: leads into the folder of a Delta table"));
}

#[test]
fn tables_of_other_formats_are_refused_by_name() {
    for (sign, name) in [
        ("metadata/v1.metadata.json", "an Iceberg"),
        ("metadata/00001-0a1b.metadata.json", "an Iceberg"),
        ("metadata/orders.metadata.json", "an Iceberg"),
        (".hoodie/hoodie.properties", "a Hudi"),
    ] {
        let lake = Lake::new();
        lake.write(&format!("t/{sign}"), "{}");
        lake.write("t/data/a.parquet", parquet_of(adjustments(&["A"])));
        let export = "which accrue does not read: export";
        assert_eq!(
            lake.fault("t"),
            format!("t: is {name} table, {export} it to Parquet files in another folder and read those")
        );
        for pattern in ["t/data/*.parquet", "t/data/a.parquet", "t/**/*.parquet", "t/data"] {
            let expected = format!(
                "leads into `t`, the folder of {name} table, {export} the table to Parquet files in another folder and read those"
            );
            assert_eq!(lake.fault(pattern), format!("{pattern}: {expected}"));
        }
    }
}

#[test]
fn a_folder_that_only_looks_a_little_like_a_table_is_none() {
    let lake = Lake::new();
    lake.write("t/metadata/export.json", "{}");
    lake.write("t/a.parquet", parquet_of(adjustments(&["A"])));
    assert_eq!(shown_rows(&lake.read("t/*.parquet", None).unwrap()).len(), 1);
    assert_eq!(lake.fault("t"), "t: is a folder: name the files in it, such as `t/*`");
}

const HEADER: &str = "adjustment_id,customer_id,amount";

#[test]
fn folders_give_canonical_columns_in_every_format() {
    let lake = Lake::new();
    lake.write("x/adjusted_at=2024-03-01/a.csv", format!("{HEADER}\nA,C,5\n"));
    lake.write("x/adjusted_at=2024-03-02 12%3A00/b.ndjson", r#"{"adjustment_id":"B","customer_id":"C","amount":"5"}"#);
    lake.write("x/adjusted_at=2024-03-03/sub/c.parquet", parquet_of(without(adjustments(&["C"]), "adjusted_at")));
    let packed = zstd::encode_all(format!("{HEADER}\nD,C,5\n").as_bytes(), 1).unwrap();
    lake.write("x/adjusted_at=__HIVE_DEFAULT_PARTITION__/d.csv.zst", packed);
    let facts = lake.read("x/**/*.*", None).unwrap();
    let expected = ["A 2024-03-01T05:00:00Z 500", "B 2024-03-02T17:00:00Z 500", "C 2024-03-03T05:00:00Z 500"];
    assert_eq!(shown_rows(&facts), expected);
    assert_eq!(rejects(&facts), [(2, "adjusted_at", "", RejectReason::Missing)]);
}

#[test]
fn a_folder_can_give_the_owner() {
    let lake = Lake::new();
    lake.write("x/card_number=7/a.csv", "redemption_id,redeemed_at,amount\nX,2024-03-01,5\n");
    let facts = read_path(&lake.path("x/*/*.csv"), FactKind::Redemptions, CsvOptions::default(), None).unwrap();
    assert_eq!(facts.redemptions.rows.len(), 1);
}

#[test]
fn folders_give_columns_to_mappings_and_types_apply() {
    let lake = Lake::new();
    lake.write("x/dt=2024-03-01/shop=north/a.csv", format!("{HEADER}\nA,C,5\n"));
    lake.write("x/dt=2024-03-02/shop=north/b.ndjson", r#"{"adjustment_id":"B","customer_id":"C","amount":5}"#);
    lake.write("x/dt=2024-03-03/shop=north/c.parquet", parquet_of(without(adjustments(&["C"]), "adjusted_at")));
    lake.write("x/dt=2024-03-03/shop=south/d.csv", format!("{HEADER}\nD,C,5\n"));
    let columns = [
        ("adjustment_id", "adjustment_id"),
        ("customer_id", "customer_id"),
        ("adjusted_at", "dt"),
        ("amount", "amount"),
    ];
    let north = mapping(&columns, &[("dt", ColumnType::Time(None))], Some("shop = 'north'"));
    let facts = lake.read("x/dt=*/**/*.*", north).unwrap();
    let expected = ["A 2024-03-01T05:00:00Z 500", "B 2024-03-02T05:00:00Z 500", "C 2024-03-03T05:00:00Z 500"];
    assert_eq!(shown_rows(&facts), expected);
    assert!(facts.rejects.is_empty());
}

#[test]
fn folders_of_the_path_give_columns_with_and_without_signs_of_a_pattern() {
    let lake = Lake::new();
    lake.write("adjusted_at=2024-03-01/a.csv", format!("{HEADER}\nA,C,5\n"));
    for pattern in ["adjusted_at=2024-03-01/*.csv", "adjusted_at=2024-03-01/a.csv", "*/a.csv"] {
        assert_eq!(shown_rows(&lake.read(pattern, None).unwrap()), ["A 2024-03-01T05:00:00Z 500"], "{pattern}");
    }
}

#[test]
fn a_missing_column_is_named_with_the_one_of_the_folder() {
    let lake = Lake::new();
    lake.write("x/dt=2024-03-01/a.csv", format!("{HEADER}\nA,C,5\n"));
    assert_eq!(
        lake.fault("x/*/*.csv"),
        "x/dt=2024-03-01/a.csv: has no column `adjusted_at`; its folder gives the column `dt`, which \
         a mapping can use"
    );
}

#[test]
fn a_column_of_file_and_folder_must_agree_where_the_file_has_a_value() {
    let lake = Lake::new();
    lake.write("x/adjusted_at=2024-03-01/a.csv", format!("{HEADER},adjusted_at\nA,C,5,2024-03-01\nB,C,5,\n"));
    let both = ["A 2024-03-01T05:00:00Z 500", "B 2024-03-01T05:00:00Z 500"];
    assert_eq!(shown_rows(&lake.read("x/*/a.csv", None).unwrap()), both);
    lake.write("x/adjusted_at=2024-03-01/b.csv", format!("{HEADER},adjusted_at\nA,C,5,2024-03-01\nB,C,5,2024-03-02\n"));
    assert_eq!(
        lake.fault("x/*/b.csv"),
        "x/adjusted_at=2024-03-01/b.csv: row or line 3: the column `adjusted_at` holds \"2024-03-02\", and the file's folder \
         says `adjusted_at=2024-03-01`: leave the column out of the file, or rename the folder"
    );
    lake.write(
        "x/customer_id=__HIVE_DEFAULT_PARTITION__/c.csv",
        "adjustment_id,customer_id,adjusted_at,amount\nA,C,2024-03-01,5\n",
    );
    assert!(
        lake.fault("x/*/c.csv")
            .contains("holds \"C\", and the file's folder says `customer_id=__HIVE_DEFAULT_PARTITION__`")
    );
    lake.write("y/adjusted_at=2024-03-01/adjusted_at=2024-03-02/a.csv", HEADER);
    assert!(
        lake.fault("y/**/a.csv")
            .ends_with("lies in two folders that give the column `adjusted_at`: rename one of them")
    );
}

#[test]
fn columns_of_parquet_that_agree_with_the_folder_keep_their_types() {
    let lake = Lake::new();
    let file = |days: Vec<Option<i32>>| {
        let mut columns = without(adjustments(&vec!["A"; days.len()]), "adjusted_at");
        columns.push(("month", Arc::new(Int32Array::from(vec![3; days.len()])) as ArrayRef));
        columns.push(("dt", Arc::new(Date32Array::from(days)) as ArrayRef));
        parquet_of(columns)
    };
    let columns = [
        ("adjustment_id", "adjustment_id"),
        ("customer_id", "customer_id"),
        ("adjusted_at", "dt"),
        ("amount", "month + 1"),
    ];
    // 19783 is 2024-03-01.
    lake.write("x/dt=2024-03-01/month=03/a.parquet", file(vec![Some(19_783), None]));
    let facts = lake.read("x/**/a.parquet", mapping(&columns, &[], None)).unwrap();
    assert_eq!(shown_rows(&facts), ["A 2024-03-01T05:00:00Z 400", "A 2024-03-01T05:00:00Z 400"]);
    lake.write("x/dt=2024-03-02/month=03/b.parquet", file(vec![Some(19_783)]));
    let fault = lake.read("x/**/b.parquet", mapping(&columns, &[], None)).err().unwrap();
    assert!(
        fault.contains("the column `dt` holds \"2024-03-01\", and the file's folder says `dt=2024-03-02`"),
        "{fault}"
    );
}
