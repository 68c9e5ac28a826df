//! `key-weak`.

use crate::audit::rules::prelude::*;
use crate::certificate::KeyKind;

/// A key shorter than the policy asks.
pub static RULE: Rule = Rule {
    code: "key-weak",
    family: RuleFamily::Key,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["key", "bits", "required"],
    title: Text { ja: "鍵が短い", en: "Key too short" },
    message: Text {
        ja: "鍵({key})の長さが {bits} ビットで、ポリシーの下限 {required} ビットに足りません。",
        en: "Its key ({key}) has {bits} bits, fewer than the {required} that the policy asks.",
    },
    remedy: Text {
        ja: "次の更新で {required} ビット以上の鍵を作るよう、申請に使うソフトの設定を確かめてください。\
             発行元(認証局の運営者)の決めた長さなら、発行元に方針を問い合わせてください。",
        en: "Make sure that the next renewal generates a key of {required} bits or more. If the CA sets the size, \
             ask its operator.",
    },
    what: Text {
        ja: "RSA と DSA は法の長さを、楕円曲線は体の大きさを、ポリシーの下限(keys)と比べます。\
             Ed25519 と Ed448 には適用しません。ルート証明書も対象です。",
        en: "The modulus of RSA and DSA, the field of an elliptic curve against the least size in the policy \
             (`keys`). Not for Ed25519 and Ed448. Roots are looked at too.",
    },
    why: Text {
        ja: "短い鍵は計算で破られ、証明書の持ち主になりすまされるおそれがあります。",
        en: "A short key can be broken by computation, and whoever breaks it can act as the holder.",
    },
    source: Text {
        ja: "NIST SP 800-57 Part 1。CRYPTREC 暗号強度要件(アルゴリズム及び鍵長選択)に関する設定基準。\
             ポリシーの keys。",
        en: "NIST SP 800-57 part 1; CRYPTREC's criteria for algorithms and key lengths. `keys` in the policy.",
    },
    judge: RuleCheck::Certificate(judge),
};

fn judge(facts: &CertificateFacts, context: &RuleContext) -> RuleAnswer {
    let Some(key) = facts.certificate.key() else { return RuleAnswer::Undetermined };
    let least = match key.kind {
        KeyKind::Rsa | KeyKind::Dsa => context.policy.keys.rsa_bits,
        KeyKind::Ec(_) => context.policy.keys.ec_bits,
        KeyKind::Ed25519 | KeyKind::Ed448 | KeyKind::Other(_) => return RuleAnswer::NotApplicable,
    };
    match key.bits {
        None => RuleAnswer::Undetermined,
        Some(bits) if bits >= least.value => RuleAnswer::Clear,
        Some(bits) => {
            let evidence = Evidence::new()
                .with("key", key.label())
                .with("bits", i64::from(bits))
                .with("required", i64::from(least.value));
            RuleAnswer::found_by(evidence, least.line)
        }
    }
}
