//! STUB to be replaced by the policy branch.
use super::Failure;
use crate::container::*;
use crate::locale::Lang;
use crate::policy::Severity;
use crate::report::Format;
use std::path::{Path, PathBuf};
#[derive(Clone, Debug)]
pub(super) enum From {
    CommandLine,
    Default,
}
impl From {
    pub(super) fn show(&self, _l: Lang) -> String {
        format!("{self:?}")
    }
}
#[derive(Clone, Debug)]
pub(super) struct Set<T> {
    pub value: T,
    pub from: From,
}
#[derive(Default)]
pub(super) struct Config {
    pub lang: Option<Set<Lang>>,
    pub sources: Option<Set<Vec<PathBuf>>>,
    pub policy: Option<Set<PathBuf>>,
    pub at: Option<Set<String>>,
    pub roots: Option<Set<Vec<PathBuf>>>,
    pub crls: Option<Set<Vec<PathBuf>>>,
    pub password_files: Option<Set<Vec<PathBuf>>>,
    pub password_envs: Option<Set<Vec<String>>>,
    pub password_map: Option<Set<PathBuf>>,
    pub try_typos: Option<Set<bool>>,
    pub keys: Option<Set<KeyLook>>,
    pub format: Option<Set<Format>>,
    pub output: Option<Set<PathBuf>>,
    pub fail_on: Option<Set<Option<Severity>>>,
    pub limits: Vec<(Limit, Set<u64>)>,
}
impl Config {
    pub(super) fn find(_p: Option<&Path>, _l: Lang) -> Result<Config, Failure> {
        Ok(Config::default())
    }
}
