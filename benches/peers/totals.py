"""Compares ledgers: prints how many rows each has and what they sum to; exits with 1 where any total differs."""

import duckdb
import sys

TOTALS = "select currency, method, kind, count(*), sum(amount) from read_parquet(?) group by all order by all"
# Also every row: a sum of hashes does not depend on the order. The last two columns are not of the calculation.
ROWS = """
    select count(*), sum(hash(customer_id, currency, kind, source_id, method, origin_id, amount, effective_at, expires_at, rule)::hugeint)
    from read_parquet(?)
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
            sys.exit(f"{first} and {other} have the same totals and not the same rows")
    print(f"{rows[0][0]:,} rows, the same in {len(others) + 1} ledgers: {len(totals)} totals and every row")


main(*sys.argv[1:])
