//! A mail server that takes every message, and hangs up where its answer to the end of it is due.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

static MESSAGES: AtomicU32 = AtomicU32::new(0);

/// Starts one that delivers into a Maildir; its port.
pub fn start(maildir: PathBuf) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = serve(stream, &maildir);
        }
    });
    port
}

fn serve(stream: TcpStream, maildir: &Path) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let say = |text: &str| (&stream).write_all(format!("{text}\r\n").as_bytes());
    say("220 hangs-up.example ESMTP")?;
    let mut recipients = Vec::new();
    while let Some(line) = lines.next().transpose()? {
        match line.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => say("250 hangs-up.example")?,
            "RCPT" => {
                recipients.push(line.split(['<', '>']).nth(1).unwrap_or_default().to_string());
                say("250 fine")?;
            }
            "DATA" => {
                say("354 go on")?;
                let mut content = String::new();
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    content += line.strip_prefix('.').unwrap_or(&line);
                    content += "\n";
                }
                for to in &recipients {
                    let name = format!("hangs-up-{}", MESSAGES.fetch_add(1, Ordering::SeqCst));
                    fs::write(maildir.join("new").join(name), format!("Envelope-to: {to}\n{content}"))?;
                }
                return Ok(());
            }
            _ => say("250 fine")?,
        }
    }
    Ok(())
}
