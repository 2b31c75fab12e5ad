-- The table `rollforward`, from the views of postings.sql.
with left_of_lots as (
    select number, currency, method, customer_id, origin_id, sum(amount) as remaining
    from periods join moves on moves.period <= periods.number
    group by all
),
closings as (
    select number, currency, method, sum(remaining) as closing,
        count(*) filter (remaining <> 0) as lots,
        count(distinct customer_id) filter (remaining <> 0) as people
    from left_of_lots group by all
),
flows as (
    select period as number, currency, method,
        sum(amount) filter (what = 'correction') as corrections,
        sum(amount) filter (what = 'grant') as given,
        -sum(amount) filter (what = 'redeem') as redeemed,
        sum(amount) filter (what = 'restore') as restored,
        -sum(amount) filter (what = 'clawback') as reclaimed,
        -sum(amount) filter (what = 'expire') as expired,
        -sum(amount) filter (what = 'settle') as settled,
        -sum(amount) filter (what = 'adjust') as adjusted_down,
        -sum(amount) filter (what = 'redeem' and is_of_opening) as redeemed_from_opening,
        -sum(amount) filter (what = 'expire' and is_of_opening) as expired_from_opening
    from (
        select moves.*, exists (
            from moves as granted join periods on periods.number = moves.period
            where granted.customer_id = moves.customer_id and granted.currency = moves.currency
                and granted.method = moves.method and granted.origin_id = moves.origin_id
                and granted.kind = 'grant' and granted.run <= periods.run and granted.effective_at < periods.start_at
        ) as is_of_opening
        from moves
    )
    group by all
),
befores as (
    select currency, method, sum(amount) as before from moves where what = 'before' group by all
)
select period_start, period_end, currency, class, method,
    coalesce(lag(closing) over (partition by currency, method order by number), before, 0) as opening,
    coalesce(corrections, 0) as prior_period_corrections,
    case method when 'adjustment' then 0 else coalesce(given, 0) end as granted,
    coalesce(redeemed, 0) as redeemed,
    coalesce(restored, 0) as restored,
    coalesce(reclaimed, 0) as reclaimed,
    coalesce(expired, 0) as expired,
    coalesce(settled, 0) as settled,
    case method when 'adjustment' then coalesce(given, 0) else 0 end as adjusted_up,
    coalesce(adjusted_down, 0) as adjusted_down,
    closing, people, lots,
    coalesce(redeemed_from_opening, 0) as redeemed_from_opening,
    coalesce(expired_from_opening, 0) as expired_from_opening
from closings join periods using (number) join classes using (method)
left join flows using (number, currency, method)
left join befores using (currency, method)
qualify not (opening = 0 and prior_period_corrections = 0 and granted = 0 and redeemed = 0 and restored = 0
    and reclaimed = 0 and expired = 0 and settled = 0 and adjusted_up = 0 and adjusted_down = 0 and closing = 0)
order by number, currency, place, array_position(
    ['first_order', 'per_order', 'registration', 'order_history', 'spend_history', 'refund_credit', 'adjustment', 'owed'], method);
