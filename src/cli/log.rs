//! The log: JSON lines on standard error. `VESTIBULE_LOG` sets the level, for all or by module: `debug`, `warn,vestibule::web=debug`.

use std::io::stderr;

use tracing_subscriber::EnvFilter;

use super::Failure;

/// For the server.
///
/// # Errors
/// When `VESTIBULE_LOG` cannot be understood.
pub fn for_server() -> Result<(), Failure> {
    start("info")
}

/// For a command that ends by itself: warnings, and what commands write down on purpose.
///
/// # Errors
/// When `VESTIBULE_LOG` cannot be understood.
pub(super) fn for_commands() -> Result<(), Failure> {
    start("warn,vestibule::cli=info")
}

/// For the demo, whose own lines are for people: warnings only.
///
/// # Errors
/// When `VESTIBULE_LOG` cannot be understood.
pub fn for_demo() -> Result<(), Failure> {
    start("warn")
}

fn start(default: &str) -> Result<(), Failure> {
    let wanted = std::env::var("VESTIBULE_LOG").ok().filter(|wanted| !wanted.is_empty());
    let filter = EnvFilter::try_new(wanted.as_deref().unwrap_or(default)).map_err(|_| {
        Failure::new("VESTIBULE_LOG cannot be understood. Set it to error, warn, info, debug or trace.")
    })?;
    let log = tracing_subscriber::fmt().json().flatten_event(true).with_span_list(false);
    // A log that was started before stays: only tests run two commands in one process.
    let _ = log.with_env_filter(filter).with_writer(stderr).try_init();
    std::panic::set_hook(Box::new(note_panic));
    Ok(())
}

/// The place of a defect, without the panic's own words: they may quote what must not be in a log.
fn note_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    tracing::error!(place, thread = thread.name().unwrap_or_default(), "a defect: this thread panicked");
}
