use super::*;
use crate::model::recovery_lock::RecoveryLock;
use crate::model::secret::SecretBytes;

const CODE: &str = "493817";
const LINK: &str = "https://login.example.org/open/vst_l_mZ4k0T7hX2c9QpL1sD8wV5bN3rY6uJfEaGtHiKoMxCq?a=1&b=2";
const HOUR: Duration = Duration::from_secs(3_600);
const FORBIDDEN: [&str; 8] = ["totp", "otp", "secret", "token", "hash", "factor", "enrol", "credential"];

fn look() -> Look {
    Look {
        brand: "Example & Sons".into(),
        support_phone: Some("+1 555 0100".into()),
        support_chat_url: Some("https://chat.example.org/".into()),
        support_email: Some("support@example.org".into()),
        public_url: "https://login.example.org".into(),
        colour: "#1d4f91".into(),
    }
}

fn circumstances() -> Circumstances {
    Circumstances {
        username: "nora".into(),
        when: "at 3:42 PM UTC on 24 November 2026".into(),
        browser: "Firefox on Windows".into(),
        network: "203.0.113.0/24".into(),
    }
}

/// The mail of a remote app.
fn remote_set_up() -> RemoteSetUp {
    RemoteSetUp {
        product: "Remote Ledger".into(),
        code: SecretText::new("JBSW Y3DP".into()),
        qr_code: SecretBytes::new(vec![137, 80, 78, 71]),
        code_good_for: HOUR / 4,
        link: SecretText::new(LINK.into()),
        good_for: HOUR,
    }
}

fn case_opened(begun: CaseBegun) -> Message {
    let not_me_link = SecretText::new(LINK.into());
    Message::CaseOpened(CaseOpened { number: "V-7K3M9Q".into(), begun, not_me_link, good_for: HOUR * 72 })
}

/// A mail, the button that its HTML must bear, and the lifetime that it must name.
type Sample = (Message, Option<&'static str>, Option<&'static str>);

fn support_mails() -> Vec<Sample> {
    let (number, three_days) = (|| "V-7K3M9Q".to_owned(), HOUR * 72);
    let link = SecretText::new(LINK.into());
    vec![
        (case_opened(CaseBegun::ByPerson), Some("This wasn't me"), Some("3 days")),
        (case_opened(CaseBegun::BySupport), Some("This wasn't me"), Some("3 days")),
        (case_opened(CaseBegun::Joined), Some("This wasn't me"), Some("3 days")),
        (
            Message::CaseAnswer(CaseAnswer { number: number(), link, good_for: three_days }),
            Some("Read the answer"),
            Some("3 days"),
        ),
        (Message::CaseDeclined(CaseDeclined { number: number(), words: None }), None, None),
        (Message::CaseDeclined(CaseDeclined { number: number(), words: Some("Please call us.".into()) }), None, None),
        (Message::CaseStopped(CaseStopped { number: number(), set_up_stopped: false }), None, None),
        (Message::CaseStopped(CaseStopped { number: number(), set_up_stopped: true }), None, None),
    ]
}

fn device_approved(network: &str) -> DeviceApproved {
    DeviceApproved { product: "Television".into(), device: "a device with Linux".into(), network: network.to_owned() }
}

/// What people do to their own account.
fn of_ones_own_account() -> Vec<Sample> {
    let (link, three_days) = (|| SecretText::new(LINK.into()), HOUR * 72);
    vec![
        (Message::EmailConfirm(EmailConfirm { link: link(), good_for: HOUR }), Some("Confirm"), Some("1 hour")),
        (Message::EmailTaken(EmailTaken), None, None),
        (
            Message::EmailChanged(EmailChanged {
                undo_link: link(),
                new_email: "new@example.org".into(),
                good_for: three_days,
            }),
            Some("Undo this change"),
            Some("3 days"),
        ),
        (Message::EmailInUse(EmailInUse { until: "on 27 November 2026 at 3:42 PM UTC".into() }), None, None),
        (Message::EmailUndone(EmailUndone), None, None),
        (Message::AppAdded(AppAdded { app: "Nora's tablet".into() }), None, None),
        (Message::AppRemoved(AppRemoved { app: "Nora's tablet".into(), was_last: true }), None, None),
        (Message::AppRemoved(AppRemoved { app: "Nora's tablet".into(), was_last: false }), None, None),
        (Message::AppRenamed(AppRenamed { before: "Nora's tablet".into(), app: "Old <tablet>".into() }), None, None),
        (Message::DeviceApproved(device_approved("203.0.113.0/24")), None, None),
        (Message::DeviceApproved(device_approved("")), None, None),
        (Message::QuestionsChanged(QuestionsChanged), None, None),
        (Message::RecoveryCodeChanged(RecoveryCodeChanged), None, None),
    ]
}

fn every_mail() -> Vec<Sample> {
    [account_mails(), lifted_mails(), of_ones_own_account(), support_mails()].concat()
}

fn lifted_mails() -> Vec<Sample> {
    [None, Some(RecoveryLock::NotMe), Some(RecoveryLock::Undone), Some(RecoveryLock::Both)]
        .map(|ways_back| (Message::AccountUnlocked(AccountUnlocked { ways_back }), None, None))
        .into()
}

fn account_mails() -> Vec<Sample> {
    let link = || SecretText::new(LINK.into());
    let (half_an_hour, week, three_days) = (HOUR / 2, HOUR * 24 * 7, HOUR * 72);
    vec![
        (Message::SetUpLink(SetUpLink { link: link(), good_for: HOUR }), Some("Start Setup"), Some("1 hour")),
        (
            Message::NewDeviceLink(NewDeviceLink { link: link(), good_for: HOUR }),
            Some("Set up my new device"),
            Some("1 hour"),
        ),
        (Message::NewDeviceDone(NewDeviceDone { with_app: true }), None, None),
        (Message::NewDeviceDone(NewDeviceDone { with_app: false }), None, None),
        (Message::RemoteSetUp(remote_set_up()), Some("Start Setup"), Some("15 minutes")),
        (
            Message::Passcode(Passcode {
                code: SecretText::new(CODE.into()),
                name: "Fund Accounting".into(),
                good_for: HOUR / 6,
            }),
            None,
            Some("10 minutes"),
        ),
        (
            Message::ResetLink(ResetLink { link: link(), good_for: half_an_hour }),
            Some("Change password"),
            Some("30 minutes"),
        ),
        (Message::PasswordChanged(PasswordChanged), None, None),
        (Message::SetUpDone(SetUpDone { with_app: true }), None, None),
        (Message::SetUpDone(SetUpDone { with_app: false }), None, None),
        (
            Message::NewBrowser(NewBrowser { not_me_link: link(), good_for: three_days }),
            Some("This wasn't me"),
            Some("3 days"),
        ),
        (Message::PasswordKnown(PasswordKnown { wrong_tries: 10 }), None, None),
        (Message::AccountReset(AccountReset), None, None),
        (
            Message::Invitation(Invitation { link: link(), by: "Ada <ada>".into(), good_for: week }),
            Some("Accept invitation"),
            Some("7 days"),
        ),
        (Message::Test(Test), None, None),
    ]
}

fn each(check: impl Fn(&Message, Option<&str>, Option<&str>, &Rendered)) {
    for (mail, button, life) in every_mail() {
        check(&mail, button, life, &mail.render(&look(), &circumstances()));
    }
}

/// What a reader of the HTML sees: tags gone, entities read, spaces collapsed.
fn seen(html: &str) -> String {
    let html = html.split_once("</head>").unwrap().1;
    let mut text = String::new();
    for piece in html.split('<') {
        text.push(' ');
        text.push_str(piece.split_once('>').map_or(piece, |(_, words)| words));
    }
    let read = text.replace("&#60;", "<").replace("&#62;", ">").replace("&#39;", "'").replace("&#34;", "\"");
    read.replace("&#38;", "&").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn flowed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_mail_says_who_when_where_and_what_to_do_if_it_was_not_you() {
    each(|mail, _, _, rendered| {
        let not_you = match mail {
            Message::Invitation(_) => "If this wasn't meant for you",
            Message::Test(_) => "If you did not expect this",
            _ => "If this wasn't you",
        };
        for body in [flowed(rendered.text.expose()), seen(rendered.html.expose())] {
            for said in [
                "nora",
                "at 3:42 PM UTC on 24 November 2026, with Firefox on Windows, from the network 203.0.113.0/24.",
                not_you,
                "Example & Sons",
                "+1 555 0100",
                "https://chat.example.org/",
                "support@example.org",
            ] {
                assert!(body.contains(said), "{}: {said}\n{body}", mail.kind());
            }
        }
    });
}

#[test]
fn links_stand_behind_their_button_and_as_bare_text_on_a_line_of_their_own() {
    each(|mail, button, _, rendered| {
        let Some(button) = button else {
            assert!(!rendered.text.expose().contains("vst_l_"), "{}", mail.kind());
            return;
        };
        let escaped = LINK.replace('&', "&#38;");
        assert!(rendered.text.expose().lines().any(|line| line == LINK), "{}", rendered.text.expose());
        assert!(rendered.text.expose().lines().any(|line| line == format!("{button}:")), "{}", rendered.text.expose());
        assert_eq!(rendered.html.expose().matches(&format!("href=\"{escaped}\"")).count(), 2);
        let label = button.replace('\'', "&#39;");
        assert!(rendered.html.expose().contains(&format!(">{label}</a>")), "{}", rendered.html.expose());
        assert!(rendered.html.expose().contains(&format!(">{escaped}</a>\n")), "{}", rendered.html.expose());
    });
}

#[test]
fn what_expires_says_how_long_it_is_good_for() {
    each(|mail, _, life, rendered| {
        let Some(life) = life else { return };
        for body in [flowed(rendered.text.expose()), seen(rendered.html.expose())] {
            assert!(body.contains(&format!("good for {life}")), "{}: {body}", mail.kind());
        }
    });
}

#[test]
fn the_passcode_is_in_both_bodies_and_never_in_a_subject() {
    each(|mail, _, _, rendered| {
        let carries = matches!(mail, Message::Passcode(_));
        assert!(!rendered.subject.contains(CODE) && !rendered.subject.contains("http"), "{}", rendered.subject);
        assert_eq!(rendered.text.expose().lines().any(|line| line.trim() == CODE), carries);
        assert_eq!(rendered.html.expose().contains(&format!(">{CODE}</p>")), carries);
    });
}

#[test]
fn no_mail_uses_a_word_that_only_we_understand() {
    each(|mail, _, _, rendered| {
        let text = rendered.text.expose().replace(LINK, "");
        for body in [rendered.subject.clone(), text, rendered.html.expose().replace(&LINK.replace('&', "&#38;"), "")] {
            let lower = body.to_lowercase();
            for word in FORBIDDEN {
                assert!(!lower.contains(word), "{} says {word}:\n{body}", mail.kind());
            }
        }
    });
}

#[test]
fn names_cannot_add_headers_or_markup() {
    let mut look = look();
    look.brand = "Ex<b>ample\r\nBcc: all@example.org".into();
    let mut by = circumstances();
    by.username = "no\nra<script>\"'&".into();
    for (mail, ..) in every_mail() {
        let rendered = mail.render(&look, &by);
        assert!(!rendered.subject.contains(['\r', '\n']), "{:?}", rendered.subject);
        assert!(!rendered.html.expose().contains("<script>") && !rendered.html.expose().contains("<b>"));
        assert!(!rendered.text.expose().contains("\nBcc:"), "{}", rendered.text.expose());
        assert!(rendered.html.expose().contains("no ra&#60;script&#62;&#34;&#39;&#38;"), "{}", rendered.html.expose());
    }
}

#[test]
fn a_mail_is_sent_as_long_as_what_it_carries_lives() {
    let now = Timestamp::from_millis(1_000_000);
    for (mail, _, life) in every_mail() {
        let lives = mail.not_after(now).since(now);
        match life {
            Some(said) => assert_eq!(words::span(lives), said),
            None => assert_eq!(lives, NOTICE_LIFE),
        }
    }
}

#[test]
fn neither_mail_nor_rendering_prints_what_it_carries() {
    each(|mail, _, _, rendered| {
        let printed = format!("{mail:?} {rendered:?}");
        assert!(!printed.contains(CODE) && !printed.contains("vst_l_"), "{printed}");
    });
}

#[test]
fn the_plain_text_reads_well() {
    let mail = Message::SetUpLink(SetUpLink { link: SecretText::new(LINK.into()), good_for: HOUR });
    let rendered = mail.render(&look(), &circumstances());
    assert_eq!(rendered.subject, "Your MFA setup email for Example & Sons");
    let expected = "Hello nora,

You asked for this email to set up MFA at Example & Sons. From then on
you sign in with your password and a six-digit passcode, so that nobody
gets in who has found out your password. Setting up takes a few minutes.

Start Setup:
LINK

The link is good for 1 hour. If you are interrupted, open it again
within that time. A newer setup email ends this one.

If this wasn't you

Someone else has signed in with your password as far as this email.
Don't use the link, and don't pass it on.

Change your password now: choose Forgot password? on the sign-in page
(https://login.example.org/sign-in). If you need help, contact support.

This email was asked for at 3:42 PM UTC on 24 November 2026, with
Firefox on Windows, from the network 203.0.113.0/24. It is about the
account nora.

Example & Sons
https://login.example.org
Support chat: https://chat.example.org/
Support phone: +1 555 0100
Support email: support@example.org
";
    assert_eq!(rendered.text.expose(), expected.replace("LINK", LINK));
}
