//! Headers that are not understood, asked for on a terminal (a pseudo-terminal of Python's).

use super::scene::Office;
use crate::common::command::SHOMEI;

/// Runs the import on a terminal and types the answers, a line each; gives what was shown.
fn on_a_terminal(office: &Office, answers: &[&str]) -> String {
    let script = format!(
        "import os, pty, sys, time, select\n\
         answers = {answers:?}\n\
         pid, fd = pty.fork()\n\
         if pid == 0:\n\
         \x20   os.environ.update(SHOMEI_CONFIG='shomei.yaml', HOME=os.getcwd(), LC_ALL='C.UTF-8',\n\
         \x20                     SHOMEI_CLOCK='2026-11-23T12:00:00+09:00')\n\
         \x20   os.execv({binary:?}, ['shomei', 'register', 'import', 'list.csv'])\n\
         shown = b''\n\
         def read(seconds):\n\
         \x20   global shown\n\
         \x20   while select.select([fd], [], [], seconds)[0]:\n\
         \x20       try:\n\
         \x20           part = os.read(fd, 4096)\n\
         \x20       except OSError:\n\
         \x20           return False\n\
         \x20       if not part:\n\
         \x20           return False\n\
         \x20       shown += part\n\
         \x20       if shown.endswith(b': '):\n\
         \x20           return True\n\
         \x20   return False\n\
         for answer in answers:\n\
         \x20   read(20)\n\
         \x20   os.write(fd, (answer + '\\n').encode())\n\
         read(20)\n\
         _, status = os.waitpid(pid, 0)\n\
         sys.stdout.write(shown.decode() + '\\nEXIT %d' % os.waitstatus_to_exitcode(status))",
        binary = SHOMEI,
    );
    office.python(&script)
}

#[test]
fn headers_are_asked_for_once() {
    let office = Office::new();
    office.write("list.csv", "社員番号,名称,内線,担当部署\r\nX1,さくら苑,12,総務\r\n".as_bytes());
    // The ID by its letter; the extension is the telephone number, after a slip; the section is nothing.
    let shown = on_a_terminal(&office, &["A", "tell", "tel", ""]);
    assert!(shown.contains("EXIT 0"), "{shown}");
    assert!(shown.contains("Which header is the column \"holder ID\"?"), "{shown}");
    assert!(shown.contains("Did you mean tel?"), "{shown}");
    let kept = office.ok(&["register", "mapping"]);
    for (header, code) in [("社員番号", "holder-id"), ("内線", "tel"), ("担当部署", "ignore")] {
        assert!(kept.lines().any(|line| line.contains(header) && line.contains(code)), "{header}: {kept}");
    }
    let shown = on_a_terminal(&office, &[]);
    assert!(shown.contains("unchanged: 1") && !shown.contains("Which"), "{shown}");
}
