"""Writes a Delta table of orders with a library that shares nothing with accrue; prints the rows that are in it."""

import datetime
import decimal
import json
import os
import sys

import deltalake
import pyarrow


def main(folder):
    deltalake.write_deltalake(folder, orders([("O-1", "a b", 1), ("O-2", "a b", 2), ("O-3", "c%d/é", 3)]), partition_by=["shop", "placed_on"])
    deltalake.write_deltalake(folder, orders([("O-4", None, 4), ("O-5", "x=y:z", 5)]), mode="append")
    table = deltalake.DeltaTable(folder)
    table.delete("order_id = 'O-2'")
    table.update(predicate="order_id = 'O-3'", updates={"total_amount": "33.00", "items_amount": "33.00"})
    table.create_checkpoint()
    more = orders([("O-6", "a b", 6)]).append_column("note", pyarrow.array(["new"]))
    deltalake.write_deltalake(folder, more, mode="append", schema_mode="merge")
    table = deltalake.DeltaTable(folder)
    table.optimize.compact()
    table.create_checkpoint()
    table.delete("order_id = 'O-5'")
    rows = deltalake.DeltaTable(folder).to_pyarrow_table().to_pylist()
    told = [[row["order_id"], str(row["total_amount"]), str(row["placed_on"]), row["shop"], row["note"]] for row in rows]
    print(json.dumps(sorted(told, key=lambda row: row[0])))


def orders(given):
    row = lambda order, shop, day: {
        "order_id": order,
        "customer_id": "ada",
        "shop": shop,
        "placed_on": datetime.date(2024, 5, day),
        "items_amount": decimal.Decimal(day),
        "total_amount": decimal.Decimal(day),
    }
    text, amount = pyarrow.string(), pyarrow.decimal128(18, 2)
    types = [text, text, text, pyarrow.date32(), amount, amount]
    names = ["order_id", "customer_id", "shop", "placed_on", "items_amount", "total_amount"]
    return pyarrow.Table.from_pylist([row(*one) for one in given], pyarrow.schema(list(zip(names, types))))


main(*sys.argv[1:])
# All is told by now. The libraries have threads that can abort the process while Python ends, so it does not wait for them.
sys.stdout.flush()
os._exit(0)
