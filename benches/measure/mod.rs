//! What a child process used, and what a ledger holds: for benches that run the program itself.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PEEK_EVERY: Duration = Duration::from_millis(5);
/// Linux counts processor time in hundredths of a second for whoever asks in `/proc`.
const TICKS_PER_SECOND: f64 = 100.0;

/// What a child used.
pub struct Used {
    pub status: ExitStatus,
    pub cpu_seconds: f64,
    pub wall_seconds: f64,
    pub peak_bytes: u64,
}

/// Runs the program, its words going to a file.
pub fn run<'a>(arguments: impl IntoIterator<Item = &'a str>, log: &Path) -> Used {
    let log = File::create(log).expect("a log can be written");
    let started = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_accrue"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("the program can be started");
    watch(child, started)
}

/// Waits for a child and looks at what it uses: its memory while it runs, its processor time once it has ended and
/// before it is let go.
fn watch(mut child: Child, started: Instant) -> Used {
    let proc = PathBuf::from(format!("/proc/{}", child.id()));
    let mut peak_bytes = 0;
    loop {
        let stat = fs::read_to_string(proc.join("stat")).expect("Linux tells about a child not waited for");
        // The name, in brackets, may hold anything; after it come the state and, 11 and 12 fields on, the times.
        let fields: Vec<&str> = stat[stat.rfind(')').expect("a name") + 2..].split(' ').collect();
        if fields[0] == "Z" {
            let ticks = |field: usize| fields[field].parse::<f64>().expect("a number of ticks");
            let cpu_seconds = (ticks(11) + ticks(12)) / TICKS_PER_SECOND;
            let wall_seconds = started.elapsed().as_secs_f64();
            let status = child.wait().expect("the child has ended");
            return Used { status, cpu_seconds, wall_seconds, peak_bytes };
        }
        let status = fs::read_to_string(proc.join("status")).unwrap_or_default();
        let highest = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        peak_bytes = highest.and_then(|kilobytes| kilobytes.parse::<u64>().ok()).map_or(peak_bytes, |kb| kb * 1024);
        sleep(PEEK_EVERY);
    }
}

/// Returns the number of rows of a ledger, and a hash of all columns but the last two.
pub fn hash(ledger: &Path) -> (usize, String) {
    let file = File::open(ledger).expect("a run writes its ledger");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.build());
    let mut rows = 0;
    // A hash per column, so that it does not matter where batches end.
    let mut hashes = vec![Sha256::new(); 10];
    for batch in reader.expect("a ledger is Parquet") {
        let batch = batch.expect("a ledger can be read back");
        rows += batch.num_rows();
        hashes.iter_mut().zip(batch.columns()).for_each(|(hash, column)| add(column, hash));
    }
    let mut all = Sha256::new();
    hashes.into_iter().for_each(|hash| all.update(hash.finalize()));
    (rows, all.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Adds a column's values to a hash: texts with their lengths, everything else as 64-bit numbers.
fn add(column: &ArrayRef, hash: &mut Sha256) {
    let is_text = !matches!(column.data_type(), DataType::Timestamp(..) | DataType::Decimal128(..));
    if is_text {
        let texts = cast(column, &DataType::Utf8).expect("a column of texts");
        for text in texts.as_string::<i32>() {
            hash.update(text.map_or(-1, |text| text.len() as i64).to_le_bytes());
            hash.update(text.unwrap_or_default());
        }
    } else {
        let numbers = match column.data_type() {
            DataType::Decimal128(..) => {
                let exact = column.as_primitive::<arrow::datatypes::Decimal128Type>();
                exact.unary::<_, Int64Type>(|amount| i64::try_from(amount).expect("an amount of 18 digits"))
            }
            _ => column.as_primitive::<arrow::datatypes::TimestampMicrosecondType>().reinterpret_cast::<Int64Type>(),
        };
        for number in &numbers {
            hash.update(number.unwrap_or(i64::MIN).to_le_bytes());
        }
    }
}
