//! `key-weak`.

use crate::audit::rules::prelude::*;
use crate::certificate::{KeyFault, KeyKind};

/// A key shorter than the policy asks, or one that protects nothing.
pub static RULE: Rule = Rule {
    code: "key-weak",
    family: RuleFamily::Key,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["key", "bits", "required", "faults"],
    title: Text { ja: "弱い鍵", en: "Weak key" },
    message: Text {
        ja: "鍵({key}、{bits}ビット)は安全ではありません: {faults}。",
        en: "Its key ({key}, {bits} bits) is not safe: {faults}.",
    },
    remedy: Text {
        ja: "鍵の長さと方式は認証局が決めるもので、事業所・代理人では変更できません。この指摘のページを\
             {desk}に送り、ポリシーの下限({required}ビット)以上の鍵による再発行を相談してください。誰で\
             も署名できる鍵の場合は、使用をやめて失効を申請してください。{revoke}",
        en: "The key size and algorithm are set by the CA and cannot be changed by the holder. Send this \
             page to {desk} and ask for a certificate with a key of at least {required} bits (the \
             minimum of the policy). If anybody can sign with the key, stop using it. {revoke}",
    },
    what: Text {
        ja: "RSA と DSA は法の長さを、楕円曲線は体の大きさを、ポリシーの下限(keys)と比べます。\
             Ed25519 と Ed448 には適用しません。ルート証明書も対象です。長さに関わりなく役に立たない鍵はエラーです: \
             RSA の公開指数が 1・偶数・負、法が偶数・負、楕円曲線の位数の小さい点。16,384ビットを超える法は、\
             多くのソフトが受け付けないため指摘します。",
        en: "The modulus of RSA and DSA, the field of an elliptic curve against the least size in the policy \
             (`keys`). Not for Ed25519 and Ed448. Roots are looked at too. A key that is worthless whatever its size \
             is an error: RSA with exponent 1, an even or negative exponent or modulus, points of small order. A \
             modulus beyond 16,384 bits is a finding since many programs refuse it.",
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
        KeyKind::Rsa | KeyKind::Dsa => Some(&context.policy.keys.rsa_bits),
        KeyKind::Ec(_) => Some(&context.policy.keys.ec_bits),
        KeyKind::Ed25519 | KeyKind::Ed448 | KeyKind::Other(_) => None,
    };
    let short = least.filter(|least| key.bits.is_some_and(|bits| bits < least.value));
    let too_short = short.map(|least| {
        let text = Text {
            ja: "ポリシーの下限 {detail}ビットに足りない",
            en: "it has fewer bits than the {detail} that the policy asks",
        };
        CodedWord::with_detail("too-short", text, least.value.to_string())
    });
    let faults: Vec<CodedWord> = key.fault.map(fault_word).into_iter().chain(too_short).collect();
    if faults.is_empty() {
        return match (least, key.bits) {
            (None, _) => RuleAnswer::NotApplicable,
            (Some(_), None) => RuleAnswer::Undetermined,
            (Some(_), Some(_)) => RuleAnswer::Clear,
        };
    }
    let evidence = Evidence::new()
        .with("key", key.label())
        .with("bits", key.bits.map_or(EvidenceValue::Unknown, |bits| i64::from(bits).into()))
        .with("required", least.map_or(EvidenceValue::Unknown, |least| i64::from(least.value).into()))
        .with("faults", faults);
    let worthless = key.fault.is_some_and(|fault| fault != KeyFault::ModulusTooLarge);
    let severity = worthless.then_some(Severity::Error);
    let finding = Finding { severity, ..Finding::new(evidence) };
    RuleAnswer::Findings(vec![match short {
        Some(least) if !worthless => finding.by(least.line),
        _ => finding,
    }])
}

fn fault_word(fault: KeyFault) -> CodedWord {
    let (code, text) = match fault {
        KeyFault::ExponentOne => (
            "exponent-one",
            Text {
                ja: "RSA の公開指数が 1 で、誰でもこの証明書の持ち主として署名できる",
                en: "its RSA exponent is 1, so that anybody can sign as its holder",
            },
        ),
        KeyFault::ExponentImpossible => (
            "exponent-impossible",
            Text {
                ja: "RSA の公開指数が偶数か負で、鍵として成り立たない",
                en: "its RSA exponent is even or negative, which makes no key",
            },
        ),
        KeyFault::ModulusMalformed => (
            "modulus-malformed",
            Text {
                ja: "RSA の法が偶数か負で、鍵として成り立たない",
                en: "its RSA modulus is even or negative, which makes no key",
            },
        ),
        KeyFault::ModulusTooLarge => (
            "modulus-too-large",
            Text {
                ja: "RSA の法が 16,384ビットを超え、多くのソフトが受け付けない",
                en: "its RSA modulus has more than 16,384 bits, which many programs refuse",
            },
        ),
        KeyFault::SmallOrder => (
            "small-order",
            Text {
                ja: "楕円曲線の位数の小さい点で、署名や共有の秘密を誰でも作れる",
                en: "it is a point of small order, with which anybody can make signatures or secrets",
            },
        ),
    };
    CodedWord::new(code, text)
}
