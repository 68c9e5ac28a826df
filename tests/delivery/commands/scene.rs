//! An office that sends mail: its folder, its register, and what its contacts read.

use std::fs;
use std::ops::Deref;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::common::command::CommandResult;
use crate::common::home::Home;
use crate::common::mail_server::MailServer;
use crate::common::{process, python};
use crate::mail::scene::read;
use crate::odd_server::OddServer;
use crate::schedule::scene::stand_ins;

/// The day of most cases, a Monday.
pub const TODAY: &str = "2026-11-23";

const HEADS: &str = "台帳ID,名称,都道府県,証明書利用区分,担当者,電話番号,メール,FAX番号,郵便番号,住所,連絡方法,有効期限,シリアル番号,パスワード変更日";

/// A line of a register.
#[derive(Clone, Debug, Default)]
pub struct Holder {
    pub id: &'static str,
    pub name: &'static str,
    pub person: &'static str,
    pub tel: &'static str,
    pub mail: String,
    pub fax: &'static str,
    pub address: &'static str,
    pub channel: &'static str,
    pub ends: &'static str,
    pub serial: &'static str,
    pub password: &'static str,
}

impl Holder {
    /// Every value that tells who it is.
    pub fn values(&self) -> Vec<&str> {
        let all = [self.id, self.name, self.person, self.tel, &self.mail, self.fax, self.address, self.serial];
        all.into_iter().filter(|value| !value.is_empty()).collect()
    }
}

/// One with mail at the real server and nothing else.
pub fn by_mail(id: &'static str, local: &str, ends: &'static str) -> Holder {
    Holder { id, name: id, mail: format!("{local}@care.example"), ends, ..Holder::default() }
}

/// Which server, as the configuration says it.
pub struct Smtp {
    lines: String,
    timeout: u32,
}

impl Smtp {
    fn new(lines: String) -> Smtp {
        Smtp { lines, timeout: 1 }
    }

    /// The real one.
    pub fn real(server: &MailServer) -> Smtp {
        let MailServer { starttls, user, ca, password_file, .. } = server;
        let (ca, file) = (ca.display(), password_file.display());
        Smtp::new(format!(
            "host: localhost\n    port: {starttls}\n    user: {user}\n    password_file: {file}\n    ca: {ca}"
        ))
        .patiently()
    }

    /// The one that misbehaves, without encryption or login.
    pub fn odd(odd: &OddServer) -> Smtp {
        Smtp::plain(odd.port)
    }

    /// The same with TLS, a login and the password in `secret.txt`.
    pub fn odd_tls(odd: &OddServer) -> Smtp {
        let (port, ca) = (odd.port, odd.ca());
        let login = "user: office\n    password_file: secret.txt";
        Smtp::new(format!(
            "host: localhost\n    port: {port}\n    security: tls\n    ca: {}\n    {login}",
            ca.display()
        ))
    }

    /// Any other.
    pub fn other(lines: &str) -> Smtp {
        Smtp::new(lines.to_string()).patiently()
    }

    pub fn plain(port: u16) -> Smtp {
        Smtp::new(format!("host: localhost\n    port: {port}\n    security: none"))
    }

    /// One that is waited for.
    pub fn patiently(self) -> Smtp {
        Smtp { timeout: 30, ..self }
    }
}

pub struct Office {
    home: Home,
}

impl Deref for Office {
    type Target = Home;

    fn deref(&self) -> &Home {
        &self.home
    }
}

impl Office {
    /// An office with these holders that sends mail through this server; `more` goes below
    /// `notify`, and, where it begins at the margin, below everything.
    pub fn new(smtp: &Smtp, holders: &[Holder], more: &str) -> Office {
        let office = Office::bare();
        office.configure(smtp, more);
        office.register(holders);
        office
    }

    /// A folder and nothing in it.
    pub fn bare() -> Office {
        Office { home: Home::at("2026-11-23T09:00:00+09:00").env("PATH", stand_ins()) }
    }

    pub fn configure(&self, smtp: &Smtp, more: &str) {
        let lines: Vec<&str> = more.lines().collect();
        let margin = lines.iter().position(|line| !line.starts_with(' ')).unwrap_or(lines.len());
        let (inside, outside) = lines.split_at(margin);
        let text = format!(
            "lang: ja\ninventory: inventory.sqlite\nnotify:\n  from: 証明書係 <cert@care.example>\n  auditors: [kanri@care.example]\n{}\n  smtp:\n    {}\n    timeout: {}\n    attempts: 1\n    pause: 0\n{}\n",
            inside.join("\n"),
            smtp.lines,
            smtp.timeout,
            outside.join("\n"),
        );
        self.write("shomei.yaml", &text);
    }

    /// Takes a register in.
    pub fn register(&self, holders: &[Holder]) {
        let line = |h: &Holder| {
            let all = [
                h.id,
                h.name,
                "東京都",
                "介護保険証明書",
                h.person,
                h.tel,
                &h.mail,
                h.fax,
                "",
                h.address,
                h.channel,
                h.ends,
                h.serial,
                h.password,
            ];
            all.join(",") + "\n"
        };
        let lines: Vec<String> = holders.iter().map(line).collect();
        self.write("register.csv", format!("{HEADS}\n{}", lines.concat()));
        let said = self.run(&["register", "import", "register.csv", "--accept-gone"]);
        assert!(said.code < 2, "{said:?}");
    }

    /// What lies in the outbox.
    pub fn outbox(&self) -> Vec<(PathBuf, Value)> {
        let folder = "inventory.sqlite.delivery/outbox";
        let open = |name: String| {
            let path = self.path(folder).join(name);
            let document = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            (path, document)
        };
        self.names(folder).into_iter().map(open).collect()
    }

    /// `shomei` with the configuration at a moment in Japan.
    pub fn command(&self, clock: &str, arguments: &[&str]) -> Command {
        let arguments = [arguments, &["--config", "shomei.yaml"]].concat();
        self.command_at(&format!("{clock}+09:00"), &arguments)
    }

    /// Runs it at nine o'clock on a day.
    pub fn on(&self, day: &str, arguments: &[&str]) -> CommandResult {
        self.at(&format!("{day}T09:00:00"), arguments)
    }

    pub fn at(&self, clock: &str, arguments: &[&str]) -> CommandResult {
        CommandResult::of(process::run(&mut self.command(clock, arguments), b"", 60))
    }

    /// Runs it today.
    pub fn run(&self, arguments: &[&str]) -> CommandResult {
        self.on(TODAY, arguments)
    }

    /// What a command says that must go through.
    #[track_caller]
    pub fn ok(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {said:?}");
        said.stdout
    }

    /// Starts it and lets it go on.
    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(&format!("{TODAY}T09:00:00"), arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// What is recorded as said: topic and step.
    pub fn told(&self) -> Vec<(String, String)> {
        let script =
            "import sqlite3,json,sys;print(json.dumps(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall()))";
        let query = "select substr(subject,1,instr(subject,char(0))-1), substr(subject,instr(subject,char(0))+1) from said where kind = 'told' order by 1,2";
        let path = self.path("inventory.sqlite").display().to_string();
        serde_json::from_value(python::json(&["-c", script, &path, query], b"")).unwrap()
    }

    /// How many of them begin like this.
    pub fn told_of(&self, start: &str) -> usize {
        self.told().iter().filter(|(topic, _)| topic.starts_with(start)).count()
    }
}

/// A message as its reader sees it.
#[derive(Debug)]
pub struct Letter {
    pub told: Value,
    pub subject: String,
    pub plain: String,
    pub html: String,
    /// Names and bytes.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Letter {
    pub fn new(raw: &[u8]) -> Letter {
        let told = read(raw);
        let mut letter = Letter {
            subject: told["headers"]["Subject"].as_str().unwrap().to_string(),
            plain: String::new(),
            html: String::new(),
            files: Vec::new(),
            told: Value::Null,
        };
        letter.take(&told["body"]);
        letter.told = told;
        letter
    }

    fn take(&mut self, part: &Value) {
        if let Some(parts) = part["parts"].as_array() {
            return parts.iter().for_each(|part| self.take(part));
        }
        let text = || part["text"].as_str().unwrap_or_default().to_string();
        match (part["name"].as_str(), part["type"].as_str()) {
            (Some(name), _) => {
                let bytes = openssl::base64::decode_block(part["bytes"].as_str().unwrap()).unwrap();
                self.files.push((name.to_string(), bytes));
            }
            (None, Some("text/html")) => self.html = text(),
            _ => self.plain = text(),
        }
    }

    pub fn header(&self, name: &str) -> &str {
        self.told["headers"][name].as_str().unwrap_or_default()
    }

    /// Everything that can be read without opening a file: headers, both texts.
    pub fn all(&self) -> String {
        format!("{}\n{}\n{}", self.told["headers"], self.plain, self.html)
    }

    /// Whether this is in both texts.
    #[track_caller]
    pub fn says(&self, text: &str) {
        assert!(self.plain.contains(text), "{text} is not in:\n{}", self.plain);
        assert!(self.html.contains(text), "{text} is not in:\n{}", self.html);
    }

    #[track_caller]
    pub fn says_nothing_of(&self, text: &str) {
        assert!(!self.all().contains(text), "{text} is in:\n{}", self.all());
    }
}

/// Mail that has come for somebody, once there is exactly so much.
#[track_caller]
pub fn letters(server: &MailServer, who: &str, count: usize) -> Vec<Letter> {
    let mails = server.mails(who, count);
    assert_eq!(mails.len(), count, "{who}");
    mails.iter().map(|mail| Letter::new(mail)).collect()
}

/// The only message that has come for somebody.
#[track_caller]
pub fn letter(server: &MailServer, who: &str) -> Letter {
    letters(server, who, 1).remove(0)
}
