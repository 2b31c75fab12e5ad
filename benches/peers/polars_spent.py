"""The ledger where people redeem. Frames say what happens, and in which order; polars_walk.py goes through it step by step.

Money is whole cents. Numbers in brackets are sections of docs/spec.md.
"""

import polars as pl
from polars_walk import Purses

# Lots of one instant and expiry are spent in this order (5.2).
METHODS = ["first_order", "per_order", "registration", "order_history", "spend_history", "refund_credit"]
# Places of events among those of one instant (3).
REDEMPTION, ORDER, REFUND, CANCELLATION = (pl.lit(rank, pl.Int8) for rank in (2, 3, 4, 5))
MADE_BY = {"registration": 0, "refund_credit": 4}
ALL = 2**31 - 1


def entries(grants, redemptions, refunded, reclaimed, orders, as_of, kinds):
    """All entries: grants, what moves at each step, and what is left of lots when they expire."""
    lots = numbered(grants)
    steps = ordered(lots, redeems(redemptions, as_of), returns(refunded, orders), reclaims(reclaimed, lots))
    moves = walk(lots, steps).with_columns(pl.col("kind").cast(kinds))
    moved = moves.lazy().join(lots.lazy().select("lot", "customer_id", "method", "origin_id", "expires_at"), on="lot")
    columns = grants.collect_schema().names()
    amount = pl.col("amount").cast(pl.Int32)
    return [grants, moved.with_columns(amount).select(columns), expiries(lots, moves, as_of, kinds).select(columns)]


def numbered(grants):
    """Lots, numbered in the order that they are spent in (5.2)."""
    place = pl.col("method").cast(pl.String).replace_strict(METHODS, range(len(METHODS)), return_dtype=pl.Int8)
    made_rank = pl.col("method").cast(pl.String).replace_strict(MADE_BY, default=3, return_dtype=pl.Int8)
    lots = grants.drop("kind", "source_id").rename({"effective_at": "made_at", "amount": "granted"})
    lots = lots.with_columns(place=place, made_rank=made_rank)
    lots = lots.sort("customer_id", "expires_at", "made_at", "place", "origin_id", nulls_last=True)
    return lots.with_row_index("lot").drop("place").collect(engine="streaming")


def redeems(redemptions, as_of):
    return redemptions.filter(pl.col("redeemed_at") <= as_of).select(
        "customer_id", "order_id", acts_at="redeemed_at", rank=REDEMPTION, kind=pl.lit("redeem"),
        source_id="redemption_id", wanted=pl.col("amount").to_physical().cast(pl.Int64),
    )


def returns(refunded, orders):
    """Refunds and cancellations that give credit back, if the order was paid with any."""
    columns = ["customer_id", "order_id", "acts_at", "rank", "kind", "source_id", "wanted"]
    refunds = refunded.filter(pl.col("method") == "restore").with_columns(
        rank=REFUND, kind=pl.lit("restore"), source_id="refund_id", wanted=pl.col("amount").cast(pl.Int64)
    )
    cancelled = orders.filter(pl.col("cancelled_at").is_not_null()).with_columns(
        acts_at="cancelled_at", rank=CANCELLATION, kind=pl.lit("restore"), source_id="cancel:" + pl.col("order_id"),
        wanted=pl.lit(ALL, pl.Int64),
    )
    return pl.concat([refunds.select(columns), cancelled.select(columns)])


def reclaims(reclaimed, lots):
    """What refunds and cancellations reclaim: of which lots how much (5.4)."""
    share = lambda part: pl.col("granted") * pl.col(part) // pl.col("total")
    of_orders = lots.lazy().filter(pl.col("made_rank") == ORDER).select("lot", "granted", order_id="origin_id")
    due = (share("part") - share("part_before")).cast(pl.Int64)
    dues = reclaimed.join(of_orders, on="order_id").with_columns(due=due).filter(pl.col("due") > 0).sort("lot")
    steps = dues.group_by("customer_id", "order_id", "acts_at", "refund_id", "cancels").agg("lot", "due")
    rank = pl.when("cancels").then(CANCELLATION).otherwise(REFUND)
    kind = pl.lit("clawback")
    return steps.select("customer_id", "order_id", "acts_at", "lot", "due", source_id="refund_id", rank=rank, kind=kind)


def ordered(lots, redeems, returns, reclaims):
    """All steps in their order (3), with the range of the person's lots. Of one event a restore comes before a clawback."""
    order = ["customer_id", "order_id"]
    redeems = redeems.join(returns.select(order).unique().with_columns(may_return=True), on=order, how="left")
    returns = returns.join(redeems, on=order, how="semi")
    steps = pl.concat([redeems, returns, reclaims], how="diagonal").with_columns(pl.col("may_return").fill_null(False))
    ranges = lots.lazy().group_by("customer_id").agg(first=pl.col("lot").min(), end=pl.col("lot").max() + 1)
    place = ["customer_id", "acts_at", "rank", "source_id", "kind"]
    steps = steps.join(ranges, on="customer_id").sort(place, descending=[False, False, False, False, True])
    return steps.with_row_index("step").collect(engine="streaming")


def walk(lots, steps):
    """Takes all steps; returns what moved."""
    times = pl.col("made_at", "expires_at").to_physical().fill_null(pl.Int64.max())
    purses = Purses(*lots.with_columns(times).select("granted", "made_at", "made_rank", "origin_id", "expires_at"))
    columns = ["first", "end", "acts_at", "rank", "source_id", "kind", "order_id", "wanted", "may_return", "lot", "due"]
    moves = purses.walk(steps.with_columns(pl.col("acts_at").to_physical()).select(columns).iter_rows())
    schema = {"lot": pl.UInt32, "step": pl.UInt32, "kind": pl.String, "amount": pl.Int64}
    return named(pl.LazyFrame(moves, schema=schema, orient="col"), steps).collect(engine="streaming")


def named(moves, steps):
    """Moves with the source and the instant of their steps."""
    moves = moves.join(steps.lazy().select("step", "source_id", effective_at="acts_at"), on="step").drop("step")
    # What came back to a lot that had expired expires at once (5.3).
    source_id = pl.when(pl.col("kind") == "expire").then("restore:" + pl.col("source_id")).otherwise("source_id")
    # A refund may take from a lot twice: what an earlier one could not collect, and what it reclaims itself.
    clawbacks = moves.filter(pl.col("kind") == "clawback").group_by("lot", "kind", "source_id", "effective_at").agg(
        pl.col("amount").sum()
    )
    others = moves.filter(pl.col("kind") != "clawback").with_columns(source_id=source_id)
    return pl.concat([others, clawbacks], how="diagonal")


def expiries(lots, moves, as_of, kinds):
    """What was left of each lot at its expiry."""
    due = lots.lazy().filter(pl.col("expires_at") <= as_of)
    before = moves.lazy().join(due.select("lot", "expires_at"), on="lot").filter(pl.col("effective_at") < pl.col("expires_at"))
    left = due.join(before.group_by("lot").agg(pl.col("amount").sum()), on="lot", how="left").with_columns(
        amount=(-pl.col("granted") - pl.col("amount").fill_null(0)).cast(pl.Int32), kind=pl.lit("expire", kinds),
        source_id="origin_id", effective_at="expires_at",
    )
    return left.filter(pl.col("amount") < 0)
