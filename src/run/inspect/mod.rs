//! Looking back at a book, and looking after it: its runs, a run's folder once more, balances as they were, whether
//! everything in it is true, and housekeeping. Nothing is posted here, and but for the last two nothing is changed.

mod balance;
mod fault;
mod maintain;
mod output;
mod runs;
mod verify;
mod view;

pub use balance::{balances, statement};
pub use fault::InspectFault;
pub use maintain::{expect_own, maintain};
pub use output::{Place, make_again};
pub use verify::verify;
pub use view::BookView;
