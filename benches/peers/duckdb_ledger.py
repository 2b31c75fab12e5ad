"""Runs duckdb_ledger.sql: FOLDER of a shop, its FORMAT, THREADS, AS_OF, the LEDGER to write."""

import duckdb
import sys
from datetime import datetime, timezone
from pathlib import Path

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
}


def main(folder, file_format, threads, as_of, ledger):
    connection = duckdb.connect()
    for export, columns in EXPORTS.items():
        path = f"{folder}/{export}.{file_format}"
        csv = f"read_csv('{path}', header = true, columns = {columns})"
        source = f"read_parquet('{path}')" if file_format == "parquet" else csv
        connection.execute(f"create view {export} as from {source}")
    now = datetime.now(timezone.utc)
    variables = {
        "threads": int(threads), "as_of": datetime.fromisoformat(as_of), "ledger": ledger, "posted_at": now,
        "run_id": f"run-{now:%Y%m%d-%H%M%S-%f}",
    }
    for name, value in variables.items():
        connection.execute(f"set variable {name} = ?", [value])
    connection.execute(Path(__file__).with_suffix(".sql").read_text())


main(*sys.argv[1:])
