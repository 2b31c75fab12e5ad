-- The table `expiring`, from the views of postings.sql: by the month of the last day on which credit is valid.
select currency, class,
    coalesce(strftime((expires_at - interval 1 microsecond) at time zone '{timezone}', '%Y-%m'), 'never') as expiry_month,
    sum(remaining) as remaining, count(*) as lots, count(distinct customer_id) as people
from lots
where method <> 'owed'
group by currency, class, place, expiry_month
order by currency, place, expiry_month;
