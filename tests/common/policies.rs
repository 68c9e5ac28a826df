//! The lab's policy as tests change it.

use super::files::kept;

/// `policies/lab.yaml` with pieces of it replaced, each of which must be there.
#[track_caller]
pub fn lab_with(changes: &[(&str, &str)]) -> String {
    let mut policy = kept("policies/lab.yaml");
    for (from, to) in changes {
        assert!(policy.contains(from), "policies/lab.yaml has no {from}");
        policy = policy.replace(from, to);
    }
    policy
}

/// What makes it read provider numbers from subjects.
pub const NUMBERS_FROM_SUBJECTS: (&str, &str) = (
    "  claim_period: {from: 1, until: 10}\n",
    "  claim_period: {from: 1, until: 10}\n  patterns:\n    - {field: subject, pattern: \"CN={provider_number} *\"}\n",
);

/// The built-in policy in every rule, with the lab's roots in place of the real ones, whose keys
/// nobody has: only the two fingerprints differ.
#[track_caller]
pub fn built_in_with_lab_roots() -> String {
    let lab = kept("policies/lab.yaml");
    let pins = |policy: &str| -> Vec<String> {
        policy.lines().filter(|line| line.trim_start().starts_with("sha1: ")).map(str::to_string).collect()
    };
    let mut policy = kept("policies/e-seikyuu.yaml");
    let (real, made_up) = (pins(&policy), pins(&lab));
    assert_eq!((real.len(), made_up.len()), (2, 2));
    for (real, made_up) in real.iter().zip(&made_up) {
        policy = policy.replace(real, made_up);
    }
    policy
}
