//! Rows in pieces that wait: whatever their size, and packed or not, what becomes of them is the same.

use crate::input::ColumnType;
use crate::mapping::tests::{Outcome, Sketch, batch};
use crate::raw::{HeldBatch, RawBatch};

/// Orders of which the rows are far apart; `c` disagrees, a row of `d` and one of `e` cannot be read, and the row of
/// f@x has no key. The decimals rise from none to three.
const TABLE: &str = "no,email,at,price,note\n\
                     a,a@x,2024-05-01,1,_\nb,b@x,2024-05-02,2,x\nc,c@x,2024-05-03,3,_\nd,d@x,2024-05-04,4,_\n\
                     e,e@x,2024-05-05,5,_\na,_,2024-05-09,0.5,z\n_,f@x,2024-05-06,6,_\nb,b@x,2024-05-01,0.25,y\n\
                     c,d@x,2024-05-03,1,_\nd,d@x,2024-05-04,much,_\na,a@x,2024-05-03,0.125,z\ne,e@x,soon,1,_\n\
                     b,b@x,2024-05-04,1,x\na,a@x,2024-05-02,7,y\n";

fn sketch() -> Sketch {
    Sketch::default()
        .types("price", ColumnType::Decimal)
        .types("at", ColumnType::Time(None))
        .group_by("no")
        .column("order_id", "no")
        .column("email", "agree(email)")
        .column("placed_at", "min(at)")
        .column("paid_at", "max(at)")
        .column("items_amount", "sum(price)")
        .column("total_amount", "first(price) + last(price) + count(distinct note)")
        .column("currency", "coalesce(min(note), '-') || max(note)")
}

fn in_pieces(size: usize, is_packed: bool) -> Outcome {
    let RawBatch { columns, places } = batch(TABLE);
    let piece = |start: usize| -> HeldBatch {
        let count = size.min(places.len() - start);
        let places = places[start..start + count].to_vec();
        RawBatch { columns: columns.slice(start, count), places }.held(is_packed)
    };
    sketch().map_held((0..places.len()).step_by(size).map(piece).collect())
}

#[test]
fn rows_of_a_group_may_be_in_any_pieces() {
    let whole = in_pieces(100, false);
    // a: 1 + 0.5 + 0.125 + 7, the first and last price 1 + 7, and two notes; b: 2 + 0.25 + 1, 2 + 1, and two notes.
    // Days begin at 23:00 of the day before in UTC.
    let expected = [
        "2: a|a@x|2024-04-30T23:00:00.000000Z|2024-05-08T23:00:00.000000Z|8.625|10.000|yz",
        "3: b|b@x|2024-04-30T23:00:00.000000Z|2024-05-03T23:00:00.000000Z|3.250|5.000|xy",
    ];
    assert_eq!(whole.rows, expected);
    assert_eq!(whole.rejects.iter().map(|reject| reject.place).collect::<Vec<_>>(), [4, 5, 6, 8, 11, 13]);
    for size in 1..=15 {
        for is_packed in [false, true] {
            let outcome = in_pieces(size, is_packed);
            assert_eq!(outcome.rows, whole.rows, "pieces of {size}, packed: {is_packed}");
            assert_eq!(outcome.rejects, whole.rejects, "pieces of {size}, packed: {is_packed}");
        }
    }
}
