//! What the values of each kind become, or why not.

use crate::tests::*;
use RejectReason::*;
use accrue_facts::{Extras, InputIndex};
use accrue_kernel::facts::RefundMethod;
use accrue_kernel::money::Amount;

/// Reads orders with the given columns after `order_id,customer_id,placed_at,items_amount,total_amount`.
fn order(columns: &str, values: &str) -> Facts {
    let header = "order_id,customer_id,placed_at,items_amount,total_amount";
    read_csv(&format!("{header},{columns}\n1,C,2024-05-01,10,12,{values}\n"), FactKind::Orders)
}

fn fault_of(columns: &str, values: &str) -> (String, RejectReason) {
    let facts = order(columns, values);
    let reject = facts.rejects.first().unwrap_or_else(|| panic!("`{values}` was accepted"));
    assert_eq!(facts.orders.rows.len(), 0);
    (reject.column.clone(), reject.reason)
}

#[test]
fn an_order_is_read_whole() {
    let text = "order_id,customer_id,email,placed_at,paid_at,cancelled_at,currency,items_amount,total_amount,\
        credit_amount,refunded_amount,updated_at,void\n\
        007, C1 ,a@b.c,2024-05-01 08:00:00,2024-05-01T12:00:01Z,2024-05-02,jpy,1000,1200,100,50,2024-05-03 9:00 +0200,YES\n";
    let facts = read_csv(text, FactKind::Orders);
    assert_eq!(texts(&facts.orders), ["007|C1|a@b.c"]);
    let row = &facts.orders.rows[0];
    assert_eq!(shown(row.placed_at), "2024-05-01T12:00:00Z");
    let extras = facts.orders.extras(0);
    assert_eq!(shown(row.paid_at(extras)), "2024-05-01T12:00:01Z");
    assert_eq!(shown(extras.cancelled_at), "2024-05-02T04:00:00Z");
    assert_eq!(shown(facts.orders.updated_at(0)), "2024-05-03T07:00:00Z");
    assert_eq!(row.currency.code(), "JPY");
    assert_eq!([row.items(extras), row.total(extras)].map(Amount::minor), [1000, 1200]);
    assert_eq!([extras.credit, extras.refunded].map(Amount::minor), [100, 50]);
    assert!(row.void);
    let placed_at = row.placed_at.get().expect("an order is placed");
    assert_eq!(facts.newest(InputIndex::new(0), placed_at), Some(placed_at));
    assert_eq!(facts.newest(InputIndex::new(0), placed_at.plus_micros(-1)), None);
    assert_eq!(facts.newest(InputIndex::new(1), placed_at), None);
}

#[test]
fn what_an_order_leaves_out_has_its_default() {
    let facts = order("paid_at", "");
    let row = &facts.orders.rows[0];
    assert_eq!((row.paid_at(&Extras::NONE), facts.orders.updated_at(0)), (Time::NULL, Time::NULL));
    assert_eq!((row.currency.code(), row.void, *facts.orders.extras(0)), ("USD", false, Extras::NONE));
}

#[test]
fn values_that_do_not_fit_reject_the_row_with_column_and_reason() {
    let credit = |value| fault_of("credit_amount", value).1;
    for value in ["\"1,234.56\"", "1e3", "NaN", "$5", "5.", "TRUE"] {
        assert_eq!(credit(value), Malformed, "{value}");
    }
    assert_eq!(credit("-0.01"), Negative);
    assert_eq!(credit("0.001"), TooPrecise);
    assert_eq!(credit("1000000000"), OutOfRange);
    assert_eq!(credit(&"9".repeat(30)), OutOfRange);
    assert_eq!(fault_of("currency", "XXX"), ("currency".to_string(), UnknownCurrency));
    assert_eq!(fault_of("paid_at", "0000-01-01"), ("paid_at".to_string(), Malformed));
    assert_eq!(fault_of("void", "maybe"), ("void".to_string(), Malformed));
    assert_eq!(order("credit_amount", "-0").orders.extras(0).credit.minor(), 0);
    assert_eq!(order("credit_amount", "1.500").orders.extras(0).credit.minor(), 150);
    for time in
        ["9999-12-31", "0001-01-01T00:00:00Z", "1989-12-31T23:59:59.999999Z", "2100-01-01T00:00:00Z", "1969-12-31"]
    {
        assert_eq!(fault_of("paid_at", time), ("paid_at".to_string(), Implausible), "{time}");
        assert_eq!(fault_of("updated_at", time), ("updated_at".to_string(), Implausible), "{time}");
    }
    for time in ["1990-01-01T00:00:00Z", "1989-12-31 20:00", "2099-12-31", "2099-12-31T23:59:59.999999Z"] {
        assert_eq!(order("paid_at", time).orders.rows.len(), 1, "{time}");
    }
}

#[test]
fn messages_quote_the_value_and_name_the_remedy() {
    let message = |columns, values| order(columns, values).rejects[0].message.clone();
    assert_eq!(message("credit_amount", "1e3"), "`1e3` is not a plain decimal number such as 1234.56");
    assert_eq!(message("credit_amount", "1.005"), "`1.005` has more decimals than USD has minor units (2)");
    assert_eq!(message("credit_amount", "-1"), "`-1` is negative, and here only zero or more is allowed");
    assert_eq!(
        message("currency", "Dollar"),
        "`Dollar` is not a code of ISO 4217 such as `USD`: a mapping can say which currency it means (`case when ... end`)"
    );
    assert_eq!(
        message("paid_at", "05/01/2024"),
        "`05/01/2024` is not a time of the years 1 to 9999 such as `2024-05-01`, `2024-05-01 12:00:00` (local time) or `2024-05-01T12:00:00+02:00`: it can be read with a mapping with the type `time:%m/%d/%Y` where the month stands first, or a mapping with the type `time:%d/%m/%Y` where the day does: the values do not tell"
    );
    assert_eq!(
        message("void", "x"),
        "`x` is neither `true` nor `false`, `yes` nor `no`, `1` nor `0`: a mapping can say what it means (`case when ... end`)"
    );
}

#[test]
fn the_first_fault_in_the_order_of_the_files_columns_is_reported() {
    let text = "order_id,email,placed_at,currency,items_amount,total_amount,void\n\
        ,,x,x,x,x,x\n1,,x,x,x,x,x\n1,e,x,x,x,x,x\n1,e,2024-05-01,x,x,x,x\n1,e,2024-05-01,,x,x,x\n1,e,2024-05-01,,1,,x\n\
        1,e,2024-05-01,,1,1,x\n";
    let facts = read_csv(text, FactKind::Orders);
    let expected = [
        (2, "order_id", "", Missing),
        (3, "", "", NoOwner),
        (4, "placed_at", "x", Malformed),
        (5, "currency", "x", UnknownCurrency),
        (6, "items_amount", "x", Malformed),
        (7, "total_amount", "", Missing),
        (8, "void", "x", Malformed),
    ];
    assert_eq!(rejects(&facts), expected);
    assert_eq!(facts.rejects[1].message, "the row has neither `customer_id` nor `email`: it must have one of them");
    assert_eq!(facts.rejects[0].message, "`order_id` is empty, and every row must have it");
    let text = "void,total_amount,items_amount,currency,placed_at,email,order_id\n\
        x,x,x,x,x,,\n,x,x,x,x,,\n,-1,x,x,x,,\n,1,x,x,x,,\n,1,1,x,x,,\n,1,1,,x,,\n,1,1,,2024-05-01,,\n,1,1,,2024-05-01,e,\n\
        ,0.001,1,,x,e,1\n,0.001,1,XXX,x,e,1\n";
    let facts = read_csv(text, FactKind::Orders);
    let expected = [
        (2, "void", "x", Malformed),
        (3, "total_amount", "x", Malformed),
        (4, "total_amount", "-1", Negative),
        (5, "items_amount", "x", Malformed),
        (6, "currency", "x", UnknownCurrency),
        (7, "placed_at", "x", Malformed),
        (8, "", "", NoOwner),
        (9, "order_id", "", Missing),
        (10, "total_amount", "0.001", TooPrecise),
        (11, "currency", "XXX", UnknownCurrency),
    ];
    assert_eq!(rejects(&facts), expected);
}

#[test]
fn a_row_of_any_kind_has_the_first_of_all_its_faults() {
    let first = |kind, header: &str, row: &str| {
        let facts = read_csv(&format!("{header}\n{row}\n"), kind);
        assert_eq!(facts.rejects.len(), 1, "{header}");
        (facts.rejects[0].column.clone(), facts.rejects[0].reason)
    };
    let is = |found: (String, RejectReason), column: &str, reason| assert_eq!(found, (column.to_owned(), reason));
    let header = "void,updated_at,spend_before,orders_before,registered_at,customer_id";
    is(first(FactKind::Registrations, header, ",x,-1,-1,x,"), "updated_at", Malformed);
    is(first(FactKind::Registrations, header, ",,-1,1.5,x,"), "spend_before", Negative);
    let header = "notify,method,amount,refunded_at,order_id,refund_id";
    is(first(FactKind::Refunds, header, "x,x,x,x,,"), "notify", Malformed);
    is(first(FactKind::Refunds, header, ",x,x,x,,"), "method", UnknownMethod);
    is(first(FactKind::Refunds, header, ",,-1,x,,"), "amount", Negative);
    let header = "currency,amount,redeemed_at,card_number,redemption_id";
    is(first(FactKind::Redemptions, header, "x,x,x,,"), "currency", UnknownCurrency);
    is(first(FactKind::Redemptions, header, ",0.001,x,,"), "amount", TooPrecise);
    is(first(FactKind::Redemptions, header, ",1,2024-05-01,,"), "", NoOwner);
    let header = "expires_at,currency,mode,amount,adjusted_at,customer_id,adjustment_id";
    is(first(FactKind::Adjustments, header, "x,x,x,x,x,,"), "expires_at", Malformed);
    is(first(FactKind::Adjustments, header, ",,to,-1,x,,"), "amount", Negative);
    is(first(FactKind::Adjustments, header, ",x,x,-1,x,,"), "currency", UnknownCurrency);
}

#[test]
fn a_registration_may_bring_its_history() {
    let text = "customer_id,registered_at,email,card_number,name,locale,orders_before,spend_before\n\
        C1,2024-05-01,,,Zoë,de-CH,3,99.5\nC2,2024-05-01,,,,,,\nC3,2024-05-01,,,,,1.5,\nC4,2024-05-01,,,,,-1,\n\
        C5,2024-05-01,,,,,1000000000,\nC6,2024-05-01,,,,,2.0,0.001\n";
    let facts = read_csv(text, FactKind::Registrations);
    assert_eq!(texts(&facts.registrations), ["C1|-|-|Zoë|de-CH", "C2|-|-|-|-"]);
    let history: Vec<_> =
        facts.registrations.rows.iter().map(|row| (row.orders_before, row.spend_before.minor())).collect();
    assert_eq!(history, [(3, 9950), (0, 0)]);
    let expected = [
        (4, "orders_before", "1.5", Malformed),
        (5, "orders_before", "-1", Negative),
        (6, "orders_before", "1000000000", OutOfRange),
        (7, "spend_before", "0.001", TooPrecise),
    ];
    assert_eq!(rejects(&facts), expected);
}

#[test]
fn a_refund_keeps_its_amount_exactly_until_its_currency_is_known() {
    let text = "refund_id,order_id,refunded_at,amount,method,notify\n\
        1,A,2024-05-01,12.3450,Store_Credit,0\n2,A,2024-05-01,-0,,\n3,A,2024-05-01,0.12345,,\n4,A,2024-05-01,-1,,\n\
        5,A,2024-05-01,1000000000,,\n6,A,2024-05-01,999999999.9999,restore,\n7,A,2024-05-01,1,cash,\n";
    let facts = read_csv(text, FactKind::Refunds);
    let rows = facts.refunds.rows.iter().map(|row| (row.amount.mantissa, row.amount.decimals, row.method, row.notify));
    let expected = [
        (12_345, 3, RefundMethod::StoreCredit, false),
        (0, 0, RefundMethod::Original, true),
        (9_999_999_999_999, 4, RefundMethod::Restore, true),
    ];
    assert_eq!(rows.collect::<Vec<_>>(), expected);
    let expected = [
        (4, "amount", "0.12345", TooPrecise),
        (5, "amount", "-1", Negative),
        (6, "amount", "1000000000", OutOfRange),
        (8, "method", "cash", UnknownMethod),
    ];
    assert_eq!(rejects(&facts), expected);
    assert_eq!(facts.rejects[3].message, "`cash` is none of `original`, `store_credit`, `restore`, `restore_first`");
}

#[test]
fn a_redemption_needs_a_customer_a_card_or_an_order() {
    let text = "redemption_id,customer_id,card_number,order_id,redeemed_at,amount,currency\n\
        1,C,,,2024-05-01,5,\n2,,K,,2024-05-01,5,KWD\n3,,,,2024-05-01,5,\n4,C,,,2024-05-01,-5,x\n5,C,,,2024-05-01,5,x\n\
        6,,,O,2024-05-01,5,\n";
    let facts = read_csv(text, FactKind::Redemptions);
    assert_eq!(texts(&facts.redemptions), ["1|C|-|-", "2|-|K|-", "6|-|-|O"]);
    let amounts: Vec<_> = facts.redemptions.rows.iter().map(|row| row.amount.minor()).collect();
    assert_eq!(amounts, [500, 5000, 500]);
    assert_eq!(
        rejects(&facts),
        [(4, "", "", NoOwner), (5, "amount", "-5", Negative), (6, "currency", "x", UnknownCurrency)]
    );
    let message = "the row has neither `customer_id` nor `card_number` nor `order_id`: it must have one of them";
    assert_eq!(facts.rejects[0].message, message);
}

#[test]
fn an_adjustment_goes_both_ways_and_expires_at_the_end_of_a_day() {
    let text = "adjustment_id,customer_id,adjusted_at,amount,mode,expires_at,reason\n\
        1,C,2024-05-01,-5,,2024-06-30,gift\n2,C,2024-05-01,5,TO,2024-06-30 12:00,\n3,C,2024-05-01,-5,to,,\n\
        4,C,2024-05-01,5,at,,\n5,C,2024-05-01,0,to,9999-12-31,\n";
    let facts = read_csv(text, FactKind::Adjustments);
    let rows = facts.adjustments.rows.iter().map(|row| (row.amount.minor(), row.to, shown(row.expires_at)));
    let expected = [
        (-500, false, "2024-07-01T04:00:00Z".to_string()),
        (500, true, "2024-06-30T16:00:00Z".to_string()),
        (0, true, "9999-12-31T23:59:59.999999Z".to_string()),
    ];
    assert_eq!(rows.collect::<Vec<_>>(), expected);
    assert_eq!(rejects(&facts), [(4, "amount", "-5", Negative), (5, "mode", "at", UnknownMethod)]);
}

#[test]
fn local_times_are_those_of_the_inputs_zone_where_it_has_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.csv");
    std::fs::write(&path, "customer_id,registered_at\nC,2024-05-01\n").unwrap();
    let input = |timezone| Input {
        kind: FactKind::Registrations,
        path: path.clone(),
        format: None,
        csv: CsvOptions::default(),
        json: JsonOptions::default(),
        timezone,
        values: ValueOptions::default(),
        mapping: None,
        versions: None,
        min_rows: None,
        max_age_days: None,
        written_path: String::new(),
        passed_over: Vec::new(),
        sheet: None,
        rows: None,
        kept_since: None,
        variants: Vec::new(),
        of_other_variants: Vec::new(),
    };
    let zone = LocalCalendar::new(chrono_tz::UTC);
    let inputs = [input(Some(chrono_tz::Europe::Zurich)), input(None)];
    let facts = read(
        &inputs,
        &Asked {
            kept: &[],
            currency: Currency::from_code("USD").unwrap(),
            zone: &zone,
            keep: Keep::Everything,
            is_stopped: &|| false,
        },
        &|_| (),
    )
    .unwrap();
    let times: Vec<_> = facts.registrations.rows.iter().map(|row| shown(row.registered_at)).collect();
    assert_eq!(times, ["2024-04-30T22:00:00Z", "2024-05-01T00:00:00Z"]);
}
