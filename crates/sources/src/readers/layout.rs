//! Finds the positions of the wanted columns in a file's header.

use crate::alike::nearest;
use crate::error::FileFault;
use crate::readers::near::check_near;
use crate::readers::wanted::Wanted;
use accrue_facts::columns::Need;

/// The wanted columns that a file has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Number of columns of the file.
    pub width: usize,
    /// Index and name of each wanted column, in the order of the file.
    pub columns: Vec<(usize, String)>,
    /// Which of these hold times.
    pub times: Vec<bool>,
    /// Whether hashes of the rows are wanted.
    pub hashes: bool,
}

impl Layout {
    /// Finds the wanted columns among those of a file.
    pub(super) fn new(header: &[String], wanted: &Wanted) -> Result<Layout, FileFault> {
        check_needs(wanted, header)?;
        check_near(wanted, |name| header.iter().any(|column| column == name), header.iter().map(String::as_str))?;
        let mut columns = Vec::new();
        if wanted.every {
            columns.extend(header.iter().cloned().enumerate());
        }
        for (name, _) in &wanted.columns {
            columns.extend(find(header, name)?.map(|at| (at, name.clone())));
        }
        columns.sort_by_key(|(at, _)| *at);
        let times = columns.iter().map(|(_, name)| wanted.times.contains(&name.as_str())).collect();
        Ok(Layout { width: header.len(), columns, times, hashes: wanted.hashes })
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(_, name)| name.as_str())
    }
}

/// Checks that what is needed is among the names that a file has.
pub(super) fn check_needs(wanted: &Wanted, has: &[String]) -> Result<(), FileFault> {
    let with = |need| wanted.columns.iter().filter(move |(_, this)| *this == need).map(|(name, _)| name);
    if let Some(column) = with(Need::Required).find(|name| !has.contains(name)) {
        let nearest = nearest(column, has.iter().map(String::as_str)).map(str::to_owned);
        return Err(FileFault::MissingColumn { column: column.clone(), nearest });
    }
    if with(Need::Owner).count() > 0 && !with(Need::Owner).any(|name| has.contains(name)) {
        return Err(FileFault::NoOwnerColumn(with(Need::Owner).cloned().collect()));
    }
    Ok(())
}

fn find(header: &[String], name: &str) -> Result<Option<usize>, FileFault> {
    let mut found = header.iter().enumerate().filter(|(_, column)| *column == name).map(|(at, _)| at);
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Err(FileFault::TwiceNamed(name.to_string())),
        (first, _) => Ok(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use accrue_facts::FactKind;

    fn layout(header: &[&str], wanted: &Wanted) -> Result<Vec<(usize, String)>, String> {
        let header: Vec<String> = header.iter().map(|name| name.to_string()).collect();
        Layout::new(&header, wanted).map(|layout| layout.columns).map_err(|fault| fault.to_string())
    }

    #[test]
    fn wanted_columns_are_found_by_name_and_others_ignored() {
        let wanted =
            Wanted { columns: vec![("b".into(), Need::Required), ("x".into(), Need::Optional)], ..Wanted::default() };
        assert_eq!(layout(&["a", "b", "a"], &wanted), Ok(vec![(1, "b".to_string())]));
    }

    #[test]
    fn a_missing_column_is_named_with_the_nearest_one() {
        let wanted = Wanted::canonical(FactKind::Refunds);
        assert_eq!(
            layout(&["Refund ID", "order_id", "refunded_at", "amount"], &wanted).unwrap_err(),
            "has no column `refund_id` (is it `Refund ID`?)"
        );
        assert_eq!(layout(&["refund_amount", "Refunds"], &wanted).unwrap_err(), "has no column `refund_id`");
        assert_eq!(layout(&["zzz"], &wanted).unwrap_err(), "has no column `refund_id`");
    }

    #[test]
    fn a_kind_without_any_column_that_tells_the_owner_is_refused() {
        let header = ["redemption_id", "redeemed_at", "amount"];
        assert_eq!(
            layout(&header, &Wanted::canonical(FactKind::Redemptions)).unwrap_err(),
            "has none of the columns `customer_id`, `card_number`, `order_id`: one of them must tell whose fact a row is"
        );
    }

    #[test]
    fn a_wanted_column_that_is_there_twice_is_refused() {
        let wanted = Wanted { columns: vec![("a".to_string(), Need::Optional)], ..Wanted::default() };
        assert_eq!(layout(&["a", "b", "a"], &wanted).unwrap_err(), "has two columns named `a`: rename one of them");
        assert!(layout(&["a", "b", "b"], &wanted).is_ok());
    }
}
