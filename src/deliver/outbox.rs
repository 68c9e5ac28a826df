//! The outbox: what is about to be said, until it is recorded as said.
//!
//! A message is put down here before it is sent and taken away after the inventory has recorded
//! it. What lies here when the next run begins was sent or not, nobody knows: it is sent again as
//! it is, with the same Message-ID. Papers lie here from the day they were made until somebody
//! says that they were sent. Each is a file of its own, which only its owner may read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::platform;

/// What is about to be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingMessage {
    /// Its name: of a message, what its Message-ID begins with.
    pub id: String,
    /// By which channel: `mail`, `letter`, `fax`, `phone`.
    pub channel: String,
    /// The day on which it was made.
    pub on: String,
    /// To which addresses; of papers, to nobody.
    #[serde(default)]
    pub to: Vec<String>,
    /// Who sends it.
    #[serde(default)]
    pub from: String,
    /// What is said with it.
    pub told: Vec<NotificationKey>,
    /// The message as it is sent; of papers, nothing.
    #[serde(default)]
    pub message: String,
}

/// Something said: about what, at which step, and to which holder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotificationKey {
    /// About what, as the ledger spells it.
    pub topic: String,
    /// At which step, as the ledger spells it.
    pub step: String,
    /// The holder's register and ID; none: the auditors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<(String, String)>,
}

/// The folder in which pending messages lie.
#[derive(Clone, Debug)]
pub struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    /// The outbox in a folder, which is made when it is needed.
    pub fn new(folder: &Path) -> Outbox {
        Outbox { folder: folder.to_path_buf() }
    }

    /// What lies here, in the order of names; a file that is none of ours is an error, since it
    /// may be a message that was damaged.
    pub fn pending(&self) -> io::Result<Vec<PendingMessage>> {
        let mut pending = Vec::new();
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(pending),
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let named = |error: String| io::Error::other(format!("{}: {error}", path.display()));
            let bytes = fs::read(&path).map_err(|error| named(error.to_string()))?;
            pending.push(serde_json::from_slice::<PendingMessage>(&bytes).map_err(|error| named(error.to_string()))?);
        }
        pending.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(pending)
    }

    /// Puts a message down, safely on disk before this returns.
    pub fn put(&self, pending: &PendingMessage) -> io::Result<()> {
        platform::create_private_folder(&self.folder)?;
        platform::replace(&self.path(&pending.id), &serde_json::to_vec(pending)?, true)
    }

    /// Takes a message away.
    pub fn remove(&self, id: &str) -> io::Result<()> {
        match fs::remove_file(self.path(id)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }
}
