//! A disk that takes nothing more, and then does again: the limit on the size of files (`setrlimit(2)`, `RLIMIT_FSIZE`) makes
//! every write of the running server fail, and is lifted under it.

use std::process::Command;

use vestibule::model::totp::Step;

use super::house::House;
use super::person::Person;
use super::{PASSCODE, is_refused};
use crate::browser::Browser;
use crate::process::Running;

const SESSION: &str = "vestibule-session";

/// A server whose limits can be changed. What exceeds one is an error to it and no signal.
fn serve(house: &House) -> Running {
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]);
    let serve = house.command(&["serve"]);
    shell.arg(serve.get_program()).args(serve.get_args()).env_clear();
    shell.envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let server = Running::start(&mut shell);
    house.wait_until_ready();
    server
}

/// Bounds the size of the files that the server writes.
fn limit_files(server: &Running, most: &str) {
    let limit = format!("--fsize={most}:");
    let done = Command::new("prlimit").args(["--pid", &server.id().to_string(), &limit]).status().unwrap();
    assert!(done.success());
}

/// Regressions 8, 23 and 50: what cannot be written has not happened, and nobody gets in by it.
#[test]
fn r08_r23_r50_a_full_disk_is_a_no_until_there_is_room() {
    let house = House::on_sqlite();
    let server = serve(&house);
    let [nora, olga, pia] = house.look(|app| house.people(app, 3, true)).try_into().ok().unwrap();
    let mut whole = house.browser();
    sign_in(&nora, &mut whole);
    let mut browser = house.browser();
    let page = olga.give_password(&mut browser).unwrap();

    limit_files(&server, "0");
    for _ in 0..6 {
        assert!(is_refused(browser.try_send(&page, PASSCODE, &[("passcode", &olga.wrong_code())])));
    }
    assert!(is_refused(browser.try_send(&page, PASSCODE, &[("passcode", &olga.code().1)])) && !browser.holds(SESSION));
    assert!(is_refused(browser.try_send(&page, "/sign-in/send-passcode", &[])));
    assert!(pia.give_password(&mut house.browser()).is_none());
    assert_eq!(whole.open("/").heading(), "Welcome", "reading goes on");
    assert_eq!(["/sign-in", "/help", "/health/ready"].map(|path| house.browser().open(path).status), [200; 3]);
    nothing_has_happened(&house, &olga);

    limit_files(&server, "unlimited");
    assert_eq!(browser.send(&page, PASSCODE, &[("passcode", &olga.wrong_code())]).status, 422);
    house.look(|app| assert_eq!(olga.row(app).rest.spent, 1, "the one that was compared"));
    let portal = browser.send(&page, PASSCODE, &[("passcode", &olga.code().1)]);
    assert_eq!(portal.heading(), "Welcome", "the passcode was not used up");
    sign_in(&pia, &mut house.browser());
    super::end(&house, server);
}

fn sign_in(person: &Person, browser: &mut Browser) {
    let page = person.give_password(browser).unwrap();
    assert_eq!(browser.send(&page, PASSCODE, &[("passcode", &person.code().1)]).heading(), "Welcome");
}

fn nothing_has_happened(house: &House, person: &Person) {
    house.look(|app| {
        assert_eq!((person.row(app).rest.spent, person.last_step(app)), (0, Some(Step(0))));
        assert_eq!((person.rows(app, "session"), person.mails(app, "passcode")), (0, 0));
        assert_eq!(["wrong", "done"].map(|outcome| person.events(app, "passcode", outcome)), [0, 0]);
    });
}
