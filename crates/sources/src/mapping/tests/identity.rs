//! A canonical table through a mapping that renames nothing stays as it is.

use crate::mapping::tests::{Sketch, batch};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_identity_mapping_changes_nothing(
        rows in prop::collection::vec(("[a-z0-9]{1,20}", prop::option::of("[a-z]{1,5}"), "[0-9]{1,4}\\.[0-9]{2}"), 0..40),
        split in 0_usize..40,
    ) {
        let mut table = "order_id,email,total_amount\n".to_owned();
        for (id, email, total) in &rows {
            table += &format!("{id},{},{total}\n", email.as_deref().unwrap_or("_"));
        }
        let whole = batch(&table);
        let expected = super::shown(&batch(&table).held(false));
        let split = split.min(rows.len());
        let (left, right) = (whole.columns.slice(0, split), whole.columns.slice(split, rows.len() - split));
        let (first, second) = whole.places.split_at(split);
        let halves = vec![
            crate::raw::RawBatch { columns: left, places: first.to_vec() },
            crate::raw::RawBatch { columns: right, places: second.to_vec() },
        ];
        let identity =
            Sketch::default().column("order_id", "order_id").column("email", "email").column("total_amount", "total_amount");
        let outcome = identity.map_batches(halves);
        prop_assert_eq!(outcome.rows, expected);
        prop_assert!(outcome.rejects.is_empty());
    }
}
