-- What a generated shop's people earn and what is to be reclaimed of it, in the SQL of DuckDB. Money is whole cents.
--
-- Given: views `orders`, `registrations` and `refunds` of the exports; variables `threads` and `as_of`. Leaves `granted`,
-- every lot with what it was granted, and `reclaims`, what each refund reclaims. Numbers in brackets are sections of
-- docs/spec.md.

set threads = getvariable('threads');
set preserve_insertion_order = false;
set TimeZone = 'UTC';

create type kind as enum ('grant', 'clawback', 'redeem', 'restore', 'expire');
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
    window acting as (partition by order_id order by acts_at, cancels, refund_id rows unbounded preceding)
)
select *, coalesce(lag(part) over (partition by order_id order by acts_at, cancels, refund_id), 0) as part_before
from parts;

create temp table registered as
select customer_id, registered_at, if(registered_at < midnight, expires_before, expires_after) as expires_at
from registrations join calendar on calendar.day = (registered_at at time zone 'UTC')::date
where registered_at <= getvariable('as_of');

create temp macro earned_by(name, lot) as table
    select customer_id, paid_at as made_at, order_id as origin_id, name::method as method, lot as amount, expires_at
    from earned where amount > 0;

create temp view granted as
from earned_by('first_order', first_order)
union all from earned_by('per_order', per_order)
union all from earned_by('order_history', order_history)
union all from earned_by('spend_history', spend_history)
union all
select customer_id, registered_at, customer_id, 'registration'::method, 300, expires_at from registered
union all
select customer_id, acts_at, refund_id, 'refund_credit'::method, amount, null from refunded where method = 'store_credit';
