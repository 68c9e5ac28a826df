//! `shomei verify`: plain RFC 5280 validation against given roots.

use super::prelude::*;
use crate::app::verify::{VerifyFiles, verify};
use crate::trust::CertificatePurpose;

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "verify" "指定した認証局証明書だけを信頼して、ファイルの証明書を RFC 5280 のとおりに検証します(ピンは使いません)"
            "Validates the end-entity certificates of a file by RFC 5280 against the given trust anchors, ignoring pins";
        positional "leaf" (flags::FILE) "検証する証明書のファイル。発行元の証明書も入っていれば途中に使う"
            "the file to validate; issuers in it may be used on the path" => |arg| arg.required(true);
        file "trust" "信頼点とする証明書(繰り返し可)" "anchors (may be repeated)"
            => |arg| arg.action(ArgAction::Append);
        file "untrusted" "途中に使ってよい証明書(繰り返し可)"
            "certificates that may lie in between (may be repeated)" => |arg| arg.action(ArgAction::Append);
        file "crl" "失効リスト(CRL)。与えると、経路のすべての証明書に要る(繰り返し可)"
            "CRLs; with any, every certificate on the path needs one (may be repeated)"
            => |arg| arg.action(ArgAction::Append);
        file "ocsp" "OCSP 応答(DER)。与えると、検証する証明書への答えが要る。取得はしない(繰り返し可)"
            "OCSP responses (DER); with any, the certificate needs an answer; never fetched (may be repeated)"
            => |arg| arg.action(ArgAction::Append);
        switch "strict" "RFC 5280 が発行元に求める書き方(シリアル番号、基本制約、鍵識別子、必須の指定など)もすべて確かめる"
            "also require all that RFC 5280 asks of issuers (serial numbers, basic constraints, key identifiers, criticality)";
        arg (arguments::at(lang));
        choice "purpose" (&["any", "client", "server"]) "用途(既定: any)" "the purpose (default: any)";
        arg (arguments::format(&["table", "json"], lang));
        args (arguments::opening(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let paths = |name: &str| matches.get_many::<PathBuf>(name).into_iter().flatten().cloned().collect();
    let options = VerifyFiles {
        settings: arguments::settings(session, matches),
        file: matches.get_one::<PathBuf>("leaf").cloned().unwrap_or_default(),
        trust: paths("trust"),
        untrusted: paths("untrusted"),
        crls: paths("crl"),
        ocsp: paths("ocsp"),
        purpose: match matches.get_one::<String>("purpose").map(String::as_str) {
            Some("client") => CertificatePurpose::Client,
            Some("server") => CertificatePurpose::Server,
            _ => CertificatePurpose::Any,
        },
        strict: matches.get_flag("strict"),
    };
    let verified = verify(&session.context, options)?;
    match arguments::is_json(matches) {
        true => session.print_json(&verified.report().document())?,
        false => session.print(&verified.report().text(session.context.lang))?,
    };
    Ok(verified.outcome())
}
