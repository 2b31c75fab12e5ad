//! Suggests the known word nearest to a misspelt one.
//!
//! Similarity is one minus the Damerau-Levenshtein distance divided by the length (the crate `strsim`).

/// Below this share of letters that stay as they are, a suggestion would puzzle more than help.
const LIKELY: f64 = 0.75;
/// So many letters are the beginning of another word.
const BEGINNING: usize = 3;

/// Returns a remedy: the nearest of the known words where one is near, else all of them.
pub(super) fn did_you_mean(text: &str, known: &[&str]) -> String {
    match nearest(text, known.iter().copied()) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("it is one of {}", listed(known)),
    }
}

/// Returns the known word that is most like a text but for case and marks, if any is: the first of several.
pub(super) fn nearest<'k>(text: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    nearest_few(text, known, LIKELY, 1).pop()
}

/// Returns so many of the known words that are most like a text but for case and marks, the nearest first. They have
/// at least this share of letters that stay as they are.
pub(crate) fn nearest_few<'k>(
    text: &str,
    known: impl Iterator<Item = &'k str>,
    least: f64,
    count: usize,
) -> Vec<&'k str> {
    let plain = |text: &str| {
        text.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
    };
    let wanted = plain(text);
    let mut best: Vec<(f64, &str)> = Vec::new();
    for word in known {
        let likeness = likeness(&wanted, &plain(word));
        if likeness >= least {
            let place = best.partition_point(|(other, _)| *other >= likeness);
            best.insert(place, (likeness, word));
            best.truncate(count);
        }
    }
    best.into_iter().map(|(_, word)| word).collect()
}

/// Returns how many of a word's letters stay as they are, of 1; a word that is the beginning of the other is near it.
fn likeness(one: &str, other: &str) -> f64 {
    let shorter = one.len().min(other.len());
    match shorter >= BEGINNING && (one.starts_with(other) || other.starts_with(one)) {
        true => strsim::normalized_damerau_levenshtein(one, other).max(LIKELY),
        false if shorter == 0 => 0.0,
        false => strsim::normalized_damerau_levenshtein(one, other),
    }
}

/// Returns the words in quotes, with commas between.
pub(super) fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_suggested_and_otherwise_all_are_listed() {
        assert_eq!(did_you_mean("ouput", &["book", "output"]), "did you mean `output`?");
        assert_eq!(did_you_mean("zzz", &["book", "output"]), "it is one of `book`, `output`");
        // One letter of five may be a slip; a word that only begins alike is another one.
        assert_eq!(nearest("order", ["orders"].into_iter()), Some("orders"));
        assert_eq!(nearest("utf8x", ["utf-16le", "utf-8"].into_iter()), Some("utf-8"));
        assert_eq!(nearest("integer", ["int"].into_iter()), Some("int"));
        assert_eq!(nearest(";", [".", ","].into_iter()), None);
        for (word, known) in [("seperator", "sheet"), ("max_rows", "max_age"), ("name", "nulls"), ("path", "platform")]
        {
            assert_eq!(nearest(word, [known].into_iter()), None, "{word} {known}");
        }
    }
}
