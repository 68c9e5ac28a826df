//! Files that a use case writes where the user wants them: complete or not at all.

use std::io::{self, Write};
use std::path::Path;

use super::AppError;
use crate::locale::{Lang, Text};
use crate::platform::Output;
pub use crate::platform::Privacy;

/// Writes a file.
pub fn write_file(
    path: &Path,
    privacy: Privacy,
    lang: Lang,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), AppError> {
    let failed = |error: io::Error| {
        // What could not be read to be written is no fault of the place.
        let error = match error.downcast::<AppError>() {
            Ok(error) => return error,
            Err(error) => error,
        };
        let text = match error.kind() {
            io::ErrorKind::IsADirectory => Text {
                ja: "{path} はフォルダーなので書き込めません。ファイルの名前まで指定してください。",
                en: "cannot write {path}: it is a folder. Name a file.",
            },
            _ => Text {
                ja: "{path} に書き込めません: {error}。別の場所を --output に指定するか、書き込みの権限を確かめてください。",
                en: "cannot write {path}: {error}. Name another place with --output, or check the permissions.",
            },
        };
        AppError::new(text, lang, &[("path", &path.display()), ("error", &error)])
    };
    let mut out = Output::create(path, privacy).map_err(failed)?;
    write(&mut out).map_err(failed)?;
    out.finish().map_err(failed)
}
