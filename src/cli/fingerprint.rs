//! `shomei fingerprint`: the fingerprints of certificates, compared with a published one.

use std::path::PathBuf;

use serde_json::json;

use super::prelude::*;
use crate::app::inspect::certificates;
use crate::certificate::{Certificate, hex, parse_hex, spaced_hex};
use crate::policy::Policy;
use crate::report::escape;
use crate::trust::{PinClaim, compare_with_pins};

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "fingerprint" "証明書の拇印(フィンガープリント)を示し、公表されている値と比べます"
            "Shows the fingerprints of certificates and compares them with a published one";
        positional "file" (flags::FILE) "証明書のファイル" "the file" => |arg| arg.required(true);
        option "expect" (Text { ja: "拇印", en: "HEX" })
            "比べる拇印(SHA-1 か SHA-256)。大文字小文字、空白、コロン、ハイフン、全角は問わない。違えば終了コード 1"
            "the fingerprint to compare with (SHA-1 or SHA-256), however it is written; exit 1 if it differs";
        arg (arguments::format(&["table", "json"], lang));
        arg (arguments::policy(lang));
        args (arguments::opening(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let (context, lang) = (&session.context, session.context.lang);
    let settings = arguments::settings(session, matches);
    let policy = settings.read_policy(context)?;
    let expected = matches.get_one::<String>("expect").map(|text| expected(text, lang)).transpose()?;
    let path = matches.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let certificates = certificates(context, &settings, &path)?;
    let fits = |certificate: &Certificate| match &expected {
        Some(bytes) => certificate.sha1()[..] == bytes[..] || certificate.sha256[..] == bytes[..],
        None => true,
    };
    let matched = certificates.iter().any(fits);
    if arguments::is_json(matches) {
        let list: Vec<_> = certificates.iter().map(|c| describe(c, &policy)).collect();
        let document = json!({
            "schema": "shomei/fingerprint/1",
            "path": path.to_string_lossy(),
            "certificates": list,
            "expected": expected.as_deref().map(hex),
            "matches": expected.as_ref().map(|_| matched),
        });
        session.print_json(&document)?;
    } else {
        session.print(&table(&certificates, &policy, expected.is_some().then_some(matched), lang))?;
    }
    Ok(Outcome::found_if(!matched))
}

fn expected(text: &str, lang: Lang) -> Result<Vec<u8>, AppError> {
    let wrong = Text {
        ja: "--expect の値 {text} は拇印ではありません。SHA-1 は16進数で40桁、SHA-256 は64桁です。",
        en: "--expect {text} is no fingerprint: SHA-1 has 40 hexadecimal digits, SHA-256 has 64.",
    };
    parse_hex(text)
        .filter(|bytes| matches!(bytes.len(), 20 | 32))
        .ok_or_else(|| AppError::new(wrong, lang, &[("text", &text)]))
}

fn pin_of(certificate: &Certificate, policy: &Policy) -> Option<String> {
    match compare_with_pins(policy, certificate) {
        PinClaim::Anchor(pair) => Some(pair.pin.id.clone()),
        _ => None,
    }
}

fn describe(certificate: &Certificate, policy: &Policy) -> serde_json::Value {
    json!({
        "subject": certificate.subject.rfc4514(),
        "serial": certificate.serial.hex(),
        "sha1": hex(&certificate.sha1()),
        "sha256": hex(&certificate.sha256),
        "pin": pin_of(certificate, policy),
    })
}

fn table(certificates: &[Certificate], policy: &Policy, matched: Option<bool>, lang: Lang) -> String {
    let mut out = String::new();
    for certificate in certificates {
        let subject = certificate.subject.printed();
        let serial = certificate.serial.to_string();
        out += &format!("{} ({serial})\n", escape::terminal(&subject));
        out += &format!("  SHA-1   {}\n", spaced_hex(&certificate.sha1()));
        out += &format!("  SHA-256 {}\n", spaced_hex(&certificate.sha256));
        if let Some(pin) = pin_of(certificate, policy) {
            let text = Text {
                ja: "  ポリシー {policy} のピン {pin} と、すべての項目で一致します\n",
                en: "  matches the pin {pin} of the policy {policy} in every field\n",
            };
            out += &text.fill(lang, &[("policy", &policy.name), ("pin", &pin)]);
        }
    }
    match matched {
        Some(true) => out += Text { ja: "拇印は一致しました\n", en: "the fingerprint matches\n" }.get(lang),
        Some(false) => {
            let text = Text {
                ja: "拇印は一致しません。この証明書を使わず、公表元の値と入手元を確かめてください\n",
                en: "the fingerprint does not match: do not use this certificate; check the published value and where the file is from\n",
            };
            out += text.get(lang);
        }
        None => {}
    }
    out
}
