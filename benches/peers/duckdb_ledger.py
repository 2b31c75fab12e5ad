"""The ledger of a generated shop in DuckDB: FOLDER of the shop, its FORMAT, THREADS, AS_OF, the LEDGER to write.

Feeds the SQL beside it: by plain queries where the shop has no redemptions, else in rounds.
"""

import duckdb
import sys
from datetime import datetime, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
TIME, AMOUNT = "timestamptz", "decimal(18, 2)"
EXPORTS = {
    "orders": {
        "order_id": "varchar", "customer_id": "varchar", "email": "varchar", "placed_at": TIME, "paid_at": TIME,
        "cancelled_at": TIME, "currency": "varchar", "items_amount": AMOUNT, "total_amount": AMOUNT, "credit_amount": AMOUNT,
    },
    "registrations": {
        "customer_id": "varchar", "registered_at": TIME, "email": "varchar", "name": "varchar", "locale": "varchar",
    },
    "refunds": {"refund_id": "varchar", "order_id": "varchar", "refunded_at": TIME, "amount": AMOUNT, "method": "varchar"},
    "redemptions": {
        "redemption_id": "varchar", "customer_id": "varchar", "order_id": "varchar", "redeemed_at": TIME, "amount": AMOUNT,
        "currency": "varchar",
    },
}


def main(folder, file_format, threads, as_of, ledger):
    connection = duckdb.connect()
    redeems = Path(folder, f"redemptions.{file_format}").exists()
    for export, columns in EXPORTS.items():
        path = f"{folder}/{export}.{file_format}"
        csv = f"read_csv('{path}', header = true, columns = {columns})"
        source = f"read_parquet('{path}')" if file_format == "parquet" else csv
        if export != "redemptions" or redeems:
            connection.execute(f"create view {export} as from {source}")
    now = datetime.now(timezone.utc)
    variables = {
        "threads": int(threads), "as_of": datetime.fromisoformat(as_of), "ledger": ledger, "posted_at": now,
        "run_id": f"run-{now:%Y%m%d-%H%M%S-%f}", "redeems": redeems,
    }
    for name, value in variables.items():
        connection.execute(f"set variable {name} = ?", [value])
    run(connection, "earned")
    spend(connection) if redeems else run(connection, "unspent")
    run(connection, "write")


def spend(connection):
    """Lets people redeem: each of their steps depends on the one before, but not on those of others."""
    run(connection, "spent")
    (rounds,) = connection.execute("select coalesce(max(round), 0) from steps").fetchone()
    for number in range(1, rounds + 1):
        connection.execute("set variable round = ?", [number])
        run(connection, "round")
    run(connection, "entries")


def run(connection, part):
    connection.execute((HERE / f"duckdb_{part}.sql").read_text())


main(*sys.argv[1:])
