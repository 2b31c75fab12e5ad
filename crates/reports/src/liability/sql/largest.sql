-- The table `largest`, from the views of postings.sql: the 50 people with the most credit, and all others together.
with people as (
    select currency, customer_id,
        coalesce(sum(remaining) filter (method <> 'owed'), 0) as balance,
        coalesce(sum(remaining) filter (method = 'owed'), 0) as owed,
        min(expires_at) filter (remaining > 0) as next_expires_at
    from lots group by all
),
ranked as (
    select *, row_number() over (partition by currency order by balance desc, customer_id) as place,
        sum(balance) over (partition by currency) as everything
    from people
),
shown as (
    select currency, customer_id, place, 1 as people, balance, owed, everything, next_expires_at,
        (select sum(remaining) from lots where lots.customer_id = ranked.customer_id and lots.currency = ranked.currency
            and lots.expires_at = ranked.next_expires_at and remaining > 0) as next_expiring
    from ranked where place <= 50
    union all
    select currency, null, 51, count(*), sum(balance), sum(owed), any_value(everything), null, null
    from ranked where place > 50 group by currency
),
shares as (
    select *, case when everything = 0 then 0
        else ((balance * 10000)::hugeint * 10000) // (everything * 10000)::hugeint end as hundredths
    from shown
)
select currency, customer_id, people, balance, owed,
    if(hundredths < 0, '-', '') || (abs(hundredths) // 100) || '.' || lpad((abs(hundredths) % 100)::text, 2, '0') as share,
    strftime(next_expires_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ') as next_expires_at, next_expiring
from shares
order by currency, place;
