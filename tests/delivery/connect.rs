//! `shomei connect` against servers and proxies on loopback: openssl s_server in every variant of
//! version, chain and client verification, tinyproxy and squid with logins, servers that do not answer.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder};
use serde_json::Value;

use crate::common::command::CommandResult;
use crate::common::home::Home;
use crate::common::keys::{name, p256};
use crate::common::{process, schema};

const NOW: &str = "2026-11-23T09:00:00+09:00";

struct Issued {
    certificate: X509,
    key: PKey<Private>,
}

/// A certificate with the days that it is valid from and until; its own signer where there is none.
fn issue(unit: &str, days: (&str, &str), signer: Option<&Issued>, names: &[&str]) -> Issued {
    let key = p256();
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    let serial = openssl::bn::BigNum::from_u32(u32::from(unit.as_bytes()[0]) + 1_000).unwrap();
    builder.set_serial_number(&serial.to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&name(unit)).unwrap();
    builder.set_issuer_name(signer.map_or(&*name(unit), |signer| signer.certificate.subject_name())).unwrap();
    let time = |day: &str| Asn1Time::from_str(&format!("{day}000000Z")).unwrap();
    builder.set_not_before(&time(days.0)).unwrap();
    builder.set_not_after(&time(days.1)).unwrap();
    builder.set_pubkey(&key).unwrap();
    if signer.is_none() {
        builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
    }
    if !names.is_empty() {
        let mut alternative = SubjectAlternativeName::new();
        names.iter().for_each(|name| {
            match name.parse::<std::net::IpAddr>() {
                Ok(_) => alternative.ip(name),
                Err(_) => alternative.dns(name),
            };
        });
        let extension = alternative.build(&builder.x509v3_context(None, None)).unwrap();
        builder.append_extension(extension).unwrap();
    }
    builder.sign(signer.map_or(&key, |signer| &signer.key), MessageDigest::sha256()).unwrap();
    Issued { certificate: builder.build(), key }
}

/// A home with a CA, a server's certificate and clients' files.
struct Scene {
    home: Home,
}

/// What is ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Scene {
    fn new() -> Scene {
        let home = Home::at(NOW);
        let long = ("20200101", "20400101");
        let ca = issue("Server CA", long, None, &[]);
        let pem = |issued: &Issued| {
            [issued.certificate.to_pem().unwrap(), issued.key.private_key_to_pem_pkcs8().unwrap()].concat()
        };
        home.write("ca.pem", ca.certificate.to_pem().unwrap());
        home.write("server.pem", pem(&issue("Server", long, Some(&ca), &["localhost", "127.0.0.1"])));
        home.write("named.pem", pem(&issue("Named", long, Some(&ca), &["claims.example"])));
        home.write("old.pem", pem(&issue("Old", ("20200101", "20260101"), Some(&ca), &["127.0.0.1"])));
        let clients = issue("Clients CA", long, None, &[]);
        let others = issue("Others CA", long, None, &[]);
        home.write("clients.pem", clients.certificate.to_pem().unwrap());
        for (file, days, signer) in [
            ("good.p12", long, &clients),
            ("expired.p12", ("20200101", "20230101"), &clients),
            ("other.p12", long, &others),
        ] {
            let one = issue(file, days, Some(signer), &[]);
            let made = Pkcs12::builder().name(file).pkey(&one.key).cert(&one.certificate).build2("pw").unwrap();
            home.write(file, made.to_der().unwrap());
        }
        home.write("pw.txt", "pw\n");
        Scene { home }
    }

    /// `openssl s_server` on a port of its own.
    fn server(&self, certificate: &str, flags: &[&str]) -> (Running, String) {
        let port = free_port();
        let mut arguments = Command::new("openssl");
        arguments.args(["s_server", "-accept", &format!("127.0.0.1:{port}"), "-quiet", "-cert", certificate]);
        arguments.args(["-key", certificate]).args(flags).current_dir(self.home.folder());
        // What a distribution forbids by default is what old servers do.
        arguments.env("OPENSSL_CONF", "/dev/null");
        arguments.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = Running(arguments.spawn().unwrap());
        listens(port);
        (child, format!("127.0.0.1:{port}"))
    }

    fn connect(&self, arguments: &[&str]) -> CommandResult {
        let limit: &[&str] = if arguments.contains(&"--timeout") { &[] } else { &["--timeout", "10"] };
        let all = [&["connect", "--no-prompt"], limit, arguments].concat();
        self.home.run(&all)
    }

    /// The document, and the codes of its faults.
    #[track_caller]
    fn document(&self, arguments: &[&str]) -> (Value, Vec<String>) {
        let said = self.connect(&[arguments, &["--format", "json"]].concat());
        assert_eq!(said.stderr, "", "{arguments:?}");
        let document: Value = serde_json::from_str(&said.stdout).unwrap();
        let faults = document["faults"].as_array().unwrap();
        let worst = |level: &str| faults.iter().any(|fault| fault["level"] == level);
        let code = if worst("error") {
            1
        } else if worst("undetermined") {
            3
        } else {
            0
        };
        assert_eq!(said.code, code, "{document}");
        schema::fits("connect", &document);
        let codes = faults.iter().map(|fault| fault["code"].as_str().unwrap().to_string()).collect();
        (document, codes)
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn listens(port: u16) {
    // A connection would be taken for a client's: the table of the kernel tells as well.
    let entry = format!("0100007F:{port:04X} 00000000:0000 0A");
    process::until(|| fs::read_to_string("/proc/net/tcp").unwrap().contains(&entry));
}

#[test]
fn a_client_certificate_is_accepted_or_refused_with_the_servers_alert() {
    let scene = Scene::new();
    let asking = ["-tls1_2", "-Verify", "1", "-verify_return_error", "-CAfile", "clients.pem"];
    let (_server, address) = scene.server("server.pem", &asking);
    let with =
        |file: &str| scene.document(&[&address, "--ca", "ca.pem", "--client", file, "--password-file", "pw.txt"]);
    let (accepted, faults) = with("good.p12");
    assert_eq!(faults, [""; 0], "{accepted}");
    assert_eq!(accepted["client"]["answer"], "accepted");
    assert_eq!(accepted["client"]["issuers"][0], "OU=Clients CA, O=Test, C=JP");
    assert_eq!(accepted["negotiated"]["version"], "TLS 1.2");
    assert_eq!(
        accepted["versions"],
        serde_json::json!({"TLS 1.0": false, "TLS 1.1": false, "TLS 1.2": true, "TLS 1.3": false})
    );
    assert_eq!(accepted["chain"][0]["subject"], "OU=Server, O=Test, C=JP");
    assert_eq!(with("expired.p12").1, ["client-certificate-expired"]);
    assert_eq!(with("other.p12").1, ["client-certificate-unknown-ca"]);
    let (without, faults) = scene.document(&[&address, "--ca", "ca.pem"]);
    assert_eq!(faults, ["client-certificate-required"], "{without}");
    let page = scene.connect(&[
        &address,
        "--ca",
        "ca.pem",
        "--client",
        "good.p12",
        "--password-file",
        "pw.txt",
        "--lang",
        "ja",
    ]);
    assert_eq!((page.code, page.stderr.as_str()), (0, ""));
    assert!(page.stdout.contains("クライアント証明書も受け付けられました"), "{}", page.stdout);
    assert!(page.stdout.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 120), "{}", page.stdout);
}

#[test]
fn a_server_of_another_ca_says_whose_certificates_it_wants() {
    let scene = Scene::new();
    let asking = ["-tls1_2", "-Verify", "1", "-verify_return_error", "-CAfile", "ca.pem"];
    let (_server, address) = scene.server("server.pem", &asking);
    let (document, faults) =
        scene.document(&[&address, "--ca", "ca.pem", "--client", "good.p12", "--password-file", "pw.txt"]);
    assert_eq!(faults, ["client-certificate-unknown-ca"], "{document}");
    assert_eq!(document["client"]["issuers"][0], "OU=Server CA, O=Test, C=JP");
}

#[test]
fn one_that_is_not_asked_for_is_undetermined() {
    let scene = Scene::new();
    let (_server, address) = scene.server("server.pem", &["-tls1_2"]);
    assert_eq!(scene.document(&[&address, "--ca", "ca.pem"]).1, [""; 0], "nothing was asked about");
    let (_, faults) =
        scene.document(&[&address, "--ca", "ca.pem", "--client", "good.p12", "--password-file", "pw.txt"]);
    assert_eq!(faults, ["client-certificate-not-asked"]);
    let (_server, address) = scene.server("server.pem", &["-tls1_2", "-verify", "1"]);
    assert_eq!(scene.document(&[&address, "--ca", "ca.pem"]).1, ["client-certificate-asked"]);
}

#[test]
fn versions_of_tls_are_told_apart() {
    let scene = Scene::new();
    let weak = ["-cipher", "ALL:@SECLEVEL=0"];
    let (_server, address) = scene.server("server.pem", &[&["-tls1_1"][..], &weak].concat());
    let (document, faults) = scene.document(&[&address, "--ca", "ca.pem"]);
    assert_eq!(faults, ["tls-old"], "{document}");
    assert_eq!(document["versions"]["TLS 1.1"], true);
    let (_server, address) = scene.server("server.pem", &["-tls1_3"]);
    let (document, faults) = scene.document(&[&address, "--ca", "ca.pem"]);
    assert_eq!(faults, ["tls-1.3-only"], "{document}");
    assert_eq!(document["negotiated"]["version"], "TLS 1.3");
    let (_server, address) =
        scene.server("server.pem", &["-tls1_3", "-Verify", "1", "-verify_return_error", "-CAfile", "clients.pem"]);
    let (_, faults) = scene.document(&[&address, "--ca", "ca.pem"]);
    assert_eq!(faults, ["tls-1.3-only", "client-certificate-required"]);
    let client = ["--client", "other.p12", "--password-file", "pw.txt"];
    let (_, faults) = scene.document(&[&[address.as_str(), "--ca", "ca.pem"][..], &client].concat());
    assert_eq!(faults, ["tls-1.3-only", "client-certificate-refused"]);
    let client = ["--client", "good.p12", "--password-file", "pw.txt"];
    let (_, faults) = scene.document(&[&[address.as_str(), "--ca", "ca.pem"][..], &client].concat());
    assert_eq!(faults, ["tls-1.3-only", "client-certificate-unseen"]);
    let (_server, address) = scene.server("server.pem", &weak);
    let (document, _) = scene.document(&[&address, "--ca", "ca.pem"]);
    assert_eq!(document["versions"]["TLS 1.3"], true);
    assert_eq!(document["versions"]["TLS 1.2"], true);
}

#[test]
fn the_servers_certificate_is_validated_with_its_name() {
    let scene = Scene::new();
    let (_server, address) = scene.server("server.pem", &["-tls1_2"]);
    assert!(Path::new("/etc/ssl/certs/ca-certificates.crt").exists(), "the system has no roots");
    assert_eq!(scene.document(&[&address]).1, ["server-untrusted"]);
    let port = address.rsplit_once(':').unwrap().1;
    assert_eq!(scene.document(&[&format!("localhost:{port}"), "--ca", "ca.pem"]).1, [""; 0]);
    let (_server, address) = scene.server("named.pem", &["-tls1_2"]);
    assert_eq!(scene.document(&[&address, "--ca", "ca.pem"]).1, ["server-name"]);
    let (_server, address) = scene.server("old.pem", &["-tls1_2"]);
    assert_eq!(scene.document(&[&address, "--ca", "ca.pem"]).1, ["server-expired"]);
}

#[test]
fn a_server_that_is_none_or_does_not_answer() {
    let scene = Scene::new();
    let closed = format!("127.0.0.1:{}", free_port());
    assert_eq!(scene.document(&[&closed]).1, ["connection-refused"]);
    assert_eq!(scene.document(&["no-such-host.invalid:443"]).1, ["name-unresolved"]);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let began = std::time::Instant::now();
    assert_eq!(scene.document(&[&address, "--timeout", "1"]).1, ["tls-timeout"]);
    assert!(began.elapsed().as_secs() < 20);
    let chatty = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = chatty.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in chatty.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 512]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        }
    });
    assert_eq!(scene.document(&[&address]).1, ["tls-none"]);
    // One that sends a byte a moment takes no longer than the time for all.
    let slow = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = slow.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in slow.incoming() {
            let mut stream = stream.unwrap();
            kept.push(thread::spawn(move || {
                for byte in [22u8, 3, 3, 0x3f, 0xff].into_iter().chain([2; 100]) {
                    if stream.write_all(&[byte]).is_err() {
                        return;
                    }
                    thread::sleep(std::time::Duration::from_millis(300));
                }
            }));
        }
    });
    let began = std::time::Instant::now();
    assert_eq!(scene.document(&[&address, "--timeout", "2"]).1, ["tls-timeout"]);
    assert!(began.elapsed().as_secs() < 20);
}

/// A proxy program that listens on a port.
fn start(command: &mut Command, port: u16) -> Running {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let child =
        Running(command.spawn().unwrap_or_else(|error| panic!("{error} (tests/install installs it): {command:?}")));
    listens(port);
    child
}

#[test]
fn a_proxy_with_a_basic_login() {
    let scene = Scene::new();
    let (_server, address) = scene.server("server.pem", &["-tls1_2"]);
    let port = free_port();
    let configuration =
        format!("Port {port}\nListen 127.0.0.1\nTimeout 30\nMaxClients 10\nAllow 127.0.0.1\nBasicAuth sato himitsu\n");
    scene.home.write("tinyproxy.conf", configuration);
    let _proxy = start(Command::new("tinyproxy").args(["-d", "-c", &scene.home.text("tinyproxy.conf")]), port);
    scene.home.write("right.txt", "himitsu\n");
    scene.home.write("wrong.txt", "himitu\n");
    let url = format!("http://sato@127.0.0.1:{port}");
    let through = |extra: &[&str]| scene.document(&[&[address.as_str(), "--ca", "ca.pem"][..], extra].concat());
    let (document, faults) = through(&["--proxy", &url, "--proxy-password-file", "right.txt"]);
    assert_eq!(faults, [""; 0], "{document}");
    assert_eq!(document["proxy_login"], "Basic");
    let (document, faults) = through(&["--proxy", &format!("http://127.0.0.1:{port}")]);
    assert_eq!(faults, ["proxy-login-missing"], "{document}");
    assert_eq!(document["proxy_schemes"], serde_json::json!(["Basic"]));
    // tinyproxy answers a wrong password with 401 in place of 407.
    let (_, faults) = through(&["--proxy", &url, "--proxy-password-file", "wrong.txt"]);
    assert!(faults == ["proxy-login-refused"] || faults == ["proxy-forbidden"], "{faults:?}");
    let closed = format!("127.0.0.1:{}", free_port());
    let (_, faults) = scene.document(&[&closed, "--proxy", &url, "--proxy-password-file", "right.txt"]);
    assert!(faults == ["proxy-unreachable"] || faults == ["proxy-forbidden"], "{faults:?}");
    let said = scene.connect(&[&address, "--proxy", &format!("http://sato:himitsu@127.0.0.1:{port}")]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("no password into --proxy") && !said.stderr.contains("himitsu"), "{}", said.stderr);
    let said = scene.connect(&[&address, "--proxy", &url]);
    assert!(said.code == 2 && said.stderr.contains("There is no password for the proxy"), "{}", said.stderr);
}

#[test]
fn a_proxy_with_a_digest_login() {
    let scene = Scene::new();
    let (_server, address) = scene.server("server.pem", &["-tls1_2"]);
    let port = free_port();
    scene.home.write("users", "sato:himitsu\n");
    // Squid and its helper give up root's rights, and must read this nevertheless; its shared memory
    // goes by the name of the service.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(scene.home.folder(), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let service = format!("shomei{port}");
    let folder = scene.home.folder().display();
    scene.home.write(
        "squid.conf",
        format!(
            "http_port 127.0.0.1:{port}\npid_filename none\ncache_log /dev/null\naccess_log none\n\
             coredump_dir {folder}\ncache deny all\nnetdb_filename none\nshutdown_lifetime 0\n\
             auth_param digest program /usr/lib/squid/digest_file_auth {folder}/users\nauth_param digest realm office, east\n\
             auth_param digest children 1\nacl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all\n"
        ),
    );
    let _proxy = start(Command::new("squid").args(["-N", "-n", &service, "-f", &scene.home.text("squid.conf")]), port);
    scene.home.write("right.txt", "himitsu\n");
    scene.home.write("wrong.txt", "himitu\n");
    let url = format!("sato@127.0.0.1:{port}");
    let with =
        |file: &str| scene.document(&[&address, "--ca", "ca.pem", "--proxy", &url, "--proxy-password-file", file]);
    let (document, faults) = with("right.txt");
    assert_eq!(faults, [""; 0], "{document}");
    assert_eq!(document["proxy_login"], "Digest");
    let (document, faults) = with("wrong.txt");
    assert_eq!(faults, ["proxy-login-refused"], "{document}");
}

/// Answers each connection with these lines.
fn answering(lines: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            let mut reader = BufReader::new(stream);
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                line.clear();
            }
            let _ = reader.get_mut().write_all(lines.as_bytes());
        }
    });
    port
}

#[test]
fn proxies_that_want_what_is_not_ours_are_named() {
    let scene = Scene::new();
    scene.home.write("right.txt", "himitsu\n");
    let through = |port: u16| {
        scene.document(&[
            "claims.example:443",
            "--proxy",
            &format!("sato@127.0.0.1:{port}"),
            "--proxy-password-file",
            "right.txt",
        ])
    };
    let windows = answering(
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n",
    );
    let (document, faults) = through(windows);
    assert_eq!(faults, ["proxy-scheme"]);
    assert_eq!(document["proxy_schemes"], serde_json::json!(["Negotiate", "NTLM"]));
    assert_eq!(through(answering("HTTP/1.1 403 Forbidden\r\n\r\n")).1, ["proxy-forbidden"]);
    assert_eq!(through(answering("HTTP/1.1 502 Bad Gateway\r\n\r\n")).1, ["proxy-unreachable"]);
    assert_eq!(through(answering("220 mail.example ESMTP\r\n\r\n")).1, ["proxy-not-http"]);
    assert_eq!(through(free_port()).1, ["proxy-connection-refused"]);
}

/// A web server that wants a client certificate, by Python, whose answers bear a Date of its own.
const WEB: &str = "
import http.server, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def date_time_string(self, timestamp=None):
        return sys.argv[1]
    def do_HEAD(self):
        self.send_response(int(sys.argv[2]))
        self.send_header('Content-Length', '0')
        self.end_headers()
    def log_message(self, *words):
        pass
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('server.pem')
context.maximum_version = ssl.TLSVersion.TLSv1_2
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations('clients.pem')
server = http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[3])), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
";

#[test]
fn one_head_tells_the_clock() {
    let scene = Scene::new();
    let ask = |date: &str, status: &str| {
        let port = free_port();
        let mut command = Command::new("python3");
        command.args(["-c", WEB, date, status, &port.to_string()]).current_dir(scene.home.folder());
        let _web = start(&mut command, port);
        let address = format!("127.0.0.1:{port}");
        scene.document(&[&address, "--head", "--ca", "ca.pem", "--client", "good.p12", "--password-file", "pw.txt"])
    };
    let (document, faults) = ask("Mon, 23 Nov 2026 00:00:30 GMT", "200");
    assert_eq!(faults, [""; 0], "{document}");
    assert_eq!(document["status"], 200);
    assert!((20..=30).contains(&document["clock_skew"].as_i64().unwrap()), "{document}");
    assert_eq!(ask("Mon, 23 Nov 2026 00:20:00 GMT", "200").1, ["clock-behind"]);
    assert_eq!(ask("Sun, 22 Nov 2026 23:00:00 GMT", "403").1, ["http-status", "clock-ahead"]);
}

#[test]
fn without_a_server_or_a_key_it_says_what_to_give() {
    let scene = Scene::new();
    let refused = |arguments: &[&str], says: &str| {
        let said = scene.connect(arguments);
        assert!(said.code == 2 && said.stderr.contains(says), "{arguments:?}: {}", said.stderr);
    };
    refused(&[], "Name the server as HOST:PORT");
    refused(&["https://claims.example/"], "is not HOST:PORT");
    refused(&["claims.example:443", "--client", "ca.pem"], "holds no private key");
    refused(&["claims.example:443", "--client", "good.p12"], "No password opens");
    refused(&["claims.example:443", "--proxy", "socks5://proxy:1080"], "no address of a proxy");
    // The server may be the policy's.
    let policy = crate::common::files::kept("policies/lab.yaml");
    scene.home.write("policy.yaml", format!("{policy}\nconnection: {{host: 127.0.0.1, port: {}}}\n", free_port()));
    assert_eq!(scene.document(&["--policy", "policy.yaml"]).1, ["connection-refused"]);
}
