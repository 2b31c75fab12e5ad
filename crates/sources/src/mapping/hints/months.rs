//! Names of months in other languages than English, which patterns of times do not know: an expression makes numbers of
//! them before it reads the time.

use crate::mapping::clock::Pattern;
use crate::mapping::hints::patterns::patterns;
use std::sync::LazyLock;

/// The names of the months, in small letters and without points.
#[derive(Debug)]
pub(super) struct Language([&'static str; 12]);

/// Names and abbreviations in German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Norwegian and
/// Polish. No name is the beginning of a later one of its row, which is replaced after it.
static LANGUAGES: [Language; 18] = [
    Language([
        "januar",
        "februar",
        "märz",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "dezember",
    ]),
    Language(["jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez"]),
    Language([
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ]),
    Language(["janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"]),
    Language([
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ]),
    Language(["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"]),
    Language(["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"]),
    Language([
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ]),
    Language(["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"]),
    Language([
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ]),
    Language(["jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"]),
    Language([
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ]),
    Language(["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]),
    Language([
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ]),
    Language(["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]),
    Language([
        "januar",
        "februar",
        "marts",
        "april",
        "maj",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "december",
    ]),
    Language([
        "januar",
        "februar",
        "mars",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "desember",
    ]),
    Language([
        "stycznia",
        "lutego",
        "marca",
        "kwietnia",
        "maja",
        "czerwca",
        "lipca",
        "sierpnia",
        "września",
        "października",
        "listopada",
        "grudnia",
    ]),
];

/// Patterns of dates whose months are numbers that were names.
const DATES: [&str; 6] = ["%d %m %Y", "%d de %m de %Y", "%d-%m-%Y", "%d %m, %Y", "%m %d, %Y", "%d-%m-%y"];
/// Times of day, as they follow such a date.
const TIMES: [&str; 6] = ["", " %H:%M:%S", " %H:%M", ", %H:%M:%S", ", %H:%M", " um %H:%M"];

static PATTERNS: LazyLock<Vec<(&'static str, Pattern)>> = LazyLock::new(|| patterns(&DATES, &TIMES));

/// Returns languages, each with the patterns in which it may write times.
pub(super) fn written_times() -> impl Iterator<Item = (&'static Language, &'static Pattern)> {
    LANGUAGES.iter().flat_map(|language| PATTERNS.iter().map(move |(_, pattern)| (language, pattern)))
}

impl Language {
    /// Returns a text in small letters and without points, in which months are numbers.
    pub(super) fn in_numbers(&self, text: &str) -> String {
        let plain = text.to_lowercase().replace('.', "");
        (1..).zip(self.0).fold(plain, |text, (number, name)| text.replace(name, &number.to_string()))
    }

    /// Writes the expression that makes such a text of another expression.
    pub(super) fn expression(&self, text: &str) -> String {
        let plain = format!("replace(lower({text}), '.', '')");
        (1..).zip(self.0).fold(plain, |text, (number, name)| format!("replace({text}, '{name}', '{number}')"))
    }
}
