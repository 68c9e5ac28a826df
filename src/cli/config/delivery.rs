//! What the configuration says of delivery: `notify`, `report` and `run`.

use std::path::PathBuf;

use super::{Reader, Set};
use crate::deliver::mail::is_address;
use crate::deliver::schedule::Schedule;
use crate::locale::Text;
use crate::report::REPORT_FORMS;
use crate::yaml::{KeyDefinition, Shape, TextForm, YamlNode};

/// Forms of the report where none are named.
const FORMS: [&str; 2] = ["html", "xlsx"];
/// Messages to contacts at once, at most, where nothing is said.
const MAX_MESSAGES: u64 = 50;
/// What a message to a contact may tell beyond name, expiry, deadline and steps.
pub const DETAILS: &[&str] = &["holder", "serial", "sha256", "place"];
/// How the connection to the mail server is kept from others.
pub const SECURITY: &[&str] = &["starttls", "tls", "none"];

/// Who is written to, and through which server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notify {
    /// The sender: `cert@example.jp`, or with a name before it, `証明書係 <cert@example.jp>`.
    pub from: Option<Set<String>>,
    /// Where answers go.
    pub reply_to: Option<Set<String>>,
    /// The mail addresses of those who look after everything.
    pub auditors: Option<Set<Vec<String>>>,
    /// Whether holders are written to.
    pub contacts: Option<Set<bool>>,
    /// When the auditors get the report: a schedule; each day on which it runs, where nothing is said.
    pub report_on: Option<Set<String>>,
    /// Messages to contacts at once, at most.
    pub max_messages: Option<Set<u64>>,
    /// Forms of the report that the auditors get.
    pub attach: Option<Set<Vec<String>>>,
    /// What contacts are told of a certificate beyond what they need.
    pub details: Option<Set<Vec<String>>>,
    /// What stands below every message to a contact.
    pub signature: Option<Set<String>>,
    /// The folder with the texts of letters and mail.
    pub templates: Option<Set<PathBuf>>,
    /// The mail server.
    pub smtp: Smtp,
}

/// A mail server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Smtp {
    /// Its name.
    pub host: Option<Set<String>>,
    /// Its port.
    pub port: Option<Set<u64>>,
    /// One of [`SECURITY`].
    pub security: Option<Set<String>>,
    /// Who logs in.
    pub user: Option<Set<String>>,
    /// The file with the password.
    pub password_file: Option<Set<PathBuf>>,
    /// Certificates of a CA of the office's own, PEM.
    pub ca: Option<Set<PathBuf>>,
    /// Seconds for each answer of the server.
    pub timeout: Option<Set<u64>>,
    /// How often it is tried.
    pub attempts: Option<Set<u64>>,
    /// Seconds before the second attempt; doubled each time.
    pub pause: Option<Set<u64>>,
}

/// Where the reports of runs are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reports {
    /// The folder.
    pub folder: Option<Set<PathBuf>>,
    /// Their forms.
    pub forms: Option<Set<Vec<String>>>,
    /// Days for which they are kept.
    pub keep: Option<Set<u64>>,
}

/// What a run leaves behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Running {
    /// The log.
    pub log: Option<Set<PathBuf>>,
    /// Bytes of the log after which another is begun.
    pub log_size: Option<Set<u64>>,
    /// The folder of the textfile collector.
    pub metrics: Option<Set<PathBuf>>,
}

static MAILBOX: TextForm = TextForm {
    name: Text { ja: "メールアドレス", en: "a mail address" },
    example: "証明書係 <cert@example.jp>",
    pattern: "",
    words: &[],
    accepts: |text| is_address(mailbox(text).1),
};

static ONE_MAILBOX: Shape = Shape::Form(&MAILBOX);
static MAILBOXES: Shape = Shape::List(&ONE_MAILBOX, 1);

static WHEN: TextForm = TextForm {
    name: Text { ja: "予定", en: "a schedule" },
    example: "monthly 11",
    pattern: "",
    words: &[],
    accepts: |text| Schedule::parse_days(text).is_ok(),
};

const SMTP: &[KeyDefinition] = &[
    KeyDefinition::required("host", Shape::Text, "メールサーバーの名前", "the mail server"),
    KeyDefinition::optional(
        "port",
        Shape::Whole(1, 65535),
        "ポート(省略: starttls は 587、tls は 465、none は 25)",
        "its port (absent: 587 for starttls, 465 for tls, 25 for none)",
    ),
    KeyDefinition::optional(
        "security",
        Shape::Words(SECURITY),
        "暗号化(省略: starttls)。none はこのコンピューターのサーバーか、ログインのいらない内部のサーバーだけ",
        "how the connection is encrypted (absent: starttls); none is for a server on this computer, or one inside that asks for no login",
    ),
    KeyDefinition::optional(
        "user",
        Shape::Text,
        "ログインの名前(省略: ログインしない)",
        "who logs in (absent: nobody)",
    ),
    KeyDefinition::optional(
        "password_file",
        Shape::Text,
        "パスワードを1行に書いたファイル",
        "the file with the password",
    ),
    KeyDefinition::optional(
        "ca",
        Shape::Text,
        "組織内の認証局の証明書(PEM)。OS の信頼するものに加える",
        "the certificate of the office's own CA (PEM), beside those that the system trusts",
    ),
    KeyDefinition::optional(
        "timeout",
        Shape::Whole(1, 600),
        "サーバーの返事を待つ秒数(省略: 30)",
        "seconds for each answer (absent: 30)",
    ),
    KeyDefinition::optional("attempts", Shape::Whole(1, 10), "試す回数(省略: 4)", "how often it is tried (absent: 4)"),
    KeyDefinition::optional(
        "pause",
        Shape::Whole(0, 600),
        "2回目までに待つ秒数。そのつど倍になる(省略: 5)",
        "seconds before the second attempt, doubled each time (absent: 5)",
    ),
];

pub(super) static NOTIFY: &[KeyDefinition] = &[
    KeyDefinition::required("from", Shape::Form(&MAILBOX), "差出人", "the sender"),
    KeyDefinition::optional(
        "reply_to",
        Shape::Form(&MAILBOX),
        "返信先(省略: 差出人)",
        "where answers go (absent: to the sender)",
    ),
    KeyDefinition::required(
        "auditors",
        Shape::Either(&ONE_MAILBOX, &MAILBOXES),
        "管理者のアドレス",
        "the auditors' addresses",
    ),
    KeyDefinition::optional(
        "contacts",
        Shape::Words(&["true", "false"]),
        "事業所・代理人にも送るか(省略: true)",
        "whether holders are written to (absent: true)",
    ),
    KeyDefinition::optional(
        "report_on",
        Shape::Form(&WHEN),
        "管理者に報告書を送る日。daily、weekly mon、monthly 11 など(省略: 実行した日に1回)",
        "when the auditors get the report: daily, weekly mon, monthly 11 (absent: each day on which it runs)",
    ),
    KeyDefinition::optional(
        "max_messages",
        Shape::Whole(1, 100_000),
        "一度に送る事業所・代理人あてのメールの上限(省略: 50)",
        "messages to contacts at once, at most (absent: 50)",
    ),
    KeyDefinition::optional(
        "attach",
        SEVERAL_FORMS,
        "管理者あてのメールに付ける報告書の形(省略: html と xlsx)",
        "forms of the report that the auditors get (absent: html and xlsx)",
    ),
    KeyDefinition::optional(
        "details",
        Shape::Either(&Shape::Words(DETAILS), &Shape::List(&Shape::Words(DETAILS), 0)),
        "事業所・代理人あてのメールに加えること(省略: なし)",
        "what contacts are told beyond what they need (absent: nothing)",
    ),
    KeyDefinition::optional(
        "signature",
        Shape::Text,
        "事業所・代理人あてのメールの署名",
        "what stands below messages to contacts",
    ),
    KeyDefinition::optional(
        "templates",
        Shape::Text,
        "文面のフォルダー(省略: 組み込み)",
        "the folder of the texts (absent: built in)",
    ),
    KeyDefinition::required("smtp", Shape::Map(SMTP), "メールサーバー", "the mail server"),
];

const SEVERAL_FORMS: Shape = Shape::Either(&Shape::Words(&REPORT_FORMS), &Shape::List(&Shape::Words(&REPORT_FORMS), 0));

pub(super) const REPORT: &[KeyDefinition] = &[
    KeyDefinition::required("folder", Shape::Text, "報告書のフォルダー", "the folder of the reports"),
    KeyDefinition::optional(
        "forms",
        SEVERAL_FORMS,
        "報告書の形(省略: html と xlsx)",
        "their forms (absent: html and xlsx)",
    ),
    KeyDefinition::optional(
        "keep",
        Shape::Whole(1, 36_500),
        "残しておく日数(省略: 400)",
        "days for which they are kept (absent: 400)",
    ),
];

pub(super) const RUN: &[KeyDefinition] = &[
    KeyDefinition::optional("log", Shape::Text, "記録のファイル(1行に1つの JSON)", "the log, one JSON object a line"),
    KeyDefinition::optional(
        "log_size",
        Shape::Whole(1_000, 1_000_000_000),
        "記録を次のファイルに替える大きさ(バイト。省略: 1000000)",
        "bytes after which another log is begun (absent: 1000000)",
    ),
    KeyDefinition::optional(
        "metrics",
        Shape::Text,
        "Prometheus の textfile collector のフォルダー",
        "the folder of Prometheus' textfile collector",
    ),
];

/// A name and an address: `証明書係 <cert@example.jp>`, or the address alone.
pub fn mailbox(text: &str) -> (Option<&str>, &str) {
    match text.trim().strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => {
            let name = name.trim();
            let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name).trim();
            ((!name.is_empty()).then_some(name), address.trim())
        }
        None => (None, text.trim()),
    }
}

impl Reader<'_> {
    pub(super) fn notify(&self, root: &YamlNode) -> Option<Notify> {
        let node = root.get("notify")?;
        let text = |key| self.one(node, key, |text| Some(text.to_string()));
        Some(Notify {
            from: text("from"),
            reply_to: text("reply_to"),
            auditors: self.several(node, "auditors"),
            contacts: self.one(node, "contacts", |text| text.parse().ok()),
            report_on: text("report_on"),
            max_messages: self.one(node, "max_messages", |text| text.parse().ok()),
            attach: self.several(node, "attach"),
            details: self.several(node, "details"),
            signature: text("signature"),
            templates: self.one(node, "templates", |text| Some(self.resolve(text))),
            smtp: node.get("smtp").map(|smtp| self.smtp(smtp)).unwrap_or_default(),
        })
    }

    fn smtp(&self, node: &YamlNode) -> Smtp {
        let text = |key| self.one(node, key, |text| Some(text.to_string()));
        let path = |key| self.one(node, key, |text| Some(self.resolve(text)));
        let number = |key| self.one(node, key, |text| text.parse().ok());
        Smtp {
            host: text("host"),
            port: number("port"),
            security: text("security"),
            user: text("user"),
            password_file: path("password_file"),
            ca: path("ca"),
            timeout: number("timeout"),
            attempts: number("attempts"),
            pause: number("pause"),
        }
    }

    pub(super) fn reports(&self, root: &YamlNode) -> Option<Reports> {
        let node = root.get("report")?;
        Some(Reports {
            folder: self.one(node, "folder", |text| Some(self.resolve(text))),
            forms: self.several(node, "forms"),
            keep: self.one(node, "keep", |text| text.parse().ok()),
        })
    }

    pub(super) fn running(&self, root: &YamlNode) -> Running {
        let Some(node) = root.get("run") else { return Running::default() };
        Running {
            log: self.one(node, "log", |text| Some(self.resolve(text))),
            log_size: self.one(node, "log_size", |text| text.parse().ok()),
            metrics: self.one(node, "metrics", |text| Some(self.resolve(text))),
        }
    }
}

impl Notify {
    /// Whether holders are written to.
    pub fn writes_to_contacts(&self) -> bool {
        self.contacts.as_ref().is_none_or(|set| set.value)
    }

    /// Messages to contacts at once, at most; more where somebody said so by hand.
    pub fn most(&self, by_hand: Option<u64>) -> u64 {
        self.max_messages.as_ref().map_or(MAX_MESSAGES, |set| set.value).max(by_hand.unwrap_or(0))
    }

    /// Forms of the report that the auditors get.
    pub fn attached(&self) -> Vec<&'static str> {
        forms(&self.attach)
    }

    /// What is set, for people: key, value, where.
    pub fn lines(&self) -> Vec<(String, String, super::Whence)> {
        let smtp = &self.smtp;
        let mut lines = vec![];
        let mut add = |key: &str, set: Option<(String, super::Whence)>| {
            lines.extend(set.map(|(value, from)| (format!("notify.{key}"), value, from)));
        };
        add("from", shown(&self.from));
        add("reply_to", shown(&self.reply_to));
        add("auditors", listed(&self.auditors));
        add("contacts", shown(&self.contacts));
        add("report_on", shown(&self.report_on));
        add("max_messages", shown(&self.max_messages));
        add("attach", listed(&self.attach));
        add("details", listed(&self.details));
        add("signature", shown(&self.signature).map(|(value, from)| (value.replace('\n', " / "), from)));
        add("templates", path(&self.templates));
        add("smtp.host", shown(&smtp.host));
        add("smtp.port", shown(&smtp.port));
        add("smtp.security", shown(&smtp.security));
        add("smtp.user", shown(&smtp.user));
        add("smtp.password_file", path(&smtp.password_file));
        add("smtp.ca", path(&smtp.ca));
        add("smtp.timeout", shown(&smtp.timeout));
        add("smtp.attempts", shown(&smtp.attempts));
        add("smtp.pause", shown(&smtp.pause));
        lines
    }
}

impl Reports {
    /// The forms in which they are kept, in the order of all there are.
    pub fn forms(&self) -> Vec<&'static str> {
        let named = forms(&self.forms);
        REPORT_FORMS.into_iter().filter(|form| named.contains(form)).collect()
    }

    /// What is set, for people: key, value, where.
    pub fn lines(&self) -> Vec<(String, String, super::Whence)> {
        let sets = [("folder", path(&self.folder)), ("forms", listed(&self.forms)), ("keep", shown(&self.keep))];
        named("report", sets)
    }
}

impl Running {
    /// What is set, for people: key, value, where.
    pub fn lines(&self) -> Vec<(String, String, super::Whence)> {
        let sets = [("log", path(&self.log)), ("log_size", shown(&self.log_size)), ("metrics", path(&self.metrics))];
        named("run", sets)
    }
}

/// The forms that are named, or the usual ones.
fn forms(named: &Option<Set<Vec<String>>>) -> Vec<&'static str> {
    match named {
        Some(named) => named.value.iter().filter_map(|one| REPORT_FORMS.into_iter().find(|form| form == one)).collect(),
        None => FORMS.to_vec(),
    }
}

type Line = Option<(String, super::Whence)>;

fn named<const N: usize>(section: &str, sets: [(&str, Line); N]) -> Vec<(String, String, super::Whence)> {
    let line = |(key, set): (&str, Line)| set.map(|(value, from)| (format!("{section}.{key}"), value, from));
    sets.into_iter().filter_map(line).collect()
}

fn shown<T: ToString>(set: &Option<Set<T>>) -> Line {
    set.as_ref().map(|set| (set.value.to_string(), set.from.clone()))
}

fn listed(set: &Option<Set<Vec<String>>>) -> Line {
    set.as_ref().map(|set| (set.value.join(", "), set.from.clone()))
}

fn path(set: &Option<Set<PathBuf>>) -> Line {
    set.as_ref().map(|set| (set.value.display().to_string(), set.from.clone()))
}
