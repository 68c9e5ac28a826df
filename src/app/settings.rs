//! What is in force, and from where: the command line before the environment and the
//! configuration, the configuration before the defaults. `shomei config show` prints it.

use std::path::PathBuf;

use super::Context;
use super::config::{Config, ConfigEntry, LimitSettings, Passwords, PolicyFile, Setting, SettingLine};
use crate::container::{KeyInspection, Limit, Limits};
use crate::locale::Text;
use crate::policy::Severity;
use crate::report::Format;

/// Everything that can be set, resolved.
#[derive(Clone)]
pub struct Settings {
    /// What to read.
    pub sources: Setting<Vec<PathBuf>>,
    /// The policy.
    pub policy: Setting<PolicyFile>,
    /// The moment that is judged, as it was typed; none for now.
    pub at: Option<String>,
    /// Files with root certificates.
    pub roots: Vec<PathBuf>,
    /// Files with CRLs.
    pub crls: Vec<PathBuf>,
    /// Where passwords are.
    pub passwords: Passwords,
    /// Whether typing mistakes of passwords are tried.
    pub try_typos: bool,
    /// Whether symbolic links below a folder are followed.
    pub follow: bool,
    /// Whether a password may be asked for.
    pub prompt: bool,
    /// How closely private keys are looked at.
    pub keys: KeyInspection,
    /// The output format.
    pub format: Format,
    /// The file for the output.
    pub output: Option<PathBuf>,
    /// The inventory.
    pub inventory: Setting<PathBuf>,
    /// Whose disk the files are on.
    pub host: String,
    /// The severity from which something counts as found; none for never.
    pub fail_on: Option<Severity>,
    /// Limits of what is read.
    pub limits: Limits,
    /// All of it, for `config show`.
    in_force: Config,
}

/// What is set, which is the default where nothing was.
fn resolved<T: Clone>(setting: &mut Option<Setting<T>>, default: T) -> Setting<T> {
    setting.get_or_insert(Setting::of_default(default)).clone()
}

impl Settings {
    /// Resolves everything: what was `given` on the command line, then the configuration, then
    /// the defaults.
    pub fn resolve(context: &Context, given: Config) -> Settings {
        let mut set = given.over(context.config.clone());
        let (limits, limit_settings) = limits(set.limits.take().unwrap_or_default());
        set.limits = Some(limit_settings);
        // Where the system knows no home there is no default: nothing is made in the working folder.
        let inventory = context.environment.data_folder.as_ref().map(|folder| folder.join("inventory.sqlite"));
        let passwords = set.passwords.get_or_insert_default();
        resolved(&mut passwords.file, Vec::new());
        resolved(&mut passwords.env, Vec::new());
        Settings {
            passwords: passwords.clone(),
            sources: resolved(&mut set.sources, Vec::new()),
            policy: resolved(&mut set.policy, PolicyFile(PathBuf::from("e-seikyuu"))),
            at: set.at.as_ref().map(|at| at.value.clone()),
            roots: resolved(&mut set.roots, Vec::new()).value,
            crls: resolved(&mut set.crls, Vec::new()).value,
            try_typos: resolved(&mut set.try_typos, false).value,
            follow: resolved(&mut set.follow, false).value,
            prompt: resolved(&mut set.prompt, true).value,
            keys: resolved(&mut set.keys, KeyInspection::Match).value,
            format: resolved(&mut set.format, Format::Table).value,
            output: set.output.as_ref().map(|output| output.value.clone()),
            inventory: resolved(&mut set.inventory, inventory.unwrap_or_default()),
            host: resolved(&mut set.host, context.environment.host.clone()).value,
            fail_on: resolved(&mut set.fail_on, Some(Severity::Error)).value,
            limits,
            in_force: set,
        }
    }

    /// The same without questions.
    pub fn without_prompt(&self) -> Settings {
        Settings { prompt: false, ..self.clone() }
    }

    /// Whether the command line or the configuration names the moment to judge.
    pub fn names_moment(&self) -> bool {
        self.at.is_some()
    }

    /// What is in force, in the order of the keys: key, value, where it is from.
    pub fn lines(&self, context: &Context) -> Vec<SettingLine> {
        let mut shown = self.in_force.clone();
        shown.lang = Some(Setting { value: context.lang, from: context.lang_from.clone() });
        // What has no default is shown as well, so that everything that could be set is seen.
        let now = Text { ja: "現在", en: "now" };
        resolved(&mut shown.at, now.get(context.lang).into());
        resolved(&mut shown.output, PathBuf::from("-"));
        resolved(&mut shown.passwords.get_or_insert_default().map, PathBuf::from("-"));
        let mut lines = Vec::new();
        shown.lines("", &mut lines);
        lines
    }
}

/// The limits, and all of them as they are set.
fn limits(mut set: LimitSettings) -> (Limits, LimitSettings) {
    let mut limits = Limits::default();
    for limit in Limit::ALL {
        let default = Setting::of_default(limits.allowed(limit));
        limits.set(limit, set.0.entry(limit.code().into()).or_insert(default).value);
    }
    (limits, set)
}
