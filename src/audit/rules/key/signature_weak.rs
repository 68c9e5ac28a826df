//! `signature-weak`.

use crate::audit::rules::prelude::*;

/// Signed with a weak digest.
pub static RULE: Rule = Rule {
    code: "signature-weak",
    family: RuleFamily::Key,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["algorithm", "digest"],
    title: Text { ja: "署名方式が弱い", en: "Weak signature" },
    message: Text {
        ja: "署名方式({algorithm})のハッシュ関数 {digest} は、ポリシーで弱いとされています。",
        en: "Its signature ({algorithm}) uses {digest}, which the policy calls weak.",
    },
    remedy: Text {
        ja: "署名の方式は認証局が決めるもので、事業所・代理人では変更できません。この指摘のページを{desk}\
             に送り、次の更新でより強い方式(SHA-256 など)になるかを確認してください。",
        en: "The signature algorithm is set by the CA and cannot be changed by the holder. Send this \
             page to {desk} and ask whether the next certificate will be signed with a stronger digest \
             such as SHA-256.",
    },
    what: Text {
        ja: "発行元の署名に使われたハッシュ関数を、ポリシーの weak_digests と比べます。\
             自分で自分に署名したルート証明書は対象外です(その署名は信頼の根拠ではなく、拇印の一致が根拠です)。",
        en: "The digest of the issuer's signature against `weak_digests` in the policy. Not for self-signed roots: \
             nobody relies on that signature, but on the fingerprint.",
    },
    why: Text {
        ja: "弱いハッシュ関数では、署名を流用した偽の証明書を作られるおそれがあります(MD5 では実際に起きました)。",
        en: "With a weak digest a signature can be carried over to a forged certificate; with MD5 it has been done.",
    },
    source: Text {
        ja: "RFC 6194 SHA-1 の安全性、RFC 6151 MD5 の安全性。ポリシーの weak_digests。",
        en: "RFC 6194, security of SHA-1; RFC 6151, of MD5. `weak_digests` in the policy.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    if is_self_signed(facts) {
        return RuleAnswer::NotApplicable;
    }
    let digest = facts.certificate.signature_digest();
    let Some(weak) = context.policy.weak_digests.iter().find(|weak| weak.value.eq_ignore_ascii_case(&digest)) else {
        return RuleAnswer::Clear;
    };
    let evidence = Evidence::new()
        .with("algorithm", facts.certificate.signature_algorithm())
        .with("digest", digest.to_uppercase());
    RuleAnswer::found_by(evidence, weak.line)
}

/// A root that another key of the same name signed (a rollover) is not self-signed.
fn is_self_signed(facts: &CertificateFacts) -> bool {
    let signer = facts.verdict.signer_key;
    let own = || facts.certificate.key().map(|key| key.id);
    facts.certificate.is_self_issued() && (signer.is_none() || signer == own())
}
