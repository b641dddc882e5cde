//! What becomes of a claimed notice: taken and gone, refused and gone, or due again later.

use metrics::counter;

use super::Worker;
use super::backoff::next_try;
use super::client::Answer;
use crate::flow::logout_notice::{self, Due};
use crate::store::logout_notice as rows;

/// Posts one claimed notice and writes down what came of it. Where that cannot be written the product is told once more when the
/// lease ends, with the same `jti`.
pub(super) async fn deliver(worker: Worker, due: Due) {
    let answer = match logout_notice::token(&worker.app.settings, &due, worker.app.clock.now()) {
        Ok(token) => worker.client.post(&due.claimed.notice.owed.uri, &format!("logout_token={token}")).await,
        Err(reason) => Answer::Failed(reason),
    };
    tell(&due, &answer);
    let next = next_try(due.claimed.tries + 1, worker.app.clock.now());
    let claimed = due.claimed;
    let written = match answer {
        Answer::Taken | Answer::Refused => worker.write(move |tx| rows::remove(tx, &claimed.notice.id)).await,
        Answer::Failed(_) => worker.write(move |tx| rows::failed(tx, &claimed, next)).await.map(drop),
    };
    if let Err(error) = written {
        tracing::warn!(%error, "the outcome of a notice of logout was not written: the product is told again");
    }
}

/// Log and counters: the notice's id and the product, never the token, nor whose session it was.
fn tell(due: &Due, answer: &Answer) {
    let notice = &due.claimed.notice;
    let (id, product, tries) = (&notice.id, notice.owed.product.as_str(), due.claimed.tries + 1);
    match answer {
        Answer::Taken => {
            counter!("logout_notices_taken_total").increment(1);
            tracing::info!(notice = %id, product, tries, "product told of logout");
        }
        Answer::Failed(reason) => {
            counter!("logout_notices_failed_total", "outcome" => "tried_again").increment(1);
            tracing::warn!(notice = %id, product, tries, reason, "product not told of logout yet");
        }
        Answer::Refused => {
            counter!("logout_notices_failed_total", "outcome" => "refused").increment(1);
            tracing::error!(notice = %id, product, tries, "product refused a notice of logout with 400");
        }
    }
}
