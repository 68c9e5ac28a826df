//! The outbox: notifications on disk from before they are sent until they are recorded.
//!
//! A message is a file of its own that only its owner may read, and its ending tells how far it is:
//!
//! | ending | state |
//! | --- | --- |
//! | `.json` | about to be sent: whether it went is not known before one of the others takes its place |
//! | `.again` | about to be sent for the second and last time |
//! | `.taken` | the server has taken it, and only the record is missing |
//! | `.damaged` | put aside, since it cannot be read |
//!
//! A file goes from one state to the next by its name alone, which needs neither room on the disk nor
//! the database. A message that is found about to be sent when a run begins may have arrived: it is in
//! doubt. It is sent once more, on another day, unchanged and with the same Message-ID; after that
//! never. Letters and faxes stay here from the day they were made until they are recorded as sent.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::platform;

/// How far a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PendingState {
    /// About to be sent, or in doubt.
    #[default]
    Sending,
    /// About to be sent for the second time, or in doubt for good.
    SendingAgain,
    /// Taken by the server, and to be recorded.
    Taken,
}

impl PendingState {
    const ALL: [PendingState; 3] = [PendingState::Sending, PendingState::SendingAgain, PendingState::Taken];

    fn ending(self) -> &'static str {
        match self {
            PendingState::Sending => "json",
            PendingState::SendingAgain => "again",
            PendingState::Taken => "taken",
        }
    }
}

/// A message or letter that is not recorded as sent yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingMessage {
    /// Its name; a Message-ID begins with it.
    pub id: String,
    /// How far it is; the file's name tells.
    #[serde(skip)]
    pub state: PendingState,
    /// The channel: `mail`, `letter`, `fax`, `phone`.
    pub channel: String,
    /// The day on which it was made.
    pub on: String,
    /// The mail addresses; empty for other channels.
    #[serde(default)]
    pub to: Vec<String>,
    /// Whether it goes to the auditors.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub to_auditors: bool,
    /// The sender's address.
    #[serde(default)]
    pub from: String,
    /// The notifications in it.
    #[serde(rename = "told")]
    pub notifications: Vec<NotificationKey>,
    /// Its subject; empty for other channels.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// Its Message-ID; empty for other channels.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message_id: String,
    /// The encoded message; empty for other channels.
    #[serde(default)]
    pub message: String,
}

impl PendingMessage {
    /// Whether it is a mail that may have arrived.
    pub fn is_in_doubt(&self) -> bool {
        self.channel == "mail" && self.state != PendingState::Taken
    }
}

/// What lies in an outbox.
#[derive(Debug, Default)]
pub struct OutboxContents {
    /// The messages, by name.
    pub messages: Vec<PendingMessage>,
    /// Files that cannot be read, and why. Each may have been a message.
    pub unreadable: Vec<(PathBuf, String)>,
}

/// The identity of a notification: topic, step and holder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotificationKey {
    /// The topic, as the record of notifications has it.
    pub topic: String,
    /// The code of the step, as the record of notifications has it.
    pub step: String,
    /// The holder's register and ID; none where it is about none.
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

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What lies in it.
    pub fn contents(&self) -> io::Result<OutboxContents> {
        let mut contents = OutboxContents::default();
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(contents),
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            let ending = path.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
            // A temporary file of a write that was cut off has another ending; its message was
            // never sent.
            let Some(state) = PendingState::ALL.into_iter().find(|state| state.ending() == ending) else { continue };
            let read = fs::read(&path).map_err(|error| error.to_string());
            let read = read
                .and_then(|bytes| serde_json::from_slice::<PendingMessage>(&bytes).map_err(|error| error.to_string()));
            match read {
                Ok(message) => contents.messages.push(PendingMessage { state, ..message }),
                Err(error) => contents.unreadable.push((path, error)),
            }
        }
        // Folders list their files in any order; repeated runs send in the same one.
        contents.messages.sort_by(|a, b| a.id.cmp(&b.id));
        contents.unreadable.sort();
        Ok(contents)
    }

    /// Stores a message; it is on disk when this returns.
    pub fn put(&self, pending: &PendingMessage) -> io::Result<()> {
        platform::create_private_folder(&self.folder)?;
        platform::replace(&self.path(pending), &serde_json::to_vec(pending)?, true)?;
        // The name as well: a message that was sent must not be gone after a power cut.
        platform::sync_folder(&self.folder)
    }

    /// Brings a message into another state; it is so on disk when this returns.
    pub fn advance(&self, pending: &mut PendingMessage, state: PendingState) -> io::Result<()> {
        let from = self.path(pending);
        pending.state = state;
        fs::rename(from, self.path(pending))?;
        platform::sync_folder(&self.folder)
    }

    /// Removes a message.
    pub fn remove(&self, pending: &PendingMessage) -> io::Result<()> {
        match fs::remove_file(self.path(pending)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Puts a file that cannot be read aside, under a name that no run looks at.
    pub fn put_aside(&self, path: &Path) -> io::Result<PathBuf> {
        let aside = path.with_extension("damaged");
        fs::rename(path, &aside)?;
        Ok(aside)
    }

    /// Makes sure that messages can be kept and brought from state to state: that there is room, and
    /// that the folder may be written in.
    pub fn check(&self) -> io::Result<()> {
        platform::create_private_folder(&self.folder)?;
        let probe = self.folder.join("probe");
        let checked = platform::replace(&probe, &[0; PROBE], true);
        let removed = fs::remove_file(&probe);
        checked.and(removed)
    }

    fn path(&self, pending: &PendingMessage) -> PathBuf {
        self.folder.join(format!("{}.{}", pending.id, pending.state.ending()))
    }
}

/// Bytes that there must be room for before anything is sent: a message with its attachments, and what
/// the inventory records of it.
const PROBE: usize = 1 << 20;
