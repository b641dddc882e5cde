//! **Authenticator apps** of one's own account.

use vestibule::web::account::apps::add::AddPage;
use vestibule::web::account::apps::new::NewPage;
use vestibule::web::account::apps::remove::RemovePage;
use vestibule::web::account::apps::rename::RenamePage;
use vestibule::web::account::apps::{AppsPage, Row};
use vestibule::web::page::{Field, Frame};
use vestibule::web::set_up::qr_code;

use super::{HOSTILE, Sample, failed, failed_sample, frame, sample, some, token, wrong};

const ID: &str = "0197b2c4-5e4f-7a31-9c0d-8a6b2f1e3d57";

pub fn all() -> Vec<Sample> {
    [lists(), adding(), changing()].into_iter().flatten().collect()
}

fn lists() -> Vec<Sample> {
    let row = |name: &str| Row {
        id: ID.to_owned(),
        name: name.to_owned(),
        added: "at 3:42 PM UTC on 3 March 2026".to_owned(),
        used: "at 8:05 AM UTC on 24 November 2026".to_owned(),
    };
    let page = |names: &[&str], notice| AppsPage {
        frame: frame("Authenticator apps"),
        apps: names.iter().map(|name| row(name)).collect(),
        has_room: names.len() < 3,
        notice,
    };
    vec![
        sample("account-apps", page(&["Authenticator app", HOSTILE], some("The app has its new name."))),
        sample("account-apps-three", page(&["Phone", "Tablet", "a-name-of-forty-characters-without-space"], None)),
        sample("account-apps-none", page(&[], None)),
    ]
}

fn adding() -> Vec<Sample> {
    let add = |frame: Frame, app_name: Field| AddPage {
        frame,
        form_token: token(),
        problem: app_name.error.clone(),
        app_name,
    };
    let new = |frame: Frame, name: &str, passcode: Field| NewPage {
        frame,
        form_token: token(),
        name: name.to_owned(),
        username: name.to_owned(),
        issuer: "Northwind Cloud".to_owned(),
        qr_svg: qr_code::svg("otpauth://totp/Northwind%20Cloud:ready-user?secret=JBSWY3DPEHPK3PXP").unwrap(),
        key_groups: ["JBSW", "Y3DP", "EHPK", "3PXP", "JBSW", "Y3DP", "EHPK", "3PXP"].map(str::to_owned).to_vec(),
        key_plain: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".to_owned(),
        problem: passcode.error.clone(),
        passcode,
    };
    let taken = "You have an app of this name already. Choose another name.";
    let not_six = "A passcode is six digits. Type the six digits that your app shows now.";
    vec![
        sample("account-apps-add", add(frame("Add an app"), Field::kept("Second app"))),
        failed_sample("account-apps-add-taken", add(failed("Add an app"), Field::wrong(HOSTILE, taken))),
        sample("account-apps-new", new(frame("Add an app"), "Second app", Field::empty())),
        failed_sample("account-apps-new-wrong", new(failed("Add an app"), HOSTILE, wrong(not_six))),
    ]
}

fn changing() -> Vec<Sample> {
    let rename = |frame: Frame, app_name: Field| RenamePage {
        frame,
        form_token: token(),
        app: ID.to_owned(),
        problem: app_name.error.clone(),
        app_name,
    };
    let remove = |name: &str, leaves_email, refused| RemovePage {
        frame: frame("Remove an app"),
        form_token: token(),
        app: ID.to_owned(),
        name: name.to_owned(),
        leaves_email,
        refused,
    };
    let empty = "Type a name by which you know the app again, such as My phone.";
    vec![
        sample("account-apps-rename", rename(frame("Rename an app"), Field::kept("Tablet"))),
        failed_sample("account-apps-rename-wrong", rename(failed("Rename an app"), Field::wrong("", empty))),
        sample("account-apps-remove", remove(HOSTILE, false, false)),
        sample("account-apps-remove-last", remove("Authenticator app", true, false)),
        sample("account-apps-remove-refused", remove("Authenticator app", false, true)),
    ]
}
