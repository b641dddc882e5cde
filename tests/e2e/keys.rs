//! What a person does with the keyboard alone; wherever the focus goes, it must be seen.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use serde_json::json;

use super::browser::Browser;
use super::tools::until;

pub const ENTER: char = '\u{e007}';
pub const SPACE: char = ' ';
/// In a list it chooses the last, which is to write one's own question.
pub const END: char = '\u{e010}';
const TAB: char = '\u{e004}';
/// More than the longest page has places to stop.
const MOST_STOPS: usize = 40;
/// What a person hears of the element that has the focus: its label, or its own words.
const FOCUSED: &str = "
    const at = document.activeElement;
    return (at.labels && at.labels.length ? at.labels[0].textContent : at.textContent).trim();";
/// Whether it is seen which element that is: a ring around it, and all of it inside the window; of a field of many lines the browser
/// brings the line with the caret there.
const HIDDEN: &str = "
    const [at, style] = [document.activeElement, getComputedStyle(document.activeElement)];
    const box = at.getBoundingClientRect();
    const ring = style.outlineStyle === 'solid' ? parseFloat(style.outlineWidth) : 0;
    const end = at.tagName === 'TEXTAREA' ? box.top + parseFloat(style.lineHeight) : box.bottom;
    const [above, below] = [box.top - ring, innerHeight - end - ring];
    return ring >= 2 && above >= 0 && below >= 0 ? [] : [{ring, above, below}];";
/// Where the focus can go, in the order of the document.
const PLACES: &str = "
    const places = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
        .filter(place => place.getClientRects().length && !place.disabled);";
/// Places that stand above the one before them, or left of it in the same line.
const OUT_OF_ORDER: &str = "
    const box = place => place.getBoundingClientRect();
    return places.filter((place, at) => {
        if (at === 0) { return false; }
        const [here, before] = [box(place), box(places[at - 1])];
        return here.bottom <= before.top || (here.top < before.bottom && here.right <= before.left);
    }).map(place => place.outerHTML.slice(0, 120));";

impl Browser {
    pub async fn key(&self, key: char) {
        let strokes = KeyActions::new("keyboard".to_owned());
        let strokes = strokes.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        self.client.perform_actions(strokes).await.unwrap();
    }

    /// Goes on until the focus is there.
    pub async fn tab_to(&self, words: &str) {
        for _stop in 0..MOST_STOPS {
            if self.focused().await == words {
                let hidden = self.client.execute(HIDDEN, Vec::new()).await.unwrap();
                assert_eq!(hidden, json!([]), "the focus at “{words}” is not seen");
                return;
            }
            self.key(TAB).await;
        }
        panic!("the keyboard does not reach “{words}”");
    }

    /// Goes once around: the focus comes to every place of the page, in the order in which they are read, and is seen there.
    pub async fn tab_around(&self, name: &str) {
        let asked = async |script| self.client.execute(&format!("{PLACES}{script}"), Vec::new()).await.unwrap();
        assert_eq!(asked(OUT_OF_ORDER).await, json!([]), "{name}: not in the order in which they are read");
        let mut stops = Vec::new();
        while stops.len() <= MOST_STOPS {
            self.key(TAB).await;
            // Between the last place and the first one the focus is outside the page.
            let Some(place) = asked("return places.indexOf(document.activeElement);").await.as_u64() else { continue };
            if stops.first() == Some(&place) {
                break;
            }
            assert_eq!(asked(HIDDEN).await, json!([]), "{name}: the focus at place {place} is not seen");
            stops.push(place);
        }
        let first = stops.iter().position(|&place| place == 0).expect("the first place");
        stops.rotate_left(first);
        let places: Vec<u64> = (0..asked("return places.length;").await.as_u64().unwrap()).collect();
        assert_eq!(stops, places, "{name}: the focus does not come to every place in order");
    }

    pub async fn has_the_focus(&self, words: &str) {
        assert_eq!(self.focused().await, words);
    }

    async fn focused(&self) -> String {
        self.client.execute(FOCUSED, Vec::new()).await.unwrap().as_str().unwrap_or_default().to_owned()
    }

    pub async fn type_at(&self, label: &str, text: &str) {
        self.tab_to(label).await;
        for letter in text.chars() {
            self.key(letter).await;
        }
    }

    /// Three questions of one's own.
    pub async fn answer_questions_at(&self) {
        for (number, answer) in [(1, "red"), (2, "blue"), (3, "green")] {
            self.tab_to(&format!("Question {number}")).await;
            self.key(END).await;
            self.type_at(&format!("Own question {number}"), &format!("Colour of door {number}?")).await;
            self.type_at(&format!("Answer {number}"), answer).await;
        }
    }

    pub async fn press_at(&self, words: &str, key: char) {
        self.tab_to(words).await;
        self.key(key).await;
    }

    /// The same where the next page says the same: waits until this one has gone.
    pub async fn leave_at(&self, words: &str, key: char) {
        let main = self.element("main").await;
        self.press_at(words, key).await;
        until("the next page", async || main.tag_name().await.is_err().then_some(())).await;
    }
}
