//! `shomei verify`: plain RFC 5280 validation against given roots.

use super::prelude::*;
use crate::app::verify::{VerifyFiles, verify};
use crate::audit::rules;
use crate::certificate::Certificate;
use crate::report::{self, escape, verify_document};
use crate::trust::{self, CertificatePurpose};

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "verify" "与えた認証局証明書だけを信頼して、証明書1枚を RFC 5280 のとおりに検証します(ピンは使いません)"
            "Validates one certificate by RFC 5280 against given anchors, pins aside";
        positional "leaf" (Text { ja: "証明書", en: "LEAF" }) "検証する証明書" "the certificate to validate"
            => |arg| arg.required(true);
        file "trust" "信頼点とする証明書(繰り返し可)" "anchors (may be repeated)"
            => |arg| arg.action(ArgAction::Append);
        file "untrusted" "途中に使ってよい証明書(繰り返し可)"
            "certificates that may lie in between (may be repeated)" => |arg| arg.action(ArgAction::Append);
        file "crl" "失効リスト(CRL)。与えると、経路のすべての証明書に要る(繰り返し可)"
            "CRLs; with any, every certificate on the path needs one (may be repeated)"
            => |arg| arg.action(ArgAction::Append);
        arg (arguments::at(lang));
        choice "purpose" (&["any", "client", "server"]) "用途(既定: any)" "the purpose (default: any)";
        arg (arguments::format(&["table", "json"], lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let paths = |name: &str| matches.get_many::<PathBuf>(name).into_iter().flatten().cloned().collect();
    let options = VerifyFiles {
        settings: arguments::settings(session, matches),
        leaf: matches.get_one::<PathBuf>("leaf").cloned().unwrap_or_default(),
        trust: paths("trust"),
        untrusted: paths("untrusted"),
        crls: paths("crl"),
        purpose: match matches.get_one::<String>("purpose").map(String::as_str) {
            Some("client") => CertificatePurpose::Client,
            Some("server") => CertificatePurpose::Server,
            _ => CertificatePurpose::Any,
        },
    };
    let (leaf, verification) = verify(&session.context, options)?;
    match arguments::is_json(matches) {
        true => session.print_json(&verify_document(&verification))?,
        false => session.print(&table(&leaf, &verification, session.context.lang))?,
    };
    Ok(Outcome::found_if(!verification.valid))
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
