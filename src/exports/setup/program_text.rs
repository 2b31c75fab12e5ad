//! The text of a program: a template, with the shop's name, currency and zone.
//!
//! Amounts of a template have two decimals, and are written with those of the currency. A paragraph that begins with
//! `#: KIND` is a comment where there are no facts of that kind.

use super::super::input::quoted;
use super::answers::Answers;
use super::draft::Draft;
use crate::facts::FactKind;
use crate::kernel::currency::Currency;

/// The name of the file.
pub(crate) const PROGRAM: &str = "program.toml";

/// Writes the program.
pub(super) fn program_text(draft: &Draft, answers: &Answers) -> String {
    let refunds = match (draft.has(FactKind::Refunds), draft.read.orders_fill("refunded_amount")) {
        (true, true) => "both",
        (false, true) => "orders",
        (_, false) => "refunds",
    };
    let has_redemptions = draft.has(FactKind::Redemptions);
    let redemptions =
        if !has_redemptions && draft.read.orders_fill("credit_amount") { "orders" } else { "redemptions" };
    let paragraphs =
        answers.like.template().split("\n\n").map(|paragraph| with_facts(paragraph, |kind| draft.has(kind)));
    let text = paragraphs.collect::<Vec<_>>().join("\n\n");
    in_currency(&text, answers.currency)
        .replace("\"NAME\"", &quoted(&answers.name))
        .replace("CURRENCY", answers.currency.code())
        .replace("TIMEZONE", answers.zone.name())
        .replace("\"REFUNDS\"", &quoted(refunds))
        .replace("\"REDEMPTIONS\"", &quoted(redemptions))
}

/// Makes a paragraph a comment where it needs facts of a kind that are not there.
fn with_facts(paragraph: &str, has: impl Fn(FactKind) -> bool) -> String {
    let Some((kind, rest)) = paragraph.strip_prefix("#: ").and_then(|marked| marked.split_once('\n')) else {
        return paragraph.to_owned();
    };
    let kind = FactKind::ALL.into_iter().find(|own| own.name() == kind).expect("a template names kinds of facts");
    if has(kind) {
        return rest.to_owned();
    }
    let lines: Vec<String> = rest.lines().map(|line| format!("# {line}")).collect();
    format!("# Once there is an input of {}:\n{}", kind.name(), lines.join("\n"))
}

/// Writes the amounts of a text with the decimals of a currency: without any, they are a hundred times as large.
fn in_currency(text: &str, currency: Currency) -> String {
    let mut parts = text.split('"');
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        written.push('"');
        written.push_str(&amount(part, currency).unwrap_or_else(|| part.to_owned()));
    }
    written
}

/// Returns an amount with the decimals of a currency; `None` where the text is no amount.
fn amount(text: &str, currency: Currency) -> Option<String> {
    let (whole, decimals) = text.split_once('.')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(decimals) || decimals.len() != 2 {
        return None;
    }
    Some(match currency.minor_units() {
        0 => {
            let digits = format!("{whole}{decimals}");
            let digits = digits.trim_start_matches('0');
            if digits.is_empty() { "0".to_owned() } else { digits.to_owned() }
        }
        1 => format!("{whole}.{}", &decimals[..1]),
        units => format!("{whole}.{decimals:0<width$}", width = units as usize),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::from_code(code).unwrap()
    }

    #[test]
    fn amounts_have_the_decimals_of_the_currency() {
        let text = "reward = { every = \"10.00\", receive = \"0.50\" } # \"a.b\"";
        assert_eq!(in_currency(text, currency("USD")), text);
        assert_eq!(in_currency(text, currency("JPY")), "reward = { every = \"1000\", receive = \"50\" } # \"a.b\"");
        assert_eq!(
            in_currency(text, currency("KWD")),
            "reward = { every = \"10.000\", receive = \"0.500\" } # \"a.b\""
        );
    }

    #[test]
    fn a_paragraph_without_facts_is_a_comment() {
        let paragraph = "#: registrations\n[[rule]]\nmethod = \"registration\"";
        assert_eq!(with_facts(paragraph, |_| true), "[[rule]]\nmethod = \"registration\"");
        let commented = "# Once there is an input of registrations:\n# [[rule]]\n# method = \"registration\"";
        assert_eq!(with_facts(paragraph, |_| false), commented);
        assert_eq!(with_facts("[debt]\ncarry = false", |_| false), "[debt]\ncarry = false");
    }
}
