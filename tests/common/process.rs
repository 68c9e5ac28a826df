//! Child processes that must come to an end.

use std::io::{Read, Write};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What a program left behind that reads this and ends in so many seconds.
#[track_caller]
pub fn run(command: &mut Command, input: &[u8], seconds: u64) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{error} (tests/install installs it): {command:?}"));
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.to_vec());
    // A program that gives up early says why; that the pipe broke does not matter then.
    let feed = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = finish(child, seconds);
    feed.join().unwrap();
    output
}

/// What a program left behind that was started with pipes and ends in so many seconds.
#[track_caller]
pub fn finish(mut child: Child, seconds: u64) -> Output {
    let (out, err) = (all_of(child.stdout.take().unwrap()), all_of(child.stderr.take().unwrap()));
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > Duration::from_secs(seconds) {
            let _ = child.kill();
            panic!("it does not end in {seconds} seconds");
        }
        thread::sleep(Duration::from_millis(5));
    };
    Output { status, stdout: out.join().unwrap(), stderr: err.join().unwrap() }
}

fn all_of(mut from: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

/// Waits until something is so.
#[track_caller]
pub fn until(is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20), "it never comes about");
        thread::sleep(Duration::from_millis(10));
    }
}
