//! TLS with the server: which versions it offers, its chain and name, the client's certificate.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use openssl::error::ErrorStack;
use openssl::ssl::{
    HandshakeError, Ssl, SslAlert, SslContext, SslContextBuilder, SslMethod, SslOptions, SslStream, SslVerifyMode,
    SslVersion,
};
use openssl::x509::X509;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::X509CheckFlags;

use super::fault::{self, ConnectFault};
use super::record::SeenHandshake;
use super::stream::TimedStream;
use super::{
    ClientAnswer, ConnectReport, ConnectStep, ConnectTarget, Route, ServerCertificate, TlsVersion, authority, proxy,
};
use crate::calendar::Instant;
use crate::certificate::Certificate;

/// Seconds that clocks may differ: what Kerberos allows, and what certificates do not notice.
const MOST_SKEW: i64 = 300;

/// How long is waited for an alert after a handshake of TLS 1.3, in which the server judges the
/// client's certificate when the client has finished already.
const AFTERTHOUGHT: Duration = Duration::from_secs(2);

/// A flaw of the server's chain: how deep, and OpenSSL's number and words for it.
#[derive(Clone, Debug)]
struct ChainFlaw {
    code: i32,
    words: String,
}

type Flaws = Arc<Mutex<Vec<ChainFlaw>>>;

/// How a handshake ended.
struct Handshake {
    stream: Option<SslStream<TimedStream>>,
    seen: SeenHandshake,
    alert: Option<SslAlert>,
    is_late: bool,
    /// What OpenSSL says of a handshake that failed without an alert of the server's.
    words: String,
}

/// OpenSSL's name of a version.
fn protocol(version: TlsVersion) -> SslVersion {
    match version {
        TlsVersion::V10 => SslVersion::TLS1,
        TlsVersion::V11 => SslVersion::TLS1_1,
        TlsVersion::V12 => SslVersion::TLS1_2,
        TlsVersion::V13 => SslVersion::TLS1_3,
    }
}

/// Examines the server on the way to it.
pub(super) fn examine(route: &Route<'_>, report: &mut ConnectReport) -> Result<(), ConnectFault> {
    let flaws = Flaws::default();
    // TLS 1.2 first: it is what the operator prescribes, and it shows what is asked of the client.
    let main = shake(route, report, TlsVersion::V12, Some(&flaws))?;
    report.reach(ConnectStep::Tls);
    report.versions.push((TlsVersion::V12, offered(&main, TlsVersion::V12)));
    if main.is_late && main.seen.version.is_none() {
        return Err(ConnectFault::new(fault::TLS_SILENT).with("server", &report.server));
    }
    // A server may answer in an older version than it was asked for, which ends the handshake.
    if main.seen.version == Some(TlsVersion::V12) {
        let finished = finish(route, report, main, TlsVersion::V12, &flaws);
        // A fault of the connection itself is the one to tell of.
        let others = other_versions(route, report);
        return finished.and(others);
    }
    other_versions(route, report)?;
    let offers = |wanted| report.versions.iter().any(|(version, answer)| *version == wanted && *answer == Some(true));
    if offers(TlsVersion::V13) {
        report.faults.push(ConnectFault::new(fault::ONLY_TLS13).with("server", &report.server));
        let main = shake(route, report, TlsVersion::V13, Some(&flaws))?;
        return finish(route, report, main, TlsVersion::V13, &flaws);
    }
    report.alert = main.alert.map(|alert| alert.to_string());
    let old = [TlsVersion::V11, TlsVersion::V10].into_iter().find(|old| offers(*old));
    Err(match (old, main.alert) {
        (Some(old), _) => ConnectFault::new(fault::OLD_TLS).with("version", old.name()),
        (None, Some(alert)) => ConnectFault::new(fault::TLS_ALERT).with("alert", alert),
        (None, None) => ConnectFault::new(fault::NO_TLS).with("server", &report.server),
    })
}

/// Finds out which other versions are offered. Each takes a connection of its own, opened once the one
/// before is closed, since small servers take one at a time.
fn other_versions(route: &Route<'_>, report: &mut ConnectReport) -> Result<(), ConnectFault> {
    for other in [TlsVersion::V10, TlsVersion::V11, TlsVersion::V13] {
        let probe = shake(route, report, other, None)?;
        let is_unknown = probe.is_late && probe.seen.version.is_none();
        report.versions.push((other, if is_unknown { None } else { offered(&probe, other) }));
    }
    report.versions.sort_by_key(|(version, _)| *version);
    Ok(())
}

/// Whether the version was offered: a ServerHello of it, whatever came after.
fn offered(handshake: &Handshake, version: TlsVersion) -> Option<bool> {
    Some(handshake.seen.version == Some(version))
}

fn finish(
    route: &Route<'_>,
    report: &mut ConnectReport,
    main: Handshake,
    version: TlsVersion,
    flaws: &Flaws,
) -> Result<(), ConnectFault> {
    let target = route.target;
    report.reach(ConnectStep::Server);
    judge_chain(target, report, flaws);
    report.reach(ConnectStep::Client);
    report.alert = main.alert.map(|alert| alert.to_string());
    report.client_issuers = main.seen.asked.clone().unwrap_or_default();
    let was_asked = main.seen.asked.is_some();
    let Some(mut stream) = main.stream else {
        report.client = ClientAnswer::Refused;
        return Err(refusal(target, report, main.alert, was_asked, main.is_late, &main.words));
    };
    let cipher = stream.ssl().current_cipher().map(|cipher| cipher.name().to_string()).unwrap_or_default();
    report.negotiated = Some((version, cipher));
    if target.head {
        report.reach(ConnectStep::Http);
        head(route, report, &mut stream);
        if report.status.is_none() && report.alert.is_none() {
            report.faults.push(ConnectFault::new(fault::NO_ANSWER).with("server", &report.server));
        }
    } else if version == TlsVersion::V13 {
        stream.get_mut().renew(super::Deadline::new(&target.elapsed, target.timeout.min(AFTERTHOUGHT)));
        let late = stream.ssl_read(&mut [0]).err().and_then(|error| alert_of(error.ssl_error()));
        report.alert = late.map(|alert| alert.to_string());
    }
    if let Some(alert) = &report.alert {
        // In TLS 1.3 what the server says of the client's certificate comes after the handshake.
        let fault = if target.client.is_some() { fault::CLIENT_REFUSED } else { fault::CLIENT_MISSING };
        report.client = ClientAnswer::Refused;
        return Err(ConnectFault::new(fault).with("alert", alert.clone()).with("issuers", ""));
    }
    report.client = match (was_asked, &target.client, version) {
        (true, Some(_), _) => ClientAnswer::Accepted,
        (true, None, _) => ClientAnswer::NotNeeded,
        (false, _, TlsVersion::V13) => ClientAnswer::Unseen,
        (false, ..) => ClientAnswer::NotAsked,
    };
    match report.client {
        ClientAnswer::NotNeeded => report.faults.push(ConnectFault::new(fault::CLIENT_NOT_GIVEN)),
        ClientAnswer::NotAsked if target.client.is_some() => {
            report.faults.push(ConnectFault::new(fault::CLIENT_NOT_ASKED))
        }
        ClientAnswer::Unseen if target.client.is_some() => report.faults.push(ConnectFault::new(fault::CLIENT_UNSEEN)),
        _ => {}
    }
    Ok(())
}

/// Why a handshake in which the server had answered came to nothing.
fn refusal(
    target: &ConnectTarget,
    report: &ConnectReport,
    alert: Option<SslAlert>,
    was_asked: bool,
    is_late: bool,
    words: &str,
) -> ConnectFault {
    let named = alert.map(|alert| alert.to_string()).unwrap_or_default();
    let needs_one = alert == Some(SslAlert::CERTIFICATE_REQUIRED);
    let issuers = report.client_issuers.join("; ");
    match (was_asked || needs_one, &target.client, alert) {
        (true, None, Some(_)) => ConnectFault::new(fault::CLIENT_MISSING).with("alert", named),
        (true, Some(_), Some(alert)) => {
            let fault = match alert {
                SslAlert::CERTIFICATE_EXPIRED => fault::CLIENT_EXPIRED,
                SslAlert::CERTIFICATE_REVOKED => fault::CLIENT_REVOKED,
                SslAlert::UNKNOWN_CA => fault::CLIENT_UNKNOWN_CA,
                _ => fault::CLIENT_REFUSED,
            };
            ConnectFault::new(fault).with("alert", named).with("issuers", issuers)
        }
        // Some servers close the connection without a word.
        (true, client, None) if !is_late => {
            let fault = if client.is_some() { fault::CLIENT_REFUSED } else { fault::CLIENT_MISSING };
            ConnectFault::new(fault).with("alert", "-").with("issuers", issuers)
        }
        (_, _, Some(_)) => ConnectFault::new(fault::TLS_ALERT).with("alert", named),
        (_, _, None) if is_late => ConnectFault::new(fault::TLS_SILENT).with("server", &report.server),
        _ => ConnectFault::new(fault::TLS_BROKEN).with("words", words),
    }
}

/// One handshake with this version alone; with what the chain is judged by where it is to be judged.
fn shake(
    route: &Route<'_>,
    report: &mut ConnectReport,
    version: TlsVersion,
    flaws: Option<&Flaws>,
) -> Result<Handshake, ConnectFault> {
    let (stream, deadline) = route.open(report)?;
    let target = route.target;
    let ours = |_: ErrorStack| ConnectFault::new(fault::OURS);
    let context = context(target, version, flaws).map_err(ours)?;
    let mut ssl = Ssl::new(&context).map_err(ours)?;
    let address = target.host.parse().ok();
    // An address is not sent as a name (RFC 6066 section 3).
    if address.is_none() {
        ssl.set_hostname(&target.host).map_err(ours)?;
    }
    let parameters = ssl.param_mut();
    parameters.set_hostflags(X509CheckFlags::NO_PARTIAL_WILDCARDS);
    match address {
        Some(address) => parameters.set_ip(address).map_err(ours)?,
        None => parameters.set_host(&target.host).map_err(ours)?,
    }
    parameters.set_time(target.now.unix_timestamp());
    let mut handshake =
        Handshake { stream: None, seen: SeenHandshake::default(), alert: None, is_late: false, words: String::new() };
    let mut chain = Vec::new();
    match ssl.connect(TimedStream::new(stream, deadline)) {
        Ok(stream) => {
            handshake.seen = SeenHandshake::read(&stream.get_ref().received);
            chain = chain_of(stream.ssl());
            handshake.stream = Some(stream);
        }
        Err(HandshakeError::Failure(middle) | HandshakeError::WouldBlock(middle)) => {
            handshake.seen = SeenHandshake::read(&middle.get_ref().received);
            handshake.is_late = middle.get_ref().is_late;
            handshake.alert = alert_of(middle.error().ssl_error());
            handshake.words = words_of(middle.error().ssl_error());
            chain = chain_of(middle.ssl());
        }
        Err(HandshakeError::SetupFailure(error)) => handshake.words = words_of(Some(&error)),
    }
    if flaws.is_some() && !chain.is_empty() {
        report.chain = chain;
    }
    Ok(handshake)
}

fn context(target: &ConnectTarget, version: TlsVersion, flaws: Option<&Flaws>) -> Result<SslContext, ErrorStack> {
    let mut builder = SslContextBuilder::new(SslMethod::tls_client())?;
    // What the server offers is to be seen, not what we would accept: the verdict is ours.
    builder.set_security_level(0);
    builder.set_options(SslOptions::ALLOW_UNSAFE_LEGACY_RENEGOTIATION);
    builder.set_cipher_list("ALL:@SECLEVEL=0")?;
    let only = Some(protocol(version));
    builder.set_min_proto_version(only)?;
    builder.set_max_proto_version(only)?;
    let Some(flaws) = flaws else {
        builder.set_verify(SslVerifyMode::NONE);
        return Ok(builder.build());
    };
    let mut store = X509StoreBuilder::new()?;
    for place in &target.system_roots {
        let bytes = std::fs::read(place).unwrap_or_default();
        for root in X509::stack_from_pem(&bytes).unwrap_or_default() {
            store.add_cert(root)?;
        }
    }
    for root in &target.roots {
        store.add_cert(root.clone())?;
    }
    builder.set_verify_cert_store(store.build())?;
    let noted = Arc::clone(flaws);
    builder.set_verify_callback(SslVerifyMode::PEER, move |is_good, context| {
        if !is_good {
            let error = context.error();
            let flaw = ChainFlaw { code: error.as_raw(), words: error.error_string().to_string() };
            noted.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(flaw);
        }
        // Noted, and gone on: what comes after is to be seen as well.
        true
    });
    if let Some(client) = &target.client {
        builder.set_certificate(&client.certificate)?;
        for issuer in &client.chain {
            builder.add_extra_chain_cert(issuer.clone())?;
        }
        builder.set_private_key(&client.key)?;
    }
    Ok(builder.build())
}

fn chain_of(ssl: &openssl::ssl::SslRef) -> Vec<ServerCertificate> {
    let shown = ssl.peer_cert_chain().into_iter().flatten();
    let ders = shown.filter_map(|certificate| certificate.to_der().ok());
    let parsed = ders.filter_map(|der| Certificate::parse(&der).ok());
    parsed
        .map(|certificate| ServerCertificate {
            subject: certificate.subject.printed(),
            issuer: certificate.issuer.printed(),
            not_after: certificate.not_after,
        })
        .collect()
}

/// The flaws of the server's chain, each kind once.
fn judge_chain(target: &ConnectTarget, report: &mut ConnectReport, flaws: &Flaws) {
    let flaws = flaws.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    let issuer = report.chain.last().map(|last| last.issuer.clone()).unwrap_or_default();
    let has_roots = !target.roots.is_empty() || target.system_roots.iter().any(|place| place.exists());
    let mut told = Vec::new();
    for flaw in flaws {
        // The numbers of X509_V_ERR in OpenSSL's x509_vfy.h.
        let fault = match flaw.code {
            2 | 18..=21 if has_roots => fault::SERVER_UNKNOWN_ISSUER,
            2 | 18..=21 => fault::NO_ROOTS,
            9 => fault::SERVER_NOT_YET,
            10 => fault::SERVER_EXPIRED,
            62 | 64 => fault::SERVER_NAME,
            _ => fault::SERVER_FLAW,
        };
        if told.contains(&fault.code) {
            continue;
        }
        told.push(fault.code);
        let fault =
            ConnectFault::new(fault).with("issuer", &issuer).with("host", &target.host).with("words", flaw.words);
        report.faults.push(fault);
    }
}

fn alert_of(error: Option<&ErrorStack>) -> Option<SslAlert> {
    let errors = error?.errors();
    // An alert of ours has no such number.
    errors
        .iter()
        .find_map(|error| SslAlert::from_reason_code(error.reason_code()))
        .filter(|alert| *alert != SslAlert::CLOSE_NOTIFY)
}

fn words_of(error: Option<&ErrorStack>) -> String {
    let reasons = error.into_iter().flat_map(|stack| stack.errors()).filter_map(|error| error.reason());
    reasons.collect::<Vec<_>>().join("; ")
}

/// Sends one HEAD and reads status and Date of the answer.
fn head(route: &Route<'_>, report: &mut ConnectReport, stream: &mut SslStream<TimedStream>) {
    let target = route.target;
    stream.get_mut().renew(route.deadline());
    let host = if target.port == 443 { target.host.clone() } else { authority(&target.host, target.port) };
    let request = format!("HEAD / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: shomei\r\nConnection: close\r\n\r\n");
    if std::io::Write::write_all(stream, request.as_bytes()).is_err() {
        return;
    }
    let mut reader = HeadReader { stream, alert: None };
    let answer = proxy::status_and_date(&mut reader);
    report.alert = reader.alert.map(|alert| alert.to_string());
    let Some((status, date)) = answer else { return };
    report.status = Some(status);
    if !matches!(status, 200..400 | 404 | 405) {
        report.faults.push(ConnectFault::new(fault::HTTP_STATUS).with("status", status));
    }
    let now = target.now + (target.elapsed)();
    report.skew = date.and_then(|date| http_date(&date)).map(|date| (date - now).whole_seconds());
    match report.skew {
        Some(skew) if skew.abs() > MOST_SKEW => {
            let fault = if skew > 0 { fault::CLOCK_BEHIND } else { fault::CLOCK_AHEAD };
            report.faults.push(ConnectFault::new(fault).with("seconds", skew.abs()));
        }
        _ => {}
    }
}

/// Reads an answer, and keeps the alert that may come in its place.
struct HeadReader<'a> {
    stream: &'a mut SslStream<TimedStream>,
    alert: Option<SslAlert>,
}

impl std::io::Read for HeadReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.stream.ssl_read(buffer).map_err(|error| {
            self.alert = alert_of(error.ssl_error());
            std::io::ErrorKind::Other.into()
        })
    }
}

/// A Date field (RFC 9110 section 5.6.7) in the form that servers write.
fn http_date(text: &str) -> Option<Instant> {
    let format = time::macros::format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    time::PrimitiveDateTime::parse(text, &format).ok().map(|date| date.as_utc())
}
