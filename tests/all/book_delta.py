"""Reads, or adds to, a Delta table with libraries that share nothing with accrue."""

import datetime
import decimal
import json
import os
import sys

import deltalake
import duckdb
import polars
import pyarrow


def main(action, folder):
    if action == "append":
        append(folder)
    print(json.dumps(read(folder)))


def append(folder):
    """Adds a row, makes all files one, adds another row, writes a checkpoint."""
    for run in (90, 91):
        deltalake.write_deltalake(folder, rows_of(deltalake.DeltaTable(folder), run), mode="append")
        if run == 90:
            deltalake.DeltaTable(folder).optimize.compact()
    deltalake.DeltaTable(folder).create_checkpoint()


def rows_of(table, run):
    row = {
        "id": f"A{run}",
        "amount": decimal.Decimal(run),
        "at": datetime.datetime(2024, 5, 1, tzinfo=datetime.timezone.utc),
        "is_new": None,
        "run": run,
    }
    types = [pyarrow.string(), pyarrow.decimal128(18, 4), pyarrow.timestamp("us", "UTC"), pyarrow.bool_(), pyarrow.int64()]
    nullable = {field.name: field.nullable for field in table.schema().fields}
    fields = [pyarrow.field(name, kind, nullable[name]) for name, kind in zip(row, types)]
    return pyarrow.Table.from_pylist([row], pyarrow.schema(fields))


def read(folder):
    table = deltalake.DeltaTable(folder)
    history = table.history()
    found = {
        "version": table.version(),
        "runs": table.transaction_version("runs"),
        "files": len(table.file_uris()),
        "operations": [commit.get("operation") for commit in history],
        "records": [commit.get("record") for commit in history],
        "stats": sorted(table.get_add_actions(flatten=True).column("num_records").to_pylist()),
        "deltalake": plain(table.to_pyarrow_table().to_pylist()),
        "deltalake_one": plain(table.to_pyarrow_table(filters=[("id", "=", "A3")]).to_pylist()),
        "polars": plain(polars.read_delta(folder).to_dicts()),
        "polars_one": plain(polars.scan_delta(folder).filter(polars.col("run") == 3).collect().to_dicts()),
    }
    return found | duckdb_rows(table)


def duckdb_rows(table):
    """What DuckDB makes of the files; its own extension for Delta has to be downloaded, so it is not asked for."""
    query = f'SELECT id, amount, epoch_us("at") AS "at", is_new, run FROM read_parquet({table.file_uris()!r})'
    relation = duckdb.connect().sql(query)
    return {"duckdb": plain(dict(zip(relation.columns, row)) for row in relation.fetchall())}


def plain(rows):
    return sorted([row["id"], str(row["amount"]), micros(row["at"]), row["is_new"], row["run"]] for row in rows)


def micros(at):
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (at - epoch) // datetime.timedelta(microseconds=1) if isinstance(at, datetime.datetime) else at


main(*sys.argv[1:])
# All is told by now. The libraries have threads that can abort the process while Python ends, so it does not wait for them.
sys.stdout.flush()
os._exit(0)
