//! The log: JSON lines on standard error. `VESTIBULE_LOG` sets the level, for all or by module: `debug`, `warn,vestibule::web=debug`.

use std::io::stderr;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

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
    let levels = levels(wanted.as_deref().unwrap_or(default)).ok_or_else(|| {
        Failure::new("VESTIBULE_LOG cannot be understood. Set it to off, error, warn, info, debug or trace.")
    })?;
    let lines = fmt::layer().json().flatten_event(true).with_span_list(false).with_writer(stderr);
    // A log that was started before stays: only tests run two commands in one process.
    let _ = tracing_subscriber::registry().with(lines.with_filter(levels)).try_init();
    std::panic::set_hook(Box::new(note_panic));
    Ok(())
}

/// Levels by module. Every part must name one: a misspelt level would be taken for a module, and silence all others.
fn levels(text: &str) -> Option<Targets> {
    text.split(',').try_fold(Targets::new(), |levels, part| match part.split_once('=') {
        None => Some(levels.with_default(level(part)?)),
        Some((module, part)) => Some(levels.with_target(module, level(part)?)),
    })
}

fn level(name: &str) -> Option<LevelFilter> {
    // The parser takes no name at all for one.
    if name.is_empty() { None } else { name.parse().ok() }
}

/// The place of a defect, without the panic's own words: they may quote what must not be in a log.
fn note_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    tracing::error!(place, thread = thread.name().unwrap_or_default(), "a defect: this thread panicked");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_for_all_or_by_module_and_never_guessed() {
        let levels_of = |text| levels(text).unwrap();
        assert!(levels_of("warn,vestibule::cli=info").would_enable("vestibule::cli::serve", &tracing::Level::INFO));
        assert!(!levels_of("warn,vestibule::cli=info").would_enable("vestibule::web", &tracing::Level::INFO));
        for text in ["inof", "vestibule", "vestibule=loud", "info,", ""] {
            assert!(levels(text).is_none(), "{text}");
        }
    }
}
