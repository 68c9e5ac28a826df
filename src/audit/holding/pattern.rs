//! The policy's patterns: reading the holder or usage category of a certificate from its subject,
//! friendlyName or path.

use std::collections::{BTreeSet, HashMap};

use super::CertificateProfile;
use crate::policy::{HolderPattern, PatternField, Placeholder, Policy};
use crate::register::RegisterState;

/// Candidates of an ambiguous certificate that are listed at most.
pub(super) const NAMED: usize = 10;

/// Adds a candidate, unless there are already as many as are listed.
pub(super) fn add(candidates: &mut Vec<usize>, holder: usize) {
    if candidates.len() < NAMED && !candidates.contains(&holder) {
        candidates.push(holder);
    }
}

/// The patterns, with the words that they look up.
pub(super) struct Patterns<'a> {
    patterns: Vec<(&'a HolderPattern, Option<usize>)>,
    ids: PlaceholderWords<'a>,
    numbers: PlaceholderWords<'a>,
}

/// What patterns read from a certificate.
#[derive(Debug, Default)]
pub(super) struct PatternReading {
    /// Holders, by index.
    pub holders: Vec<usize>,
    /// Usage categories, by index.
    pub categories: Vec<usize>,
}

/// The words that a placeholder matches, with the holders that they mean.
#[derive(Default)]
struct PlaceholderWords<'a> {
    holders: HashMap<&'a str, Vec<usize>>,
    lengths: BTreeSet<usize>,
}

impl<'a> PlaceholderWords<'a> {
    fn add(&mut self, word: &'a str, holder: usize) {
        if !word.is_empty() {
            self.lengths.insert(word.len());
            add(self.holders.entry(word).or_default(), holder);
        }
    }
}

impl<'a> Patterns<'a> {
    pub(super) fn of(policy: &'a Policy, office: &'a RegisterState) -> Patterns<'a> {
        let category = |id: &String| policy.holders.categories.iter().position(|category| category.id == *id);
        let patterns = policy.holders.patterns.iter().map(|pattern| &pattern.value);
        let patterns: Vec<_> = patterns.map(|p| (p, p.category.as_ref().and_then(category))).collect();
        let (mut ids, mut numbers) = (PlaceholderWords::default(), PlaceholderWords::default());
        for (i, holder) in office.holders.iter().enumerate() {
            if !patterns.is_empty() {
                ids.add(&holder.key.id, i);
            }
            let of_lines = holder.lines.iter().filter_map(|line| line.provider_number.as_deref());
            of_lines.for_each(|number| numbers.add(number, i));
        }
        Patterns { patterns, ids, numbers }
    }

    /// Reads a certificate with all patterns that match.
    pub(super) fn read(&self, profile: &CertificateProfile) -> PatternReading {
        let mut read = PatternReading::default();
        if !profile.is_held() {
            return read;
        }
        for (pattern, category) in &self.patterns {
            let mut fits = false;
            for text in texts(pattern.field, profile) {
                fits |= self.fit(pattern, &text, &mut read.holders);
            }
            if let Some(category) = category.filter(|_| fits) {
                add(&mut read.categories, category);
            }
        }
        read
    }

    /// The holders whose provider numbers are in the subject of a trusted certificate.
    // Anybody can write a number into the subject of a certificate of their own.
    pub(super) fn by_number(&self, profile: &CertificateProfile) -> Vec<usize> {
        let mut holders = Vec::new();
        for number in profile.numbers.iter().filter(|_| profile.counts()) {
            self.numbers.holders.get(number.as_str()).into_iter().flatten().for_each(|one| add(&mut holders, *one));
        }
        holders
    }

    /// Whether the pattern fits the text, and the holders that it reads there.
    fn fit(&self, pattern: &HolderPattern, text: &str, holders: &mut Vec<usize>) -> bool {
        let words = match pattern.placeholder {
            None => return ends(&pattern.before, text).contains(&text.len()),
            Some(Placeholder::Id) => &self.ids,
            Some(Placeholder::ProviderNumber) => &self.numbers,
        };
        let starts = ends(&pattern.before, text);
        // Matched from both ends, and between them only words of known lengths: the work grows with
        // the text and not with the register.
        let rests: BTreeSet<usize> = starts_of(&pattern.after, text);
        let mut fits = false;
        for start in starts {
            for length in &words.lengths {
                let end = start + length;
                let Some(word) = text.get(start..end).filter(|_| rests.contains(&end) && whole(text, start, end))
                else {
                    continue;
                };
                for holder in words.holders.get(word).into_iter().flatten() {
                    add(holders, *holder);
                    fits = true;
                }
            }
        }
        fits
    }
}

/// The texts that a pattern is applied to.
fn texts(field: PatternField, profile: &CertificateProfile) -> Vec<String> {
    match field {
        PatternField::Subject => vec![profile.printed.to_string()],
        PatternField::FriendlyName => profile.places.iter().filter_map(|place| place.friendly_name.clone()).collect(),
        // Patterns have `/` between folders on every system.
        PatternField::Path => profile.places.iter().map(|place| place.path.replace('\\', "/")).collect(),
    }
}

/// Whether the word is not part of a longer run of ASCII letters and digits.
fn whole(text: &str, start: usize, end: usize) -> bool {
    let alike = |a: Option<char>, b: Option<char>| {
        a.zip(b).is_some_and(|(a, b)| a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric())
    };
    let (before, word, after) = (&text[..start], &text[start..end], &text[end..]);
    !alike(before.chars().next_back(), word.chars().next()) && !alike(word.chars().next_back(), after.chars().next())
}

/// The positions in the text up to which the glob matches, in order.
fn ends(glob: &str, text: &str) -> Vec<usize> {
    let cuts = || text.char_indices().map(|(i, _)| i).chain([text.len()]);
    let mut reached = vec![0];
    for (i, literal) in glob.split('*').enumerate() {
        if i > 0 {
            // `*`: from the first cut reached on, every cut.
            let Some(first) = reached.first().copied() else { break };
            reached = cuts().filter(|cut| *cut >= first).collect();
        }
        reached.retain(|cut| text[*cut..].starts_with(literal));
        reached.iter_mut().for_each(|cut| *cut += literal.len());
    }
    reached
}

/// Where the text may be cut so that the glob fits all after the cut.
fn starts_of(glob: &str, text: &str) -> BTreeSet<usize> {
    let mirror = |text: &str| text.chars().rev().collect::<String>();
    let mirrored = ends(&mirror(glob), &mirror(text));
    mirrored.into_iter().map(|cut| text.len() - cut).collect()
}
