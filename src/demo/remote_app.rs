//! The demo's remote app: a program in a terminal with its own sign-in, as a desktop product has it. It speaks HTTP with the server
//! and nothing else, and does what the server says is next; nothing it could leave out would open the product.

use std::io::{BufRead, Write};

use serde_json::Value;

use crate::cli::Failure;

mod call;
mod echo;
mod tokens;

use call::{Answer, Server};

/// The product that it is.
pub const ID: &str = "remote-ledger";
/// What people know it as.
pub const NAME: &str = "Remote Ledger";

/// What the person sees and types.
struct Terminal<'a> {
    input: &'a mut dyn BufRead,
    output: &'a mut dyn Write,
    /// Whether the input is a terminal, which shows what is typed.
    echoes: bool,
}

impl Terminal<'_> {
    fn say(&mut self, text: &str) -> Result<(), Failure> {
        writeln!(self.output, "{text}").map_err(|error| Failure::new(format!("The terminal takes nothing: {error}")))
    }

    fn ask(&mut self, prompt: &str) -> Result<String, Failure> {
        let broken = |error: std::io::Error| Failure::new(format!("The terminal gives nothing: {error}"));
        write!(self.output, "{prompt} ").and_then(|()| self.output.flush()).map_err(broken)?;
        let mut line = String::new();
        if self.input.read_line(&mut line).map_err(broken)? == 0 {
            return Err(Failure::new("The input ended before the sign-in was whole."));
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// The same, and what is typed is not shown.
    fn ask_hidden(&mut self, prompt: &str) -> Result<String, Failure> {
        let hidden = if self.echoes { echo::Off::begin() } else { None };
        let line = self.ask(prompt)?;
        if hidden.is_some() {
            // Nor was the end of the line.
            self.say("")?;
        }
        Ok(line)
    }
}

/// Signs somebody in and shows what the app got. `echoes`: the input is a terminal.
///
/// # Errors
/// A sentence, where the server is not there or refuses the app, or the input ends.
pub fn run(server: &str, input: &mut dyn BufRead, output: &mut dyn Write, echoes: bool) -> Result<(), Failure> {
    let mut terminal = Terminal { input, output, echoes };
    let mut server = Server::at(server);
    terminal.say(&format!("{NAME}: sign in with your Vestibule account."))?;
    let code = loop {
        match sign_in(&mut terminal, &mut server)? {
            Some(code) => break code,
            None => terminal.say("Begin again.")?,
        }
    };
    let tokens = server.redeem(&code)?;
    let shown = tokens::shown(&tokens).ok_or_else(|| Failure::new("The server gave tokens that cannot be read."))?;
    terminal.say(&format!("Signed in as {}", shown.username))?;
    terminal.say(&shown.claims)
}

/// One sign-in from the password on; nothing where it is over and has to begin again.
fn sign_in(terminal: &mut Terminal<'_>, server: &mut Server) -> Result<Option<String>, Failure> {
    let username = terminal.ask("Username:")?;
    let password = terminal.ask_hidden("Password:")?;
    let mut answer = server.begin(&username, &password)?;
    loop {
        let more = match answer {
            Answer::Code(code) => return Ok(Some(code)),
            Answer::More(more) => more,
        };
        if let Some(words) = problem(&more) {
            terminal.say(&words)?;
        }
        answer = match text(&more, "vestibule_next") {
            Some("passcode") => passcode(terminal, server)?,
            Some("set_up") => set_up(terminal, server)?,
            Some("wait") if text(&more, "auth_session").is_some() => {
                locked(terminal, server)?;
                return Ok(None);
            }
            Some("new_password") => {
                terminal.say("A new password is needed first. Sign in at the portal in your browser to set one.")?;
                return Ok(None);
            }
            _ => return Ok(None),
        };
    }
}

fn passcode(terminal: &mut Terminal<'_>, server: &mut Server) -> Result<Answer, Failure> {
    terminal.say("2) Send me a passcode")?;
    terminal.say("3) Set up a new device")?;
    match terminal.ask("Passcode:")?.trim() {
        "2" => {
            let answer = server.go_on(&[("action", "send_passcode")])?;
            terminal.say("If your account takes passcodes by email, one is on its way.")?;
            Ok(answer)
        }
        "3" => new_device(terminal, server),
        typed => server.go_on(&[("passcode", typed)]),
    }
}

fn new_device(terminal: &mut Terminal<'_>, server: &mut Server) -> Result<Answer, Failure> {
    let answer = server.go_on(&[("action", "set_up_new_device")])?;
    let is_throttled = matches!(&answer, Answer::More(more) if text(more, "vestibule_error") == Some("throttled"));
    if !is_throttled {
        terminal.say("A link is on its way to your mailbox. Open it in your browser to set up the new device.")?;
    }
    Ok(answer)
}

/// While passcodes are locked, a new device can be set up all the same.
fn locked(terminal: &mut Terminal<'_>, server: &mut Server) -> Result<(), Failure> {
    if terminal.ask("3) Set up a new device, or press Enter to begin again:")?.trim() != "3" {
        return Ok(());
    }
    new_device(terminal, server).map(drop)
}

fn set_up(terminal: &mut Terminal<'_>, server: &mut Server) -> Result<Answer, Failure> {
    terminal.say("MFA is required. Set it up with the email that we send you.")?;
    loop {
        if terminal.ask("1) Send me a setup email:")?.trim() == "1" {
            let answer = server.go_on(&[("action", "send_setup_email")])?;
            terminal.say("The setup email is on its way. Scan its picture with your app, or type its code there.")?;
            return Ok(answer);
        }
        terminal.say("Type 1 and press Enter.")?;
    }
}

/// What did not succeed, in words.
fn problem(more: &Value) -> Option<String> {
    let wait = more
        .get("retry_after")
        .and_then(Value::as_u64)
        .map(|seconds| format!(" Try again in {seconds} seconds."))
        .unwrap_or_default();
    let words = match text(more, "vestibule_error")? {
        "wrong_credentials" => "That username and password don't match.",
        "wrong_passcode" => "That passcode isn't right.",
        "already_used" => "That passcode was already used.",
        "locked" => "Too many wrong passcodes.",
        "throttled" => "Too many tries.",
        "no_email" => "This account gets no passcodes by email. Use the app.",
        "set_up_stopped" => "The owner of this account has stopped that. Please contact support.",
        _ => "That did not work.",
    };
    Some(format!("{words}{wait}"))
}

/// A member that is text.
fn text<'a>(of: &'a Value, name: &str) -> Option<&'a str> {
    of.get(name).and_then(Value::as_str)
}
