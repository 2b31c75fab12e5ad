"""Compares ledgers: totals per currency, method and kind, then every row; exits with 1 where any of them differ."""

import duckdb
import sys

TOTALS = "select currency, method, kind, count(*), sum(amount) from read_parquet(?) group by all order by all"
# Every row with its place, but for the last two columns, which are the run's own.
ROWS = """
    select count(*), sum(hash(
        file_row_number, customer_id, currency, kind, source_id, method, origin_id, amount, effective_at, expires_at, rule
    )::hugeint)
    from read_parquet(?, file_row_number = true)
"""


def main(first, *others):
    connection = duckdb.connect()
    ask = lambda query, path: connection.execute(query, [path]).fetchall()
    totals, rows = ask(TOTALS, first), ask(ROWS, first)
    for other in others:
        differences = set(totals) ^ set(ask(TOTALS, other))
        if differences:
            sys.exit("\n".join([f"{first} and {other} differ:", *map(str, sorted(differences))]))
        if rows != ask(ROWS, other):
            sys.exit(f"{first} and {other} have the same totals, and not the same rows in the same order")
    print(f"{rows[0][0]:,} rows, the same in {len(others) + 1} ledgers: {len(totals)} totals, and every row in its place")


main(*sys.argv[1:])
