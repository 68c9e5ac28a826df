//! What is in force, and from where: the command line before the environment and the
//! configuration, the configuration before the defaults. `shomei config show` prints it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};
use zeroize::Zeroizing;

use super::config::{Notify, Reports, Set, Whence, fail_on, key_look};
use super::passwords::{PasswordMap, Whereabouts};
use super::session::Session;
use super::{Failure, Outcome, arguments, files};
use crate::audit::{Keyring, PasswordOf, rules};
use crate::calendar::{Instant, Zone, parse_instant};
use crate::certificate::{Certificate, Crl, hex};
use crate::container::{KeyInspection, Limit, Limits, PasswordCandidate, PasswordOrigin, candidates_of_file};
use crate::locale::{Lang, Text};
use crate::policy::{self, Policy, Severity};
use crate::report::{Format, pad};
use crate::trust::{PinClaim, compare_with_pins};

/// Policies that are known by name.
pub(super) const BUILT_IN: [(&str, &str); 2] =
    [("e-seikyuu", policy::BUILT_IN), ("lab", include_str!("../../policies/lab.yaml"))];

/// Everything that can be set, resolved.
#[derive(Clone)]
pub(super) struct Settings {
    pub sources: Set<Vec<PathBuf>>,
    pub policy: Set<PathBuf>,
    pub at: Set<Option<String>>,
    pub roots: Set<Vec<PathBuf>>,
    pub crls: Set<Vec<PathBuf>>,
    pub password_files: Set<Vec<PathBuf>>,
    pub password_envs: Set<Vec<String>>,
    pub password_map: Set<Option<PathBuf>>,
    pub try_typos: Set<bool>,
    pub prompt: Set<bool>,
    pub keys: Set<KeyInspection>,
    pub format: Set<Format>,
    pub output: Set<Option<PathBuf>>,
    pub inventory: Set<PathBuf>,
    pub host: Set<String>,
    pub fail_on: Set<Option<Severity>>,
    pub limits: Limits,
    limits_from: Vec<(Limit, Whence)>,
}

/// The policy in force with the moment, and what may become anchors.
pub(super) struct Judging {
    pub policy: Arc<Policy>,
    pub at: Instant,
    pub roots: Vec<Certificate>,
    pub crls: Vec<Crl>,
}

/// Reads flags that a command may or may not have.
struct Given<'a>(&'a ArgMatches);

impl Given<'_> {
    fn has(&self, name: &str) -> bool {
        self.0.try_contains_id(name).unwrap_or(false) && self.0.value_source(name) == Some(ValueSource::CommandLine)
    }

    fn many<T: Clone + Send + Sync + 'static>(&self, name: &str) -> Option<Vec<T>> {
        self.has(name).then(|| self.0.get_many::<T>(name).into_iter().flatten().cloned().collect())
    }

    fn one<T: Clone + Send + Sync + 'static>(&self, name: &str) -> Option<T> {
        if self.has(name) { self.0.get_one::<T>(name).cloned() } else { None }
    }

    fn word<T>(&self, name: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.one::<String>(name).and_then(|word| read(&word))
    }
}

/// The command line's value, else the configuration's, else the default.
fn pick<T: Clone>(given: Option<T>, configured: &Option<Set<T>>, default: T) -> Set<T> {
    match (given, configured) {
        (Some(value), _) => Set { value, from: Whence::CommandLine },
        (None, Some(set)) => set.clone(),
        (None, None) => Set { value: default, from: Whence::Default },
    }
}

/// The same where none is a value too.
fn pick_optional<T: Clone>(given: Option<T>, configured: &Option<Set<T>>) -> Set<Option<T>> {
    let configured = configured.as_ref().map(|set| Set { value: Some(set.value.clone()), from: set.from.clone() });
    pick(given.map(Some), &configured, None)
}

/// The inventory where nobody names one: in the user's data folder.
fn default_inventory() -> PathBuf {
    data_folder().unwrap_or_default().join("inventory.sqlite")
}

/// The user's data folder; none where the system does not tell the user's home.
pub(super) fn data_folder() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "shomei").map(|folders| folders.data_dir().to_path_buf())
}

/// This computer's name.
fn host_name() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}

/// A limit's name in the configuration: `iterations`.
pub(super) fn limit_key(limit: Limit) -> String {
    limit.code().to_string()
}

fn configured_format(set: &Option<Set<String>>) -> Set<Format> {
    match set.as_ref().and_then(|set| Some((format(&set.value)?, set.from.clone()))) {
        Some((value, from)) => Set { value, from },
        None => Set { value: Format::Table, from: Whence::Default },
    }
}

/// The word that `--format` takes for a form.
pub(super) fn format(word: &str) -> Option<Format> {
    Format::ALL.iter().find(|(w, _)| *w == word).map(|(_, format)| *format)
}

impl Settings {
    /// Resolves everything for this command line.
    pub(super) fn resolve(session: &Session, matches: &ArgMatches) -> Result<Settings, Failure> {
        let given = Given(matches);
        let config = &session.config;
        let mut limits = Limits::default();
        let mut limits_from = Vec::new();
        for limit in Limit::ALL {
            let configured = config.limits.get(&limit_key(limit)).cloned();
            let set = pick(given.one::<u64>(&limit.flag()[2..]), &configured, limits.allowed(limit));
            limits.set(limit, set.value);
            limits_from.push((limit, set.from));
        }
        let typos = given.has("try-typos").then_some(true);
        Ok(Settings {
            sources: pick(given.many("paths"), &config.sources, Vec::new()),
            policy: pick(given.one("policy"), &config.policy, PathBuf::from("e-seikyuu")),
            at: pick_optional(given.one("at"), &config.at),
            roots: pick(given.many("root"), &config.roots, Vec::new()),
            crls: pick(given.many("crl"), &config.crls, Vec::new()),
            password_files: pick(given.many("password-file"), &config.password_files, Vec::new()),
            password_envs: pick(given.many("password-env"), &config.password_variables, Vec::new()),
            password_map: pick_optional(given.one("password-map"), &config.password_map),
            try_typos: pick(typos, &config.try_typos, false),
            prompt: pick(given.has("no-prompt").then_some(false), &config.prompt, true),
            keys: pick(given.word("keys", key_look), &config.keys, KeyInspection::Match),
            format: match given.word("format", format) {
                Some(value) => Set { value, from: Whence::CommandLine },
                None => configured_format(&config.format),
            },
            output: pick_optional(given.one("output"), &config.output),
            inventory: pick(given.one("inventory"), &config.inventory, default_inventory()),
            host: pick(given.one("host"), &config.host, host_name()),
            fail_on: pick(given.word("fail-on", fail_on), &config.fail_on, Some(Severity::Error)),
            limits,
            limits_from,
        })
    }

    /// Whether the command line or the configuration names the moment to judge.
    pub(super) fn names_moment(&self) -> bool {
        self.at.value.is_some()
    }

    /// Whether this command line asks for JSON; the configuration's format is the audit's.
    pub(super) fn is_json(&self, matches: &ArgMatches) -> bool {
        arguments::is_json(matches)
    }

    /// The moment that `--at` or the configuration names; a day is one in the policy's zone.
    pub(super) fn moment(session: &Session, matches: &ArgMatches) -> Result<Instant, Failure> {
        let settings = Settings::resolve(session, matches)?;
        // A policy that cannot be read is not to keep a run from beginning, which tells of it.
        if settings.at.value.is_none() {
            return Ok(session.now);
        }
        settings.at_in(settings.policy_alone(session)?.zone, session)
    }

    fn at_in(&self, zone: Zone, session: &Session) -> Result<Instant, Failure> {
        let Some(text) = &self.at.value else { return Ok(session.now) };
        let wrong = Text {
            ja: "--at の値 {text} は日時ではありません。2026-11-23 か 2026-11-23T09:00:00+09:00 のように書いてください。",
            en: "--at {text} is no time: write it like 2026-11-23 or 2026-11-23T09:00:00+09:00.",
        };
        parse_instant(text, zone).ok_or_else(|| Failure::new(wrong, session.lang, &[("text", text)]))
    }

    /// Reads a policy file; all its mistakes at once.
    pub(super) fn read_policy(path: &Path, lang: Lang) -> Result<Policy, Failure> {
        let name = path.to_string_lossy();
        let bytes = files::read(path, lang)?;
        let text = crate::yaml::decode(&bytes, &name).map_err(|mistakes| told(&mistakes, lang))?;
        Policy::read(text, &name, &rules::codes()).map_err(|mistakes| told(&mistakes, lang))
    }

    /// The policy in force, with no regard to roots.
    pub(super) fn policy_alone(&self, session: &Session) -> Result<Policy, Failure> {
        let path = &self.policy.value;
        let known = BUILT_IN.iter().find(|(name, _)| path == Path::new(name) && !path.is_file());
        match known {
            Some((name, text)) => Policy::read(text, &format!("{name}.yaml"), &rules::codes())
                .map_err(|mistakes| told(&mistakes, session.lang)),
            None => Settings::read_policy(path, session.lang),
        }
    }

    /// The policy in force, its pins with the SHA-256 learnt from the roots kept.
    pub(super) fn policy_with(&self, kept: &KeptRoots, session: &Session) -> Result<Policy, Failure> {
        let mut policy = self.policy_alone(session)?;
        let learnt: Vec<(String, [u8; 20], [u8; 32])> = kept
            .certificates()
            .filter_map(|certificate| match compare_with_pins(&policy, certificate) {
                PinClaim::Anchor(pair) => Some((pair.pin.id.clone(), pair.pin.sha1, certificate.sha256)),
                _ => None,
            })
            .collect();
        for pin in policy.authorities.iter_mut().flat_map(|authority| &mut authority.pins) {
            let fits = learnt.iter().find(|(id, sha1, _)| *id == pin.id && *sha1 == pin.sha1);
            pin.sha256 = pin.sha256.or(fits.map(|(_, _, sha256)| *sha256));
        }
        Ok(policy)
    }

    /// The policy in force, the moment, and all roots and CRLs given or kept.
    pub(super) fn policy(&self, session: &Session) -> Result<Judging, Failure> {
        let lang = session.lang;
        let kept = KeptRoots::open(lang)?;
        let policy = self.policy_with(&kept, session)?;
        let at = self.at_in(policy.zone, session)?;
        let mut roots: Vec<Certificate> = kept.certificates().cloned().collect();
        for path in &self.roots.value {
            roots.extend(files::certificates(path, lang)?);
        }
        let mut crls = Vec::new();
        for path in &self.crls.value {
            crls.extend(files::crls(path, lang)?);
        }
        Ok(Judging { policy: Arc::new(policy), at, roots, crls })
    }

    /// The passwords in force.
    pub(super) fn keyring(&self, session: &Session) -> Result<Keyring, Failure> {
        let lang = session.lang;
        let mut common = Vec::new();
        for path in &self.password_files.value {
            let bytes = Zeroizing::new(files::read(path, lang)?);
            common.extend(candidates_of_file(&bytes, path));
        }
        for name in &self.password_envs.value {
            common.push(candidate_of_variable(name, lang)?);
        }
        let mapped: PasswordOf = match &self.password_map.value {
            Some(path) => mapped(path, lang)?,
            None => Box::new(|_| Vec::new()),
        };
        Ok(Keyring { common, mapped })
    }
}

/// The passwords of a map: every file and variable that it names is read now, so that what is
/// missing is said before the work and not in its midst.
fn mapped(path: &Path, lang: Lang) -> Result<PasswordOf, Failure> {
    let bytes = files::read(path, lang)?;
    let name = path.to_string_lossy();
    let text = crate::yaml::decode(&bytes, &name).map_err(|mistakes| told(&mistakes, lang))?;
    let working = std::env::current_dir()?;
    let map = PasswordMap::parse(text, path, &working).map_err(|mistakes| told(&mistakes, lang))?;
    let mut of_rule: HashMap<String, Vec<PasswordCandidate>> = HashMap::new();
    for rule in map.rules() {
        let found = match &rule.passwords {
            Whereabouts::File(file) => candidates_of_file(&Zeroizing::new(files::read(file, lang)?), file),
            Whereabouts::Environment(name) => vec![candidate_of_variable(name, lang)?],
        };
        let origin = || PasswordOrigin::Map { rule: rule.name() };
        of_rule.insert(rule.name(), found.into_iter().map(|candidate| candidate.with_origin(origin())).collect());
    }
    Ok(Box::new(move |file| {
        let rule = map.rule_for(file);
        rule.and_then(|rule| of_rule.get(&rule.name())).cloned().unwrap_or_default()
    }))
}

/// The password that an environment variable holds.
pub(super) fn candidate_of_variable(name: &str, lang: Lang) -> Result<PasswordCandidate, Failure> {
    let missing = Text {
        ja: "環境変数 {name} が設定されていません。パスワードを入れてから実行してください。",
        en: "the variable {name} is not set; put the password into it first.",
    };
    let value = std::env::var_os(name).ok_or_else(|| Failure::new(missing, lang, &[("name", &name)]))?;
    let bytes = Zeroizing::new(value.into_encoded_bytes());
    Ok(PasswordCandidate::new(bytes, PasswordOrigin::Environment(name.to_string())))
}

/// All mistakes of a document, for people.
pub(super) fn told(mistakes: &[crate::yaml::YamlMistake], lang: Lang) -> Failure {
    let printed: Vec<String> = mistakes.iter().map(|mistake| mistake.print(lang)).collect();
    Failure::Message(printed.join("\n"))
}

/// The CA roots that the user keeps, in the user's data folder: one DER file each, named by its
/// SHA-256.
pub(super) struct KeptRoots {
    folder: PathBuf,
    roots: Vec<Certificate>,
}

impl KeptRoots {
    /// Reads what is kept. A file that is not what its name says is an error: a root that
    /// somebody exchanged must not go unnoticed.
    pub(super) fn open(lang: Lang) -> Result<KeptRoots, Failure> {
        let folder = match data_folder() {
            Some(folder) => folder.join("roots"),
            None => return Ok(KeptRoots { folder: PathBuf::new(), roots: Vec::new() }),
        };
        let mut roots = Vec::new();
        let Ok(entries) = std::fs::read_dir(&folder) else { return Ok(KeptRoots { folder, roots }) };
        for path in entries.flatten().map(|entry| entry.path()).filter(|p| p.extension().is_some_and(|e| e == "cer")) {
            let bytes = files::read(&path, lang)?;
            let named = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            match Certificate::parse(&bytes) {
                Ok(root) if Some(hex(&root.sha256)) == named => roots.push(root),
                _ => {
                    let text = Text {
                        ja: "保管している認証局証明書 {path} の中身が変わっています。ファイルを取り除き、shomei root add でもう一度保管してください。",
                        en: "the kept root {path} has changed. Remove the file and use shomei root add again.",
                    };
                    return Err(Failure::new(text, lang, &[("path", &path.display())]));
                }
            }
        }
        roots.sort_by_key(|root| root.sha256);
        Ok(KeptRoots { folder, roots })
    }

    /// The roots.
    pub(super) fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.roots.iter()
    }

    /// Keeps a root.
    pub(super) fn add(&self, root: &Certificate, lang: Lang) -> Result<(), Failure> {
        let write = || -> std::io::Result<()> {
            std::fs::create_dir_all(&self.folder)?;
            crate::platform::replace(&self.path_of(root), root.der(), false)
        };
        let text = Text { ja: "{path} に保管できません: {error}。", en: "cannot keep it in {path}: {error}." };
        write().map_err(|error| Failure::new(text, lang, &[("path", &self.folder.display()), ("error", &error)]))
    }

    /// Removes a root.
    pub(super) fn remove(&self, root: &Certificate, lang: Lang) -> Result<(), Failure> {
        let path = self.path_of(root);
        let text = Text { ja: "{path} を取り除けません: {error}。", en: "cannot remove {path}: {error}." };
        std::fs::remove_file(&path)
            .map_err(|error| Failure::new(text, lang, &[("path", &path.display()), ("error", &error)]))
    }

    fn path_of(&self, root: &Certificate) -> PathBuf {
        self.folder.join(format!("{}.cer", hex(&root.sha256)))
    }
}

/// The definition of `shomei config`.
pub(super) fn command(lang: Lang) -> Command {
    let about = Text { ja: "有効な設定を表示します", en: "Shows the settings in force" };
    let show = Text {
        ja: "有効な設定と、それがどこから来たか(コマンドライン、設定ファイルの行、既定値)を表示します",
        en: "Prints what is in force and from where: command line, line of the configuration, default",
    };
    let show = Command::new("show")
        .about(show.get(lang))
        .arg(arguments::format(&arguments::formats(), lang))
        .arg(arguments::output(lang))
        .arg(arguments::inventory(lang))
        .arg(arguments::host(lang))
        .args(arguments::judging(lang))
        .args(arguments::opening(lang));
    Command::new("config").about(about.get(lang)).subcommand_required(true).subcommand(show)
}

/// Runs `shomei config show`.
pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let matches = matches.subcommand().map_or(matches, |(_, sub)| sub);
    let settings = Settings::resolve(session, matches)?;
    let mut out = String::new();
    for (name, value, from) in settings.lines(session) {
        let value = crate::report::escape::terminal(&value).into_owned();
        out += &format!("{}  {}  # {}\n", pad(&name, 20), pad(&value, 40), from.print(session.lang));
    }
    session.print(&out)?;
    Ok(Outcome::Clean)
}

impl Settings {
    fn lines(&self, session: &Session) -> Vec<(String, String, Whence)> {
        let paths = |list: &[PathBuf]| match list.is_empty() {
            true => "-".to_string(),
            false => list.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", "),
        };
        let one = |path: &Option<PathBuf>| path.as_ref().map_or("-".to_string(), |p| p.display().to_string());
        let names = if self.password_envs.value.is_empty() { "-".into() } else { self.password_envs.value.join(", ") };
        let keys = match self.keys.value {
            KeyInspection::Match => "match",
            KeyInspection::Presence => "presence",
            KeyInspection::Skip => "skip",
        };
        let format = Format::ALL.iter().find(|(_, f)| *f == self.format.value).map_or("", |(word, _)| word);
        let now = Text { ja: "現在", en: "now" }.get(session.lang);
        let mut lines = vec![
            ("sources".to_string(), paths(&self.sources.value), self.sources.from.clone()),
            ("policy".into(), self.policy.value.display().to_string(), self.policy.from.clone()),
            ("at".into(), self.at.value.clone().unwrap_or_else(|| now.into()), self.at.from.clone()),
            ("roots".into(), paths(&self.roots.value), self.roots.from.clone()),
            ("crls".into(), paths(&self.crls.value), self.crls.from.clone()),
            ("passwords.file".into(), paths(&self.password_files.value), self.password_files.from.clone()),
            ("passwords.env".into(), names, self.password_envs.from.clone()),
            ("passwords.map".into(), one(&self.password_map.value), self.password_map.from.clone()),
            ("try_typos".into(), self.try_typos.value.to_string(), self.try_typos.from.clone()),
            ("prompt".into(), self.prompt.value.to_string(), self.prompt.from.clone()),
            ("keys".into(), keys.into(), self.keys.from.clone()),
            ("format".into(), format.into(), self.format.from.clone()),
            ("output".into(), one(&self.output.value), self.output.from.clone()),
            ("inventory".into(), self.inventory.value.display().to_string(), self.inventory.from.clone()),
            ("host".into(), self.host.value.clone(), self.host.from.clone()),
            ("fail_on".into(), self.fail_on.value.map_or("never", Severity::code).into(), self.fail_on.from.clone()),
            ("lang".into(), session.lang.code().into(), session.lang_from()),
        ];
        let config = &session.config;
        lines.extend(config.notify.iter().flat_map(Notify::lines));
        lines.extend(config.report.iter().flat_map(Reports::lines));
        lines.extend(config.run.lines());
        for (limit, from) in &self.limits_from {
            let name = format!("limits.{}", limit_key(*limit));
            lines.push((name, self.limits.allowed(*limit).to_string(), from.clone()));
        }
        lines
    }
}
