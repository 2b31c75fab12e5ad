//! Suggests the known word that a user probably meant.

/// Below this likeness (of 1) a suggestion would puzzle more than help.
const LIKELY: f64 = 0.75;

/// Returns a remedy: the nearest of the known words where one is near, else all of them.
pub(super) fn did_you_mean(text: &str, known: &[&str]) -> String {
    match nearest(text, known.iter().copied()) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("it is one of {}", listed(known)),
    }
}

/// Returns the known word that is most like a text, if any is: the first of several.
pub(super) fn nearest<'k>(text: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let lower = text.to_lowercase();
    let mut best = None;
    for word in known {
        let likeness = strsim::jaro_winkler(&lower, &word.to_lowercase());
        if likeness >= LIKELY && best.is_none_or(|(other, _)| likeness > other) {
            best = Some((likeness, word));
        }
    }
    best.map(|(_, word)| word)
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
    }
}
