//! The known name that was probably meant, by edit distance.

/// The candidate that takes the fewest single-character edits to reach from `name`; the first of several. `None` when there
/// are no candidates.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates.min_by_key(|candidate| distance(name, candidate))
}

/// The key that was probably meant. The right key in the wrong section is nearer than another key in the right one.
pub(super) fn nearest_path<'a>(path: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates.min_by_key(|candidate| {
        let in_another_section = 1 + distance(last(path), last(candidate));
        distance(path, candidate).min(in_another_section)
    })
}

fn last(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, name)| name)
}

/// Damerau-Levenshtein distance in its restricted form (optimal string alignment): insertions, deletions, substitutions and
/// swaps of neighbours.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut two_back: Vec<usize> = Vec::new();
    let mut back: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (row, letter) in from.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let cell =
                |line: &[usize], at: Option<usize>| at.and_then(|at| line.get(at)).copied().unwrap_or(usize::MAX - 1);
            let substituted = cell(&back, Some(column)) + usize::from(letter != *other);
            let changed = (cell(&back, Some(column + 1)) + 1).min(cell(&current, Some(column)) + 1).min(substituted);
            let before = column.checked_sub(1);
            let is_swap = previous == Some(*other) && before.and_then(|at| to.get(at)) == Some(&letter);
            let swapped = if is_swap { cell(&two_back, before) + 1 } else { usize::MAX };
            current.push(changed.min(swapped));
        }
        two_back = std::mem::replace(&mut back, current);
        previous = Some(letter);
    }
    back.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_textbooks() {
        for (from, to, edits) in [
            ("kitten", "sitting", 3),
            ("", "abc", 3),
            ("abc", "", 3),
            ("ab", "ba", 1),
            ("tires", "tries", 1),
            ("é", "e", 1),
        ] {
            assert_eq!(distance(from, to), edits, "{from} {to}");
        }
    }

    #[test]
    fn a_key_is_found_in_its_own_section_first_and_then_in_others() {
        let keys = ["public_url", "limits.tries", "limits.lock", "sessions.idle"];
        let found = |path| nearest_path(path, keys.into_iter());
        assert_eq!(found("limits.tires"), Some("limits.tries"));
        assert_eq!(found("limits.idle"), Some("sessions.idle"));
        assert_eq!(found("lock"), Some("limits.lock"));
        assert_eq!(found("publicurl"), Some("public_url"));
        assert_eq!(nearest("smpt", ["smtp", "support"].into_iter()), Some("smtp"));
    }
}
