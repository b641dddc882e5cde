//! The keys of what people meet: passwords, sessions, looks, help, questions.

use std::time::Duration;

use super::super::key::{Given, Key, Kind};
use super::super::shape;

/// Memorable, lasting, with one answer, and not to be found in a profile or a public register. In plain words.
const QUESTIONS: &[&str] = &[
    "What was the first dish that you learned to cook?",
    "What did you call your favourite toy as a child?",
    "Who read stories to you when you were small?",
    "What was the name of the first teacher that you liked?",
    "Where did you hide things as a child?",
    "What was the first thing that you bought with your own money?",
    "What food did you refuse to eat as a child?",
    "What was the first song that you knew by heart?",
    "Which room of the house where you grew up did you like best?",
    "What did you want to become when you were ten?",
    "What was the first film that frightened you?",
    "What is the oldest thing that you have kept?",
];

pub(in super::super) static KEYS: &[Key] = &[
    Key::new(
        "passwords.memory_kib",
        Kind::Whole(|s| &mut s.passwords.memory_kib, 1_024..=4_194_304),
        Given::Whole(19_456),
        "Memory of one check, in KiB. Below 8192 it is for tests only. When it rises, passwords are hashed anew as people sign in.",
    ),
    Key::new(
        "passwords.iterations",
        Kind::Whole(|s| &mut s.passwords.iterations, 1..=100),
        Given::Whole(2),
        "Passes over that memory.",
    ),
    Key::new(
        "passwords.parallelism",
        Kind::Whole(|s| &mut s.passwords.parallelism, 1..=16),
        Given::Whole(1),
        "Lanes of that memory.",
    ),
    Key::new(
        "passwords.min_length",
        Kind::Whole(|s| &mut s.passwords.min_length, 8..=64),
        Given::Whole(8),
        "The shortest new password, in characters. Weak and common ones are refused at any length.",
    ),
    Key::new(
        "sessions.idle",
        Kind::Span(|s| &mut s.sessions.idle, Duration::from_mins(1)..=Duration::from_hours(24)),
        Given::Span(Duration::from_hours(1)),
        "A session ends after this long without a click.",
    ),
    Key::new(
        "sessions.absolute",
        Kind::Span(|s| &mut s.sessions.absolute, Duration::from_mins(5)..=Duration::from_hours(30 * 24)),
        Given::Span(Duration::from_hours(12)),
        "A session ends after this long in any case.",
    ),
    Key::new(
        "sessions.place_db_file",
        Kind::OptionalFile(|s| &mut s.sessions.place_db_file),
        Given::Text(""),
        "A database of countries or cities in MaxMind's format (.mmdb). With it the country is shown beside the network, where people \
         see their sessions and history and where support sees a case. It is read at start, and nothing is sent anywhere.",
    )
    .example("\"/var/lib/GeoIP/GeoLite2-Country.mmdb\""),
    Key::new(
        "branding.name",
        Kind::Text(|s| &mut s.branding.name, shape::name),
        Given::Text("Vestibule"),
        "The name on pages, in mails and in authenticator apps.",
    ),
    Key::new(
        "branding.logo_file",
        Kind::OptionalFile(|s| &mut s.branding.logo_file),
        Given::Text(""),
        "A logo (SVG or PNG), which stands in place of the name at the top of pages.",
    )
    .example("\"/etc/vestibule/logo.svg\""),
    Key::new(
        "branding.colour",
        Kind::Colour(|s| &mut s.branding.colour),
        Given::Text("#1d5c63"),
        "The colour of buttons and links. White text on it must be readable: a contrast of 4.5 : 1 or more.",
    ),
    Key::new(
        "branding.time_zone",
        Kind::Zone(|s| &mut s.branding.time_zone),
        Given::Text("UTC"),
        "The time zone in which pages and mails tell times.",
    )
    .example("\"Europe/Berlin\""),
    Key::new(
        "support.chat_url",
        Kind::OptionalText(|s| &mut s.support.chat_url, shape::page),
        Given::Text(""),
        "The address of the support chat.",
    )
    .example("\"https://chat.example.org\""),
    Key::new(
        "support.phone",
        Kind::OptionalText(|s| &mut s.support.phone, shape::line),
        Given::Text(""),
        "The telephone number of support, as people should read it.",
    )
    .example("\"+1 555 0100\""),
    Key::new(
        "support.email",
        Kind::OptionalText(|s| &mut s.support.email, shape::email),
        Given::Text(""),
        "The email address of support.",
    )
    .example("\"support@example.org\""),
    Key::new(
        "support.resets_daily",
        Kind::Whole(|s| &mut s.support.resets_daily, 1..=10),
        Given::Whole(10),
        "Accounts that one analyst may reset in 24 hours. It can be lowered only: it bounds what a stolen analyst's session does.",
    ),
    Key::new(
        "support.messages_hourly",
        Kind::Whole(|s| &mut s.support.messages_hourly, 5..=200),
        Given::Whole(30),
        "Messages that the person's side may write into a case in an hour.",
    ),
    Key::new(
        "support.browsers",
        Kind::Whole(|s| &mut s.support.browsers, 2..=10),
        Given::Whole(5),
        "Browsers of the person that may join one case. From the second on a reset needs two analysts.",
    ),
    Key::new(
        "questions.provided",
        Kind::Texts(|s| &mut s.questions.provided, shape::questions),
        Given::Texts(QUESTIONS),
        "The questions that people choose from; they may write their own besides. Take ones whose answers last and stand in no \
         profile.",
    ),
];
