//! Writing the configuration that the answers make.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use super::{InitAnswers, MailAnswers};
use crate::app::config::Config;
use crate::app::{AppError, Context};
use crate::locale::Text;
use crate::platform;

/// The password's file, beside the configuration.
const PASSWORD: &str = "smtp-password.txt";

/// Writes the configuration, and a password that was typed into a file of its own; nothing that is
/// there is written over.
pub fn write_configuration(context: &Context, path: &Path, answers: &InitAnswers) -> Result<(), AppError> {
    let lang = context.lang;
    let failed = |path: &Path, error: &std::io::Error| {
        let text = Text {
            ja: "{path} に書き込めません: {error}。すでにあるファイルは上書きしません。場所と権限を確かめてください。",
            en: "cannot write {path}: {error}. Files that exist are not written over; check the place and the permissions.",
        };
        AppError::new(text, lang, &[("path", &path.display()), ("error", error)])
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let typed = answers.mail.password.as_ref();
    let secret = folder.join(PASSWORD);
    let text = text(context, answers, typed.is_some().then_some(secret.as_path()));
    // Nothing is written that could not be read.
    Config::parse(&text, path).map_err(|mistakes| AppError::of_mistakes(&mistakes, lang))?;
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    if let Some(password) = typed {
        let write = || {
            let mut file = OpenOptions::new().write(true).create_new(true).open(&secret)?;
            platform::make_private(&secret)?;
            file.write_all(password.as_bytes())?;
            file.write_all(b"\n")
        };
        write().map_err(|error| failed(&secret, &error))?;
    }
    let write = || OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes());
    write().map_err(|error| failed(path, &error))
}

/// A value as YAML takes it, whatever is in it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn place(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

fn text(context: &Context, answers: &InitAnswers, secret: Option<&Path>) -> String {
    let lang = context.lang;
    let mut out = String::new();
    let mut say = |text: Text| {
        let _ = writeln!(out, "# {}", text.get(lang));
    };
    say(Text {
        ja: "shomei の設定。shomei init が作りました。書き換えてかまいません。",
        en: "The configuration of shomei, made by shomei init. It may be edited.",
    });
    say(Text { ja: "説明: docs/ja/configuration.md", en: "Explained in docs/en/configuration.md" });
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("lang: {}", lang.code()));
    let sources: Vec<String> = answers.sources.iter().map(|path| place(path)).collect();
    line(format!("sources: [{}]", sources.join(", ")));
    answers.policy.iter().for_each(|path| line(format!("policy: {}", place(path))));
    if let Some(file) = &answers.password_file {
        line(format!("passwords:\n  file: {}", place(file)));
    }
    answers.inventory.iter().for_each(|path| line(format!("inventory: {}", place(path))));
    if let Some(folder) = &answers.reports {
        line(format!("report:\n  folder: {}\n  forms: [html, xlsx]", place(folder)));
        let log = context.environment.data_folder.clone().unwrap_or_else(|| folder.clone()).join("shomei.log");
        line(format!("run:\n  log: {}", place(&log)));
    }
    if answers.mail.is_wanted() {
        line(notify(&answers.mail, answers.report_on.as_deref(), secret));
    }
    out
}

fn notify(mail: &MailAnswers, report_on: Option<&str>, secret: Option<&Path>) -> String {
    let auditors: Vec<String> = mail.auditors.iter().map(|one| quoted(one)).collect();
    let mut lines = vec![
        "notify:".to_string(),
        format!("  from: {}", quoted(&mail.from)),
        format!("  auditors: [{}]", auditors.join(", ")),
    ];
    lines.extend(mail.contacts.map(|contacts| format!("  contacts: {contacts}")));
    lines.extend(report_on.map(|on| format!("  report_on: {on}")));
    lines.extend(mail.signature.as_ref().map(|text| format!("  signature: {}", quoted(text))));
    lines.push("  smtp:".into());
    lines.push(format!("    host: {}", quoted(&mail.host)));
    lines.extend(mail.port.map(|port| format!("    port: {port}")));
    lines.extend(mail.security.as_ref().map(|word| format!("    security: {word}")));
    lines.extend(mail.user.as_ref().map(|user| format!("    user: {}", quoted(user))));
    let file = secret.or(mail.password_file.as_deref());
    lines.extend(file.map(|file| format!("    password_file: {}", place(file))));
    lines.extend(mail.ca.as_ref().map(|file| format!("    ca: {}", place(file))));
    lines.join("\n")
}
