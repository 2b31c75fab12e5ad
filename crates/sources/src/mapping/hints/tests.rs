//! Which hint each value gets, in files of each format.

use super::*;

const CSV: WrittenAs = WrittenAs { is_mapped: true, decimal: Some(b'.') };
const CSV_WITH_COMMAS: WrittenAs = WrittenAs { decimal: Some(b','), ..CSV };
const CANONICAL_CSV: WrittenAs = WrittenAs { is_mapped: false, ..CSV };
const XLSX: WrittenAs = WrittenAs { decimal: None, ..CSV };
const CANONICAL_JSON: WrittenAs = WrittenAs { is_mapped: false, decimal: None };

/// Returns the remedy for values that were read as numbers, and where there is none, as times.
fn remedy_of(values: &[&str], written: WrittenAs, expression: Option<&str>) -> String {
    let as_numbers = remedy_as(Wanted::Number, values, written, expression);
    if as_numbers.is_empty() { remedy_as(Wanted::Time, values, written, expression) } else { as_numbers }
}

fn remedy_as(wanted: Wanted, values: &[&str], written: WrittenAs, expression: Option<&str>) -> String {
    let reject = |value: &&str| Reject {
        kind: FactKind::Orders,
        file: FileIndex::default(),
        place: 2,
        column: "Order Total".to_owned(),
        value: (*value).to_owned(),
        expression: expression.map(str::to_owned),
        wanted,
        reason: RejectReason::Malformed,
        message: String::new(),
        order_id: None,
    };
    let rejects: Vec<Reject> = values.iter().map(reject).collect();
    match hints(&rejects, |_| written).as_slice() {
        [] => String::new(),
        [hint] => {
            assert_eq!(hint.rows, values.len() as u64);
            assert!(values.contains(&hint.example.as_str()));
            hint.remedy.clone()
        }
        more => panic!("{more:?}"),
    }
}

fn remedy(values: &[&str]) -> String {
    remedy_of(values, CSV, None)
}

#[test]
fn numbers_that_are_not_plain_name_the_mark_of_decimals_or_money() {
    assert_eq!(remedy(&["10,5", "1.234,50", "7,25"]), "`csv = { decimal = \",\" }`");
    for values in [&["$21.83"][..], &["(12.50)"], &["'-12.50"], &["1,234.50", "1 234.50"], &["12.50-", "USD 3"]] {
        assert_eq!(remedy(values), "the type `money`", "{values:?}");
        assert_eq!(remedy_of(values, XLSX, None), "the type `money`", "{values:?}");
    }
    assert_eq!(remedy(&["1 234,56", "€ 3,00"]), "the type `money` and `csv = { decimal = \",\" }`");
    assert!(remedy(&["1,234", "5,678"]).ends_with("the values do not tell"));
    assert_eq!(remedy(&["$21.83", "free"]), "");
}

#[test]
fn where_the_comma_is_in_force_a_point_names_the_point() {
    let remedy = |values: &[&str]| remedy_of(values, CSV_WITH_COMMAS, None);
    assert_eq!(remedy(&["10.5", "7.25"]), "`csv = { decimal = \".\" }`");
    assert_eq!(remedy(&["1.234,50 €"]), "the type `money`");
    assert_eq!(remedy(&["$1,234.50"]), "the type `money` and `csv = { decimal = \".\" }`");
}

#[test]
fn formats_without_a_decimal_mark_have_it_replaced_in_an_expression() {
    let remedy = |values: &[&str]| remedy_of(values, XLSX, None);
    let where_untyped = "where the column has no type";
    assert_eq!(
        remedy(&["10,5", "7,25"]),
        format!("the expression `number(replace(\"Order Total\", ',', '.'))`, {where_untyped}")
    );
    let in_groups = "replace(replace(\"Order Total\", '.', ''), ',', '.')";
    assert_eq!(remedy(&["1.234,56"]), format!("the expression `number({in_groups})`, {where_untyped}"));
    assert_eq!(remedy(&["1.234,56 €"]), format!("the expression `money({in_groups})`, {where_untyped}"));
    let spaced = format!("the expression `money(replace(\"Order Total\", ',', '.'))`, {where_untyped}");
    assert_eq!(remedy(&["1 234,56"]), spaced);
    assert_eq!(
        remedy_of(&["10,5"], CANONICAL_JSON, None),
        format!("a mapping with the expression `number(replace(\"Order Total\", ',', '.'))`, {where_untyped}")
    );
}

#[test]
fn what_an_expression_gives_is_read_by_a_function() {
    let remedy = |value: &str| remedy_of(&[value], CSV, Some("left(cell, 10)"));
    assert_eq!(remedy("$21.83"), "`money(left(cell, 10))`");
    assert_eq!(remedy("10,5"), "`csv = { decimal = \",\" }`");
    assert_eq!(remedy("25/3/2024"), "`time(left(cell, 10), '%d/%m/%Y')`");
    assert_eq!(remedy("45383"), "`excel_date(left(cell, 10))`");
    assert_eq!(remedy("1714564800"), "");
    assert_eq!(remedy_of(&["10,5"], XLSX, Some("x")), "`number(replace(x, ',', '.'))`");
}

#[test]
fn files_without_a_mapping_are_told_to_have_one_where_a_type_reads_the_values() {
    let remedy = |value: &str| remedy_of(&[value], CANONICAL_CSV, None);
    assert_eq!(remedy("$21.83"), "a mapping with the type `money`");
    assert_eq!(remedy("10,5"), "`csv = { decimal = \",\" }`");
    assert!(remedy("1,234").contains("or a mapping with the type `money` where it stands between thousands"));
    assert_eq!(remedy("3/25/2024"), "a mapping with the type `time:%m/%d/%Y`");
}

#[test]
fn texts_for_nothing_name_nulls() {
    assert_eq!(remedy(&["NULL", "N/A", "NULL"]), "`nulls = ['N/A', 'NULL']`, which makes it empty");
    assert_eq!(remedy(&["$3", "NULL"]), "the type `money`, and `nulls = ['NULL']`, which makes it empty");
}

#[test]
fn times_name_the_pattern_or_type_that_fits_all_values() {
    for (values, expected) in [
        (&["3/25/2024", "12/1/2024"][..], "%m/%d/%Y"),
        (&["13/1/2024"], "%d/%m/%Y"),
        (&["25/3/2024 8:26", "1/12/2024 18:00"], "%d/%m/%Y %H:%M"),
        (&["May 3, 2024 02:05:09 PM"], "%b %d, %Y %I:%M:%S %p"),
        (&["May 3, 2024 14:05:09 PM"], "%b %d, %Y %H:%M:%S %p"),
        (&["Mon, 23 Sep 2024 14:21:24 +0000"], "%a, %d %b %Y %H:%M:%S %z"),
        (&["15 Jan 2024"], "%d %b %Y"),
        (&["15 January 2024", "3 May 2024"], "%d %B %Y"),
        (&["03.05.2024"], "%d.%m.%Y"),
        (&["2024/6/12"], "%Y/%m/%d"),
        (&["20240612"], "%Y%m%d"),
    ] {
        assert_eq!(remedy(values), format!("the type `time:{expected}`"), "{values:?}");
    }
    assert_eq!(remedy(&["45383", "45384.5"]), "the type `excel_date`");
    assert_eq!(remedy(&["2024-01-15T10:00", "2024-01-16"]), "the type `time`");
    assert_eq!(remedy(&["1714564800"]), "the type `epoch_s`");
    assert_eq!(remedy(&["1714564800123"]), "the type `epoch_ms`");
    let both = "the type `time:%m/%d/%Y` where the month stands first, or the type `time:%d/%m/%Y` where the day does: \
                the values do not tell";
    assert_eq!(remedy(&["3/1/2024", "4/2/2024"]), both);
    for unread in ["yesterday", "15 brumaire 2024", "1.5E+10"] {
        assert_eq!(remedy(&[unread]), "", "{unread}");
    }
}

#[test]
fn day_and_month_that_may_be_swapped_are_both_named_whatever_stands_between_them() {
    for (value, month_first, day_first) in
        [("3/1/24", "%m/%d/%y", "%d/%m/%y"), ("03-04-2024 9:30", "%m-%d-%Y %H:%M", "%d-%m-%Y %H:%M")]
    {
        let both = format!(
            "the type `time:{month_first}` where the month stands first, or the type `time:{day_first}` where the day \
             does: the values do not tell"
        );
        assert_eq!(remedy(&[value]), both);
    }
    // Two digits are no year 24, in which nothing was sold.
    assert_eq!(remedy(&["15/1/24"]), "the type `time:%d/%m/%y`");
}

#[test]
fn months_in_other_languages_are_replaced_by_numbers_in_an_expression() {
    let said = remedy(&["15. Januar 2024", "3. MÄRZ 2024"]);
    let begin = "the expression `time(replace(replace(";
    assert!(said.starts_with(begin), "{said}");
    assert!(said.contains("replace(lower(\"Order Total\"), '.', ''), 'januar', '1'), 'februar', '2'), 'märz', '3')"));
    assert!(said.ends_with(", 'dezember', '12'), '%d %m %Y')`, where the column has no type"), "{said}");
    for (value, pattern) in [
        ("3 mars 2024", "%d %m %Y"),
        ("12 de marzo de 2024", "%d de %m de %Y"),
        ("5 févr. 2024 14:05", "%d %m %Y %H:%M"),
        ("1 de março de 2024", "%d de %m de %Y"),
        ("7 mrt 2024", "%d %m %Y"),
        ("15 września 2024", "%d %m %Y"),
    ] {
        let said = remedy(&[value]);
        assert!(said.ends_with(&format!("'{pattern}')`, where the column has no type")), "{value}: {said}");
    }
}

#[test]
fn what_was_read_as_neither_number_nor_time_has_no_remedy_but_nulls() {
    for value in ["$5", "10,5", "45383", "3/25/2024"] {
        assert_eq!(remedy_as(Wanted::Other, &[value], CSV, None), "", "{value}");
        let other = if value.contains('/') || value == "45383" { Wanted::Number } else { Wanted::Time };
        assert_eq!(remedy_as(other, &[value], CSV, None), "", "{value}");
    }
    assert_eq!(remedy_as(Wanted::Other, &["NULL"], CSV, None), "`nulls = ['NULL']`, which makes it empty");
}
