"""The ledger of a generated shop in Polars: FOLDER of the shop, its FORMAT, AS_OF, the LEDGER to write.

Money is whole cents. Numbers in brackets are sections of docs/spec.md. POLARS_MAX_THREADS says how many threads.
"""

import hashlib
import polars as pl
import polars_spent
import sys
from datetime import date, datetime, timezone
from pathlib import Path

ZONE = "America/New_York"
CLAWBACK_FROM = datetime(2023, 1, 1, 5, tzinfo=timezone.utc)
LOTS = ["first_order", "order_history", "per_order", "spend_history"]
AMOUNT = pl.Decimal(18, 2)
KIND = pl.Enum(["grant", "clawback", "redeem", "restore", "expire"])
METHOD = pl.Enum(["first_order", "order_history", "per_order", "refund_credit", "registration", "spend_history"])
LEDGER_ORDER = ["customer_id", "effective_at", "kind", "source_id", "method"]


def cents(column):
    """An amount of two decimals is kept as a whole number of cents."""
    return pl.col(column).to_physical().cast(pl.Int32)


def calendar(as_of):
    """Expiry (5.1). In each UTC day one local day begins: a join finds what calendar arithmetic would for every row."""

    def midnight(days):
        local = pl.col("day").dt.offset_by(f"{days}d").cast(pl.Datetime("us"))
        return local.dt.replace_time_zone(ZONE).dt.convert_time_zone("UTC")

    days = pl.select(day=pl.date_range(date(2022, 12, 31), as_of.date())).lazy()
    return days.with_columns(midnight=midnight(0), expires_before=midnight(365), expires_after=midnight(366))


def expiring(frame, at, calendar):
    """Adds the expiry of what is granted at a time."""
    expires_at = pl.when(pl.col(at) < pl.col("midnight")).then("expires_before").otherwise("expires_after")
    joined = frame.with_columns(day=pl.col(at).dt.date()).join(calendar, on="day", how="left")
    return joined.with_columns(expires_at=expires_at).drop("day", "midnight", "expires_before", "expires_after")


def guest_ids(emails):
    return pl.Series([f"guest:{hashlib.sha256(email.encode()).hexdigest()[:32]}" for email in emails], dtype=pl.String)


def owned(orders, registrations):
    """Accepted orders and whose they are (2). Only guests need their emails."""
    accepted = orders.filter(cents("items_amount") >= 0)
    columns = ["order_id", "customer_id", "paid_at", "cancelled_at", "items_amount", "total_amount", "credit_amount"]
    email = pl.col("email").str.to_lowercase()
    owners = registrations.select(email, owner="customer_id")
    guests = accepted.filter(pl.col("customer_id").is_null()).with_columns(email).join(owners, on="email", how="left")
    guest_id = pl.col("email").map_batches(guest_ids, return_dtype=pl.String, is_elementwise=True)
    guests = guests.with_columns(customer_id=pl.coalesce("owner", guest_id))
    return pl.concat([accepted.filter(pl.col("customer_id").is_not_null()).select(columns), guests.select(columns)])


def earned(owned, calendar, as_of):
    """What each order has earned (4), nothing where it does not count (3)."""
    paid, cancelled = pl.col("paid_at"), pl.col("cancelled_at")
    counts = ((paid <= as_of) & (cancelled.is_null() | (paid < cancelled))).fill_null(False)
    value = cents("items_amount") - pl.min_horizontal(cents("items_amount"), cents("credit_amount"))
    valued = owned.select(
        "order_id", "customer_id", "paid_at", counts=counts, total=cents("total_amount"),
        cancelled_at=pl.when(cancelled <= as_of).then(cancelled), value=pl.when(counts).then(value).otherwise(0),
    )
    person = ["customer_id", "counts"]
    history = valued.sort("customer_id", "paid_at", "order_id").with_columns(
        n=pl.when("counts").then(pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over(person)).otherwise(0),
        spent=pl.col("value").cast(pl.Int64).cum_sum().over(person),
    )
    n, spent, value = pl.col("n"), pl.col("spent"), pl.col("value")
    tiers = n.replace_strict([3, 5, 10, 25, 50], [200, 300, 500, 1000, 2000], default=0, return_dtype=pl.Int32)
    return expiring(history, "paid_at", calendar).select(
        "order_id", "customer_id", "paid_at", "cancelled_at", "total", "expires_at",
        first_order=pl.when(n == 1).then(pl.lit(500, pl.Int32)).otherwise(0),
        order_history=tiers,
        per_order=value // 1000 * 50,
        spend_history=((spent // 35000 - (spent - value) // 35000) * 700).cast(pl.Int32),
    )


def reclaims(refunded, earned):
    """How much of its order is to have been reclaimed by each refund, and how much was before (5.4). A cancellation is all."""
    refunds = refunded.filter(pl.col("method") != "store_credit").drop("method").with_columns(cancels=False)
    cancellations = earned.filter(pl.col("cancelled_at").is_not_null()).with_columns(
        refund_id="cancel:" + pl.col("order_id"), amount="total", acts_at="cancelled_at", cancels=True
    )
    acts = pl.concat([refunds, cancellations.select(refunds.collect_schema().names())])
    acts = acts.sort("order_id", "acts_at", "cancels", "refund_id")

    def up_to_total(amount):
        return pl.min_horizontal(amount.cum_sum().over("order_id"), "total")

    too_early = pl.when(pl.col("acts_at") < CLAWBACK_FROM).then("amount").otherwise(0)
    parts = acts.with_columns(part=(up_to_total(pl.col("amount")) - up_to_total(too_early)).cast(pl.Int64))
    return parts.with_columns(part_before=pl.col("part").shift(1, fill_value=0).over("order_id"))


def entries(frame, kind, method, source_id, origin_id, amount, effective_at):
    columns = {
        "effective_at": pl.col(effective_at), "kind": pl.lit(kind, KIND), "source_id": pl.col(source_id),
        "method": pl.lit(method, METHOD), "origin_id": pl.col(origin_id), "amount": amount.cast(pl.Int32),
    }
    return frame.select("customer_id", "expires_at", **columns).filter(pl.col("amount") != 0)


def once(frame):
    """Computes what several branches need: left to itself, the planner prunes each branch and computes it several times."""
    return frame.collect(engine="streaming").lazy()


def ledger(orders, registrations, refunds, redemptions, as_of, posted_at, run_id):
    """The ledger, of a shop that has no redemptions where these are `None`."""
    days = calendar(as_of)
    registrations = registrations.filter(pl.col("registered_at") <= as_of)
    orders = once(earned(owned(orders, registrations), days, as_of))
    refunded = refunds.filter(pl.col("refunded_at") <= as_of).with_columns(amount=cents("amount"))
    refunded = refunded.join(orders, on="order_id").with_columns(acts_at=pl.max_horizontal("refunded_at", "paid_at"))
    refunded = once(refunded.drop("refunded_at"))
    reclaimed = once(reclaims(refunded, orders))
    registered = expiring(registrations.select("customer_id", "registered_at"), "registered_at", days)
    every = granted(orders, registered, refunded)
    if redemptions is None:
        every += unspent(orders, registered, reclaimed, as_of)
        # No two entries of a person agree in all of these, so the contract's origin id need not be compared too.
        order = LEDGER_ORDER
    else:
        every = polars_spent.entries(once(pl.concat(every)), redemptions, refunded, reclaimed, orders, as_of, KIND)
        order = [*LEDGER_ORDER, "origin_id"]

    is_rule = (pl.col("kind") == "grant") & (pl.col("method") != "refund_credit")
    return pl.concat(every).sort(order).select(
        "customer_id",
        pl.lit("USD").alias("currency"),
        "kind", "source_id", "method", "origin_id",
        (pl.col("amount") / 100).cast(pl.Decimal(18, 4)),
        "effective_at", "expires_at",
        pl.when(is_rule).then("method").alias("rule"),
        pl.lit(posted_at).alias("posted_at"),
        pl.lit(run_id).alias("run_id"),
    )


def granted(orders, registered, refunded):
    """Every lot's grant (4, 5.6)."""
    never = pl.lit(None, pl.Datetime("us", "UTC"))
    credits = refunded.filter(pl.col("method") == "store_credit").with_columns(expires_at=never)
    return [
        entries(registered, "grant", "registration", "customer_id", "customer_id", pl.lit(300), "registered_at"),
        entries(credits, "grant", "refund_credit", "refund_id", "refund_id", pl.col("amount"), "acts_at"),
        *(entries(orders, "grant", lot, "order_id", "order_id", pl.col(lot), "paid_at") for lot in LOTS),
    ]


def unspent(orders, registered, reclaimed, as_of):
    """What happens to lots where nobody redeems: it depends on the refunds of a lot's own order alone."""
    reclaimed = reclaimed.filter(pl.col("acts_at") < pl.col("expires_at"))
    parts = reclaimed.group_by("order_id").agg(pl.col("part").max())
    expired = orders.filter(pl.col("expires_at") <= as_of).join(parts, on="order_id", how="left")
    expired = expired.with_columns(pl.col("part").fill_null(0))
    registrations = registered.filter(pl.col("expires_at") <= as_of)
    every = [entries(registrations, "expire", "registration", "customer_id", "customer_id", pl.lit(-300), "expires_at")]
    for lot in LOTS:
        share = pl.col(lot) * pl.col("part") // pl.col("total")
        share_before = pl.col(lot) * pl.col("part_before") // pl.col("total")
        every.append(entries(reclaimed, "clawback", lot, "refund_id", "order_id", share_before - share, "acts_at"))
        every.append(entries(expired, "expire", lot, "order_id", "order_id", share - pl.col(lot), "expires_at"))
    return every


ORDERS = {
    "order_id": pl.String, "customer_id": pl.String, "email": pl.String, "placed_at": pl.String, "paid_at": pl.String,
    "cancelled_at": pl.String, "currency": pl.String, "items_amount": AMOUNT, "total_amount": AMOUNT, "credit_amount": AMOUNT,
}
REGISTRATIONS = {
    "customer_id": pl.String, "registered_at": pl.String, "email": pl.String, "name": pl.String, "locale": pl.String,
}
REFUNDS = {"refund_id": pl.String, "order_id": pl.String, "refunded_at": pl.String, "amount": AMOUNT, "method": pl.String}
REDEMPTIONS = {
    "redemption_id": pl.String, "customer_id": pl.String, "order_id": pl.String, "redeemed_at": pl.String, "amount": AMOUNT,
    "currency": pl.String,
}


def scan(path, schema, times):
    if path.endswith(".parquet"):
        return pl.scan_parquet(path)
    # Without the Z at the end of each time Polars parses them twice as fast.
    time = pl.col(times).str.head(19).str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us").dt.replace_time_zone("UTC")
    return pl.scan_csv(path, schema=schema).with_columns(time)


def main(folder, file_format, as_of, path):
    orders = scan(f"{folder}/orders.{file_format}", ORDERS, ["paid_at", "cancelled_at"])
    registrations = scan(f"{folder}/registrations.{file_format}", REGISTRATIONS, ["registered_at"])
    refunds = scan(f"{folder}/refunds.{file_format}", REFUNDS, ["refunded_at"])
    redemptions = None
    if Path(redeemed := f"{folder}/redemptions.{file_format}").exists():
        redemptions = scan(redeemed, REDEMPTIONS, ["redeemed_at"])
    now = datetime.now(timezone.utc)
    run_id = f"run-{now:%Y%m%d-%H%M%S-%f}"
    rows = ledger(orders, registrations, refunds, redemptions, datetime.fromisoformat(as_of), now, run_id)
    rows.sink_parquet(path, compression="zstd", compression_level=1, engine="streaming")


main(*sys.argv[1:])
