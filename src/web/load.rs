//! At most two writes of one account are in flight on this node and eight wait: one account cannot starve the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::Failure;

const IN_FLIGHT: usize = 2;
const WAITING: usize = 8;

/// What is under way, by account.
#[derive(Clone, Debug, Default)]
pub struct AccountLoad(Arc<Mutex<HashMap<String, Place>>>);

#[derive(Debug)]
struct Place {
    semaphore: Arc<Semaphore>,
    holders: usize,
}

/// A place in the account's queue; given up on drop.
#[derive(Debug)]
pub struct Turn {
    account: String,
    load: AccountLoad,
    permit: Option<OwnedSemaphorePermit>,
}

impl AccountLoad {
    /// Waits for a turn. [`Failure::Busy`] when too many wait already.
    pub async fn turn(&self, account: &str) -> Result<Turn, Failure> {
        let (semaphore, mut turn) = self.enter(account)?;
        turn.permit = semaphore.acquire_owned().await.ok();
        Ok(turn)
    }

    fn enter(&self, account: &str) -> Result<(Arc<Semaphore>, Turn), Failure> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = places
            .entry(account.to_owned())
            .or_insert_with(|| Place { semaphore: Arc::new(Semaphore::new(IN_FLIGHT)), holders: 0 });
        if place.holders >= IN_FLIGHT + WAITING {
            return Err(Failure::Busy);
        }
        place.holders += 1;
        let turn = Turn { account: account.to_owned(), load: self.clone(), permit: None };
        Ok((Arc::clone(&place.semaphore), turn))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(self.permit.take());
        let mut places = self.load.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = places.get_mut(&self.account) {
            place.holders -= 1;
            if place.holders == 0 {
                places.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ten_have_a_place_the_eleventh_is_sent_away_and_others_go_on() {
        let load = AccountLoad::default();
        let held = [load.turn("a").await.unwrap(), load.turn("a").await.unwrap()];
        let waiting: Vec<_> = (0..WAITING).map(|_| load.enter("a").unwrap()).collect();
        assert!(matches!(load.turn("a").await, Err(Failure::Busy)));
        assert!(load.turn("b").await.is_ok());
        drop(waiting);
        drop(held);
        assert!(load.0.lock().unwrap().is_empty());
    }
}
