-- The table `ageing_by_activity`, from the views of postings.sql.
with aged as (
    select *, date_diff('day', (active_at at time zone '{timezone}')::date, date '{end}') - 1 as days
    from lots join (
        select customer_id, max(effective_at) as active_at from moves where kind not in ('expire', 'settle') group by all
    ) using (customer_id)
    where method <> 'owed'
)
select currency, class, bucket, sum(remaining) as remaining, count(*) as lots, count(distinct customer_id) as people
from aged join (values (0, 30, '0-30'), (31, 90, '31-90'), (91, 180, '91-180'), (181, 365, '181-365'), (366, 730, '1-2 y'),
    (731, 1095, '2-3 y'), (1096, 1825, '3-5 y'), (1826, 1000000, 'over 5 y')) as buckets(least, most, bucket)
    on days between least and most
group by currency, class, place, least, bucket
order by currency, place, least;
