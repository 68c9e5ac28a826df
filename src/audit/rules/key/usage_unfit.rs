//! `usage-unfit`.

use crate::audit::rules::prelude::*;
use crate::policy::UsagePolicy;

/// It lacks a usage that the policy asks.
pub static RULE: Rule = Rule {
    code: "usage-unfit",
    family: RuleFamily::Key,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["missing"],
    title: Text { ja: "用途が合わない", en: "Unfit for its usage" },
    message: Text {
        ja: "ポリシーの求める用途が、この証明書では許されていません(不足: {missing})。",
        en: "It may not be used for what the policy asks; missing: {missing}.",
    },
    remedy: Text {
        ja: "別の用途の証明書を取り違えていないか確認してください。正しい証明書なら、この指摘のページを\
             {desk}に送って問い合わせてください。",
        en: "Check that this is the right certificate and not one for another purpose. If it is, send \
             this page to {desk}.",
    },
    what: Text {
        ja: "事業所・代理人の証明書の鍵用途(keyUsage)と拡張鍵用途(extendedKeyUsage)に、\
             ポリシーの usage が求めるものがすべてあるかを見ます。拡張そのものがない証明書と anyExtendedKeyUsage は\
             、用途を制限しないので指摘しません。ポリシーに usage がなければ見ません。",
        en: "Whether keyUsage and extendedKeyUsage of an end-entity certificate have all that `usage` in the policy \
             asks. A certificate without the extension, or with anyExtendedKeyUsage, is not restricted and no \
             finding. Not looked at where the policy has no `usage`.",
    },
    why: Text {
        ja: "用途の合わない証明書は、読み込めても接続や署名の段で拒否されます。",
        en: "A certificate of the wrong usage can be installed, but is refused when it is used.",
    },
    source: Text {
        ja: "RFC 5280 4.2.1.3 鍵用途、4.2.1.12 拡張鍵用途。ポリシーの usage。",
        en: "RFC 5280 sections 4.2.1.3, key usage, and 4.2.1.12, extended key usage. `usage` in the policy.",
    },
    judge: RuleCheck::Certificate(judge),
};

const ANY_EXTENDED_KEY_USAGE: &str = "2.5.29.37.0";

fn judge(facts: &CertificateFacts, _: &RuleContext) -> RuleAnswer {
    let Some(authority) = facts.authority.filter(|_| facts.role == CertificateRole::EndEntity) else {
        return RuleAnswer::NotApplicable;
    };
    let Some(usage) = &authority.usage else { return RuleAnswer::NotInForce };
    let missing = missing(facts, &usage.value);
    match missing.is_empty() {
        true => RuleAnswer::Clear,
        false => RuleAnswer::found_by(Evidence::new().with("missing", missing), usage.line),
    }
}

/// The usages that are required and not allowed. An absent extension allows everything (RFC 5280).
fn missing(facts: &CertificateFacts, asked: &UsagePolicy) -> Vec<String> {
    let mut missing = Vec::new();
    if let Some(allowed) = facts.certificate.key_usage() {
        missing.extend(asked.key_usage.iter().filter(|usage| !allowed.contains(&usage.as_str())).cloned());
    }
    if let Some(allowed) = facts.certificate.extended_key_usage() {
        let any = allowed.iter().any(|usage| usage == ANY_EXTENDED_KEY_USAGE);
        missing.extend(asked.extended.iter().filter(|usage| !any && !allowed.contains(usage)).cloned());
    }
    missing
}
