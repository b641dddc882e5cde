//! The seats of one node's streams, and who gives way. Nobody takes all of them: a person's streams are counted over all browsers and
//! cases of the account, and support keeps seats of its own.

use tokio::sync::watch;

use crate::flow::support::live::Holder;
use crate::model::id::{AccountId, CaseId};

/// Streams of one node.
const MOST: usize = 512;
/// Those of them that no person takes.
const FOR_SUPPORT: usize = 128;
/// Streams of one analyst, or of one browser of the person: browsers hold six connections to a site at most, and pages need some of them.
const MOST_EACH: usize = 4;
/// Streams of all browsers that joined cases of one account.
const MOST_OF_ACCOUNT: usize = 12;

/// Who listens, the oldest stream first.
#[derive(Debug, Default)]
pub(super) struct Seats {
    /// The next one's number.
    pub next: u64,
    /// Who sits there.
    pub taken: Vec<Taken>,
    /// Whether a watcher wakes them.
    pub is_watched: bool,
}

/// A seat that is taken.
#[derive(Debug)]
pub(super) struct Taken {
    /// Its number.
    pub id: u64,
    /// By whom.
    pub holder: Holder,
    /// What is heard there.
    pub case: CaseId,
    /// Wakes the stream; dropped, it ends it.
    pub wake: watch::Sender<()>,
}

impl Seats {
    /// Makes room for one more stream of this holder; `false` where there is none.
    ///
    /// Over its own bound the holder's oldest gives way. Over the account's bound the browser with the most streams loses its oldest, but
    /// never its only one: a browser that joined later does not end what another one hears.
    pub fn make_room(&mut self, holder: &Holder) -> bool {
        if self.count_of(holder) >= MOST_EACH {
            return self.end_oldest(|taken| taken.holder == *holder);
        }
        let Holder::Browser(_, account) = holder else { return self.taken.len() < MOST };
        if self.taken.iter().filter(|taken| is_of(taken, account)).count() >= MOST_OF_ACCOUNT {
            let counts = self.taken.iter().filter(|taken| is_of(taken, account));
            let most = counts.map(|taken| self.count_of(&taken.holder)).max().unwrap_or(0);
            let fullest = self.taken.iter().find(|taken| is_of(taken, account) && self.count_of(&taken.holder) == most);
            let fullest = fullest.filter(|_| most > 1).map(|taken| taken.holder.clone());
            return self.end_oldest(|taken| Some(&taken.holder) == fullest.as_ref());
        }
        let persons = self.taken.iter().filter(|taken| matches!(taken.holder, Holder::Browser(..))).count();
        persons < MOST - FOR_SUPPORT && self.taken.len() < MOST
    }

    fn count_of(&self, holder: &Holder) -> usize {
        self.taken.iter().filter(|taken| taken.holder == *holder).count()
    }

    fn end_oldest(&mut self, which: impl Fn(&Taken) -> bool) -> bool {
        let oldest = self.taken.iter().position(which);
        oldest.map(|oldest| self.taken.remove(oldest)).is_some()
    }
}

fn is_of(taken: &Taken, account: &AccountId) -> bool {
    matches!(&taken.holder, Holder::Browser(_, of) if of == account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::ParticipantId;

    fn analyst(name: usize) -> Holder {
        Holder::Analyst(AccountId::new(format!("analyst-{name}")))
    }

    fn browser(number: usize, of: usize) -> Holder {
        Holder::Browser(ParticipantId::new(format!("{of}-{number}")), AccountId::new(format!("person-{of}")))
    }

    impl Seats {
        fn take(&mut self, holder: &Holder) -> bool {
            let is_room = self.make_room(holder);
            if is_room {
                let (wake, _) = watch::channel(());
                self.taken.push(Taken {
                    id: self.next,
                    holder: holder.clone(),
                    case: CaseId::new("case".into()),
                    wake,
                });
                self.next += 1;
            }
            is_room
        }
    }

    #[test]
    fn one_account_never_holds_more_than_its_share_and_no_browser_ends_the_only_stream_of_another() {
        let mut seats = Seats::default();
        assert!(seats.take(&browser(0, 0)));
        for joined in (1..=9).cycle().take(1_000) {
            assert!(seats.take(&browser(joined, 0)), "an older one gives way");
            assert!(seats.taken.len() <= MOST_OF_ACCOUNT);
            assert!(seats.count_of(&browser(joined, 0)) <= MOST_EACH);
            assert_eq!((seats.taken[0].id, seats.count_of(&browser(0, 0))), (0, 1), "the first one hears on");
        }
        assert!(seats.take(&browser(0, 1)), "and nobody else's");
        assert_eq!(seats.taken.len(), MOST_OF_ACCOUNT + 1);
    }

    #[test]
    fn where_every_browser_of_an_account_has_one_stream_no_more_is_given() {
        let mut seats = Seats::default();
        assert!((0..MOST_OF_ACCOUNT).all(|number| seats.take(&browser(number, 0))));
        assert!(!seats.take(&browser(99, 0)) && seats.take(&browser(0, 1)));
    }

    #[test]
    fn however_many_people_listen_support_has_its_seats() {
        let mut seats = Seats::default();
        let taken = (0..1_000).filter(|number| seats.take(&browser(number % 3, number / 3))).count();
        assert_eq!(taken, MOST - FOR_SUPPORT);
        let taken = (0..1_000).filter(|number| seats.take(&analyst(*number))).count();
        assert_eq!((taken, seats.taken.len()), (FOR_SUPPORT, MOST));
        assert!(!seats.take(&browser(0, 999)) && !seats.take(&analyst(1_001)), "every seat is taken");
    }
}
