//! The ring of passwords for one file: which is tried next, in which form, and which have
//! fitted so far.

use zeroize::Zeroizing;

use super::limits::Work;
use super::password::{Form, Usage, forms, typos};
use super::{Candidate, Opening, Problem, Typo};

/// Which passwords are tried beside those that fitted already.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mode {
    /// The candidates as they were given, the empty password last.
    Given,
    /// Their usual typing mistakes, until one fits.
    Typos,
}

/// The passwords for one file.
pub(super) struct Ring<'a> {
    secrets: Vec<&'a [u8]>,
    fitted: Vec<Fitted>,
    pub mode: Mode,
}

/// A password that opened something, and the forms that did, the last of each usage.
struct Fitted {
    candidate: usize,
    typo: Option<Typo>,
    secret: Zeroizing<Vec<u8>>,
    forms: Vec<(Usage, Form)>,
}

impl Fitted {
    /// The form to try first: the one of the same usage, else what goes with the other's.
    fn preferred(&self, usage: Usage) -> Option<Form> {
        let same = self.forms.iter().find(|(known, _)| *known == usage).map(|(_, form)| *form);
        same.or(self.forms.first().map(|(_, form)| form.counterpart(usage)))
    }

    fn remember(&mut self, usage: Usage, form: Form) {
        self.forms.retain(|(known, _)| *known != usage);
        self.forms.push((usage, form));
    }
}

/// What is done with one form of a password: something, nothing, or the end of all trying.
type Trial<'t, T> = &'t mut dyn FnMut(&mut Work<'_>, &[u8]) -> Result<Option<T>, Problem>;

impl<'a> Ring<'a> {
    /// The candidates in their order; the empty password is added where it is not among them.
    pub fn new(candidates: &'a [Candidate]) -> Ring<'a> {
        let mut secrets: Vec<&[u8]> = candidates.iter().map(Candidate::bytes).collect();
        if secrets.iter().all(|secret| !secret.is_empty()) {
            secrets.push(&[]);
        }
        Ring { secrets, fitted: Vec::new(), mode: Mode::Given }
    }

    /// How many candidates there are, the empty password included.
    pub fn len(&self) -> usize {
        self.secrets.len()
    }

    /// Whether one has fitted.
    pub fn has_fitted(&self) -> bool {
        !self.fitted.is_empty()
    }

    /// The first that fitted.
    pub fn opening(&self) -> Option<Opening> {
        let first = self.fitted.first()?;
        Some(Opening { candidate: first.candidate, typo: first.typo, empty: first.secret.is_empty() })
    }

    /// Tries passwords until one yields something: those that fitted elsewhere in the file
    /// first, in the form in which they did.
    pub fn find<T>(
        &mut self,
        work: &mut Work<'_>,
        usage: Usage,
        mut trial: impl FnMut(&mut Work<'_>, &[u8]) -> Result<Option<T>, Problem>,
    ) -> Result<Option<T>, Problem> {
        for fitted in &mut self.fitted {
            let preferred = fitted.preferred(usage);
            if let Some((found, form)) = try_forms(work, &fitted.secret, usage, preferred, &mut trial)? {
                fitted.remember(usage, form);
                return Ok(Some(found));
            }
        }
        match self.mode {
            Mode::Given => self.find_given(work, usage, &mut trial),
            Mode::Typos if self.has_fitted() => Ok(None),
            Mode::Typos => self.find_typo(work, usage, &mut trial),
        }
    }

    fn find_given<T>(&mut self, work: &mut Work<'_>, usage: Usage, trial: Trial<'_, T>) -> Result<Option<T>, Problem> {
        for (candidate, secret) in self.secrets.iter().enumerate() {
            if self.fitted.iter().any(|fitted| *fitted.secret == *secret) {
                continue;
            }
            let left = self.secrets.len() - candidate;
            let found = try_forms(work, secret, usage, None, trial).map_err(|problem| with_untried(problem, left))?;
            if let Some((found, form)) = found {
                let secret = Zeroizing::new(secret.to_vec());
                self.fitted.push(Fitted { candidate, typo: None, secret, forms: vec![(usage, form)] });
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn find_typo<T>(&mut self, work: &mut Work<'_>, usage: Usage, trial: Trial<'_, T>) -> Result<Option<T>, Problem> {
        for (candidate, secret) in self.secrets.iter().enumerate() {
            for (typo, secret) in typos(secret) {
                if let Some((found, form)) = try_forms(work, &secret, usage, None, trial)? {
                    self.fitted.push(Fitted { candidate, typo: Some(typo), secret, forms: vec![(usage, form)] });
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }
}

fn try_forms<T>(
    work: &mut Work<'_>,
    secret: &[u8],
    usage: Usage,
    preferred: Option<Form>,
    trial: Trial<'_, T>,
) -> Result<Option<(T, Form)>, Problem> {
    for (form, bytes) in forms(secret, usage, preferred) {
        if let Some(found) = trial(work, &bytes)? {
            return Ok(Some((found, form)));
        }
    }
    Ok(None)
}

/// The problem, with the number of candidates that it keeps from being tried.
fn with_untried(problem: Problem, left: usize) -> Problem {
    match problem {
        Problem::Limit { limit, asked, allowed, .. } => Problem::Limit { limit, asked, allowed, untried: left },
        other => other,
    }
}
