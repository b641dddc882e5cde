//! The live conversation of support cases: server-sent events (HTML Living Standard section 9.2).
//!
//! 1. A stream takes a seat in the [`Hub`] (`live/seats.rs`): so many in all, some of them for support alone, so many for one analyst,
//!    one browser of the person and one person. Who opens one more ends an older one of their own.
//! 2. It reads what is new as a page does, with the right to it checked each time, sends it, and waits. Nothing of the database is
//!    held while it waits.
//! 3. One watcher a node asks the database which cases changed, after each write of this node and every `POLL`, as other nodes and
//!    the command line write too. It wakes the streams of those cases. Without streams there is no watcher.
//! 4. Each `HEARTBEAT` the right is checked again, and a comment keeps proxies from closing the connection.
//! 5. It ends with the right to it and with the case, when the browser goes, and when the server stops. The browser comes again by itself and says
//!    which message it had last.

mod seats;
pub mod stream;

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::sleep;

use self::seats::{Seats, Taken};
use super::error::Failure;
use super::site::Site;
use crate::flow::support::live::{self, Holder};
use crate::model::id::CaseId;
use crate::model::support_case::State;

/// How often the watcher looks without being told.
const POLL: Duration = Duration::from_secs(1);
/// It looks no oftener than this.
const PAUSE: Duration = Duration::from_millis(50);
/// How often a stream that hears nothing is checked.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Clocks of nodes differ, and a change is seen some time after it was timed.
const SLACK: Duration = Duration::from_secs(120);

/// Who listens on this node.
#[derive(Debug, Default)]
pub struct Hub {
    written: Notify,
    seats: Mutex<Seats>,
}

/// A stream's seat; given up on drop.
pub struct Seat {
    site: Site,
    id: u64,
    wake: watch::Receiver<()>,
}

impl Seat {
    /// A seat for a stream of this case.
    pub fn take(site: &Site, holder: Holder, case: CaseId) -> Result<Self, Failure> {
        let mut seats = site.live.lock();
        if !seats.make_room(&holder) {
            return Err(Failure::Overloaded);
        }
        let (sender, wake) = watch::channel(());
        let id = seats.next;
        seats.next += 1;
        seats.taken.push(Taken { id, holder, case, wake: sender });
        if !seats.is_watched {
            seats.is_watched = true;
            tokio::spawn(look_after(site.clone()));
        }
        Ok(Self { site: site.clone(), id, wake })
    }

    /// Waits until the case has changed; `false` when the seat was given to a newer stream.
    async fn woken(&mut self) -> bool {
        self.wake.changed().await.is_ok()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.site.live.lock().taken.retain(|taken| taken.id != self.id);
    }
}

impl Hub {
    /// Something was written on this node.
    pub fn written(&self) {
        self.written.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nobody listens any more; then there is no watcher from now on.
    fn is_over(&self) -> bool {
        let mut seats = self.lock();
        seats.is_watched = !seats.taken.is_empty();
        !seats.is_watched
    }

    fn wake(&self, cases: &HashSet<CaseId>) {
        for taken in self.lock().taken.iter().filter(|taken| cases.contains(&taken.case)) {
            taken.wake.send_replace(());
        }
    }
}

/// The node's watcher: wakes the streams of cases that have changed, as long as there are streams.
async fn look_after(site: Site) {
    let mut known: HashMap<CaseId, (i64, State)> = HashMap::new();
    loop {
        tokio::select! {
            () = site.live.written.notified() => {}
            () = sleep(POLL) => {}
        }
        if site.live.is_over() {
            return;
        }
        let since = site.app.clock.now().minus(SLACK);
        // Where the database is away the streams' own checks end them.
        if let Ok(changed) = site.read(move |tx| live::changed(tx, since)).await {
            let is_news = |case: &live::Changed| known.get(&case.id) != Some(&(case.last_seq, case.state));
            let news = changed.iter().filter(|case| is_news(case)).map(|case| case.id.clone()).collect();
            site.live.wake(&news);
            known = changed.into_iter().map(|case| (case.id, (case.last_seq, case.state))).collect();
        }
        sleep(PAUSE).await;
    }
}
