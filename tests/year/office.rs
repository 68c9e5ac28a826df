//! An office, its certificates, and what it does on a day.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::Value;
use shomei::calendar::Day;

use crate::common::ROOT;
use crate::common::command::CommandResult;
use crate::common::home::Home;
use crate::common::policies::{NUMBERS_FROM_SUBJECTS, lab_with};
use crate::common::python::python;
use crate::desk::{Closed, Desk, after, day};

const HEADERS: &str = "台帳ID,名称,種別,事業所番号,都道府県,請求サービス,証明書利用区分,代理人ID,代理開始日,メール,手数料支払方法,パスワード変更日,シリアル番号\r\n";
/// Applications a day at most.
pub const PER_DAY: usize = 3;
/// Days before its end from which an end is announced.
const TIERS: [i64; 5] = [7, 14, 30, 60, 90];

/// A holder that has to keep a certificate alive.
#[derive(Debug)]
pub struct Keeper {
    pub desk: Desk,
    /// The day on which its certificate ends, and whether in its last second.
    pub ends: Day,
    pub whole: bool,
    /// When it was applied for, and when the new one is in hand.
    pub applied: Option<(Day, Day)>,
    /// The first day of the new one.
    pub renewed: Option<Day>,
    pub name: String,
    pub mail: String,
    /// When its system password was changed.
    pub changed: Option<Day>,
    number: String,
}

impl Keeper {
    /// Whether nobody has done anything about its end.
    pub fn is_active(&self) -> bool {
        self.applied.is_none() && self.renewed.is_none()
    }

    /// Whether there was a day, or a part of one, without a certificate.
    pub fn lapsed(&self, today: Day) -> bool {
        let next = self.renewed.unwrap_or(after(today, 1));
        if self.whole { next > after(self.ends, 1) } else { next > self.ends }
    }
}

/// What was said on a day: topic, step, holder.
pub type Said = (String, String, String);

pub struct Office {
    home: Home,
    issuer: Issuer,
    pub closed: Closed,
    pub keepers: BTreeMap<String, Keeper>,
    /// Days on which applications were made.
    pub applications: BTreeMap<Day, usize>,
    /// Everything said, topic and step, with the holder.
    pub said: BTreeMap<(String, String), String>,
    /// Those of whom coverage may say that they cannot bill.
    pub forgiven: BTreeSet<String>,
    /// Those of whom it said so.
    pub uncovered: BTreeSet<String>,
}

struct Issuer {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Issuer {
    fn start() -> (Issuer, Closed) {
        let mut child = python(&["tests/year/issue.py"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is missing: tests/install installs it");
        let stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut issuer = Issuer { child, stdin, stdout };
        let closed = issuer.line().split(' ').map(day).collect();
        (issuer, Closed(closed))
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim_end().to_string()
    }

    fn issue(&mut self, file: &Path, number: &str, begin: &str, end: &str) {
        writeln!(self.stdin, "{}|{number}|{begin}|{end}", file.display()).unwrap();
        assert_eq!(self.line(), "ok");
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Office {
    /// With certificates that end on these days, the desks by turns; the renewal opens so many
    /// days before. The first two are agents', and the last has an agent.
    pub fn new(opens_days: u32, ends: &[(Day, Desk)]) -> Office {
        Office::at(opens_days, ends, "example.jp")
    }

    /// The same, with contacts whose mail is taken at a domain; every sixth has the same address.
    pub fn at(opens_days: u32, ends: &[(Day, Desk)], domain: &str) -> Office {
        let home = Home::on("2026-11-30").configured().env("USER", "sato");
        let (issuer, closed) = Issuer::start();
        let (keepers, applications) = (BTreeMap::new(), BTreeMap::new());
        let (said, forgiven, uncovered) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        let mut office = Office { home, issuer, closed, keepers, applications, said, forgiven, uncovered };
        office.policy(opens_days);
        fs::create_dir(office.path("share")).unwrap();
        fs::copy(Path::new(ROOT).join("src/lab/keys/root-2019.pem"), office.path("share/root.pem")).unwrap();
        let mut rows = String::from(HEADERS);
        for (at, (ends, desk)) in ends.iter().enumerate() {
            rows += &office.open(at, *ends, *desk, domain);
        }
        for at in 0..4 {
            let agent = at % 2 + 1;
            rows += &format!("V{at},代理に頼む{at},,99900008{at:02},東京都,介護,介護,A{agent},2026-04-01,,,,\r\n");
        }
        rows += "W,自分のもある,,9990000799,大阪府,介護,介護,A1,2026-04-01,,,,\r\n";
        office.issue("W.p12", "9990000799", "2024-06-01T09:00:00", "2027-06-01T09:00:00");
        office.home.write("register.csv", rows);
        office.import(day("2026-11-30"));
        let said = office.run(day("2026-11-30"), &["register", "import", "register.csv"]);
        assert!(said.contains("New: "), "{said}");
        office
    }

    fn policy(&self, opens_days: u32) {
        let opens = format!("  renewal_opens_days: {opens_days}\n");
        let policy = lab_with(&[
            NUMBERS_FROM_SUBJECTS,
            ("  renewal_opens_days: 90\n", &opens),
            // Whoever pays, the desks below issue after so many days.
            ("  transfer_business_days: 3\n", "  transfer_business_days: 0\n"),
            ("application_window: {from: 1, until: 20}", "application_window: {from: 1, until: 15}"),
        ]);
        self.home.write("policy.yaml", policy);
        self.home.write("shomei.yaml", "policy: policy.yaml\ninventory: inventory.sqlite\nlang: en\n");
        self.home.write("passwords.txt", "pw\n");
    }

    /// Adds a holder with its certificate; its row in the register.
    fn open(&mut self, at: usize, ends: Day, desk: Desk, domain: &str) -> String {
        let whole = at % 5 == 4;
        let number = format!("99900001{at:02}");
        let id = if at < 2 { format!("A{}", at + 1) } else { format!("T{at:02}") };
        let hour = if whole { "23:59:59" } else { "09:00:00" };
        let begin = format!("{}-{}T{hour}", ends.year() - 3, &ends.to_string()[5..]);
        self.issue(&format!("{id}.p12"), &number, &begin, &format!("{ends}T{hour}"));
        let (kind, service) = (if at < 2 { "代理人" } else { "" }, if at == 1 { "" } else { "介護" });
        let (payer, changed) = (["相殺", "振込", ""][at % 3], if at % 4 == 2 { "2026-08-01" } else { "" });
        // The second agent has no provider number: its serial number tells that it is its own.
        let (shown, serial) = if at == 1 { ("", "70 01") } else { (number.as_str(), "") };
        let mail = format!("{}@{domain}", if at % 6 == 5 { "shared" } else { &id });
        let row = format!(
            "{id},事業所{at:02},{kind},{shown},{},{service},介護,,,{mail},{payer},{changed},{serial}\r\n",
            desk.prefecture()
        );
        let (name, changed) = (format!("事業所{at:02}"), (!changed.is_empty()).then(|| day(changed)));
        self.keepers
            .insert(id, Keeper { desk, ends, whole, applied: None, renewed: None, name, mail, changed, number });
        row
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.home.path(name)
    }

    fn issue(&mut self, file: &str, number: &str, begin: &str, end: &str) {
        let path = self.path("share").join(file);
        self.issuer.issue(&path, number, begin, end);
    }

    pub fn run(&self, today: Day, arguments: &[&str]) -> String {
        let CommandResult { stdout, stderr, code } = self.home.run_at(&format!("{today}T10:00:00+09:00"), arguments);
        // Of what it recorded it may say so.
        let quiet = stderr.is_empty() || (arguments.contains(&"--record") && stderr.lines().count() == 1);
        assert!(matches!(code, 0 | 1) && quiet, "{today} {arguments:?}: {stderr}");
        stdout
    }

    fn json(&self, today: Day, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.run(today, &[arguments, &["--format", "json"]].concat())).unwrap()
    }

    fn import(&self, today: Day) {
        self.run(today, &["import", "--password-file", "passwords.txt", "--fail-on", "never", "share"]);
    }

    /// Fetches what has come in hand by a day into the share.
    pub fn fetch(&mut self, today: Day) {
        let ready =
            |keeper: &Keeper| keeper.applied.filter(|(_, in_hand)| *in_hand <= today && keeper.renewed.is_none());
        let ready: Vec<(String, Day)> =
            self.keepers.iter().filter_map(|(id, keeper)| Some((id.clone(), ready(keeper)?.1))).collect();
        for (id, in_hand) in ready {
            let (begin, end) = (
                format!("{in_hand}T09:00:00"),
                format!("{}{}T09:00:00", in_hand.year() + 3, &in_hand.to_string()[4..]),
            );
            let keeper = self.keepers.get_mut(&id).unwrap();
            keeper.renewed = Some(in_hand);
            let number = keeper.number.clone();
            self.issue(&format!("{id} ({in_hand}).p12"), &number, &begin, &end);
        }
    }

    /// A day: what has come in hand is imported, the plan asked, what is due said, what the plan
    /// says is done. The plan, and what was said.
    pub fn live(&mut self, today: Day) -> (Value, Vec<Said>) {
        self.fetch(today);
        self.import(today);
        let plan = self.json(today, &["plan", "--per-day", &PER_DAY.to_string()]);
        self.check(today, &plan);
        let said = self.remind(today);
        for entry in plan["entries"].as_array().unwrap() {
            self.act(today, entry);
        }
        if matches!(today.day(), 1 | 10) {
            self.cover(today);
        }
        (plan, said)
    }

    /// Whether the plan is as reckoned here: everybody in it, with the last safe days, on days
    /// that are permitted and not too many on one.
    fn check(&self, today: Day, plan: &Value) {
        let entries = plan["entries"].as_array().unwrap();
        let mut days: BTreeMap<Day, usize> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for entry in entries {
            let id = holder(entry);
            let keeper = &self.keepers[&id];
            if keeper.renewed.is_some_and(|begins| entry["begins_on"] == begins.to_string()) {
                assert_eq!(entry["outcome"], "later", "{today} {entry}");
                continue;
            }
            assert!(seen.insert(id.clone()), "{today}: {id} stands in the plan twice");
            assert!(keeper.renewed.is_none(), "{today}: {entry} was renewed");
            let last = self.closed.last_safe(keeper.desk, keeper.ends, keeper.whole);
            assert_eq!(entry["last_safe_day"], last.to_string(), "{today} {entry}");
            assert_eq!(entry["outcome"] == "awaited", keeper.applied.is_some(), "{today} {entry}");
            if entry["outcome"] == "apply" {
                let on = day(entry["recommended_day"].as_str().unwrap());
                *days.entry(on).or_default() += 1;
                assert!(self.closed.takes(keeper.desk, on) && today <= on && on <= last, "{today} {entry}");
                let in_hand = self.closed.in_hand(keeper.desk, on);
                assert_eq!(entry["in_hand_on"], in_hand.to_string(), "{today} {entry}");
                assert_eq!(entry["in_claim_period"], on.day() <= 10, "{today} {entry}");
            }
        }
        let open = self.keepers.iter().filter(|(_, keeper)| keeper.renewed.is_none());
        assert_eq!(seen, open.map(|(id, _)| id.clone()).collect(), "{today}");
        assert!(days.values().all(|count| *count <= PER_DAY), "{today} {days:?}");
        // The one that an agent claims for: some time after its expiry it is history.
        let left_out = |why: &str| plan["left_out"][why].as_u64().unwrap_or(0);
        assert_eq!(left_out("at-agent") + left_out("history"), 1, "{today}");
    }

    /// Applies for what the plan recommends today, and at once for what it calls too late.
    fn act(&mut self, today: Day, entry: &Value) {
        let on = match entry["outcome"].as_str() {
            Some("apply") => &entry["recommended_day"],
            Some("cannot" | "no-margin") => &entry["fallback"]["day"],
            _ => return,
        };
        if *on != today.to_string() {
            return;
        }
        let id = holder(entry);
        assert!(self.run(today, &["mark", "applied", &format!("holder:{id}")]).contains(&id));
        let keeper = self.keepers.get_mut(&id).unwrap();
        keeper.applied = Some((today, self.closed.in_hand(keeper.desk, today)));
        if entry["outcome"] == "apply" {
            *self.applications.entry(today).or_default() += 1;
        }
    }

    /// Has everything said that is due. Some change their password when they are warned, the
    /// others when it has expired.
    fn remind(&mut self, today: Day) -> Vec<Said> {
        let document = self.json(today, &["reminders", "--record"]);
        let mut said = Vec::new();
        for due in document["due"].as_array().unwrap() {
            let [topic, step] = ["topic", "step"].map(|key| due[key].as_str().unwrap().to_string());
            let id = holder(due);
            let before = self.said.insert((topic.clone(), step.clone()), id.clone());
            assert_eq!(before, None, "{today}: {topic} {step} is said twice");
            if due["about"] == "password" && (step == "tier-0" || id.ends_with(['2', '6'])) {
                self.run(today, &["mark", "password-changed", &format!("holder:{id}")]);
            }
            said.push((topic, step, id));
        }
        said
    }

    /// Everybody can bill this month, but those who were forgiven.
    fn cover(&mut self, today: Day) {
        let month = &today.to_string()[..7];
        let coverage = self.json(today, &["coverage", "--month", month]);
        assert_eq!(coverage["units"]["unknown"], 0, "{today} {}", coverage["unknown"]);
        let cannot: Vec<String> = coverage["cannot"].as_array().unwrap().iter().map(holder).collect();
        assert!(cannot.iter().all(|id| self.forgiven.contains(id)), "{today} {}", coverage["cannot"]);
        let units = self.keepers.len() - 1 + 5;
        // One day is enough for the claims of a month.
        let can = ["can", "can_until"].map(|state| coverage["units"][state].as_u64().unwrap()).iter().sum::<u64>();
        assert_eq!(can, (units - cannot.len()) as u64, "{today}");
        self.uncovered.extend(cannot);
    }

    /// Certificates inside a tier about which nobody has done anything, with the tightest tier.
    pub fn tightest(&self, today: Day) -> BTreeMap<String, i64> {
        let tier = |keeper: &Keeper| {
            let left = (keeper.ends - today).whole_days();
            TIERS.into_iter().find(|days| left <= *days).filter(|_| left >= 0 && keeper.is_active())
        };
        self.keepers.iter().filter_map(|(id, keeper)| Some((id.clone(), tier(keeper)?))).collect()
    }
}

/// The ID of the holder of an entry.
fn holder(entry: &Value) -> String {
    entry["holder"]["id"].as_str().unwrap_or_else(|| panic!("nobody's: {entry}")).to_string()
}
