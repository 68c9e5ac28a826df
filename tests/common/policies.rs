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
