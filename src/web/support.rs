//! The support console: the queue of cases, a case with its conversation, and what an analyst decides.

pub mod case;
pub mod checks;
pub mod close;
pub mod decline;
pub mod history;
pub mod live;
pub mod message;
pub mod open;
pub mod queue;
pub mod reset;
pub mod said;

use super::error::Failure;
use super::reply::Reply;
use crate::flow::support::decide::Ended;
use crate::model::support_case::{CaseNumber, Refused};

/// The number in a case's address.
fn number(text: &str) -> Result<CaseNumber, Failure> {
    CaseNumber::parse(text).ok_or(Failure::NotFound)
}

/// To the page of a case, which says `notice` above everything else.
fn to_case(number: &CaseNumber, notice: &str) -> Result<Reply, Failure> {
    Reply::away(&format!("/support/cases/{number}?notice={notice}"))
}

/// Where an act that ends a case leads.
fn ended(number: &CaseNumber, ended: Ended, notice: &str) -> Result<Reply, Failure> {
    match ended {
        Ended::Done => to_case(number, notice),
        Ended::TooLate => to_case(number, "late"),
        Ended::OwnAccount | Ended::NoCase => Err(Failure::NotFound),
    }
}

/// What a case's page says after what was done.
fn notice(word: &str) -> Option<&'static str> {
    Some(match word {
        "opened" => {
            "The case is open, and the owner of the account is told. Ask the person to choose Send My Info Now."
        }
        "there" => "There is an open case for this account already. This is it.",
        "checked" => "The identity checks are kept.",
        "reset" => "The account is reset, and its owner is told. At the next sign-in MFA is set up again.",
        "second" => "Your approval is kept. A second analyst must approve this reset.",
        "declined" => "The case is declined, and the owner of the account is told.",
        "closed" => "The case is closed.",
        "late" => "This case was decided or closed already. Nothing was changed.",
        _ => return None,
    })
}

/// Why an account is not reset here, and what then.
const fn refused(why: Refused) -> &'static str {
    match why {
        Refused::OwnAccount => "This is your own account. Another analyst must help you.",
        Refused::Administrator => {
            "This is an administrator's account. It is reset by an administrator or on the server, not here."
        }
        Refused::OwnerSaidNo => {
            "The owner of the account said that this was not them. Nothing is reset until they have signed in with their app, \
             or an administrator lifts it."
        }
        Refused::NoInfo => "The person has not sent their information yet. It takes that before an account is reset.",
        Refused::Decided => "This case is decided. Nothing more is reset in it.",
        Refused::Disabled => "This account may not sign in. An administrator decides about it first.",
    }
}
