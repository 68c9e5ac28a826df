//! `shomei verify`: plain RFC 5280 validation against given roots.

use std::path::PathBuf;

use clap::{ArgAction, ArgMatches, Command};

use super::session::Session;
use super::settings::Settings;
use super::{Failure, Outcome, arguments, files};
use crate::audit::rules;
use crate::certificate::{Certificate, Crl};
use crate::locale::{Lang, Text};
use crate::report::{self, escape, verify_document};
use crate::trust::{self, CertificatePurpose, VerifyOptions};

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "与えた認証局証明書だけを信頼して、証明書1枚を RFC 5280 のとおりに検証します(ピンは使いません)",
        en: "Validates one certificate by RFC 5280 against given anchors, pins aside",
    };
    Command::new("verify")
        .about(about.get(lang))
        .arg(
            arguments::positional(
                "leaf",
                Text { ja: "証明書", en: "LEAF" },
                Text { ja: "検証する証明書", en: "the certificate to validate" },
                lang,
            )
            .required(true),
        )
        .arg(many("trust", Text { ja: "信頼点とする証明書(繰り返し可)", en: "anchors (may be repeated)" }, lang))
        .arg(many(
            "untrusted",
            Text {
                ja: "途中に使ってよい証明書(繰り返し可)",
                en: "certificates that may lie in between (may be repeated)",
            },
            lang,
        ))
        .arg(many(
            "crl",
            Text {
                ja: "失効リスト(CRL)。与えると、経路のすべての証明書に要る(繰り返し可)",
                en: "CRLs; with any, every certificate on the path needs one (may be repeated)",
            },
            lang,
        ))
        .arg(arguments::at(lang))
        .arg(arguments::choice(
            "purpose",
            &["any", "client", "server"],
            Text { ja: "用途(既定: any)", en: "the purpose (default: any)" },
            lang,
        ))
        .arg(arguments::format(&["table", "json"], lang))
}

fn many(name: &'static str, help: Text, lang: Lang) -> clap::Arg {
    arguments::file(name, help, lang).action(ArgAction::Append)
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let named = |name: &str| matches.get_many::<PathBuf>(name).into_iter().flatten();
    let all = |name: &str| -> Result<Vec<Certificate>, Failure> {
        named(name).map(|path| files::certificates(path, lang)).collect::<Result<Vec<_>, _>>().map(|v| v.concat())
    };
    let crls: Vec<Crl> = named("crl").map(|path| files::crls(path, lang)).collect::<Result<Vec<_>, _>>()?.concat();
    let leaf = match named("leaf").next() {
        Some(path) => files::certificates(path, lang)?.swap_remove(0),
        None => return Ok(Outcome::Incomplete),
    };
    let given = VerifyOptions {
        trust: all("trust")?,
        untrusted: all("untrusted")?,
        crls,
        at: Settings::moment(session, matches)?,
        purpose: match matches.get_one::<String>("purpose").map(String::as_str) {
            Some("client") => CertificatePurpose::Client,
            Some("server") => CertificatePurpose::Server,
            _ => CertificatePurpose::Any,
        },
    };
    let verification = trust::verify(&leaf, given).map_err(|e| Failure::Message(e.to_string()))?;
    if matches.get_one::<String>("format").is_some_and(|format| format == "json") {
        session.write_to(None, |out| {
            report::write_json(out, &verify_document(&verification))?;
            out.write_all(b"\n")
        })?;
    } else {
        session.print(&table(&leaf, &verification, lang))?;
    }
    Ok(if verification.valid { Outcome::Clean } else { Outcome::Found })
}

fn table(leaf: &Certificate, verification: &trust::Verification, lang: Lang) -> String {
    let answer = match verification.valid {
        true => Text { ja: "有効です: {subject}", en: "valid: {subject}" },
        false => Text { ja: "有効ではありません: {subject}", en: "not valid: {subject}" },
    };
    let subject = leaf.subject.printed();
    let mut out = answer.fill(lang, &[("subject", &escape::terminal(&subject))]) + "\n";
    for reason in &verification.reasons {
        let word = rules::reason_word(reason);
        out.push_str(&format!("  - {}: {}\n", word.code, word.show(lang)));
    }
    for (depth, sha256) in report::hex_path(&verification.path).iter().enumerate() {
        out.push_str(&format!("  {depth}: {sha256}\n"));
    }
    out
}
