//! The office's commands, by the command: the register taken in and written out, who cannot
//! bill, certificates bound by hand and by table, marks and their undoing, the log. Workbooks are
//! made by openpyxl, CSV in CP932 and UTF-8, certificates by `shomei lab`.

mod ask;
mod check;
mod export;
mod guards;
mod habits;
mod import;
mod log;
mod marks;
mod matching;
mod scene;
