//! The outbox: notifications on disk from before they are sent until they are recorded.
//!
//! A message is stored here before it is sent and removed after the inventory has recorded it.
//! Whether a message that is still here when the next run begins was sent is unknown: it is sent
//! again unchanged, with the same Message-ID. Letters and faxes stay here from the day they were
//! made until they are recorded as sent. Each is a file of its own that only its owner may read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::platform;

/// A message or letter that is not recorded as sent yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingMessage {
    /// Its name; a Message-ID begins with it.
    pub id: String,
    /// The channel: `mail`, `letter`, `fax`, `phone`.
    pub channel: String,
    /// The day on which it was made.
    pub on: String,
    /// The mail addresses; empty for other channels.
    #[serde(default)]
    pub to: Vec<String>,
    /// The sender's address.
    #[serde(default)]
    pub from: String,
    /// The notifications in it.
    pub told: Vec<NotificationKey>,
    /// The encoded message; empty for other channels.
    #[serde(default)]
    pub message: String,
}

/// The identity of a notification: topic, step and holder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotificationKey {
    /// The topic, as the ledger has it.
    pub topic: String,
    /// The code of the step, as the ledger has it.
    pub step: String,
    /// The holder's register and ID; none where it goes to the auditors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<(String, String)>,
}

/// The folder of pending messages.
#[derive(Clone, Debug)]
pub struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    /// The outbox in a folder, which is created when needed.
    pub fn new(folder: &Path) -> Outbox {
        Outbox { folder: folder.to_path_buf() }
    }

    /// The pending messages, by name. A file that cannot be read is an error, since it may be a
    /// damaged message.
    pub fn pending(&self) -> io::Result<Vec<PendingMessage>> {
        let mut pending = Vec::new();
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(pending),
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            // A temporary file of a write that was cut off has another ending; its message was
            // never sent.
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let named = |error: String| io::Error::other(format!("{}: {error}", path.display()));
            let bytes = fs::read(&path).map_err(|error| named(error.to_string()))?;
            pending.push(serde_json::from_slice::<PendingMessage>(&bytes).map_err(|error| named(error.to_string()))?);
        }
        // Folders list their files in any order; repeated runs send in the same one.
        pending.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(pending)
    }

    /// Stores a message; it is on disk when this returns.
    pub fn put(&self, pending: &PendingMessage) -> io::Result<()> {
        platform::create_private_folder(&self.folder)?;
        platform::replace(&self.path(&pending.id), &serde_json::to_vec(pending)?, true)
    }

    /// Removes a message.
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
