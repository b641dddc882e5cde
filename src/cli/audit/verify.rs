//! `vestibule audit verify`

use serde_json::json;

use super::{Failure, output};
use crate::app::App;
use crate::flow::audit::{self, Verdict};
use crate::model::audit::Event;

pub(super) fn command(app: &App, as_json: bool) -> Result<(), Failure> {
    let keys = app.keys.clone();
    let verdict = app.db.read(move |tx| audit::verify(tx, &keys))?;
    let act = app.local_act();
    app.db.write(move |tx| audit::record_of_installation(tx, &act, Event::TrailVerified))?;
    let Verdict { checkpoints, events, problems } = &verdict;
    if as_json {
        output::line(json!({ "checkpoints": checkpoints, "events": events, "problems": problems }))?;
    } else {
        problems.iter().try_for_each(output::line)?;
        output::line(format_args!("Checked: {events} events under {checkpoints} right checkpoints."))?;
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        "The audit trail is not whole: someone changed the database past Vestibule. Compare it with a backup and with the \
         checkpoints in the log.",
    ))
}
