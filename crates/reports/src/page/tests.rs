//! A page with everything that a page may have, and texts that want to be more than texts.

use super::*;
use accrue_kernel::currency::Currency;

/// What exports may bring.
const HOSTILE: &str = "<script>alert(1)</script> \" ' & javascript:alert(2) {{ 7 * 7 }} =1+1 \u{202e}kcab";

fn table(caption: &str, cell: &str) -> Table {
    Table {
        caption: caption.to_owned(),
        columns: vec![Column::text("person"), Column::number("balance")],
        rows: vec![Row::of([cell, "15.85"]), Row::total(["all", "15.85"])],
        note: Some(cell.to_owned()),
    }
}

fn page(text: &str) -> Page {
    let dollars = Measure::Amount(Currency::from_code("USD").unwrap());
    let bars = Bars {
        title: format!("By method {text}"),
        about: text.to_owned(),
        measure: dollars,
        heads: ["method", "outstanding"].map(str::to_owned),
        bars: vec![Bar { name: text.to_owned(), number: 123_456 }],
    };
    let columns = Columns {
        title: format!("By month {text}"),
        about: text.to_owned(),
        measure: dollars,
        head: "month".to_owned(),
        series: vec!["granted".to_owned(), text.to_owned()],
        stacks: vec![Stack { name: text.to_owned(), numbers: vec![500, -250] }],
    };
    let figure = Figure { name: text.to_owned(), value: text.to_owned(), note: Some(text.to_owned()) };
    let blocks = vec![
        Block::text(text),
        Block::warning(text),
        Block::Figures { figures: vec![figure] },
        Block::Table(table(text, text)),
        Block::Bars(bars),
        Block::Columns(columns),
    ];
    Page {
        title: text.to_owned(),
        lead: Some(text.to_owned()),
        stamps: vec![Stamp::new("as of", text), Stamp::new("known after", "run 3")],
        sections: vec![Section { id: "all", heading: text.to_owned(), blocks }],
    }
}

#[test]
fn no_text_becomes_markup() {
    let html = page(HOSTILE).to_html();
    assert!(!html.contains("<script"), "{html}");
    assert!(!html.contains('\u{202e}') && html.contains(r"\u{202e}kcab"), "a direction is not turned");
    assert!(html.contains("{{ 7 * 7 }}") && !html.contains(">49"), "no text is a template");
    assert!(html.contains("<td class=\"number\">15.85</td>"), "a table is markup: {html}");
    // A quotation mark of a text would end an attribute: outside of tags none is left.
    let texts = html.split_once("</head>").unwrap().1.split('<').filter_map(|tag| Some(tag.split_once('>')?.1));
    assert!(texts.clone().all(|text| !text.contains('"')), "quotation marks are escaped");
}

#[test]
fn a_page_asks_for_nothing_and_runs_nothing() {
    let html = page("text").to_html();
    assert_eq!(html.matches("http").count(), 3, "the policy and the names of two drawings' language");
    assert_eq!(html.matches("http://www.w3.org/2000/svg").count(), 2);
    assert!(html.contains("content=\"default-src 'none'; style-src '"));
    let links = html.split("href=\"").skip(1).map(|link| link.split('"').next().unwrap());
    assert_eq!(links.collect::<Vec<_>>(), ["data:,", "#content"]);
    for forbidden in ["<script", "url(", "@import", " src=", "<iframe", " on", "style="] {
        let body = html.split_once("</head>").unwrap().1;
        assert!(!body.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn what_the_page_is_about_is_also_at_its_foot() {
    let html = page("2024-07-01").to_html();
    let foot = html.split_once("<footer class=\"running\">").unwrap().1;
    for text in ["<p>as of: 2024-07-01</p>", "<p>known after: run 3</p>"] {
        assert!(foot.contains(text), "{foot}");
    }
}

#[test]
fn tables_and_drawings_tell_what_they_are() {
    let html = page("text").to_html();
    assert_eq!((html.matches("<table").count(), html.matches("<caption id=").count()), (3, 3));
    assert_eq!((html.matches("<svg role=\"img\" aria-labelledby=").count(), html.matches("<desc id=").count()), (2, 2));
    assert_eq!(html.matches("tabindex=\"0\"").count(), 5, "each box that scrolls");
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).map(|id| id.split('"').next().unwrap()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "no id is there twice");
    for named in html.split("labelledby=\"").skip(1).flat_map(|ids| ids.split('"').next().unwrap().split(' ')) {
        assert!(ids.contains(&named), "`{named}` is no id");
    }
    // The exact numbers are beneath the drawing.
    assert!(html.contains("<td class=\"number\">1,234.56</td>") && html.contains("<td class=\"number\">-2.50</td>"));
}
