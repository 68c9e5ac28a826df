//! The tunnel through an HTTP proxy (RFC 9110 section 9.3.6), and its logins: Basic (RFC 7617) and
//! Digest (RFC 7616). NTLM and Negotiate are named and not made.

use std::io::{Read, Write};
use std::net::TcpStream;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use digest::Digest;
use zeroize::Zeroizing;

use super::fault::{self, ConnectFault};
use super::stream::TimedStream;
use super::{ConnectReport, Route, authority};

/// The longest head of an answer.
const LONGEST: usize = 1 << 14;

/// A user of the proxy.
#[derive(Clone)]
pub struct ProxyLogin {
    /// The name.
    pub user: String,
    /// The password.
    pub password: Zeroizing<String>,
}

/// A proxy.
#[derive(Clone)]
pub struct Proxy {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The name in its address, whose password is asked for elsewhere.
    pub user: Option<String>,
    /// The login.
    pub login: Option<ProxyLogin>,
}

/// What is wrong with the address of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyAddressFault {
    /// It is none.
    Malformed,
    /// It has a password in it, which other users of the computer could read.
    Password,
}

impl Proxy {
    /// Reads `http://user@host:port`; the scheme may be missing, and so may the user.
    pub fn parse(text: &str) -> Result<Proxy, ProxyAddressFault> {
        let rest = text.trim().trim_end_matches('/');
        let rest = rest.strip_prefix("http://").unwrap_or(rest);
        let (user, place) = rest.rsplit_once('@').map_or((None, rest), |(user, place)| (Some(user), place));
        if user.is_some_and(|user| user.contains(':')) {
            return Err(ProxyAddressFault::Password);
        }
        let (host, port) = host_and_port(place).ok_or(ProxyAddressFault::Malformed)?;
        Ok(Proxy { host, port, user: user.map(str::to_string), login: None })
    }

    /// `host:port`.
    pub fn authority(&self) -> String {
        authority(&self.host, self.port)
    }
}

/// A host and its port, `server:443` or `[::1]:443`.
pub(crate) fn host_and_port(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let is_host = !bare.is_empty() && !bare.contains(['/', '@', ' ']) && (bare == host || bare.contains(':'));
    let port = port.parse().ok().filter(|port| *port > 0)?;
    (is_host && (bare != host || !bare.contains(':'))).then(|| (bare.to_string(), port))
}

/// The head of an answer.
struct Head {
    status: u16,
    fields: Vec<(String, String)>,
}

impl Head {
    fn all(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Opens a tunnel to the server on a connection to the proxy, with the login if the proxy wants one.
pub(super) fn tunnel(
    route: &Route<'_>,
    proxy: &Proxy,
    stream: TcpStream,
    report: &mut ConnectReport,
) -> Result<TcpStream, ConnectFault> {
    let target = authority(&route.target.host, route.target.port);
    let (head, stream) = ask(route, proxy, stream, &target, None)?;
    if head.status != 407 {
        return answered(head.status, stream, proxy, &target);
    }
    let challenges: Vec<&str> = head.all("Proxy-Authenticate").collect();
    let scheme = |challenge: &&str| challenge.split_whitespace().next().unwrap_or_default().to_string();
    report.proxy_schemes = challenges.iter().map(scheme).collect();
    let offered = report.proxy_schemes.join(", ");
    let Some(login) = &proxy.login else {
        return Err(ConnectFault::new(fault::PROXY_LOGIN_MISSING).with("schemes", offered));
    };
    let is = |word: &'static str| {
        move |challenge: &&&str| challenge.split_whitespace().next().is_some_and(|w| w.eq_ignore_ascii_case(word))
    };
    // The stronger of the two is taken.
    let digest = challenges.iter().find(is("Digest")).and_then(|challenge| digest_answer(challenge, login, &target));
    let (name, answer) = match (digest, challenges.iter().any(|one| is("Basic")(&one))) {
        (Some(answer), _) => ("Digest", answer),
        (None, true) => ("Basic", basic_answer(login)),
        (None, false) => return Err(ConnectFault::new(fault::PROXY_SCHEME).with("schemes", offered)),
    };
    // The proxy may have closed the first connection, and what follows its answer is nobody's.
    let (head, stream) = ask(route, proxy, route.dial()?, &target, Some(&answer))?;
    if head.status == 407 {
        return Err(ConnectFault::new(fault::PROXY_LOGIN_REFUSED).with("scheme", name).with("user", &login.user));
    }
    report.proxy_login = Some(name);
    answered(head.status, stream, proxy, &target)
}

fn answered(status: u16, stream: TcpStream, proxy: &Proxy, target: &str) -> Result<TcpStream, ConnectFault> {
    let fault = match status {
        200..300 => return Ok(stream),
        502..=504 => fault::PROXY_CANNOT_REACH,
        _ => fault::PROXY_FORBIDS,
    };
    Err(ConnectFault::new(fault).with("status", status).with("proxy", proxy.authority()).with("server", target))
}

fn ask(
    route: &Route<'_>,
    proxy: &Proxy,
    stream: TcpStream,
    target: &str,
    answer: Option<&str>,
) -> Result<(Head, TcpStream), ConnectFault> {
    let mut stream = TimedStream::new(stream, route.deadline());
    let mut request = Zeroizing::new(format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n"));
    if let Some(answer) = answer {
        request.push_str(&format!("Proxy-Authorization: {answer}\r\n"));
    }
    request.push_str("\r\n");
    let sent = stream.write_all(request.as_bytes());
    let head = sent.ok().and_then(|()| read_head(&mut stream));
    match head {
        Some(head) => Ok((head, stream.into_inner())),
        None if stream.is_late => Err(ConnectFault::new(fault::PROXY_SILENT).with("server", proxy.authority())),
        None => Err(ConnectFault::new(fault::NO_PROXY).with("proxy", proxy.authority())),
    }
}

/// The head of an HTTP answer, byte by byte, since what follows it belongs to the tunnel; none where
/// it is none.
fn read_head(stream: &mut dyn Read) -> Option<Head> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") && !bytes.ends_with(b"\n\n") {
        let read = stream.read(&mut byte).ok()?;
        if read == 0 || bytes.len() >= LONGEST {
            return None;
        }
        bytes.push(byte[0]);
    }
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines();
    let status = lines.next()?.strip_prefix("HTTP/1.")?.split_whitespace().nth(1)?.parse().ok()?;
    let field = |line: &str| line.split_once(':').map(|(name, value)| (name.trim().into(), value.trim().into()));
    Some(Head { status, fields: lines.filter_map(field).collect() })
}

/// Status and Date of the answer to a HEAD.
pub(super) fn status_and_date(stream: &mut dyn Read) -> Option<(u16, Option<String>)> {
    let head = read_head(stream)?;
    let date = head.all("Date").next().map(str::to_string);
    Some((head.status, date))
}

fn basic_answer(login: &ProxyLogin) -> String {
    let pair = Zeroizing::new(format!("{}:{}", login.user, *login.password));
    format!("Basic {}", STANDARD.encode(pair.as_bytes()))
}

/// The answer to a Digest challenge; none where it wants an algorithm that is not ours.
fn digest_answer(challenge: &str, login: &ProxyLogin, target: &str) -> Option<String> {
    let parameters = parameters(challenge.split_once(char::is_whitespace)?.1);
    let get =
        |name: &str| parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str());
    let (realm, nonce) = (get("realm").unwrap_or_default(), get("nonce")?);
    let algorithm = get("algorithm").unwrap_or("MD5");
    let hash: fn(&str) -> String = match algorithm.to_ascii_uppercase().trim_end_matches("-SESS") {
        "MD5" => |text| hex(&md5::Md5::digest(text.as_bytes())),
        "SHA-256" => |text| hex(&sha2::Sha256::digest(text.as_bytes())),
        _ => return None,
    };
    let mut random = [0; 16];
    getrandom::fill(&mut random).ok()?;
    let cnonce = hex(&random);
    let secret = Zeroizing::new(format!("{}:{realm}:{}", login.user, *login.password));
    let mut first = Zeroizing::new(hash(&secret));
    if algorithm.to_ascii_uppercase().ends_with("-SESS") {
        first = Zeroizing::new(hash(&format!("{}:{nonce}:{cnonce}", *first)));
    }
    let second = hash(&format!("CONNECT:{target}"));
    let protects = get("qop").map(|qop| qop.split(',').any(|one| one.trim() == "auth"));
    let response = match protects {
        Some(true) => hash(&format!("{}:{nonce}:00000001:{cnonce}:auth:{second}", *first)),
        // Only the integrity of a body is offered, which a CONNECT has none of.
        Some(false) => return None,
        None => hash(&format!("{}:{nonce}:{second}", *first)),
    };
    let mut answer = format!(
        "Digest username=\"{}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{target}\", algorithm={algorithm}, response=\"{response}\"",
        login.user
    );
    if protects.is_some() {
        answer += &format!(", qop=auth, nc=00000001, cnonce=\"{cnonce}\"");
    }
    if let Some(opaque) = get("opaque") {
        answer += &format!(", opaque=\"{opaque}\"");
    }
    Some(answer)
}

fn hex(bytes: &[u8]) -> String {
    crate::certificate::hex(bytes)
}

/// `name=value, name="va,lue"`.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        found.push((name.trim().trim_start_matches(',').trim().to_string(), value.trim().to_string()));
        rest = next.trim_start().trim_start_matches(',');
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_proxies() {
        let read = |text| Proxy::parse(text).map(|proxy| (proxy.host, proxy.port, proxy.user));
        let is = |host: &str, port, user: Option<&str>| Ok((host.to_string(), port, user.map(str::to_string)));
        assert_eq!(read("http://proxy.example:8080/"), is("proxy.example", 8080, None));
        assert_eq!(read("sato@proxy:3128"), is("proxy", 3128, Some("sato")));
        assert_eq!(read("http://[::1]:8080"), is("::1", 8080, None));
        assert_eq!(read("http://sato:secret@proxy:3128"), Err(ProxyAddressFault::Password));
        for text in ["proxy", "proxy:0", "https://proxy:1", "::1:8080", ":80", "proxy:http"] {
            assert_eq!(read(text), Err(ProxyAddressFault::Malformed), "{text}");
        }
    }

    /// The example of RFC 2617 section 3.5 has parameters with commas in quotes.
    #[test]
    fn parameters_of_challenges() {
        let read = parameters("realm=\"test, host\", qop=\"auth,auth-int\", algorithm=MD5 , nonce=\"a=b==\"");
        let is: Vec<(&str, &str)> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(is, [("realm", "test, host"), ("qop", "auth,auth-int"), ("algorithm", "MD5"), ("nonce", "a=b==")]);
    }
}
