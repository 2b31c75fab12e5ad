//! Files that are none, links that lead elsewhere, and what would never end: refused, in no time, and nothing is
//! posted.

use super::{ORDERS, PIPELINE, PROGRAM, RUN, Shop};
use insta::assert_snapshot;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Command;

/// Puts a FIFO in the place of a file; whoever opens it to read waits for somebody who writes.
fn fifo(shop: &Shop, name: &str) {
    let _ = fs::remove_file(shop.path(name));
    assert!(Command::new("mkfifo").arg(shop.path(name)).status().unwrap().success());
}

fn globbed() -> Shop {
    let shop = Shop::new();
    shop.replace(PIPELINE, "shop/orders.csv", "shop/orders*.csv");
    shop
}

#[test]
fn what_is_no_regular_file_is_refused_in_a_glob_and_by_its_name() {
    let mut said = Vec::new();
    let shop = globbed();
    fifo(&shop, "fixtures/shop/orders-pipe.csv");
    said.push(shop.session(RUN));
    let shop = globbed();
    let _socket = UnixListener::bind(shop.path("fixtures/shop/orders-socket.csv")).unwrap();
    said.push(shop.session(RUN));
    let shop = globbed();
    symlink("/dev/zero", shop.path("fixtures/shop/orders-zero.csv")).unwrap();
    said.push(shop.session(RUN));
    let shop = Shop::new();
    fifo(&shop, ORDERS);
    said.push(shop.session(RUN));
    assert_snapshot!(said.join("\n"));
}

#[test]
fn a_fifo_in_the_place_of_a_pipeline_a_program_a_template_or_a_plan_is_refused() {
    let mut said = Vec::new();
    for name in [PIPELINE, PROGRAM] {
        let shop = Shop::new();
        fifo(&shop, name);
        said.push(shop.session(RUN));
    }
    let shop = Shop::new();
    shop.replace(PROGRAM, "[emails]", "[emails]\ntemplates = \"mails\"");
    fs::create_dir(shop.path("pipelines/programs/mails")).unwrap();
    fifo(&shop, "pipelines/programs/mails/received.txt");
    said.push(shop.session(RUN));
    let shop = Shop::with_book();
    fifo(&shop, "tonight.plan");
    said.push(shop.session("apply tonight.plan"));
    assert_snapshot!(said.join("\n"));
}

/// Kubernetes shows the files of a volume by links to links, which it turns all at once.
#[test]
fn links_are_followed_where_the_pipeline_names_them_and_below_the_folder_of_a_glob() {
    let plain = Shop::new();
    plain.succeed(&format!("{RUN} --out ledger --format csv"));
    let by_name = Shop::new();
    fs::create_dir(by_name.path("dumps")).unwrap();
    fs::rename(by_name.path(ORDERS), by_name.path("dumps/orders-2024-06-30.csv")).unwrap();
    symlink("../../dumps/orders-2024-06-30.csv", by_name.path(ORDERS)).unwrap();
    let mounted = globbed();
    fs::create_dir(mounted.path("fixtures/shop/..2024_06_30")).unwrap();
    fs::rename(mounted.path(ORDERS), mounted.path("fixtures/shop/..2024_06_30/orders.csv")).unwrap();
    symlink("..2024_06_30", mounted.path("fixtures/shop/..data")).unwrap();
    symlink("..data/orders.csv", mounted.path(ORDERS)).unwrap();
    for shop in [by_name, mounted] {
        shop.succeed(&format!("{RUN} --out ledger --format csv"));
        assert_eq!(shop.read("ledger/balances.csv"), plain.read("ledger/balances.csv"));
    }
}

#[test]
fn a_link_out_of_the_folder_of_a_glob_is_refused() {
    let mut said = Vec::new();
    for target in ["../../secret.csv", "nowhere.csv"] {
        let shop = globbed();
        shop.write("secret.csv", "root:x:0:0\n");
        symlink(target, shop.path("fixtures/shop/orders-new.csv")).unwrap();
        said.push(shop.session(RUN));
        assert!(!said[0].contains("root:x"), "{}", said[0]);
    }
    let shop = Shop::new();
    shop.replace(PIPELINE, "shop/orders.csv", "*/orders.csv");
    shop.write("elsewhere/orders.csv", "root:x:0:0\n");
    symlink("../elsewhere", shop.path("fixtures/other")).unwrap();
    said.push(shop.session(RUN));
    assert_snapshot!(said.join("\n"));
}

#[test]
fn a_template_that_never_ends_and_a_condition_that_is_too_deep_are_refused_with_their_place() {
    let mut said = Vec::new();
    for source in [
        "Hello\n{% for a in range(9999) %}{% for b in range(9999) %}.{% endfor %}{% endfor %}\n".to_owned(),
        format!("Hello\n{{% set a = \"xxxxxxxx\" %}}{}{{{{ a }}}}\n", "{% set a = a ~ a %}".repeat(40)),
        format!("Hello\n\n{{{{ {}name }}}}\n", "not ".repeat(50_000)),
    ] {
        let shop = Shop::new();
        shop.replace(PROGRAM, "[emails]", "[emails]\ntemplates = \"mails\"");
        shop.write("pipelines/programs/mails/received.txt", source);
        said.push(shop.session(RUN));
    }
    let shop = Shop::new();
    let deep = format!("{}order_id <> 'x'{}", "(".repeat(10_000), ")".repeat(10_000));
    let mapping = "columns = { order_id = \"order_id\", email = \"email\", placed_at = \"placed_at\", items_amount = \
                   \"items_amount\", total_amount = \"total_amount\" }";
    shop.replace(PIPELINE, "shop/orders.csv\"", &format!("shop/orders.csv\"\nwhere = \"{deep}\"\n{mapping}"));
    said.push(shop.session(RUN));
    assert_snapshot!(said.join("\n"));
}
