//! The office's own list of holders: taking it in, writing it out, comparing it with certificates.

use crate::policy::{LocalizedText, Policy};
use crate::register::{PolicyWord, PolicyWords};
use crate::yaml::Phrase;

/// The register where nobody names one.
pub const DEFAULT: &str = "default";

/// The policy's services and usage categories, as a register spells them.
pub fn register_words(policy: &Policy) -> PolicyWords {
    let word = |id: &str, name: &LocalizedText, words: &[String]| PolicyWord {
        id: id.to_string(),
        title: Phrase { ja: name.ja.clone(), en: name.en.clone() },
        synonyms: words.to_vec(),
    };
    let holders = &policy.holders;
    PolicyWords {
        services: holders.services.iter().map(|one| word(&one.id, &one.name, &one.words)).collect(),
        categories: holders.categories.iter().map(|one| word(&one.id, &one.name, &one.words)).collect(),
    }
}
