//! Programs, pipelines and templates that are refused: exit code 4, every fault with its place and remedy.

use super::{PIPELINE, PROGRAM, RUN, Shop};
use insta::assert_snapshot;

#[test]
fn a_missing_pipeline_or_program_is_named() {
    let shop = Shop::new();
    let pipeline = shop.session("run pipelines/nighty.toml");
    let folder = shop.session("run pipelines");
    let other = shop.session(&format!("{RUN} --program pipelines/programs/spring.toml"));
    shop.remove(PROGRAM);
    assert_snapshot!([pipeline, folder, other, shop.session(RUN)].join("\n"));
}

#[test]
fn unknown_keys_and_words_are_answered_with_the_nearest() {
    let shop = Shop::new();
    shop.replace(PIPELINE, "output = ", "ouput = ");
    shop.replace(PIPELINE, "kind = \"orders\"", "kind = \"order\"");
    shop.replace(PROGRAM, "min_spend", "min_spent");
    shop.replace(PROGRAM, "\"registration\"", "\"registrations\"");
    shop.replace(PROGRAM, "[emails]", "[mails]");
    assert_snapshot!(shop.session(RUN));
}

#[test]
fn an_unknown_zone_or_currency_is_answered_with_the_nearest() {
    let shop = Shop::new();
    shop.replace(PROGRAM, "America/New_York", "America/New_Yrk");
    shop.replace(PROGRAM, "\"USD\"", "\"usd\"");
    assert_snapshot!(shop.session(RUN));
}

#[test]
fn a_reward_that_is_the_wrong_way_round_is_warned_of_and_stops_nothing() {
    let shop = Shop::new();
    shop.replace(PROGRAM, "{ every = \"10.00\", receive = \"0.50\" }", "{ every = \"0.50\", receive = \"10.00\" }");
    for command in [RUN.to_owned(), RUN.replacen("run", "check", 1)] {
        let told = String::from_utf8(shop.succeed(&command).stderr).unwrap();
        let warning = told.lines().take(2).collect::<Vec<_>>().join("\n");
        let expected = "warning: pipelines/programs/fixture.toml:14:1: rule `per_order` gives 10.00 for each 0.50 of an \
                        order: the reward is more than what earns it\n  help: did you mean { every = \"10.00\", receive \
                        = \"0.50\" }, which is 5 % of an order?";
        assert_eq!(warning, expected);
    }
}

#[test]
fn tiers_out_of_order_are_refused() {
    let shop = Shop::new();
    let tiers = "[{ orders = 3, receive = \"2.00\" }, { orders = 2, receive = \"1.00\" }]";
    shop.replace(PROGRAM, "[{ orders = 3, receive = \"2.00\" }]", tiers);
    assert_snapshot!(shop.session(RUN));
}

#[test]
fn two_versions_in_force_at_once_are_refused() {
    let shop = Shop::new();
    let spring =
        "\n[[rule]]\nid = \"spring\"\nmethod = \"first_order\"\nfrom = 2024-03-01\nreward = { fixed = \"6.00\" }\n";
    shop.append(PROGRAM, spring);
    assert_snapshot!(shop.session(RUN));
}

#[test]
fn a_program_without_rules_is_refused() {
    let shop = Shop::new();
    shop.write(PROGRAM, "[program]\ncurrency = \"USD\"\ntimezone = \"UTC\"\n");
    assert_snapshot!(shop.session(RUN));
}

#[test]
fn text_that_is_no_toml_is_shown_where() {
    let shop = Shop::new();
    shop.append(PROGRAM, "[debt\ncarry = yes\n");
    let syntax = shop.session(RUN);
    shop.write(PROGRAM, b"# caf\xe9\n");
    assert_snapshot!([syntax, shop.session(RUN)].join("\n"));
}

#[test]
fn faults_of_templates_are_shown_where() {
    let shop = Shop::new();
    shop.replace(PROGRAM, "[emails]", "[emails]\ntemplates = \"../../mails\"");
    let missing = shop.session(RUN);
    shop.write("mails/redeemed.txt", "{% if amount\n");
    shop.write("mails/recieved.html", "<p></p>\n");
    let names_and_syntax = shop.session(RUN);
    shop.remove("mails/recieved.html");
    shop.write("mails/redeemed.txt", "Dear {{ nmae }}\n");
    assert_snapshot!([missing, names_and_syntax, shop.session(RUN)].join("\n"));
}
