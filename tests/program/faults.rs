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
use serde_json::Value;
use story::{Story, cast, check_all, play_until};

use crate::process::Running;

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
    let database = postgres::Database::new();
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
        let signed_in = signed_in(&house);
        play_until(&house, &stories, 20 + 20 * round, || postgres.crash());
        nobody_gets_in(&house, &stories, &signed_in);
        postgres.start_again();
        house.wait_until_ready();
        check_all(&house, &stories);
        assert_eq!(signed_in.clone().open("/").heading(), "Welcome");
    }
    end(&house, server);
}

fn signed_in(house: &House) -> crate::browser::Browser {
    let person = house.look(|app| house.people(app, 1, true)).remove(0);
    let mut browser = house.browser();
    let page = person.give_password(&mut browser).unwrap();
    let portal = browser.send(&page, "/sign-in/passcode", &[("passcode", &person.code().1)]);
    assert_eq!(portal.heading(), "Welcome");
    browser
}

/// Every story goes no further than a 503, and no session opens anything.
fn nobody_gets_in(house: &House, stories: &[Box<dyn Story>], signed_in: &crate::browser::Browser) {
    for story in stories {
        assert!(story.act(house.browser()).is_none(), "the database is away");
    }
    let portal = signed_in.clone().open("/");
    assert!(person::told(portal).is_none());
    let mut browser = house.browser();
    assert_eq!([browser.open("/health/ready").status, browser.open("/health/live").status], [503, 200]);
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
