//! Breaks lines that are wider than a page.

use std::borrow::Cow;

/// The width of a page in characters: nothing that is printed for people is wider.
pub const WIDTH: usize = 100;

/// How much further than its first line a line goes on.
const FURTHER: usize = 2;

/// Returns a text whose lines are broken between words where they are wider than [`WIDTH`].
///
/// A word that is wider, such as a path, stays whole.
pub fn folded(text: &str) -> Cow<'_, str> {
    if text.split('\n').all(fits) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(folded_line).collect();
    Cow::Owned(lines.join("\n"))
}

fn fits(line: &str) -> bool {
    line.len() <= WIDTH || line.chars().count() <= WIDTH
}

fn folded_line(line: &str) -> Cow<'_, str> {
    let content = line.trim_start_matches(' ');
    let indentation = line.len() - content.len();
    if fits(line) {
        return line.into();
    }
    let mut folded = " ".repeat(indentation);
    let mut width = indentation;
    for (number, word) in content.split(' ').enumerate() {
        let own = word.chars().count();
        if number > 0 && width + 1 + own > WIDTH {
            folded.truncate(folded.trim_end().len());
            folded.push('\n');
            folded += &" ".repeat(indentation + FURTHER);
            width = indentation + FURTHER;
        } else if number > 0 {
            folded.push(' ');
            width += 1;
        }
        folded.push_str(word);
        width += own;
    }
    folded.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_line_is_broken_between_words_and_goes_on_further_in() {
        let word = "x".repeat(48);
        assert_eq!(folded(&format!("  {word} {word}")), format!("  {word} {word}"));
        assert_eq!(folded(&format!("a\n  {word} {word}yz !\n")), format!("a\n  {word}\n    {word}yz !\n"));
        // 50 letters of two bytes each are 50 characters.
        let wide = "ä".repeat(49);
        assert!(matches!(folded(&format!("{wide}  {wide}")), Cow::Borrowed(_)));
    }

    #[test]
    fn a_wide_word_stays_whole() {
        let path = "/".repeat(120);
        assert_eq!(folded(&format!("error: {path} is missing")), format!("error:\n  {path}\n  is missing"));
    }
}
