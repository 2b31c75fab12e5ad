-- What is needed to let people redeem. What a redemption takes depends on what refunds, restores and expiries have left in
-- every lot, and the other way round. No window function knows that, so it is done in rounds: each takes the next step of
-- every person at once, and within a round cumulative sums tell which lots give how much.
--
-- Given: what duckdb_earned.sql leaves, and a view `redemptions`. Leaves `lots`, numbered in the order that they are spent in
-- (5.2), `steps`, all that depends on what a person's lots hold, and what rounds change: `purse`, `spent` and `moves`.

create temp macro list_place(method) as list_position(
    ['first_order', 'per_order', 'registration', 'order_history', 'spend_history', 'refund_credit'], method::varchar
);

create temp table lots as
select
    row_number() over (order by customer_id, expires_at nulls last, made_at, list_place(method), origin_id) as lot,
    case method when 'registration' then 0 when 'refund_credit' then 4 else 3 end as made_rank,
    *
from granted;

-- The rank is the event's place among those of one instant (3).
create temp table steps as
with redeems as (
    select customer_id, redeemed_at as acts_at, 2 as rank, 'redeem'::kind as kind, redemption_id as source_id, order_id,
        cents(amount) as amount
    from redemptions where redeemed_at <= getvariable('as_of')
), returns as (
    select customer_id, acts_at, 4 as rank, 'restore'::kind as kind, refund_id as source_id, order_id, amount
    from refunded where method = 'restore'
    union all
    select customer_id, cancelled_at, 5, 'restore'::kind, 'cancel:' || order_id, order_id, 2147483647
    from earned where cancelled_at is not null
), every as (
    select *, null::bigint as part_before, null::bigint as part, null::integer as total,
        (customer_id, order_id) in (select (customer_id, order_id) from returns) as may_return
    from redeems
    union all
    select *, null, null, null, false from returns semi join redeems using (customer_id, order_id)
    union all
    select customer_id, acts_at, if(cancels, 5, 4), 'clawback'::kind, refund_id, order_id, null, part_before, part, total, false
    from reclaims where part > part_before and first_order + per_order + order_history + spend_history > 0
)
select
    -- Of one event a restore comes before a clawback (3).
    row_number() over (partition by customer_id order by acts_at, rank, source_id, kind desc) as round,
    round = count(*) over (partition by customer_id) as is_last,
    *
from every
order by round;

-- What each lot still holds (or held when it expired), and what refunds could not collect of it (5.5).
create temp table purse as
select
    lot, customer_id, origin_id, lots.amount as granted, made_at, made_rank, expires_at, lots.amount as held, 0 as uncollected
from lots semi join steps using (customer_id);

-- What redemptions took that a refund may give back; without a lot: what was debt.
create temp table spent (customer_id varchar, order_id varchar, round bigint, lot bigint, amount bigint);

create temp table moves (lot bigint, kind kind, source_id varchar, acts_at timestamptz, amount bigint);
