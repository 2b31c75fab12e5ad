-- The postings that are known: those of runs up to the known one. Run this in the book's folder, before the queries:
--   cat REPORT/postings.sql REPORT/rollforward.sql | duckdb
-- Only the files that the ledger has now are read; the log of the table names them (`delta_scan('ledger')` reads it too).
create or replace temp view postings as
select ledger.*, runs.number as run,
    -- What expires at a midnight belongs to the day that ends.
    ledger.effective_at - case ledger.kind when 'expire' then interval 1 microsecond else interval 0 microsecond end as counted_at
from read_parquet([{files}]) as ledger
join (values {runs}) as runs(run_id, number) using (run_id);

create or replace temp view classes as
select * from (values {classes}) as classes(method, class, place);

-- Each period, and the run after which it is reported.
create or replace temp view periods as
select number, period_start, period_end, start_at::timestamptz as start_at, end_at::timestamptz as end_at, run
from (values {periods}) as periods(number, period_start, period_end, start_at, end_at, run);

-- The runs that were allowed to change the past.
create or replace temp view backfills as
select * from (values {backfills}) as backfills(run) where run is not null;

-- Each posting by the period to which it belongs: a movement, a correction, or what there was before the first period.
create or replace temp view moves as
select *, greatest(happened, known) as period,
    case when known > happened then 'correction' when happened = 0 then 'before' else kind end as what
from (
    select postings.*,
        (select count(*) from periods where start_at <= counted_at) as happened,
        case when run <= {opening_run} then 0
            else (select min(number) from periods where postings.run <= periods.run) end as known
    from postings
    where counted_at < (select max(end_at) from periods)
);

-- The lots that are not empty at the end of the last period. Where the expiry of a lot was corrected, its grants with
-- the old expiry sum to zero.
create or replace temp view lots as
with by_expiry as (
    select customer_id, currency, method, origin_id, expires_at,
        sum(amount) as remaining,
        coalesce(sum(amount) filter (kind = 'grant'), 0) as granted,
        min(effective_at) filter (kind = 'grant') as granted_at
    from moves group by all
),
rules as (
    select customer_id, currency, method, origin_id, first(rule order by run desc) as rule
    from moves where kind = 'grant' and amount > 0 group by all
)
select customer_id, currency, method, origin_id, class, place, rule,
    sum(granted) as granted, sum(remaining) as remaining, min(granted_at) as granted_at,
    first(expires_at order by granted > 0 desc, expires_at nulls first) as expires_at
from by_expiry join classes using (method)
left join rules using (customer_id, currency, method, origin_id)
group by all
having sum(remaining) <> 0;
