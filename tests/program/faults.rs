//! What was answered stands, whatever dies next: the server, its database, or the disk under it.

mod asks;
mod full_disk;
mod guess;
mod house;
mod person;
mod postgres;
mod set_up;
mod sign_in;
mod story;

use house::House;
use person::{PASSWORD, Person, told};
use serde_json::Value;
use story::{cast, check_all, play_until};

use crate::browser::Page;
use crate::database::Database;
use crate::process::Running;

const PASSCODE: &str = "/sign-in/passcode";

/// Regressions 7 and 8: SIGKILL after ever more answers, in the middle of what is under way.
#[test]
fn r07_r08_what_was_answered_outlives_a_killed_server() {
    let house = House::on_sqlite();
    let mut server = house.serve();
    for round in 0..12 {
        let stories = cast(&house);
        play_until(&house, &stories, 4 + 6 * round, || server.kill());
        server = house.serve();
        assert_eq!(integrity(&house), "ok");
        check_all(&house, &stories);
    }
    end(&house, server);
}

/// Regressions 7 and 8 on PostgreSQL.
#[test]
fn r07_r08_what_was_answered_outlives_a_killed_server_on_postgresql() {
    let database = Database::new("program");
    let house = House::on_postgres(&database.url());
    let mut server = house.serve();
    for round in 0..4 {
        let stories = cast(&house);
        play_until(&house, &stories, 10 + 16 * round, || server.kill());
        server = house.serve();
        check_all(&house, &stories);
    }
    end(&house, server);
}

/// Regression 50: while the database is away the answer is no; when it is back the server is too, and nothing answered is lost.
#[test]
fn r50_what_was_answered_outlives_a_killed_postgresql_and_the_server_comes_back_by_itself() {
    let postgres = postgres::Server::start();
    let house = House::on_postgres(postgres.url());
    let server = house.serve();
    for round in 0..3 {
        let stories = cast(&house);
        let person = house.look(|app| house.people(app, 1, true)).remove(0);
        let (mut browser, code) = (house.browser(), person.code().1);
        let page = person.give_password(&mut browser).unwrap();
        play_until(&house, &stories, 20 + 20 * round, || postgres.crash());
        for code in [&person.wrong_code(), &code] {
            assert!(is_refused(browser.try_send(&page, PASSCODE, &[("passcode", code)])));
        }
        while_the_database_is_away(&house, &person);
        postgres.start_again();
        house.wait_until_ready();
        check_all(&house, &stories);
        assert_eq!(browser.send(&page, PASSCODE, &[("passcode", &code)]).heading(), "Welcome");
        house.look(|app| assert_eq!(person.row(app).rest.spent, 0));
    }
    end(&house, server);
}

fn while_the_database_is_away(house: &House, person: &Person) {
    let mut browser = house.browser();
    let page = browser.open("/sign-in");
    let fields = [("username", person.username.as_str()), ("password", PASSWORD)];
    assert!(is_refused(browser.try_send(&page, "/sign-in", &fields)));
    let statuses = ["/help", "/health/live", "/health/ready"].map(|path| browser.open(path).status);
    assert_eq!(statuses, [200, 200, 503]);
}

/// Whether an answer came, and was that the database is away.
fn is_refused(answer: Option<Page>) -> bool {
    told(answer.expect("an answer")).is_none()
}

fn integrity(house: &House) -> String {
    let database = rusqlite::Connection::open(house.database_file()).unwrap();
    database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap()
}

/// The server ends in order, and the audit trail has neither gaps nor changed events.
fn end(house: &House, server: Running) {
    server.stop();
    let said = house.command(&["audit", "verify", "--json"]).output().unwrap();
    let verdict: Value = serde_json::from_slice(&said.stdout).unwrap();
    assert!(said.status.success() && verdict["problems"].as_array().unwrap().is_empty(), "{verdict}");
}
