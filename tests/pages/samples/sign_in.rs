//! Sign-in and **Forgot password?**.

use vestibule::web::page::{Field, Frame};
use vestibule::web::sign_in::new_password::NewPasswordPage;
use vestibule::web::sign_in::passcode::{ConfirmWords, PasscodePage, ProductWords};
use vestibule::web::sign_in::password::PasswordPage;
use vestibule::web::sign_in::set_up_required::SetUpRequiredPage;
use vestibule::web::{forgot_password, page};

use super::{HOSTILE, Sample, failed, failed_sample, frame, sample, some, token, wait, wrong};

const MASKED: &str = "n•••••••@example.org";

pub fn all() -> Vec<Sample> {
    [password(), passcode(), passcode_by_email(), for_a_product(), set_up_required(), new_password(), forgot_password()]
        .into_iter()
        .flatten()
        .collect()
}

fn password_page(frame: Frame, username: Field) -> PasswordPage {
    PasswordPage {
        frame,
        form_token: token(),
        product: None,
        request: None,
        username,
        password: Field::empty(),
        problem: None,
        notice: None,
        wait: None,
    }
}

fn password() -> Vec<Sample> {
    let page = |frame, username: &str| password_page(frame, Field::kept(username));
    let mismatch = "That username and password don't match. Check both, and try again.";
    vec![
        sample("sign-in-password", page(frame("Sign in"), "")),
        sample(
            "sign-in-password-notice",
            PasswordPage {
                notice: some("Your password is changed. Sign in with the new one."),
                ..page(frame("Sign in"), "")
            },
        ),
        failed_sample(
            "sign-in-password-mismatch",
            PasswordPage {
                problem: some(mismatch),
                password: wrong("Type your password again."),
                ..page(failed("Sign in"), "new-user")
            },
        ),
        failed_sample(
            "sign-in-password-empty",
            PasswordPage {
                problem: some("Type your username and your password."),
                password: wrong("Type your password."),
                ..password_page(failed("Sign in"), wrong("Type your username or email address."))
            },
        ),
        failed_sample(
            "sign-in-password-wait",
            PasswordPage { problem: some("Too many tries."), wait: wait(), ..page(failed("Sign in"), "new-user") },
        ),
        failed_sample(
            "sign-in-password-hostile",
            PasswordPage { problem: some(HOSTILE), ..page(failed("Sign in"), HOSTILE) },
        ),
    ]
}

fn passcode_page(frame: Frame) -> PasscodePage {
    PasscodePage {
        frame,
        form_token: token(),
        username: "ready-user".to_owned(),
        passcode: Field::empty(),
        has_app: true,
        can_email: true,
        emailed_to: None,
        mail_delayed: false,
        email_paused: false,
        new_device: true,
        closed: false,
        problem: None,
        notice: None,
        wait: None,
        product: None,
        confirms: None,
    }
}

fn confirms(purpose: &str, app_only: bool) -> Option<ConfirmWords> {
    Some(ConfirmWords { purpose: purpose.to_owned(), app_only, back: "/account".to_owned() })
}

fn product(in_session: bool, app_only: bool) -> Option<ProductWords> {
    let sign_in = "/sign-in?request=vst_q_x".to_owned();
    Some(ProductWords { name: "Fund Accounting".to_owned(), in_session, app_only, sign_in })
}

const WRONG: &str = "That passcode isn't right. Check that it matches the six digits that your app shows now for ready-user at \
                     Northwind Cloud, or those in the newest email.";

fn passcode() -> Vec<Sample> {
    let page = || passcode_page(frame("Enter your passcode"));
    let failed = || passcode_page(failed("Enter your passcode"));
    let used = "That passcode was already used. The next one comes in 17 seconds.";
    vec![
        sample("sign-in-passcode", page()),
        sample(
            "sign-in-passcode-confirm",
            PasscodePage { confirms: confirms("to change your account's security", true), can_email: false, ..page() },
        ),
        sample("sign-in-passcode-strict", PasscodePage { can_email: false, ..page() }),
        sample("sign-in-passcode-hostile", PasscodePage { username: HOSTILE.to_owned(), ..page() }),
        failed_sample(
            "sign-in-passcode-wrong",
            PasscodePage { problem: some("That passcode isn't right."), passcode: wrong(WRONG), ..failed() },
        ),
        failed_sample(
            "sign-in-passcode-used",
            PasscodePage { problem: some(used), passcode: wrong("Wait for the next passcode."), ..failed() },
        ),
        failed_sample(
            "sign-in-passcode-locked",
            PasscodePage { problem: some("Too many wrong passcodes."), wait: wait(), ..failed() },
        ),
        failed_sample(
            "sign-in-passcode-closed",
            PasscodePage { problem: some("Too many wrong passcodes."), closed: true, ..failed() },
        ),
        failed_sample(
            "sign-in-passcode-mail-used-up",
            PasscodePage {
                problem: some(
                    "We have emailed several passcodes already. You can ask for another in 6 minutes, at 3:42 PM UTC.",
                ),
                can_email: false,
                ..failed()
            },
        ),
        sample(
            "sign-in-passcode-paused",
            PasscodePage { can_email: false, email_paused: true, closed: false, ..page() },
        ),
    ]
}

fn passcode_by_email() -> Vec<Sample> {
    let page = || PasscodePage { has_app: false, ..passcode_page(frame("Enter your passcode")) };
    let sent = || PasscodePage { emailed_to: some(MASKED), ..page() };
    vec![
        sample("sign-in-passcode-email", page()),
        sample("sign-in-passcode-email-sent", sent()),
        sample("sign-in-passcode-email-sent-delayed", PasscodePage { mail_delayed: true, ..sent() }),
        sample("sign-in-passcode-app-sent-delayed", PasscodePage { has_app: true, mail_delayed: true, ..sent() }),
        sample("sign-in-passcode-email-delayed", PasscodePage { mail_delayed: true, ..page() }),
        sample(
            "sign-in-passcode-email-paused",
            PasscodePage { can_email: false, email_paused: true, closed: false, ..page() },
        ),
    ]
}

fn for_a_product() -> Vec<Sample> {
    let page = |in_session, app_only| PasscodePage {
        product: product(in_session, app_only),
        can_email: !app_only,
        ..passcode_page(frame("Enter your passcode"))
    };
    let hostile = ProductWords { name: HOSTILE.to_owned(), ..product(true, true).unwrap() };
    let asked = |product: &str| PasswordPage {
        product: some(product),
        request: some("vst_q_x"),
        ..password_page(frame("Sign in"), Field::empty())
    };
    vec![
        sample("sign-in-password-product", asked("MIP Modern")),
        sample("sign-in-password-product-hostile", asked(HOSTILE)),
        sample("sign-in-passcode-product", page(false, false)),
        sample("sign-in-passcode-product-app-only", page(false, true)),
        sample("sign-in-passcode-product-no-app", PasscodePage { has_app: false, ..page(false, true) }),
        sample("passcode-of-a-product", page(true, false)),
        sample("passcode-of-a-product-app-only", page(true, true)),
        sample("passcode-of-a-product-emailed", PasscodePage { emailed_to: some(MASKED), ..page(true, false) }),
        failed_sample(
            "passcode-of-a-product-locked",
            PasscodePage {
                frame: failed("Enter your passcode"),
                problem: some("Too many wrong passcodes."),
                wait: wait(),
                ..page(true, false)
            },
        ),
        sample("passcode-of-a-product-hostile", PasscodePage { product: Some(hostile), ..page(true, true) }),
    ]
}

fn set_up_required() -> Vec<Sample> {
    let page = |frame, username: &str| SetUpRequiredPage {
        frame,
        form_token: token(),
        username: username.to_owned(),
        stopped: false,
        sent_to: None,
        mail_delayed: false,
        problem: None,
        wait: None,
    };
    let title = "MFA is required";
    vec![
        sample("sign-in-set-up-required", page(frame(title), "new-user")),
        sample(
            "sign-in-set-up-required-sent",
            SetUpRequiredPage { sent_to: some(MASKED), ..page(frame(title), "new-user") },
        ),
        sample(
            "sign-in-set-up-required-delayed",
            SetUpRequiredPage { sent_to: some(MASKED), mail_delayed: true, ..page(frame(title), "new-user") },
        ),
        failed_sample(
            "sign-in-set-up-required-wait",
            SetUpRequiredPage {
                problem: some("We have sent several setup emails already; the newest one works."),
                wait: wait(),
                ..page(failed(title), "new-user")
            },
        ),
        sample("sign-in-set-up-required-hostile", page(frame(title), HOSTILE)),
        sample("sign-in-set-up-stopped", SetUpRequiredPage { stopped: true, ..page(frame(title), HOSTILE) }),
    ]
}

fn new_password() -> Vec<Sample> {
    let page = |frame, username: &str| NewPasswordPage {
        frame,
        form_token: token(),
        username: username.to_owned(),
        why: "Someone else seems to know your password. Before you go on, choose a new one.".to_owned(),
        min_length: 8,
        new_password: Field::empty(),
        repeat: Field::empty(),
        problem: None,
    };
    let title = "Choose a new password";
    vec![
        sample("sign-in-new-password", page(frame(title), "new-user")),
        failed_sample(
            "sign-in-new-password-weak",
            NewPasswordPage {
                problem: some("This password is easy to guess."),
                new_password: wrong("Many people use it. Add a few words that don't belong together."),
                ..page(failed(title), "new-user")
            },
        ),
        failed_sample(
            "sign-in-new-password-not-the-same",
            NewPasswordPage {
                problem: some("The two passwords are not the same."),
                repeat: wrong("Type the new password twice, once in each field."),
                ..page(failed(title), "new-user")
            },
        ),
        sample("sign-in-new-password-hostile", page(frame(title), HOSTILE)),
    ]
}

fn forgot_password() -> Vec<Sample> {
    use forgot_password::{email::EmailPage, new_password::NewPasswordPage};
    let page = |frame, email: page::Field| EmailPage {
        frame,
        form_token: token(),
        email,
        sent: false,
        problem: None,
        wait: None,
    };
    let title = "Forgot your password?";
    let new = |frame| NewPasswordPage {
        frame,
        form_token: token(),
        username: "new-user".to_owned(),
        min_length: 8,
        new_password: Field::empty(),
        repeat: Field::empty(),
        problem: None,
    };
    let bad = Field::wrong("new-user", "Type your whole email address, such as name@example.org.");
    vec![
        sample("forgot-password", page(frame(title), Field::empty())),
        sample("forgot-password-sent", EmailPage { sent: true, ..page(frame(title), Field::empty()) }),
        failed_sample(
            "forgot-password-bad",
            EmailPage { problem: some("That isn't an email address yet."), ..page(failed(title), bad) },
        ),
        failed_sample("forgot-password-wait", EmailPage { wait: wait(), ..page(failed(title), Field::empty()) }),
        failed_sample(
            "forgot-password-hostile",
            EmailPage { problem: some(HOSTILE), ..page(failed(title), Field::kept(HOSTILE)) },
        ),
        sample("forgot-password-new", new(frame("Choose a new password"))),
        failed_sample(
            "forgot-password-new-short",
            NewPasswordPage {
                problem: some("This password is too short."),
                new_password: wrong("Use at least 8 characters."),
                ..new(failed("Choose a new password"))
            },
        ),
    ]
}
