//! Whom a run visits, and their facts: affected people, or everybody.
//!
//! To visit everybody is always right. To visit few gives the same result, because what the last run posted is still
//! right for a person whose facts are the same and who has nothing due. This holds only under the program of the last
//! run.

use super::super::Request;
use super::super::error::RunError;
use super::affected_people::AffectedPeople;
use super::kept_facts::read;
use super::session::BookSession;
use crate::facts::Facts;
use crate::resolve::news;

impl BookSession {
    /// Puts the kept facts of the visited people before the new facts of the exports, and reads the postings to these
    /// people.
    pub(crate) fn facts(&mut self, request: &Request<'_>, mut exports: Facts) -> Result<Facts, RunError> {
        self.taken.note(&exports, request.as_of);
        match (&self.last, self.everyone) {
            (Some(last), None) => {
                let few = AffectedPeople::find(request, &self.book, last, &self.kept, &mut exports)?;
                (self.posted, self.reverted, self.conflicts) = (few.posted, few.reverted, few.conflicts);
                self.expiring = few.expiring;
                Ok(few.kept.followed_by(exports))
            }
            _ => {
                let kept = read(&request.program.program, request.progress, &self.kept)?;
                let news = news(&kept, &exports);
                news.leave_only_new(&mut exports);
                (self.reverted, self.conflicts) = (news.reverted, news.conflicts);
                self.posted = self.book.posted()?;
                Ok(kept.followed_by(exports))
            }
        }
    }
}
