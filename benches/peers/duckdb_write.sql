-- Writes `entries` as the ledger, sorted (6). Given: variables `posted_at`, `run_id`, `redeems` and `ledger`, the file to
-- write.

copy (
    select
        customer_id,
        'USD' as currency,
        kind,
        source_id,
        method,
        origin_id,
        (amount / 100)::decimal(18, 4) as amount,
        effective_at,
        expires_at,
        if(kind = 'grant' and method <> 'refund_credit', method, null) as rule,
        getvariable('posted_at') as posted_at,
        getvariable('run_id') as run_id
    from entries
    -- Where nobody redeems, no two entries of a person agree in all the others, so origin ids need not be compared too.
    order by customer_id, effective_at, kind, source_id, method, if(getvariable('redeems'), origin_id, null)
) to (getvariable('ledger')) (format parquet, compression zstd, compression_level 1, dictionary_size_limit 1000);
