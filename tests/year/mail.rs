//! A year of daily `shomei run`: some weeks in which the computer is off, a week in which the mail server
//! fails, one in which it takes everything and hangs up before it says so, a day on which nothing can be
//! written, one on which the disk is full, two wrong clocks, a merge from a computer that is a year ahead, and a wave
//! of renewals. Every contact gets what is due, once; what that is is
//! reckoned here, and what came is read from the Maildir by another library.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use shomei::calendar::Day;
use shomei::report::long_day;

use crate::common::command::{CommandResult, SHOMEI, shomei};
use crate::common::mail_server::MailServer;
use crate::common::python;
use crate::desk::{Desk, after, day};
use crate::hangs_up;
use crate::office::{Keeper, Office};

/// Nothing runs from the first of these days until the second, which is the first after it.
const OFF: (&str, &str) = ("2027-05-02", "2027-05-21");
/// The mail server fails from the first of these days until the second: it cannot be reached, then
/// it hangs up.
const FAILS: (&str, &str) = ("2027-04-05", "2027-04-12");
const HANGS_UP: &str = "2027-04-09";
/// From the first of these days until the second the server takes each message and hangs up before it says
/// so; the report of the month is due among them.
const DOUBTFUL: (&str, &str) = ("2027-07-05", "2027-07-12");
/// On this day nothing can be written, and on that one there is no room on the disk.
const READ_ONLY: &str = "2027-08-11";
const FULL: &str = "2027-09-14";
/// On these mornings the clock is wrong, and right again by the time of the usual run.
const WRONG_CLOCKS: [(&str, &str); 2] =
    [("2027-02-03", "2029-06-01T08:00:00+09:00"), ("2027-10-12", "2015-01-01T00:00:10+09:00")];
/// On this day the inventory of a computer is merged whose clock is a year ahead.
const MERGED: &str = "2027-03-16";
/// Days before the end at which a contact begins to act, by turns.
const ACTS: [i64; 4] = [90, 60, 30, 14];
/// Days for which a system password is good, and from which before its end that is announced.
const PASSWORD: (i64, i64) = (180, 30);

/// Certificates that end throughout the year, and two waves of a week each.
fn ends() -> Vec<(Day, Desk)> {
    let apart = (0..20).map(|at| after(day("2027-01-12"), at * 17));
    let wave = (0..12).map(|at| after(day("2027-07-05"), at % 5));
    // Their first tier begins in the week of doubts.
    let doubted = (0..8).map(|at| after(day("2027-10-04"), at % 5));
    apart.chain(wave).chain(doubted).enumerate().map(|(at, ends)| (ends, Desk::ALL[(at + 2) % 3])).collect()
}

/// What was said of something that ends: the steps, and on which days.
#[derive(Default)]
struct Told {
    tiers: BTreeSet<i64>,
    lapsed: Vec<Day>,
}

/// What is due by the words of the documentation.
#[derive(Default)]
struct Reckoning {
    /// By holder and end; passwords and certificates apart.
    told: BTreeMap<(String, Day, bool), Told>,
    /// By address: the days on which a message is to come, and what it is to tell: name and end.
    expected: BTreeMap<String, BTreeMap<Day, BTreeSet<(String, Day)>>>,
    /// Days on which the auditors are to get the report.
    reports: Vec<Day>,
}

/// Something due.
struct Due {
    id: String,
    ends: Day,
    is_password: bool,
    /// The tier; none: it has lapsed.
    tier: Option<i64>,
}

impl Reckoning {
    fn due(&self, office: &Office, today: Day) -> Vec<Due> {
        let mut due = Vec::new();
        for (id, keeper) in &office.keepers {
            due.extend(self.of_certificate(id, keeper, today));
            due.extend(self.of_password(id, keeper, today));
        }
        due
    }

    fn told(&self, id: &str, ends: Day, is_password: bool) -> Option<&Told> {
        self.told.get(&(id.to_string(), ends, is_password))
    }

    fn of_certificate(&self, id: &str, keeper: &Keeper, today: Day) -> Option<Due> {
        if !keeper.is_active() {
            return None;
        }
        let told = self.told(id, keeper.ends, false);
        let due = |tier| Due { id: id.to_string(), ends: keeper.ends, is_password: false, tier };
        // Runs are at ten, after the nine o'clock at which most end.
        let has_ended = if keeper.whole { today > keeper.ends } else { today >= keeper.ends };
        if has_ended {
            let times = told.map_or(&[][..], |told| &told.lapsed);
            let is_early = times.last().is_some_and(|last| (today - *last).whole_days() < 7);
            return (!is_early && times.len() < 8).then(|| due(None));
        }
        let left = (keeper.ends - today).whole_days();
        let tier = [7, 14, 30, 60, 90].into_iter().find(|tier| left <= *tier)?;
        let is_said = told.is_some_and(|told| told.tiers.iter().any(|other| *other <= tier));
        (!is_said).then(|| due(Some(tier)))
    }

    fn of_password(&self, id: &str, keeper: &Keeper, today: Day) -> Option<Due> {
        let ends = after(keeper.changed?, PASSWORD.0);
        let left = (ends - today).whole_days();
        let tier = if left > 0 { PASSWORD.1 } else { 0 };
        let is_said = self.told(id, ends, true).is_some_and(|told| told.tiers.iter().any(|other| *other <= tier));
        (left <= PASSWORD.1 && !is_said).then(|| Due { id: id.to_string(), ends, is_password: true, tier: Some(tier) })
    }

    /// What is due comes today.
    fn send(&mut self, office: &Office, due: &[Due], today: Day) {
        for one in due {
            let keeper = &office.keepers[&one.id];
            let told = self.told.entry((one.id.clone(), one.ends, one.is_password)).or_default();
            match one.tier {
                Some(tier) => drop(told.tiers.insert(tier)),
                None => told.lapsed.push(today),
            }
            let of_day = self.expected.entry(keeper.mail.clone()).or_default().entry(today).or_default();
            of_day.insert((keeper.name.clone(), one.ends));
        }
        if self.report_is_due(today) {
            self.reports.push(today);
        }
    }

    /// Whether the auditors have got no report since the last 11th.
    fn report_is_due(&self, today: Day) -> bool {
        let eleventh = if today.day() >= 11 { today } else { after(today, -i64::from(today.day())) };
        let eleventh = eleventh.replace_day(11).unwrap();
        self.reports.last().is_none_or(|last| *last < eleventh)
    }
}

/// The configuration, with the port of the mail server.
fn configure(office: &Office, server: &MailServer, port: u16) {
    let (ca, password) = (server.ca.display(), server.password_file.display());
    let user = &server.user;
    let smtp = format!("port: {port}\n    user: {user}\n    password_file: {password}\n    ca: {ca}");
    write_configuration(office, server, &smtp);
}

/// The configuration, with how the mail server is reached.
fn write_configuration(office: &Office, server: &MailServer, smtp: &str) {
    let text = format!(
        "policy: policy.yaml\ninventory: inventory.sqlite\nlang: en\nsources: share\npasswords:\n  file: passwords.txt\n\
         prompt: false\nrun:\n  log: log/shomei.log\n  metrics: metrics\n\
         notify:\n  from: 証明書係 <cert@{domain}>\n  auditors: auditor@{domain}\n  report_on: monthly 11\n\
         \x20 attach: json\n  signature: 架空支援センター\n  smtp:\n    host: localhost\n    {smtp}\n\
         \x20   attempts: 1\n    pause: 0\n    timeout: 20\n",
        domain = server.domain,
    );
    fs::write(office.path("shomei.yaml"), text).unwrap();
}

/// `shomei run` on a day, as a scheduler calls it: its exit code.
fn run(office: &Office, today: Day) -> i32 {
    run_at(office, &format!("{today}T10:00:00+09:00"), today)
}

/// The same, at a moment.
fn run_at(office: &Office, moment: &str, today: Day) -> i32 {
    let arguments = ["run", "--lang", "ja", "--at", moment, "--config", "shomei.yaml"];
    let mut command = shomei(&office.path(""), &office.path(""), &arguments);
    let CommandResult { stderr, code, .. } = CommandResult::of(command.output().unwrap());
    assert_eq!(stderr.is_empty(), code == 0, "{today}: {stderr}");
    code
}

/// Merges what another computer recorded, whose clock is a year ahead.
fn merge_from_the_future(office: &Office, today: Day) {
    let ahead = after(today, 365);
    fs::create_dir(office.path("other")).unwrap();
    fs::copy(office.path("share/W.p12"), office.path("other/W.p12")).unwrap();
    let of_other = ["--inventory", "other.sqlite"];
    let import = ["import", "--password-file", "passwords.txt", "--fail-on", "never", "--host", "pc2", "other"];
    office.run(ahead, &[&import[..], &of_other].concat());
    office.run(ahead, &[&["inventory", "export", "--output", "other.jsonl"][..], &of_other].concat());
    office.run(today, &["inventory", "merge", "other.jsonl"]);
    // What is dated in the future is dated again, as the daily check of run asks for.
    office.run(today, &["inventory", "check", "--repair"]);
}

/// Three hourly runs in a world that these lines make of the office's folder: each must fail.
fn run_in(office: &Office, today: Day, world: &str) {
    let runs = "for hour in 10 11 12; do code=0; \"$SHOMEI\" run --lang ja --at \"${DAY}T$hour:00:00+09:00\" \
        --config shomei.yaml >/dev/null 2>&1 || code=$?; echo $code; done";
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", &format!("set -e\n{world}\ncd \"$OFFICE\"\n{runs}")]).env_clear();
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", office.path("")).env("LC_ALL", "C.UTF-8");
    let temporary = tempfile::tempdir().unwrap();
    command.env("SHOMEI", SHOMEI).env("OFFICE", office.path("")).env("TMPDIR", temporary.path());
    command.env("DAY", today.to_string()).current_dir(office.path(""));
    let said = CommandResult::of(command.output().unwrap());
    assert_eq!((said.code, said.stdout.as_str()), (0, "2\n2\n2\n"), "{today}: {said:?}");
}

/// The office's folder can only be read.
const ONLY_READ: &str = "mount --bind \"$OFFICE\" \"$OFFICE\"; mount -o remount,ro,bind \"$OFFICE\"";
/// It lies on a small disk without any room.
const NO_ROOM: &str = "mkdir \"$TMPDIR/copy\"; cp -a . \"$TMPDIR/copy\"; mount -t tmpfs -o size=64m none \"$OFFICE\"
    cp -a \"$TMPDIR/copy/.\" \"$OFFICE\"; dd if=/dev/zero of=\"$OFFICE/filler\" bs=4096 2>/dev/null || true";

/// A port on which whoever comes is hung up on.
fn hung_up() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || listener.incoming().for_each(drop));
    port
}

/// What contacts do: those whose time has come apply where applications are taken, and passwords are
/// changed when it was told.
fn act(office: &mut Office, reckoning: &Reckoning, today: Day, due: &[Due]) {
    let mut applying = Vec::new();
    for (at, (id, keeper)) in office.keepers.iter().enumerate() {
        let Some(told) = reckoning.told(id, keeper.ends, false) else { continue };
        let acts = !told.lapsed.is_empty() || told.tiers.iter().any(|tier| *tier <= ACTS[at % ACTS.len()]);
        if keeper.is_active() && acts && office.closed.takes(keeper.desk, today) {
            applying.push((id.clone(), office.closed.in_hand(keeper.desk, today)));
        }
    }
    for (id, in_hand) in applying {
        office.run(today, &["mark", "applied", &format!("holder:{id}")]);
        office.keepers.get_mut(&id).unwrap().applied = Some((today, in_hand));
    }
    for one in due.iter().filter(|one| one.is_password && (one.tier == Some(0) || one.id.ends_with(['2', '6']))) {
        office.run(today, &["mark", "password-changed", &format!("holder:{}", one.id)]);
        office.keepers.get_mut(&one.id).unwrap().changed = Some(today);
    }
}

/// What came, by recipient.
fn came(maildir: &Path) -> BTreeMap<String, Vec<Value>> {
    let printed = python::printed(&["tests/year/maildir.py", maildir.to_str().unwrap()]);
    let mut came: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in printed.lines() {
        let message: Value = serde_json::from_str(line).unwrap();
        came.entry(message["envelope_to"].as_str().unwrap().into()).or_default().push(message);
    }
    came
}

#[test]
fn in_a_year_every_contact_gets_just_what_was_due() {
    let server = MailServer::start();
    let mut office = Office::at(90, &ends(), &server.domain);
    let mut reckoning = Reckoning::default();
    fs::create_dir(office.path("metrics")).unwrap();
    let (off, fails) = ((day(OFF.0), day(OFF.1)), (day(FAILS.0), day(FAILS.1)));
    // Nobody listens on a port that was just given back.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let hangs_up = hangs_up::start(server.maildir());
    configure(&office, &server, server.starttls);
    let (mut today, mut held_up, mut doubtful) = (day("2026-12-01"), 0, 0);
    while today < day("2027-12-01") {
        office.fetch(today);
        if today == fails.0 {
            configure(&office, &server, nobody);
        } else if today == day(HANGS_UP) {
            configure(&office, &server, hung_up());
        } else if today == fails.1 {
            configure(&office, &server, server.starttls);
        } else if today == day(DOUBTFUL.0) {
            let smtp = format!("port: {hangs_up}\n    security: none");
            write_configuration(&office, &server, &smtp);
        } else if today == day(DOUBTFUL.1) {
            configure(&office, &server, server.starttls);
        }
        if let Some((_, moment)) = WRONG_CLOCKS.iter().find(|(on, _)| today == day(on)) {
            assert_eq!(run_at(&office, moment, today), 2, "{today}: {moment}");
        }
        if today == day(MERGED) {
            merge_from_the_future(&office, today);
        }
        let is_doubtful = day(DOUBTFUL.0) <= today && today < day(DOUBTFUL.1);
        let (is_off, is_failing) = (off.0 <= today && today < off.1, fails.0 <= today && today < fails.1);
        let due = reckoning.due(&office, today);
        let mut said: &[Due] = &[];
        if is_failing {
            held_up = held_up.max(due.len());
            // Without anything to say, there is nothing to fail at.
            let has_to_say = !due.is_empty() || reckoning.report_is_due(today);
            assert_eq!(run(&office, today), if has_to_say { 2 } else { 0 }, "{today}");
        } else if is_doubtful {
            // Each hour, as a scheduler repeats what failed: a few messages are tried, and the rest is left to
            // the next run.
            for hour in 10..22 {
                run_at(&office, &format!("{today}T{hour}:00:00+09:00"), today);
            }
            doubtful += due.len();
            reckoning.send(&office, &due, today);
            said = &due;
        } else if today == day(READ_ONLY) || today == day(FULL) {
            held_up = held_up.max(due.len());
            run_in(&office, today, if today == day(FULL) { NO_ROOM } else { ONLY_READ });
        } else if !is_off {
            assert_eq!(run(&office, today), 0, "{today}");
            reckoning.send(&office, &due, today);
            said = &due;
        }
        if !is_off {
            act(&mut office, &reckoning, today, said);
        }
        today = after(today, 1);
    }
    assert!(doubtful >= 5, "the week of doubts had {doubtful} things to say");
    assert!(held_up >= 8, "the week in which nothing could be sent had {held_up} things to say");
    judge(&server, &office, &reckoning);
}

/// Compares what came with what was reckoned.
fn judge(server: &MailServer, office: &Office, reckoning: &Reckoning) {
    let domain = &server.domain;
    let auditor = format!("auditor@{domain}");
    let count: usize = reckoning.expected.values().map(BTreeMap::len).sum();
    server.mails("auditor", reckoning.reports.len());
    // The server takes mail faster than it delivers.
    let is_to_contact = |mail: &Vec<u8>| !String::from_utf8_lossy(mail).contains(&format!("Envelope-to: {auditor}"));
    let began = Instant::now();
    while server.all().iter().filter(|mail| is_to_contact(mail)).count() < count {
        assert!(began.elapsed() < Duration::from_secs(30), "some of {count} messages did not come:\n{}", server.log());
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut came = came(&server.maildir());
    let reports = came.remove(&auditor).unwrap_or_default();
    let days = |of: &[Value]| {
        let mut days: Vec<Day> = of.iter().map(|message| day(message["day"].as_str().unwrap())).collect();
        days.sort();
        days
    };
    // Whoever was written to while the server hung up may have the same message twice, and no more often.
    let reports = once(reports, domain);
    came.values_mut().for_each(|messages| *messages = once(std::mem::take(messages), domain));
    let whole: Vec<Value> = reports.iter().filter(|one| one["files"] != Value::Array(vec![])).cloned().collect();
    assert_eq!(days(&whole), reckoning.reports);
    assert_eq!(came.keys().collect::<Vec<_>>(), reckoning.expected.keys().collect::<Vec<_>>());
    for (address, expected) in &reckoning.expected {
        let messages = &came[address];
        assert_eq!(days(messages), expected.keys().copied().collect::<Vec<_>>(), "{address}");
        for message in messages {
            compare(office, address, &expected[&day(message["day"].as_str().unwrap())], message);
        }
    }
    let ids: BTreeSet<&str> = came.values().flatten().map(|message| message["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), count);
    // The year had all that it was to have.
    let shared = &reckoning.expected[&format!("shared@{domain}")];
    assert!(shared.values().any(|told| told.len() > 1), "{shared:?}");
    let lapsed = reckoning.told.values().map(|told| told.lapsed.len()).max();
    let (tiers, passwords): (Vec<_>, Vec<_>) = reckoning.told.iter().partition(|((_, _, is_password), _)| !is_password);
    let tiers: BTreeSet<i64> = tiers.into_iter().flat_map(|(_, told)| told.tiers.iter().copied()).collect();
    assert!(count >= 60 && passwords.len() >= 8 && reckoning.reports.len() >= 12, "{count} {}", passwords.len());
    assert!(tiers.len() >= 4 && lapsed >= Some(1), "{tiers:?} {lapsed:?}");
}

/// Each message once, by its Message-ID; only those of the week of doubts came twice.
fn once(messages: Vec<Value>, domain: &str) -> Vec<Value> {
    let mut copies: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept = Vec::new();
    for message in messages {
        let of_week = (day(DOUBTFUL.0)..day(DOUBTFUL.1)).contains(&day(message["day"].as_str().unwrap()));
        let count = copies.entry(message["id"].as_str().unwrap().to_string()).or_default();
        *count += 1;
        assert!(*count <= if of_week { 2 } else { 1 }, "{domain}: {count} copies of {message}");
        if *count == 1 {
            kept.push(message);
        }
    }
    kept
}

/// One message: it names all that it is to tell, and nobody else's.
fn compare(office: &Office, address: &str, expected: &BTreeSet<(String, Day)>, message: &Value) {
    let [text, html, subject] =
        ["text", "html", "subject"].map(|part| message[part].as_str().unwrap().replace("\r\n", "\n"));
    assert_eq!(message["files"], Value::Array(vec![]), "{address}");
    for (name, ends) in expected {
        let ends = long_day(*ends, shomei::locale::Lang::Ja);
        assert!(
            text.contains(name) && text.contains(&ends) && html.contains(&ends),
            "{address}: {name} {ends}\n{text}"
        );
    }
    let facts =
        text.lines().filter(|line| line.starts_with("  有効期限: ") || line.starts_with("  パスワードの期限: "));
    assert_eq!(facts.count(), expected.len(), "{address}\n{text}");
    let others = office.keepers.values().filter(|keeper| keeper.mail != address);
    for other in others {
        assert!(!text.contains(&other.name) && !html.contains(&other.name), "{address} is told of {}", other.name);
        assert!(!subject.contains(&other.name), "{address} is told of {}", other.name);
    }
    assert!(text.contains("-- \n架空支援センター"), "{text}");
}
