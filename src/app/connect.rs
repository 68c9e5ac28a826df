//! Whether this computer can submit claims: the way to the server, with the client certificate.

use std::path::PathBuf;
use std::time::Duration;

use openssl::x509::X509;
use zeroize::Zeroizing;

use super::passwords::candidate_of_variable;
use super::{AppError, Context, Outcome, Settings, files, private_keys};
use crate::connect::{
    ClientIdentity, ConnectReport, ConnectTarget, FaultLevel, Proxy, ProxyAddressFault, ProxyLogin, probe,
};
use crate::container::{PasswordCandidate, candidates_of_file};
use crate::locale::Text;

/// What a connection is tried with.
pub struct ConnectOptions {
    /// Names the policy and the passwords of the client certificate.
    pub settings: Settings,
    /// The server, `host:port`, where not the policy's.
    pub server: Option<String>,
    /// The file of the client certificate.
    pub client: Option<PathBuf>,
    /// Which of several keys.
    pub key: Option<String>,
    /// The proxy's address.
    pub proxy: Option<String>,
    /// Where the proxy's password is: a file.
    pub proxy_password_file: Option<PathBuf>,
    /// Where the proxy's password is: an environment variable.
    pub proxy_password_env: Option<String>,
    /// Root certificates for the server.
    pub roots: Vec<PathBuf>,
    /// Whether a HEAD is sent.
    pub head: bool,
    /// Seconds for each step.
    pub timeout: u64,
}

/// The outcome of a report: 1 where claims cannot be submitted, 3 where that cannot be determined.
pub fn outcome(report: &ConnectReport) -> Outcome {
    match report.worst() {
        Some(FaultLevel::Error) => Outcome::Found,
        Some(FaultLevel::Undetermined) => Outcome::Undetermined,
        Some(FaultLevel::Warning) | None => Outcome::Clean,
    }
}

/// Tries the connection.
pub fn connect(context: &Context, options: &ConnectOptions) -> Result<ConnectReport, AppError> {
    let lang = context.lang;
    let (host, port) = server(context, options)?;
    let proxy = proxy(context, options)?;
    let client = options.client.as_ref().map(|path| client(context, options, path)).transpose()?;
    let mut roots = Vec::new();
    for path in &options.roots {
        for certificate in files::certificates(path, lang)? {
            roots.extend(X509::from_der(certificate.der()));
        }
    }
    let system = openssl_probe::probe();
    let target = ConnectTarget {
        host,
        port,
        proxy,
        client,
        roots,
        system_roots: system.cert_file.into_iter().collect(),
        head: options.head,
        timeout: Duration::from_secs(options.timeout),
        now: context.now,
        elapsed: std::sync::Arc::clone(&context.environment.elapsed),
    };
    Ok(probe(&target))
}

fn server(context: &Context, options: &ConnectOptions) -> Result<(String, u16), AppError> {
    let lang = context.lang;
    let Some(text) = &options.server else {
        let policy = options.settings.read_policy(context)?;
        return policy.connection.clone().ok_or_else(|| {
            let text = Text {
                ja: "接続先を ホスト:ポート で指定してください(例: shomei connect example.jp:443)。ポリシーの connection に書いておくこともできます。",
                en: "Name the server as HOST:PORT (such as shomei connect example.jp:443), or in connection of the policy.",
            };
            AppError::Message(text.get(lang).into())
        });
    };
    crate::connect::host_and_port(text).ok_or_else(|| {
        let wrong = Text {
            ja: "{text} は ホスト:ポート ではありません。example.jp:443 のように、https:// やパスを付けずに書いてください。",
            en: "{text} is not HOST:PORT: write it like example.jp:443, without https:// and path.",
        };
        AppError::new(wrong, lang, &[("text", text)])
    })
}

fn proxy(context: &Context, options: &ConnectOptions) -> Result<Option<Proxy>, AppError> {
    let lang = context.lang;
    let Some(address) = &options.proxy else { return Ok(None) };
    let mut proxy = Proxy::parse(address).map_err(|fault| {
        let text = match fault {
            // What was typed is not repeated: there is a password in it.
            ProxyAddressFault::Password => Text {
                ja: "--proxy にパスワードを書かないでください(ほかのユーザーに見えます)。http://ユーザー名@ホスト:ポート とし、パスワードは尋ねられたら入力するか、--proxy-password-file か --proxy-password-env で指定してください。",
                en: "Write no password into --proxy, where other users can see it: use http://USER@HOST:PORT, and type the password when asked or give --proxy-password-file or --proxy-password-env.",
            },
            ProxyAddressFault::Malformed => Text {
                ja: "--proxy の値はプロキシの場所ではありません。http://proxy.example.jp:8080 のように書いてください(https と SOCKS には対応していません)。",
                en: "--proxy is no address of a proxy: write it like http://proxy.example.jp:8080 (https and SOCKS are not supported).",
            },
        };
        AppError::Message(text.get(lang).into())
    })?;
    let Some(user) = proxy.user.clone() else { return Ok(Some(proxy)) };
    let given: Option<PasswordCandidate> = match (&options.proxy_password_file, &options.proxy_password_env) {
        (Some(path), _) => {
            let bytes = Zeroizing::new(files::read(path, lang)?);
            candidates_of_file(&bytes, path).into_iter().next()
        }
        (None, Some(name)) => Some(candidate_of_variable(name, context)?),
        (None, None) => {
            let prompt = Text {
                ja: "プロキシのユーザー {user} のパスワード: ",
                en: "Password of {user} for the proxy: ",
            };
            let may_ask = options.settings.prompt;
            may_ask.then(|| context.console.secret(&prompt.fill(lang, &[("user", &user)]))).flatten()
        }
    };
    let password = given.as_ref().and_then(PasswordCandidate::text);
    let Some(password) = password.filter(|password| !password.is_empty()) else {
        let text = Text {
            ja: "プロキシのパスワードがありません。--proxy-password-file か --proxy-password-env で指定してください。",
            en: "There is no password for the proxy. Give one with --proxy-password-file or --proxy-password-env.",
        };
        return Err(AppError::Message(text.get(lang).into()));
    };
    proxy.login = Some(ProxyLogin { user, password: Zeroizing::new(password.to_string()) });
    Ok(Some(proxy))
}

fn client(context: &Context, options: &ConnectOptions, path: &std::path::Path) -> Result<ClientIdentity, AppError> {
    let lang = context.lang;
    let opened = private_keys::open(context, &options.settings, path)?;
    let pair = opened.pick(options.key.as_deref(), path, lang)?;
    let parse = |entry: usize| X509::from_der(&opened.opened.entries[entry].der).ok();
    let others = (0..opened.opened.entries.len()).filter(|entry| *entry != pair.entry).filter_map(parse);
    let is_issuer =
        |certificate: &X509| !opened.pairs.iter().any(|pair| parse(pair.entry).as_ref() == Some(certificate));
    let chain = others.filter(is_issuer).collect();
    let Some(certificate) = parse(pair.entry) else {
        let text = Text {
            ja: "{path} の証明書を OpenSSL が読めません。shomei inspect で確かめてください。",
            en: "OpenSSL cannot read the certificate in {path}. Check with shomei inspect.",
        };
        return Err(AppError::new(text, lang, &[("path", &path.display())]));
    };
    Ok(ClientIdentity { certificate, chain, key: pair.key.clone() })
}
