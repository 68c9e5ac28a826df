//! A task for the Windows Task Scheduler, as XML.
//!
//! Windows applies weekly and monthly triggers in the computer's time zone. So the task is called
//! every hour, as with cron, and `--if-due` decides whether a run is due.

use std::fmt::Write;

use super::{InstalledJob, TIME_LIMIT_HOURS, TimerJob, job};
use crate::calendar::Day;

/// The name of a job's task.
pub fn task_name(name: &str) -> String {
    job::unit(name)
}

/// The task as text, valid from a day on.
pub fn task(job: &TimerJob, from: Day) -> String {
    let (hour, minute) = job.schedule.time();
    let start = format!("{from}T{hour:02}:{minute:02}:00{}", job.zone);
    let arguments: Vec<String> = job.arguments().iter().map(|word| quoted(word)).collect();
    // The Task Scheduler shows it, and `find` reads it again.
    let described = format!("\n{}", job.head());
    let mut out = String::new();
    let _ = write!(
        out,
        r#"<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>{described}</Description>
    <URI>\{unit}</URI>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>{start}</StartBoundary>
      <Repetition>
        <Interval>PT1H</Interval>
        <Duration>PT23H</Duration>
      </Repetition>
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Settings>
    <RestartOnFailure>
      <Interval>PT1H</Interval>
      <Count>23</Count>
    </RestartOnFailure>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT{TIME_LIMIT_HOURS}H</ExecutionTimeLimit>
  </Settings>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"#,
        described = escaped(&described),
        unit = job.unit(),
        program = escaped(&job.program),
        arguments = escaped(&arguments.join(" ")),
    );
    out
}

/// The task as `schtasks /Create /XML` reads it: UTF-16 with a byte order mark.
pub fn file(job: &TimerJob, from: Day) -> Vec<u8> {
    let text = task(job, from).replace('\n', "\r\n");
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// What is noted in a task's file; none where it is not of our making.
pub fn find(file: &[u8]) -> Option<InstalledJob> {
    let (text, is_damaged) = encoding_rs::UTF_16LE.decode_with_bom_removal(file);
    if is_damaged {
        return None;
    }
    InstalledJob::find(&text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

/// Text with XML's special characters as references.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A word quoted as programs on Windows split their command line: backslashes are doubled only
/// before a quotation mark.
fn quoted(word: &str) -> String {
    if !word.is_empty() && !word.contains([' ', '\t', '"']) {
        return word.to_string();
    }
    let mut out = String::from("\"");
    let mut backslashes = 0;
    for c in word.chars() {
        match c {
            '\\' => backslashes += 1,
            '"' => {
                out.push_str(&"\\".repeat(backslashes + 1));
                backslashes = 0;
            }
            _ => backslashes = 0,
        }
        out.push(c);
    }
    out + &"\\".repeat(backslashes) + "\""
}
