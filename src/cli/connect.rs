//! `shomei connect`: whether this computer can submit claims.

use super::prelude::*;
use crate::app::connect::{ConnectOptions, connect, outcome};

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "connect" "このパソコンから請求の接続先につながるか、クライアント証明書が受け付けられるかを確かめます"
            "Test whether this computer reaches the claim server and whether it accepts the client certificate";
        argument "server" (Text { ja: "ホスト:ポート", en: "HOST:PORT" })
            "接続先(既定: ポリシーの connection)" "the server (default: connection of the policy)";
        file "client" "クライアント証明書のファイル(PKCS#12 など)" "the file of the client certificate (PKCS#12 or the like)";
        filled "key" (flags::NAME) "ファイルに鍵がいくつもあるとき、どれか(フレンドリ名、シリアル番号、SHA-256 の先頭)"
            "which key, where the file holds several (friendlyName, serial number, beginning of the SHA-256)";
        option "proxy" (Text { ja: "URL", en: "URL" }) "プロキシ。http://ユーザー名@ホスト:ポート(パスワードは書かない)"
            "the proxy, http://USER@HOST:PORT (without the password)";
        file "proxy-password-file" "プロキシのパスワードを1行目に書いたファイル" "a file whose first line is the proxy's password"
            => |arg| arg.requires("proxy");
        option "proxy-password-env" (Text { ja: "変数名", en: "VAR" }) "プロキシのパスワードを入れた環境変数の名前"
            "a variable that holds the proxy's password"
            => |arg| arg.requires("proxy").conflicts_with("proxy-password-file");
        file "ca" "サーバーの認証局証明書(繰り返し可)。システムの一覧に加えて信頼する"
            "root certificates for the server, trusted besides the system's (may be repeated)"
            => |arg| arg.action(ArgAction::Append);
        switch "head" "HEAD を1回だけ送り、応答と時計のずれも確かめる" "send one HEAD and compare the clock with the answer's";
        option "timeout" (Text { ja: "秒", en: "SECONDS" }) "1段階にかける時間の上限(既定: 10)"
            "how long each step may take (default: 10)"
            => |arg| arg.value_parser(value_parser!(u64).range(1..=600));
        arg (arguments::format(&["table", "json"], lang));
        arg (arguments::output(lang));
        arg (arguments::policy(lang));
        args (arguments::opening(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let options = ConnectOptions {
        settings: arguments::settings(session, matches),
        server: text("server"),
        client: path("client"),
        key: text("key"),
        proxy: text("proxy"),
        proxy_password_file: path("proxy-password-file"),
        proxy_password_env: text("proxy-password-env"),
        roots: matches.get_many::<PathBuf>("ca").into_iter().flatten().cloned().collect(),
        head: matches.get_flag("head"),
        timeout: matches.get_one::<u64>("timeout").copied().unwrap_or(10),
    };
    let report = connect(&session.context, &options)?;
    let zone = options.settings.read_policy(&session.context)?.zone;
    session.show(&OutputOptions::of(matches), |out, format, style| match format {
        Format::Json => {
            crate::report::write_json(out, &report.document(lang))?;
            out.write_all(b"\n")
        }
        _ => out.write_all(report.text(zone, lang, style.width).as_bytes()),
    })?;
    Ok(outcome(&report))
}
