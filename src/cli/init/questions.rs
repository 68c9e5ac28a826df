//! What `init` needs to know: from the command line, or from the person at the terminal.

use std::io::{self, BufRead, Write};

use zeroize::Zeroizing;

use crate::app::config::{SECURITY_WORDS, mailbox};
use crate::app::init::{InitAnswers, MailAnswers, absolute, default_reports};
use crate::cli::prelude::*;
use crate::deliver::mail::is_address;

/// The answers that flags give.
pub(super) fn given(matches: &ArgMatches) -> InitAnswers {
    let path = |name: &str| matches.get_one::<PathBuf>(name).map(|path| absolute(path));
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let host = text("smtp-host");
    let no_mail = host.as_deref() == Some("none");
    let mail = MailAnswers {
        host: host.filter(|_| !no_mail).unwrap_or_default(),
        port: matches.get_one::<u16>("smtp-port").copied(),
        security: text("smtp-security"),
        user: text("smtp-user"),
        password_file: path("smtp-password-file"),
        password: None,
        ca: path("smtp-ca"),
        from: text("from").unwrap_or_default(),
        auditors: matches.get_many::<String>("auditor").into_iter().flatten().cloned().collect(),
        signature: text("signature"),
        contacts: text("contacts").and_then(|word| word.parse().ok()),
    };
    InitAnswers {
        sources: matches.get_many::<PathBuf>("source").into_iter().flatten().map(|path| absolute(path)).collect(),
        password_file: path("password-file"),
        policy: matches
            .get_one::<PathBuf>("policy")
            .map(|path| if path.is_file() { absolute(path) } else { path.clone() }),
        inventory: path("inventory"),
        reports: path("reports"),
        mail,
        no_mail,
        report_on: text("report-on").map(|day| format!("monthly {day}")),
    }
}

/// Asks for what no flag gives.
pub(super) fn asked(
    given: InitAnswers,
    lang: Lang,
    path: &Path,
    input: impl BufRead,
    output: impl Write,
) -> Result<InitAnswers, AppError> {
    let mut asker = Questions { input, output, lang };
    let mut answers = given;
    asker.say(Text {
        ja: "いくつかお尋ねします。[ ] の中は、Enter だけのときの答えです。やめるときは Ctrl+C。",
        en: "A few questions. What stands in [ ] is taken for Enter alone; Ctrl+C ends.",
    })?;
    if answers.sources.is_empty() {
        let text = Text { ja: "証明書のあるフォルダー", en: "The folder with the certificates" };
        let folder = asker.until(text, None, |answer| Path::new(answer).exists())?;
        answers.sources.push(absolute(Path::new(&folder)));
    }
    if answers.password_file.is_none() {
        let text = Text {
            ja: "証明書のパスワードの候補を書いたファイル(なければ Enter)",
            en: "The file with candidates for the certificates' passwords (none: Enter)",
        };
        let file = asker.until(text, Some(""), |answer| answer.is_empty() || Path::new(answer).is_file())?;
        answers.password_file = (!file.is_empty()).then(|| absolute(Path::new(&file)));
    }
    if answers.reports.is_none() {
        let text = Text { ja: "報告書を置くフォルダー", en: "The folder for reports" };
        let default = default_reports().unwrap_or_else(|| path.with_file_name("reports")).display().to_string();
        let folder = asker.until(text, Some(&default), |_| true)?;
        answers.reports = Some(absolute(Path::new(&folder)));
    }
    if !answers.mail.is_wanted() && !answers.no_mail {
        let text = Text {
            ja: "メールサーバー(メールを使わないなら Enter)", en: "The mail server (no mail: Enter)"
        };
        answers.mail.host = asker.until(text, Some(""), |_| true)?;
    }
    if answers.mail.is_wanted() {
        asker.mail(&mut answers.mail)?;
        if answers.report_on.is_none() {
            let text = Text {
                ja: "管理者に報告書を送る日: 毎月の日(例 11)。毎日なら Enter",
                en: "The day of the month on which the auditors get the report, such as 11 (every day: Enter)",
            };
            let is_day =
                |answer: &str| answer.is_empty() || answer.parse().is_ok_and(|day: u8| (1..=31).contains(&day));
            let day = asker.until(text, Some(""), is_day)?;
            answers.report_on = (!day.is_empty()).then(|| format!("monthly {day}"));
        }
    }
    Ok(answers)
}

struct Questions<R, W> {
    input: R,
    output: W,
    lang: Lang,
}

impl<R: BufRead, W: Write> Questions<R, W> {
    fn say(&mut self, text: Text) -> Result<(), AppError> {
        Ok(writeln!(self.output, "{}", text.get(self.lang))?)
    }

    /// Asks until the answer will do; the default is taken for an empty one.
    fn until(&mut self, text: Text, default: Option<&str>, will_do: impl Fn(&str) -> bool) -> Result<String, AppError> {
        loop {
            let shown = default.filter(|default| !default.is_empty()).map(|default| format!(" [{default}]"));
            write!(self.output, "{}{}: ", text.get(self.lang), shown.unwrap_or_default())?;
            self.output.flush()?;
            let ended = Text {
                ja: "答えが途中で終わったので、何も書きませんでした。",
                en: "the answers ended: nothing was written.",
            };
            let typed = line(&mut self.input)?.ok_or_else(|| AppError::new(ended, self.lang, &[]))?;
            let answer = if typed.is_empty() { default.unwrap_or("").to_string() } else { typed.clone() };
            if (default.is_some() || !answer.is_empty()) && will_do(&answer) {
                return Ok(answer);
            }
            let again = Text {
                ja: "  「{answer}」は使えません。確かめて、もう一度入れてください。",
                en: "  \"{answer}\" will not do. Look at it and try again.",
            };
            writeln!(
                self.output,
                "{}",
                again.fill(self.lang, &[("answer", &crate::report::escape::terminal(&answer))])
            )?;
        }
    }

    fn mail(&mut self, mail: &mut MailAnswers) -> Result<(), AppError> {
        if mail.security.is_none() {
            let text = Text { ja: "暗号化(tls、starttls、none)", en: "How it is encrypted (tls, starttls, none)" };
            let is_word = |answer: &str| SECURITY_WORDS.contains(&answer);
            mail.security = Some(self.until(text, Some("tls"), is_word)?);
        }
        if mail.port.is_none() {
            let default = match mail.security.as_deref() {
                Some("tls") => "465",
                Some("none") => "25",
                _ => "587",
            };
            let text = Text { ja: "ポート", en: "Port" };
            let port = self.until(text, Some(default), |answer| answer.parse::<u16>().is_ok_and(|port| port > 0))?;
            mail.port = port.parse().ok();
        }
        if mail.user.is_none() {
            let text = Text {
                ja: "ログイン名(ログインしないなら Enter)", en: "The login name (no login: Enter)"
            };
            let user = self.until(text, Some(""), |_| true)?;
            mail.user = (!user.is_empty()).then_some(user);
        }
        if mail.user.is_some() && mail.password_file.is_none() {
            let text = Text {
                ja: "パスワード(表示されません。自分だけが読めるファイルに書きます): ",
                en: "The password (not shown; it goes into a file that only you can read): ",
            };
            let typed = rpassword::prompt_password(text.get(self.lang))?;
            mail.password = Some(Zeroizing::new(typed));
        }
        let is_mailbox = |answer: &str| is_address(mailbox(answer).1);
        if mail.from.is_empty() {
            let text = Text {
                ja: "差出人(例: 証明書係 <cert@example.jp>)",
                en: "The sender (such as Certificates <cert@example.jp>)",
            };
            mail.from = self.until(text, None, is_mailbox)?;
        }
        if mail.auditors.is_empty() {
            let text = Text {
                ja: "管理者のアドレス(複数ならコンマで区切る)",
                en: "The auditors' addresses (several: with commas)",
            };
            let all = |answer: &str| answer.split(',').all(|one| is_mailbox(one.trim()));
            let answer = self.until(text, None, all)?;
            mail.auditors = answer.split(',').map(|one| one.trim().to_string()).collect();
        }
        if mail.contacts.is_none() {
            let text = Text {
                ja: "台帳の事業所・代理人にも、期限が近づいたら送りますか(y/n)",
                en: "Are holders in the register to be written to, too, when something is due (y/n)",
            };
            let answer = self.until(text, Some("n"), |answer| matches!(answer, "y" | "n"))?;
            mail.contacts = Some(answer == "y");
        }
        if mail.contacts == Some(true) && mail.signature.is_none() {
            let text = Text {
                ja: "メールの署名(事務所の名前と電話番号)",
                en: "What stands below the messages (the office and its telephone)",
            };
            mail.signature = Some(self.until(text, None, |_| true)?);
        }
        Ok(())
    }
}

/// One line of input; nothing at its end.
fn line(input: &mut dyn BufRead) -> io::Result<Option<String>> {
    let mut text = String::new();
    Ok((input.read_line(&mut text)? > 0).then(|| text.trim().to_string()))
}
