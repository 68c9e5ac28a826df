//! What is in one file: a container with its protection, or the certificates alone.

use std::path::Path;

use super::passwords::without_rule_text;
use super::{AppError, Context, Settings, files};
use crate::certificate::Certificate;
use crate::container::{self, Candidates, ContainerOptions, ContainerProblem, KeyInspection, OpenedContainer};
use crate::locale::Text;
use crate::policy::Policy;

/// A file that was opened as far as it could be.
pub struct Inspected {
    /// What it holds.
    pub opened: OpenedContainer,
    /// Where the password is from that opened it.
    pub origin: Option<String>,
    pub policy: Policy,
}

impl Inspected {
    /// Whether there is nothing in it to be shown.
    pub fn is_barren(&self) -> bool {
        let opened = &self.opened;
        let has_content = !opened.entries.is_empty() || !opened.crls.is_empty();
        !has_content && (opened.keys.is_empty() || !opened.problems.is_empty())
    }
}

/// Opens a file; passwords are asked for until it opens or there is no other.
pub fn inspect(context: &Context, settings: &Settings, file: &Path) -> Result<Inspected, AppError> {
    let policy = settings.read_policy(context)?;
    let bytes = files::read(file, context.lang)?;
    let keyring = settings.keyring(context)?;
    let own = keyring.of_path(file);
    let mut candidates = Candidates { own: &own, common: &keyring.common };
    let how = ContainerOptions { limits: &settings.limits, keys: settings.keys, try_typos: settings.try_typos };
    let mut opened = container::open(&bytes, candidates, &how);
    let mut typed;
    while is_locked(&opened) && settings.prompt {
        let Some(candidate) = context.console.password(1, &file.to_string_lossy()) else { break };
        typed = [candidate];
        candidates = (&typed).into();
        opened = container::open(&bytes, candidates, &how);
    }
    if is_locked(&opened) && keyring.lacks_rule(file) {
        context.notice(&without_rule_text(settings, &[file.display().to_string()], context.lang));
    }
    // A file that is named is meant to be one with certificates, whatever its name.
    if opened.problems.is_empty() && opened.entries.is_empty() && opened.crls.is_empty() {
        let promised = container::broken_promise(file, &bytes, &opened);
        let content = promised.or((opened.keys.is_empty()).then(|| container::content_of(&bytes)));
        let barren = |content| ContainerProblem::Barren { content, held_certificate: false };
        opened.problems.extend(content.map(barren));
    }
    let origin = opened.password.as_ref().map(|opening| candidates.origin_of(opening).to_string());
    Ok(Inspected { opened, origin, policy })
}

/// Whether a password is missing.
pub(super) fn is_locked(opened: &OpenedContainer) -> bool {
    opened.problems.iter().any(|problem| matches!(problem, ContainerProblem::Password { .. }))
}

/// Opens a file with the given passwords and without questions; with the certificates in it.
pub(super) fn open_certificates(
    context: &Context,
    settings: &Settings,
    path: &Path,
) -> Result<(OpenedContainer, Vec<Certificate>), AppError> {
    let bytes = files::read(path, context.lang)?;
    let keyring = settings.keyring(context)?;
    let own = keyring.of_path(path);
    let candidates = Candidates { own: &own, common: &keyring.common };
    let options =
        ContainerOptions { limits: &settings.limits, keys: KeyInspection::Skip, try_typos: settings.try_typos };
    let opened = container::open(&bytes, candidates, &options);
    let found = opened.entries.iter().filter_map(|entry| Certificate::parse(&entry.der).ok()).collect();
    Ok((opened, found))
}

/// The certificates in a file, which may need a password; none is an error.
pub fn certificates(context: &Context, settings: &Settings, path: &Path) -> Result<Vec<Certificate>, AppError> {
    let (_, found) = open_certificates(context, settings, path)?;
    if found.is_empty() {
        let text = Text {
            ja: "{path} から証明書を読めませんでした。詳しくは shomei inspect で調べてください。",
            en: "no certificate could be read from {path}; shomei inspect tells more.",
        };
        return Err(AppError::new(text, context.lang, &[("path", &path.display())]));
    }
    Ok(found)
}
