//! `vestibule account add`

use std::fs::File;
use std::io::{Read, stdin};
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use serde_json::json;

use super::{Failure, group, role};
use crate::app::App;
use crate::cli::output;
use crate::flow::account::{self, Added, FirstPassword, NewAccount};
use crate::model::account::Role;
use crate::model::account_name::{NameProblem, Username};
use crate::model::email_address::EmailAddress;
use crate::model::group_name::GroupName;
use crate::model::id::AccountId;
use crate::model::password::{NewPassword, PasswordProblem};
use crate::model::secret::SecretText;

/// No password is longer (1,024 bytes and the line's end); what follows is not read.
const MOST: u64 = 4096;

/// Makes an account.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("first").required(true).args(["password_stdin", "password_file", "invite"]))]
pub(in crate::cli) struct Arguments {
    /// The name to sign in with: 1 to 64 characters, no spaces, no @.
    #[arg(value_name = "USERNAME", value_parser = username)]
    username: Username,
    /// The person's email address.
    #[arg(long, value_name = "ADDRESS", value_parser = email)]
    email: EmailAddress,
    /// The person's own name.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What it may do beyond opening products.
    #[arg(long, value_name = "ROLE", default_value = "user", value_parser = role())]
    role: Role,
    /// The customer that the person belongs to.
    #[arg(long, value_name = "NAME")]
    organization: Option<String>,
    /// A group that it is in; may be given more than once. Products name groups to say who may open them.
    #[arg(long = "group", value_name = "NAME", value_parser = group)]
    groups: Vec<GroupName>,
    /// Reads the password from standard input: one line.
    #[arg(long)]
    password_stdin: bool,
    /// Reads the password from a file: its first line.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Mails the person an invitation, behind which they set a password.
    #[arg(long)]
    invite: bool,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn command(app: &App, arguments: &Arguments) -> Result<(), Failure> {
    let first = first_password(app, arguments)?;
    let (act, new) = (app.local_act(), new_account(arguments));
    let added = app.db.write(move |tx| account::add(tx, (&act, &mut act.dice()), &new, &first))?;
    match added {
        Added::Done(id) => tell(arguments, &id),
        Added::UsernameTaken => Err(Failure::new(format!(
            "There is an account with the username \"{}\" already. Choose another.",
            arguments.username.as_str()
        ))),
        Added::EmailTaken => Err(Failure::new(format!(
            "There is an account with the email address {} already. An address belongs to one account.",
            arguments.email.as_str()
        ))),
    }
}

fn new_account(arguments: &Arguments) -> NewAccount {
    NewAccount {
        username: arguments.username.clone(),
        email: arguments.email.clone(),
        name: arguments.name.clone(),
        organization: arguments.organization.clone(),
        role: arguments.role,
        groups: arguments.groups.clone(),
    }
}

fn tell(arguments: &Arguments, id: &AccountId) -> Result<(), Failure> {
    let username = arguments.username.as_str();
    if arguments.json {
        return output::line(json!({ "id": id.as_str(), "username": username }));
    }
    output::line(match arguments.invite {
        true => format!("The account {username} is made; an invitation goes to {}.", arguments.email.as_str()),
        false => format!("The account {username} is made."),
    })
}

fn first_password(app: &App, arguments: &Arguments) -> Result<FirstPassword, Failure> {
    let text = match &arguments.password_file {
        _ if arguments.invite => return Ok(FirstPassword::Invitation),
        Some(path) => read(path)?,
        None => first_line(&mut stdin().lock())
            .map_err(|why| Failure::new(format!("The password cannot be read: {why}")))?,
    };
    let about = [
        arguments.username.as_str(),
        arguments.email.as_str(),
        arguments.name.as_deref().unwrap_or_default(),
        &app.settings.branding.name,
    ];
    let shortest = usize::try_from(app.settings.passwords.min_length).unwrap_or(usize::MAX);
    let password = NewPassword::check(text.expose(), None, &about, shortest).map_err(|problem| refused(&problem))?;
    let salt = app.local_act().dice().bytes();
    let hashed = app.hasher.hash(password.canonical().clone(), salt);
    hashed.map(FirstPassword::Hash).map_err(|why| Failure::new(why.to_string()))
}

fn read(path: &Path) -> Result<SecretText, Failure> {
    let text = File::open(path).map_err(|error| error.to_string()).and_then(|mut file| first_line(&mut file));
    text.map_err(|why| Failure::new(format!("The password cannot be read from {}: {why}", path.display())))
}

/// The first line without its end.
fn first_line(from: &mut impl Read) -> Result<SecretText, String> {
    let mut text = zeroize::Zeroizing::new(String::new());
    from.take(MOST).read_to_string(&mut text).map_err(|error| error.to_string())?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(SecretText::new(line.to_owned())),
        _ => Err("the first line is empty".to_owned()),
    }
}

fn refused(problem: &PasswordProblem) -> Failure {
    Failure::new(match problem {
        PasswordProblem::TooShort { min } => format!("This password is too short: it needs {min} characters or more."),
        PasswordProblem::TooLong => "This password is too long: it may have 1,024 bytes.".to_owned(),
        PasswordProblem::TooCommon => {
            "This password is one of the first that anyone would try. Choose another.".to_owned()
        }
        PasswordProblem::TooWeak { suggestion } => format!("This password is too easy to guess. {suggestion}"),
        PasswordProblem::NotTheSame => "The two passwords are not the same.".to_owned(),
    })
}

fn username(text: &str) -> Result<Username, &'static str> {
    Username::parse(text).map_err(|problem| match problem {
        NameProblem::Empty => "it is empty",
        NameProblem::TooLong => "it has more than 64 characters",
        NameProblem::AtSign => "it has an @, which only email addresses have",
        NameProblem::Space => "it has a space",
        NameProblem::Invisible => "it has a character that cannot be seen",
    })
}

fn email(text: &str) -> Result<EmailAddress, &'static str> {
    EmailAddress::parse(text).map_err(|_| "it is not an email address like name@example.org")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_first_line_without_its_end() {
        for (given, password) in [("hunter2 \n", "hunter2 "), ("hunter2\r\nmore", "hunter2"), ("hunter2", "hunter2")] {
            assert_eq!(first_line(&mut given.as_bytes()).unwrap().expose(), password);
        }
        assert!(first_line(&mut "\nhunter2".as_bytes()).is_err());
        assert!(first_line(&mut "".as_bytes()).is_err());
    }
}
