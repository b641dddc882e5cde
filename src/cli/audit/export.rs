//! `vestibule audit export`

use std::fs::OpenOptions;
use std::io::{self, BufWriter, ErrorKind, Write, stdout};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Failure, object, output};
use crate::app::App;
use crate::store::audit;

/// How many events are read at once.
const PAGE: u32 = 1_000;

/// Writes every event, the oldest first, one JSON object a line.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// A new file to write to, instead of standard output. It is never overwritten.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn command(app: &App, arguments: &Arguments) -> Result<(), Failure> {
    let Some(path) = &arguments.output else {
        let mut to = BufWriter::new(stdout().lock());
        return match write_all(app, &mut to)?.and_then(|_| to.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::untold()),
            written => written.map_err(|error| Failure::new(format!("The events cannot be written: {error}"))),
        };
    };
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut to = BufWriter::new(file.map_err(|error| unwritable(path, &error))?);
    let written = write_all(app, &mut to)?.and_then(|count| {
        to.flush()?;
        to.get_ref().sync_all()?;
        Ok(count)
    });
    let count = written.map_err(|error| unwritable(path, &error))?;
    output::line(format_args!("{count} events were written to {}.", path.display()))
}

/// How many events were written. The outer error is the database's, the inner one that of the writing.
fn write_all(app: &App, to: &mut impl Write) -> Result<io::Result<u64>, Failure> {
    let mut count = 0;
    let mut last = None;
    loop {
        let after = last.clone();
        let events = app.db.read(move |tx| audit::page(tx, after.as_ref(), PAGE))?;
        for event in &events {
            if let Err(error) = writeln!(to, "{}", object(event)) {
                return Ok(Err(error));
            }
            count += 1;
        }
        match events.last() {
            Some(event) => last = Some(event.clone()),
            None => return Ok(Ok(count)),
        }
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let shown = path.display();
    Failure::new(match error.kind() {
        ErrorKind::AlreadyExists => format!("{shown} is there already and is not overwritten. Name a new file."),
        _ => format!("{shown} cannot be written: {error}. Name a file in a folder that you may write to."),
    })
}
