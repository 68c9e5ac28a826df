//! `shomei convert`: a private key and its certificates, written anew for other programs.

use super::prelude::*;
use crate::app::convert::{ConvertOptions, Converted, WRITTEN_FORMS, WrittenForm, convert};

pub(super) fn command(lang: Lang) -> Command {
    let forms = WRITTEN_FORMS.map(|(word, _)| word);
    command! { lang;
        "convert" "証明書ファイルを、ほかのプログラムで開ける形式やパスワードで書き直します"
            "Write a certificate file anew, in a form or with a password that other programs need";
        positional "file" (flags::FILE) "元のファイル(PKCS#12、秘密鍵の入った PEM)" "the file (PKCS#12, or PEM with the private key)"
            => |arg| arg.required(true);
        arg (arguments::output(lang).required(true));
        choice "for" (&forms)
            "形式。modern: AES-256(既定)、legacy: 3DES(古い Windows など)、pbmac1: RFC 9579、pem(既定: -o が .pem なら pem)"
            "the form: AES-256 (modern, the default), 3DES for old Windows (legacy), RFC 9579 (pbmac1), pem (default where -o ends in .pem)";
        filled "key" (flags::NAME) "ファイルに鍵がいくつもあるとき、どれか(フレンドリ名、シリアル番号、SHA-256 の先頭)"
            "which key, where the file holds several (friendlyName, serial number, beginning of the SHA-256)";
        switch "new-password" "新しいパスワードを尋ねる(既定: 元のまま)" "ask for a new password (default: the file's)";
        file "new-password-file" "新しいパスワードを1行目に書いたファイル" "a file whose first line is the new password"
            => |arg| arg.conflicts_with("new-password");
        option "new-password-env" (Text { ja: "変数名", en: "VAR" }) "新しいパスワードを入れた環境変数の名前"
            "a variable that holds the new password"
            => |arg| arg.conflicts_with_all(["new-password", "new-password-file"]);
        switch "force" "すでにあるファイルを置き換える" "replace a file that is there";
        arg (arguments::policy(lang));
        file "root" "経路に加えてよい認証局証明書のファイル(繰り返し可。ピンと一致すれば加える)"
            "a CA root certificate that may complete the chain, if it matches a pin (may be repeated)"
            => |arg| arg.action(ArgAction::Append);
        args (arguments::opening(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let output = path("output").unwrap_or_default();
    let options = ConvertOptions {
        settings: arguments::settings(session, matches),
        file: path("file").unwrap_or_default(),
        form: form(matches, &output, lang)?,
        output,
        key: matches.get_one::<String>("key").cloned(),
        new_password_file: path("new-password-file"),
        new_password_env: matches.get_one::<String>("new-password-env").cloned(),
        asks_new_password: matches.get_flag("new-password"),
        force: matches.get_flag("force"),
    };
    let converted = convert(&session.context, &options)?;
    session.print(&told(&options.output, &converted, lang))
}

/// The form that is asked for: by its name, or by the ending of the file.
fn form(matches: &ArgMatches, output: &Path, lang: Lang) -> Result<WrittenForm, AppError> {
    if let Some(word) = matches.get_one::<String>("for") {
        return Ok(WRITTEN_FORMS.iter().find(|(known, _)| known == word).map_or(WRITTEN_FORMS[0].1, |(_, form)| *form));
    }
    let ending = output.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "p12" | "pfx" => Ok(WRITTEN_FORMS[0].1),
        "pem" => Ok(WrittenForm::Pem),
        _ => {
            let text = Text {
                ja: "{path} の形式が分かりません。.p12、.pfx、.pem のどれかで終わる名前にするか、--for で指定してください。",
                en: "The form of {path} is not known: let it end in .p12, .pfx or .pem, or name the form with --for.",
            };
            Err(AppError::new(text, lang, &[("path", &output.display())]))
        }
    }
}

fn told(output: &Path, converted: &Converted, lang: Lang) -> String {
    let path = output.to_string_lossy();
    let (path, subject) = (escape::terminal(&path), escape::terminal(&converted.subject));
    let text = Text {
        ja: "{path} に書きました: {subject}(証明書 {certificates} 枚と秘密鍵。読み直して確かめました)\n",
        en: "written to {path}: {subject} (certificates: {certificates}, and the private key; read back and compared)\n",
    };
    let mut out = text.fill(lang, &[("path", &path), ("subject", &subject), ("certificates", &converted.certificates)]);
    let mut line = |text: Text, value: &dyn std::fmt::Display| {
        out += &text.fill(lang, &[("value", value)]);
        out.push('\n');
    };
    for subject in &converted.added {
        line(
            Text { ja: "加えた認証局証明書: {value}", en: "CA certificate added: {value}" },
            &escape::terminal(subject),
        );
    }
    if converted.left_out > 0 {
        line(
            Text {
                ja: "ほかの鍵の証明書 {value} 枚は入れていません。",
                en: "certificates of other keys left out: {value}",
            },
            &converted.left_out,
        );
    }
    if converted.keeps_password {
        line(
            Text {
                ja: "パスワードは元のファイルと同じです。", en: "The password is that of the file."
            },
            &"",
        );
    }
    if converted.has_wide_password {
        line(
            Text {
                ja: "パスワードに英数字・記号以外の文字があるため、開けないプログラムがあります。",
                en: "The password has characters other than ASCII: some programs will not open it.",
            },
            &"",
        );
    }
    if converted.loses_attributes {
        line(
            Text {
                ja: "PEM にはフレンドリ名を入れられません。", en: "PEM cannot hold the friendlyName."
            },
            &"",
        );
    }
    out
}
