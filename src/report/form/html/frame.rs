//! What every page begins and ends with: one file that asks for nothing from elsewhere.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::locale::Lang;

/// The frame of a page, for `templates/page.html`.
pub(in crate::report) struct Frame {
    pub(in crate::report) lang: Lang,
    pub(in crate::report) title: String,
    pub(in crate::report) style: Inline,
    pub(in crate::report) script: Option<Inline>,
}

/// A style or script that stands in the page, and how its Content-Security-Policy names it.
pub(in crate::report) struct Inline {
    pub(in crate::report) text: String,
    pub(in crate::report) hash: String,
}

impl Frame {
    pub(in crate::report) fn new(lang: Lang, title: String, style: &str, script: Option<&str>) -> Frame {
        Frame { lang, title, style: Inline::new(style), script: script.map(Inline::new) }
    }
}

impl Inline {
    fn new(text: &str) -> Inline {
        // A checkout may have CRLF; a browser hashes line ends after it has made them `\n`.
        let text = text.replace('\r', "");
        let hash = format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())));
        Inline { text, hash }
    }
}
