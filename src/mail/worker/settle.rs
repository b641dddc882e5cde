//! What becomes of a claimed mail: sent and gone, refused and gone, or due again later.

use std::time::Duration;

use metrics::counter;

use super::backoff::next_try;
use super::{Worker, write};
use crate::mail::outgoing::Outgoing;
use crate::mail::transport::SendError;
use crate::store::outbox::{self, Claimed};

/// How often the outcome is offered to a database that does not take it, a second apart.
pub(super) const OFFERS: u32 = 60;

/// Sends one claimed mail and writes down what came of it.
pub(super) async fn deliver(worker: Worker, claimed: Claimed) {
    let sent = match Outgoing::open(&worker.keys, &claimed.mail.id, &claimed.mail.body) {
        Ok(mail) => worker.transport.send(&mail).await,
        Err(_) => Err(SendError::Temporary("no key of the keyring opens it".to_owned())),
    };
    tell(&claimed, &sent);
    for _ in 0..OFFERS {
        match settle(&worker, &claimed, &sent).await {
            Ok(()) => return,
            Err(error) => {
                tracing::warn!(mail = %claimed.mail.id, %error, "the outcome of a mail cannot be written yet")
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    tracing::error!(mail = %claimed.mail.id, "the outcome of a mail was not written: it may be sent again");
}

async fn settle(worker: &Worker, claimed: &Claimed, sent: &Result<(), SendError>) -> Result<(), crate::store::Error> {
    let claimed = claimed.clone();
    if let Err(SendError::Temporary(_)) = sent {
        let next = next_try(claimed.tries + 1, (worker.clock)(), claimed.mail.not_after);
        return write(&worker.db, move |tx| outbox::failed(tx, &claimed, next)).await.map(|_| ());
    }
    write(&worker.db, move |tx| outbox::remove(tx, &claimed.mail.id)).await
}

/// Log and counters: the mail's id and kind, never its address or content.
fn tell(claimed: &Claimed, sent: &Result<(), SendError>) {
    let (id, kind, tries) = (&claimed.mail.id, claimed.mail.kind.as_str(), claimed.tries + 1);
    match sent {
        Ok(()) => {
            counter!("mail_sent_total").increment(1);
            tracing::info!(mail = %id, kind, tries, "mail sent");
        }
        Err(SendError::Temporary(reason)) => {
            counter!("mail_failed_total", "outcome" => "tried_again").increment(1);
            tracing::warn!(mail = %id, kind, tries, reason, "mail not sent yet");
        }
        Err(SendError::Permanent(reason)) => {
            counter!("mail_failed_total", "outcome" => "given_up").increment(1);
            tracing::error!(mail = %id, kind, tries, reason, "mail refused for good");
        }
    }
}
