//! What a person does on a page: finds things by the words that they bear, and waits until the page is there.

use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::json;

use super::browser::Browser;
use super::tools::until;

impl Browser {
    pub async fn open_page(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    /// Shows a document that has no address, such as a mail: the mailbox's own pages of it forbid script, and so axe-core.
    pub async fn show(&self, html: &str) {
        self.open_page("about:blank").await;
        let frame = self.devtools("Page.getFrameTree", json!({})).await["frameTree"]["frame"]["id"].clone();
        self.devtools("Page.setDocumentContent", json!({"frameId": frame, "html": html})).await;
    }

    /// Waits for the page with this heading.
    pub async fn heading(&self, words: &str) {
        let heading = format!("//h1[normalize-space()=\"{words}\"]");
        until(&format!("the page “{words}”"), async || self.client.find(Locator::XPath(&heading)).await.ok()).await;
    }

    /// Waits until the page says these words, and gives all that it says.
    pub async fn says(&self, words: &str) -> String {
        until(&format!("“{words}”"), async || Some(self.words().await).filter(|text| text.contains(words))).await
    }

    /// Loads the page again until it says these words.
    pub async fn reload_until_it_says(&self, words: &str) {
        until(&format!("“{words}”"), async || {
            self.client.refresh().await.unwrap();
            self.words().await.contains(words).then_some(())
        })
        .await;
    }

    /// All that the page says now; nothing while it is still loading.
    pub async fn words(&self) -> String {
        match self.client.find(Locator::Css("main")).await {
            Ok(main) => main.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    pub async fn title(&self) -> String {
        self.client.title().await.unwrap()
    }

    /// Types into the field with this label, in place of what stood there.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// What stands in the field with this label.
    pub async fn value(&self, label: &str) -> String {
        self.field(label).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// Chooses from the list with this label.
    pub async fn choose(&self, label: &str, choice: &str) {
        self.field(label).await.select_by_label(choice).await.unwrap();
    }

    pub async fn tick(&self, label: &str) {
        self.field(label).await.click().await.unwrap();
    }

    /// Sends a form, and waits until its page has gone.
    pub async fn press(&self, button: &str) {
        let button = self.one(&format!("//button[normalize-space()=\"{button}\"]")).await;
        button.click().await.unwrap();
        until("the next page", async || button.is_enabled().await.is_err().then_some(())).await;
    }

    pub async fn follow(&self, link: &str) {
        self.one(&format!("//a[normalize-space()=\"{link}\"]")).await.click().await.unwrap();
    }

    /// Opens a product from the portal.
    pub async fn open_tile(&self, product: &str) {
        let tile = format!("//a[.//*[contains(@class,'tile-name')][normalize-space()=\"{product}\"]]");
        self.one(&tile).await.click().await.unwrap();
    }

    /// Whether there is a button or a link with these words.
    pub async fn offers(&self, words: &str) -> bool {
        let path = format!("//*[self::a or self::button][normalize-space()=\"{words}\"]");
        !self.client.find_all(Locator::XPath(&path)).await.unwrap().is_empty()
    }

    /// The element of a CSS selector.
    pub async fn element(&self, selector: &str) -> Element {
        self.client.find(Locator::Css(selector)).await.unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    async fn field(&self, label: &str) -> Element {
        let label = self.one(&format!("//label[normalize-space()=\"{label}\"]")).await;
        let id = label.attr("for").await.unwrap().expect("a label for a field");
        self.client.find(Locator::Id(&id)).await.unwrap()
    }

    async fn one(&self, path: &str) -> Element {
        self.client.find(Locator::XPath(path)).await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}
