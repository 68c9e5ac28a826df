//! Where a result goes: every command that writes a file leaves devices, pipes and links what
//! they are, and replaces a file only when the result is complete.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::scene::{Scene, said};

/// A command that writes the file that its last arguments name.
struct Writer {
    /// As the manual heads it.
    name: &'static str,
    arguments: &'static [&'static str],
    /// What stands before the file's name; nothing where the name stands alone.
    flag: Option<&'static str>,
    /// What the file's name must end in.
    ending: &'static str,
    /// Only the owner may read what it writes anew.
    private: bool,
}

const fn writer(name: &'static str, arguments: &'static [&'static str]) -> Writer {
    Writer { name, arguments, flag: Some("--output"), ending: "txt", private: true }
}

const WRITERS: [Writer; 23] = [
    writer("audit", &["audit", "fleet", "--policy", "lab", "--format", "csv"]),
    writer("list", &["list", "--policy", "lab", "--format", "csv"]),
    writer("diff", &["diff", "--policy", "lab", "--since", "2026-11-20", "--format", "json"]),
    writer("coverage", &["coverage", "--policy", "lab"]),
    writer("expiry", &["expiry", "--policy", "lab"]),
    writer("plan", &["plan", "--policy", "lab"]),
    writer("fees", &["fees", "--policy", "lab"]),
    writer("fees check", &["fees", "check", "--policy", "lab"]),
    writer("reminders", &["reminders", "--policy", "lab"]),
    Writer { flag: Some("-o"), ending: "html", ..writer("report", &["report", "--policy", "lab"]) },
    Writer { flag: Some("-o"), ending: "xlsx", ..writer("report", &["report", "--policy", "lab"]) },
    Writer { ending: "html", ..writer("report", &["report", "--policy", "lab", "--letter"]) },
    Writer {
        flag: Some("-o"),
        ending: "html",
        ..writer("notify", &["notify", "--policy", "lab", "--channel", "letter"])
    },
    Writer { ending: "xlsx", ..writer("notify", &["notify", "--policy", "lab", "--channel", "letter"]) },
    Writer { flag: Some("-o"), ending: "csv", ..writer("register export", &["register", "export"]) },
    writer("register check", &["register", "check", "--policy", "lab"]),
    writer("log", &["log"]),
    writer("inventory export", &["inventory", "export"]),
    Writer { flag: None, ..writer("inventory backup", &["inventory", "backup"]) },
    writer("holidays list", &["holidays", "list"]),
    Writer {
        flag: Some("-o"),
        private: false,
        ..writer(
            "schedule print",
            &["schedule", "print", "--config", "scheduled.yaml", "--for", "cron", "--daily", "07:30"],
        )
    },
    Writer {
        flag: Some("-o"),
        private: false,
        ..writer(
            "schedule print",
            &["schedule", "print", "--config", "scheduled.yaml", "--for", "windows", "--daily", "07:30"],
        )
    },
    Writer {
        flag: Some("--export"),
        ending: "csv",
        ..writer("register match", &["register", "match", "--policy", "lab"])
    },
];

const REGISTER: &str = "台帳ID,名称,都道府県,証明書利用区分,電話番号,郵便番号,住所,連絡方法,有効期限,シリアル番号\n\
    A1,あかつき,東京都,介護,03-0000-0001,100-0001,東京都千代田区1,手紙,2026-12-05,3039\n";

/// An office whose holder is to be told something by letter.
fn office() -> Scene {
    let scene = Scene::with_fleet(3);
    scene.import(&[]);
    // A schedule refuses a configuration that judges one moment for good.
    let config = fs::read_to_string(scene.path("shomei.yaml")).unwrap();
    let lines = config.lines().filter(|line| !line.starts_with("at:"));
    fs::write(scene.path("scheduled.yaml"), lines.collect::<Vec<_>>().join("\n")).unwrap();
    fs::write(scene.path("register.csv"), REGISTER).unwrap();
    said(&scene.command(&["register", "import", "register.csv", "--policy", "lab"]).output().unwrap());
    scene
}

impl Writer {
    fn command(&self, scene: &Scene, path: &Path) -> Command {
        let path = path.to_str().unwrap();
        let mut arguments = self.arguments.to_vec();
        arguments.extend(self.flag);
        arguments.push(path);
        let is_elsewhere = ["audit", "holidays list", "schedule print"].contains(&self.name);
        let command = scene.command(&arguments);
        if is_elsewhere {
            // These know no inventory.
            let kept: Vec<_> = command.get_args().filter(|one| *one != "--inventory").map(ToOwned::to_owned).collect();
            let kept = kept.into_iter().filter(|one| *one != scene.path("inventory.sqlite"));
            let mut plain = Command::new(env!("CARGO_BIN_EXE_shomei"));
            plain.args(kept).current_dir(scene.path(""));
            for (name, value) in command.get_envs() {
                plain.env(name, value.unwrap_or_default());
            }
            return plain;
        }
        command
    }

    fn run(&self, scene: &Scene, path: &Path) -> Output {
        let output = self.command(scene, path).output().unwrap();
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 1)), "{} {:?}: {}", self.name, path, String::from_utf8_lossy(&output.stderr));
        output
    }

    fn file(&self, folder: &Path, stem: &str) -> PathBuf {
        folder.join(format!("{stem}.{}", self.ending))
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

/// Makes a pipe and gives what is written into it, once somebody has written.
fn pipe(path: &Path) -> std::thread::JoinHandle<Vec<u8>> {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    let path = path.to_path_buf();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        fs::File::open(path).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    })
}

#[test]
fn whatever_writes_a_file_leaves_pipes_and_links() {
    let scene = office();
    for (n, writer) in WRITERS.iter().enumerate() {
        let folder = scene.path(&format!("out{n}"));
        fs::create_dir(&folder).unwrap();

        let fifo = writer.file(&folder, "pipe");
        let reader = pipe(&fifo);
        writer.run(&scene, &fifo);
        assert!(fs::symlink_metadata(&fifo).unwrap().file_type().is_fifo(), "{}", writer.name);
        assert!(!reader.join().unwrap().is_empty(), "{}", writer.name);

        // A link that leads nowhere yet, then to the file that was made.
        let (link, target) = (writer.file(&folder, "link"), writer.file(&folder, "target"));
        symlink(target.file_name().unwrap(), &link).unwrap();
        writer.run(&scene, &link);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink(), "{}", writer.name);
        assert!(fs::metadata(&target).unwrap().len() > 0, "{}", writer.name);
        if writer.private {
            assert_eq!(mode(&target), 0o600, "{}", writer.name);
        }
        // What may have been filled in is never written over.
        if writer.name == "register match" {
            continue;
        }
        fs::write(&target, "before").unwrap();
        fs::set_permissions(&target, Permissions::from_mode(0o640)).unwrap();
        writer.run(&scene, &link);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink(), "{}", writer.name);
        assert_ne!(fs::read(&target).unwrap(), b"before", "{}", writer.name);
        assert_eq!(mode(&target), 0o640, "{}: who could read it before can read it now", writer.name);
        let left = fs::read_dir(&folder).unwrap().count();
        assert_eq!(left, 3, "{} leaves nothing else", writer.name);
    }
}

#[test]
fn the_table_of_writers_has_every_command_that_names_an_output() {
    fn named(command: &clap::Command, name: &str, found: &mut Vec<String>) {
        for below in command.get_subcommands() {
            let name = format!("{name} {}", below.get_name()).trim().to_string();
            // What other commands print goes to a file by one way for all.
            if below.get_arguments().any(|argument| argument.get_id() == "output") {
                found.push(name.clone());
            }
            named(below, &name, found);
        }
    }
    let mut found = Vec::new();
    named(&shomei::cli::command(shomei::locale::Lang::En), "", &mut found);
    assert!(found.len() > 15);
    for name in found {
        // The first shows the setting; the next two need a server or a monitor's codes and write as coverage does;
        // the last writes nothing that is there.
        let is_apart = ["config show", "connect", "check", "convert"].contains(&name.as_str());
        assert!(is_apart || WRITERS.iter().any(|writer| writer.name == name), "{name}");
    }
}

#[test]
fn devices_stay_devices() {
    let scene = office();
    let is_device = |path: &Path| fs::symlink_metadata(path).unwrap().file_type().is_char_device();
    // A device of our own first, so that a mistake harms nothing; only root can make one.
    let own = scene.path("null.txt");
    let is_made = Command::new("mknod").arg(&own).args(["c", "1", "3"]).output().unwrap().status.success();
    for writer in WRITERS.iter().filter(|writer| writer.ending == "txt") {
        if is_made {
            writer.run(&scene, &own);
            assert!(is_device(&own), "{}", writer.name);
        }
        writer.run(&scene, Path::new("/dev/null"));
        assert!(is_device(Path::new("/dev/null")), "{}", writer.name);
    }
}

#[test]
fn standard_output_may_be_named_as_a_file() {
    let scene = office();
    let list = &WRITERS[1];
    let wanted = said(&list.run_to_stdout(&scene));
    for name in ["/dev/stdout", "/proc/self/fd/1", "/dev/fd/1"] {
        assert_eq!(said(&list.run(&scene, Path::new(name))), wanted, "{name}");
        // Into a file that has something already, as `>>` of a shell does.
        let log = scene.path("log");
        fs::write(&log, "before\n").unwrap();
        let appending = fs::File::options().append(true).open(&log).unwrap();
        assert!(list.command(&scene, Path::new(name)).stdout(appending).status().unwrap().success());
        assert_eq!(fs::read_to_string(&log).unwrap(), format!("before\n{wanted}"), "{name}");
    }
    // Another descriptor, which leads to a file too.
    let mut shell = Command::new("sh");
    let program = list.command(&scene, Path::new("/proc/self/fd/3"));
    shell.arg("-c").arg("exec 3>three; exec \"$0\" \"$@\"").arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        shell.env(name, value.unwrap_or_default());
    }
    said(&shell.current_dir(scene.path("")).output().unwrap());
    assert_eq!(fs::read_to_string(scene.path("three")).unwrap(), wanted);
}

impl Writer {
    fn run_to_stdout(&self, scene: &Scene) -> Output {
        scene.command(self.arguments).output().unwrap()
    }
}

#[test]
fn a_socket_is_written_through() {
    let scene = office();
    let path = scene.path("socket");
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        listener.accept().unwrap().0.read_to_string(&mut text).unwrap();
        text
    });
    WRITERS[1].run(&scene, &path);
    assert_eq!(reader.join().unwrap(), said(&WRITERS[1].run_to_stdout(&scene)));
    assert!(fs::symlink_metadata(&path).unwrap().file_type().is_socket());
}

#[test]
fn a_folder_is_refused_and_stays() {
    let scene = office();
    for writer in &WRITERS {
        let folder = writer.file(&scene.path(""), "folder");
        fs::create_dir_all(&folder).unwrap();
        let output = writer.command(&scene, &folder).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{}: {told}", writer.name);
        assert!(told.contains("folder") || told.contains("directory"), "{}: {told}", writer.name);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "{}", writer.name);
    }
}

#[test]
fn a_write_that_fails_leaves_the_old_file() {
    let scene = office();
    for writer in WRITERS.iter().filter(|writer| !["audit", "log", "register match"].contains(&writer.name)) {
        let target = writer.file(&scene.path(""), "limited");
        fs::write(&target, "before").unwrap();
        // No file may grow beyond nothing.
        let program = writer.command(&scene, &target);
        let mut shell = Command::new("sh");
        shell.arg("-c").arg("trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"");
        shell.arg(program.get_program()).args(program.get_args()).current_dir(scene.path(""));
        for (name, value) in program.get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        let output = shell.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}: {output:?}", writer.name);
        assert_eq!(fs::read(&target).unwrap(), b"before", "{}", writer.name);
    }
    let left = fs::read_dir(scene.path("")).unwrap().flatten().map(|entry| entry.file_name());
    assert_eq!(left.filter(|name| name.to_string_lossy().starts_with(".shomei-")).count(), 0);
}

#[test]
fn what_a_killed_program_left_half_written_is_swept_and_what_another_writes_is_not() {
    let scene = office();
    let folder = scene.path("swept");
    fs::create_dir(&folder).unwrap();
    let hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let left = |name: &str, modified: std::time::SystemTime| {
        fs::write(folder.join(name), "half").unwrap();
        let file = fs::File::options().write(true).open(folder.join(name)).unwrap();
        file.set_modified(modified).unwrap();
        file
    };
    drop(left(".shomei-abcdef.tmp", hour_ago));
    drop(left(".shomei-fresh1.tmp", std::time::SystemTime::now()));
    drop(left(".shomei-notes", hour_ago));
    drop(left("other.tmp", hour_ago));
    let held = left(".shomei-held01.tmp", hour_ago);
    held.lock().unwrap();
    WRITERS[1].run(&scene, &folder.join("list.csv"));
    let mut names: Vec<String> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, [".shomei-fresh1.tmp", ".shomei-held01.tmp", ".shomei-notes", "list.csv", "other.tmp"]);
}

#[test]
fn a_new_file_is_the_owners_alone_unless_its_folder_is_open_to_a_group() {
    let scene = office();
    for (folder_mode, expected) in [
        (0o755, 0o600),
        (0o777, 0o600),
        (0o700, 0o600),
        (0o750, 0o640),
        (0o770, 0o640),
        (0o2755, 0o640),
        (0o2750, 0o640),
    ] {
        let folder = scene.path(&format!("folder-{folder_mode:o}"));
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(folder_mode)).unwrap();
        for writer in &WRITERS[..2] {
            let target = folder.join(format!("{}.csv", writer.name));
            writer.run(&scene, &target);
            assert_eq!(mode(&target), expected, "{} in {folder_mode:o}", writer.name);
        }
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o7777, folder_mode, "the folder stays as it is");
    }
}

#[test]
fn root_leaves_a_file_its_owner() {
    let scene = office();
    let target = scene.path("theirs.csv");
    fs::write(&target, "before").unwrap();
    if std::os::unix::fs::chown(&target, Some(1234), Some(4321)).is_err() {
        return; // Only root can.
    }
    fs::set_permissions(&target, Permissions::from_mode(0o660)).unwrap();
    WRITERS[1].run(&scene, &target);
    let metadata = fs::metadata(&target).unwrap();
    assert_eq!((metadata.uid(), metadata.gid(), metadata.mode() & 0o777), (1234, 4321, 0o660));
    assert_ne!(fs::read(&target).unwrap(), b"before");
}

#[test]
fn a_log_behind_a_link_is_numbered_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("disk")).unwrap();
    symlink("disk/real.log", at("link.log")).unwrap();
    let now = shomei::calendar::parse_instant(super::scene::NOW, shomei::calendar::Zone::UTC).unwrap();
    // The first line makes the file; the second finds it full.
    let journal = shomei::deliver::RunLog::new(Some(&at("link.log")), 10);
    journal.write(now, "start", &[]).unwrap();
    journal.write(now, "end", &[]).unwrap();
    assert!(fs::symlink_metadata(at("link.log")).unwrap().is_symlink());
    let texts = ["disk/real.log.1", "disk/real.log"].map(|name| fs::read_to_string(at(name)).unwrap());
    assert!(texts[0].contains("start") && texts[1].contains("end"), "{texts:?}");
    // What is no file is never renamed.
    let journal = shomei::deliver::RunLog::new(Some(Path::new("/dev/null")), 0);
    journal.write(now, "start", &[]).unwrap();
    assert!(fs::symlink_metadata("/dev/null").unwrap().file_type().is_char_device());
}
