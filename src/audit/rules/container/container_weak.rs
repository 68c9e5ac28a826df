//! `container-weak`.

use crate::audit::rules::prelude::*;
use crate::container::{ContainerKind, ContainerProblem};
use crate::policy::ContainerPolicy;

/// What guards a private key is weak.
pub static RULE: Rule = Rule {
    code: "container-weak",
    family: RuleFamily::Container,
    severity: Severity::Info,
    since: "0.1.0",
    evidence: &["reasons", "ciphers", "iterations", "required"],
    title: Text { ja: "鍵の保護が弱い", en: "Weakly guarded key" },
    message: Text {
        ja: "秘密鍵の保護が弱いファイルです: {reasons}。",
        en: "What guards the private key in it is weak: {reasons}.",
    },
    remedy: Text {
        ja: "次に書き出すときは、暗号化に AES256-SHA256 を選び、推測されにくいパスワードを付けてください。\
             それまでは、ファイルを読める人を限定してください。書き出せるのは、鍵を「エクスポート可能」\
             として取り込んだパソコンだけです。",
        en: "At the next export choose AES256-SHA256 and a password that is hard to guess; until then \
             restrict who can read the file. A key can be exported only where it was imported as \
             exportable.",
    },
    what: Text {
        ja: "秘密鍵を含むファイルについて、次のものを1つの指摘にまとめます: 暗号化されていない鍵(この場合\
             は警告)、ポリシーで弱いとされた暗号、ポリシーより少ない繰り返し回数(scrypt を除く)、\
             PKCS#12 の完全性の確認用の値(MAC)の欠如、空のパスワード。証明書だけのファイルと、証明書の部\
             分だけの弱い暗号は問いません。",
        en: "For a file with private keys, in one finding: keys that are not encrypted (then a warning), \
             ciphers that the policy calls weak, fewer iterations than the policy asks (except scrypt), \
             no integrity check (MAC) in a PKCS#12, the empty password. Files with certificates only, \
             and weak encryption of certificates, do not matter.",
    },
    why: Text {
        ja: "ファイルが持ち出されたとき、鍵を守るのはパスワードと暗号だけです。弱い方式では短時間で破られます。\
             ただし古いソフトの既定の方式でもあり、それだけで急ぐ必要はありません。",
        en: "If the file is taken, password and cipher are all that guards the key, and weak ones fall quickly. Yet \
             these are the defaults of older programs, and by themselves no cause for haste.",
    },
    source: Text {
        ja: "RFC 8018 4.2 と NIST SP 800-132(繰り返し回数)、RFC 7292 附属書 C。ポリシーの containers。",
        en: "RFC 8018 section 4.2 and NIST SP 800-132 (iterations), RFC 7292 appendix C. `containers` in the \
             policy.",
    },
    judge: RuleCheck::Container(judge),
};

fn judge(facts: &ContainerFacts, context: &RuleContext) -> RuleAnswer {
    if facts.keys == 0 {
        return RuleAnswer::NotApplicable;
    }
    let asked = &context.policy.containers;
    let (ciphers, fewest) = (weak_ciphers(facts, asked), fewest_iterations(facts));
    let few = fewest.is_some_and(|n| n < asked.iterations.value);
    let reasons = reasons(facts, !ciphers.is_empty(), few);
    if reasons.is_empty() {
        return RuleAnswer::Clear;
    }
    let number = |n: u64| EvidenceValue::Number(i64::try_from(n).unwrap_or(i64::MAX));
    let line = match (ciphers.is_empty(), few) {
        (false, _) => Some(asked.weak_ciphers.line),
        (true, true) => Some(asked.iterations.line),
        (true, false) => None,
    };
    let evidence = Evidence::new()
        .with("reasons", reasons)
        .with("ciphers", ciphers)
        .with("iterations", fewest.map_or(EvidenceValue::Unknown, number))
        .with("required", number(asked.iterations.value));
    // Weak encryption is the default of older programs; no encryption at all is nobody's.
    let severity = (facts.plain_keys > 0).then_some(Severity::Warning);
    RuleAnswer::Findings(vec![Finding { line, severity, ..Finding::new(evidence) }])
}

fn weak_ciphers(facts: &ContainerFacts, asked: &ContainerPolicy) -> Vec<String> {
    let weak = |cipher: &str| asked.weak_ciphers.value.iter().any(|prefix| cipher.starts_with(prefix.as_str()));
    facts.key_encryption.iter().map(|p| p.cipher.clone()).filter(|cipher| weak(cipher)).collect()
}

/// The fewest iterations at which a guess at the password can be checked: against a key or
/// against the MAC. The N of scrypt is no such number.
fn fewest_iterations(facts: &ContainerFacts) -> Option<u64> {
    let derived = |kdf: &str| !kdf.is_empty() && kdf != "scrypt";
    let keys = facts.key_encryption.iter().filter(|p| derived(&p.kdf)).map(|p| p.iterations);
    keys.chain(facts.mac.map(|mac| mac.iterations)).min()
}

fn reasons(facts: &ContainerFacts, weak_cipher: bool, few_iterations: bool) -> Vec<CodedWord> {
    // What was cut off may have held one.
    let damaged = facts.problems.iter().any(|problem| matches!(problem, ContainerProblem::Damaged { .. }));
    let no_mac = facts.kind == ContainerKind::Pkcs12 && facts.mac.is_none() && !damaged;
    let empty = facts.opening.is_some_and(|opening| opening.empty);
    let all = [
        (facts.plain_keys > 0, "unencrypted", Text { ja: "暗号化されていない鍵がある", en: "a key is not encrypted" }),
        (weak_cipher, "cipher", Text { ja: "弱い暗号", en: "a weak cipher" }),
        (few_iterations, "iterations", Text { ja: "繰り返し回数が少ない", en: "few iterations" }),
        (no_mac, "no-mac", Text { ja: "完全性の確認(MAC)がない", en: "no integrity check (MAC)" }),
        (empty, "empty-password", Text { ja: "空のパスワード", en: "the empty password" }),
    ];
    all.into_iter().filter(|(holds, _, _)| *holds).map(|(_, code, text)| CodedWord::new(code, text)).collect()
}
