#!/usr/bin/env python3
"""The same ledger by accrue, DuckDB and Polars, from the same files, in turns: what does each use, and do they agree?

Needs `cargo build --release` before, Python 3.10 or later, Linux or macOS, and the network when first run: it installs the
peers, in the versions of requirements.txt, into a virtual environment below `target/`. Prints a table in Markdown, what a
row of the ledger costs accrue where people redeem, and what only reading and writing would cost; exits with 1 where the
ledgers differ.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
AS_OF = "2025-01-01T05:00:00+00:00"  # midnight of the program's time zone
NO_MAILS = "\n[emails]\nreceived = false\nredeemed = false\nexpiring = false\nrefunded = false\n"
PROGRAMS = ["accrue", "DuckDB", "Polars"]


class Shop(NamedTuple):
    name: str
    file_format: str
    redeems: bool


class Used(NamedTuple):
    cpu: float
    wall: float
    peak: int
    written: int


PLAIN, REDEEMING = Shop("parquet", "parquet", False), Shop("parquet with redemptions", "parquet", True)
SHOPS = [PLAIN, Shop("csv", "csv", False), REDEEMING]


def main():
    options = arguments()
    work = options.work / "peers"
    python = environment(options.work / "peers-venv")
    shutil.rmtree(work, ignore_errors=True)
    for shop in SHOPS:
        generate(options, work / shop.name, shop)
    used = measure(options, python, work)
    report(options, used)
    report_rows(used, rows(work / PLAIN.name), rows(work / REDEEMING.name))
    subprocess.run(["cargo", "bench", "--quiet", "--bench", "floor", "--", "--shop", work / PLAIN.name], cwd=ROOT, check=True)
    for shop in SHOPS:
        ledgers = [work / shop.name / f"{program}.parquet" for program in PROGRAMS]
        subprocess.run([python, HERE / "totals.py", *ledgers], check=True)
    shutil.rmtree(work)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("orders", type=int, nargs="?", default=100_000, help="size of the shop; docs/performance.md has figures of 10000000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--accrue", type=Path, default=ROOT / "target/release/accrue", help="the program to measure")
    parser.add_argument("--work", type=Path, default=ROOT / "target", help="where shops, ledgers and peers go")
    return parser.parse_args()


def environment(venv):
    """Returns the Python of a virtual environment that has the peers."""
    python = venv / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / "requirements.txt"]
    subprocess.run(pip, check=True)
    return python


def generate(options, folder, shop):
    """Makes a shop that mails nobody: the peers render no emails."""
    size = ["--orders", str(options.orders), "--seed", str(options.seed), "--format", shop.file_format]
    redemptions = ["--redemptions"] if shop.redeems else []
    command = [options.accrue, "generate", folder, *size, *redemptions]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    with (folder / "program.toml").open("a") as program:
        program.write(NO_MAILS)


def measure(options, python, work):
    """Runs every program on every shop in each round; returns what it used in which."""
    used = {(shop, program): [] for shop in SHOPS for program in PROGRAMS}
    for _ in range(options.rounds):
        for shop, program in used:
            used[shop, program].append(run(program, options, python, work / shop.name, shop.file_format))
    return used


def report(options, used):
    """Prints a line of medians for each program on each shop."""
    print(f"{options.orders:,} orders, seed {options.seed}, {options.threads} threads, rounds in turns: {options.rounds}\n")
    print("| from | program | CPU s | wall s | peak MB | ledger MB | CPU beside accrue's |")
    print("|---|---|---|---|---|---|---|")
    for (shop, program), rounds in used.items():
        cpu, wall, peak, written = (statistics.median(figures) for figures in zip(*rounds))
        ratio = statistics.median(peer.cpu / own.cpu for peer, own in zip(rounds, used[shop, "accrue"]))
        figures = f"{cpu:.2f} | {wall:.2f} | {peak / 1e6:,.0f} | {written / 1e6:,.1f} | {ratio:.2f}"
        print(f"| {shop.name} | {program} | {figures} |")


def rows(folder):
    """Returns how many rows accrue's ledger has; the others are to have as many."""
    postings = json.loads((folder / "out/summary.json").read_text())["postings"]
    return sum(posting["count"] for posting in postings)


def report_rows(used, plain_rows, redeeming_rows):
    """Prints what a row of the ledger costs accrue without redemptions and with them."""
    plain = [one.cpu / plain_rows * 1e6 for one in used[PLAIN, "accrue"]]
    redeeming = [one.cpu / redeeming_rows * 1e6 for one in used[REDEEMING, "accrue"]]
    times = statistics.median(b / a for a, b in zip(plain, redeeming))
    print(
        f"\naccrue's CPU per ledger row: {statistics.median(plain):.2f} µs of {plain_rows:,}; with redemptions "
        f"{statistics.median(redeeming):.2f} µs of {redeeming_rows:,}, {times:.2f} times as much\n", flush=True,
    )


def run(program, options, python, shop, file_format):
    ledger = shop / f"{program}.parquet"
    threads = str(options.threads)
    out = ["--out", shop / "out"]
    command = {
        "accrue": [options.accrue, "run", "--as-of", AS_OF, "--threads", threads, *out, shop / "pipeline.toml"],
        "DuckDB": [python, HERE / "duckdb_ledger.py", shop, file_format, threads, AS_OF, ledger],
        "Polars": [python, HERE / "polars_ledger.py", shop, file_format, AS_OF, ledger],
    }[program]
    if program == "accrue":
        shutil.rmtree(shop / "out", ignore_errors=True)
    ledger.unlink(missing_ok=True)
    cpu, wall, peak = timed(command, {**os.environ, "POLARS_MAX_THREADS": threads})
    if program == "accrue":
        (shop / "out/ledger.parquet").rename(ledger)
    return Used(cpu, wall, peak, ledger.stat().st_size)


def timed(command, variables):
    """Returns what a child used: seconds of processor time, seconds of wall time, most bytes of memory."""
    started = time.perf_counter()
    child = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = child.stderr.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - started
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{said}")
    # macOS counts bytes, others kilobytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit


if __name__ == "__main__":
    main()
