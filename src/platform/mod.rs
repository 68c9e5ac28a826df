//! The little that differs between operating systems. Nothing Unix-only stands outside.

mod output;
mod program;

use std::fs::Metadata;

pub use output::{Output, Privacy, regular_file, write_new_private};
pub use program::run_program;

/// The permissions as `ls` prints them (`rw-r--r--`), if anybody but the owner may read the
/// file; none where nobody else may, or where the system has no such permissions (Windows,
/// whose access lists are not looked at).
#[cfg(unix)]
pub fn readable_by_others(metadata: &Metadata) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode();
    if mode & 0o044 == 0 {
        return None;
    }
    let letters = "rwxrwxrwx".chars().enumerate();
    Some(letters.map(|(i, c)| if mode & (0o400 >> i) != 0 { c } else { '-' }).collect())
}

/// The permissions as `ls` prints them, if anybody but the owner may read the file.
#[cfg(not(unix))]
pub fn readable_by_others(_metadata: &Metadata) -> Option<String> {
    None
}

/// The user's language as the system knows it: `LC_ALL`, `LC_MESSAGES`, `LANG`, or the
/// setting of Windows and macOS.
pub fn locale_name() -> Option<String> {
    sys_locale::get_locale()
}

/// Puts a file in the place of the one that was there, whole or not at all, and safely on disk before
/// this returns; its folder must be there. A private one only its owner may read.
pub fn replace(path: &std::path::Path, bytes: &[u8], is_private: bool) -> std::io::Result<()> {
    let mut out = Output::create(path, if is_private { Privacy::Private } else { Privacy::Ordinary })?;
    std::io::Write::write_all(&mut out, bytes)?;
    out.sync()?;
    out.finish()
}

/// What tells that a file has not changed since it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    /// Bytes.
    pub size: u64,
    /// When its content was last written, in nanoseconds since 1970.
    pub modified: i64,
    /// When its content or attributes were last changed (on Windows: when it was made).
    pub changed: i64,
    /// The file itself, whatever its name: device and inode (on Windows there is none here).
    pub identity: (u64, u64),
}

/// The stamp of a file.
#[cfg(unix)]
pub fn stamp(metadata: &Metadata) -> FileStamp {
    use std::os::unix::fs::MetadataExt;
    let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
    FileStamp {
        size: metadata.len(),
        modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        identity: (metadata.dev(), metadata.ino()),
    }
}

/// The stamp of a file.
#[cfg(not(unix))]
pub fn stamp(metadata: &Metadata) -> FileStamp {
    let nanoseconds = |time: std::io::Result<std::time::SystemTime>| {
        let since = time.ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        since.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or(0)
    };
    FileStamp {
        size: metadata.len(),
        modified: nanoseconds(metadata.modified()),
        changed: nanoseconds(metadata.created()),
        identity: (0, 0),
    }
}

/// A path as a text that no other path has: bytes that are no UTF-8, as in names of old Windows
/// shares, stand as `\x8e`. A name that has these four characters itself stands as `\x5cx8e`.
#[cfg(unix)]
pub fn path_text(path: &std::path::Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let mut text = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        text.push_str(&escaped(chunk.valid()));
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    }
    text
}

/// The text with each backslash escaped that would be read as the beginning of an escape.
#[cfg(unix)]
fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    let is_escape = |at: usize| {
        let digits = text.as_bytes().get(at + 2..at + 4);
        text.as_bytes().get(at + 1) == Some(&b'x') && digits.is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
    };
    if !text.match_indices('\\').any(|(at, _)| is_escape(at)) {
        return text.into();
    }
    let escape = |(at, c): (usize, char)| match c {
        '\\' if is_escape(at) => "\\x5c".to_string(),
        c => c.to_string(),
    };
    text.char_indices().map(escape).collect::<String>().into()
}

/// A name with its letters and voice marks composed (NFC). A Mac writes names decomposed, in which
/// nobody types them: が as か with a mark.
pub fn composed(text: &str) -> std::borrow::Cow<'_, str> {
    icu_normalizer::ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

/// A path as a text.
#[cfg(not(unix))]
pub fn path_text(path: &std::path::Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Makes an empty file for those who may use `model`, if it is not there: with its owner and mode,
/// or for its maker alone where there is no `model`.
pub fn create_like(path: &std::path::Path, model: &std::path::Path) -> std::io::Result<()> {
    if let Some(file) = create_new_private(path)?
        && let Ok(model) = std::fs::metadata(model)
    {
        output::succeed(&file, &model)?;
    }
    Ok(())
}

/// Makes a file that only its owner may read, if it is not there.
pub fn create_private(path: &std::path::Path) -> std::io::Result<()> {
    create_new_private(path).map(drop)
}

fn create_new_private(path: &std::path::Path) -> std::io::Result<Option<std::fs::File>> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(None),
        opened => opened.map(Some),
    }
}

/// Lets only its owner read a file.
#[cfg(unix)]
pub fn make_private(path: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

/// Lets only its owner read a file; on Windows what lies in the user's folders is the user's.
#[cfg(not(unix))]
pub fn make_private(_path: &std::path::Path) -> std::io::Result<()> {
    Ok(())
}

/// Makes a folder, and those above it, that only its owner may look into.
pub fn create_private_folder(path: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Leaves no image of the memory should the program crash: it has passwords and private keys. What the
/// system does not allow is left as it is.
#[cfg(unix)]
pub fn forbid_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // A handler of core dumps (systemd-coredump) is called whatever the limit is.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Windows writes an image only where its administrator has it do so for this program.
#[cfg(not(unix))]
pub fn forbid_core_dumps() {}

/// Sees that the names in a folder are safe on disk: a file that was renamed is found by its new name
/// after a power cut.
#[cfg(unix)]
pub fn sync_folder(path: &std::path::Path) -> std::io::Result<()> {
    match std::fs::File::open(path)?.sync_all() {
        // Some network file systems know no such thing, and write names at once.
        Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => Ok(()),
        synced => synced,
    }
}

/// Windows writes names at once.
#[cfg(not(unix))]
pub fn sync_folder(_path: &std::path::Path) -> std::io::Result<()> {
    Ok(())
}

/// Lets its owner alone read and write a file.
#[cfg(unix)]
pub fn make_writable(path: &std::path::Path) -> std::io::Result<()> {
    make_private(path)
}

/// Lets its owner write a file.
#[cfg(not(unix))]
pub fn make_writable(path: &std::path::Path) -> std::io::Result<()> {
    let mut permissions = std::fs::metadata(path)?.permissions();
    permissions.set_readonly(false);
    std::fs::set_permissions(path, permissions)
}

/// The name of the network file system that `path` lies on; none where it is a local one, or
/// the system does not tell.
pub fn network_file_system(path: &std::path::Path) -> Option<String> {
    let path = std::fs::canonicalize(path).ok()?;
    let mount = mount_of(&mounts()?, &path)?;
    is_network(&mount.kind).then_some(mount.kind)
}

/// The place by which others can reach a file whatever its permissions: a network share, or the
/// folder that Windows shares among its users. None where it is on a disk of this computer, or the
/// system does not tell.
#[cfg(not(windows))]
pub fn shared_place(path: &std::path::Path) -> Option<String> {
    network_file_system(path)
}

/// The place by which others can reach a file: a network share (a mapped drive is one too, once
/// its name is resolved), or the folder that Windows shares among its users.
#[cfg(windows)]
pub fn shared_place(path: &std::path::Path) -> Option<String> {
    windows_shared_place(&std::fs::canonicalize(path).ok()?.to_string_lossy())
}

/// The shared place of a resolved path of Windows: `\\server\share`, or `Users\Public`.
pub fn windows_shared_place(path: &str) -> Option<String> {
    if let Some(rest) = path.strip_prefix(r"\\?\UNC\") {
        let mut parts = rest.split('\\');
        return Some(format!(r"\\{}\{}", parts.next()?, parts.next()?));
    }
    let local = path.strip_prefix(r"\\?\").unwrap_or(path);
    if let Some(rest) = local.strip_prefix(r"\\") {
        let mut parts = rest.split('\\');
        return Some(format!(r"\\{}\{}", parts.next()?, parts.next()?));
    }
    let mut parts = local.split('\\').skip(1);
    let is = |part: Option<&str>, name: &str| part.is_some_and(|part| part.eq_ignore_ascii_case(name));
    (is(parts.next(), "Users") && is(parts.next(), "Public")).then(|| r"Users\Public".to_string())
}

/// What tells one file system from another where `path` lies: its kind and what is mounted
/// there. None where the system does not tell.
pub fn file_system(path: &std::path::Path) -> Option<String> {
    let path = std::fs::canonicalize(path).ok()?;
    let mount = mount_of(&mounts()?, &path)?;
    // The name of a disk depends on the order in which disks are found.
    let source = uuid_of(&mount.source).unwrap_or(mount.source);
    Some(format!("{} {source} {}", mount.kind, mount.root))
}

/// The UUID of the file system on a disk, as `UUID=…`; none where the system does not list it.
fn uuid_of(device: &str) -> Option<String> {
    let device = std::fs::canonicalize(device).ok()?;
    let entries = std::fs::read_dir("/dev/disk/by-uuid").ok()?.flatten();
    let mut same = entries.filter(|entry| std::fs::canonicalize(entry.path()).is_ok_and(|path| path == device));
    same.next().map(|entry| format!("UUID={}", entry.file_name().to_string_lossy()))
}

/// Where the kernel shows what it knows as files: `/proc`, `/sys` and the like. Reading them may
/// block or never end. Empty where the system does not tell.
pub fn kernel_file_systems() -> Vec<std::path::PathBuf> {
    const KINDS: [&str; 17] = [
        "proc",
        "sysfs",
        "devtmpfs",
        "devpts",
        "mqueue",
        "cgroup",
        "cgroup2",
        "debugfs",
        "tracefs",
        "securityfs",
        "selinuxfs",
        "configfs",
        "pstore",
        "bpf",
        "efivarfs",
        "fusectl",
        "binfmt_misc",
    ];
    let text = mounts().unwrap_or_default();
    mounts_in(&text).filter(|mount| KINDS.contains(&mount.kind.as_str())).map(|mount| mount.point).collect()
}

/// Whether a path is a device or a named pipe on a disk, of which reading may never end. What a
/// shell hands on by its number (`/dev/stdin`, `/dev/fd/63`) does end.
#[cfg(unix)]
pub fn is_endless(path: &std::path::Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let of_shell =
        path.starts_with("/dev/fd") || path.starts_with("/proc") || path == std::path::Path::new("/dev/stdin");
    let kind = std::fs::metadata(path).map(|metadata| metadata.file_type());
    let endless = kind.is_ok_and(|kind| kind.is_char_device() || kind.is_block_device() || kind.is_fifo());
    endless && !of_shell && path != std::path::Path::new("/dev/null")
}

/// Whether a path is a device or a named pipe.
#[cfg(not(unix))]
pub fn is_endless(_path: &std::path::Path) -> bool {
    false
}

/// A mounted file system, as Linux lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountPoint {
    /// Where.
    pub point: std::path::PathBuf,
    /// `ext4`, `cifs`.
    pub kind: String,
    /// `/dev/sda1`, `//server/share`.
    pub source: String,
    /// Which part of it.
    pub root: String,
}

#[cfg(target_os = "linux")]
fn mounts() -> Option<String> {
    std::fs::read_to_string("/proc/self/mountinfo").ok()
}

#[cfg(not(target_os = "linux"))]
fn mounts() -> Option<String> {
    None
}

/// The innermost mount that holds `path`, from the text of Linux's `mountinfo`.
pub fn mount_of(mountinfo: &str, path: &std::path::Path) -> Option<MountPoint> {
    // Of two mounts at one place the later hides the earlier.
    mounts_in(mountinfo)
        .filter(|mount| path.starts_with(&mount.point))
        .max_by_key(|mount| mount.point.as_os_str().len())
}

/// The mounts in the text of Linux's `mountinfo`.
fn mounts_in(mountinfo: &str) -> impl Iterator<Item = MountPoint> + '_ {
    mountinfo.lines().filter_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let before: Vec<&str> = before.split(' ').collect();
        let mut after = after.split(' ');
        Some(MountPoint {
            point: unescaped(before.get(4)?).into(),
            root: unescaped(before.get(3)?),
            kind: after.next()?.to_string(),
            source: unescaped(after.next()?),
        })
    })
}

/// Whether a file system of this kind is on another computer, where SQLite's locks do not hold.
pub fn is_network(kind: &str) -> bool {
    const NETWORK: [&str; 21] = [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "coda",
        "ncpfs",
        "glusterfs",
        "lustre",
        "gfs2",
        "ocfs2",
        "davfs",
        // Folders of the computer on which a virtual one runs.
        "vboxsf",
        "vmhgfs",
        "prl_fs",
        "virtiofs",
        // What a desktop mounts.
        "gvfs",
        "gvfsd-fuse",
    ];
    let kind = kind.strip_prefix("fuse.").unwrap_or(kind);
    NETWORK.contains(&kind)
        || ["sshfs", "davfs2", "rclone", "s3fs", "smbnetfs", "vmhgfs-fuse", "prl_fsd"].contains(&kind)
}

/// Blanks stand as `\040`.
fn unescaped(text: &str) -> String {
    text.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
}
