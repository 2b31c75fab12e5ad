-- The ledger where nobody redeems: what happens to a lot then depends on the refunds of its own order alone, so that each
-- of its entries is a formula, and all of them are plain queries.
--
-- Given: what duckdb_earned.sql leaves. Leaves `entries`.

create temp table expired as
select earned.*, coalesce(part, 0) as part
from earned
left join (select order_id, max(part) as part from reclaims where acts_at < expires_at group by order_id) using (order_id)
where expires_at <= getvariable('as_of');

create temp macro clawed_back(name, lot) as table
    select customer_id, acts_at, 'clawback'::kind, refund_id, name::method, order_id,
        (lot * part_before // total - lot * part // total)::integer as taken, expires_at
    from reclaims where taken < 0 and acts_at < expires_at;

create temp macro expiry(name, lot) as table
    select customer_id, expires_at, 'expire'::kind, order_id, name::method, order_id,
        (lot * part // total - lot)::integer as left_over, expires_at
    from expired where left_over < 0;

create temp view entries as
select
    customer_id, made_at as effective_at, 'grant'::kind as kind, origin_id as source_id, method, origin_id, amount, expires_at
from granted
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
from registered where expires_at <= getvariable('as_of');
