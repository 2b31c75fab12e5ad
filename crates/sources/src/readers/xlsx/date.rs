//! Dates of a spreadsheet: a number of days with the time of day behind the point, and a format that shows it as a
//! date.

use accrue_facts::counted_time::DAYS_BEFORE_1970;
use calamine::{ExcelDateTime, Style};
use chrono::{DateTime, TimeDelta};

const MILLIS_PER_DAY: i64 = 86_400_000;
/// From the first day of the system of 1900 to that of the system of 1904.
const DAYS_TO_1904: i64 = 1462;
/// 29 February 1900, which never was and which Excel counts.
const FALSE_DAY: i64 = 60;
/// 9999-12-31.
const LAST: i64 = 2_958_465;

/// What a format shows of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    has_date: bool,
    has_time: bool,
    /// Whether it shows parts of a second.
    has_parts: bool,
}

impl Default for Shape {
    /// Formats of other languages are known by their number alone: whether the number is whole decides.
    fn default() -> Shape {
        Shape { has_date: true, has_time: false, has_parts: false }
    }
}

impl Shape {
    pub(super) fn of(style: &Style) -> Shape {
        style.number_format.as_ref().map_or_else(Shape::default, |format| Shape::of_code(&format.format_code))
    }

    /// Reads a code such as `yyyy-mm-dd hh:mm`: without what it shows as it is, and what is in square brackets.
    fn of_code(code: &str) -> Shape {
        if code == "General" {
            return Shape::default();
        }
        let mut shape = Shape { has_date: false, has_time: false, has_parts: false };
        let (mut is_literal, mut is_bracket, mut before) = (false, false, ' ');
        let mut chars = code.chars();
        while let Some(char) = chars.next() {
            let last = std::mem::replace(&mut before, char);
            match char {
                '"' if !is_bracket => is_literal = !is_literal,
                _ if is_literal => {}
                '\\' | '_' | '*' => {
                    chars.next();
                }
                '[' => is_bracket = true,
                ']' => is_bracket = false,
                ';' if !is_bracket => break,
                'h' | 'H' | 's' | 'S' if !is_bracket => shape.has_time = true,
                'd' | 'D' | 'y' | 'Y' if !is_bracket => shape.has_date = true,
                '0' if last == '.' && shape.has_time => shape.has_parts = true,
                _ => {}
            }
        }
        shape
    }
}

/// Returns a date as a bare date, as a local time, or as a time of day; `None` for what is no date: a duration, or a
/// number that no date has. Times are to the second, as spreadsheets show them, or to the millisecond where the format
/// shows parts of a second.
pub(super) fn text(value: &ExcelDateTime, shape: Shape, is_1904: bool) -> Option<String> {
    let days = value.as_f64();
    // A part of a day in binary is never quite the time that was typed.
    let unit = if shape.has_parts { 1.0 } else { 1000.0 };
    let millis = (days * MILLIS_PER_DAY as f64 / unit).round() * unit;
    if value.is_duration() || !(0.0..(LAST + 1) as f64 * MILLIS_PER_DAY as f64).contains(&millis) {
        return None;
    }
    let (day, millis) = ((millis as i64).div_euclid(MILLIS_PER_DAY), (millis as i64).rem_euclid(MILLIS_PER_DAY));
    let time = time_text(millis);
    if day == 0 && (!is_1904 || !shape.has_date) {
        return Some(time);
    }
    let date = date_text(if is_1904 { day + DAYS_TO_1904 } else { day })?;
    Some(if millis == 0 && !shape.has_time { date } else { format!("{date} {time}") })
}

/// Returns the date of a day in the system of 1900, in which days before the false one are a day late.
fn date_text(day: i64) -> Option<String> {
    if day == FALSE_DAY {
        return Some("1900-02-29".to_owned());
    }
    let since_1970 = day - DAYS_BEFORE_1970 + i64::from(day < FALSE_DAY);
    let midnight = DateTime::UNIX_EPOCH.checked_add_signed(TimeDelta::try_days(since_1970)?)?;
    (day <= LAST).then(|| midnight.format("%Y-%m-%d").to_string())
}

fn time_text(millis: i64) -> String {
    let (seconds, part) = (millis / 1000, millis % 1000);
    let time = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if part == 0 { time } else { format!("{time}.{part:03}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    fn shown(days: f64, code: &str, is_1904: bool) -> Option<String> {
        let value = ExcelDateTime::new(days, ExcelDateTimeType::DateTime, is_1904);
        text(&value, Shape::of_code(code), is_1904)
    }

    #[test]
    fn days_are_those_that_a_spreadsheet_shows() {
        for (days, code, is_1904, expected) in [
            // 2024-04-01 is 19,814 days after 1970 and 45,383 in the system of 1900, 1,462 fewer in that of 1904.
            (45_383.0, "yyyy-mm-dd", false, Some("2024-04-01")),
            (43_921.0, "yyyy-mm-dd", true, Some("2024-04-01")),
            (45_383.0, "yyyy-mm-dd hh:mm", false, Some("2024-04-01 00:00:00")),
            (45_383.5, "yyyy-mm-dd", false, Some("2024-04-01 12:00:00")),
            (45_383.378_472_222_2, "d/m/yy h:mm", false, Some("2024-04-01 09:05:00")),
            (45_383.000_011_58, "d/m/yy h:mm", false, Some("2024-04-01 00:00:01")),
            (45_383.000_011_58, "d/m/yy h:mm:ss.000", false, Some("2024-04-01 00:00:01.001")),
            // 09:05:00, computed out of hours and minutes.
            (45_383.378_472_219_9, "d/m/yy h:mm", false, Some("2024-04-01 09:05:00")),
            (45_383.999_999_999_9, "d/m/yy h:mm", false, Some("2024-04-02 00:00:00")),
            (45_383.0, "General", false, Some("2024-04-01")),
            (61.0, "d", false, Some("1900-03-01")),
            (60.0, "d", false, Some("1900-02-29")),
            (59.0, "d", false, Some("1900-02-28")),
            (1.0, "d", false, Some("1900-01-01")),
            (0.0, "d", true, Some("1904-01-01")),
            (0.5, "h:mm", false, Some("12:00:00")),
            (0.5, "h:mm", true, Some("12:00:00")),
            (2_958_465.0, "d", false, Some("9999-12-31")),
            (2_958_466.0, "d", false, None),
            (2_957_004.0, "d", true, None),
            (-1.0, "d", false, None),
        ] {
            assert_eq!(shown(days, code, is_1904).as_deref(), expected, "{days} {code} {is_1904}");
        }
        let duration = ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false);
        assert_eq!(text(&duration, Shape::default(), false), None);
    }

    #[test]
    fn a_format_tells_whether_it_shows_a_date_and_a_time() {
        for (code, has_date, has_time, has_parts) in [
            ("m/d/yy h:mm", true, true, false),
            ("yyyy\"sh\"mm\\hdd", true, false, false),
            ("[$-409]h:mm AM/PM;@", false, true, false),
            ("mm:ss", false, true, false),
            ("yyyy-mm-dd;hh", true, false, false),
            ("hh:mm:ss.000", false, true, true),
            ("yyyy.00", true, false, false),
        ] {
            assert_eq!(Shape::of_code(code), Shape { has_date, has_time, has_parts }, "{code}");
        }
    }
}
