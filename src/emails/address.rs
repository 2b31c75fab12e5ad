//! Decides which texts are addresses that a mail can go to (docs/spec.md 7, 10).

use crate::text::is_hidden;

/// The longest address, in bytes (RFC 5321: a path has 256, two of them its brackets).
const LONGEST: usize = 254;

/// Tells whether a text is one address, and nothing that a mail program could read as something else.
///
/// It has exactly one `@` with something on both sides, at most 254 bytes, and no blank, no hidden or replacement
/// character, and none of the characters with a meaning of their own in the header of a mail (RFC 5322):
/// `( ) < > [ ] : ; , \ "`. Names (`Ada <ada@example.com>`), quoted local parts and lists are therefore no addresses.
pub(crate) fn is_address(text: &str) -> bool {
    let sides = text.split_once('@');
    text.len() <= LONGEST
        && sides.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
        && (text.bytes().all(is_plain) || text.chars().all(is_allowed))
}

/// Tells whether a byte is one of those that nearly all addresses are made of.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'.' | b'-' | b'_' | b'+')
}

fn is_allowed(char: char) -> bool {
    !char.is_whitespace()
        && !is_hidden(char)
        && !matches!(char, '(' | ')' | '<' | '>' | '[' | ']' | ':' | ';' | ',' | '\\' | '"' | '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_one() {
        let longest = format!("{}@example.com", "a".repeat(LONGEST - "@example.com".len()));
        for address in [
            "ada@example.com",
            "a@b",
            "o'brien+x_y-z@mail.example",
            "jörg@bücher.example",
            "a!#$%&*/=?^`{|}~@b",
            &longest,
        ] {
            assert!(is_address(address), "{address:?}");
        }
    }

    #[test]
    fn what_a_mail_program_could_read_as_something_else_is_none() {
        let too_long = format!("{}@example.com", "a".repeat(LONGEST + 1 - "@example.com".len()));
        let others = [
            "",
            "@",
            "a@",
            "@b",
            "not an address",
            "a@b@c",
            "a@@b",
            "a@b.com, c@d.com",
            "a@b.com,c@d.com",
            "a@b.com;c@d.com",
            "a@b.com\r\nBcc: all@evil.com",
            "a@b.com\n",
            " a@b.com",
            "a@b.com ",
            "a b@c.com",
            "a\u{a0}@b.com",
            "a\u{3000}@b.com",
            "a@b\t.com",
            "a\0@b.com",
            "a@b\u{7f}",
            "a@b\u{85}",
            "a\u{200b}@b.com",
            "a@b.com\u{202e}",
            "\u{feff}a@b.com",
            "a\u{2028}@b",
            "Ada <a@b.com>",
            "<a@b.com>",
            "\"a\"@b.com",
            "mailto:a@b.com",
            "a@[192.0.2.1]",
            "a(x)@b.com",
            "a\\@b.com",
            "a\u{fffd}@b.com",
            &too_long,
        ];
        for other in others {
            assert!(!is_address(other), "{other:?}");
        }
    }
}
