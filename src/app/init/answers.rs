//! What a configuration is made of.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::app::AppError;
use crate::locale::{Lang, Text};

/// What goes into a configuration.
#[derive(Default)]
pub struct InitAnswers {
    /// Folders with certificates.
    pub sources: Vec<PathBuf>,
    /// The file of candidate passwords.
    pub password_file: Option<PathBuf>,
    pub policy: Option<PathBuf>,
    pub inventory: Option<PathBuf>,
    /// The folder of reports.
    pub reports: Option<PathBuf>,
    /// Without a server, no mail is wanted.
    pub mail: MailAnswers,
    /// No mail is wanted, and no question is needed.
    pub no_mail: bool,
    /// When the auditors get the report.
    pub report_on: Option<String>,
}

/// What goes into `notify`.
#[derive(Default)]
pub struct MailAnswers {
    /// The mail server.
    pub host: String,
    pub port: Option<u16>,
    /// How the connection is encrypted.
    pub security: Option<String>,
    /// The login name.
    pub user: Option<String>,
    pub password_file: Option<PathBuf>,
    /// A password that was typed: it goes into a file of its own.
    pub password: Option<Zeroizing<String>>,
    /// The office's own CA.
    pub ca: Option<PathBuf>,
    /// The sender.
    pub from: String,
    pub auditors: Vec<String>,
    /// The signature of messages to holders.
    pub signature: Option<String>,
    /// Whether holders are written to.
    pub contacts: Option<bool>,
}

impl MailAnswers {
    /// Whether mail is wanted.
    pub fn is_wanted(&self) -> bool {
        !self.host.is_empty()
    }
}

impl InitAnswers {
    /// The answers, without questions: what is needed must be there.
    pub fn whole(mut self, lang: Lang) -> Result<InitAnswers, AppError> {
        // TLS from the first byte leaves nothing to whoever stands between, and most providers have it.
        if self.mail.is_wanted() && self.mail.security.is_none() && matches!(self.mail.port, None | Some(465)) {
            self.mail.security = Some("tls".into());
        }
        let mut missing = Vec::new();
        let mut need = |flag: &'static str, is_there: bool| {
            if !is_there {
                missing.push(flag);
            }
        };
        need("--source", !self.sources.is_empty());
        let mail = &self.mail;
        need("--smtp-host", self.no_mail || mail.is_wanted());
        if mail.is_wanted() {
            need("--from", !mail.from.is_empty());
            need("--auditor", !mail.auditors.is_empty());
            need("--smtp-password-file", mail.user.is_none() || mail.password_file.is_some());
        }
        let text = Text {
            ja: "端末でないので尋ねられません。フラグで指定してください: {missing}(メールを使わないときは --smtp-host none)。",
            en: "nobody can be asked, as this is no terminal: give {missing} (no mail: --smtp-host none).",
        };
        if !missing.is_empty() {
            return Err(AppError::new(text, lang, &[("missing", &missing.join(" "))]));
        }
        let nowhere = Text {
            ja: "{path} はありません。証明書のあるフォルダーを --source に指定してください。",
            en: "there is no {path}: name the folder with the certificates with --source.",
        };
        match self.sources.iter().find(|path| !path.exists()) {
            Some(path) => Err(AppError::new(nowhere, lang, &[("path", &path.display())])),
            None => Ok(InitAnswers { reports: self.reports.or_else(default_reports), ..self }),
        }
    }
}

/// Where people expect reports: among their documents.
pub fn default_reports() -> Option<PathBuf> {
    let folders = directories::UserDirs::new()?;
    let documents = folders.document_dir().filter(|folder| folder.is_dir());
    Some(documents.unwrap_or(folders.home_dir()).join("shomei"))
}

/// A path that means the same wherever shomei is called.
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}
