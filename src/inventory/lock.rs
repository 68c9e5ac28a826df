//! Locks of an inventory file: which commands may use it at the same time.
//!
//! | who | the file ([`InventoryLock`]) | turn ([`Turn`]) |
//! | --- | --- | --- |
//! | whatever reads, marks, binds, or keeps judgements | shared | |
//! | import, merge | shared | of imports: the next one waits |
//! | run, notify | shared | of deliveries: the next one leaves |
//! | restore, prune, a change of the tables' form | exclusive | |
//!
//! Entries are only added, each writer's in transactions of their own, so writers need no lock
//! against each other: imports take turns since two would walk the same files twice, deliveries
//! since two would send the same mail twice. What replaces the file or takes something away must be
//! alone: a delivery that goes on with the file that was replaced records what it sent where nobody
//! finds it, and the mail goes out again.
//!
//! The locks are the operating system's and end with the process. They lie on files beside the
//! inventory, since the inventory's own file is replaced, and SQLite has locks of its own on it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::platform;

/// Held as long as an inventory's file is open, or while it is replaced.
#[derive(Debug)]
pub struct InventoryLock {
    _file: File,
}

impl InventoryLock {
    /// For commands that use the file as it is, any number at once. `waiting` is called if it is
    /// being replaced for more than a second.
    pub fn shared(inventory: &Path, waiting: impl FnOnce()) -> io::Result<InventoryLock> {
        let file = lock_file(&followed(inventory)?, ".lock")?;
        acquire(|| file.try_lock_shared(), waiting, || file.lock_shared())?;
        Ok(InventoryLock { _file: file })
    }

    /// For commands that replace the file or remove something from it. `waiting` is called if it is
    /// open elsewhere. A process that has it open itself would wait forever.
    pub fn exclusive(inventory: &Path, waiting: impl FnOnce()) -> io::Result<InventoryLock> {
        let file = lock_file(&followed(inventory)?, ".lock")?;
        acquire(|| file.try_lock(), waiting, || file.lock())?;
        Ok(InventoryLock { _file: file })
    }
}

/// The turn among commands of one kind.
#[derive(Debug)]
pub struct Turn {
    _file: File,
}

impl Turn {
    /// Waits until no other import runs. `waiting` is called if one does.
    pub fn of_import(inventory: &Path, waiting: impl FnOnce()) -> io::Result<Turn> {
        let file = lock_file(&followed(inventory)?, ".import.lock")?;
        acquire(|| file.try_lock(), waiting, || file.lock())?;
        Ok(Turn { _file: file })
    }

    /// Whether no import has the turn now. Where that cannot be told, none has.
    pub fn is_free_for_import(inventory: &Path) -> bool {
        let file = followed(inventory).map(|inventory| beside(&inventory, ".import.lock")).and_then(File::open);
        file.map_or(true, |file| !matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// The turn to send notifications; none while another process sends.
    pub fn of_delivery(inventory: &Path) -> io::Result<Option<Turn>> {
        platform::create_private_folder(&delivery_folder(inventory))?;
        let file = lock_file(inventory, ".delivery/run.lock")?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Turn { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// The folder that deliveries keep beside an inventory: `inventory.sqlite.delivery`.
pub fn delivery_folder(inventory: &Path) -> PathBuf {
    beside(inventory, ".delivery")
}

/// The inventory itself where the name is a link to it: whoever comes by another name must meet
/// the same locks.
fn followed(inventory: &Path) -> io::Result<PathBuf> {
    Ok(platform::regular_file(inventory)?.unwrap_or_else(|| inventory.to_path_buf()))
}

fn beside(inventory: &Path, ending: &str) -> PathBuf {
    let mut name = inventory.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Opens a lock file with the inventory's permissions: otherwise one command run by root would lock
/// the user out.
fn lock_file(inventory: &Path, ending: &str) -> io::Result<File> {
    let path = beside(inventory, ending);
    platform::create_like(&path, inventory)?;
    OpenOptions::new().write(true).open(&path)
}

/// Waits for a lock; `waiting` is called once that has taken a second, since most waits are over
/// before anybody could read of them.
fn acquire(
    try_once: impl Fn() -> Result<(), TryLockError>,
    waiting: impl FnOnce(),
    wait: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    for _ in 0..TRIES {
        match try_once() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    waiting();
    wait()
}

/// The pause between two tries, and how many make a second.
const PAUSE: Duration = Duration::from_millis(20);
const TRIES: u32 = 50;
