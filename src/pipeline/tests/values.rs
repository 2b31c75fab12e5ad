//! Values that are worked out, and files as they lie on disks.

use super::super::{read, read_program};
use super::{RULE, SETTINGS, pipeline, program, program_faults, with, with_input};
use crate::sources::input::{ColumnType, Separator, ValueOptions};
use std::path::Path;

#[test]
fn dates_without_an_offset_are_in_the_time_zone_of_the_program() {
    let clawback_from = |date: &str| {
        let file = program(&with(&format!("[clawback]\nfrom = {date}\n"))).unwrap();
        file.program.clawback.from.to_string()
    };
    assert_eq!(clawback_from("2024-07-01"), "2024-07-01T04:00:00.000000Z");
    assert_eq!(clawback_from("2024-01-15T12:00:00.25"), "2024-01-15T17:00:00.250000Z");
    assert_eq!(clawback_from("2024-01-15T12:00:00+02:00"), "2024-01-15T10:00:00.000000Z");
    assert_eq!(clawback_from("2024-01-15 12:00:00Z"), "2024-01-15T12:00:00.000000Z");
}

#[test]
fn what_is_left_out_has_its_default() {
    let file = program(&with("")).unwrap();
    assert_eq!(file.program.name, "p");
    assert_eq!(file.program.rules[0].id, "registration");
    assert_eq!(file.program.clawback.from.to_string(), "2023-08-09T04:00:00.000000Z");
    let dated =
        program(&with("[[rule]]\nmethod = \"per_order\"\nfrom = 2024-01-01T09:00:00\nreward = { fixed = \"1\" }\n"));
    assert_eq!(dated.unwrap().program.rules[1].id, "per_order@2024-01-01T09:00:00");
}

#[test]
fn reminders_can_be_switched_off_and_are_sorted() {
    let days = |expiring: &str| {
        let file = program(&with(&format!("[emails]\nexpiring = {expiring}\n"))).unwrap();
        file.emails.expiring_days_before
    };
    assert_eq!(days("false"), [0; 0]);
    assert_eq!(days("true"), [3]);
    assert_eq!(days("{ days_before = [14, 3] }"), [3, 14]);
}

#[test]
fn a_date_that_cannot_be_read_makes_no_further_faults() {
    let rule = "[[rule]]\nmethod = \"registration\"\nfrom = \"2024-01-01\"\nreward = { fixed = \"1.00\" }\n";
    let expected = "p.toml:9:8: `from` is a text, not a date\n  help: write it without quotes: 2024-01-01";
    assert_eq!(program_faults(&with(rule)), expected);
}

#[test]
fn a_platform_gives_the_mapping_and_the_input_changes_how_the_file_is_written() {
    let input = "[[input]]\nkind = \"orders\"\npath = \"o.csv\"\nplatform = \"shopify\"\ncsv = { separator = \"\\t\", escape = \"\\\\\", \
         skip_lines = 3 }\n";
    let pipeline = pipeline(&super::with_input(input)).unwrap();
    let variant = &pipeline.inputs[0].variants[0];
    assert_eq!(variant.name, "orders_export.csv");
    let (mapping, csv) = (variant.input.mapping.as_ref().unwrap(), &variant.input.csv);
    assert_eq!(mapping.columns[0], ("order_id".to_owned(), "ltrim(\"Name\", '''')".to_owned()));
    assert!(mapping.types.contains(&("Total".to_owned(), ColumnType::Decimal)));
    assert_eq!(csv.separator, Separator::Byte(b'\t'));
    assert_eq!((csv.escape, csv.skip_lines), (true, 3));
    assert_eq!(variant.input.path, Path::new("shop/o.csv"));
    assert_eq!(pipeline.inputs[0].path, Path::new("shop/o.csv"));
}

#[test]
fn csv_quotes_are_escaped_by_a_backslash_and_lines_skipped_by_number() {
    assert_eq!(
        super::pipeline_faults(&super::with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
csv = { escape = "'", skip_lines = -1 }
"#
        )),
        r#"shop/n.toml:6:18: `escape` is "'", which is no escape character
  help: write `escape = "\\"`, a backslash, or leave it out: quotes are then doubled
shop/n.toml:6:36: `skip_lines` is -1: it must be at least 0"#
    );
    assert_eq!(
        super::pipeline_faults(&super::with_input(
            r#"[[input]]
kind = "orders"
path = "o.csv"
csv = { escape = "\\", separator = "\\" }
"#
        )),
        r#"shop/n.toml:6:9: `escape` and `separator` are both a backslash
  help: leave one of them out"#
    );
}

#[test]
fn the_faults_of_a_pipeline_and_of_its_program_come_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("n.toml"), "program = \"p.toml\"\n").unwrap();
    std::fs::write(path("p.toml"), SETTINGS).unwrap();
    let refused = read(&path("n.toml"), None).unwrap_err();
    let whats: Vec<_> = refused.faults.iter().map(|fault| fault.what.as_str()).collect();
    assert_eq!(whats, ["a pipeline has no `output`", "the pipeline has no inputs", "the program has no rules"]);
    let other = read(&path("n.toml"), Some(&path("missing.toml"))).unwrap_err();
    assert_eq!(other.faults[0].at, None);
    assert_eq!(other.faults[0].what, "there is no such file");
}

#[test]
fn a_byte_order_mark_is_no_text_and_other_encodings_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.toml");
    std::fs::write(&path, format!("\u{feff}{SETTINGS}{RULE}")).unwrap();
    assert!(read_program(&path).is_ok());
    std::fs::write(&path, b"[program]\nname = \"caf\xe9\"\n").unwrap();
    let refused = read_program(&path).unwrap_err().to_string();
    let expected = format!("{}:2:12: this byte is not UTF-8 text\n  help: save the file as UTF-8", path.display());
    assert_eq!(refused, expected);
}

#[test]
fn an_input_says_what_its_values_mean() {
    let input = "[[input]]\nkind = \"orders\"\npath = \"x.csv\"\nnulls = [\"NULL\", '\\N', \" - \"]\nliteral_ids = true\nany_time = true\n\
        [[input]]\nkind = \"orders\"\npath = \"y.csv\"\n";
    let read = pipeline(&with_input(input)).unwrap().inputs;
    assert_eq!(read[0].values.nulls, ["NULL", "\\N", "-"]);
    assert!(read[0].values.literal_ids && read[0].values.any_time);
    assert_eq!(read[1].values, ValueOptions::default());
}

#[test]
fn the_mode_of_output_is_octal_and_leaves_its_owner_all_rights() {
    let input = "[[input]]\nkind = \"orders\"\npath = \"o.csv\"\n";
    let mode = |text: &str| {
        let pipeline =
            pipeline(&super::with_input(input).replace("output = ", &format!("output_mode = {text}\noutput = ")));
        pipeline.map(|pipeline| pipeline.output_mode).map_err(|refused| refused.to_string())
    };
    assert_eq!(mode("\"0755\""), Ok(Some(0o755)));
    assert_eq!(mode("\"700\""), Ok(Some(0o700)));
    for wrong in ["755", "\"0655\"", "\"2755\"", "\"0789\"", "\"rwx\"", "\"\"", "\"+755\""] {
        let refused = mode(wrong).unwrap_err();
        assert!(refused.contains(&format!("`output_mode` is {wrong}, which is no mode of folders")), "{refused}");
    }
    assert_eq!(pipeline(&super::with_input(input)).unwrap().output_mode, None);
}

#[test]
fn a_program_is_called_as_it_says_or_as_its_file() {
    let name = |text| crate::pipeline::program_name(text, Path::new("rules/summer.toml"));
    assert_eq!(name("[program]\nname = \"Credit\"\ncurrency = \"USD\"").as_deref(), Some("Credit"));
    assert_eq!(name("[program]\nof_another_version = 1").as_deref(), Some("summer"));
    assert_eq!(name("[program"), None);
}
