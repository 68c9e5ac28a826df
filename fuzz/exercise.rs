//! What is done with hostile bytes: all that the program would do, and what must hold then.
//! For the fuzz targets beside it and for tests/reading/robustness.rs alike.
#![allow(dead_code, reason = "each target calls one of them")]

use shomei::calendar::{Zone, add_years, parse_instant};
use shomei::certificate::{Certificate, Crl, KeyId, Name, OcspResponse, Serial, parse_hex};
use shomei::container::{
    self, ContainerOptions, KeyInspection, Limits, Password, PasswordCandidate, PasswordOrigin, candidates_of_file,
};
use shomei::deliver::mail::is_address;
use shomei::deliver::schedule::{InstalledJob, Schedule, cron};
use shomei::locale::Lang;
use shomei::policy::{Policy, glob};
use shomei::tlv::{MAX_DEPTH, TlvReader};
use shomei::yaml;

/// Every element, down to the depth that readers go.
pub fn tlv(bytes: &[u8]) {
    walk(&mut TlvReader::new(bytes), 0);
    let _ = KeyId::of_spki(bytes);
}

fn walk(reader: &mut TlvReader, depth: usize) {
    while let Ok(element) = reader.read() {
        let _ = (element.octets().map(|o| o.len()), element.bits(), element.unsigned(), element.magnitude());
        let _ = shomei::tlv::dotted(element.content);
        if depth < MAX_DEPTH {
            walk(&mut element.children(), depth + 1);
        }
    }
}

/// A certificate and every question that can be asked of it.
pub fn certificate(bytes: &[u8]) {
    let Ok(it) = Certificate::parse(bytes) else { return };
    let again = Certificate::parse(it.der()).expect("what was read can be read again");
    assert_eq!((it.sha256, &it.serial, it.role()), (again.sha256, &again.serial, again.role()));
    name(&it.subject);
    name(&it.issuer);
    let _ = (it.version(), it.sha1(), it.serial.hex(), it.key().map(|key| key.label()));
    let _ = (it.is_self_issued(), it.basic_constraints(), it.key_usage(), it.extended_key_usage());
    let _ = (it.subject_key_identifier(), it.authority_key_identifier());
    let _ = (it.crl_addresses(), it.ocsp_addresses(), it.alternative_names());
    let _ = (it.signature_algorithm(), it.signature_digest(), it.malformed(), it.extensions().count());
    for at in it.not_before.into_iter().chain(it.not_after) {
        let day = Zone::parse("+09:00").and_then(|zone| zone.day(at));
        let _ = (shomei::calendar::format_instant(at), day.and_then(|day| add_years(day, 3)));
    }
    let _ = (it.field_at_fault(), it.profile_violations(true), it.has_malformed_dns_name(), it.key_bits());
    let _ = shomei::report::certificate_document(&it, Zone::UTC);
}

fn name(name: &Name) {
    let _ = (name.rfc4514(), name.printed(), name.common());
    assert_eq!(name.canonical(), Name::new(name.der()).canonical());
}

/// A CRL.
pub fn crl(bytes: &[u8]) {
    if let Ok(crl) = Crl::parse(bytes) {
        assert_eq!(Crl::parse(&crl.der).map(|again| again.sha256), Ok(crl.sha256));
        name(&crl.issuer);
        let index = crl.index();
        let _ = (crl.look_up(&index, &Serial::new(&[7])), crl.adds_to(&crl), crl.scope(), crl.unknown_critical());
    }
    if let Ok(response) = OcspResponse::parse(bytes) {
        assert!(OcspResponse::parse(&response.der).is_ok());
    }
}

/// The password that seeds of containers have.
pub const PASSWORD: &str = "himawari-2024";

/// A container of any kind, opened with candidates under limits so tight that what costs time
/// is the reading and not the derivations.
pub fn container(bytes: &[u8]) {
    let (iterations, work, scrypt_memory) = (64, 30_000, 1 << 20);
    let limits = Limits { iterations, work, scrypt_memory, bags: 1000, certificates: 100, ..Limits::default() };
    let secrets = ["パスワード", PASSWORD];
    let candidates = secrets.map(|secret| PasswordCandidate::new(Password::from(secret), PasswordOrigin::Prompt));
    for (keys, try_typos) in [(KeyInspection::Match, true), (KeyInspection::Presence, false)] {
        let opened = container::open(bytes, &candidates, &ContainerOptions { limits: &limits, keys, try_typos });
        assert!(opened.entries.len() <= 100 && opened.problems.len() <= 2000);
        opened.entries.iter().for_each(|entry| certificate(&entry.der));
        opened.crls.iter().for_each(|blob| crl(&blob.der));
    }
}

/// A policy; all its mistakes as they are printed.
pub fn policy(bytes: &[u8]) {
    let Ok(text) = yaml::decode(bytes, "fuzz.yaml") else { return };
    match Policy::read(text, "fuzz.yaml", &shomei::audit::rules::codes()) {
        Ok(policy) => assert!(policy.authorities.iter().all(|authority| !authority.pins.is_empty())),
        Err(mistakes) => print(&mistakes),
    }
}

/// YAML as such.
pub fn yaml(bytes: &[u8]) {
    match yaml::decode(bytes, "fuzz.yaml").and_then(|text| yaml::parse(text, "fuzz.yaml")) {
        Ok(document) => drop(document),
        Err(mistakes) => print(&mistakes),
    }
}

fn print(mistakes: &[yaml::YamlMistake]) {
    assert!(!mistakes.is_empty());
    for mistake in mistakes {
        let _ = (mistake.print(Lang::Ja), mistake.print(Lang::En));
    }
}

/// What people type or keep in files: hexadecimal, names, times, patterns, passwords, schedules,
/// mail addresses; and a crontab, of which every other line stays.
pub fn text(bytes: &[u8]) {
    candidates_of_file(bytes, "passwords.txt".as_ref());
    if let Some(rest) = cron::without(bytes, "shomei") {
        assert!(rest.len() < bytes.len());
    }
    let text = String::from_utf8_lossy(bytes);
    if let Ok(schedule) = Schedule::parse(&text) {
        assert_eq!(Schedule::parse(&schedule.to_string()).ok(), Some(schedule));
    }
    let _ = (is_address(&text), InstalledJob::find(&text));
    let _ = (parse_hex(&text), Serial::parse(&text), Zone::parse(&text), parse_instant(&text, Zone::UTC), glob(&text));
    if let Some(parsed) = Name::parse(&text) {
        name(&parsed);
        name(&parsed.reversed());
    }
}
