//! What goes on when the server dies, and what must be true of it afterwards.

use std::sync::Arc;
use std::thread;

use vestibule::app::App;

use super::asks::Asks;
use super::guess::Guess;
use super::house::House;
use super::set_up::SetsUp;
use super::sign_in::SignsIn;
use crate::answers::Answers;
use crate::browser::Browser;

/// Something that is done to one account, over a server that may die at any moment.
pub trait Story: Send + Sync {
    /// How many do it at once.
    fn clients(&self) -> usize {
        1
    }

    /// Does it, and notes what was answered. Nothing when no answer came, or one that the database is away.
    fn act(&self, browser: Browser) -> Option<()>;

    /// Looks, over a server that runs again, whether all that was answered stands and nothing is there by half. Goes on with it.
    fn check(&self, house: &House, app: &App);
}

/// About a hundred answers' worth of stories, each of an account of its own.
pub fn cast(house: &House) -> Vec<Box<dyn Story>> {
    house.look(|app| {
        let mut stories: Vec<Box<dyn Story>> = Vec::new();
        stories.extend(house.people(app, 2, true).into_iter().map(|person| Guess::new(person).boxed()));
        stories.extend(house.people(app, 8, true).into_iter().map(|person| SignsIn::new(person).boxed()));
        stories.extend(house.people(app, 2, false).into_iter().map(|person| Asks::new(person).boxed()));
        for person in house.people(app, 2, false) {
            let link = house.set_up_link(app, &person);
            stories.push(SetsUp::new(person, link).boxed());
        }
        stories
    })
}

/// Plays them all at once, and strikes as soon as so many answers have come.
pub fn play_until(house: &House, stories: &[Box<dyn Story>], answered: usize, strike: impl FnOnce()) {
    let answers = Arc::new(Answers::default());
    thread::scope(|scope| {
        for story in stories {
            for _ in 0..story.clients() {
                let browser = Browser::counted(house.port(), &answers);
                scope.spawn(move || story.act(browser));
            }
        }
        answers.wait_for(answered);
        strike();
    });
}

/// Checks them all.
pub fn check_all(house: &House, stories: &[Box<dyn Story>]) {
    house.look(|app| stories.iter().for_each(|story| story.check(house, app)));
}
