//! Path patterns, the same in every file that has them.

use globset::{GlobBuilder, GlobMatcher};

/// The matcher of a pattern: `*` and `?` within a folder, `**` across folders, `/` between folders
/// on every system. None where it is empty, malformed, or has a `\`, which is a separator on
/// Windows and an escape elsewhere.
///
/// ```
/// use shomei::policy::glob;
/// let old = glob("**/old-*.p12").unwrap();
/// assert!(old.is_match("clients/2016/old-03.p12") && !old.is_match("clients/old-1/new.p12"));
/// assert!(glob("clients\\*.p12").is_none());
/// ```
pub fn glob(pattern: &str) -> Option<GlobMatcher> {
    if pattern.trim().is_empty() || pattern.contains('\\') {
        return None;
    }
    let glob = GlobBuilder::new(pattern).literal_separator(true).build().ok()?;
    Some(glob.compile_matcher())
}
