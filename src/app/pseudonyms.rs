//! The secret that pseudonyms are made with: a file of the user's that is made once.

use std::io::Write;
use std::path::Path;

use super::{AppError, Context};
use crate::locale::Text;
use crate::report::Secret;

/// Its file, in the user's data folder.
const FILE: &str = "anonymise.key";

/// The secret of this user on this computer; made where there is none yet.
pub fn secret(context: &Context) -> Result<Secret, AppError> {
    let lang = context.lang;
    let Some(folder) = &context.environment.data_folder else {
        let text = Text {
            ja: "利用者のフォルダーが分からないので、--anonymise の鍵を置けません。環境変数 HOME を設定してください。",
            en: "nobody knows the user's home, so that there is no place for the key of --anonymise. Set HOME.",
        };
        return Err(AppError::new(text, lang, &[]));
    };
    let path = folder.join(FILE);
    let failed = |error: std::io::Error| {
        let text = Text {
            ja: "--anonymise の鍵 {path} を読み書きできません: {error}。権限を確かめてください。",
            en: "cannot read or write the key of --anonymise, {path}: {error}. Check the permissions.",
        };
        AppError::new(text, lang, &[("path", &path.display()), ("error", &error)])
    };
    if !path.exists() {
        make(folder, &path).map_err(failed)?;
    }
    let bytes = zeroize::Zeroizing::new(std::fs::read(&path).map_err(failed)?);
    Secret::of(&bytes).ok_or_else(|| {
        let text = Text {
            ja: "--anonymise の鍵 {path} は {n} バイトのファイルではありません。消すと新しく作り、仮の名はすべて変わります。",
            en: "the key of --anonymise, {path}, has not {n} bytes. If you remove it, another is made, and all pseudonyms change.",
        };
        AppError::new(text, lang, &[("path", &path.display()), ("n", &Secret::BYTES)])
    })
}

/// Makes the file, whole or not at all; one that another run has made meanwhile stays.
fn make(folder: &Path, path: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut bytes = zeroize::Zeroizing::new([0; Secret::BYTES]);
    getrandom::fill(&mut bytes[..]).map_err(std::io::Error::other)?;
    // A temporary file is its owner's alone.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&bytes[..])?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}
