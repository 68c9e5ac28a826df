//! The log of runs: one JSON object a line, rotated by size.
//!
//! What goes in is what a caller names field by field: no message, no secret.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::calendar::{Instant, format_instant};
use crate::platform;

/// Logs that are kept beside the one that is written: `shomei.log.1` is the one before.
pub const KEPT: u32 = 5;

/// A log.
#[derive(Clone, Debug)]
pub struct RunLog {
    path: Option<PathBuf>,
    size: u64,
}

impl RunLog {
    /// A log in a file, of so many bytes at most; nothing is written without a file.
    pub fn new(path: Option<&Path>, size: u64) -> RunLog {
        RunLog { path: path.map(Path::to_path_buf), size }
    }

    /// Writes what happened at a moment.
    pub fn write(&self, at: Instant, event: &str, fields: &[(&str, Value)]) -> io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let mut line = Map::new();
        line.insert("at".into(), Value::String(format_instant(at)));
        line.insert("event".into(), Value::String(event.into()));
        line.extend(fields.iter().map(|(name, value)| ((*name).to_string(), value.clone())));
        let mut text = serde_json::to_string(&line)?;
        text.push('\n');
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        // A pipe or a device keeps its name; of a link, the file that it leads to is numbered.
        if let Some(file) = platform::regular_file(path)? {
            let length = fs::metadata(&file).map_or(0, |metadata| metadata.len());
            // A single line longer than the limit still goes into an empty file and does not rotate
            // forever.
            if length > 0 && length + text.len() as u64 > self.size {
                rotate(&file)?;
            }
        }
        // It names nobody, but tells when what is done here; `regular_file` found no pipe or device.
        if !path.exists() {
            platform::create_private(path)?;
        }
        OpenOptions::new().create(true).append(true).open(path)?.write_all(text.as_bytes())
    }
}

fn rotate(path: &Path) -> io::Result<()> {
    let numbered = |n: u32| {
        let mut name = path.as_os_str().to_os_string();
        name.push(format!(".{n}"));
        PathBuf::from(name)
    };
    for n in (1..KEPT).rev() {
        if numbered(n).exists() {
            fs::rename(numbered(n), numbered(n + 1))?;
        }
    }
    fs::rename(path, numbered(1))
}
