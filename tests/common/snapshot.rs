//! Texts that are committed: compared line by line, or written anew.

use std::fs;
use std::path::Path;

use similar::TextDiff;

/// Whether committed texts are to be written anew (`SHOMEI_BLESS=1`).
pub fn blessing() -> bool {
    std::env::var_os("SHOMEI_BLESS").is_some()
}

/// The lines in which two texts differ, with some around them; nothing where they are equal.
pub fn difference(name: &str, kept: &str, made: &str) -> Option<String> {
    let diff = || {
        let diff = TextDiff::from_lines(kept, made);
        diff.unified_diff().context_radius(3).header(&format!("{name} (committed)"), "made now").to_string()
    };
    (kept != made).then(diff)
}

/// Compares a text with what is committed as this file of the repository, or writes it there.
#[track_caller]
pub fn committed(file: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if blessing() {
        return fs::write(path, made).unwrap();
    }
    let kept = fs::read_to_string(path).unwrap_or_default();
    if let Some(difference) = difference(file, &kept, made) {
        let suite = env!("CARGO_CRATE_NAME");
        panic!("if it is meant, run SHOMEI_BLESS=1 cargo test --test {suite}, and read the change:\n{difference}");
    }
}
