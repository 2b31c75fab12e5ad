-- The table `outstanding`, from the views of postings.sql.
select currency, class, method, rule, sum(granted) as granted, sum(remaining) as remaining,
    count(*) as lots, count(distinct customer_id) as people
from lots
group by currency, class, place, method, rule
order by currency, place, array_position(
    ['first_order', 'per_order', 'registration', 'order_history', 'spend_history', 'refund_credit', 'adjustment', 'owed'], method),
    rule nulls first;
