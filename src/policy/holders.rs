//! `holders`: services, usage categories, and what is asked of whoever bills.

use super::value::{LocalizedText, MonthDays, WithLine, known, localized, month_days, number, pairs, text};
use crate::locale::catalogue::policy as texts;
use crate::yaml::{Phrase, SourcePosition, YamlMistakes, YamlNode};

/// What a policy says of holders. Where it says nothing, nothing is asked.
#[derive(Clone, Debug)]
pub struct HolderPolicy {
    /// The services that are billed.
    pub services: Vec<Service>,
    /// What certificates are used for beside the claims, every day.
    pub uses: Vec<Service>,
    /// The usage categories of certificates.
    pub categories: Vec<UsageCategory>,
    /// The names of the systems in which holders act.
    pub systems: Systems,
    /// So many days after it was changed a system password has expired.
    pub password_days: Option<WithLine<i64>>,
    /// Days before that from which it is announced.
    pub password_warning_days: WithLine<i64>,
    /// Living certificates that a provider number may have.
    pub live_certificates: Option<WithLine<usize>>,
    /// Days before its end on which an old certificate may live beside its renewal.
    pub renewal_overlap_days: WithLine<i64>,
    /// The days of each month on which claims are taken.
    pub claim_period: Option<WithLine<MonthDays>>,
    /// The day of the month by which the notices on its claims have been fetched.
    pub notices_day: Option<WithLine<NoticesDay>>,
    /// Providers for which an agent may claim with one user ID.
    pub agent_providers: Option<WithLine<usize>>,
    /// Patterns that tell whose a certificate is.
    pub patterns: Vec<WithLine<HolderPattern>>,
}

/// The day of the month by which the notices on its claims (通知文書) have been fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticesDay {
    /// The day; in a shorter month its last day. A day before the end of the claim period is one of
    /// the month after.
    pub day: u8,
    /// No source says so.
    pub assumed: bool,
}

impl Default for HolderPolicy {
    fn default() -> HolderPolicy {
        HolderPolicy {
            services: Vec::new(),
            uses: Vec::new(),
            categories: Vec::new(),
            systems: Systems::default(),
            password_days: None,
            password_warning_days: WithLine { value: 30, line: 0 },
            live_certificates: None,
            renewal_overlap_days: WithLine { value: 90, line: 0 },
            claim_period: None,
            notices_day: None,
            agent_providers: None,
            patterns: Vec::new(),
        }
    }
}

impl HolderPolicy {
    /// The service with this id.
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// The name of a service or use with this id.
    pub fn name_of(&self, id: &str) -> Option<&LocalizedText> {
        self.services.iter().chain(&self.uses).find(|one| one.id == id).map(|one| &one.name)
    }

    /// The usage category with this id.
    pub fn category(&self, id: &str) -> Option<&UsageCategory> {
        self.categories.iter().find(|category| category.id == id)
    }
}

/// The names of the systems in which providers and agents apply for certificates and change
/// passwords; none where the policy does not name them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Systems {
    /// The providers'.
    pub provider: Option<LocalizedText>,
    /// The agents'.
    pub agent: Option<LocalizedText>,
}

/// Something that claims are submitted for (介護, 障害), or that certificates are used for beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its id, `kaigo`.
    pub id: String,
    /// Its name for people.
    pub name: LocalizedText,
    /// How registers write it.
    pub words: Vec<String>,
    /// The line on which it begins.
    pub line: u32,
}

/// A usage category of certificates (証明書利用区分).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageCategory {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: LocalizedText,
    /// How registers write it.
    pub words: Vec<String>,
    /// Ids of the services that its certificates are good for.
    pub bills: Vec<String>,
    /// Ids of what else they are used for.
    pub uses: Vec<String>,
    /// Where this is from.
    pub source: LocalizedText,
    /// The line on which it begins.
    pub line: u32,
}

impl UsageCategory {
    /// Whether its certificates are good for this service.
    pub fn bills_for(&self, service: &str) -> bool {
        self.bills.iter().any(|id| id == service)
    }

    /// Whether its certificates are good for this service or use.
    pub fn serves(&self, id: &str) -> bool {
        self.bills_for(id) || self.uses.iter().any(|one| one == id)
    }
}

/// A pattern that tells whose a certificate is, or of which usage category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderPattern {
    /// What is looked at.
    pub field: PatternField,
    /// What stands before the placeholder, `*` for anything.
    pub before: String,
    /// What is read out.
    pub placeholder: Option<Placeholder>,
    /// What stands after the placeholder.
    pub after: String,
    /// The usage category of what fits.
    pub category: Option<String>,
}

/// What a pattern looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternField {
    /// The subject as it is shown, `CN=…, O=…, C=JP`.
    Subject,
    /// The friendlyName of any place.
    FriendlyName,
    /// The path of any place, `/` between folders.
    Path,
}

/// What a pattern reads out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// `{id}`: a holder's ID.
    Id,
    /// `{provider_number}`: ten digits.
    ProviderNumber,
}

impl HolderPattern {
    /// What stands before the placeholder, the placeholder, and what stands after it; none for
    /// more than one placeholder or other braces.
    pub(super) fn split(pattern: &str) -> Option<(&str, Option<Placeholder>, &str)> {
        let plain = |text: &str| !text.contains(['{', '}']);
        for (word, placeholder) in [("{id}", Placeholder::Id), ("{provider_number}", Placeholder::ProviderNumber)] {
            if let Some((before, after)) = pattern.split_once(word) {
                return (plain(before) && plain(after)).then_some((before, Some(placeholder), after));
            }
        }
        (plain(pattern) && !pattern.trim().is_empty()).then_some((pattern, None, ""))
    }
}

/// What stands under `holders`.
pub(super) fn holders(node: &YamlNode, mistakes: &mut YamlMistakes) -> HolderPolicy {
    let named = |list: &'static str| node.list(list).iter().filter_map(named).collect::<Vec<_>>();
    let (services, uses, categories) = (named("services"), named("uses"), named("categories"));
    told_apart(&services, mistakes);
    told_apart(&uses, mistakes);
    told_apart(&categories, mistakes);
    let (service_ids, use_ids, category_ids) = (ids(&services), ids(&uses), ids(&categories));
    let categories =
        categories.into_iter().filter_map(|named| category(named, &service_ids, &use_ids, mistakes)).collect();
    let system = |key| node.get("systems").and_then(|systems| systems.get(key)).and_then(localized);
    let patterns = node.list("patterns").iter().filter_map(|n| pattern(n, &category_ids, mistakes)).collect();
    let asked = |key| node.get(key).map(|_| number(Some(node), key, 0));
    HolderPolicy {
        services: services.into_iter().map(service).collect(),
        uses: uses.into_iter().map(service).collect(),
        categories,
        systems: Systems { provider: system("provider"), agent: system("agent") },
        password_days: asked("password_days"),
        password_warning_days: number(Some(node), "password_warning_days", 30),
        live_certificates: node.get("live_certificates").map(|_| number(Some(node), "live_certificates", 1)),
        renewal_overlap_days: number(Some(node), "renewal_overlap_days", 90),
        claim_period: node.get("claim_period").and_then(|n| month_days(n, mistakes)),
        notices_day: node.get("notices").and_then(|n| {
            let day = n.read("day", |text| text.parse().ok())?;
            let assumed = !n.list("assumed").is_empty();
            Some(WithLine { value: NoticesDay { day, assumed }, line: n.place.line })
        }),
        agent_providers: node.get("agent_providers").map(|_| number(Some(node), "agent_providers", 100)),
        patterns,
    }
}

/// What services and usage categories have in common.
struct CodedName<'a> {
    node: &'a YamlNode,
    id: String,
    name: LocalizedText,
    words: Vec<(String, SourcePosition)>,
}

fn named(node: &YamlNode) -> Option<CodedName<'_>> {
    let words = node.list("words").iter().filter_map(|word| Some((word.text()?.to_string(), word.place)));
    let (id, name) = (node.read("id", text)?, node.get("name").and_then(localized)?);
    Some(CodedName { node, id, name, words: words.collect() })
}

/// No two share an id or a word.
fn told_apart(list: &[CodedName], mistakes: &mut YamlMistakes) {
    for (earlier, later) in pairs(list) {
        let line = earlier.node.place.line;
        if earlier.id == later.id {
            let values: [(&str, &dyn std::fmt::Display); 2] = [("id", &later.id), ("line", &line)];
            mistakes.say(later.node.place_of("id"), texts::ID_TWICE, &values, texts::OTHER_NAME);
        }
        for (word, place) in later.words.iter().filter(|(word, _)| earlier.words.iter().any(|(w, _)| w == word)) {
            let values: [(&str, &dyn std::fmt::Display); 3] = [("word", word), ("id", &earlier.id), ("line", &line)];
            mistakes.say(*place, texts::WORD_TWICE, &values, texts::ONE_MEANING);
        }
    }
}

fn ids(list: &[CodedName]) -> Vec<String> {
    let mut ids: Vec<String> = list.iter().map(|named| named.id.clone()).collect();
    ids.dedup();
    ids
}

fn words(named: &[(String, SourcePosition)]) -> Vec<String> {
    named.iter().map(|(word, _)| word.clone()).collect()
}

fn service(named: CodedName) -> Service {
    Service { words: words(&named.words), line: named.node.place.line, id: named.id, name: named.name }
}

fn category(
    named: CodedName,
    services: &[String],
    uses: &[String],
    mistakes: &mut YamlMistakes,
) -> Option<UsageCategory> {
    let (bills, used) = (named.node.list("bills"), named.node.list("uses"));
    for bill in bills {
        known(bill, services, texts::UNKNOWN_SERVICE, mistakes);
    }
    for one in used {
        known(one, uses, texts::UNKNOWN_USE, mistakes);
    }
    Some(UsageCategory {
        words: words(&named.words),
        bills: bills.iter().filter_map(|bill| Some(bill.text()?.to_string())).collect(),
        uses: used.iter().filter_map(|one| Some(one.text()?.to_string())).collect(),
        source: named.node.get("source").and_then(localized)?,
        line: named.node.place.line,
        id: named.id,
        name: named.name,
    })
}

fn pattern(node: &YamlNode, categories: &[String], mistakes: &mut YamlMistakes) -> Option<WithLine<HolderPattern>> {
    if let Some(category) = node.get("category") {
        known(category, categories, texts::UNKNOWN_CATEGORY, mistakes);
    }
    let field = node.read("field", |word| match word {
        "subject" => Some(PatternField::Subject),
        "friendly-name" => Some(PatternField::FriendlyName),
        "path" => Some(PatternField::Path),
        _ => None,
    })?;
    let written = node.read("pattern", text)?;
    let (before, placeholder, after) = HolderPattern::split(&written)?;
    let category = node.read("category", text);
    if placeholder.is_none() && category.is_none() {
        let help = Phrase::new(texts::GIVE_PLACEHOLDER, &[("open", &'{')]);
        mistakes.add(node.place_of("pattern"), Phrase::new(texts::PATTERN_IDLE, &[]), help);
    }
    let value = HolderPattern { field, before: before.into(), placeholder, after: after.into(), category };
    Some(WithLine { value, line: node.place.line })
}
