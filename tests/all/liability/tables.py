"""Runs the SQL of reports in the folders of their books, and compares every row with the CSV and the Parquet file beside it."""

import csv
import decimal
import os
import pathlib
import sys

import duckdb

TABLES = ["rollforward", "prior_corrections", "outstanding", "ageing", "ageing_by_activity", "expiring", "largest"]


def main(*paths):
    compared = 0
    for book, report in zip(paths[::2], paths[1::2]):
        os.chdir(book)
        folder = pathlib.Path(report)
        database = duckdb.connect()
        database.execute((folder / "postings.sql").read_text())
        for table in TABLES:
            found = database.sql((folder / f"{table}.sql").read_text())
            names, rows = found.columns, [[plain(value) for value in row] for row in found.fetchall()]
            with open(folder / f"{table}.csv", newline="") as file:
                header, *expected = csv.reader(file)
            assert names == header, f"{report}/{table}: {names} and not {header}"
            same(rows, [[plain(value) for value in row] for row in expected], f"{report}/{table}.csv")
            columns = ", ".join(f"{name}::text" for name in names if name != "next_expires_at")
            written = database.sql(f"select {columns} from read_parquet('{folder / table}.parquet')").fetchall()
            at = [number for number, name in enumerate(names) if name != "next_expires_at"]
            same([[plain(value) for value in row] for row in written], [[row[number] for number in at] for row in rows],
                f"{report}/{table}.parquet")
            compared += 1
    print(f"{compared} tables are the same")


def plain(value):
    """Amounts have other zeros at their ends in SQL than in CSV."""
    if value is None:
        return ""
    text = str(value)
    try:
        return str(decimal.Decimal(text).normalize() + 0)
    except decimal.InvalidOperation:
        return text


def same(found, expected, what):
    assert found == expected, f"{what}:\n{found}\nand not\n{expected}"


main(*sys.argv[1:])
