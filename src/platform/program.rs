//! Programs of the user's choosing: run without a shell, and not for ever.

use std::fmt;
use std::io::{self, Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

/// What a program may write at most, in bytes.
const MOST_OUTPUT: u64 = 1 << 16;
/// How long its output is waited for after it ended: a child of it may keep the pipe open.
const GRACE: Duration = Duration::from_secs(1);
const POLL: Duration = Duration::from_millis(10);

/// Why a program gave no answer. What it wrote is in none of them: it may hold a secret.
#[derive(Debug)]
pub enum ProgramError {
    /// It could not be started.
    NotStarted(io::Error),
    /// It ended with an error.
    Failed(ExitStatus),
    /// It did not end in time, and was ended.
    TimedOut(Duration),
}

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProgramError::NotStarted(error) => error.fmt(f),
            ProgramError::Failed(status) => status.fmt(f),
            ProgramError::TimedOut(limit) => write!(f, "> {} s", limit.as_secs()),
        }
    }
}

/// Runs a program with its arguments, without a shell: `input` comes to it on standard input. Gives what it
/// writes to standard output; what it writes to standard error is dropped.
pub fn run_program(
    program: &str,
    arguments: &[String],
    input: &[u8],
    limit: Duration,
) -> Result<Zeroizing<Vec<u8>>, ProgramError> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(ProgramError::NotStarted)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let input = input.to_vec();
    // In threads, since a program may write before it has read all, or read nothing.
    thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&input)));
    let (tell, hear) = mpsc::channel();
    thread::spawn(move || {
        let mut output = Zeroizing::new(Vec::new());
        if let Some(stdout) = stdout {
            let _ = stdout.take(MOST_OUTPUT).read_to_end(&mut output);
        }
        let _ = tell.send(output);
    });
    // Counted, since only src/cli reads a clock.
    let mut waited = Duration::ZERO;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(ProgramError::NotStarted)? {
            break status;
        }
        if waited >= limit {
            let _ = child.kill();
            let _ = child.wait();
            return Err(ProgramError::TimedOut(limit));
        }
        thread::sleep(POLL);
        waited += POLL;
    };
    match status.success() {
        true => Ok(hear.recv_timeout(GRACE).unwrap_or_default()),
        false => Err(ProgramError::Failed(status)),
    }
}
