//! `shomei verify`: plain RFC 5280 validation against given roots.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::{ArgAction, ArgMatches, Command};

use super::session::Session;
use super::settings::Settings;
use super::{Failure, Outcome, arguments, files};
use crate::certificate::{Certificate, CertificateRole, Crl, OcspResponse};
use crate::container::{self, ContainerOptions, ContainerProblem, KeyInspection};
use crate::locale::{Lang, Text};
use crate::report::{self, VerificationReport};
use crate::trust::{CertificatePurpose, TrustStatus, Verifier, VerifyOptions};

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "指定した認証局証明書だけを信頼して、ファイルの証明書を RFC 5280 のとおりに検証します(ピンは使いません)",
        en: "Validates the end-entity certificates of a file by RFC 5280 against the given trust anchors, ignoring pins",
    };
    Command::new("verify")
        .about(about.get(lang))
        .arg(
            arguments::positional(
                "leaf",
                Text { ja: "ファイル", en: "FILE" },
                Text {
                    ja: "検証する証明書のファイル。発行元の証明書も入っていれば途中に使う",
                    en: "the file to validate; issuers in it may be used on the path",
                },
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
        .arg(many(
            "ocsp",
            Text {
                ja: "OCSP 応答(DER)。与えると、検証する証明書への答えが要る。取得はしない(繰り返し可)",
                en: "OCSP responses (DER); with any, the certificate needs an answer; never fetched (may be repeated)",
            },
            lang,
        ))
        .arg(arguments::switch(
            "strict",
            Text {
                ja: "RFC 5280 が発行元に求める書き方(シリアル番号、基本制約、鍵識別子、必須の指定など)もすべて確かめる",
                en: "also require all that RFC 5280 asks of issuers (serial numbers, basic constraints, key identifiers, criticality)",
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
        .args(arguments::opening(lang))
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
    let ocsp: Vec<OcspResponse> = named("ocsp").map(|path| files::ocsp(path, lang)).collect::<Result<_, _>>()?;
    let Some(path) = named("leaf").next() else { return Ok(Outcome::Incomplete) };
    let settings = Settings::resolve(session, matches)?;
    let inside = certificates(session, &settings, path)?;
    let purpose = match matches.get_one::<String>("purpose").map(String::as_str) {
        Some("client") => CertificatePurpose::Client,
        Some("server") => CertificatePurpose::Server,
        _ => CertificatePurpose::Any,
    };
    let untrusted = [all("untrusted")?, inside.clone()].concat();
    let given = VerifyOptions {
        trust: all("trust")?,
        untrusted,
        crls,
        ocsp,
        at: Settings::moment(session, matches)?,
        purpose,
        strict: matches.get_flag("strict"),
    };
    let verifier = Verifier::new(given).map_err(|e| Failure::Message(e.to_string()))?;
    let outcomes: Vec<_> =
        end_entities(inside).into_iter().map(|leaf| (leaf.clone(), verifier.verify(&leaf))).collect();
    let report = VerificationReport {
        outcomes: &outcomes,
        unused_crls: verifier.unused_crls(),
        unused_ocsp: verifier.unused_ocsp(),
    };
    if matches.get_one::<String>("format").is_some_and(|format| format == "json") {
        session.write_to(None, |out| {
            report::write_json(out, &report.document())?;
            out.write_all(b"\n")
        })?;
    } else {
        session.print(&report.text(lang))?;
    }
    Ok(match report.worst() {
        TrustStatus::Trusted => Outcome::Clean,
        TrustStatus::Untrusted => Outcome::Found,
        TrustStatus::Undetermined => Outcome::Undetermined,
    })
}

/// The certificates in the file to validate, which may need a password.
fn certificates(session: &Session, settings: &Settings, path: &Path) -> Result<Vec<Certificate>, Failure> {
    let bytes = files::read(path, session.lang)?;
    let candidates = settings.keyring(session)?.candidates_for(path);
    let options =
        ContainerOptions { limits: &settings.limits, keys: KeyInspection::Skip, try_typos: settings.try_typos.value };
    let opened = container::open(&bytes, &candidates, &options);
    let found: Vec<Certificate> = opened.entries.iter().filter_map(|e| Certificate::parse(&e.der).ok()).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let locked = opened.problems.iter().any(|problem| matches!(problem, ContainerProblem::Password { .. }));
    let text = match locked {
        true => Text {
            ja: "{path} を開くパスワードがありません。--password-file などで指定してください。",
            en: "no password opens {path}. Give one with --password-file or the like.",
        },
        false => files::NO_CERTIFICATE,
    };
    Err(Failure::new(text, session.lang, &[("path", &path.display())]))
}

/// What is to be validated: the end entities; in a file of CA certificates alone those that have
/// issued no other in it.
fn end_entities(inside: Vec<Certificate>) -> Vec<Certificate> {
    let issues = |ca: &Certificate| {
        let name = ca.subject.canonical();
        inside.iter().any(|other| other.sha256 != ca.sha256 && other.issuer.canonical() == name)
    };
    let is_leaf = |certificate: &&Certificate| certificate.role() == CertificateRole::EndEntity;
    let mut chosen: Vec<Certificate> = inside.iter().filter(is_leaf).cloned().collect();
    if chosen.is_empty() {
        chosen = inside.iter().filter(|ca| !issues(ca)).cloned().collect();
    }
    if chosen.is_empty() {
        chosen = inside;
    }
    let mut seen = HashSet::new();
    chosen.retain(|certificate| seen.insert(certificate.sha256));
    chosen
}
