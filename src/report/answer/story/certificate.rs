//! The story of a certificate.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::super::list::listed_document;
use super::super::model::{certificate_document, instant, kind_code, kind_name, mac, protection, role_code, verdict};
use super::super::words::{key_words, mac_words, protection_words};
use super::page::StoryPage;
use super::{Telling, events, mark_document, short};
use crate::audit::facts::{CertificateFacts, OccurrenceFacts, PeerCertificate};
use crate::audit::holding::{HolderMatch, MatchBasis, Renewal, UnmetConditions};
use crate::audit::rules::reason_word;
use crate::audit::{CertificateRecord, FileSummary};
use crate::calendar::Day;
use crate::certificate::{Certificate, hex, spaced_hex};
use crate::inventory::{EventKind, ListedCertificate, StoryEvent, VerdictRow};
use crate::locale::catalogue::reading as text;
use crate::register::{HolderKey, Mark};
use crate::report::layout::{Style, days_between, status_word};

/// A certificate and its history.
#[derive(Clone, Copy)]
pub struct CertificateStory<'a> {
    /// The certificate.
    pub certificate: &'a Certificate,
    /// How it is judged; none where it lies nowhere.
    pub record: Option<&'a CertificateRecord<'a>>,
    /// The files in which it lies.
    pub files: &'a [FileSummary],
    /// What it renews.
    pub renews: &'a [ListedCertificate],
    /// What people recorded of it and did not take back.
    pub marks: &'a [Mark],
    /// What happened, oldest first.
    pub events: &'a [StoryEvent],
}

impl CertificateStory<'_> {
    /// The name people know it by.
    fn name(&self) -> String {
        self.record.map_or_else(|| self.certificate.subject.common(), |record| record.facts.name())
    }

    /// How it was judged when it was last judged.
    fn last_verdict(&self) -> Option<&VerdictRow> {
        self.events.iter().rev().find_map(|event| match &event.what {
            EventKind::Judged { now, .. } => Some(now),
            _ => None,
        })
    }

    fn file(&self, place: &OccurrenceFacts) -> Option<&FileSummary> {
        self.files.iter().find(|file| file.path == place.path && file.host == place.host)
    }

    /// Writes the page for people.
    pub fn page(&self, out: &mut dyn Write, telling: Telling, style: Style) -> io::Result<()> {
        let mut page = StoryPage { out, telling, style };
        match self.record {
            Some(record) => page.begin(&self.name(), record.findings)?,
            None => page.begin_with(None, &text::STORY_GONE.fill(telling.lang, &[("name", &self.name())]))?,
        }
        self.itself(&mut page)?;
        match self.record {
            Some(record) => {
                judged(&mut page, &record.facts)?;
                self.places(&mut page, &record.facts)?;
                page.findings(record.findings)?;
                self.renewal(&mut page, &record.facts)?;
            }
            None => {
                let last = self.last_verdict().map(|row| events::judged(row, &telling));
                page.field(text::LAST_VERDICT, &last.unwrap_or_default())?;
            }
        }
        page.marks(self.marks)?;
        page.story(self.events)
    }

    fn itself(&self, page: &mut StoryPage) -> io::Result<()> {
        let (certificate, telling) = (self.certificate, page.telling);
        let (from, until) = (telling.local(certificate.not_before), telling.local(certificate.not_after));
        page.field(text::SUBJECT, &certificate.subject.printed())?;
        page.field(text::ISSUER, &certificate.issuer.printed())?;
        page.field(text::SERIAL, &certificate.serial.to_string())?;
        page.field(text::SHA1, &spaced_hex(&certificate.sha1()))?;
        page.field(text::SHA256, &hex(&certificate.sha256))?;
        let key = certificate.key().map(|key| key.label()).unwrap_or_default();
        page.field(text::PUBLIC_KEY, &telling.enumerated([key, certificate.signature_algorithm()]))?;
        page.field(text::VALIDITY, &text::FROM_TO.fill(telling.lang, &[("from", &from), ("until", &until)]))
    }

    fn places(&self, page: &mut StoryPage, facts: &CertificateFacts) -> io::Result<()> {
        let telling = page.telling;
        page.heading(telling.text(text::PLACES))?;
        for place in facts.places {
            let host = place.host.clone().unwrap_or_default();
            page.item(&text::SPOT.fill(telling.lang, &[("host", &host), ("path", &place.path)]))?;
            let mut words = vec![kind_name(place.container).to_string()];
            let mut say = |text: crate::locale::Text, name: &str, value: &str| {
                words.push(text.fill(telling.lang, &[(name, &value)]));
            };
            if let Some(name) = &place.friendly_name {
                say(text::FRIENDLY_NAME, "name", name);
            }
            say(text::PRIVATE_KEY, "words", key_words(place.has_key, place.key_matches, telling.lang));
            if let Some(whence) = &place.opened_with {
                say(text::OPENED_WITH, "whence", whence);
            }
            if let Some(file) = self.file(place) {
                for protection in &file.protection.certificate_encryption {
                    say(text::CERTIFICATES_ENCRYPTED, "words", &protection_words(protection, telling.lang));
                }
                for protection in &file.protection.key_encryption {
                    say(text::KEYS_ENCRYPTED, "words", &protection_words(protection, telling.lang));
                }
                if let Some(mac) = &file.protection.mac {
                    say(text::MAC, "words", &mac_words(mac, telling.lang));
                }
            }
            page.more(&telling.enumerated(words))?;
        }
        Ok(())
    }

    fn renewal(&self, page: &mut StoryPage, facts: &CertificateFacts) -> io::Result<()> {
        let telling = page.telling;
        if facts.peers.superseded_by.is_none() && self.renews.is_empty() {
            return Ok(());
        }
        page.heading(telling.text(text::RENEWAL))?;
        if let Some(peer) = &facts.peers.superseded_by {
            let words = peer_words(&peer.subject, &peer.sha256, peer.expires_on, &peer.path, &telling);
            page.item(&text::RENEWED_BY.fill(telling.lang, &[("peer", &words)]))?;
            match &facts.holding.renewal {
                Renewal::InPlace(_) => page.more(telling.text(text::RENEWED_IN_PLACE))?,
                Renewal::NotInstalled(lacking) => {
                    let lacking = lacking_words(lacking, &telling);
                    page.more(&text::RENEWED_LACKING.fill(telling.lang, &[("lacking", &lacking)]))?;
                }
                Renewal::None => {}
            }
        }
        for earlier in self.renews {
            let end = earlier.ends_on.as_deref().and_then(crate::calendar::parse_day);
            let words = peer_words(&earlier.subject, &earlier.row.sha256, end, &earlier.path, &telling);
            page.item(&text::RENEWS.fill(telling.lang, &[("peer", &words)]))?;
        }
        Ok(())
    }

    /// The document `shomei/show/1`.
    pub fn document(&self, telling: Telling) -> Json {
        let mut document = telling.document("certificate");
        let facts = self.record.map(|record| &record.facts);
        let findings = self.record.map_or(&[][..], |record| record.findings);
        let worst = findings.iter().map(|finding| finding.severity).max();
        document["certificate"] = certificate_document(self.certificate, telling.policy.zone);
        document["role"] = json!(facts.map(|facts| role_code(facts.role)));
        document["effective_expiry"] = json!(instant(facts.and_then(|facts| facts.verdict.effective_expiry)));
        document["ends_on"] = json!(facts.and_then(|facts| telling.day(facts.end())).map(|day| day.to_string()));
        document["verdict"] = json!(facts.map(|facts| verdict(facts.verdict)));
        document["last_verdict"] = json!(self.last_verdict().map(events::verdict_document));
        document["severity"] = json!(worst.map(|severity| severity.code()));
        document["holder"] = facts.map_or(Json::Null, |facts| whose_document(facts));
        document["category"] = json!(facts.and_then(|facts| facts.holding.category.clone()));
        let places = facts.map_or(&[][..], |facts| facts.places);
        document["places"] = places.iter().map(|place| self.place_document(place)).collect();
        document["findings"] = telling.findings(findings);
        document["renewed_by"] = facts.map_or(Json::Null, renewal_document);
        document["renews"] = self.renews.iter().map(listed_document).collect();
        document["marks"] = self.marks.iter().map(mark_document).collect();
        document["story"] = events::documents(self.events).into();
        document
    }

    fn place_document(&self, place: &OccurrenceFacts) -> Json {
        let file = self.file(place);
        let protections = |of: fn(&FileSummary) -> &[crate::container::Protection]| {
            file.map(|file| of(file).iter().map(protection).collect::<Vec<_>>()).unwrap_or_default()
        };
        json!({
            "host": place.host,
            "path": place.path,
            "container": kind_code(place.container),
            "friendly_name": place.friendly_name,
            "has_key": place.has_key,
            "key_matches": place.key_matches,
            "opened_with": place.opened_with,
            "certificate_encryption": protections(|file| &file.protection.certificate_encryption),
            "key_encryption": protections(|file| &file.protection.key_encryption),
            "mac": file.and_then(|file| file.protection.mac.as_ref()).map(mac),
        })
    }
}

/// What the policy makes of it, and whose it is.
fn judged(page: &mut StoryPage, facts: &CertificateFacts) -> io::Result<()> {
    let telling = page.telling;
    let lang = telling.lang;
    page.field(text::END, &end_words(facts, &telling))?;
    let status = status_word(facts.verdict.status, lang);
    let verdict = match &facts.verdict.generation {
        Some(generation) => text::GENERATION.fill(lang, &[("status", &status), ("generation", generation)]),
        None => status.to_string(),
    };
    page.field(text::VERDICT, &verdict)?;
    let path: Vec<String> = facts.verdict.path.iter().map(short).collect();
    page.field(text::PATH, &path.join(" → "))?;
    for reason in &facts.verdict.reasons {
        page.field(text::REASON, &reason_word(reason).show(lang))?;
    }
    page.field(text::WHOSE, &whose_words(facts, &telling))?;
    let category = facts.holding.category.as_deref();
    let known = category.and_then(|id| telling.policy.holders.category(id)).map(|category| category.name.get(lang));
    page.field(text::CATEGORY, known.or(category).unwrap_or_default())
}

fn end_words(facts: &CertificateFacts, telling: &Telling) -> String {
    let (Some(end), Some(today)) = (telling.day(facts.end()), telling.day(Some(telling.at))) else {
        return telling.text(text::UNREADABLE).to_string();
    };
    let days = days_between(today, end);
    let words = match days {
        0.. => text::END_AHEAD.fill(telling.lang, &[("day", &end), ("days", &days)]),
        _ => text::END_PASSED.fill(telling.lang, &[("day", &end), ("days", &-days)]),
    };
    match facts.expires_on.filter(|own| end < *own) {
        Some(own) => text::END_EARLIER.fill(telling.lang, &[("end", &words), ("own", &own)]),
        None => words,
    }
}

fn whose_words(facts: &CertificateFacts, telling: &Telling) -> String {
    let id = |key: &HolderKey| format!("{}/{}", key.register, key.id);
    match &facts.holding.of {
        HolderMatch::NoRegister => telling.text(text::WHOSE_NO_REGISTER).into(),
        HolderMatch::Nobody => telling.text(text::WHOSE_NOBODY).into(),
        HolderMatch::Unknown => telling.text(text::WHOSE_UNKNOWN).into(),
        HolderMatch::Ambiguous(keys) => {
            let candidates = telling.enumerated(keys.iter().map(id));
            text::WHOSE_AMBIGUOUS.fill(telling.lang, &[("candidates", &candidates)])
        }
        HolderMatch::Known(key, how) => {
            let how = match how {
                MatchBasis::ByHand => text::HOW_BY_HAND,
                MatchBasis::Serial => text::HOW_SERIAL,
                MatchBasis::Subject => text::HOW_SUBJECT,
                MatchBasis::Pattern => text::HOW_PATTERN,
                MatchBasis::ProviderNumber => text::HOW_PROVIDER_NUMBER,
            };
            let name = facts.holder.map(|holder| holder.name.as_str()).unwrap_or_default();
            let named = format!("{} {name}", id(key));
            telling.enumerated([named.trim_end(), telling.text(how)])
        }
    }
}

fn whose_document(facts: &CertificateFacts) -> Json {
    let key = |key: &HolderKey| json!({"register": key.register, "id": key.id});
    let (how, holder, candidates) = match &facts.holding.of {
        HolderMatch::NoRegister => ("no-register", None, &[][..]),
        HolderMatch::Nobody => ("nobody", None, &[][..]),
        HolderMatch::Unknown => ("unknown", None, &[][..]),
        HolderMatch::Ambiguous(keys) => ("ambiguous", None, &keys[..]),
        HolderMatch::Known(key, how) => (how.code(), Some(key), &[][..]),
    };
    json!({
        "how": how,
        "register": holder.map(|key| &key.register),
        "id": holder.map(|key| &key.id),
        "name": facts.holder.map(|holder| &holder.name),
        "candidates": candidates.iter().map(key).collect::<Vec<_>>(),
    })
}

fn peer_words(subject: &str, sha256: &[u8; 32], end: Option<Day>, path: &str, telling: &Telling) -> String {
    let end = end.map_or_else(|| "-".to_string(), |end| end.to_string());
    let (sha256, subject) = (short(sha256), subject.to_string());
    text::PEER.fill(telling.lang, &[("subject", &subject), ("sha256", &sha256), ("end", &end), ("path", &path)])
}

fn lacking_words(lacking: &UnmetConditions, telling: &Telling) -> String {
    let mut words: Vec<String> =
        lacking.reasons.iter().map(|reason| reason.text().get(telling.lang).to_string()).collect();
    if !lacking.places.is_empty() {
        let places = telling.enumerated(&lacking.places);
        words.push(text::LACKING_PLACES.fill(telling.lang, &[("places", &places)]));
    }
    telling.enumerated(words)
}

fn renewal_document(facts: &CertificateFacts) -> Json {
    let Some(PeerCertificate { path, sha256, subject, expires_on }) = &facts.peers.superseded_by else {
        return Json::Null;
    };
    let lacking = match &facts.holding.renewal {
        Renewal::NotInstalled(lacking) => Some(lacking),
        _ => None,
    };
    json!({
        "sha256": hex(sha256),
        "subject": subject,
        "path": path,
        "expires_on": expires_on.map(|day| day.to_string()),
        "in_place": matches!(facts.holding.renewal, Renewal::InPlace(_)),
        "lacking": lacking.map(|lacking| lacking.reasons.iter().map(|reason| reason.code()).collect::<Vec<_>>()).unwrap_or_default(),
        "lacking_places": lacking.map(|lacking| lacking.places.clone()).unwrap_or_default(),
    })
}
