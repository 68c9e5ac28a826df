//! Messages about mail that cannot be delivered.

use super::Text;

texts! {
    SAID { ja: " 応答: {reply}", en: " It said: {reply}" }
    UNKNOWN_HOST {
        ja: "メールサーバー {server} の名前が見つかりません。サーバー名のつづりと、ネットワークにつながっているかを確かめてください。",
        en: "The name of the mail server {server} is not known. Check its spelling, and that the network is up.",
    }
    UNREACHABLE {
        ja: "メールサーバー {server} に接続できません。サーバー名、ポート番号、ファイアウォールを確かめてください。",
        en: "Cannot connect to the mail server {server}. Check its name, its port and the firewall.",
    }
    TIMEOUT {
        ja: "メールサーバー {server} が時間内に応答しません。ポート番号と暗号化の方式(STARTTLS は通常 587、TLS は通常 465)を確かめ、合っていれば後でもう一度送ってください。",
        en: "The mail server {server} does not answer in time. Check the port and the kind of security (usually 587 for STARTTLS, 465 for TLS); if they are right, send again later.",
    }
    CUT_OFF {
        ja: "メールサーバー {server} との接続が途中で切れました。後でもう一度送ってください。続く場合は、サーバーの管理者にこの時刻の記録を確かめてもらってください。",
        en: "The connection to the mail server {server} broke. Send again later; if it goes on, ask the server's administrator what its log says about this time.",
    }
    NO_TLS {
        ja: "メールサーバー {server} と安全な接続ができません。サーバー名が証明書の名前と同じか、証明書の期限が切れていないか、組織独自の認証局ならその証明書を指定したか、ポート番号と暗号化の方式が合っているかを確かめてください。何も送っていません。",
        en: "No secure connection to the mail server {server}. Check that its name is the one in its certificate, that the certificate has not expired, that the CA is given if it is your organisation's own, and that port and kind of security fit. Nothing was sent.",
    }
    INJECTED {
        ja: "メールサーバー {server} との通信が暗号化される前に、余分な応答が届きました。通信に割り込まれているおそれがあるため、何も送っていません。暗号化の方式を TLS(通常 465)にするか、サーバーとネットワークの管理者に確かめてください。",
        en: "The mail server {server} sent more than one answer before encryption began: somebody may be interfering with the connection. Nothing was sent. Use TLS (usually port 465), or ask the administrator of server and network.",
    }
    ROOTS {
        ja: "メールサーバー {server} のための認証局の証明書が読めません。PEM 形式の証明書(-----BEGIN CERTIFICATE-----)のファイルを指定してください。",
        en: "The CA's certificate for the mail server {server} cannot be read. Name a file of certificates in PEM (-----BEGIN CERTIFICATE-----).",
    }
    NO_STARTTLS {
        ja: "メールサーバー {server} は STARTTLS に対応していません。暗号化なしでは送りません。ポート番号を確かめるか、暗号化の方式を TLS(通常 465)にしてください。",
        en: "The mail server {server} does not offer STARTTLS, and nothing is sent unprotected. Check the port, or use TLS (usually port 465).",
    }
    NO_AUTH {
        ja: "メールサーバー {server} は、使えるログイン方式(PLAIN、LOGIN。auth: xoauth2 なら XOAUTH2)を示しません。ポート番号(通常 587 か 465)を確かめるか、ログインの要らないサーバーならユーザー名の設定を消してください。",
        en: "The mail server {server} offers no login that can be used (PLAIN, LOGIN; XOAUTH2 with auth: xoauth2). Check the port (usually 587 or 465), or remove the user if the server wants no login.",
    }
    AUTH {
        ja: "メールサーバー {server} がログインを拒みました。ユーザー名とパスワードを確かめてください。2段階認証を使うサービスでは、アプリ用のパスワードが要ります。",
        en: "The mail server {server} refuses the login. Check user and password; services with two-step verification want a password made for applications.",
    }
    BASIC_AUTH_OFF {
        ja: "メールサーバー {server} は、パスワードだけのログイン(基本認証)を受け付けません。パスワードを直しても送れません。ログインのいらない送り方(コネクタ、ダイレクト送信、リレー)か auth: xoauth2 に変えてください(docs/ja/mail.md)。",
        en: "The mail server {server} takes no login by a password alone (basic authentication); another password will not help. Send without login (connector, direct send, relay), or use auth: xoauth2 (docs/en/mail.md).",
    }
    APP_PASSWORD_WANTED {
        ja: "メールサーバー {server} は、いつものパスワードではなく、アプリ パスワードを求めています。アカウントの設定でアプリ パスワードを作り、それを書いてください(docs/ja/mail.md)。",
        en: "The mail server {server} wants an app password, not the usual one. Make one in the account's settings and write that (docs/en/mail.md).",
    }
    TOKEN_REFUSED {
        ja: "メールサーバー {server} が、トークンを受け付けませんでした。期限の切れたトークンか、送信の許可(SMTP.Send など)のないトークンです。token_command が新しいトークンを表示することと、ログインする利用者を確かめてください。",
        en: "The mail server {server} refuses the token: it has expired, or does not permit sending (such as SMTP.Send). Check that token_command prints a fresh one, and the user.",
    }
    AUTH_WANTED {
        ja: "メールサーバー {server} はログインを求めています。ユーザー名とパスワードを設定してください。",
        en: "The mail server {server} wants a login. Set user and password.",
    }
    UNPROTECTED {
        ja: "暗号化なしで {server} にパスワードを送ることはしません。暗号化の方式を STARTTLS か TLS にするか、ログインなしで使ってください。何も送っていません。",
        en: "No password is sent to {server} without encryption. Use STARTTLS or TLS, or no login. Nothing was sent.",
    }
    TEMPORARY {
        ja: "メールサーバー {server} が、今は受け取れないと繰り返し答えました。30分ほど後にもう一度送ってください。",
        en: "The mail server {server} said each time that it cannot take the message now. Send again in half an hour.",
    }
    REJECTED {
        ja: "メールサーバー {server} は、このコンピューターからのメールを受け付けません。サーバーの管理者に、ここからの送信を許してもらってください。",
        en: "The mail server {server} takes no mail from this machine. Ask its administrator to allow it.",
    }
    SENDER {
        ja: "メールサーバー {server} は、この差出人のメールを受け付けません。差出人のアドレスが正しいか、ログインした利用者に使ってよいものかを確かめてください。",
        en: "The mail server {server} takes no mail from this sender. Check that the sender's address is right and one that the login may use.",
    }
    NOT_SMTP {
        ja: "{server} の応答はメールサーバーのものではありません。サーバー名、ポート番号、暗号化の方式(STARTTLS は通常 587、TLS は通常 465)を確かめてください。",
        en: "What answers at {server} does not talk like a mail server. Check name, port and kind of security (usually 587 for STARTTLS, 465 for TLS).",
    }

    // Messages that cannot be
    TO_NOBODY { ja: "宛先がありません", en: "it is written to nobody" }
    NO_ADDRESS { ja: "「{value}」はメールアドレスではありません", en: "\"{value}\" is not a mail address" }
    NO_MESSAGE_ID { ja: "「{value}」は Message-ID になりません", en: "\"{value}\" is no Message-ID" }
    NO_MIME { ja: "「{value}」はファイルの種類(MIME)ではありません", en: "\"{value}\" is not a type of file (MIME)" }
    NO_DATE { ja: "この日時はメールに書けません", en: "mail cannot tell this date" }
}
