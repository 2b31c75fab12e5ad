-- A round: the step of this number of everybody who has so many steps.
--
-- Given: what duckdb_spent.sql leaves; variable `round`. Adds to `moves` and `spent`; leaves the purses of those who have
-- another step.

create or replace temp table asked as
from steps where round = getvariable('round');

-- Only lots that the step can touch: those that hold something, and those that a refund is to reclaim.
create or replace temp table taken as
with met as (
    select
        lot, uncollected, asked.*,
        coalesce(expires_at <= acts_at, false) as is_expired,
        if(not is_expired and (made_at, made_rank, origin_id) < (acts_at, rank, source_id), held, 0) as remaining,
        if(
            kind = 'clawback' and made_rank = 3 and origin_id = order_id,
            granted * part // total - granted * part_before // total, 0
        ) as due,
        -- What has expired of a lot counts as reclaimed (5.4).
        least(due, remaining) as own,
        if(is_expired, least(due, held), 0) as counted,
        due - own - counted as shortfall,
        remaining - own as free
    from purse join asked using (customer_id)
    where kind <> 'restore' and (remaining > 0 or due > 0)
), summed as (
    select *,
        if(kind = 'redeem', amount, sum(shortfall) over person) as wanted,
        sum(free) over person as all_free,
        sum(free) over up_to_here - free as free_before,
        sum(shortfall) over up_to_here as shortfall_so_far
    from met
    window
        up_to_here as (partition by customer_id order by lot rows unbounded preceding),
        -- Sorted too, so that one sort does for both.
        person as (partition by customer_id order by lot rows between unbounded preceding and unbounded following)
)
select
    customer_id, lot, kind, source_id, acts_at, counted,
    own + greatest(0, least(free, wanted - free_before)) as amount,
    -- What is in no lot is what could not be collected of the order's last lots.
    least(shortfall, greatest(0, shortfall_so_far - all_free)) as not_collected
from summed;

-- Last taken, first returned (5.3).
create or replace temp table returned as
with returnable as (
    select customer_id, order_id, spent.round, lot, source_id, acts_at, asked.amount as wanted, sum(spent.amount) as part
    from spent join asked using (customer_id, order_id)
    where kind = 'restore'
    group by all
)
select
    customer_id, order_id, round, lot, source_id, acts_at,
    greatest(0, least(part, wanted - (sum(part) over later_first - part))) as amount
from returnable
window later_first as (partition by customer_id order by round desc, lot desc nulls first rows unbounded preceding);

-- What comes back to a live lot first meets what could not be collected of it (5.3).
create or replace temp table given_back as
select
    lot, source_id, acts_at, amount, coalesce(expires_at <= acts_at, false) as is_expired,
    if(is_expired, 0, least(amount, uncollected)) as collected
from (select lot, source_id, acts_at, sum(amount) as amount from returned group by all having amount > 0)
join purse using (lot);

insert into moves
select lot, kind, source_id, acts_at, -amount from taken where amount > 0
union all
select lot, 'restore', source_id, acts_at, amount from given_back
union all
select lot, 'clawback', source_id, acts_at, -collected from given_back where collected > 0
union all
select lot, 'expire', 'restore:' || source_id, acts_at, -amount from given_back where is_expired;

insert into spent
select customer_id, order_id, round, lot, taken.amount
from taken join asked using (customer_id)
where may_return and taken.amount > 0
union all
select customer_id, order_id, round, null, asked.amount - coalesce(sum(taken.amount), 0) as debt
from asked left join taken using (customer_id)
where may_return
group by customer_id, order_id, round, asked.amount having debt > 0
union all
select customer_id, order_id, round, lot, -amount from returned;

create or replace temp table purse as
with changes as (
    select lot, -amount - counted as held, not_collected as uncollected from taken
    union all
    select lot, amount - collected, -collected from given_back
)
select purse.* replace (
    (purse.held + coalesce(changes.held, 0))::integer as held,
    (purse.uncollected + coalesce(changes.uncollected, 0))::integer as uncollected
)
from purse left join changes using (lot)
where customer_id in (select customer_id from asked where not is_last);
