//! Building a policy from the YAML tree: reading the values and checking how they relate.
//!
//! The check of the shape has reported every value that is missing or malformed. Here such a value
//! is absent and what depends on it is left out, so that the rest is still checked and all mistakes
//! are reported at once.

use std::collections::BTreeMap;

use super::shape::{bytes, extended_usage};
use super::value::{days, in_order, localized, number, overlap, pairs, text};
use super::{
    Authority, ContainerPolicy, CrlPolicy, DaySpan, ExpiryTier, IssuanceGap, KeyPolicy, LocalizedText, Pin, Policy,
    Severity, Suppression, SuppressionMatch, UsagePolicy, ValidityRule, WithLine, glob,
};
use super::{desks, holders, renewal};
use crate::calendar::{Day, Zone, parse_day};
use crate::certificate::{Name, Serial};
use crate::locale::catalogue::policy as texts;
use crate::locale::catalogue::yaml::REMOVE_ONE;
use crate::yaml::{Phrase, SourcePosition, YamlMistakes, YamlNode};

/// The policy of a document's root, without file and text.
pub(super) fn policy(root: &YamlNode, known_rules: &[&str], mistakes: &mut YamlMistakes) -> Option<Policy> {
    let authorities = authorities(root.list("authorities"), mistakes);
    let tiers = tiers(root, mistakes);
    let severities = severities(root, known_rules, mistakes);
    let holders = root.get("holders").map(|node| holders::holders(node, mistakes)).unwrap_or_default();
    let calendar = root.get("calendar").map(|node| renewal::calendar(node, mistakes)).unwrap_or_default();
    let terms = root.get("renewal").map(|node| renewal::renewal(node, mistakes)).unwrap_or_default();
    let categories: Vec<String> = holders.categories.iter().map(|category| category.id.clone()).collect();
    let fees = renewal::fees(root.list("fees"), &categories, mistakes);
    let suppressions = root.list("suppressions").iter();
    let suppressions = suppressions.filter_map(|node| suppression(node, known_rules, mistakes)).collect();
    let name = root.read("name", text)?;
    Some(Policy {
        title: root.get("title").and_then(localized).unwrap_or(LocalizedText { ja: name.clone(), en: name.clone() }),
        name,
        file: String::new(),
        zone: root.read("zone", Zone::parse)?,
        authorities,
        tiers,
        keys: KeyPolicy {
            rsa_bits: number(root.get("keys"), "rsa_bits", 2048),
            ec_bits: number(root.get("keys"), "ec_bits", 224),
        },
        weak_digests: weak_digests(root),
        containers: containers(root.get("containers")),
        connection: connection(root.get("connection")),
        holders,
        calendar,
        renewal: terms,
        fees,
        desks: desks::desks(root.list("desks"), mistakes),
        severities,
        suppressions,
        yaml: String::new(),
    })
}

fn connection(node: Option<&YamlNode>) -> Option<(String, u16)> {
    let host = node?.read("host", text)?;
    Some((host, number(node, "port", 443).value))
}

fn authorities(nodes: &[YamlNode], mistakes: &mut YamlMistakes) -> Vec<Authority> {
    let found: Vec<(SourcePosition, Authority)> = nodes.iter().filter_map(|node| authority(node, mistakes)).collect();
    for ((earlier, a), (place, b)) in pairs(&found) {
        if a.names.contains(&b.names[0]) {
            mistakes.say(*place, texts::AUTHORITY_TWICE, &[("line", &earlier.line)], texts::ONE_AUTHORITY);
        }
    }
    found.into_iter().map(|(_, authority)| authority).collect()
}

fn authority(node: &YamlNode, mistakes: &mut YamlMistakes) -> Option<(SourcePosition, Authority)> {
    let gaps: Vec<WithLine<IssuanceGap>> =
        node.list("gaps").iter().filter_map(|gap| self::gap(gap, mistakes)).collect();
    spans_apart(node.list("gaps"), mistakes);
    let pins = pins(node.list("pins"), &gaps, mistakes);
    let validity = node.list("validity").iter().filter_map(|item| self::validity(item, mistakes)).collect();
    spans_apart(node.list("validity"), mistakes);
    let subject = node.read("subject", text)?;
    let name = Name::parse(&subject)?;
    let authority = Authority {
        // The policy gives names as printed, and programs print the RDNs in either order.
        names: [name.canonical(), name.reversed().canonical()],
        subject,
        pins,
        gaps,
        validity,
        crl: crl(node),
        usage: node.get("usage").map(usage),
    };
    Some((node.place_of("subject"), authority))
}

/// The pins, oldest first.
fn pins(nodes: &[YamlNode], gaps: &[WithLine<IssuanceGap>], mistakes: &mut YamlMistakes) -> Vec<Pin> {
    let found: Vec<(&YamlNode, Pin)> =
        nodes.iter().filter_map(|node| Some((node, pin(node, gaps, mistakes)?))).collect();
    for ((_, a), (node, b)) in pairs(&found) {
        if a.id == b.id {
            let values: [(&str, &dyn std::fmt::Display); 2] = [("id", &b.id), ("line", &a.line)];
            mistakes.say(node.place_of("id"), texts::PIN_TWICE, &values, texts::OTHER_ID);
        }
        if a.sha1 == b.sha1 {
            mistakes.say(node.place_of("sha1"), texts::FINGERPRINT_TWICE, &[("line", &a.line)], texts::COPY_AGAIN);
        }
        if a.sha256.is_some() && a.sha256 == b.sha256 {
            mistakes.say(node.place_of("sha256"), texts::FINGERPRINT_TWICE, &[("line", &a.line)], texts::COPY_AGAIN);
        }
        // The date of issue decides which root should have signed; it must name one.
        if overlap(a.issues.value, b.issues.value) {
            let values: [(&str, &dyn std::fmt::Display); 2] = [("id", &a.id), ("line", &a.line)];
            mistakes.say(node.place_of("issues"), texts::PINS_OVERLAP, &values, texts::ONE_PIN_A_DAY);
        }
    }
    let mut pins: Vec<Pin> = found.into_iter().map(|(_, pin)| pin).collect();
    pins.sort_by_key(|pin| pin.not_before);
    pins
}

fn pin(node: &YamlNode, gaps: &[WithLine<IssuanceGap>], mistakes: &mut YamlMistakes) -> Option<Pin> {
    let (not_before, not_after) = (node.read("not_before", parse_day), node.read("not_after", parse_day));
    if let (Some(not_before), Some(not_after)) = (not_before, not_after) {
        in_order(not_before, not_after, node.place_of("not_after"), mistakes);
    }
    let issues = issues(node, not_before, not_after, gaps, mistakes);
    Some(Pin {
        id: node.read("id", text)?,
        line: node.place.line,
        serial: node.read("serial", Serial::parse)?,
        not_before: not_before?,
        not_after: not_after?,
        sha1: node.read("sha1", bytes)?,
        sha256: node.read("sha256", bytes),
        issues,
        source: node.get("source").and_then(localized)?,
    })
}

/// The dates of issue of a pin, which lie in its validity and outside the gaps.
fn issues(
    node: &YamlNode,
    not_before: Option<Day>,
    not_after: Option<Day>,
    gaps: &[WithLine<IssuanceGap>],
    mistakes: &mut YamlMistakes,
) -> WithLine<DaySpan> {
    let Some(node) = node.get("issues") else {
        return WithLine { value: DaySpan { from: None, until: None }, line: 0 };
    };
    let issues = days(node, mistakes);
    if let (Some(from), Some(until)) = (not_before, not_after) {
        let inside = |day: Option<Day>| day.is_none_or(|day| from <= day && day <= until);
        if !(inside(issues.from) && inside(issues.until)) {
            mistakes.say(node.place, texts::ISSUES_OUTSIDE, &[("from", &from), ("until", &until)], texts::SWAP);
        }
    }
    for gap in gaps.iter().filter(|gap| overlap(gap.value.days, issues)) {
        mistakes.say(node.place, texts::PIN_IN_GAP, &[("line", &gap.line)], texts::LEAVE_GAP);
    }
    WithLine { value: issues, line: node.place.line }
}

fn gap(node: &YamlNode, mistakes: &mut YamlMistakes) -> Option<WithLine<IssuanceGap>> {
    let days = days(node, mistakes);
    days.from.and(days.until)?;
    let source = node.get("source").and_then(localized)?;
    Some(WithLine { value: IssuanceGap { days, source }, line: node.place.line })
}

fn validity(node: &YamlNode, mistakes: &mut YamlMistakes) -> Option<WithLine<ValidityRule>> {
    let issued = days(node, mistakes);
    let (years, months) = (number(Some(node), "years", 0).value, number(Some(node), "months", 0).value);
    let readable = |key| node.get(key).is_none_or(|n| n.text().is_some_and(|t| t.parse::<i32>().is_ok()));
    if (years, months) == (0, 0) && readable("years") && readable("months") {
        mistakes.say(node.place, texts::NO_LENGTH, &[], texts::GIVE_LENGTH);
    }
    let tolerance_days = number(Some(node), "tolerance_days", 0).value;
    Some(WithLine { value: ValidityRule { issued, years, months, tolerance_days }, line: node.place.line })
}

/// No two of these spans share a day.
fn spans_apart(nodes: &[YamlNode], mistakes: &mut YamlMistakes) {
    let span = |n: &YamlNode| DaySpan { from: n.read("from", parse_day), until: n.read("until", parse_day) };
    let readable = nodes.iter().filter(|n| !n.entries().is_empty());
    let spans: Vec<(SourcePosition, DaySpan)> = readable.map(|n| (n.place, span(n))).collect();
    for ((earlier, a), (place, b)) in pairs(&spans) {
        if overlap(*a, *b) {
            mistakes.say(*place, texts::SPANS_OVERLAP, &[("line", &earlier.line)], texts::ONE_SPAN_A_DAY);
        }
    }
}

fn crl(node: &YamlNode) -> WithLine<CrlPolicy> {
    let word = |text: &str| match text {
        "ignore" => Some(CrlPolicy::Ignore),
        "when-available" => Some(CrlPolicy::WhenAvailable),
        "require" => Some(CrlPolicy::Require),
        _ => None,
    };
    match node.read("crl", word) {
        Some(value) => WithLine { value, line: node.place_of("crl").line },
        // A CRL is not always available; its absence is a finding only where the policy requires
        // one.
        None => WithLine { value: CrlPolicy::WhenAvailable, line: 0 },
    }
}

fn usage(node: &YamlNode) -> WithLine<UsagePolicy> {
    let extended = node.list("extended").iter().filter_map(|n| extended_usage(n.text()?)).collect();
    // X.509 renamed this bit; RFC 5280 and our certificates' facts use nonRepudiation.
    let rfc = |name: &str| if name == "contentCommitment" { "nonRepudiation" } else { name }.to_string();
    let key_usage = node.list("key_usage").iter().filter_map(|n| n.text().map(rfc)).collect();
    WithLine { value: UsagePolicy { extended, key_usage }, line: node.place.line }
}

fn severity(word: &str) -> Option<Severity> {
    [Severity::Info, Severity::Warning, Severity::Error].into_iter().find(|s| s.code() == word)
}

/// The tiers, fewest days first.
fn tiers(root: &YamlNode, mistakes: &mut YamlMistakes) -> Vec<WithLine<ExpiryTier>> {
    use Severity::{Info, Warning};
    if root.get("expiring").is_none() {
        let tier = |(days, severity)| WithLine { value: ExpiryTier { days, severity }, line: 0 };
        // Line 0 marks a default: a finding then names the file without a line.
        return [(7, Warning), (14, Warning), (30, Warning), (60, Info), (90, Info)].map(tier).into();
    }
    let read = |node: &YamlNode| {
        let tier =
            ExpiryTier { days: node.read("days", |t| t.parse().ok())?, severity: node.read("severity", severity)? };
        Some((node.place, tier))
    };
    let mut found: Vec<(SourcePosition, ExpiryTier)> = root.list("expiring").iter().filter_map(read).collect();
    found.sort_by_key(|(_, tier)| tier.days);
    for neighbours in found.windows(2) {
        let [(place, nearer), (other, earlier)] = neighbours else { continue };
        let (days, line) = (nearer.days, other.line);
        if days == earlier.days {
            mistakes.say(
                *place.max(other),
                texts::TIER_TWICE,
                &[("days", &days), ("line", &line.min(place.line))],
                REMOVE_ONE,
            );
        // A finding that gets milder as the expiry approaches is a slip in the file.
        } else if nearer.severity < earlier.severity {
            let values: [(&str, &dyn std::fmt::Display); 3] =
                [("days", &days), ("other", &earlier.days), ("line", &line)];
            mistakes.say(*place, texts::TIER_MILDER, &values, texts::GRAVER);
        }
    }
    found.into_iter().map(|(place, value)| WithLine { value, line: place.line }).collect()
}

fn weak_digests(root: &YamlNode) -> Vec<WithLine<String>> {
    match root.get("weak_digests") {
        None => ["md2", "md4", "md5", "sha1"].map(|name| WithLine { value: name.to_string(), line: 0 }).into(),
        Some(list) => lined_texts(list.items()),
    }
}

fn lined_texts(nodes: &[YamlNode]) -> Vec<WithLine<String>> {
    let lined = |n: &YamlNode| Some(WithLine { value: n.text()?.to_string(), line: n.place.line });
    nodes.iter().filter_map(lined).collect()
}

fn containers(node: Option<&YamlNode>) -> ContainerPolicy {
    let weak_ciphers = match node.and_then(|n| n.get("weak_ciphers")) {
        None => WithLine { value: ["RC2-40", "RC2-64", "RC4", "DES"].map(String::from).into(), line: 0 },
        Some(list) => {
            let names = lined_texts(list.items()).into_iter().map(|name| name.value);
            WithLine { value: names.collect(), line: list.place.line }
        }
    };
    ContainerPolicy { iterations: number(node, "iterations", 1000), weak_ciphers }
}

fn known(code: &str, place: SourcePosition, known_rules: &[&str], mistakes: &mut YamlMistakes) {
    if !known_rules.contains(&code) {
        let what = Phrase::new(texts::UNKNOWN_RULE, &[("code", &code)]).or_nearest(code, known_rules.iter().copied());
        mistakes.add(place, what, Phrase::new(texts::LIST_RULES, &[]));
    }
}

fn severities(
    root: &YamlNode,
    known_rules: &[&str],
    mistakes: &mut YamlMistakes,
) -> BTreeMap<String, WithLine<Option<Severity>>> {
    let mut severities = BTreeMap::new();
    for (key, node) in root.get("severities").map_or(&[][..], YamlNode::entries) {
        known(&key.text, key.place, known_rules, mistakes);
        let value = node.text().and_then(severity);
        severities.insert(key.text.clone(), WithLine { value, line: key.place.line });
    }
    severities
}

fn suppression(node: &YamlNode, known_rules: &[&str], mistakes: &mut YamlMistakes) -> Option<WithLine<Suppression>> {
    let rule = node.read("rule", text);
    if let Some(rule) = &rule {
        known(rule, node.place_of("rule"), known_rules, mistakes);
    }
    let matches = node.get("match").map(|node| conditions(node, mistakes));
    let suppression = Suppression {
        rule: rule?,
        matches: matches?,
        reason: node.read("reason", text)?,
        until: node.read("until", parse_day)?,
    };
    Some(WithLine { value: suppression, line: node.place.line })
}

/// The conditions of a suppression, which must not match everything.
fn conditions(node: &YamlNode, mistakes: &mut YamlMistakes) -> SuppressionMatch {
    if node.entries().is_empty() {
        mistakes.say(node.place, texts::NO_CONDITION, &[], texts::GIVE_CONDITION);
    }
    let path = node.read("path", text);
    if let Some(pattern) = path.as_ref().filter(|pattern| fits_everything(pattern)) {
        mistakes.say(node.place_of("path"), texts::MATCHES_ALL, &[("pattern", pattern)], texts::GIVE_CONDITION);
    }
    SuppressionMatch {
        sha256: node.read("sha256", bytes),
        serial: node.read("serial", Serial::parse),
        subject: node.read("subject", text),
        path,
    }
}

fn fits_everything(pattern: &str) -> bool {
    // A path that no file has, at two depths: a pattern that matches it matches everything.
    glob(pattern).is_some_and(|glob| glob.is_match("\u{1}/\u{1}") && glob.is_match("\u{1}/\u{1}/\u{1}"))
}
