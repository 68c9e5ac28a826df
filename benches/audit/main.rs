//! How fast an audit is, beside what it cannot do without and beside a script.
//!
//! ```text
//! cargo bench --bench audit [-- --files 2000 --rounds 9 --peer 50 --memory 20000 --fleet DIR]
//! ```
//!
//! `--fleet` keeps the files made, and takes them from there the next time.
//!
//! In each round, so that a noisy machine is noisy for all: `audit/shomei`, the public API;
//! `audit/process`, the command as a user starts it; `audit/floor`; audit and floor again without
//! looking at private keys; `audit/openssl` on some of the files. Then the peak memory of audits
//! of two sizes. Correctness is asserted, time never. docs/en/performance.md tells what was seen.

mod fleet;
mod floor;
mod peer;

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use shomei::audit::rules::codes;
use shomei::audit::{Audit, AuditHooks, AuditSummary, Keyring, Source};
use shomei::calendar::{Zone, parse_instant};
use shomei::container::{KeyInspection, Limits, Password, PasswordCandidate, PasswordOrigin};
use shomei::locale::Lang;
use shomei::policy::Policy;
use shomei::register::RegisterState;
use shomei::report::JsonWriter;
use shomei::trust::TrustStatus;

use fleet::{AT, PASSWORD};

/// The argument that makes this program its own child, so that its memory can be measured.
const CHILD: &str = "--child";

fn main() -> io::Result<()> {
    shomei::trust::isolate_openssl();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, folder, rest @ ..] = arguments.as_slice()
        && first == CHILD
    {
        let summary = audit(Path::new(folder), KeyInspection::Match)?;
        println!("{} {}", summary.certificates, peak_memory().unwrap_or(0));
        assert!(rest.is_empty());
        return Ok(());
    }
    let number = |name: &str, default: usize| {
        let at = arguments.iter().position(|a| a == name);
        at.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(default)
    };
    let temporary = tempfile::tempdir()?;
    let kept = arguments.iter().position(|a| a == "--fleet").and_then(|at| arguments.get(at + 1));
    let folder = kept.map_or(temporary.path(), Path::new);
    if files(folder).is_empty() {
        fleet::make(folder, number("--files", 2000))?;
    }
    let files = files(folder);
    println!("{} files, {} threads, {}", files.len(), rayon::current_num_threads(), openssl::version::version());
    rounds(folder, &files, number("--rounds", 9), number("--peer", 50))?;
    memory(folder, number("--memory", 20_000))
}

/// All files, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// Alternating rounds of audit, floor and script; the script has some of the files in each.
fn rounds(folder: &Path, files: &[PathBuf], rounds: usize, sample: usize) -> io::Result<()> {
    let store = floor::store(moment().unix_timestamp())?;
    let bare: Vec<floor::Bare> = files.iter().filter_map(|file| floor::take_apart(file.clone())).collect();
    assert_eq!(bare.len(), files.len(), "every file can be taken apart");
    let floor = |with_keys| {
        timed(|| assert_eq!(floor::run(&bare, &store, with_keys), files.len(), "OpenSSL trusts every leaf"))
    };
    let api = |keys| -> io::Result<f64> {
        let begun = Instant::now();
        check(&audit(folder, keys)?, files.len());
        Ok(begun.elapsed().as_secs_f64())
    };
    let has_script = peer::is_there();
    let mut seen: [Vec<f64>; 7] = Default::default();
    for round in 0..rounds {
        let chosen = chosen(files, round, sample.div_ceil(rounds));
        let script = |with_keys| -> io::Result<f64> {
            let took = peer::run(&chosen, moment().unix_timestamp(), with_keys)?;
            Ok(took.as_secs_f64() * files.len() as f64 / chosen.len() as f64)
        };
        let (match_keys, skip_keys) = (KeyInspection::Match, KeyInspection::Skip);
        let mut times = vec![api(match_keys)?, floor(true), process(folder)?, api(skip_keys)?, floor(false)];
        if has_script {
            times.extend([script(true)?, script(false)?]);
        }
        seen.iter_mut().zip(times).for_each(|(all, time)| all.push(time));
    }
    let [audit, floor, process, audit_skip, floor_skip, script, script_skip] = &seen;
    report("audit/shomei", audit, files.len(), ("floor", floor));
    report("audit/process", process, files.len(), ("floor", floor));
    report("audit/floor", floor, files.len(), ("floor", floor));
    report("audit/shomei --keys skip", audit_skip, files.len(), ("floor", floor_skip));
    report("audit/floor without keys", floor_skip, files.len(), ("floor", floor_skip));
    if has_script {
        report("audit/openssl", script, files.len(), ("audit", audit));
        report("audit/openssl -nokeys", script_skip, files.len(), ("audit", audit_skip));
    }
    Ok(())
}

/// Some files, others in each round, from all over the fleet.
fn chosen(files: &[PathBuf], round: usize, count: usize) -> Vec<&Path> {
    let step = (files.len() / count.max(1)).max(1);
    files.iter().skip(round).step_by(step).take(count.max(1)).map(PathBuf::as_path).collect()
}

fn timed(work: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    work();
    begun.elapsed().as_secs_f64()
}

/// One line: the best and the middle time a file, and the ratio to something else in the same
/// round, the middle one of all rounds.
fn report(name: &str, seen: &[f64], files: usize, (other, beside): (&str, &[f64])) {
    let each = |seconds: f64| seconds * 1e6 / files as f64;
    let ratios: Vec<f64> = seen.iter().zip(beside).map(|(a, b)| a / b).collect();
    let (min, middle) = (sorted(seen)[0], median(seen));
    println!(
        "{name:26} {:7.1} µs/file at best, {:7.1} median, {:6.3} × {other} (median of rounds)",
        each(min),
        each(middle),
        median(&ratios)
    );
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

fn median(values: &[f64]) -> f64 {
    sorted(values)[values.len() / 2]
}

fn moment() -> shomei::calendar::Instant {
    parse_instant(AT, Zone::UTC).expect("a moment")
}

/// The audit by the public API, its JSON thrown away.
fn audit(folder: &Path, keys: KeyInspection) -> io::Result<AuditSummary> {
    let policy = Policy::read(include_str!("../../policies/lab.yaml"), "lab.yaml", &codes()).expect("a policy");
    let candidate = PasswordCandidate::new(Password::from(PASSWORD), PasswordOrigin::Environment("BENCH".into()));
    let limits = Limits::default();
    let audit = Audit {
        sources: &[Source::Path(folder.into())],
        policy: &policy,
        at: moment(),
        limits: &limits,
        keys,
        try_typos: false,
        follow: false,
        keyring: Keyring { common: vec![candidate], mapped: Box::new(|_| Some(std::sync::Arc::default())) },
        roots: Vec::new(),
        crls: Vec::new(),
        office: &RegisterState::default(),
        keep_passed_over: false,
    };
    let hooks = AuditHooks { progress: &AtomicU64::new(0), ask: &mut |_, _| None };
    audit.run(hooks, &mut JsonWriter::new(io::sink(), Lang::En))
}

/// Every file gave its answer: all leaves and the root are trusted, and nothing is wrong.
fn check(summary: &AuditSummary, files: usize) {
    assert_eq!(summary.files, files as u64);
    assert!(summary.certificates >= files as u64 && summary.attention == 0, "{:?}", summary.rules);
    assert_eq!(summary.verdicts.get(&TrustStatus::Trusted), Some(&(files as u64 + 1)));
    assert_eq!(summary.unreadable, 0);
}

/// The command as a user starts it.
fn process(folder: &Path) -> io::Result<f64> {
    let begun = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_shomei"))
        .args(["audit", "--policy", "lab", "--format", "json", "--password-env", "BENCH", "--at", AT])
        .arg(folder)
        .env("BENCH", PASSWORD)
        .env_remove("SHOMEI_CONFIG")
        .env("XDG_CONFIG_HOME", std::env::temp_dir().join("shomei-bench-has-none"))
        .stdout(Stdio::null())
        .status()?;
    assert!(status.success(), "nothing above info");
    Ok(begun.elapsed().as_secs_f64())
}

/// Peak memory of an audit of the fleet, and of one of `more` files.
fn memory(folder: &Path, more: usize) -> io::Result<()> {
    let Some((few, small)) = child(folder)? else {
        println!("memory: this system does not tell");
        return Ok(());
    };
    println!("memory: {few} certificates, {small} KiB at most");
    if more == 0 {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    fleet::make(folder.path(), more)?;
    if let Some((many, large)) = child(folder.path())? {
        let each = (large.saturating_sub(small)) as f64 * 1024.0 / (many.saturating_sub(few)).max(1) as f64;
        println!("memory: {many} certificates, {large} KiB at most: {each:.0} bytes for each more");
    }
    Ok(())
}

/// Audits in a process of its own; certificates, and KiB of memory at its peak.
fn child(folder: &Path) -> io::Result<Option<(u64, u64)>> {
    let output = Command::new(std::env::current_exe()?).arg(CHILD).arg(folder).output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<u64> = text.split_whitespace().filter_map(|n| n.parse().ok()).collect();
    Ok(numbers.first().copied().zip(numbers.get(1).copied()).filter(|(_, memory)| *memory > 0))
}

/// KiB that this process had at its peak, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}
