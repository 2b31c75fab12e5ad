//! Children in lines of their own, joined to their records.

use crate::input::ColumnType;
use crate::tests::json::*;

const COLUMNS: [&str; 3] = ["lines.id || '/' || lines.size.name", "lines.price", "name"];

fn children(unnest: Option<&str>) -> JsonOptions {
    let children = vec![("lines".to_owned(), "LineItem".to_owned()), ("refunds".to_owned(), "Refund".to_owned())];
    JsonOptions { unnest: unnest.map(str::to_owned), children, ..JsonOptions::default() }
}

fn order(id: &str, name: &str) -> String {
    format!("{{\"id\":\"gid://shopify/Order/{id}\",\"name\":\"{name}\"}}\n")
}

fn child(kind: &str, id: &str, price: &str, order: &str) -> String {
    format!(
        "{{\"id\":\"gid://shopify/{kind}/{id}\",\"price\":{price},\"size\":{{\"name\":\"M\"}},\
         \"__parentId\":\"gid://shopify/Order/{order}\"}}\n"
    )
}

#[test]
fn children_are_joined_wherever_their_records_stand() {
    let lines = [
        child("LineItem", "11", "1", "1"),
        order("2", "two"),
        order("1", "one"),
        child("Refund", "5", "9", "1"),
        child("Discount", "6", "9", "1"),
        child("LineItem", "21", "\"2.50\"", "2"),
        "{\"code\":\"x\",\"__parentId\":\"gid://shopify/Order/1\"}\n".to_owned(),
        order("3", "three"),
        child("LineItem", "12", "3", "1"),
    ];
    let facts = read_mapped("x.ndjson", &lines.concat(), children(Some("lines")), COLUMNS, None).unwrap();
    let id = |number: &str| format!("gid://shopify/LineItem/{number}/M");
    let of = |line, number, rest: &str| format!("{line}: {} {rest}", id(number));
    // Rows are in the order of the records.
    assert_eq!(rows(&facts), [of(6, "21", "250 two"), of(1, "11", "100 one"), of(9, "12", "300 one")]);
    assert_eq!((facts.rejects.len(), facts.files[0].rows), (0, 3));
    // Without `unnest` they are left out.
    let columns = ["name", "'1'", "id"];
    let facts = read_mapped("x.ndjson", &lines.concat(), children(None), columns, None).unwrap();
    let order = |line, name, id| format!("{line}: {name} 100 gid://shopify/Order/{id}");
    assert_eq!(rows(&facts), [order(2, "two", 2), order(3, "one", 1), order(8, "three", 3)]);
    assert_eq!((facts.rejects.len(), facts.files[0].rows), (0, 3));
    // Records without children stay where they are told to.
    let json = JsonOptions { keep_empty: true, ..children(Some("lines")) };
    let columns = ["name || coalesce(lines.price, '-')", "'1'", "null"];
    let facts = read_mapped("x.ndjson", &lines.concat(), json, columns, None).unwrap();
    assert_eq!(rows(&facts), ["6: two2.50 100 -", "1: one1 100 -", "9: one3 100 -", "8: three- 100 -"]);
}

#[test]
fn a_record_of_which_a_child_is_at_fault_is_left_out_whole() {
    let lines = [
        order("1", "one"),
        child("LineItem", "11", "1", "1"),
        child("LineItem", "12", "[1]", "1"),
        order("2", "two"),
        child("LineItem", "21", "2", "2"),
        child("LineItem", "31", "2", "3"),
        "{\"id\":\"gid://shopify/Order/4\",\"name\":{\"x\":1}}\n".to_owned(),
        child("LineItem", "41", "2", "4"),
    ];
    let facts = read_mapped("x.ndjson", &lines.concat(), children(Some("lines")), COLUMNS, None).unwrap();
    assert_eq!(rows(&facts), ["5: gid://shopify/LineItem/21/M 200 two"]);
    assert_eq!(
        messages(&facts),
        [
            "1 `lines` `` one of its `lines` cannot be read: it is left out with all of them",
            "3 `lines.price` `[1]` is a list: one plain value is wanted: map its elements, with `unnest = \
             \"lines.price\"`",
            "6 `__parentId` `gid://shopify/Order/3` no record of the file has this id: export records and children \
             together",
            "7 `name` `{\"x\":1}` is an object: one plain value is wanted: map a path into it, such as `name.x`",
        ]
    );
}

#[test]
fn two_records_with_one_id_that_differ_have_no_children() {
    let lines = [order("1", "one"), child("LineItem", "11", "1", "1"), order("1", "uno"), order("2", "two")];
    let facts = read_mapped("x.ndjson", &lines.concat(), children(Some("lines")), COLUMNS, None).unwrap();
    assert_eq!(rows(&facts), Vec::<String>::new());
    let several = "`id` `gid://shopify/Order/1` several records have this id and differ, and nobody can tell whose the \
                   children are: read each export by itself";
    assert_eq!(messages(&facts), [format!("1 {several}"), format!("3 {several}")]);
}

#[test]
fn lines_that_are_there_twice_count_once() {
    let mut twice = [
        order("1", "one"),
        child("LineItem", "11", "1", "1"),
        child("LineItem", "12", "1", "1"),
        child("LineItem", "11", "1", "1"),
        order("1", "one"),
        // Other members than those that are named make no difference.
        child("LineItem", "12", "1", "1").replace("{\"id\"", "{\"seen\":7,\"id\""),
    ];
    for _ in 0..twice.len() {
        twice.rotate_left(1);
        let facts = read_mapped("x.ndjson", &twice.concat(), children(Some("lines")), COLUMNS, None).unwrap();
        let mut found: Vec<String> =
            rows(&facts).iter().map(|row| row.split_once(": ").unwrap().1.to_owned()).collect();
        found.sort();
        assert_eq!(found, ["gid://shopify/LineItem/11/M 100 one", "gid://shopify/LineItem/12/M 100 one"]);
        assert_eq!(facts.rejects.len(), 0);
    }
    // A record without children is one row.
    let json = JsonOptions { keep_empty: true, ..children(Some("lines")) };
    let columns = ["name", "'1'", "lines.price"];
    let facts = read_mapped("x.ndjson", &(order("1", "one") + &order("1", "one")), json, columns, None).unwrap();
    assert_eq!(rows(&facts), ["1: one 100 -"]);
}

#[test]
fn a_list_of_a_child_that_is_there_twice_counts_once() {
    let refund = |second| {
        format!(
            "{{\"id\":\"gid://s/Refund/5\",\"sums\":[{{\"amount\":1}},{{\"amount\":{second}}}],\
             \"__parentId\":\"gid://s/Order/1\"}}\n"
        )
    };
    let record = "{\"id\":\"gid://s/Order/1\",\"name\":\"one\"}\n".to_owned();
    let read = |lines: String| {
        let columns = ["refunds.id", "refunds.sums.amount", "name"];
        read_mapped("x.ndjson", &lines, children(Some("refunds.sums")), columns, None).unwrap()
    };
    let facts = read(refund(2) + &record + &refund(2));
    assert_eq!(rows(&facts), ["1: gid://s/Refund/5 100 one", "1: gid://s/Refund/5 200 one"]);
    assert_eq!(facts.rejects.len(), 0);
    assert_eq!(rows(&read(refund(2) + &record + &refund(3))), Vec::<String>::new());
}

#[test]
fn a_record_is_left_out_of_which_two_children_have_one_id_and_differ() {
    let lines = [
        order("1", "one"),
        child("LineItem", "11", "1", "1"),
        order("2", "two"),
        child("LineItem", "21", "1", "2"),
        child("LineItem", "11", "2", "1"),
    ];
    let facts = read_mapped("x.ndjson", &lines.concat(), children(Some("lines")), COLUMNS, None).unwrap();
    assert_eq!(rows(&facts), ["4: gid://shopify/LineItem/21/M 100 two"]);
    assert_eq!(
        messages(&facts),
        [
            "5 `lines.id` `gid://shopify/LineItem/11` another child of the same record has this id and other values: the \
          record is left out with all of its `lines`; read each export by itself"
        ]
    );
    // Of different records it is told which child is whose.
    let lines = lines[..4].concat() + &child("LineItem", "11", "2", "2");
    let facts = read_mapped("x.ndjson", &lines, children(Some("lines")), COLUMNS, None).unwrap();
    assert_eq!((rows(&facts).len(), facts.rejects.len()), (3, 0));
}

/// Reads the sums of the children of each record.
fn sums(lines: &str) -> Facts {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.ndjson");
    std::fs::write(&path, lines).unwrap();
    let columns = [
        ("adjustment_id", "agree(name)"),
        ("customer_id", "'C'"),
        ("adjusted_at", "'2024-05-01'"),
        ("amount", "sum(lines.price)"),
    ];
    let columns = columns.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
    let types = vec![("lines.price".to_owned(), ColumnType::Decimal)];
    let mapping = Mapping { columns, types, group_by: vec!["id".to_owned()], ..Mapping::default() };
    let input = input_of(&path, FactKind::Adjustments, CsvOptions::default(), Some(mapping));
    read_input(Input { json: children(Some("lines")), ..input }).unwrap()
}

#[test]
fn a_child_without_its_record_rejects_no_other() {
    let lines = [
        order("1", "one"),
        child("LineItem", "11", "1", "1"),
        child("LineItem", "91", "7", "9"),
        order("2", "two"),
        child("LineItem", "21", "2", "2"),
        child("LineItem", "12", "3", "1"),
    ];
    let facts = sums(&lines.concat());
    assert_eq!(rows(&facts), ["2: one 400 -", "5: two 200 -"]);
    assert_eq!(
        messages(&facts),
        [
            "3 `__parentId` `gid://shopify/Order/9` no record of the file has this id: export records and children together"
        ]
    );
}

#[test]
fn records_are_left_out_that_a_line_which_cannot_be_read_may_belong_to() {
    let lines = [
        order("1", "one"),
        child("LineItem", "11", "1", "1"),
        order("2", "two"),
        "{\"id\":\n".to_owned(),
        child("LineItem", "31", "2", "3"),
        order("3", "three"),
        order("4", "four"),
        child("LineItem", "41", "3", "4"),
    ];
    let facts = sums(&lines.concat());
    assert_eq!(rows(&facts), ["2: one 100 -", "8: four 300 -"]);
    let beside = "`lines` `` a line beside its lines cannot be read, and may be one of them: it is left out with all of \
                  its `lines`";
    let said = messages(&facts);
    assert_eq!([&said[0], &said[2]], [&format!("3 {beside}"), &format!("6 {beside}")]);
    assert!(said[1].starts_with("4 `` `{\"id\":` the line is no JSON: it ends"), "{}", said[1]);
    assert_eq!(said.len(), 3);
}

#[test]
fn a_list_within_a_child_is_unnested_beside_the_record() {
    let lines = "{\"id\":\"gid://s/Refund/5\",\"sums\":[{\"amount\":1},{\"amount\":2}],\"__parentId\":\"gid://s/Order/1\"}\n\
                 {\"id\":\"gid://s/Order/1\",\"name\":\"a \\\"__parentId\\\"\"}\n";
    let columns = ["refunds.id", "refunds.sums.amount", "name"];
    let facts = read_mapped("x.ndjson", lines, children(Some("refunds.sums")), columns, None).unwrap();
    assert_eq!(rows(&facts), ["1: gid://s/Refund/5 100 a \"__parentId\"", "1: gid://s/Refund/5 200 a \"__parentId\""]);
}

#[test]
fn a_name_that_no_child_has_is_refused() {
    let lines = order("1", "one") + &child("LineItem", "11", "1", "1");
    let said = |columns| read_mapped("x.ndjson", &lines, children(Some("lines")), columns, None).err().unwrap();
    assert!(said(["lines.id", "lines.cost", "name"]).contains("no row has `lines.cost`, which `columns.amount`"));
    assert!(said(["lines.id", "lines.Price", "name"]).contains("most have `lines.price`"));
    assert!(said(["lines.id", "lines.price.amount", "name"]).contains("no row has `lines.price.amount`"));
}

#[test]
fn a_file_may_have_no_children_but_not_those_of_a_misspelled_kind() {
    let facts = read_mapped("x.ndjson", &order("1", "one"), children(Some("lines")), COLUMNS, None).unwrap();
    assert_eq!((facts.adjustments.rows.len(), facts.rejects.len(), facts.files[0].nowhere.len()), (0, 0, 0));
    let lines = order("1", "one") + &child("lineItem", "11", "1", "1");
    assert_eq!(
        read_mapped("x.ndjson", &lines, children(Some("lines")), COLUMNS, None).err().unwrap(),
        "x.ndjson: no line is the child of another with an id of `LineItem`, and some have one of `lineItem`: mend \
         `children`"
    );
}

#[test]
fn many_lines_are_joined_in_the_order_of_their_records() {
    // 2 MB of children before 30 records, so that there are several pieces and several batches.
    let price = |number: usize| number % 7 + 1;
    let lines: String = (0..20_000)
        .map(|number| child("LineItem", &number.to_string(), &price(number).to_string(), &(number % 30).to_string()))
        .chain((0..30).map(|number| order(&number.to_string(), &format!("n{number}"))))
        .collect();
    let columns = ["lines.id", "lines.price", "name"];
    let found = rows(&read_mapped("x.ndjson", &lines, children(Some("lines")), columns, None).unwrap());
    assert_eq!(found.len(), 20_000);
    let in_order = (0..30).flat_map(|record| (record..20_000).step_by(30));
    for (number, row) in in_order.zip(&found) {
        let expected = format!("{}: gid://shopify/LineItem/{number} {}00 n{}", number + 1, price(number), number % 30);
        assert_eq!(*row, expected);
    }
}

#[test]
fn records_and_children_far_from_each_other_are_joined() {
    // 3 MB: all children, from the last to the first, then all records, so that each piece of children has some of
    // many.
    let (records, each) = (12_000, 2);
    let name = |number: usize| format!("n{number}");
    let lines: String = (0..records * each)
        .rev()
        .map(|number| child("LineItem", &number.to_string(), "1", &(number % records).to_string()))
        .chain((0..records).map(|number| order(&number.to_string(), &name(number))))
        .collect();
    let facts = sums(&lines);
    assert_eq!(facts.rejects.len(), 0);
    // The first line of a record's children is that of its last child.
    let expected = (0..records).map(|number| format!("{}: {} 200 -", records - number, name(number)));
    assert!(rows(&facts).into_iter().eq(expected));
}

/// Returns a child without an id.
fn bare(typename: &str, price: &str, order: &str) -> String {
    format!("{{{typename}\"price\":{price},\"code\":\"c{price}\",\"__parentId\":\"gid://shopify/Order/{order}\"}}\n")
}

#[test]
fn children_without_an_id_are_told_by_their_type() {
    let discounts = JsonOptions {
        unnest: Some("discounts".to_owned()),
        children: vec![("discounts".to_owned(), "Discount".to_owned())],
        ..JsonOptions::default()
    };
    let columns = ["discounts.code", "discounts.price", "name"];
    let typed = "\"__typename\":\"Discount\",";
    let mut lines = [
        bare(typed, "1", "1"),
        order("1", "one"),
        bare("\"__typename\":\"Shipping\",", "7", "1"),
        child("LineItem", "11", "9", "1"),
        bare("", "8", "1"),
        bare(typed, "2", "2"),
        order("2", "two"),
    ];
    for _ in 0..lines.len() {
        lines.rotate_left(1);
        let facts = read_mapped("x.ndjson", &lines.concat(), discounts.clone(), columns, None).unwrap();
        let mut found: Vec<String> =
            rows(&facts).iter().map(|row| row.split_once(": ").unwrap().1.to_owned()).collect();
        found.sort();
        assert_eq!(found, ["c1 100 one", "c2 200 two"]);
        assert_eq!(facts.rejects.len(), 0);
    }
    // An id that tells the kind counts more.
    let line = child("LineItem", "11", "9", "1").replace("{\"id\"", &format!("{{{typed}\"id\""));
    let lines = order("1", "one") + &line;
    let facts = read_mapped("x.ndjson", &lines, children(Some("lines")), COLUMNS, None).unwrap();
    assert_eq!(rows(&facts).len(), 1);
    let untold = order("1", "one") + &bare("", "1", "1");
    assert_eq!(
        read_mapped("x.ndjson", &untold, discounts, columns, None).err().unwrap(),
        "x.ndjson: no line is the child of another with an id of `Discount`, and some children have neither an `id` that \
         says of what they are nor `__typename`: ask for one of them in the query"
    );
}

#[test]
fn children_of_children_are_refused_in_any_order_of_lines() {
    let json = JsonOptions {
        unnest: Some("allocations".to_owned()),
        children: vec![("allocations".to_owned(), "Allocation".to_owned())],
        ..JsonOptions::default()
    };
    let grandchild = child("Allocation", "3", "1", "1").replace("Order/1", "LineItem/11");
    let mut lines = [order("1", "one"), child("LineItem", "11", "9", "1"), grandchild];
    for _ in 0..lines.len() {
        lines.rotate_left(1);
        let columns = ["allocations.id", "allocations.price", "name"];
        assert_eq!(
            read_mapped("x.ndjson", &lines.concat(), json.clone(), columns, None).err().unwrap(),
            "x.ndjson: lines of `Allocation` are the children of lines of `LineItem`, which are children themselves, and \
             children of children are not joined: take `allocations` out of `children`, and ask in the query for a plain \
             list (without `edges`) within each `LineItem`, which `unnest` can make rows of"
        );
    }
}
