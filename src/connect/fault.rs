//! What can be in the way, each with what to do next, in the terms of the operator's FAQ.

use std::fmt::Display;

use crate::locale::{Lang, Text};

/// The steps, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConnectStep {
    /// The name is resolved.
    Name,
    /// A connection is opened.
    Connect,
    /// The proxy lets it through.
    Proxy,
    /// A version of TLS is agreed on.
    Tls,
    /// The server's certificate is validated.
    Server,
    /// The client's certificate is asked for and judged by the server.
    Client,
    /// One HEAD is answered.
    Http,
}

impl ConnectStep {
    /// The word in JSON.
    pub fn code(self) -> &'static str {
        match self {
            ConnectStep::Name => "name",
            ConnectStep::Connect => "connect",
            ConnectStep::Proxy => "proxy",
            ConnectStep::Tls => "tls",
            ConnectStep::Server => "server",
            ConnectStep::Client => "client",
            ConnectStep::Http => "http",
        }
    }

    /// What it is called.
    pub fn title(self) -> Text {
        match self {
            ConnectStep::Name => Text { ja: "名前解決", en: "name" },
            ConnectStep::Connect => Text { ja: "接続", en: "connection" },
            ConnectStep::Proxy => Text { ja: "プロキシ", en: "proxy" },
            ConnectStep::Tls => Text { ja: "TLS", en: "TLS" },
            ConnectStep::Server => Text { ja: "サーバーの証明書", en: "server certificate" },
            ConnectStep::Client => Text { ja: "クライアント証明書", en: "client certificate" },
            ConnectStep::Http => Text { ja: "応答と時計", en: "answer and clock" },
        }
    }
}

/// How grave a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultLevel {
    /// Claims can be submitted, and something should be looked at.
    Warning,
    /// It cannot be told from here.
    Undetermined,
    /// Claims cannot be submitted like this.
    Error,
}

impl FaultLevel {
    /// The word in JSON.
    pub fn code(self) -> &'static str {
        match self {
            FaultLevel::Warning => "warning",
            FaultLevel::Undetermined => "undetermined",
            FaultLevel::Error => "error",
        }
    }
}

/// A kind of fault.
#[derive(Clone, Copy, Debug)]
pub(super) struct FaultKind {
    pub code: &'static str,
    step: ConnectStep,
    level: FaultLevel,
    message: Text,
    remedy: Text,
}

/// A fault, with the values of its texts.
#[derive(Clone, Debug)]
pub(crate) struct ConnectFault {
    kind: FaultKind,
    values: Vec<(&'static str, String)>,
}

impl ConnectFault {
    pub(super) fn new(kind: FaultKind) -> ConnectFault {
        ConnectFault { kind, values: Vec::new() }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Display) -> ConnectFault {
        self.values.push((name, value.to_string()));
        self
    }

    pub(crate) fn code(&self) -> &'static str {
        self.kind.code
    }

    pub(crate) fn step(&self) -> ConnectStep {
        self.kind.step
    }

    pub(crate) fn level(&self) -> FaultLevel {
        self.kind.level
    }

    fn fill(&self, text: Text, lang: Lang) -> String {
        let values: Vec<(&str, &dyn Display)> =
            self.values.iter().map(|(name, value)| (*name, value as &dyn Display)).collect();
        text.fill(lang, &values)
    }

    /// What is wrong.
    pub(crate) fn message(&self, lang: Lang) -> String {
        self.fill(self.kind.message, lang)
    }

    /// What to do next.
    pub(crate) fn remedy(&self, lang: Lang) -> String {
        self.fill(self.kind.remedy, lang)
    }
}

/// The faults: code, step, level; message and remedy in Japanese and English.
macro_rules! faults {
    ($($name:ident $code:literal $step:ident $level:ident $ja:literal $en:literal $do_ja:literal $do_en:literal;)*) => {
        $(
            pub(super) const $name: FaultKind = FaultKind {
                code: $code,
                step: ConnectStep::$step,
                level: FaultLevel::$level,
                message: Text { ja: $ja, en: $en },
                remedy: Text { ja: $do_ja, en: $do_en },
            };
        )*

        #[cfg(test)]
        const ALL: &[FaultKind] = &[$($name),*];
    };
}

faults! {
    NAME "name-unresolved" Name Error
        "{host} の名前を解決できません。"
        "The name {host} cannot be resolved."
        "名前の綴りと、インターネットに接続できているかを確かめてください。プロキシ経由でだけ外に出られるネットワークなら、--proxy で指定してください。"
        "Check the spelling and the connection to the internet. Where the network reaches the outside through a proxy alone, name it with --proxy.";
    PROXY_NAME "proxy-unresolved" Name Error
        "プロキシ {host} の名前を解決できません。"
        "The name of the proxy {host} cannot be resolved."
        "Windows の「プロキシの設定」か、ネットワークの管理者にプロキシの名前を確かめてください。"
        "Check the name of the proxy in the proxy settings of Windows or with the network's administrator.";
    REFUSED_CONNECTION "connection-refused" Connect Error
        "{server} に接続を拒まれました。"
        "{server} refuses the connection."
        "ポート番号を確かめてください。正しければ、電子請求受付システムのお知らせ(停止時間)と、ファイアウォールの設定を確かめてください。"
        "Check the port. If it is right, check the operator's notices of downtime and the firewall.";
    SILENT_CONNECTION "connection-timeout" Connect Error
        "{server} に接続できません(応答がありません)。"
        "{server} cannot be reached (no answer)."
        "ファイアウォールやウイルス対策ソフトが通信を止めていないか、プロキシが必要なネットワークではないか(--proxy)を確かめてください。"
        "Check that no firewall or antivirus program blocks it, and whether this network needs a proxy (--proxy).";
    PROXY_REFUSED_CONNECTION "proxy-connection-refused" Connect Error
        "プロキシ {server} に接続を拒まれました。"
        "The proxy {server} refuses the connection."
        "プロキシのポート番号(8080、3128 など)を確かめてください。"
        "Check the port of the proxy (8080, 3128 or the like).";
    PROXY_SILENT "proxy-timeout" Connect Error
        "プロキシ {server} から応答がありません。"
        "The proxy {server} does not answer."
        "プロキシの名前とポート番号を確かめ、ネットワークの管理者に問い合わせてください。"
        "Check the name and port of the proxy, and ask the network's administrator.";
    NO_PROXY "proxy-not-http" Proxy Error
        "{proxy} は HTTP のプロキシとして応答しません。"
        "{proxy} does not answer as an HTTP proxy."
        "プロキシの名前とポート番号を確かめてください。SOCKS などの別の種類のプロキシには対応していません。"
        "Check the name and port of the proxy. Other kinds, such as SOCKS, are not supported.";
    PROXY_LOGIN_MISSING "proxy-login-missing" Proxy Error
        "プロキシが認証を求めています(方式: {schemes})。"
        "The proxy requires a login (schemes: {schemes})."
        "プロキシ認証を利用している場合、請求時と通知文書の取得時に設定が必要です(電子請求の FAQ Q6: eSeikyuClient の Set_Proxy_Auth1_config を実行する)。ここで確かめるには、--proxy http://ユーザー名@ホスト:ポート とし、パスワードは尋ねられたら入力するか、--proxy-password-file で指定してください。"
        "Where a proxy requires a login, submitting claims and fetching notices need a setting (FAQ Q6 of the claim system: run Set_Proxy_Auth1_config of eSeikyuClient). To test it here, use --proxy http://USER@HOST:PORT, and type the password when asked or give --proxy-password-file.";
    PROXY_LOGIN_REFUSED "proxy-login-refused" Proxy Error
        "プロキシがユーザー {user} の認証を拒みました({scheme} 認証)。"
        "The proxy refuses the login of {user} ({scheme})."
        "通常インターネットに接続するときに入力しているプロキシ認証のユーザー名とパスワードを確かめてください(大文字と小文字、全角と半角を区別します)。"
        "Check the user name and password that are typed when connecting to the internet otherwise (case and width matter).";
    PROXY_SCHEME "proxy-scheme" Proxy Undetermined
        "プロキシが求める認証の方式({schemes})には、このコマンドは対応していません。"
        "This command cannot log in by the schemes that the proxy requires ({schemes})."
        "NTLM と Negotiate は Windows のアカウントによる認証です。電子請求の FAQ Q6 の設定(Set_Proxy_Auth1_config)をしたうえで、請求ソフトで確かめてください。Basic か Digest を使えるかは、ネットワークの管理者に確かめてください。"
        "NTLM and Negotiate log in with the Windows account. Apply the setting of FAQ Q6 (Set_Proxy_Auth1_config) and test with the claim software; ask the network's administrator whether Basic or Digest is possible.";
    PROXY_FORBIDS "proxy-forbidden" Proxy Error
        "プロキシ {proxy} が {server} への接続を許しません(状態 {status})。"
        "The proxy {proxy} does not allow connections to {server} (status {status})."
        "ネットワークの管理者に、{server} への接続(CONNECT)の許可を依頼してください。"
        "Ask the network's administrator to allow connections (CONNECT) to {server}.";
    PROXY_CANNOT_REACH "proxy-unreachable" Proxy Error
        "プロキシ {proxy} から {server} に接続できません(状態 {status})。"
        "The proxy {proxy} cannot reach {server} (status {status})."
        "接続先の名前とポート番号を確かめてください。正しければ、ネットワークの管理者に問い合わせてください。"
        "Check the server's name and port. If they are right, ask the network's administrator.";
    TLS_SILENT "tls-timeout" Tls Error
        "{server} に接続しましたが、TLS の応答がありません。"
        "{server} takes the connection and does not answer in TLS."
        "接続先のポート番号を確かめてください。正しければ、途中の機器(ファイアウォール、プロキシ)が通信を止めていないか確かめてください。"
        "Check the port. If it is right, check whether a firewall or proxy in between stops it.";
    NO_TLS "tls-none" Tls Error
        "{server} は TLS で応答しません。"
        "{server} does not speak TLS."
        "接続先のポート番号を確かめてください。プロキシのポート番号を指定していないかも確かめてください。"
        "Check the port, and that it is not that of a proxy.";
    OLD_TLS "tls-old" Tls Error
        "サーバーは {version} までにしか対応していません。"
        "The server offers no more than {version}."
        "電子請求受付システムとの通信は TLS 1.2 だけです(FAQ Q16)。接続先が正しいか、途中の機器が通信を中継していないか確かめてください。"
        "The claim system allows TLS 1.2 alone (FAQ Q16). Check that the server is the right one, and that no device in between relays the connection.";
    ONLY_TLS13 "tls-1.3-only" Tls Warning
        "サーバーは TLS 1.2 に対応せず、TLS 1.3 で接続しました。"
        "The server does not offer TLS 1.2; the connection is TLS 1.3."
        "電子請求受付システムは TLS 1.2 を使います(FAQ Q16)。接続先が正しいか確かめてください。"
        "The claim system uses TLS 1.2 (FAQ Q16). Check that the server is the right one.";
    TLS_ALERT "tls-refused" Tls Error
        "サーバーが TLS の接続を拒みました({alert})。"
        "The server refuses the TLS connection ({alert})."
        "接続先の名前が正しいか確かめ、電子請求の FAQ Q16(暗号化通信の設定)を参照してください。"
        "Check the server's name, and see FAQ Q16 of the claim system (settings of encrypted communication).";
    TLS_BROKEN "tls-broken" Tls Error
        "TLS の接続が途中で切れました。{words}"
        "The TLS connection broke off. {words}"
        "もう一度実行してください。繰り返すときは、途中の機器(ファイアウォール、ウイルス対策ソフト)が通信を検査していないか確かめてください。"
        "Try again. If it happens again, check whether a firewall or antivirus program in between inspects the connection.";
    OURS "tls-internal" Tls Undetermined
        "このパソコンで TLS の準備ができません。"
        "TLS cannot be set up on this computer."
        "クライアント証明書の鍵の種類を shomei inspect で確かめてください。"
        "Check the kind of the client certificate's key with shomei inspect.";
    SERVER_UNKNOWN_ISSUER "server-untrusted" Server Error
        "サーバーの証明書の発行元({issuer})を信頼できません。"
        "The issuer of the server's certificate ({issuer}) is not trusted."
        "ウイルス対策ソフトやプロキシが暗号化通信を検査していると、こうなります。その場合は、電子請求受付システムを検査の対象から外してください。正しい発行元なら、その認証局証明書を --ca に指定してください。"
        "This happens where antivirus software or a proxy inspects encrypted connections: exempt the claim system from it. If the issuer is the right one, name its root certificate with --ca.";
    NO_ROOTS "server-roots-unknown" Server Undetermined
        "信頼する認証局の一覧がこのパソコンに見つからないため、サーバーの証明書を判定できません。"
        "No list of trusted CAs is found on this computer: the server's certificate cannot be determined."
        "サーバーの認証局証明書を --ca に指定してください。ブラウザーで同じ接続先を開いて確かめることもできます。"
        "Name the root certificate of the server's CA with --ca, or open the same server in a browser.";
    SERVER_NAME "server-name" Server Error
        "サーバーの証明書は {host} のものではありません。"
        "The server's certificate is not for {host}."
        "接続先の名前を確かめてください。正しければ、通信が別のサーバーに導かれています。請求せず、ネットワークの管理者に問い合わせてください。"
        "Check the server's name. If it is right, the connection is led to another server: submit nothing and ask the network's administrator.";
    SERVER_EXPIRED "server-expired" Server Error
        "サーバーの証明書の有効期限が切れています。"
        "The server's certificate has expired."
        "このパソコンの日付と時刻を確かめてください。正しければ、電子請求受付システムのヘルプデスクに問い合わせてください。"
        "Check this computer's date and time. If they are right, ask the help desk of the claim system.";
    SERVER_NOT_YET "server-not-yet-valid" Server Error
        "サーバーの証明書の有効期間がまだ始まっていません。"
        "The server's certificate is not valid yet."
        "このパソコンの日付と時刻が遅れていないか確かめてください。"
        "Check that this computer's date and time are not behind.";
    SERVER_FLAW "server-invalid" Server Error
        "サーバーの証明書を検証できません: {words}。"
        "The server's certificate is not valid: {words}."
        "電子請求受付システムのヘルプデスクに問い合わせてください。"
        "Ask the help desk of the claim system.";
    CLIENT_MISSING "client-certificate-required" Client Error
        "サーバーがクライアント証明書を求めています(証明書を出さなかったため拒まれました: {alert})。"
        "The server requires a client certificate (refused without one: {alert})."
        "事業所・代理人の証明書を --client ファイル.p12 に指定して、もう一度実行してください。"
        "Run it again with the certificate: --client FILE.p12.";
    CLIENT_NOT_GIVEN "client-certificate-asked" Client Undetermined
        "サーバーがクライアント証明書を求めましたが、指定していないため、受け付けられるかどうかは分かりません。"
        "The server asks for a client certificate; none was given, so that it cannot be determined whether one is accepted."
        "事業所・代理人の証明書を --client ファイル.p12 に指定して、もう一度実行してください。"
        "Run it again with the certificate: --client FILE.p12.";
    CLIENT_NOT_ASKED "client-certificate-not-asked" Client Undetermined
        "サーバーは接続のときにクライアント証明書を求めませんでした。受け付けられるかどうかは分かりません。"
        "The server does not ask for a client certificate when connecting: whether it is accepted cannot be determined."
        "証明書を使う接続先かどうかを確かめてください。ページを開いてから求めるサーバーもあります(--head を付けると、1回だけ問い合わせます)。"
        "Check that this is the server that uses certificates. Some servers ask for one when a page is opened (--head asks once).";
    CLIENT_UNSEEN "client-certificate-unseen" Client Undetermined
        "TLS 1.3 の接続では、サーバーがクライアント証明書を求めたかどうかを見分けられません。拒まれてはいません。"
        "In TLS 1.3 it cannot be seen whether the server asks for a client certificate. It was not refused."
        "請求ソフトで接続して確かめてください。"
        "Test it with the claim software.";
    CLIENT_EXPIRED "client-certificate-expired" Client Error
        "サーバーは、クライアント証明書が期限切れだとして拒みました({alert})。"
        "The server refuses the client certificate as expired ({alert})."
        "shomei inspect で有効期限を確かめ、電子請求受付システムで証明書の発行を申請してください。このパソコンの時計ではなく、サーバーの時計で判定されます。"
        "Check its expiry with shomei inspect and apply for a new certificate. The server's clock decides, not this computer's.";
    CLIENT_REVOKED "client-certificate-revoked" Client Error
        "サーバーは、クライアント証明書が失効しているとして拒みました({alert})。"
        "The server refuses the client certificate as revoked ({alert})."
        "この証明書では請求できません。電子請求受付システムで証明書の発行を申請してください。"
        "No claims can be submitted with it. Apply for a new certificate.";
    CLIENT_UNKNOWN_CA "client-certificate-unknown-ca" Client Error
        "サーバーは、クライアント証明書の発行元を認めません({alert})。サーバーが求める発行元: {issuers}"
        "The server does not accept the issuer of the client certificate ({alert}). It asks for: {issuers}"
        "別のシステムの証明書か、古い世代のルートの証明書でないか、shomei inspect で確かめてください。"
        "Check with shomei inspect that it is not a certificate of another system or of an old root.";
    CLIENT_REFUSED "client-certificate-refused" Client Error
        "サーバーがクライアント証明書を拒みました({alert})。サーバーが求める発行元: {issuers}"
        "The server refuses the client certificate ({alert}). It asks for: {issuers}"
        "証明書の有効期限、発行元、利用区分を shomei inspect で確かめてください。問題がなければ、電子請求受付システムのヘルプデスクに問い合わせてください。"
        "Check expiry, issuer and usage category with shomei inspect. If nothing is wrong, ask the help desk of the claim system.";
    NO_ANSWER "http-none" Http Warning
        "{server} は HEAD に HTTP で応答しません。"
        "{server} does not answer the HEAD in HTTP."
        "接続とクライアント証明書の確認には影響しません。時計のずれは確かめていません。"
        "The connection and the client certificate are as told above; the clock was not compared.";
    HTTP_STATUS "http-status" Http Warning
        "サーバーは状態 {status} で応答しました。"
        "The server answers with the status {status}."
        "401 と 403 は、この証明書に権限がないことを示す場合があります。電子請求受付システムにログインできるか確かめてください。500 台はサーバーの側の障害です。時間をおいてください。"
        "401 and 403 may mean that this certificate has no permission: check that the login to the claim system works. 500 and above are faults of the server: try later.";
    CLOCK_BEHIND "clock-behind" Http Warning
        "このパソコンの時計は、サーバーより {seconds} 秒遅れています。"
        "This computer's clock is {seconds} seconds behind the server's."
        "Windows の「日付と時刻」で自動設定を有効にしてください。ずれが大きいと、有効な証明書も無効と判定されます。"
        "Turn on automatic time in the date and time settings. With a clock that is far off, valid certificates are taken for invalid.";
    CLOCK_AHEAD "clock-ahead" Http Warning
        "このパソコンの時計は、サーバーより {seconds} 秒進んでいます。"
        "This computer's clock is {seconds} seconds ahead of the server's."
        "Windows の「日付と時刻」で自動設定を有効にしてください。ずれが大きいと、有効な証明書も無効と判定されます。"
        "Turn on automatic time in the date and time settings. With a clock that is far off, valid certificates are taken for invalid.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_texts_have_the_same_values() {
        let mut codes: Vec<&str> = ALL.iter().map(|kind| kind.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ALL.len());
        for kind in ALL {
            for text in [kind.message, kind.remedy] {
                let (mut ja, mut en) = (text.names(Lang::Ja), text.names(Lang::En));
                ja.sort_unstable();
                en.sort_unstable();
                ja.dedup();
                en.dedup();
                assert_eq!(ja, en, "{}", kind.code);
            }
        }
    }
}
