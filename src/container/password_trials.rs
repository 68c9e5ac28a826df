//! The passwords for one file: which is tried next, in which form, and which have fitted so far.

use zeroize::Zeroizing;

use super::limits::WorkBudget;
use super::password::{OpeningSecret, PasswordForm, PasswordUsage, forms, typos};
use super::{Candidates, ContainerProblem, PasswordCandidate, PasswordMatch, PasswordOrigin, Typo};

/// Which passwords are tried beside those that fitted already.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum TrialMode {
    /// The candidates as they were given, the empty password last.
    Given,
    /// Their usual typing mistakes, until one fits.
    Typos,
}

/// The passwords for one file.
pub(super) struct PasswordTrials<'a> {
    candidates: Candidates<'a>,
    fitted: Vec<FittedPassword>,
    pub mode: TrialMode,
}

/// A password that opened something, and the forms that did, the last of each usage.
struct FittedPassword {
    candidate: usize,
    typo: Option<Typo>,
    secret: Zeroizing<Vec<u8>>,
    forms: Vec<(PasswordUsage, PasswordForm)>,
}

impl FittedPassword {
    /// The form to try first: the last that fitted for this usage, otherwise the one that goes with
    /// the other usage's.
    fn preferred(&self, usage: PasswordUsage) -> Option<PasswordForm> {
        let same = self.forms.iter().find(|(known, _)| *known == usage).map(|(_, form)| *form);
        same.or(self.forms.first().map(|(_, form)| form.counterpart(usage)))
    }

    fn remember(&mut self, usage: PasswordUsage, form: PasswordForm) {
        self.forms.retain(|(known, _)| *known != usage);
        self.forms.push((usage, form));
    }
}

/// The trial of one form of a password: it yields a result, none, or the error that ends all
/// trials.
type TrialResult<'t, T> = &'t mut dyn FnMut(&mut WorkBudget<'_>, &[u8]) -> Result<Option<T>, ContainerProblem>;

impl<'a> PasswordTrials<'a> {
    /// The candidates in their order; the empty password is added where it is not among them.
    pub fn new(candidates: Candidates<'a>) -> PasswordTrials<'a> {
        PasswordTrials { candidates, fitted: Vec::new(), mode: TrialMode::Given }
    }

    /// What is tried, in order.
    fn secrets(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        // The empty password is always tried: programs write it when the user gives none.
        let empty: Option<&[u8]> = self.candidates.iter().all(|candidate| !candidate.is_empty()).then_some(&[]);
        self.candidates.iter().map(PasswordCandidate::bytes).chain(empty)
    }

    /// How many candidates there are, the empty password included.
    pub fn len(&self) -> usize {
        self.secrets().count()
    }

    /// Whether one has fitted.
    pub fn has_fitted(&self) -> bool {
        !self.fitted.is_empty()
    }

    /// The password that fitted first, as it fitted: with a typing mistake undone.
    pub fn opening_password(&self) -> Option<PasswordCandidate> {
        let first = self.fitted.first()?;
        let origin =
            self.candidates.iter().nth(first.candidate).map_or(PasswordOrigin::Empty, |one| one.origin().clone());
        Some(PasswordCandidate::new(first.secret.clone(), origin))
    }

    /// Begins anew, as for another file; yields what had opened the one before.
    pub fn restart(&mut self) -> Option<PasswordMatch> {
        let opening = self.opening();
        self.fitted.clear();
        self.mode = TrialMode::Given;
        opening
    }

    /// The first that fitted.
    pub fn opening(&self) -> Option<PasswordMatch> {
        let first = self.fitted.first()?;
        Some(PasswordMatch { candidate: first.candidate, typo: first.typo, empty: first.secret.is_empty() })
    }

    /// The same password itself, unless it is the empty one.
    pub fn opening_secret(&self) -> Option<OpeningSecret> {
        let first = self.fitted.first()?;
        (!first.secret.is_empty()).then(|| OpeningSecret::new(&first.secret))
    }

    /// Tries passwords until one yields something: those that fitted elsewhere in the file
    /// first, in the form in which they did.
    pub fn find<T>(
        &mut self,
        work: &mut WorkBudget<'_>,
        usage: PasswordUsage,
        mut trial: impl FnMut(&mut WorkBudget<'_>, &[u8]) -> Result<Option<T>, ContainerProblem>,
    ) -> Result<Option<T>, ContainerProblem> {
        for fitted in &mut self.fitted {
            // The password that opened one part nearly always opens the others, in the form that
            // goes with it: most files cost one derivation per part.
            let preferred = fitted.preferred(usage);
            if let Some((found, form)) = try_forms(work, &fitted.secret, usage, preferred, &mut trial)? {
                fitted.remember(usage, form);
                return Ok(Some(found));
            }
        }
        match self.mode {
            TrialMode::Given => self.find_given(work, usage, &mut trial),
            TrialMode::Typos if self.has_fitted() => Ok(None),
            TrialMode::Typos => self.find_typo(work, usage, &mut trial),
        }
    }

    fn find_given<T>(
        &mut self,
        work: &mut WorkBudget<'_>,
        usage: PasswordUsage,
        trial: TrialResult<'_, T>,
    ) -> Result<Option<T>, ContainerProblem> {
        for (candidate, secret) in self.secrets().enumerate() {
            // MAC and parts may have different passwords (RFC 7292 does not tie them), so the other
            // candidates are tried too, but none twice.
            if self.fitted.iter().any(|fitted| *fitted.secret == *secret) {
                continue;
            }
            let found = try_forms(work, secret, usage, None, trial)
                .map_err(|problem| with_untried(problem, self.len() - candidate))?;
            if let Some((found, form)) = found {
                let secret = Zeroizing::new(secret.to_vec());
                self.fitted.push(FittedPassword { candidate, typo: None, secret, forms: vec![(usage, form)] });
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn find_typo<T>(
        &mut self,
        work: &mut WorkBudget<'_>,
        usage: PasswordUsage,
        trial: TrialResult<'_, T>,
    ) -> Result<Option<T>, ContainerProblem> {
        for (candidate, secret) in self.secrets().enumerate() {
            for (typo, secret) in typos(secret) {
                if let Some((found, form)) = try_forms(work, &secret, usage, None, trial)? {
                    self.fitted.push(FittedPassword {
                        candidate,
                        typo: Some(typo),
                        secret,
                        forms: vec![(usage, form)],
                    });
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }
}

fn try_forms<T>(
    work: &mut WorkBudget<'_>,
    secret: &[u8],
    usage: PasswordUsage,
    preferred: Option<PasswordForm>,
    trial: TrialResult<'_, T>,
) -> Result<Option<(T, PasswordForm)>, ContainerProblem> {
    for (form, bytes) in forms(secret, usage, preferred) {
        if let Some(found) = trial(work, &bytes)? {
            return Ok(Some((found, form)));
        }
    }
    Ok(None)
}

/// The problem, with the number of candidates that it keeps from being tried.
fn with_untried(problem: ContainerProblem, left: usize) -> ContainerProblem {
    match problem {
        ContainerProblem::Limit { limit, asked, allowed, .. } => {
            ContainerProblem::Limit { limit, asked, allowed, untried: left }
        }
        other => other,
    }
}
