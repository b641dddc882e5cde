//! The small pieces of text that all mails share: spans of time in words, one-line names, and tidy plain text.

use std::time::Duration;

/// Columns of the plain text; a longer word (a link) keeps a line of its own.
const COLUMNS: usize = 72;

/// `span` as a person says it, in its largest whole unit: "7 days", "1 hour", "90 minutes", "1 minute 30 seconds".
pub(super) fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0..60 => counted(seconds, "second"),
        _ if seconds.is_multiple_of(86_400) => counted(seconds / 86_400, "day"),
        _ if seconds.is_multiple_of(3_600) => counted(seconds / 3_600, "hour"),
        _ if seconds.is_multiple_of(60) => counted(seconds / 60, "minute"),
        _ => format!("{} {}", counted(seconds / 60, "minute"), counted(seconds % 60, "second")),
    }
}

fn counted(count: u64, unit: &str) -> String {
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// `text` on one line: control characters (line breaks above all, which would begin a new header) become spaces.
pub(super) fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if breaks_a_line(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn breaks_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Plain text as it is sent: paragraphs wrapped, indented lines left alone, never two blank lines in a row, one line break at the end.
pub(super) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines() {
        if line.trim().is_empty() {
            if !blank {
                out.push('\n');
            }
            blank = true;
            continue;
        }
        blank = false;
        wrap_onto(&mut out, line.trim_end());
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn wrap_onto(out: &mut String, line: &str) {
    if line.starts_with(' ') {
        out.push_str(line);
        out.push('\n');
        return;
    }
    let mut used = 0;
    for word in line.split_whitespace() {
        let width = word.chars().count();
        if used > 0 {
            let fits = used + 1 + width <= COLUMNS;
            out.push(if fits { ' ' } else { '\n' });
            used = if fits { used + 1 } else { 0 };
        }
        out.push_str(word);
        used += width;
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_their_largest_whole_unit() {
        for (seconds, words) in [
            (1, "1 second"),
            (45, "45 seconds"),
            (60, "1 minute"),
            (90, "1 minute 30 seconds"),
            (600, "10 minutes"),
            (1_800, "30 minutes"),
            (3_600, "1 hour"),
            (5_400, "90 minutes"),
            (604_800, "7 days"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), words);
        }
    }

    #[test]
    fn one_line_holds_no_line_break_of_any_kind() {
        assert_eq!(one_line(" a\r\nBcc: b\u{85}c\u{2028}d\0 "), "a Bcc: b c d");
    }

    #[test]
    fn tidy_text_wraps_words_but_never_links() {
        let link = format!("https://example.org/{}", "x".repeat(90));
        let tidied = tidy(&format!("\n\n{}\n\n\n\n{link}\n    123456\n\n", "word ".repeat(30)));
        assert!(tidied.lines().all(|line| line == link || line.chars().count() <= COLUMNS), "{tidied}");
        assert!(tidied.starts_with("word word") && tidied.ends_with("\n    123456\n"), "{tidied}");
        assert!(!tidied.contains("\n\n\n") && tidied.contains(&format!("\n\n{link}\n")), "{tidied}");
    }
}
