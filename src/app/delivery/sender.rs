//! Who sends, through which mail server; and messages to the auditors that nothing is recorded of.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::app::config::{Notify, Setting, Smtp, mailbox};
use crate::app::{AppError, Context, files};
use crate::calendar::{Day, Instant, Zone};
use crate::certificate::hex;
use crate::deliver::mail::{
    Attachment, ConnectionSecurity, DeliveryOutcome, Login, LoginMethod, Mail, MailAddress, Relay, SmtpClient,
};
use crate::deliver::{AuditorMessage, MessageBody, RunError};
use crate::locale::{Lang, Text};
use crate::platform;
use crate::report::TextBlock;

/// How long a server may take to confirm a message: RFC 5321, section 4.5.3.2.6, whatever `timeout` says.
const CONFIRMATION: Duration = Duration::from_secs(600);

/// The folder in which systemd gives credentials to a service (`man systemd.exec`).
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";
/// How long the program that prints a token may take.
const TOKEN_LIMIT: Duration = Duration::from_secs(60);

/// Who sends, to whom in any case, and through which server.
pub(super) struct MailSender {
    pub relay: Relay,
    pub from: MailAddress,
    pub auditors: Vec<MailAddress>,
    reply_to: Option<MailAddress>,
}

impl MailSender {
    /// The sender of the configuration, with the password.
    pub(super) fn new(context: &Context) -> Result<MailSender, AppError> {
        let notify = configured(context)?;
        Ok(MailSender {
            relay: relay(context, &notify)?,
            from: address(&notify.from.as_ref().map(|set| set.value.clone()).unwrap_or_default()),
            auditors: notify.auditors.iter().flat_map(|set| &set.value).map(|text| address(text)).collect(),
            reply_to: notify.reply_to.as_ref().map(|set| address(&set.value)),
        })
    }

    /// A message, written at a moment in a zone; its Message-ID begins with `id`.
    pub(super) fn mail(
        &self,
        to: Vec<MailAddress>,
        body: &MessageBody,
        id: String,
        (at, zone): (Instant, Zone),
        lang: Lang,
        attachments: Vec<Attachment>,
    ) -> Mail {
        let host = self.from.mail.rsplit_once('@').map_or("localhost", |(_, host)| host);
        Mail {
            from: self.from.clone(),
            to,
            reply_to: self.reply_to.clone(),
            subject: body.subject.clone(),
            text: body.plain(),
            html: Some(body.html(lang)),
            attachments,
            message_id: format!("{id}@{host}"),
            at,
            zone,
            lang,
        }
    }
}

/// The section `notify`, which must be there.
pub(super) fn configured(context: &Context) -> Result<Notify, AppError> {
    let none = Text {
        ja: "メールの設定(notify)がありません。設定ファイルに notify を書くか、shomei init で作ってください。",
        en: "the configuration has no `notify`: write it, or let shomei init do so.",
    };
    context.config.notify.clone().ok_or_else(|| AppError::new(none, context.lang, &[]))
}

fn address(text: &str) -> MailAddress {
    let (name, mail) = mailbox(text);
    MailAddress { name: name.map(String::from), mail: mail.to_string() }
}

/// The mail server of the configuration, with the password.
fn relay(context: &Context, notify: &Notify) -> Result<Relay, AppError> {
    let lang = context.lang;
    let smtp = &notify.smtp.clone().unwrap_or_default();
    let number = |set: &Option<Setting<u64>>, default| set.as_ref().map_or(default, |set| set.value);
    let (security, port) = match smtp.security.as_ref().map_or("starttls", |set| set.value.as_str()) {
        "tls" => (ConnectionSecurity::Tls, 465),
        "none" => (ConnectionSecurity::Plain, 25),
        _ => (ConnectionSecurity::StartTls, 587),
    };
    let login = login(context, smtp)?;
    let roots = smtp.ca.iter().map(|set| files::read(&set.value, lang)).collect::<Result<_, _>>()?;
    Ok(Relay {
        host: smtp.host.as_ref().map(|set| set.value.clone()).unwrap_or_default(),
        port: u16::try_from(number(&smtp.port, port)).unwrap_or(0),
        security,
        login,
        roots,
        timeout: Duration::from_secs(number(&smtp.timeout, 30)),
        attempts: u32::try_from(number(&smtp.attempts, 4)).unwrap_or(1),
        pause: Duration::from_secs(number(&smtp.pause, 5)),
        confirmation: CONFIRMATION,
        hello: smtp.hello.as_ref().map_or_else(|| context.environment.host.clone(), |set| set.value.clone()),
    })
}

/// The login of the configuration, with its secret.
fn login(context: &Context, smtp: &Smtp) -> Result<Option<Login>, AppError> {
    let lang = context.lang;
    let is_by_token = smtp.auth.as_ref().is_some_and(|set| set.value == "xoauth2");
    let method = if is_by_token { LoginMethod::XOAuth2 } else { LoginMethod::Password };
    let secret = match (is_by_token, &smtp.password_file, &smtp.password_credential, &smtp.token_command) {
        (_, None, None, None) if smtp.user.is_none() && !is_by_token => return Ok(None),
        (false, Some(file), None, None) => password(context, &file.value),
        (false, None, Some(name), None) => password(context, &credential(context, &name.value)?),
        (true, None, None, Some(command)) => token(context, &command.value),
        (false, ..) => {
            let half = Text {
                ja: "notify.smtp のログインには、user と、password_file か password_credential のどちらか1つを書いてください。ログインしないときは、すべて省きます(token_command は auth: xoauth2 のときだけ)。",
                en: "a login in notify.smtp wants `user`, and one of `password_file` and `password_credential`; without login, none of them (`token_command` is for auth: xoauth2 only).",
            };
            return Err(AppError::new(half, lang, &[]));
        }
        (true, ..) => {
            let half = Text {
                ja: "notify.smtp の auth: xoauth2 には、user と token_command を書き、password_file と password_credential は省いてください。",
                en: "auth: xoauth2 in notify.smtp wants `user` and `token_command`, and no `password_file` or `password_credential`.",
            };
            return Err(AppError::new(half, lang, &[]));
        }
    };
    let Some(user) = &smtp.user else {
        let none = Text {
            ja: "notify.smtp に user がありません。ログインする利用者(多くはメールアドレス)を書いてください。",
            en: "notify.smtp has no `user`: write who logs in, mostly a mail address.",
        };
        return Err(AppError::new(none, lang, &[]));
    };
    Ok(Some(Login { user: user.value.clone(), method, secret: secret? }))
}

/// The file in which systemd gives a credential to a service.
fn credential(context: &Context, name: &str) -> Result<PathBuf, AppError> {
    let folder = (context.environment.variable)(CREDENTIALS).filter(|folder| !folder.is_empty());
    let is_name = Path::new(name).components().count() == 1 && Path::new(name).file_name().is_some();
    let none = Text {
        ja: "systemd のクレデンシャル {name} がありません(環境変数 CREDENTIALS_DIRECTORY が設定されていません)。サービスに LoadCredential= を書くか、password_file にしてください。",
        en: "there is no systemd credential {name} (CREDENTIALS_DIRECTORY is not set): add LoadCredential= to the service, or use `password_file`.",
    };
    let folder = folder.filter(|_| is_name).ok_or_else(|| AppError::new(none, context.lang, &[("name", &name)]))?;
    Ok(PathBuf::from(folder).join(name))
}

/// The token that a program prints: its first line.
fn token(context: &Context, command: &[String]) -> Result<Zeroizing<String>, AppError> {
    let lang = context.lang;
    let (program, arguments) = command.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let failed = Text {
        ja: "notify.smtp.token_command のプログラム {program} からトークンを得られません: {error}。端末で実行して確かめてください。",
        en: "the program {program} of notify.smtp.token_command gives no token: {error}. Run it by hand to see why.",
    };
    let of = |error: &dyn std::fmt::Display| AppError::new(failed, lang, &[("program", &program), ("error", error)]);
    let output = platform::run_program(program, arguments, b"", TOKEN_LIMIT).map_err(|error| of(&error))?;
    let line = std::str::from_utf8(&output).ok().and_then(|text| text.lines().next()).map(str::trim);
    let none = Text {
        ja: "1行目に、空白のない1つのトークンがありません",
        en: "its first line is not a token without spaces",
    };
    let is_token = |line: &&str| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_graphic());
    let line = line.filter(is_token).ok_or_else(|| of(&none.get(lang)))?;
    Ok(Zeroizing::new(line.to_string()))
}

/// The password in a file: its first line.
fn password(context: &Context, path: &Path) -> Result<Zeroizing<String>, AppError> {
    let lang = context.lang;
    let bytes = files::read_secret(path, context)?;
    let text = std::str::from_utf8(&bytes).ok().map(|text| text.trim_start_matches('\u{feff}'));
    let line = text.and_then(|text| text.lines().next()).filter(|line| !line.is_empty());
    let none = Text {
        ja: "{path} の1行目にパスワードがありません。UTF-8 で1行目に書いてください。",
        en: "there is no password in the first line of {path}: write it there, in UTF-8.",
    };
    let line = line.ok_or_else(|| AppError::new(none, lang, &[("path", &path.display())]))?;
    Ok(Zeroizing::new(line.to_string()))
}

/// What distinguishes one error from another.
pub(super) fn error_fingerprint(error: &RunError) -> String {
    hex(&Sha256::digest(format!("{}\0{}\0{}\0", error.stage, error.reason, error.text))[..8])
}

/// Tells the auditors what failed where there is no inventory to judge and to record in.
pub(super) fn send_alarm(
    context: &Context,
    zone: Zone,
    today: Day,
    errors: &[RunError],
    earlier: &[String],
) -> Result<(), RunError> {
    let lang = context.lang;
    let failed = |reason, text| RunError { stage: "mail", reason, text };
    let auditor_message = AuditorMessage {
        lang,
        report: None,
        due: None,
        sent: &[],
        refused: &[],
        held_back: None,
        unfinished: Vec::new(),
        errors,
        earlier,
        attached: &[],
        today,
    };
    let sender = MailSender::new(context).map_err(|failure| match failure {
        AppError::Message(text) => failed("mailroom", text),
        AppError::BrokenPipe => failed("mailroom", String::new()),
    })?;
    // The same alarm of one day has the same Message-ID.
    let mut digest = Sha256::new();
    errors.iter().for_each(|error| digest.update(error_fingerprint(error)));
    let id = format!("{}-{}", today, hex(&digest.finalize()[..8]));
    to_auditors(context, &sender, &auditor_message.body(), id, zone)
}

/// Sends the auditors a message to try the mail server; gives their addresses, or what is wrong.
pub fn send_test(context: &Context, zone: Zone) -> Result<Result<Vec<String>, RunError>, AppError> {
    let lang = context.lang;
    let sender = MailSender::new(context)?;
    let subject = Text { ja: "shomei の試しのメール", en: "A message of shomei, to try the mail" };
    let said = Text {
        ja: "このメールが読めれば、shomei からのメールは届きます。証明書の報告書と、確かめていただきたいことを、この差出人からお送りします。",
        en: "If you can read this, mail of shomei reaches you. The reports on certificates, and what needs a hand, will come from this sender.",
    };
    let blocks = vec![TextBlock::Lines(vec![said.get(lang).to_string()]).into()];
    let body = MessageBody { subject: subject.get(lang).to_string(), blocks };
    // Each trial is a message of its own: mail programs hide what has an ID that they know.
    let id = format!("init-{}", context.now.unix_timestamp_nanos());
    let sent = to_auditors(context, &sender, &body, id, zone);
    Ok(sent.map(|()| sender.auditors.into_iter().map(|address| address.mail).collect()))
}

/// Sends the auditors a message that nothing is recorded of.
fn to_auditors(
    context: &Context,
    sender: &MailSender,
    body: &MessageBody,
    id: String,
    zone: Zone,
) -> Result<(), RunError> {
    let lang = context.lang;
    let failed = |reason, text| RunError { stage: "mail", reason, text };
    let mail = sender.mail(sender.auditors.clone(), body, id, (context.now, zone), lang, Vec::new());
    let bytes = mail.encode().map_err(|malformed| failed("malformed", malformed.text(lang)))?;
    let to: Vec<String> = sender.auditors.iter().map(|address| address.mail.clone()).collect();
    match SmtpClient::new(&sender.relay, &std::thread::sleep).send(&sender.from.mail, &to, &bytes) {
        DeliveryOutcome::Taken { refused } if refused.is_empty() => Ok(()),
        DeliveryOutcome::Taken { refused } | DeliveryOutcome::Refused(refused) => {
            let said: Vec<String> = refused.iter().map(|one| format!("{}: {}", one.to, one.reply)).collect();
            let text = Text {
                ja: "管理者のアドレスは受け取りを断られました({said})。設定の notify.auditors を直してください。",
                en: "auditors' addresses were refused ({said}): correct notify.auditors in the configuration.",
            };
            Err(failed("auditor-refused", text.fill(lang, &[("said", &said.join(" "))])))
        }
        DeliveryOutcome::Uncertain(error) | DeliveryOutcome::Failed(error) => {
            Err(failed(error.kind().code(), error.text(lang)))
        }
    }
}
