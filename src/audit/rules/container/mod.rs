//! Rules about the file that contains certificates and keys.

pub(super) mod algorithm_unsupported;
pub(super) mod certificate_missing;
pub(super) mod container_damaged;
pub(super) mod container_limit;
pub(super) mod container_unread;
pub(super) mod container_weak;
pub(super) mod copied;
pub(super) mod file_exposed;
pub(super) mod file_unreadable;
pub(super) mod group_protected;
pub(super) mod password_exposed;
pub(super) mod password_typo;
pub(super) mod password_unknown;
pub(super) mod password_weak;

use super::prelude::*;
use crate::container::ContainerProblem;

/// One finding for each problem of which `evidence` makes something.
fn each_problem<'a>(
    facts: &ContainerFacts<'a>,
    evidence: impl FnMut(&'a ContainerProblem) -> Option<Evidence>,
) -> RuleAnswer {
    let found = facts.problems.iter().filter_map(evidence);
    RuleAnswer::of(found.map(Finding::new).collect())
}
