//! The wording for events, rewards and reasons, shared by all formats but JSON.

use super::model::{
    Counted, CurrencyTold, EventKind, EventTold, Figures, Formula, LotTold, MailTold, NotGrantedFigures, Reclaimed,
    Step, Sums,
};
use accrue_text::visible;

/// Returns what happened.
pub(super) fn event(event: &EventTold) -> String {
    let id = visible(&event.id);
    let order = event.order.as_deref().map(visible).unwrap_or_default();
    let what = match &event.figures {
        Figures::Registration { .. } => "registered".to_owned(),
        Figures::Order { counted: Some(Counted { orders: 1, .. }), .. } => format!("order {id}, first order"),
        Figures::Order { counted: Some(Counted { orders, .. }), .. } => format!("order {id}, order {orders}"),
        Figures::Order { counted: None, .. } => format!("order {id}"),
        Figures::Refund { amount, method, order_total, .. } => {
            format!("refund {id} of {order}: {amount} of {order_total}, {}", refund_method(method))
        }
        Figures::Cancellation { order_total, amount } => {
            let rest = amount.as_ref().map(|amount| format!(": {amount} of {order_total}")).unwrap_or_default();
            format!("cancellation of {order}{rest}")
        }
        Figures::Redemption { amount } if order.is_empty() => format!("redemption {id}: {amount}"),
        Figures::Redemption { amount } => format!("redemption {id} for {order}: {amount}"),
        Figures::Adjustment { mode, amount, .. } => format!("adjustment {id}: {mode} {amount}"),
        Figures::Expiry {} => "credit ends".to_owned(),
        Figures::Posting {} => format!("{id}"),
    };
    match event.not_counted {
        None => what,
        Some("unpaid") => format!("{what}: not paid, so it earns nothing"),
        Some("cancelled_before_payment") => format!("{what}: cancelled before its payment, so it earns nothing"),
        Some("after_as_of") => format!("{what}: later than this page"),
        Some(_) => format!("{what}: not used, the program takes redemptions from orders"),
    }
}

fn refund_method(method: &str) -> &str {
    match method {
        "store_credit" => "as store credit",
        "restore" => "as the credit that paid",
        "restore_first" => "as the credit that paid, then as new credit",
        _ => "as it was paid",
    }
}

/// Returns the figures of an event, if there is something to say about them.
pub(super) fn figures(event: &EventTold, earn_on_credit: bool) -> Option<String> {
    match &event.figures {
        Figures::Registration { orders_before, spend_before } if *orders_before > 0 || is_any(spend_before) => {
            Some(format!("{orders_before} orders and {spend_before} spent before the exports begin"))
        }
        Figures::Order { items, credit, total, counted: Some(Counted { value, .. }) } => {
            let of = match (earn_on_credit, is_any(value)) {
                (true, _) => format!("value {value} = items {items}"),
                (false, true) => format!("value {value} = items {items} - paid with credit {credit}"),
                (false, false) => format!("value {value} = items {items} - paid with credit {credit}, at least 0"),
            };
            Some(format!("{of}; total {total}"))
        }
        Figures::Adjustment { mode: "to", amount, worked_out: Some(worked_out) } => {
            Some(format!("{amount} - {} before = {}", worked_out.balance_before, worked_out.change))
        }
        _ => None,
    }
}

/// Returns the parts of a formula, the last of which gives the amount.
pub(super) fn formula(formula: &Formula, amount: &str) -> Vec<String> {
    match formula {
        Formula::Stated {} => vec![format!("{amount} as stated")],
        Formula::Settled { settled } => vec![format!("{settled} that credit had paid and debt had taken since")],
        Formula::RestOfRefund {
            refund,
            paid_with_credit,
            given_back_before,
            given_back_by_cancellation,
            given_back,
            settled,
        } => {
            let before = is_any(given_back_before).then(|| format!("{given_back_before} given back by refunds before"));
            let cancelled =
                is_any(given_back_by_cancellation).then(|| format!("{given_back_by_cancellation} by the cancellation"));
            let paid = format!("credit had paid {paid_with_credit} of the order");
            let paid = [paid].into_iter().chain(before).chain(cancelled).collect::<Vec<_>>().join(", ");
            let settled = if is_any(settled) { format!(" + {settled} that debt had taken") } else { String::new() };
            vec![paid, format!("{refund} - {given_back} that goes back{settled}")]
        }
        Formula::Fixed { fixed } => vec![format!("fixed {fixed}")],
        Formula::ValueSteps { value, every, receive, steps, unused } => {
            let unused = if is_any(unused) { format!(" + {unused} unused") } else { String::new() };
            vec![format!("{value} = {steps} x {every}{unused}"), format!("{steps} x {receive}")]
        }
        Formula::SpendSteps { spend_before, spend, every, receive, steps, carried } => {
            let times = if steps == "1" { "once".to_owned() } else { format!("{steps} times") };
            vec![
                format!("spend {spend_before} to {spend} passes a multiple of {every} {times}, {carried} carried"),
                format!("{steps} x {receive}"),
            ]
        }
        Formula::Prorated { value, every, receive, exact } => {
            vec![format!("{value} x {receive} / {every} = {}{}", exact.shown, rounded(exact.dropped_numerator))]
        }
        Formula::OrderTier { orders, receive } => vec![format!("tier: order {orders} gives {receive}")],
        Formula::SpendTiers { spend_before, spend, tiers } => {
            let tiers: Vec<String> = tiers.iter().map(|tier| format!("{} for {}", tier.receive, tier.spend)).collect();
            vec![format!("spend {spend_before} to {spend} passes"), tiers.join(" + ")]
        }
    }
}

fn rounded(dropped: i64) -> &'static str {
    if dropped == 0 { "" } else { ", rounded down" }
}

/// Returns why a rule gives nothing.
pub(super) fn not_granted(reason: &str, figures: &NotGrantedFigures, currency: &str) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let [value, short, local] = [&figures.value, &figures.short, &figures.local].map(text);
    let [spend_before, spend, every] = [&figures.spend_before, &figures.spend, &figures.every].map(text);
    let orders = figures.orders.unwrap_or_default();
    let why = match reason {
        "below_minimum" => format!("{value} is below the minimum spend {}; {short} short", text(&figures.min_spend)),
        "below_one_step" => format!("{value} is below one step of {every}; {short} short"),
        "paid_with_credit" => {
            let least = figures.min_spend.as_ref().unwrap_or(&every);
            format!("{value} is below {least}, as credit paid for the rest; {short} short")
        }
        "rounds_to_nothing" => {
            let exact = figures.exact.as_ref().map(|exact| exact.shown.clone()).unwrap_or_default();
            format!("{value} x {} / {every} = {exact}, rounded down", text(&figures.receive))
        }
        "no_tier" => {
            let (next, more) = (figures.next_orders.unwrap_or_default(), figures.short_orders.unwrap_or_default());
            format!("order {orders}, rewarded is order {next}; {more} more")
        }
        "threshold_not_reached" if figures.every.is_some() => {
            format!("spend {spend_before} to {spend} passes no multiple of {every}; {short} short")
        }
        "threshold_not_reached" => {
            let next = text(&figures.next_spend);
            format!("spend {spend_before} to {spend} passes no tier; {short} short of {next}")
        }
        "threshold_passed_before" if figures.spend.is_some() => {
            format!("spend {spend_before} to {spend} is above the last tier already")
        }
        "threshold_passed_before" => format!("order {orders} is after the last tier"),
        "not_first_order" => format!("order {orders}"),
        "not_in_force" if figures.from.is_some() => format!("in force from {local} on"),
        "not_in_force" => format!("in force until {local}"),
        "counts_from" => format!("the rule counts orders from {local} on"),
        "switched_off" => "the scheme is switched off".to_owned(),
        "no_rule_for_currency" => format!("no rule is in {currency}"),
        "no_rule_for_event" => "no rule rewards it".to_owned(),
        "born_expired" => format!("{} would have ended at {local} already", text(&figures.amount)),
        "out_of_range" => format!("{} is more than credit may be", text(&figures.amount)),
        other => other.to_owned(),
    };
    format!("nothing: {why}")
}

/// Returns what a refund reclaims of a lot.
pub(super) fn reclaimed(own: &Reclaimed, lot: &str) -> Vec<String> {
    let Reclaimed { lot_granted, due_before, .. } = own;
    let of_lot = match (&own.refunded, &own.total) {
        (Some(refunded), Some(total)) => match &own.exact {
            Some(exact) => {
                let rounded = rounded(exact.dropped_numerator);
                format!("{lot}: {lot_granted} x {refunded} / {total} = {}{rounded}", exact.shown)
            }
            None => format!("{lot}: {} of {lot_granted}, as {refunded} of {total} is refunded", own.due_so_far),
        },
        _ => format!("{lot}: all of {lot_granted}, as the order is cancelled"),
    };
    let due = format!("{} due - {due_before} before", own.due_so_far);
    match own.reason {
        Some("none") => vec![format!("nothing: no refund reclaims of {lot}")],
        Some("full_only") => vec![format!("nothing: only a full refund reclaims of {lot}")],
        Some("already_reclaimed") => vec![of_lot, format!("nothing: {due}")],
        Some("already_expired") => vec![of_lot, due, "nothing: it has expired already".to_owned()],
        Some(_) => vec![of_lot, due, "nothing: it is spent".to_owned()],
        None => {
            let expired = is_any(&own.counted_as_expired);
            let expired = expired.then(|| format!("{} of it has expired already", own.counted_as_expired));
            [of_lot].into_iter().chain(expired).chain([due]).collect()
        }
    }
}

/// Returns why a refund reclaims nothing at all.
pub(super) fn not_reclaimed(reason: &str, local: Option<&str>) -> String {
    let why = match reason {
        "on_store_credit_off" => "refunds as store credit reclaim nothing".to_owned(),
        "after_cancellation" => "the order is cancelled already".to_owned(),
        "before_from" => format!("refunds reclaim from {} on", local.unwrap_or_default()),
        "total_zero" => "the total of the order is zero".to_owned(),
        "nothing_granted" => "the order has granted nothing".to_owned(),
        other => other.to_owned(),
    };
    format!("nothing: {why}")
}

/// Returns which part of a refund a reason to reclaim nothing is about, where a part of it is new credit and another
/// is not; `None` where the reason is about all of it.
pub(super) fn part_of_refund(event: &EventTold, reason: &str) -> Option<&'static str> {
    let is_clawback = |step: &&Step| matches!(step, Step::NotReclaimed { .. } | Step::Reclaimed(_));
    let has_both = event.steps.iter().filter(is_clawback).count() > 1;
    let is_split = matches!(event.figures, Figures::Refund { method: "restore_first", .. });
    (has_both && is_split).then_some(match reason {
        "on_store_credit_off" => "what is new credit",
        _ => "what goes back",
    })
}

/// Returns what became of an email.
pub(super) fn mail(mail: &MailTold) -> String {
    let MailTold { kind, run, reason, .. } = mail;
    let why = match reason {
        None => return format!("{kind}: run {run} has sent it"),
        Some("too_old") => "it was older than `quiet_after` of [emails]".to_owned(),
        Some("correction") => "it corrects what was posted before".to_owned(),
        Some("no_address") => "no address is known".to_owned(),
        Some("bad_address") => "the address is no single valid one".to_owned(),
        Some("kind_off") => "mails of this kind are switched off".to_owned(),
        Some("notify_false") => "the refund says so (`notify`)".to_owned(),
        Some("backfill") => "a backfill sends none unless it is told to".to_owned(),
        Some(_) => "there is none in the book".to_owned(),
    };
    format!("{kind}: run {run} has sent none, {why}")
}

/// Returns the name of a lot, such as `per_order of O-1001`.
pub(super) fn lot(currency: &CurrencyTold, number: Option<u32>) -> String {
    let found = number.and_then(|number| currency.lots.get(number as usize - 1));
    let Some(LotTold { method, origin_id, .. }) = found else { return "what is owed".to_owned() };
    match *method {
        "registration" => "registration".to_owned(),
        "adjustment" => format!("adjustment {}", visible(origin_id)),
        method => format!("{method} of {}", visible(origin_id)),
    }
}

/// Returns what an exception means.
pub(super) fn odd(reason: &str, amount: Option<&str>) -> String {
    let amount = amount.unwrap_or_default();
    match reason {
        "over_refund" => format!("the refunds of the order are {amount} above its total"),
        "over_restore" => format!("{amount} more than credit has paid for"),
        other => format!("{other} {amount}"),
    }
}

/// Returns the sum that closes, such as `21.00 granted - 2.50 expired = 18.50`.
pub(super) fn sum(sums: &Sums) -> String {
    let parts = [
        (" + ", &sums.granted, "granted"),
        (" - ", &sums.redeemed, "redeemed"),
        (" + ", &sums.restored, "restored"),
        (" - ", &sums.reclaimed, "reclaimed"),
        (" - ", &sums.expired, "expired"),
        (" - ", &sums.adjusted, "adjusted"),
    ];
    let mut text = String::new();
    for (sign, amount, what) in parts.into_iter().filter(|(_, amount, _)| is_any(amount)) {
        let sign = if text.is_empty() { sign.trim_start_matches([' ', '+']).trim_end() } else { sign };
        text += &format!("{sign}{amount} {what}");
    }
    if text.is_empty() { "nothing was granted or taken".to_owned() } else { format!("{text} = {}", sums.total) }
}

/// Tells whether an amount is not zero.
pub(super) fn is_any(amount: &str) -> bool {
    amount.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0')
}

/// Tells whether a step only says that a rule was not in force.
pub(super) fn is_not_in_force(step: &Step) -> bool {
    matches!(step, Step::NotGranted { reason: "not_in_force", .. })
}

/// Tells whether an event is an expiry.
pub(super) fn is_expiry(event: &EventTold) -> bool {
    event.event == EventKind::Expiry
}
