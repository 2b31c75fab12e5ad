//! The kernel: SPEC 1 and 3 to 6 as a pure function, `(events, program, as_of) -> entries`, one person at a time.
//!
//! It knows no files, clock, threads, Arrow or serde, and nothing of the rest of the crate. It cannot fail: what is odd
//! about a person's facts comes back as exceptions.
//!
//! The road of one person: [`timeline`] puts the facts in order; [`walk`] lets them happen one after the other; [`earn`]
//! asks the [`rules`], which [`terms`] has made ready, and makes lots; [`redemption`], [`refund`] (with [`restore`],
//! [`clawback`], [`refund_credit`]) and [`adjustment`] use them; [`close`] sorts and sums what was written.
//!
//! Invariants: only [`lots`] changes what a lot holds; only [`money`] rounds; the order of events is total (instant, kind,
//! id), so the order in which facts are handed over does not matter.

pub mod adjustment;
pub mod audit;
pub mod clawback;
pub mod close;
pub mod currency;
pub mod debt;
pub mod delta;
pub mod earn;
pub mod entry;
pub mod exception;
pub mod expiries;
pub mod expiry;
pub mod facts;
pub mod history;
pub mod line;
pub mod lots;
pub mod moment;
pub mod money;
pub mod outcome;
pub mod posted;
pub mod program;
pub mod redemption;
pub mod refund;
pub mod refund_credit;
pub mod restore;
pub mod rules;
pub mod terms;
pub mod time;
pub mod timeline;
pub mod walk;

use facts::Person;
use outcome::Outcome;
use terms::Terms;
use time::Instant;
use walk::State;

/// The version of the calculation: raised whenever the same facts and program would give other entries.
pub const CALCULATION: u32 = 1;

/// Computes what the ledger should say about one person at as_of.
///
/// `state` and `out` are cleared first; handing in the same ones for every person saves their memory.
pub fn compute<'a>(
    person: &Person<'a, '_>,
    terms: &Terms<'_>,
    as_of: Instant,
    state: &mut State<'a>,
    out: &mut Outcome<'a>,
) {
    out.clear();
    walk::walk(person, terms, as_of, state, out);
    close::close(state, terms.program, out);
}
