//! A policy made from the root certificates of a private CA.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{AppError, Context, files};
use crate::calendar::{Day, Zone};
use crate::certificate::{Certificate, CertificateRole, spaced_hex};
use crate::locale::Text;
use crate::policy::Policy;

/// Writes a policy that pins these roots, in Japan's time. Generations of one CA, which bear one name,
/// are told apart by the days from which they are valid.
pub fn policy_of_roots(context: &Context, name: &str, paths: &[PathBuf]) -> Result<String, AppError> {
    let lang = context.lang;
    let mut authorities: BTreeMap<String, Vec<Certificate>> = BTreeMap::new();
    for path in paths {
        for certificate in files::certificates(path, lang)? {
            if certificate.role() != CertificateRole::Root {
                let text = Text {
                    ja: "{path} の証明書({subject})はルート証明書ではありません。認証局が配っているルート証明書を指定してください。",
                    en: "{path} holds a certificate that is no root ({subject}). Name the root certificates that the CA hands out.",
                };
                let values: [(&str, &dyn std::fmt::Display); 2] =
                    [("path", &path.display()), ("subject", &certificate.subject.printed())];
                return Err(AppError::new(text, lang, &values));
            }
            let known = authorities.entry(certificate.subject.printed()).or_default();
            if !known.iter().any(|one| one.sha256 == certificate.sha256) {
                known.push(certificate);
            }
        }
    }
    let today = Zone::JAPAN.day(context.now).map(|day| day.to_string()).unwrap_or_default();
    let mut out = format!(
        "# ルート証明書から {today} に作りました。拇印を認証局の公表値と照らし合わせてから使ってください。\n\
         # Made from root certificates on {today}. Compare the fingerprints with what the CA publishes before use.\n\
         # 書式の説明 / the format explained: policies/README.md\n\n\
         schema: shomei/policy/1\nname: {name}\ntitle: {}\nzone: \"+09:00\"\n\nauthorities:\n",
        quoted(authorities.keys().next().map_or(name, String::as_str)),
    );
    for (subject, mut roots) in authorities {
        roots.sort_by_key(|root| root.not_before);
        out += &format!("  - subject: {}\n    pins:\n", quoted(&subject));
        let begins: Vec<Option<Day>> =
            roots.iter().map(|root| root.not_before.and_then(|at| Zone::JAPAN.day(at))).collect();
        for (at, root) in roots.iter().enumerate() {
            let ends = root.not_after.and_then(|at| Zone::JAPAN.day(at));
            let (Some(begin), Some(end)) = (begins[at], ends) else { continue };
            let same_year = begins.iter().flatten().filter(|other| other.year() == begin.year()).count() > 1;
            let id = if same_year { begin.to_string() } else { begin.year().to_string() };
            out += &format!("      - id: {}\n", quoted(&id));
            out += &format!("        serial: {}\n", quoted(&root.serial.to_string()));
            out += &format!("        not_before: {begin}\n        not_after: {end}\n");
            out +=
                &format!("        sha1: {}\n        sha256: {}\n", spaced_hex(&root.sha1()), spaced_hex(&root.sha256));
            let from = (at > 0).then(|| format!("from: {begin}"));
            let until =
                begins.get(at + 1).copied().flatten().and_then(Day::previous_day).map(|day| format!("until: {day}"));
            let issues: Vec<String> = from.into_iter().chain(until).collect();
            if !issues.is_empty() {
                out += &format!("        issues: {{{}}}\n", issues.join(", "));
            }
            out += &format!(
                "        source: {{ja: \"{today} に受け取ったルート証明書\", en: \"the root certificate received on {today}\"}}\n"
            );
        }
        out += "    # ignore | when-available | require\n    crl: when-available\n";
    }
    out += "\n# ほかに書けること: 期限間近の段階、鍵の強さ、事業所、営業日、更新、手数料(policies/template.yaml)\n\
            # What else can be written: tiers, keys, holders, business days, renewals, fees (policies/template.yaml)\n";
    // What is written must be a policy: a name may hold what no policy can express.
    Policy::read(&out, "policy.yaml", &crate::audit::rules::codes())
        .map_err(|mistakes| AppError::of_mistakes(&mistakes, lang))?;
    Ok(out)
}

/// A YAML scalar in double quotes, whose escapes are those of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
