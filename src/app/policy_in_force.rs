//! The policy in force, with what may become anchors.

use std::path::Path;
use std::sync::Arc;

use super::kept_roots::KeptRoots;
use super::{AppError, Context, Settings, files};
use crate::audit::rules;
use crate::calendar::{Instant, Zone, parse_instant};
use crate::certificate::{Certificate, Crl};
use crate::locale::{Lang, Text};
use crate::policy::Policy;
use crate::trust::{PinClaim, compare_with_pins};

/// The policy in force, the moment that is judged, and all roots and CRLs given or kept.
pub struct PolicyInForce {
    pub policy: Arc<Policy>,
    pub at: Instant,
    /// Roots, which become anchors where they match a pin.
    pub roots: Vec<Certificate>,
    pub crls: Vec<Crl>,
}

impl Settings {
    /// Reads a policy file; all its mistakes at once.
    pub fn read_policy_file(path: &Path, lang: Lang) -> Result<Policy, AppError> {
        let name = path.to_string_lossy();
        let bytes = files::read(path, lang)?;
        let text = crate::yaml::decode(&bytes, &name).map_err(|mistakes| AppError::of_mistakes(&mistakes, lang))?;
        Policy::read(text, &name, &rules::codes()).map_err(|mistakes| AppError::of_mistakes(&mistakes, lang))
    }

    /// The policy in force, with no regard to roots.
    pub fn read_policy(&self, context: &Context) -> Result<Policy, AppError> {
        let file = &self.policy.value;
        match file.built_in() {
            Some((name, text)) => Policy::read(text, &format!("{name}.yaml"), &rules::codes())
                .map_err(|mistakes| AppError::of_mistakes(&mistakes, context.lang)),
            None => Settings::read_policy_file(&file.0, context.lang),
        }
    }

    /// The policy in force, its pins with the SHA-256 learnt from the roots kept.
    pub fn policy_with_roots(&self, kept: &KeptRoots, context: &Context) -> Result<Policy, AppError> {
        let mut policy = self.read_policy(context)?;
        let learnt: Vec<(String, [u8; 20], [u8; 32])> = kept
            .certificates()
            .filter_map(|certificate| match compare_with_pins(&policy, certificate) {
                PinClaim::Anchor(pair) => Some((pair.pin.id.clone(), pair.pin.sha1, certificate.sha256)),
                _ => None,
            })
            .collect();
        for pin in policy.authorities.iter_mut().flat_map(|authority| &mut authority.pins) {
            let fits = learnt.iter().find(|(id, sha1, _)| *id == pin.id && *sha1 == pin.sha1);
            pin.sha256 = pin.sha256.or(fits.map(|(_, _, sha256)| *sha256));
        }
        Ok(policy)
    }

    /// The policy in force, the moment, and all roots and CRLs given or kept.
    pub fn policy_in_force(&self, context: &Context) -> Result<PolicyInForce, AppError> {
        let lang = context.lang;
        let kept = KeptRoots::open(context)?;
        let policy = self.policy_with_roots(&kept, context)?;
        let at = self.moment_in(policy.zone, context)?;
        let mut roots: Vec<Certificate> = kept.certificates().cloned().collect();
        for path in &self.roots {
            roots.extend(files::certificates(path, lang)?);
        }
        let mut crls = Vec::new();
        for path in &self.crls {
            crls.extend(files::crls(path, lang)?);
        }
        Ok(PolicyInForce { policy: Arc::new(policy), at, roots, crls })
    }

    /// The moment that `--at` or the configuration names; a day is one in the policy's zone.
    pub fn moment(&self, context: &Context) -> Result<Instant, AppError> {
        // A policy that cannot be read must not keep a run from beginning, since the run reports it.
        if self.at.is_none() {
            return Ok(context.now);
        }
        self.moment_in(self.read_policy(context)?.zone, context)
    }

    fn moment_in(&self, zone: Zone, context: &Context) -> Result<Instant, AppError> {
        let Some(text) = &self.at else { return Ok(context.now) };
        let wrong = Text {
            ja: "--at の値 {text} は日時ではありません。2026-11-23 か 2026-11-23T09:00:00+09:00 のように書いてください。",
            en: "--at {text} is no time: write it like 2026-11-23 or 2026-11-23T09:00:00+09:00.",
        };
        parse_instant(text, zone).ok_or_else(|| AppError::new(wrong, context.lang, &[("text", text)]))
    }
}
