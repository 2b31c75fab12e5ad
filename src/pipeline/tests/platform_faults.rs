//! What is wrong with a platform of one's own, as it is printed.

use super::{pipeline_faults, pipeline_file, with_input};

#[test]
fn a_folder_that_is_named_as_a_platform_is_told_from_one() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("mine")).unwrap();
    let text = with_input("[[input]]\nkind = \"orders\"\npath = \"o.csv\"\nplatform = \"mine\"\n");
    let reading = pipeline_file::parse(text, &folder.path().join("n.toml"));
    let said: Vec<String> = reading.faults.iter().filter_map(|fault| fault.remedy.clone()).collect();
    assert_eq!(said, ["write `./mine` if you mean the folder"]);
}

/// Returns the faults of an input with a platform of its own, whose files are these, without the name of its folder.
fn platform_faults(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let own = format!("{}/", folder.path().display());
    let input = format!("[[input]]\nkind = \"orders\"\npath = \"o.csv\"\nplatform = \"{own}\"\n");
    pipeline_faults(&with_input(&input)).replace(&own, "")
}

const SHARED: &str = r#"title = "Mine"
[define]
is_yen = "code = 'JPY'"
goods = "case when is_yen then round(net, 0) else round(net, 2) end"
"#;

#[test]
fn mappings_of_a_platform_share_definitions_of_their_file_and_of_the_platform() {
    let orders = r#"[define]
net = "price * (1 - discount)"
[[variant]]
name = "one"
header = ["no", "price", "discount", "currency"]
types = { price = "decimal", discount = "decimal" }
define = { code = "currency" }
columns = { order_id = "no", email = "no", placed_at = "no", items_amount = "goods", total_amount = "price" }
[[variant]]
name = "other"
header = ["nr", "price", "discount", "waehrung"]
types = { price = "decimal", discount = "decimal" }
define = { code = "upper(waehrung)" }
columns = { order_id = "nr", email = "nr", placed_at = "nr", items_amount = "net", total_amount = "goods" }
"#;
    assert_eq!(platform_faults(&[("platform.toml", SHARED), ("orders.toml", orders)]), "no faults");

    // A definition of the platform may be used by the mappings of other files alone.
    let faults =
        platform_faults(&[("platform.toml", SHARED), ("orders.toml", &orders.replace("\"goods\"", "\"net\""))]);
    assert_eq!(
        faults,
        r#"orders.toml:7:19: `code`: no expression uses it: leave it out
orders.toml:13:19: `code`: no expression uses it: leave it out"#
    );
}

#[test]
fn shared_definitions_are_refused_where_they_stand() {
    let variant = r#"[[variant]]
name = "one"
header = ["no", "price", "is_yen"]
types = { price = "decimal" }
define = { code = "currency", extra = "price" }
columns = { order_id = "no", email = "no", placed_at = "no", items_amount = "goods", total_amount = "extra" }
"#;
    let orders = format!("[define]\nnet = \"price +\"\nextra = \"price\"\nrest = \"price\"\n{variant}");
    assert_eq!(
        platform_faults(&[("platform.toml", SHARED), ("orders.toml", &orders)]),
        r#"orders.toml:2:7: `net` is not an expression of SQL: it ends where an expression is expected
  help: names of columns with blanks stand in double quotes, texts in single ones
orders.toml:5:1: `is_yen` is a column of the file, and a definition that several mappings share
  help: give the definition another name
orders.toml:9:31: `extra` is defined for all mappings already
  help: leave one of the two out, or choose another name"#
    );
    let unused = variant.replace(", \"is_yen\"", "").replace(", extra = \"price\"", "").replace("\"goods\"", "\"net\"");
    let orders = format!("[define]\nnet = \"number(code)\"\nextra = \"price\"\nrest = \"price\"\n{unused}");
    assert_eq!(
        platform_faults(&[("platform.toml", SHARED), ("orders.toml", &orders)]),
        "orders.toml:4:8: `rest`: no expression uses it: leave it out"
    );
}
