//! CA roots that the user keeps for later runs.

use std::path::PathBuf;

use super::{AppError, Context, files};
use crate::certificate::{Certificate, hex};
use crate::locale::{Lang, Text};
use crate::policy::Policy;
use crate::trust::{PinClaim, compare_with_pins};

/// The CA roots that the user keeps, in the user's data folder: one DER file each, named by its
/// SHA-256.
pub struct KeptRoots {
    folder: PathBuf,
    roots: Vec<Certificate>,
}

impl KeptRoots {
    /// Reads what is kept. A file whose content does not match its name is an error: a root that
    /// was exchanged must not go unnoticed.
    pub fn open(context: &Context) -> Result<KeptRoots, AppError> {
        let folder = match &context.environment.data_folder {
            Some(folder) => folder.join("roots"),
            None => return Ok(KeptRoots { folder: PathBuf::new(), roots: Vec::new() }),
        };
        let mut roots = Vec::new();
        let Ok(entries) = std::fs::read_dir(&folder) else { return Ok(KeptRoots { folder, roots }) };
        for path in entries.flatten().map(|entry| entry.path()).filter(|p| p.extension().is_some_and(|e| e == "cer")) {
            let bytes = files::read(&path, context.lang)?;
            let named = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            match Certificate::parse(&bytes) {
                Ok(root) if Some(hex(&root.sha256)) == named => roots.push(root),
                _ => {
                    let text = Text {
                        ja: "保管している認証局証明書 {path} の中身が変わっています。ファイルを取り除き、shomei root add でもう一度保管してください。",
                        en: "the kept root {path} has changed. Remove the file and use shomei root add again.",
                    };
                    return Err(AppError::new(text, context.lang, &[("path", &path.display())]));
                }
            }
        }
        roots.sort_by_key(|root| root.sha256);
        Ok(KeptRoots { folder, roots })
    }

    /// The roots.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.roots.iter()
    }

    /// The root that matches the pin with this id in every field.
    pub fn of_pin(&self, policy: &Policy, id: &str) -> Option<&Certificate> {
        self.certificates().find(|certificate| match compare_with_pins(policy, certificate) {
            PinClaim::Anchor(pair) => pair.pin.id == id,
            _ => false,
        })
    }

    /// The root that a pin's id or the beginning of a SHA-256 names.
    pub fn named(&self, policy: &Policy, id: &str) -> Option<&Certificate> {
        let begins = |root: &&Certificate| id.len() >= 8 && hex(&root.sha256).starts_with(&id.to_lowercase());
        self.of_pin(policy, id).or_else(|| self.certificates().find(begins))
    }

    /// Keeps a root.
    pub fn add(&self, root: &Certificate, lang: Lang) -> Result<(), AppError> {
        let write = || -> std::io::Result<()> {
            std::fs::create_dir_all(&self.folder)?;
            crate::platform::replace(&self.path_of(root), root.der(), false)
        };
        let text = Text { ja: "{path} に保管できません: {error}。", en: "cannot keep it in {path}: {error}." };
        write().map_err(|error| AppError::new(text, lang, &[("path", &self.folder.display()), ("error", &error)]))
    }

    /// Removes a root.
    pub fn remove(&self, root: &Certificate, lang: Lang) -> Result<(), AppError> {
        let path = self.path_of(root);
        let text = Text { ja: "{path} を取り除けません: {error}。", en: "cannot remove {path}: {error}." };
        std::fs::remove_file(&path)
            .map_err(|error| AppError::new(text, lang, &[("path", &path.display()), ("error", &error)]))
    }

    fn path_of(&self, root: &Certificate) -> PathBuf {
        self.folder.join(format!("{}.cer", hex(&root.sha256)))
    }
}
