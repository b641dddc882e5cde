//! Writes the pages to a folder, to be looked at: in a browser, or as pictures.

use std::fs;
use std::path::Path;

use crate::samples;

#[test]
fn the_pages_can_be_looked_at() {
    let Some(folder) = std::env::var_os("VESTIBULE_PAGES") else { return };
    let folder = Path::new(&folder);
    let assets = samples::assets();
    fs::create_dir_all(folder).unwrap();
    for (path, name) in [(assets.css(), "app.css"), (assets.script(), "app.js"), (assets.icon(), "logo.svg")] {
        fs::write(folder.join(name), assets.lookup(path).unwrap().0).unwrap();
    }
    for sample in samples::all() {
        let html = sample.html.replace(assets.css(), "app.css").replace(assets.script(), "app.js");
        fs::write(folder.join(format!("{}.html", sample.name)), html.replace(assets.icon(), "logo.svg")).unwrap();
    }
}
