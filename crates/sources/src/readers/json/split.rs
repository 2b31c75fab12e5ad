//! Where records begin and end in the text of JSON documents, found byte by byte, however the text is cut.
//!
//! What leads to the records is read strictly. What is passed over beside them is only followed to its end, and what is
//! in a record is judged by whoever reads it.

use accrue_delta::damage::sign;
use memchr::memchr2;
use std::borrow::Cow;
use std::ops::Range;

/// Lists and objects around a record.
const DEEPEST: usize = 128;
/// Bytes of a word that a message quotes.
const WORD: usize = 20;
/// The most names of a document that a message lists.
const TOLD: usize = 5;

/// Finds the records of a file.
pub(super) struct Splitter {
    /// Where the list of records is in each document; empty where the documents are records, or lists of them.
    path: Vec<String>,
    /// Whether an object that has no member of the path's first name is a record itself.
    is_optional: bool,
    /// The lists and objects around the place that has been reached.
    frames: Vec<Frame>,
    state: State,
    /// The value that is being followed to its end.
    inner: Inner,
    /// Whether the file has had a value.
    has_begun: bool,
}

/// What is wrong with a document, and at which byte of the text at hand.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) at: usize,
    pub(super) why: Why,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Why {
    Damaged(String),
    /// The records are not where they should be.
    NoRecords(String),
}

enum Frame {
    List {
        depth: usize,
    },
    Object {
        depth: usize,
        is_found: bool,
        names: Vec<String>,
        /// Where the record begins that it is unless it has what leads to records.
        record: Option<usize>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a value, or before the end of an empty list.
    Value {
        may_end: bool,
    },
    /// Before a name, or before the end of an empty object.
    Key {
        may_end: bool,
    },
    /// In a name that began there.
    InKey {
        start: usize,
    },
    Colon {
        is_wanted: bool,
    },
    /// Before a value that is passed over.
    Other,
    /// In a record that began there, or in a value that is passed over.
    In {
        record: Option<usize>,
    },
    /// After a value.
    After,
}

/// The name of a member, borrowed where nothing in it is escaped.
#[derive(serde::Deserialize)]
struct Name<'t>(#[serde(borrow)] Cow<'t, str>);

#[derive(Default)]
struct Inner {
    depth: usize,
    in_text: bool,
    is_escaped: bool,
}

impl Splitter {
    pub(super) fn new(records: Option<&str>, is_optional: bool) -> Splitter {
        let path = records.map(|path| path.split('.').map(str::to_owned).collect()).unwrap_or_default();
        Splitter {
            path,
            is_optional,
            frames: Vec::new(),
            state: State::After,
            inner: Inner::default(),
            has_begun: false,
        }
    }

    /// Goes on from a byte of a text to its end; `found` takes the records that end there.
    pub(super) fn go(&mut self, text: &[u8], from: usize, found: &mut Vec<Range<usize>>) -> Result<(), Broken> {
        let mut at = from;
        while at < text.len() {
            match self.state {
                State::In { record } => {
                    let Some(end) = self.inner.end(text, at) else { return Ok(()) };
                    found.extend(record.map(|start| start..end));
                    (self.state, at) = (State::After, end);
                }
                State::InKey { start } => {
                    let Some(end) = self.inner.end(text, at) else { return Ok(()) };
                    self.key(&text[start..end]).map_err(|why| Broken { at: start, why })?;
                    at = end;
                }
                _ if matches!(text[at], b' ' | b'\t' | b'\r' | b'\n') => at += 1,
                _ => at += self.sign(text, at, found).map_err(|why| Broken { at, why })?,
            }
        }
        Ok(())
    }

    /// Tells whether the file may end after a text, whose last value may then end with it.
    pub(super) fn end(&mut self, text: &[u8], found: &mut Vec<Range<usize>>) -> Result<(), Broken> {
        let broken = |what: &str| Err(Broken { at: text.len(), why: Why::Damaged(what.to_owned()) });
        if let State::In { record } = self.state
            && self.frames.is_empty()
            && self.inner.depth == 0
            && !self.inner.in_text
        {
            found.extend(record.map(|start| start..text.len()));
            self.state = State::After;
        }
        match (self.frames.last(), self.state) {
            (None, State::After) if self.has_begun => Ok(()),
            (None, State::After) => broken("it holds no value"),
            (Some(Frame::List { .. }), State::After | State::Value { .. }) => {
                broken("it ends within a list, before its `]`: it was cut off")
            }
            (None | Some(Frame::List { .. }), _) => broken("it ends within a record: it was cut off"),
            (Some(Frame::Object { .. }), _) => broken("it ends within an object, before its `}`: it was cut off"),
        }
    }

    /// Returns where something begins that has not ended in the text so far.
    pub(super) fn held(&self) -> Option<usize> {
        let record = self.frames.iter().find_map(|frame| match frame {
            Frame::Object { record, .. } => *record,
            Frame::List { .. } => None,
        });
        record.or(match self.state {
            State::InKey { start } | State::In { record: Some(start) } => Some(start),
            _ => None,
        })
    }

    /// Takes note that the text will begin so many bytes later.
    pub(super) fn forget(&mut self, bytes: usize) {
        for frame in &mut self.frames {
            if let Frame::Object { record: Some(start), .. } = frame {
                *start -= bytes;
            }
        }
        match &mut self.state {
            State::InKey { start } | State::In { record: Some(start) } => *start -= bytes,
            _ => {}
        }
    }

    /// Takes a sign that is no blank; returns how many bytes are done with.
    fn sign(&mut self, text: &[u8], at: usize, found: &mut Vec<Range<usize>>) -> Result<usize, Why> {
        match (self.state, self.frames.last_mut(), text[at]) {
            (State::After, None, byte) => self.value(byte, at),
            (State::After, Some(Frame::List { .. }), b',') => self.then(State::Value { may_end: false }),
            (State::After, Some(Frame::Object { .. }), b',') => self.then(State::Key { may_end: false }),
            (State::After | State::Value { may_end: true }, Some(Frame::List { .. }), b']') => self.close(),
            (
                State::After | State::Key { may_end: true },
                Some(Frame::Object { is_found, names, record, .. }),
                b'}',
            ) => {
                match (*is_found, *record) {
                    (false, None) => return Err(lacking(&self.path, names)),
                    (false, Some(start)) => found.push(start..at + 1),
                    (true, _) => {}
                }
                self.close()
            }
            (State::Value { .. }, _, byte) => self.value(byte, at),
            (State::Key { .. }, _, b'"') => {
                self.inner = Inner { in_text: true, ..Inner::default() };
                self.then(State::InKey { start: at })
            }
            (State::Colon { is_wanted: true }, _, b':') => self.then(State::Value { may_end: false }),
            (State::Colon { is_wanted: false }, _, b':') => self.then(State::Other),
            (State::Other, _, byte) => self.follow(byte, None),
            _ => {
                let next = String::from_utf8_lossy(&text[at..text.len().min(at + WORD)]);
                Err(Why::Damaged(format!("`{}` stands where {} is expected", sign(&next), self.expected())))
            }
        }
    }

    fn then(&mut self, state: State) -> Result<usize, Why> {
        self.state = state;
        Ok(1)
    }

    fn close(&mut self) -> Result<usize, Why> {
        self.frames.pop();
        self.then(State::After)
    }

    /// Begins a value that leads to records, or is one.
    fn value(&mut self, byte: u8, at: usize) -> Result<usize, Why> {
        self.has_begun = true;
        let (depth, is_element) = match self.frames.last() {
            None => (0, false),
            Some(Frame::List { depth }) => (*depth, true),
            Some(Frame::Object { depth, .. }) => (depth + 1, false),
        };
        let is_there = depth == self.path.len();
        let frame = match byte {
            b'[' if !(is_there && is_element) => Frame::List { depth },
            b'{' if !is_there => {
                let record = (self.is_optional && depth == 0).then_some(at);
                Frame::Object { depth, is_found: false, names: Vec::new(), record }
            }
            // A document without records has null for their list.
            b'n' if is_there && depth > 0 && !is_element => return self.follow(byte, None),
            _ if is_there || self.is_optional && depth == 0 => return self.follow(byte, Some(at)),
            _ => return Err(lacking(&self.path, &[])),
        };
        if self.frames.len() == DEEPEST {
            return Err(Why::Damaged(format!("more than {DEEPEST} lists and objects stand within each other")));
        }
        let state = match frame {
            Frame::List { .. } => State::Value { may_end: true },
            Frame::Object { .. } => State::Key { may_end: true },
        };
        self.frames.push(frame);
        self.then(state)
    }

    /// Follows a value to its end.
    fn follow(&mut self, byte: u8, record: Option<usize>) -> Result<usize, Why> {
        if matches!(byte, b',' | b':' | b']' | b'}') {
            return Err(Why::Damaged(format!("`{}` stands where a value is expected", char::from(byte))));
        }
        let depth = usize::from(matches!(byte, b'{' | b'['));
        self.inner = Inner { depth, in_text: byte == b'"', is_escaped: false };
        self.then(State::In { record })
    }

    /// Takes the name of a member.
    fn key(&mut self, text: &[u8]) -> Result<(), Why> {
        let Some(Frame::Object { depth, is_found, names, record }) = self.frames.last_mut() else { return Ok(()) };
        let name: Cow<'_, str> =
            serde_json::from_slice::<Name<'_>>(text).map_err(|_| Why::Damaged("a name is no JSON text".to_owned()))?.0;
        let is_wanted = name == self.path[*depth].as_str();
        if is_wanted {
            *record = None;
        }
        if is_wanted && std::mem::replace(is_found, true) {
            return Err(Why::Damaged(format!("an object has `{name}` twice")));
        }
        if record.is_none() && names.len() < TOLD {
            names.push(name.into_owned());
        }
        self.state = State::Colon { is_wanted };
        Ok(())
    }

    fn expected(&self) -> &'static str {
        match (self.state, self.frames.last()) {
            (State::Colon { .. }, _) => "`:`",
            (State::Key { .. }, _) => "a name in quotes",
            (State::After, Some(Frame::List { .. })) => "`,` or `]`",
            (State::After, Some(Frame::Object { .. })) => "`,` or `}`",
            _ => "a value",
        }
    }
}

impl Inner {
    /// Returns the place just after the value; `None` where it has not ended yet.
    fn end(&mut self, text: &[u8], mut at: usize) -> Option<usize> {
        while at < text.len() {
            if std::mem::take(&mut self.is_escaped) {
                at += 1;
                continue;
            }
            if self.in_text {
                at += memchr2(b'"', b'\\', &text[at..])?;
                match text[at] {
                    b'"' => self.in_text = false,
                    _ => self.is_escaped = true,
                }
                at += 1;
                if !self.in_text && self.depth == 0 {
                    return Some(at);
                }
                continue;
            }
            match text[at] {
                // A text after a plain value is another value.
                b'"' | b'{' | b'[' | b':' if self.depth == 0 => return Some(at),
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth <= 1 => return Some(at + self.depth),
                b'}' | b']' => self.depth -= 1,
                b',' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => return Some(at),
                _ => {}
            }
            at += 1;
        }
        None
    }
}

fn lacking(path: &[String], names: &[String]) -> Why {
    let path = path.join(".");
    let has = match names {
        [] => String::new(),
        names => format!(" (it has `{}`)", names.join("`, `")),
    };
    Why::NoRecords(format!("a document has no `{path}`, where its records should be{has}: mend `records`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the records of a text that comes in parts of some bytes; a path with `?` is optional.
    fn split(text: &str, records: Option<&str>, part: usize) -> Result<Vec<String>, (usize, String)> {
        let path = records.and_then(|path| path.strip_suffix('?'));
        let mut splitter = Splitter::new(path.or(records), path.is_some());
        let (mut buffer, mut before, mut all) = (Vec::new(), 0, Vec::new());
        for bytes in text.as_bytes().chunks(part) {
            let (mut found, from) = (Vec::new(), buffer.len());
            buffer.extend_from_slice(bytes);
            splitter.go(&buffer, from, &mut found).map_err(|broken| (before + broken.at, said(broken.why)))?;
            all.extend(found.into_iter().map(|range| String::from_utf8_lossy(&buffer[range]).into_owned()));
            let done = splitter.held().unwrap_or(buffer.len());
            splitter.forget(done);
            buffer.drain(..done);
            before += done;
        }
        let mut found = Vec::new();
        splitter.end(&buffer, &mut found).map_err(|broken| (before + broken.at, said(broken.why)))?;
        all.extend(found.into_iter().map(|range| String::from_utf8_lossy(&buffer[range]).into_owned()));
        Ok(all)
    }

    fn said(why: Why) -> String {
        match why {
            Why::Damaged(what) | Why::NoRecords(what) => what,
        }
    }

    #[track_caller]
    fn assert_splits(text: &str, records: Option<&str>, expected: &[&str]) {
        for part in 1..=text.len() {
            assert_eq!(split(text, records, part).unwrap(), expected, "{part}");
        }
    }

    #[test]
    fn records_are_found_one_after_the_other_in_lists_and_in_documents() {
        let (a, b) = (r#"{"a": "]}\"\\", "b": [{}]}"#, r#"{"a":{"b":[1,2]}}"#);
        assert_splits(&format!("{a}\n {b}"), None, &[a, b]);
        assert_splits(&format!("{a}{b}"), None, &[a, b]);
        assert_splits(&format!(" [ {a} ,{b}] [] [{a}]\n"), None, &[a, b, a]);
        assert_splits("[1, \"x\", [2], null] 3", None, &["1", "\"x\"", "[2]", "null", "3"]);
        let document = format!(r#"{{"n": [{{"orders": 1}}], "x": "y", "orders": [{a},{b}], "m": -1}}"#);
        assert_splits(&document, Some("orders"), &[a, b]);
        assert_splits(&format!("[{document},{document}]"), Some("orders"), &[a, b, a, b]);
        assert_splits(&format!(r#"{{"d\u0061ta": [{{"o": {{"nodes": {a}}}}}]}}"#), Some("data.o.nodes"), &[a]);
        assert_splits(r#"{"orders": null} {"orders": []}"#, Some("orders"), &[]);
    }

    #[test]
    fn an_object_without_the_optional_path_is_a_record_itself() {
        let (a, b) = (r#"{"a": {"orders": [1]}, "b\"": "}"}"#, r#"{ "c" : [2] , "d":"orders" }"#);
        let path = Some("orders?");
        assert_splits(&format!("{a}\n{b}"), path, &[a, b]);
        assert_splits(&format!("[{a}, {b}] {{}}"), path, &[a, b, "{}"]);
        assert_splits(&format!(r#"{{"n": {a}, "orders": [{a},{b}], "m": {b}}}"#), path, &[a, b]);
        assert_splits(&format!(r#"[{{"orders": [{a}]}}, {b}]"#), path, &[a, b]);
        assert_splits(&format!(r#"{{"orders": null}} {b} {{"orders": {a}}}"#), path, &[b, a]);
        assert_splits("[1, \"x\", null] 3", path, &["1", "\"x\"", "null", "3"]);
        let deep = format!(r#"{{"data": {{"orders": [{a}]}}}} {b}"#);
        assert_splits(&deep, Some("data.orders?"), &[a, b]);
        let (at, what) = split(r#"{"data": {"customers": []}}"#, Some("data.orders?"), 5).unwrap_err();
        assert_eq!(at, 25);
        assert!(what.starts_with("a document has no `data.orders`, where its records should be (it has `customers`)"));
        assert!(split(r#"{"a": 1"#, path, 3).unwrap_err().1.contains("it was cut off"));
    }

    #[test]
    fn a_document_that_is_cut_off_or_damaged_is_told() {
        for (text, records, at, what) in [
            ("", None, 0, "it holds no value"),
            (" \n", None, 2, "it holds no value"),
            ("[{}, {}", None, 7, "it ends within a list, before its `]`: it was cut off"),
            ("[{}, {\"a", None, 8, "it ends within a record: it was cut off"),
            ("{} {", None, 4, "it ends within a record: it was cut off"),
            ("{\"a\": [{}]", Some("a"), 10, "it ends within an object, before its `}`: it was cut off"),
            ("[{} {}]", None, 4, "`{` stands where `,` or `]` is expected"),
            ("[{},]", None, 4, "`]` stands where a value is expected"),
            ("{},{}", None, 2, "`,` stands where a value is expected"),
            ("{\"a\" 1}", Some("a"), 5, "`1` stands where `:` is expected"),
            ("{a: 1}", Some("a"), 1, "`a` stands where a name in quotes is expected"),
            ("{\"a\": [], \"a\": []}", Some("a"), 10, "an object has `a` twice"),
            (
                "{\"b\": 1, \"c\": 2}",
                Some("a.b"),
                15,
                "a document has no `a.b`, where its records should be (it has `b`, `c`): mend `records`",
            ),
            ("{\"a\": 5}", Some("a.b"), 6, "a document has no `a.b`, where its records should be: mend `records`"),
        ] {
            for part in 1..=text.len().max(1) {
                assert_eq!(split(text, records, part).unwrap_err(), (at, what.to_owned()), "{text} {part}");
            }
        }
        let deep = "[".repeat(200);
        assert!(split(&deep, Some("a"), 7).unwrap_err().1.contains("more than 128 lists"));
    }
}
