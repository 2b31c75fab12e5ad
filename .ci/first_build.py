#!/usr/bin/env python3
"""What a first build costs, crate by crate, and whether that is within the budget.

    .ci/first_build.py check      looks at the crates of the program and at what they cost when they were measured
    .ci/first_build.py measure    builds the program anew in a temporary folder and writes down what each crate cost

Who adds a crate measures (minutes, on a machine that does nothing else) and commits first_build.tsv with it.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COSTS = ROOT / ".ci" / "first_build.tsv"
# CPU seconds of `cargo build --release` on an empty machine: five to ten minutes on two cores.
BUDGET = 900


def crates():
    """Names of all crates that the program is built of, build scripts and macros included."""
    command = ["cargo", "tree", "--locked", "--offline", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"]
    tree = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {line.split()[0] for line in tree.splitlines() if line.strip()}


def costs():
    lines = [line.split("\t") for line in COSTS.read_text().splitlines() if not line.startswith("#")]
    return {name: float(seconds) for name, seconds in lines}


def check():
    known, used = costs(), crates()
    faults = [f"{name} has not been measured" for name in sorted(used - known.keys())]
    faults += [f"{name} is no longer a crate of the program" for name in sorted(known.keys() - used)]
    total = sum(known.values())
    if total > BUDGET:
        faults.append(f"a first build takes {total:.0f} CPU seconds, more than {BUDGET}")
    if faults:
        faults.append("run `.ci/first_build.py measure` on an idle machine, and look at what the first build costs")
        sys.exit("\n".join(faults))
    print(f"a first build of {len(used)} crates takes {total:.0f} of at most {BUDGET} CPU seconds")


def measure():
    with tempfile.TemporaryDirectory() as target:
        command = ["cargo", "build", "--release", "--locked", "--timings", "--target-dir", target]
        subprocess.run(command, cwd=ROOT, check=True)
        page = next(Path(target, "cargo-timings").glob("cargo-timing-*.html")).read_text()
    units = json.loads(re.search(r"const UNIT_DATA = (\[.*?\]);", page, re.DOTALL).group(1))
    seconds = defaultdict(float)
    for unit in units:
        seconds[unit["name"]] += unit["duration"]
    rows = sorted(seconds.items(), key=lambda row: (-row[1], row[0]))
    lines = ["# crate\tseconds that a first build spends on it, two crates at a time"]
    lines += [f"{name}\t{cost:.1f}" for name, cost in rows]
    COSTS.write_text("\n".join(lines) + "\n")
    check()


if __name__ == "__main__":
    commands = {"check": check, "measure": measure}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]]()
