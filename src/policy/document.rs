//! The policy document: YAML with positions, not yet checked.

use std::path::Path;

use super::{Policy, build, shape};
use crate::yaml::{self, YamlMistake};

/// The built-in policy, of the e-seikyuu CA.
pub const BUILT_IN: &str = include_str!("../../policies/e-seikyuu.yaml");
/// The name of its file.
const BUILT_IN_FILE: &str = "e-seikyuu.yaml";

/// A policy as typed: well-formed YAML with the position of every value, nothing checked.
#[derive(Clone, Debug)]
pub struct PolicyDocument {
    yaml: yaml::YamlDocument,
    file: String,
}

impl PolicyDocument {
    /// Reads the YAML. `file` is the name that mistakes show.
    ///
    /// Errors: the position at which it is not YAML; nothing after it can be read.
    pub fn parse(text: &str, file: &str) -> Result<PolicyDocument, Vec<YamlMistake>> {
        let yaml = yaml::parse(text, file)?;
        let file = Path::new(file).file_name().map_or(file.into(), |name| name.to_string_lossy());
        Ok(PolicyDocument { yaml, file: file.into_owned() })
    }

    /// The checked policy. `known_rules` are the codes that `severities` and `suppressions` may
    /// name.
    ///
    /// Errors: every mistake, in order of position.
    pub fn check(&self, known_rules: &[&str]) -> Result<Policy, Vec<YamlMistake>> {
        let mut mistakes = self.yaml.check(&shape::POLICY);
        let policy = build::policy(self.yaml.root(), known_rules, &mut mistakes);
        mistakes.or_else(policy.map(|policy| Policy { file: self.file.clone(), yaml: self.source(), ..policy }))
    }

    /// The document as text; its comments, which give sources, are part of it.
    fn source(&self) -> String {
        let mut text = self.yaml.text().to_string();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }
}

impl Policy {
    /// Reads and checks a policy: [`PolicyDocument::parse`] and [`PolicyDocument::check`].
    pub fn read(text: &str, file: &str, known_rules: &[&str]) -> Result<Policy, Vec<YamlMistake>> {
        PolicyDocument::parse(text, file)?.check(known_rules)
    }
}

/// The built-in policy. It fails only if it names a rule that `known_rules` lacks.
pub fn built_in(known_rules: &[&str]) -> Result<Policy, Vec<YamlMistake>> {
    Policy::read(BUILT_IN, BUILT_IN_FILE, known_rules)
}

/// The JSON Schema (2020-12) of policies, for editors. It checks the form of each value; `shomei
/// policy check` also checks how they relate.
pub fn schema() -> serde_json::Value {
    let mut schema = shape::POLICY.schema();
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = shape::VERSION.into();
    schema
}
