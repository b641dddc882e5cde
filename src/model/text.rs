//! Text as people type it: one normal form, one form without case, and which characters cannot be seen.
//! Names, answers and passwords are compared in these forms only, so that no spelling of a name gets a second account or a
//! second counter (regressions 10 to 12).

use unicode_normalization::UnicodeNormalization;

/// Unicode normalization form KC (UAX #15): full-width letters, ligatures and the like become the plain ones.
pub fn nfkc(text: &str) -> String {
    text.nfkc().collect()
}

/// The form in which two texts that differ only in case or compatibility characters are equal.
///
/// Two rounds of folding and normalizing, as Unicode's compatibility caseless match has them (Unicode Standard 3.13, D146):
/// each step can give the other one more to do. Folding is upper case, then lower case, character by character, so that no
/// neighbour matters: `ß` becomes `ss`, both sigmas become `σ`; the dotless `ı` joins `i`, which Unicode's own folding keeps
/// apart: two accounts whose names differ in that dot alone would serve only impostors.
pub fn caseless(text: &str) -> String {
    let once = nfkc(&fold(&nfkc(text)));
    nfkc(&fold(&once))
}

fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// Whether a reader cannot see `character`, or cannot tell it from a plain space. The plain space itself is visible.
pub fn is_invisible(character: char) -> bool {
    INVISIBLE.iter().any(|&(first, last)| (first..=last).contains(&character))
}

/// White space runs become one space each, and none is left at the ends.
pub fn collapse_spaces(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// General categories Cc, Cf, Zl, Zp and Zs (without U+0020), and the property `Default_Ignorable_Code_Point` (variation
/// selectors, Hangul fillers, the combining grapheme joiner, tags), from the Unicode Character Database 16.0
/// (`UnicodeData.txt`, `DerivedCoreProperties.txt`); and U+2800, the Braille pattern without a dot.
const INVISIBLE: [(char, char); 30] = [
    ('\u{0000}', '\u{001F}'),
    ('\u{007F}', '\u{00A0}'),
    ('\u{00AD}', '\u{00AD}'),
    ('\u{034F}', '\u{034F}'),
    ('\u{0600}', '\u{0605}'),
    ('\u{061C}', '\u{061C}'),
    ('\u{06DD}', '\u{06DD}'),
    ('\u{070F}', '\u{070F}'),
    ('\u{0890}', '\u{0891}'),
    ('\u{08E2}', '\u{08E2}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{2000}', '\u{200F}'),
    ('\u{2028}', '\u{202F}'),
    ('\u{205F}', '\u{206F}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3000}', '\u{3000}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF0}', '\u{FFFB}'),
    ('\u{110BD}', '\u{110BD}'),
    ('\u{110CD}', '\u{110CD}'),
    ('\u{13430}', '\u{1343F}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0000}', '\u{E0FFF}'),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_width_and_ligatures_do_not_matter() {
        for (one, other) in [
            ("JSmith", "jsmith"),
            ("ＪＳＭＩＴＨ", "jsmith"),
            ("Straße", "STRASSE"),
            ("ẞ", "ss"),
            ("ﬁsh", "FISH"),
            ("ΟΔΟΣ", "οδος"),
            ("ſ", "S"),
            ("\u{212A}", "k"),
            ("e\u{301}", "É"),
        ] {
            assert_eq!(caseless(one), caseless(other), "{one} {other}");
        }
        assert_ne!(caseless("e"), caseless("é"));
    }

    #[test]
    fn every_character_alone_reaches_its_form_at_once() {
        for character in '\0'..=char::MAX {
            let once = caseless(&character.to_string());
            assert_eq!(caseless(&once), once, "{character:?}");
        }
    }

    #[test]
    fn the_table_knows_what_cannot_be_seen() {
        for hidden in
            "\t\n\u{7F}\u{A0}\u{AD}\u{34F}\u{200B}\u{200D}\u{202E}\u{2066}\u{3000}\u{3164}\u{FE0F}\u{FEFF}".chars()
        {
            assert!(is_invisible(hidden), "{hidden:?}");
        }
        for shown in " a-ß中é\u{301}🙂".chars() {
            assert!(!is_invisible(shown), "{shown:?}");
        }
        for character in '\0'..=char::MAX {
            let plain = character == ' ';
            assert!(
                plain || is_invisible(character) || !character.is_control() && !character.is_whitespace(),
                "{character:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn the_caseless_form_of_a_caseless_form_is_itself(text: String) {
            let once = caseless(&text);
            prop_assert_eq!(caseless(&once), once);
        }
    }
}
