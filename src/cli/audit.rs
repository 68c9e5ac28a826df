//! `shomei audit`: what is wrong, what is about to be, and what to do.

use std::io::{self, Write};

use super::prelude::*;
use crate::app::audit::{PreparedAudit, unopened_text};
use crate::audit::AuditSink;
use crate::report::{CsvWriter, JsonWriter, TableWriter};

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "audit" "フォルダーにあるすべての証明書を検証し、問題と対処を示します"
            "Validates every certificate in a folder and tells what is wrong and what to do";
        positional "paths" (flags::PATH)
            "点検するファイルやフォルダー。- は標準入力(既定: 設定ファイルの sources)"
            "files and folders to audit; - is standard input (default: sources in the configuration)"
            => |arg| arg.num_args(0..);
        arg (arguments::format(&arguments::formats(), lang));
        arg (arguments::output(lang));
        choice "fail-on" (flags::SEVERITIES) "この重さ以上の指摘があれば終了コード 1(既定: error)"
            "exit with 1 from this severity on (default: error)";
        switch "all" "証明書のないファイルも一覧に出す" "also list files that hold no certificate";
        args (arguments::judging(lang));
        args (arguments::opening(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let settings = arguments::settings(session, matches);
    let mut audit = PreparedAudit::new(&session.context, settings.clone())?;
    audit.keep_passed_over = matches.get_flag("all");
    let mut summary = None;
    session.write_to(settings.output.as_deref(), |out| {
        let mut sink = sink(session, &settings, out)?;
        summary = Some(audit.run(&session.context, sink.as_mut())?);
        Ok(())
    })?;
    let Some(summary) = summary else { return Ok(Outcome::Incomplete) };
    summary.unopened.iter().for_each(|(path, error)| complain(&unopened_text(path, error, session.context.lang)));
    Ok(match summary.unopened.is_empty() && summary.barren.is_empty() {
        true => Outcome::at(settings.fail_on, summary.worst()),
        false => Outcome::Incomplete,
    })
}

fn sink<'a>(session: &Session, settings: &Settings, out: &'a mut dyn Write) -> io::Result<Box<dyn AuditSink + 'a>> {
    let lang = session.context.lang;
    Ok(match settings.format {
        Format::Table => Box::new(TableWriter::new(out, lang, session.style(settings.output.is_some()))),
        Format::Json => Box::new(JsonWriter::new(out, lang)),
        Format::Ndjson => Box::new(JsonWriter::ndjson(out, lang)),
        Format::Csv => Box::new(CsvWriter::new(out, lang)?),
    })
}
