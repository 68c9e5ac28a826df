//! Files that a use case writes where the user wants them: complete or not at all.

use std::io::{self, Write};
use std::path::Path;

use super::AppError;
use crate::locale::{Lang, Text};
use crate::platform;

/// Writes a file.
pub fn write_file(
    path: &Path,
    lang: Lang,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), AppError> {
    write_as(path, false, lang, write)
}

/// Writes a file that only its owner may read.
pub fn write_private(
    path: &Path,
    lang: Lang,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), AppError> {
    write_as(path, true, lang, write)
}

fn write_as(
    path: &Path,
    private: bool,
    lang: Lang,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), AppError> {
    let failed = |error: io::Error| {
        let text = Text {
            ja: "{path} に書き込めません: {error}。別の場所を --output に指定するか、書き込みの権限を確かめてください。",
            en: "cannot write {path}: {error}. Name another place with --output, or check the permissions.",
        };
        AppError::new(text, lang, &[("path", &path.display()), ("error", &error)])
    };
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = platform::temporary_in(folder).map_err(failed)?;
    if private {
        platform::make_private(file.path()).map_err(failed)?;
    }
    let mut out = io::BufWriter::new(file);
    write(&mut out).map_err(failed)?;
    let file = out.into_inner().map_err(|e| failed(e.into_error()))?;
    file.persist(path).map_err(|e| failed(e.error))?;
    Ok(())
}
