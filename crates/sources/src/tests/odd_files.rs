//! Files that change while they are read, that swell, or whose texts are longer than any fact needs.

use crate::Progress;
use crate::input::Versions;
use crate::tests::*;
use ::parquet::basic::Encoding;
use arrow::array::{DictionaryArray, Int32Array, StringArray};
use std::fs::{self, File};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

const HEADER: &str = "adjustment_id,customer_id,adjusted_at,amount,note\n";

fn columns<'a>(count: usize, note: ArrayRef) -> Vec<(&'a str, ArrayRef)> {
    let text = |value: &str| Arc::new(StringArray::from(vec![value; count])) as ArrayRef;
    let ids = Arc::new((0..count).map(|at| Some(at.to_string())).collect::<StringArray>());
    vec![
        ("adjustment_id", ids),
        ("customer_id", text("C")),
        ("adjusted_at", text("2024-05-01")),
        ("amount", text("5")),
        ("note", note),
    ]
}

fn csv(note: &str) -> Vec<u8> {
    format!("{HEADER}1,C,2024-05-01,5,{note}\n").into_bytes()
}

/// Reads a file that was made long ago, and does something to it as soon as its first rows have been read.
fn read_while(
    name: &str,
    bytes: &[u8],
    versions: Option<Versions>,
    meanwhile: impl Fn(&Path) + Sync,
) -> Result<Facts, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let long_ago = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
    let input = Input { versions, ..input_of(&path, FactKind::Adjustments, CsvOptions::default(), None) };
    let zone = LocalCalendar::new(chrono_tz::UTC);
    let asked = Asked {
        kept: &[],
        currency: Currency::from_code("USD").unwrap(),
        zone: &zone,
        keep: Keep::Everything,
        is_stopped: &|| false,
    };
    let done = std::sync::Once::new();
    let progress = |progress: Progress| {
        if matches!(progress, Progress::Read { .. }) {
            done.call_once(|| meanwhile(&path));
        }
    };
    let prefix = format!("{}/", folder.path().display());
    read(&[input], &asked, &progress).map_err(|fault| fault.to_string().replace(&prefix, ""))
}

#[test]
fn a_file_that_is_changed_in_place_while_it_is_read_is_refused_in_every_format() {
    let said =
        |name: &str| Some(format!("{name}: was changed while it was read: run again once the export is complete"));
    let note = |text: &str| Arc::new(StringArray::from(vec![text])) as ArrayRef;
    let json = |note: &str| {
        format!(
            "{{\"adjustment_id\":1,\"customer_id\":\"C\",\"adjusted_at\":\"2024-05-01\",\"amount\":5,\"note\":\"{note}\"}}\n"
        )
    };
    let packed = |note: &str| zstd::encode_all(csv(note).as_slice(), 1).unwrap();
    let parquet = |text: &str| parquet_of(columns(1, note(text)));
    let files = [
        ("x.csv", csv("old"), csv("new")),
        ("x.ndjson", json("old").into_bytes(), json("new").into_bytes()),
        ("x.csv.zst", packed("old"), packed("new")),
        ("x.parquet", parquet("old"), parquet("new")),
    ];
    for (name, old, new) in files {
        assert_eq!(old.len(), new.len(), "{name}");
        let same_size = read_while(name, &old, None, |path| fs::write(path, &new).unwrap());
        assert_eq!(same_size.err(), said(name));
        let longer = read_while(name, &old, None, |path| fs::write(path, [old.clone(), new.clone()].concat()).unwrap());
        assert_eq!(longer.err(), said(name));
        // A time of modification that is set back is no disguise.
        let dated_back = read_while(name, &old, None, |path| {
            let time = path.metadata().unwrap().modified().unwrap();
            fs::write(path, &new).unwrap();
            File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
        });
        assert_eq!(dated_back.err(), said(name));
    }
}

#[test]
fn a_file_in_whose_place_another_is_put_is_read_as_it_was() {
    for name in ["x.csv", "x.parquet"] {
        let old =
            if name == "x.csv" { csv("old") } else { parquet_of(columns(1, Arc::new(StringArray::from(vec!["old"])))) };
        let replace = |path: &Path| {
            fs::write(path.with_extension("new"), "garbage").unwrap();
            fs::rename(path.with_extension("new"), path).unwrap();
        };
        let facts = read_while(name, &old, None, replace).unwrap();
        assert_eq!((facts.adjustments.rows.len(), facts.rejects.len()), (1, 0), "{name}");
        assert_eq!(facts.files[0].bytes as usize, old.len());
        // But its time of modification dates the rows, and is another's now.
        let dated = read_while(name, &old, Some(Versions::Modified), replace);
        assert!(dated.err().unwrap().contains("was changed while it was read"), "{name}");
    }
}

#[test]
fn a_text_of_more_than_a_mebibyte_rejects_its_row_in_every_format() {
    let (fits, too_long) = ("n".repeat(1 << 20), "n".repeat((1 << 20) + 1));
    let notes = ["short", &fits, &too_long];
    let ids = notes.iter().zip(1..).map(|(note, id)| (id, *note));
    let lines: String = ids.clone().map(|(id, note)| format!("{id},C,2024-05-01,5,{note}\n")).collect();
    let quoted: String = ids.clone().map(|(id, note)| format!("{id},C,2024-05-01,5,\"{note}\"\n")).collect();
    let objects: String = ids
        .map(|(id, note)| {
            format!("{{\"adjustment_id\":{id},\"customer_id\":\"C\",\"adjusted_at\":\"2024-05-01\",\"amount\":5,\"note\":\"{note}\"}}\n")
        })
        .collect();
    let notes = Arc::new(StringArray::from(notes.to_vec()));
    let files = [
        ("x.csv", format!("{HEADER}{lines}").into_bytes(), 4),
        ("x.ndjson", objects.into_bytes(), 3),
        ("x.parquet", parquet_of(columns(3, notes)), 3),
    ];
    for (name, bytes, place) in files {
        let facts = read_bytes(name, &bytes, FactKind::Adjustments, CsvOptions::default()).unwrap();
        assert_eq!(facts.adjustments.rows.len(), 2, "{name}");
        let [reject] = facts.rejects.as_slice() else { panic!("{name}: {:?}", facts.rejects.len()) };
        assert_eq!((reject.column.as_str(), reject.reason, reject.place), ("note", RejectReason::Malformed, place));
        assert_eq!(reject.message, "has 1048577 bytes, more than the 1 MiB that a text may have");
        assert_eq!(reject.value.chars().count(), 61);
    }
    let facts =
        read_bytes("x.csv", format!("{HEADER}{quoted}").as_bytes(), FactKind::Adjustments, CsvOptions::default());
    let facts = facts.unwrap();
    assert_eq!((facts.adjustments.rows.len(), facts.rejects.len()), (2, 1));
}

#[test]
fn a_long_id_is_a_reject_in_a_mapped_file_too() {
    let text = format!("id,who,at,sum\n1,C,2024-05-01,5\n{},C,2024-05-01,5\n", "7".repeat(5 << 20));
    let columns = [("adjustment_id", "id"), ("customer_id", "who"), ("adjusted_at", "at"), ("amount", "sum")];
    let columns = columns.map(|(canonical, own)| (canonical.to_owned(), own.to_owned())).to_vec();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    fs::write(&path, text).unwrap();
    let mapping =
        Mapping { types: Vec::new(), filter: None, group_by: Vec::new(), having: None, columns, ..Mapping::default() };
    let facts = read_path(&path, FactKind::Adjustments, CsvOptions::default(), Some(mapping)).unwrap();
    assert_eq!((facts.adjustments.rows.len(), facts.rejects.len()), (1, 1));
    assert_eq!((facts.rejects[0].column.as_str(), facts.rejects[0].value.len()), ("id", 60 + '…'.len_utf8()));
}

/// A text is in the file once, and each of its rows has it.
fn repeated(rows: usize, bytes: usize, encoding: Option<Encoding>) -> Vec<u8> {
    let text = "x".repeat(bytes);
    let step = if encoding.is_some() { 64 } else { rows };
    let mut file = Vec::new();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(rows));
    let properties = match encoding {
        Some(encoding) => properties.set_dictionary_enabled(false).set_encoding(encoding).build(),
        None => properties.set_dictionary_page_size_limit(bytes + 100).build(),
    };
    let batch = |rows: usize| {
        let note: ArrayRef = match encoding {
            Some(_) => Arc::new(StringArray::from(vec![text.as_str(); rows])),
            None => {
                let values = Arc::new(StringArray::from(vec![text.as_str()]));
                Arc::new(DictionaryArray::new(Int32Array::from(vec![0; rows]), values))
            }
        };
        RecordBatch::try_from_iter(columns(rows, note)).unwrap()
    };
    let mut writer = ArrowWriter::try_new(&mut file, batch(1).schema(), Some(properties)).unwrap();
    for _ in 0..rows / step {
        writer.write(&batch(step)).unwrap();
    }
    writer.close().unwrap();
    file
}

#[test]
fn texts_that_swell_when_they_are_decoded_are_refused_before_they_fill_the_memory() {
    let read = |bytes: &[u8]| read_bytes("x.parquet", bytes, FactKind::Adjustments, CsvOptions::default());
    let said = "x.parquet: its texts come to more than 256 MB, and the file itself has 1 MB only: export it again, \
                without texts that repeat so often";
    for file in [repeated(16_384, 30_000, None), repeated(16_384, 30_000, Some(Encoding::DELTA_BYTE_ARRAY))] {
        assert!(file.len() < 1 << 20, "{}", file.len());
        assert_eq!(read(&file).err().as_deref(), Some(said));
    }
    // Decoded a few rows at a time, the same rows come out.
    let facts = read(&repeated(2000, 100_000, None)).unwrap();
    assert_eq!((facts.adjustments.rows.len(), facts.rejects.len()), (2000, 0));
    let facts = read(&repeated(2048, 1000, Some(Encoding::DELTA_BYTE_ARRAY))).unwrap();
    assert_eq!((facts.adjustments.rows.len(), facts.rejects.len()), (2048, 0));
    let facts = read(&repeated(20, 2 << 20, None)).unwrap();
    assert_eq!((facts.adjustments.rows.len(), facts.rejects.len()), (0, 20));
}

#[test]
fn a_packed_file_that_unpacks_without_end_is_refused() {
    let mut packed = zstd::Encoder::new(Vec::new(), 1).unwrap();
    std::io::Write::write_all(&mut packed, HEADER.as_bytes()).unwrap();
    let line = [b"x".repeat((1 << 20) - 1), b"\n".to_vec()].concat();
    for _ in 0..1100 {
        std::io::Write::write_all(&mut packed, &line).unwrap();
    }
    let packed = packed.finish().unwrap();
    let fault = read_bytes("x.csv.zst", &packed, FactKind::Adjustments, CsvOptions::default()).err().unwrap();
    assert_eq!(
        fault,
        "x.csv.zst: cannot be read: it unpacks to more than 1024 MB and to more than 256 times its own size: look at what made it"
    );
}
