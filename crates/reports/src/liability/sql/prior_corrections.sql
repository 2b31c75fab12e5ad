-- The table `prior_corrections`, from the views of postings.sql.
with corrections as (
    select moves.*,
        case when run in (select run from backfills) then 'backfill'
            when not exists (select 1 from moves as other where other.customer_id = moves.customer_id
                and other.currency = moves.currency and other.method = moves.method and other.origin_id = moves.origin_id
                and other.kind = moves.kind and other.effective_at = moves.effective_at and other.run < moves.run) then 'late_fact'
            when (select sum(other.amount) from moves as other where other.customer_id = moves.customer_id
                and other.currency = moves.currency and other.method = moves.method and other.origin_id = moves.origin_id
                and other.kind = moves.kind and other.effective_at = moves.effective_at and other.run <= moves.run) = 0 then 'void'
            else 'changed_fact' end as cause
    from moves where what = 'correction'
)
select period_start, currency, class, method, kind, count(*) as entries, sum(amount) as amount,
    strftime(counted_at at time zone '{timezone}', '%Y-%m') as effective_month, corrections.run as run, cause
from corrections join periods on periods.number = corrections.period join classes using (method)
group by period_start, currency, class, place, method, kind, effective_month, corrections.run, cause
order by period_start, currency, place, array_position(
    ['first_order', 'per_order', 'registration', 'order_history', 'spend_history', 'refund_credit', 'adjustment', 'owed'], method),
    array_position(['grant', 'clawback', 'redeem', 'restore', 'expire', 'settle', 'adjust'], kind), effective_month, run,
    array_position(['backfill', 'late_fact', 'changed_fact', 'void'], cause);
