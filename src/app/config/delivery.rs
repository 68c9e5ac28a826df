//! The sections of delivery: `notify`, `report` and `run`.

use std::path::PathBuf;

use super::TRUE_OR_FALSE;
use super::table::{ConfigEntry, Setting, SettingLine, key_within, layered, section};
use super::value::ConfigReader;
use crate::deliver::mail::{is_address, is_hello};
use crate::deliver::schedule::Schedule;
use crate::locale::Text;
use crate::report::REPORT_FORMS;
use crate::yaml::{KeyDefinition, Shape, TextForm, YamlNode};

/// Forms of the report where none are named.
const FORMS: [&str; 2] = ["html", "xlsx"];
/// Messages to contacts at once, at most, where the configuration has no number.
const MAX_MESSAGES: u64 = 50;
/// What a message to a contact may contain beyond name, expiry, deadline and steps.
pub const DETAILS: &[&str] = &["holder", "serial", "sha256", "place"];
/// How a login is proved.
pub const AUTH: &[&str] = &["password", "xoauth2"];
/// How the connection to the mail server is kept from others.
pub const SECURITY: &[&str] = &["starttls", "tls", "none"];

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

static HELLO: TextForm = TextForm {
    name: Text { ja: "完全なホスト名かアドレス", en: "a full host name or an address" },
    example: "pc01.example.jp",
    pattern: "",
    words: &[],
    accepts: is_hello,
};

/// A program and its arguments; without arguments its name alone will do.
const COMMAND: Shape = Shape::Either(&Shape::Text, &Shape::List(&Shape::Text, 1));

const SEVERAL_FORMS: Shape = Shape::Either(&Shape::Words(&REPORT_FORMS), &Shape::List(&Shape::Words(&REPORT_FORMS), 0));
const SEVERAL_DETAILS: Shape = Shape::Either(&Shape::Words(DETAILS), &Shape::List(&Shape::Words(DETAILS), 0));

section! {
    /// Who is written to, and through which server.
    Notify {
        from: Setting<String> = required(Shape::Form(&MAILBOX), "差出人", "the sender");
        reply_to: Setting<String> = optional(Shape::Form(&MAILBOX),
            "返信先(省略: 差出人)", "where answers go (absent: to the sender)");
        auditors: Setting<Vec<String>> = required(Shape::Either(&ONE_MAILBOX, &MAILBOXES),
            "管理者のアドレス", "the auditors' addresses");
        contacts: Setting<bool> = optional(TRUE_OR_FALSE,
            "事業所・代理人にも送るか(省略: true)", "whether holders are written to (absent: true)");
        report_on: Setting<String> = optional(Shape::Form(&WHEN),
            "管理者に報告書を送る日。daily、weekly mon、monthly 11 など(省略: 実行した日に1回)",
            "when the auditors get the report: daily, weekly mon, monthly 11 (absent: each day on which it runs)");
        max_messages: Setting<u64> = optional(Shape::Whole(1, 100_000),
            "一度に送る事業所・代理人あてのメールの上限(省略: 50)",
            "messages to contacts at once, at most (absent: 50)");
        attach: Setting<Vec<String>> = optional(SEVERAL_FORMS,
            "管理者あてのメールに付ける報告書の形(省略: html と xlsx)",
            "forms of the report that the auditors get (absent: html and xlsx)");
        details: Setting<Vec<String>> = optional(SEVERAL_DETAILS,
            "事業所・代理人あてのメールに加えること(省略: なし)",
            "what contacts are told beyond what they need (absent: nothing)");
        signature: Setting<String> = optional(Shape::Text,
            "事業所・代理人あてのメールの署名", "what stands below messages to contacts");
        templates: Setting<PathBuf> = optional(Shape::Text,
            "文面のフォルダー(省略: 組み込み)", "the folder of the texts (absent: built in)");
        after: Setting<Vec<String>> = optional(COMMAND,
            "notify の後に呼ぶプログラムと引数の一覧。結果を JSON で標準入力に渡す",
            "the program that is called after notify, with the outcome as JSON on standard input, and its arguments");
        smtp: Smtp = required(Shape::Map(Smtp::FIELDS), "メールサーバー", "the mail server");
    }
}

section! {
    /// A mail server.
    Smtp {
        host: Setting<String> = required(Shape::Text, "メールサーバーの名前", "the mail server");
        port: Setting<u64> = optional(Shape::Whole(1, 65535),
            "ポート(省略: starttls は 587、tls は 465、none は 25)",
            "its port (absent: 587 for starttls, 465 for tls, 25 for none)");
        security: Setting<String> = optional(Shape::Words(SECURITY),
            "暗号化(省略: starttls)。none はこのコンピューターのサーバーか、ログインのいらない内部のサーバーだけ",
            "how the connection is encrypted (absent: starttls); none is for a server on this computer, or one inside that asks for no login");
        user: Setting<String> = optional(Shape::Text,
            "ログインの名前(省略: ログインしない)", "who logs in (absent: nobody)");
        password_file: Setting<PathBuf> = optional(Shape::Text,
            "パスワードを1行に書いたファイル", "the file with the password");
        password_credential: Setting<String> = optional(Shape::Text,
            "パスワードの入った systemd のクレデンシャルの名前(password_file の代わり)",
            "the name of the systemd credential with the password (instead of password_file)");
        auth: Setting<String> = optional(Shape::Words(AUTH),
            "ログインの方式(省略: password)。xoauth2 は token_command のトークンでログインする",
            "how to log in (absent: password); xoauth2 uses the token of token_command");
        token_command: Setting<Vec<String>> = optional(COMMAND,
            "トークンを表示するプログラムと引数の一覧。シェルは通さない",
            "the program that prints the token, and its arguments; run without a shell");
        ca: Setting<PathBuf> = optional(Shape::Text,
            "組織内の認証局の証明書(PEM)。OS の信頼するものに加える",
            "the certificate of the office's own CA (PEM), beside those that the system trusts");
        hello: Setting<String> = optional(Shape::Form(&HELLO),
            "サーバーに名乗る名前(省略: このコンピューターの完全な名前、なければアドレス)",
            "the name by which this computer greets the server (absent: its full name, or else its address)");
        timeout: Setting<u64> = optional(Shape::Whole(1, 600),
            "サーバーの返事を待つ秒数(省略: 30)", "seconds for each answer (absent: 30)");
        attempts: Setting<u64> = optional(Shape::Whole(1, 10),
            "試す回数(省略: 4)", "how often it is tried (absent: 4)");
        pause: Setting<u64> = optional(Shape::Whole(0, 600),
            "2回目までに待つ秒数。そのつど倍になる(省略: 5)",
            "seconds before the second attempt, doubled each time (absent: 5)");
    }
}

section! {
    /// Where the reports of runs are kept.
    Reports {
        folder: Setting<PathBuf> = required(Shape::Text, "報告書のフォルダー", "the folder of the reports");
        forms: Setting<Vec<String>> = optional(SEVERAL_FORMS,
            "報告書の形(省略: html と xlsx)", "their forms (absent: html and xlsx)");
        keep: Setting<u64> = optional(Shape::Whole(1, 36_500),
            "残しておく日数(省略: 400)", "days for which they are kept (absent: 400)");
    }
}

section! {
    /// What a run leaves behind.
    Running {
        log: Setting<PathBuf> = optional(Shape::Text,
            "記録のファイル(1行に1つの JSON)", "the log, one JSON object a line");
        log_size: Setting<u64> = optional(Shape::Whole(1_000, 1_000_000_000),
            "記録を次のファイルに替える大きさ(バイト。省略: 1000000)",
            "bytes after which another log is begun (absent: 1000000)");
        after: Setting<Vec<String>> = optional(COMMAND,
            "run の後に呼ぶプログラムと引数の一覧。結果を JSON で標準入力に渡す",
            "the program that is called after a run, with the outcome as JSON on standard input, and its arguments");
        metrics: Setting<PathBuf> = optional(Shape::Text,
            "Prometheus の textfile collector のフォルダー", "the folder of Prometheus' textfile collector");
    }
}

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

impl Notify {
    /// Whether holders are written to.
    pub fn writes_to_contacts(&self) -> bool {
        self.contacts.as_ref().is_none_or(|set| set.value)
    }

    /// Messages to contacts at once, at most; more where a flag allows it.
    pub fn most(&self, by_hand: Option<u64>) -> u64 {
        self.max_messages.as_ref().map_or(MAX_MESSAGES, |set| set.value).max(by_hand.unwrap_or(0))
    }

    /// Forms of the report that the auditors get.
    pub fn attached(&self) -> Vec<&'static str> {
        forms(&self.attach)
    }
}

impl Reports {
    /// The forms in which they are kept, in the order of all there are.
    pub fn forms(&self) -> Vec<&'static str> {
        let named = forms(&self.forms);
        REPORT_FORMS.into_iter().filter(|form| named.contains(form)).collect()
    }
}

/// The forms that are named, or the usual ones.
fn forms(named: &Option<Setting<Vec<String>>>) -> Vec<&'static str> {
    match named {
        Some(named) => named.value.iter().filter_map(|one| REPORT_FORMS.into_iter().find(|form| form == one)).collect(),
        None => FORMS.to_vec(),
    }
}
