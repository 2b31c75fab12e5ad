-- The ledger where people redeem, after the last round. Leaves `entries`.

-- A refund may take from a lot twice: what an earlier one could not collect, and what it reclaims itself.
create temp table moved as
select lot, acts_at as effective_at, kind, source_id, sum(amount) as amount from moves where kind = 'clawback' group by all
union all
select lot, acts_at, kind, source_id, amount from moves where kind <> 'clawback';

create temp table expired as
with before as (
    select lot, sum(moved.amount) as amount from moved join lots using (lot)
    where effective_at < expires_at or expires_at is null
    group by lot
)
select lot, expires_at, 'expire'::kind, origin_id, -lots.amount - coalesce(before.amount, 0) as left_over
from lots left join before using (lot)
where expires_at <= getvariable('as_of') and left_over < 0;

create temp view entries as
select
    customer_id, made_at as effective_at, 'grant'::kind as kind, origin_id as source_id, method, origin_id, amount, expires_at
from lots
union all
select customer_id, effective_at, kind, source_id, method, origin_id, moved.amount, expires_at
from (from moved union all from expired) moved join lots using (lot);
