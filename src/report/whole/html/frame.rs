//! What every page of ours begins and ends with: one file that asks for nothing from elsewhere.
//!
//! The page carries its own Content-Security-Policy, which admits the one style and the one script
//! by their hashes and nothing else: no other script runs, no request leaves.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::locale::Lang;
use crate::report::escape::Html;

/// Writes the head of a page, up to the beginning of its body.
pub(in crate::report::whole) fn write_head(
    out: &mut dyn Write,
    lang: Lang,
    title: &str,
    style: &str,
    script: Option<&str>,
) -> io::Result<()> {
    let style = unix(style);
    let script = script.map_or_else(|| "'none'".into(), |script| source(&unix(script)));
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {}; script-src {script}; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <meta name=\"format-detection\" content=\"telephone=no\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"generator\" content=\"shomei {}\">\n\
         <title>{}</title>\n<style>{style}</style>\n</head>\n<body>\n",
        source(&style),
        env!("CARGO_PKG_VERSION"),
        Html(title),
        lang = lang.code(),
    )
}

/// Writes the end of a page.
pub(in crate::report::whole) fn write_foot(out: &mut dyn Write, script: Option<&str>) -> io::Result<()> {
    if let Some(script) = script {
        writeln!(out, "<script>{}</script>", unix(script))?;
    }
    out.write_all(b"</body>\n</html>\n")
}

/// As it stands in the page: a browser hashes line ends after it has made them `\n`.
fn unix(text: &str) -> String {
    text.replace('\r', "")
}

/// How a Content-Security-Policy names an inline text.
fn source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}
