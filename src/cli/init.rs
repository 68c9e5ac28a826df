//! `shomei init`: from nothing to the first run: a few questions, a configuration, an inventory, a
//! message to try, a schedule. Safe to run again: what is there stays.

mod questions;

use std::io;

use super::prelude::*;
use crate::app::config::SECURITY_WORDS;
use crate::app::delivery::send_test;
use crate::app::init::{self, InitAnswers};
use crate::app::schedule::{self, ScheduleOptions};

const ADDRESS: Text = Text { ja: "アドレス", en: "ADDRESS" };

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "init" "いくつかの質問に答えると、設定ファイルを書き、メールを試し、台帳を作り、予定を入れます"
            "Asks a few questions, writes the configuration, tries the mail, makes the inventory, installs the schedule";
        file "source" "証明書のあるフォルダー(繰り返し可)" "a folder with certificates (may be repeated)"
            => |arg| arg.action(ArgAction::Append);
        file "password-file" "パスワードの候補を1行に1つ書いたファイル"
            "a file of candidates for passwords, one a line";
        arg (arguments::policy(lang));
        arg (arguments::inventory(lang));
        folder "reports" "報告書のフォルダー" "the folder for reports";
        filled "smtp-host" (flags::NAME) "メールサーバーの名前(メールを使わないときは none)" "the mail server (none: no mail)";
        option "smtp-port" (Text { ja: "数", en: "N" }) "そのポート" "its port"
            => |arg| arg.value_parser(value_parser!(u16));
        choice "smtp-security" (SECURITY_WORDS) "暗号化(既定: tls。ポートが 465 以外なら starttls)"
            "how the connection is encrypted (default: tls; starttls with a port other than 465)";
        filled "smtp-user" (flags::NAME) "メールのログイン名" "who logs in for mail";
        file "smtp-password-file" "メールのパスワードを1行に書いたファイル"
            "a file with the password for mail, in one line";
        file "smtp-ca" "組織内の認証局の証明書(PEM)" "the office's own CA (PEM)";
        filled "from" (ADDRESS) "差出人" "the sender";
        filled "auditor" (ADDRESS) "管理者(繰り返し可)" "an auditor (may be repeated)"
            => |arg| arg.action(ArgAction::Append);
        filled "signature" (Text { ja: "文", en: "TEXT" }) "事業所あてのメールの署名"
            "what stands below messages to holders";
        choice "contacts" (&["true", "false"]) "事業所・代理人にも送るか" "whether holders are written to";
        switch "no-test" "試しのメールを送らない" "send no message to try";
        filled "daily" (Text { ja: "時刻", en: "TIME" }) "毎日この時刻に実行する" "run every day at this time";
        filled "report-on" (Text { ja: "日", en: "DAY" }) "毎月この日に管理者へ報告書を送る(実行は毎日)"
            "send the auditors the report on this day of the month (runs are daily)";
        switch "no-schedule" "予定を入れない" "install no schedule";
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let path = place(session)?;
    let session = match &session.context.config_path {
        Some(path) => {
            let text = Text {
                ja: "設定ファイル {path} はもうあるので、そのまま使います。指定されたフラグは書き込みません(直すときは、開いて書き換えてください)。\n",
                en: "The configuration {path} is there and is used as it is; flags are not written into it (to change it, edit it).\n",
            };
            session.print(&text.fill(lang, &[("path", &path.display())]))?;
            session.clone()
        }
        None => {
            let answers = ask(session, matches, &path)?;
            init::write_configuration(&session.context, &path, &answers)?;
            let text =
                Text { ja: "設定ファイルを書きました: {path}\n", en: "Wrote the configuration: {path}\n" };
            session.print(&text.fill(lang, &[("path", &path.display())]))?;
            session.with_config(&path)?
        }
    };
    make_inventory(&session, matches)?;
    let is_told = matches.get_flag("no-test") || try_mail(&session, matches)?;
    let is_planned = matches.get_flag("no-schedule") || plan(&session, matches)?;
    print_next_steps(&session, &path)?;
    Ok(if is_told && is_planned { Outcome::Clean } else { Outcome::Incomplete })
}

/// Where the configuration is, or is to be.
fn place(session: &Session) -> Result<PathBuf, AppError> {
    let found = session.context.config_path.clone().or(session.config_place.clone());
    let nowhere = Text {
        ja: "設定ファイルの場所が分かりません。--config で指定してください。",
        en: "nobody knows where the configuration is to be: name it with --config.",
    };
    let path = found.ok_or_else(|| AppError::new(nowhere, session.context.lang, &[]))?;
    Ok(std::path::absolute(path)?)
}

/// The answers: those of the flags, and those to the questions.
fn ask(session: &Session, matches: &ArgMatches, path: &Path) -> Result<InitAnswers, AppError> {
    let given = questions::given(matches);
    let lang = session.context.lang;
    if super::console::can_ask() {
        return questions::asked(given, lang, path, io::stdin().lock(), io::stderr());
    }
    given.whole(lang)
}

fn make_inventory(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let settings = arguments::settings(session, matches);
    let text = match init::make_inventory(&session.context, &settings)? {
        true => {
            Text { ja: "証明書台帳(DB)はもうあります: {path}\n", en: "The inventory is there: {path}\n" }
        }
        false => Text { ja: "証明書台帳(DB)を作りました: {path}\n", en: "Made the inventory: {path}\n" },
    };
    session.print(&text.fill(session.context.lang, &[("path", &settings.inventory.value.display())]))
}

/// Sends the auditors a test message; whether it was sent.
fn try_mail(session: &Session, matches: &ArgMatches) -> Result<bool, AppError> {
    if session.context.config.notify.is_none() {
        return Ok(true);
    }
    let zone = arguments::settings(session, matches).read_policy(&session.context)?.zone;
    match send_test(&session.context, zone)? {
        Ok(to) => {
            let text = Text {
                ja: "試しのメールを送りました: {to}。届いたことを確かめてください。\n",
                en: "Sent a message to try to {to}. Make sure that it arrives.\n",
            };
            session.print(&text.fill(session.context.lang, &[("to", &to.join(", "))]))?;
            Ok(true)
        }
        Err(error) => {
            complain(&error.text);
            let text = Text {
                ja: "試しのメールは送れませんでした。{file} の {key} を直して、もう一度 shomei init を実行してください。",
                en: "The message to try could not be sent. Correct {key} in {file} and run shomei init again.",
            };
            let secret =
                session.context.config.notify.as_ref().and_then(|notify| notify.smtp.as_ref()?.password_file.as_ref());
            let config = session.context.config_path.clone().unwrap_or_default();
            let (file, key) = match (error.reason, secret) {
                ("auth", Some(secret)) => (secret.value.clone(), Text { ja: "パスワード", en: "the password" }),
                ("tls", _) => (config, Text { ja: "notify.smtp.ca など", en: "notify.smtp.ca, or the like," }),
                _ => (config, Text { ja: "notify", en: "`notify`" }),
            };
            let values: [(&str, &dyn std::fmt::Display); 2] =
                [("file", &file.display()), ("key", &key.get(session.context.lang))];
            complain(&text.fill(session.context.lang, &values));
            Ok(false)
        }
    }
}

/// Installs the schedule; whether it could be.
fn plan(session: &Session, matches: &ArgMatches) -> Result<bool, AppError> {
    let time = matches.get_one::<String>("daily").map(String::as_str);
    let planned = match time.is_none() && schedule::is_installed(&session.context).unwrap_or(false) {
        true => session.print(
            Text {
                ja: "予定はもう入っています(見るには: shomei schedule status)。\n",
                en: "A schedule is installed (see: shomei schedule status).\n",
            }
            .get(session.context.lang),
        ),
        // What keeps it from being seen keeps it from being installed, and is reported.
        false => install_daily(session, matches, time.unwrap_or("07:30")),
    };
    match planned {
        Ok(_) => Ok(true),
        Err(AppError::Message(message)) => {
            complain(&message);
            Ok(false)
        }
        Err(other) => Err(other),
    }
}

/// Installs a daily run, as `shomei schedule install --daily` does.
fn install_daily(session: &Session, matches: &ArgMatches, time: &str) -> Result<Outcome, AppError> {
    let options = ScheduleOptions {
        settings: arguments::settings(session, matches),
        name: None,
        when: Some(format!("daily {time}")),
        program: None,
        system: false,
        user: None,
        writes: Vec::new(),
    };
    session.print(&schedule::install(&session.context, &options, None)?)
}

fn print_next_steps(session: &Session, path: &Path) -> Result<Outcome, AppError> {
    let text = Text {
        ja: "\n次にすること\n  1. 台帳(Excel か CSV)を取り込む: shomei register import --config {path} 台帳.xlsx\n  2. 証明書を取り込む: shomei import --config {path}\n  3. 誰に何が送られるかを確かめる: shomei notify --dry-run --config {path}\n  4. 一度実行する: shomei run --config {path}\n",
        en: "\nNext\n  1. Import the register (Excel or CSV): shomei register import --config {path} REGISTER.xlsx\n  2. Import the certificates: shomei import --config {path}\n  3. See who would be told what: shomei notify --dry-run --config {path}\n  4. Run it once: shomei run --config {path}\n",
    };
    session.print(&text.fill(session.context.lang, &[("path", &path.display())]))
}
