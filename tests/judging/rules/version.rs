//! What inventories keep of judgements counts as long as the rules have this version.

use sha2::{Digest, Sha256};
use shomei::audit::rules::{RULES, RULES_VERSION};

/// The version, and the digest of what the list of rules was then.
const KNOWN: (u32, &str) = (8, "78bfcdfc69e8742f");

#[test]
fn rules_that_answer_otherwise_have_another_version() {
    let mut list = String::new();
    for rule in RULES {
        list += &format!("{} {:?} {:?} {:?}\n", rule.code, rule.family, rule.severity, rule.evidence);
    }
    let digest: String = Sha256::digest(&list)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        (RULES_VERSION, digest.as_str()),
        KNOWN,
        "the rules have changed: raise RULES_VERSION (src/audit/rules/mod.rs) and put both here"
    );
}
