//! What the functions of texts give. Positions and lengths count characters, the first is 1.

/// Returns the first `count` characters; of a negative count, all but the last ones.
pub(super) fn left(text: &str, count: i128) -> &str {
    match usize::try_from(count) {
        Ok(count) => &text[..offset(text, count)],
        Err(_) => &text[..offset_from_end(text, size(count))],
    }
}

/// Returns the last `count` characters; of a negative count, all but the first ones.
pub(super) fn right(text: &str, count: i128) -> &str {
    match usize::try_from(count) {
        Ok(count) => &text[offset_from_end(text, count)..],
        Err(_) => &text[offset(text, size(count))..],
    }
}

/// Returns `length` characters from the one at `start` (from 1) on, or all that follow. Places before the first
/// character count, and have none. `None` for a negative length.
pub(super) fn substr(text: &str, start: i128, length: Option<i128>) -> Option<&str> {
    let from = offset(text, size((start - 1).max(0)));
    let Some(length) = length else { return Some(&text[from..]) };
    if length < 0 {
        return None;
    }
    let rest = &text[from..];
    let length = (length + (start - 1).min(0)).max(0);
    Some(&rest[..offset(rest, size(length))])
}

/// Returns the part at a place between separators, from 1, or from -1 at the end; empty where there is none. There is
/// no part 0. An empty separator separates all characters.
pub(super) fn split_part<'a>(text: &'a str, separator: &str, place: i128) -> Option<&'a str> {
    if separator.is_empty() {
        let place = if place < 0 { place + text.chars().count() as i128 + 1 } else { place };
        return (place != 0).then(|| substr(text, place, Some(1)).unwrap_or_default());
    }
    match place {
        0 => None,
        1.. => Some(text.split(separator).nth(size(place - 1)).unwrap_or_default()),
        _ => Some(text.rsplit(separator).nth(size(-place - 1)).unwrap_or_default()),
    }
}

/// Returns where another text first occurs, in characters from 1; 0 where it does not occur.
pub(super) fn strpos(text: &str, part: &str) -> i128 {
    text.find(part).map_or(0, |at| text[..at].chars().count() as i128 + 1)
}

/// Returns a text without these characters, or blanks, at its beginning or its end.
pub(super) fn trim<'a>(text: &'a str, characters: Option<&str>, start: bool, end: bool) -> &'a str {
    let is_cut = |char: char| match characters {
        Some(characters) => characters.contains(char),
        None => char.is_whitespace(),
    };
    let text = if start { text.trim_start_matches(is_cut) } else { text };
    if end { text.trim_end_matches(is_cut) } else { text }
}

fn size(count: i128) -> usize {
    usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX)
}

/// Returns the byte offset of the character with this index; the length where there are fewer characters.
fn offset(text: &str, characters: usize) -> usize {
    text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at)
}

fn offset_from_end(text: &str, characters: usize) -> usize {
    match characters {
        0 => text.len(),
        _ => text.char_indices().rev().nth(characters - 1).map_or(0, |(at, _)| at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_by_characters() {
        assert_eq!(
            [left("häuser", 2), left("häuser", -4), left("hä", 9), left("hä", -9), left("hä", 0)],
            ["hä", "hä", "hä", "", ""]
        );
        assert_eq!(
            [right("häu", 2), right("häu", -1), right("hä", 9), right("hä", -9), right("hä", 0)],
            ["äu", "äu", "hä", "", ""]
        );
        assert_eq!(substr("häuser", 2, Some(3)), Some("äus"));
        assert_eq!(substr("häuser", 5, None), Some("er"));
        assert_eq!(substr("häuser", 9, Some(1)), Some(""));
        assert_eq!(substr("häuser", 0, Some(3)), Some("hä"));
        assert_eq!(substr("häuser", -5, Some(3)), Some(""));
        assert_eq!(substr("häuser", -5, None), Some("häuser"));
        assert_eq!(substr("häuser", 1, Some(-1)), None);
        assert_eq!(substr("ä", i128::MAX, Some(i128::MAX - 2)), Some(""));
    }

    #[test]
    fn parts_are_counted_from_both_ends() {
        let part = |place| split_part("a-b--d", "-", place);
        assert_eq!([1, 2, 3, 4, 5].map(part), ["a", "b", "", "d", ""].map(Some));
        assert_eq!([-1, -4, -5].map(part), ["d", "a", ""].map(Some));
        assert_eq!(part(0), None);
        assert_eq!(["2", "-1"].map(|place| split_part("äb", "", place.parse().unwrap())), ["b", "b"].map(Some));
    }

    #[test]
    fn places_count_characters_and_blanks_are_of_all_kinds() {
        assert_eq!([strpos("äb-c", "-c"), strpos("a", "x"), strpos("a", "")], [3, 0, 1]);
        assert_eq!(trim("\u{a0} a \t", None, true, true), "a");
        assert_eq!(trim("xax", Some("x"), false, true), "xa");
        assert_eq!(trim("AB-A", Some("AB"), true, false), "-A");
    }
}
