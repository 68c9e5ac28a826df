//! `shomei inspect`: everything known of one container and its certificates.

use std::fmt::Write;
use std::path::PathBuf;

use serde_json::Value as Json;

use super::prelude::*;
use crate::app::inspect::{Inspected, inspect};
use crate::audit::problem_finding;
use crate::certificate::{Certificate, spaced_hex};
use crate::container::{ContainerEntry, ContainerKind, KeyInspection};
use crate::policy::Policy;
use crate::report::{self, entry_document, escape, inspect_document};

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "inspect" "ファイル1つの中身(保護の方法、証明書、秘密鍵の有無)をすべて示します。秘密鍵そのものは出しません"
            "Shows everything known of one file: protection, certificates, whether keys are there; never a key";
        positional "file" (flags::FILE) "調べるファイル(- は標準入力)" "the file (- is standard input)"
            => |arg| arg.required(true);
        arg (arguments::format(&["table", "json"], lang));
        arg (arguments::policy(lang));
        args (arguments::opening(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let settings = arguments::settings(session, matches);
    let file = matches.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let inspected = inspect(&session.context, &settings, &file)?;
    let (is_json, opened) = (arguments::is_json(matches), &inspected.opened);
    if opened.kind == ContainerKind::Nothing && opened.problems.is_empty() && !is_json {
        let text = Text {
            ja: "{path} には証明書も失効リストも鍵もありません。ファイルが正しいか確かめてください。",
            en: "{path} holds no certificate, no CRL and no key. Check that it is the right file.",
        };
        return Err(AppError::new(text, lang, &[("path", &file.display())]));
    }
    let name = file.to_string_lossy();
    match is_json {
        true => session.print_json(&document(&name, &inspected, lang))?,
        false => session.print(&page(&name, &inspected, settings.keys, lang))?,
    }
    Ok(if inspected.is_barren() { Outcome::Incomplete } else { Outcome::Clean })
}

fn document(path: &str, inspected: &Inspected, lang: Lang) -> Json {
    let Inspected { opened, origin, policy } = inspected;
    let entries = opened
        .entries
        .iter()
        .map(|entry| entry_document(entry, Certificate::parse(&entry.der).ok().as_ref(), policy.zone));
    let problems = opened.problems.iter().map(|problem| {
        let (code, message, remedy) = problem_finding(path, opened, problem, policy, lang);
        serde_json::json!({"reason": code, "message": message, "remedy": remedy})
    });
    inspect_document(path, opened, origin.clone(), entries.collect(), problems.collect())
}

/// The page for people.
fn page(path: &str, inspected: &Inspected, keys: KeyInspection, lang: Lang) -> String {
    let Inspected { opened, origin, policy } = inspected;
    let mut page = Page { out: String::new(), lang };
    page.line(Text { ja: "ファイル", en: "file" }, path);
    page.line(Text { ja: "格納形式", en: "container" }, report::kind_name(opened.kind));
    if let Some(origin) = origin {
        page.line(Text { ja: "開けたパスワードの出どころ", en: "opened with" }, origin);
    }
    for protection in &opened.certificate_encryption {
        page.line(
            Text { ja: "証明書の暗号化", en: "certificates encrypted with" },
            &report::protection_words(protection, lang),
        );
    }
    for protection in &opened.key_encryption {
        page.line(
            Text { ja: "秘密鍵の暗号化", en: "keys encrypted with" },
            &report::protection_words(protection, lang),
        );
    }
    if let Some(mac) = &opened.mac {
        page.line(Text { ja: "完全性の検査(MAC)", en: "integrity (MAC)" }, &report::mac_words(mac, lang));
    }
    if keys != KeyInspection::Skip {
        page.line(Text { ja: "秘密鍵", en: "private keys" }, &opened.keys.len().to_string());
    }
    if !opened.crls.is_empty() {
        page.line(Text { ja: "失効リスト(CRL)", en: "CRLs" }, &opened.crls.len().to_string());
    }
    for problem in &opened.problems {
        let (code, message, remedy) = problem_finding(path, opened, problem, policy, lang);
        page.line(Text { ja: "問題", en: "problem" }, &format!("{code}: {message}"));
        page.line(Text { ja: "対処", en: "what to do" }, &remedy);
    }
    for (i, entry) in opened.entries.iter().enumerate() {
        page.heading(&Text { ja: "証明書 {n}", en: "certificate {n}" }.fill(lang, &[("n", &(i + 1))]));
        page.entry(entry);
        match Certificate::parse(&entry.der) {
            Ok(certificate) => page.certificate(&certificate, policy),
            Err(error) => page.line(Text { ja: "読めません", en: "cannot be read" }, &error.to_string()),
        }
    }
    page.out
}

struct Page {
    out: String,
    lang: Lang,
}

impl Page {
    fn heading(&mut self, text: &str) {
        let _ = writeln!(self.out, "\n{text}");
    }

    fn line(&mut self, label: Text, value: &str) {
        let label = report::pad(label.get(self.lang), 28);
        let _ = writeln!(self.out, "  {label}{}", escape::terminal(value));
    }

    fn list(&mut self, label: Text, values: &[String]) {
        for value in values {
            self.line(label, value);
        }
    }

    fn entry(&mut self, entry: &ContainerEntry) {
        if let Some(name) = &entry.friendly_name {
            self.line(Text { ja: "フレンドリ名", en: "friendlyName" }, name);
        }
        if let Some(id) = &entry.local_key_id {
            self.line(Text { ja: "localKeyID", en: "localKeyID" }, &spaced_hex(id));
        }
        let key = report::key_words(entry.has_key, entry.key_matches, self.lang);
        self.line(Text { ja: "秘密鍵", en: "private key" }, key);
    }

    fn certificate(&mut self, certificate: &Certificate, policy: &Policy) {
        let zone = policy.zone;
        let lang = self.lang;
        let moment = |at: Option<crate::calendar::Instant>| match at {
            Some(at) => format!("{} ({})", zone.local(at), crate::calendar::format_instant(at)),
            None => Text { ja: "読めません", en: "cannot be read" }.get(lang).to_string(),
        };
        self.line(Text { ja: "シリアル番号", en: "serial number" }, &certificate.serial.to_string());
        self.line(Text { ja: "所有者識別子", en: "subject" }, &certificate.subject.printed());
        self.line(Text { ja: "  RFC 4514", en: "  RFC 4514" }, &certificate.subject.rfc4514());
        self.line(Text { ja: "発行者", en: "issuer" }, &certificate.issuer.printed());
        self.line(Text { ja: "  RFC 4514", en: "  RFC 4514" }, &certificate.issuer.rfc4514());
        self.line(Text { ja: "有効期間の開始", en: "valid from" }, &moment(certificate.not_before));
        self.line(Text { ja: "有効期間の終了", en: "valid until" }, &moment(certificate.not_after));
        self.line(Text { ja: "拇印(SHA-1)", en: "fingerprint (SHA-1)" }, &spaced_hex(&certificate.sha1()));
        self.line(Text { ja: "拇印(SHA-256)", en: "fingerprint (SHA-256)" }, &spaced_hex(&certificate.sha256));
        if let Some(key) = certificate.key() {
            self.line(Text { ja: "公開鍵", en: "public key" }, &key.label());
        }
        self.line(Text { ja: "署名アルゴリズム", en: "signature algorithm" }, &certificate.signature_algorithm());
        if let Some(constraints) = certificate.basic_constraints() {
            let length = constraints.path_length.map_or(String::new(), |n| format!(", pathLen {n}"));
            self.line(Text { ja: "基本制約", en: "basic constraints" }, &format!("CA {}{length}", constraints.ca));
        }
        if let Some(usage) = certificate.key_usage() {
            self.line(Text { ja: "鍵用途", en: "key usage" }, &usage.join(", "));
        }
        if let Some(usage) = certificate.extended_key_usage() {
            self.line(Text { ja: "拡張鍵用途", en: "extended key usage" }, &usage.join(", "));
        }
        if let Some(id) = certificate.subject_key_identifier() {
            self.line(Text { ja: "所有者鍵識別子", en: "subject key identifier" }, &spaced_hex(id));
        }
        if let Some(id) = certificate.authority_key_identifier() {
            self.line(Text { ja: "認証局鍵識別子", en: "authority key identifier" }, &spaced_hex(id));
        }
        self.list(Text { ja: "別名(SAN)", en: "alternative names" }, &certificate.alternative_names());
        self.list(Text { ja: "CRL の所在", en: "CRL address" }, &certificate.crl_addresses());
        self.list(Text { ja: "OCSP の所在", en: "OCSP address" }, &certificate.ocsp_addresses());
        let malformed: Vec<String> =
            certificate.malformed().iter().map(|m| format!("{}: {}", m.part, m.reason)).collect();
        self.list(Text { ja: "DER の形の誤り", en: "malformed" }, &malformed);
    }
}
