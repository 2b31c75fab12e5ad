-- The ledger of a generated shop in the SQL of DuckDB. Money is whole cents.
--
-- Given: views `orders`, `registrations` and `refunds` of the exports; variables `threads`, `as_of`, `posted_at`, `run_id`
-- and `ledger`, the file to write. Numbers in brackets are sections of docs/spec.md.

set threads = getvariable('threads');
set preserve_insertion_order = false;
set TimeZone = 'UTC';

create type kind as enum ('grant', 'clawback', 'expire');
create type method as enum ('first_order', 'order_history', 'per_order', 'refund_credit', 'registration', 'spend_history');

create temp macro cents(amount) as (amount::decimal(11, 2) * 100)::integer;

-- Expiry (5.1). In each UTC day one local day begins, so a join finds what calendar arithmetic would for every row.
create temp table calendar as
select
    day::date as day,
    day at time zone 'America/New_York' as midnight,
    (day + interval 365 days) at time zone 'America/New_York' as expires_before,
    (day + interval 366 days) at time zone 'America/New_York' as expires_after
from generate_series(timestamp '2022-12-31', getvariable('as_of')::timestamp, interval 1 day) days(day);

-- Accepted orders and whose they are (2). Only guests need their emails.
create temp view owned as
select order_id, customer_id, paid_at, cancelled_at, items_amount, total_amount, credit_amount
from orders
where customer_id is not null and items_amount >= 0
union all
select
    order_id, coalesce(owners.customer_id, 'guest:' || left(sha256(lower(orders.email)), 32)),
    paid_at, cancelled_at, items_amount, total_amount, credit_amount
from orders left join registrations owners
    on lower(owners.email) = lower(orders.email) and registered_at <= getvariable('as_of')
where orders.customer_id is null and items_amount >= 0;

-- What each order has earned (4), nothing where it does not count (3).
create temp table earned as
with valued as (
    select
        order_id, customer_id, paid_at, cents(total_amount) as total,
        if(cancelled_at <= getvariable('as_of'), cancelled_at, null) as cancelled_at,
        coalesce(paid_at <= getvariable('as_of') and (cancelled_at is null or paid_at < cancelled_at), false) as counts,
        if(counts, cents(items_amount - least(items_amount, credit_amount)), 0) as value
    from owned
), history as (
    select *, if(counts, row_number() over person, 0) as n, (sum(value) over person)::bigint as spent
    from valued
    window person as (partition by customer_id, counts order by paid_at, order_id rows unbounded preceding)
)
select
    order_id, customer_id, paid_at, cancelled_at, total,
    if(paid_at < midnight, expires_before, expires_after) as expires_at,
    if(n = 1, 500, 0) as first_order,
    value // 1000 * 50 as per_order,
    case n when 3 then 200 when 5 then 300 when 10 then 500 when 25 then 1000 when 50 then 2000 else 0 end as order_history,
    ((spent // 35000 - (spent - value) // 35000) * 700)::integer as spend_history
from history left join calendar on calendar.day = (paid_at at time zone 'UTC')::date;

create temp table refunded as
select refund_id, cents(amount) as amount, method, greatest(refunded_at, paid_at) as acts_at, earned.*
from refunds join earned using (order_id)
where refunded_at <= getvariable('as_of');

-- How much of its order is to have been reclaimed by each refund, and how much was before (5.4). A cancellation is all.
create temp table reclaims as
with acts as (
    select * exclude (method), false as cancels from refunded where method <> 'store_credit'
    union all
    select 'cancel:' || order_id, total, cancelled_at, *, true from earned where cancelled_at is not null
), parts as (
    select *, (least(total, sum(amount) over acting) - least(total, sum(too_early) over acting))::bigint as part
    from (select *, if(acts_at < timestamptz '2023-01-01 05:00:00+00', amount, 0) as too_early from acts)
    where acts_at < expires_at
    window acting as (partition by order_id order by acts_at, cancels, refund_id rows unbounded preceding)
)
select *, coalesce(lag(part) over (partition by order_id order by acts_at, cancels, refund_id), 0) as part_before
from parts;

create temp table expired as
select earned.*, coalesce(part, 0) as part
from earned left join (select order_id, max(part) as part from reclaims group by order_id) using (order_id)
where expires_at <= getvariable('as_of');

create temp table registered as
select customer_id, registered_at, if(registered_at < midnight, expires_before, expires_after) as expires_at
from registrations join calendar on calendar.day = (registered_at at time zone 'UTC')::date
where registered_at <= getvariable('as_of');

create temp macro granted(name, lot) as table
    select customer_id, paid_at as effective_at, 'grant'::kind as kind, order_id as source_id, name::method as method,
        order_id as origin_id, lot as amount, expires_at
    from earned where amount > 0;

create temp macro clawed_back(name, lot) as table
    select customer_id, acts_at, 'clawback'::kind, refund_id, name::method, order_id,
        (lot * part_before // total - lot * part // total)::integer as taken, expires_at
    from reclaims where taken < 0;

create temp macro expiry(name, lot) as table
    select customer_id, expires_at, 'expire'::kind, order_id, name::method, order_id,
        (lot * part // total - lot)::integer as left_over, expires_at
    from expired where left_over < 0;

copy (
    select
        customer_id,
        'USD' as currency,
        kind,
        source_id,
        method,
        origin_id,
        (amount / 100)::decimal(18, 4) as amount,
        effective_at,
        expires_at,
        if(kind = 'grant' and method <> 'refund_credit', method, null) as rule,
        getvariable('posted_at') as posted_at,
        getvariable('run_id') as run_id
    from (
        from granted('first_order', first_order)
        union all from granted('per_order', per_order)
        union all from granted('order_history', order_history)
        union all from granted('spend_history', spend_history)
        union all
        select customer_id, registered_at, 'grant'::kind, customer_id, 'registration'::method, customer_id, 300, expires_at
        from registered
        union all
        select customer_id, acts_at, 'grant'::kind, refund_id, 'refund_credit'::method, refund_id, amount, null
        from refunded where method = 'store_credit'
        union all from clawed_back('first_order', first_order)
        union all from clawed_back('per_order', per_order)
        union all from clawed_back('order_history', order_history)
        union all from clawed_back('spend_history', spend_history)
        union all from expiry('first_order', first_order)
        union all from expiry('per_order', per_order)
        union all from expiry('order_history', order_history)
        union all from expiry('spend_history', spend_history)
        union all
        select customer_id, expires_at, 'expire'::kind, customer_id, 'registration'::method, customer_id, -300, expires_at
        from registered where expires_at <= getvariable('as_of')
        -- No two entries of a person agree in all of these, so the contract's origin id need not be compared too.
        order by customer_id, effective_at, kind, source_id, method
    )
) to (getvariable('ledger')) (format parquet, compression zstd, compression_level 1, dictionary_size_limit 1000);
