-- The ledger of a generated shop, as of getvariable('as_of'), in the SQL of DuckDB.
--
-- `orders`, `registrations` and `refunds` are views of the exports. Money is whole cents.

set threads = getvariable('threads');
set preserve_insertion_order = false;
set TimeZone = 'UTC';

create type kind as enum ('grant', 'clawback', 'expire');
create type method as enum ('first_order', 'order_history', 'per_order', 'refund_credit', 'registration', 'spend_history');

-- In each UTC day a local day begins: what is granted before and after that expires at the end of the 365th day from then.
create temp table calendar as
select
    day::date as day,
    day at time zone 'America/New_York' as midnight,
    (day + interval 365 days) at time zone 'America/New_York' as expires_before,
    (day + interval 366 days) at time zone 'America/New_York' as expires_after
from generate_series(timestamp '2022-12-31', getvariable('as_of')::timestamp, interval 1 day) days(day);

-- Whose each order is; one that is rejected is not here.
create temp view owned as
select
    order_id,
    coalesce(orders.customer_id, owners.customer_id, 'guest:' || left(sha256(lower(orders.email)), 32)) as customer_id,
    paid_at,
    cancelled_at,
    (total_amount::decimal(11, 2) * 100)::integer as total,
    ((items_amount - least(items_amount, credit_amount))::decimal(11, 2) * 100)::integer as value
from orders
left join registrations owners
    on lower(owners.email) = case when orders.customer_id is null then lower(orders.email) end
    and owners.registered_at <= getvariable('as_of')
where items_amount >= 0;

-- What each order that counts has earned, and until when.
create temp table earned as
with history as (
    select
        order_id, customer_id, paid_at, cancelled_at, total, value,
        row_number() over person as n,
        (sum(value) over person)::bigint as spent
    from owned
    where paid_at <= getvariable('as_of') and paid_at < coalesce(cancelled_at, 'infinity')
    window person as (partition by customer_id order by paid_at, order_id rows unbounded preceding)
)
select
    order_id, customer_id, paid_at, total,
    if(cancelled_at <= getvariable('as_of'), cancelled_at, null) as cancelled_at,
    if(paid_at < midnight, expires_before, expires_after) as expires_at,
    if(n = 1, 500, 0) as first_order,
    value // 1000 * 50 as per_order,
    case n when 3 then 200 when 5 then 300 when 10 then 500 when 25 then 1000 when 50 then 2000 else 0 end as order_history,
    ((spent // 35000 - (spent - value) // 35000) * 700)::integer as spend_history
from history join calendar on calendar.day = (paid_at at time zone 'UTC')::date;

-- What acts on an order after its payment, its cancellation last: how much of the order is refunded by then, and was before.
create temp table reclaims as
with acts as (
    select order_id, refund_id as source_id, greatest(refunded_at, paid_at) as acts_at, false as cancels, total, expires_at,
        (amount::decimal(11, 2) * 100)::integer as amount
    from refunds join earned using (order_id)
    where method <> 'store_credit' and refunded_at <= getvariable('as_of')
    union all
    select order_id, 'cancel:' || order_id, cancelled_at, true, total, expires_at, 0
    from earned
    where cancelled_at is not null
), sums as (
    select *, sum(amount) over acting as refunded, bool_or(cancels) over acting as cancelled
    from acts
    window acting as (partition by order_id order by acts_at, cancels, source_id rows unbounded preceding)
), parts as (
    select *, if(cancelled, total, least(total, refunded))::bigint as part
    from sums
    where acts_at < expires_at
)
select order_id, source_id, acts_at, part,
    coalesce(lag(part) over (partition by order_id order by acts_at, cancels, source_id), 0) as part_before
from parts;

create temp table expired as
select earned.*, coalesce(part, 0) as part
from earned left join (select order_id, max(part) as part from reclaims group by order_id) using (order_id)
where expires_at <= getvariable('as_of');

create temp table reclaimed as
select source_id, acts_at, part, part_before, earned.*
from reclaims join earned using (order_id);

create temp macro granted(name, amount) as table
    select customer_id, paid_at as effective_at, 'grant'::kind as kind, order_id as source_id, name::method as method,
        order_id as origin_id, amount as amount, expires_at
    from earned where amount > 0;

create temp macro clawed_back(name, lot) as table
    select customer_id, acts_at, 'clawback'::kind, source_id, name::method, order_id,
        (lot * part_before // total - lot * part // total)::integer as amount, expires_at
    from reclaimed where amount < 0;

create temp macro expiry(name, lot) as table
    select customer_id, expires_at, 'expire'::kind, order_id, name::method, order_id,
        (lot * part // total - lot)::integer as amount, expires_at
    from expired where amount < 0;

create temp view registered as
select
    customer_id, registered_at,
    if(registered_at < midnight, expires_before, expires_after) as expires_at
from registrations join calendar on calendar.day = (registered_at at time zone 'UTC')::date
where registered_at <= getvariable('as_of');

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
        union all select customer_id, registered_at, 'grant', customer_id, 'registration', customer_id, 300, expires_at from registered
        union all
        select customer_id, refunded_at, 'grant', refund_id, 'refund_credit', refund_id, (amount::decimal(11, 2) * 100)::integer, null
        from refunds join owned using (order_id)
        where method = 'store_credit' and refunded_at <= getvariable('as_of')
        union all from clawed_back('first_order', first_order)
        union all from clawed_back('per_order', per_order)
        union all from clawed_back('order_history', order_history)
        union all from clawed_back('spend_history', spend_history)
        union all from expiry('first_order', first_order)
        union all from expiry('per_order', per_order)
        union all from expiry('order_history', order_history)
        union all from expiry('spend_history', spend_history)
        union all select customer_id, expires_at, 'expire', customer_id, 'registration', customer_id, -300, expires_at
        from registered where expires_at <= getvariable('as_of')
        order by customer_id, effective_at, kind, source_id, method, origin_id
    )
) to (getvariable('ledger')) (format parquet, compression zstd);
