//! Group commit: durable single-use checks (a step is taken only when it is greater than the last) a second from 64 callers at
//! once through [`Db::write`], against one commit each on a plain connection with the same pragmas, in the same run. Prints
//! both and their ratio.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and stops at the first failure")]

use std::cell::Cell;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use rusqlite::Connection;
use vestibule::store::db::{Db, Options};

const CALLERS: u32 = 64;
const CREATE: &str = "CREATE TABLE app (id BIGINT PRIMARY KEY, last_step BIGINT NOT NULL)";
const FILL: &str = "WITH RECURSIVE n(id) AS (SELECT 0 UNION ALL SELECT id + 1 FROM n WHERE id < 9999) \
    INSERT INTO app SELECT id, 0 FROM n";
const TAKE: &str = "UPDATE app SET last_step = $1 WHERE id = $2 AND last_step < $1";

fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut criterion =
        Criterion::default().sample_size(20).measurement_time(Duration::from_secs(5)).configure_from_args();
    let mut group = criterion.benchmark_group("64 durable single-use checks");
    group.throughput(Throughput::Elements(CALLERS.into()));

    let alone = Rate::default();
    let connection = plain(&folder.path().join("alone.db"));
    group.bench_function("a commit each", |bencher| {
        bencher.iter_custom(|rounds| alone.measure(rounds, |from| take_alone(&connection, from, rounds)));
    });
    let grouped = Rate::default();
    let db = open(&folder.path().join("grouped.db"));
    group.bench_function("group commit", |bencher| {
        bencher.iter_custom(|rounds| grouped.measure(rounds, |from| take_grouped(&db, from, rounds)));
    });
    group.finish();

    let (alone, grouped) = (alone.per_second(), grouped.per_second());
    println!(
        "{grouped:.0} checks a second in groups, {alone:.0} with a commit each: {:.1} times (at least 5)",
        grouped / alone
    );
    criterion.final_summary();
}

/// The same pragmas as the store's writer.
fn plain(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0;";
    connection.execute_batch(&format!("{pragmas} {CREATE}; {FILL};")).unwrap();
    connection
}

fn open(path: &Path) -> Db {
    let db = Db::open(&Options { url: format!("sqlite:{}", path.display()), ..Options::default() }).unwrap();
    db.write(|tx| tx.execute(CREATE, &[]).and_then(|_| tx.execute(FILL, &[]))).unwrap();
    db
}

fn take_alone(connection: &Connection, from: u64, rounds: u64) {
    let mut statement = connection.prepare(TAKE).unwrap();
    for round in from..from + rounds {
        for caller in 0..CALLERS {
            assert_eq!(statement.execute((step(round), row(caller, round))).unwrap(), 1);
        }
    }
}

fn take_grouped(db: &Db, from: u64, rounds: u64) {
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            scope.spawn(move || {
                for round in from..from + rounds {
                    let params = [step(round).into(), row(caller, round).into()];
                    assert_eq!(db.write(move |tx| tx.execute(TAKE, &params)), Ok(1));
                }
            });
        }
    });
}

/// Greater in each round.
fn step(round: u64) -> i64 {
    i64::try_from(round).unwrap() + 1
}

/// Rows all over the caller's own 156.
fn row(caller: u32, round: u64) -> i64 {
    i64::try_from(u64::from(caller) * 156 + round * 7 % 156).unwrap()
}

/// What was measured over all samples.
#[derive(Default)]
struct Rate {
    rounds: Cell<u64>,
    took: Cell<Duration>,
}

impl Rate {
    /// Times `rounds` rounds; `work` gets the number of its first one.
    fn measure(&self, rounds: u64, work: impl FnOnce(u64)) -> Duration {
        let began = Instant::now();
        work(self.rounds.get());
        let took = began.elapsed();
        self.rounds.set(self.rounds.get() + rounds);
        self.took.set(self.took.get() + took);
        took
    }

    fn per_second(&self) -> f64 {
        let round = self.took.get().div_f64(f64::from(u32::try_from(self.rounds.get()).unwrap()));
        f64::from(CALLERS) / round.as_secs_f64()
    }
}
