//! The story of a holder.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use time::Duration;

use super::super::list::{ListedLines, listed_document};
use super::super::model::{day, period_document, unit};
use super::page::StoryPage;
use super::{HolderRenewals, Telling, events, mark_document};
use crate::audit::holding::{ClaimPeriod, ClaimUnit, Coverage};
use crate::audit::{HolderRecord, JudgedFinding};
use crate::calendar::Day;
use crate::inventory::{ListedCertificate, StoryEvent};
use crate::locale::Text;
use crate::locale::catalogue::reading as text;
use crate::register::{Holder, Mark, RegisterColumn};
use crate::report::layout::Style;

/// What the judgement of everything says of one holder.
#[derive(Clone, Debug)]
pub struct JudgedHolder {
    findings: Vec<JudgedFinding>,
    units: Vec<ClaimUnit>,
    period: Option<ClaimPeriod>,
    password_changed: Option<Day>,
}

impl JudgedHolder {
    /// What its record says.
    pub fn of(record: &HolderRecord) -> JudgedHolder {
        JudgedHolder {
            findings: record.findings.to_vec(),
            units: record.facts.standing.units.clone(),
            period: record.facts.period,
            password_changed: record.facts.password_changed,
        }
    }
}

/// A holder and its history.
#[derive(Clone, Copy)]
pub struct HolderStory<'a> {
    /// The holder as the register has it, or had it last.
    pub holder: &'a Holder,
    /// How it is judged; none where it no longer stands in the register.
    pub judged: Option<&'a JudgedHolder>,
    /// Its certificates, the living first.
    pub certificates: &'a [ListedCertificate],
    /// When to apply for their renewals, and what that costs.
    pub renewals: &'a HolderRenewals,
    /// What people recorded of it and did not take back.
    pub marks: &'a [Mark],
    /// What happened, oldest first.
    pub events: &'a [StoryEvent],
}

impl HolderStory<'_> {
    fn name(&self, telling: &Telling) -> String {
        let (name, id) = (self.holder.name.clone(), self.holder.key.id.clone());
        text::NAME_AND_ID.fill(telling.lang, &[("name", &name), ("id", &id)])
    }

    /// The day on which its password was last changed, and the first on which it is too old.
    fn password(&self, telling: &Telling) -> (Option<Day>, Option<Day>) {
        let changed = self.judged.map_or(self.holder.password_changed, |judged| judged.password_changed);
        let life = telling.policy.holders.password_days.map(|days| Duration::days(days.value));
        (changed, changed.zip(life).and_then(|(changed, life)| changed.checked_add(life)))
    }

    /// Writes the page for people.
    pub fn page(&self, out: &mut dyn Write, telling: Telling, style: Style) -> io::Result<()> {
        let mut page = StoryPage { out, telling, style };
        match self.judged {
            Some(judged) => page.begin(&self.name(&telling), &judged.findings)?,
            None => page.begin_with(None, &text::STORY_LEFT.fill(telling.lang, &[("name", &self.name(&telling))]))?,
        }
        self.register(&mut page)?;
        self.units(&mut page)?;
        let heading = text::CERTIFICATES.fill(telling.lang, &[("n", &self.certificates.len())]);
        page.heading(&heading)?;
        if !self.certificates.is_empty() {
            let mut rows = ListedLines::new(telling.day(Some(telling.at)), telling.lang);
            self.certificates.iter().for_each(|listed| rows.push(listed));
            rows.without_holder().write(page.out, style)?;
        }
        self.renewals.write(&mut page)?;
        if let Some(judged) = self.judged {
            page.findings(&judged.findings)?;
        }
        page.marks(self.marks)?;
        page.story(self.events)
    }

    /// What the register says.
    fn register(&self, page: &mut StoryPage) -> io::Result<()> {
        let (holder, telling) = (self.holder, page.telling);
        let word = |text: Option<Text>| text.map(|text| telling.text(text).to_string()).unwrap_or_default();
        let plain = |text: &Option<String>| text.clone().unwrap_or_default();
        let contact = &holder.contact;
        let category = holder.category.as_deref();
        let named = category.and_then(|id| telling.policy.holders.category(id));
        let declared = holder.declared.as_ref();
        let fields = [
            (RegisterColumn::Kind.title(), word(holder.kind.map(|kind| kind.title()))),
            (RegisterColumn::Prefecture.title(), plain(&holder.prefecture)),
            (RegisterColumn::Status.title(), self.status(&telling)),
            (
                RegisterColumn::Category.title(),
                named.map_or(plain(&holder.category), |c| c.name.get(telling.lang).into()),
            ),
            (RegisterColumn::Places.title(), telling.enumerated(&holder.places)),
            (RegisterColumn::Person.title(), plain(&contact.person)),
            (RegisterColumn::Channel.title(), word(contact.channel.map(|channel| channel.title()))),
            (RegisterColumn::Mail.title(), plain(&contact.mail)),
            (RegisterColumn::Tel.title(), plain(&contact.tel)),
            (RegisterColumn::Fax.title(), plain(&contact.fax)),
            (
                RegisterColumn::Address.title(),
                format!("{} {}", plain(&contact.postcode), plain(&contact.address)).trim().into(),
            ),
            (RegisterColumn::Payer.title(), word(holder.payer.map(|payer| payer.title()))),
            (RegisterColumn::PasswordChanged.title(), self.password_words(&telling)),
            (
                RegisterColumn::DeclaredSerial.title(),
                declared.and_then(|d| d.serial.as_ref()).map(ToString::to_string).unwrap_or_default(),
            ),
            (
                RegisterColumn::DeclaredExpiry.title(),
                declared.and_then(|d| d.expires_on).map(|day| day.to_string()).unwrap_or_default(),
            ),
            (RegisterColumn::Tag.title(), plain(&holder.tag)),
            (RegisterColumn::Notes.title(), plain(&holder.notes)),
        ];
        page.field(text::REGISTER, &holder.key.register)?;
        fields.iter().try_for_each(|(label, value)| page.field(*label, value))
    }

    fn status(&self, telling: &Telling) -> String {
        let status = telling.text(self.holder.status.title());
        match self.holder.status_since {
            Some(day) => text::SINCE.fill(telling.lang, &[("status", &status), ("day", &day)]),
            None => status.to_string(),
        }
    }

    fn password_words(&self, telling: &Telling) -> String {
        match self.password(telling) {
            (Some(changed), Some(expires)) => {
                text::PASSWORD_EXPIRES.fill(telling.lang, &[("changed", &changed), ("expires", &expires)])
            }
            (changed, _) => changed.map(|day| day.to_string()).unwrap_or_default(),
        }
    }

    /// What it can bill in the coming claim period.
    fn units(&self, page: &mut StoryPage) -> io::Result<()> {
        let telling = page.telling;
        let Some((judged, period)) = self.judged.and_then(|judged| Some((judged, judged.period?))) else {
            return Ok(());
        };
        if judged.units.is_empty() {
            return Ok(());
        }
        page.heading(&text::UNITS_HEADING.fill(telling.lang, &[("first", &period.first), ("last", &period.last)]))?;
        for unit in &judged.units {
            page.item(&unit_words(unit, &telling))?;
            let others: Vec<&str> =
                unit.through.iter().filter(|key| **key != self.holder.key).map(|key| key.id.as_str()).collect();
            if !others.is_empty() {
                let ids = telling.enumerated(others);
                page.more(&text::UNIT_THROUGH.fill(telling.lang, &[("ids", &ids)]))?;
            }
        }
        Ok(())
    }

    /// The document `shomei/show/1`.
    pub fn document(&self, telling: Telling) -> Json {
        let mut document = telling.document("holder");
        let findings = self.judged.map_or(&[][..], |judged| &judged.findings);
        let worst = findings.iter().map(|finding| finding.severity).max();
        let (changed, expires) = self.password(&telling);
        let period = self.judged.and_then(|judged| judged.period);
        document["in_register"] = json!(self.judged.is_some());
        document["holder"] = holder_document(self.holder);
        document["severity"] = json!(worst.map(|severity| severity.code()));
        document["claim_period"] = json!(period.map(period_document));
        let units = self.judged.map_or(&[][..], |judged| &judged.units);
        document["units"] = units.iter().map(unit).collect();
        document["password_changed"] = json!(day(changed));
        document["password_expires"] = json!(day(expires));
        document["certificates"] = self.certificates.iter().map(listed_document).collect();
        self.renewals.add_to(&mut document, telling.lang);
        document["findings"] = telling.findings(findings);
        document["marks"] = self.marks.iter().map(mark_document).collect();
        document["story"] = events::documents(self.events).into();
        document
    }
}

fn unit_words(unit: &ClaimUnit, telling: &Telling) -> String {
    let lang = telling.lang;
    let service = unit.service.as_deref().map(|id| {
        telling.policy.holders.service(id).map_or_else(|| id.to_string(), |service| service.name.get(lang).to_string())
    });
    let reasons = || telling.enumerated(unit.coverage.reasons().iter().map(|reason| reason.text().get(lang)));
    let coverage = match &unit.coverage {
        Coverage::Can => telling.text(text::COVERAGE_CAN).to_string(),
        Coverage::CanUntil(_) => {
            let until = unit.until.map(|day| day.to_string()).unwrap_or_default();
            text::COVERAGE_CAN_UNTIL.fill(lang, &[("until", &until), ("reasons", &reasons())])
        }
        Coverage::Unknown(_) => text::COVERAGE_UNKNOWN.fill(lang, &[("reasons", &reasons())]),
        Coverage::Cannot(_) => text::COVERAGE_CANNOT.fill(lang, &[("reasons", &reasons())]),
    };
    let number = unit.provider_number.clone().unwrap_or_else(|| telling.text(text::UNIT_NO_NUMBER).into());
    let service = service.unwrap_or_else(|| telling.text(text::UNIT_NO_SERVICE).into());
    text::UNIT.fill(lang, &[("number", &number), ("service", &service), ("coverage", &coverage)])
}

fn holder_document(holder: &Holder) -> Json {
    let contact = &holder.contact;
    let line = |line: &crate::register::ServiceLine| {
        json!({
            "provider_number": line.provider_number,
            "service": line.service,
            "agent": line.agent.as_ref().map(|agent| {
                json!({"id": agent.id, "from": day(agent.from), "until": day(agent.until)})
            }),
        })
    };
    let declared = holder.declared.as_ref();
    json!({
        "register": holder.key.register,
        "id": holder.key.id,
        "name": holder.name,
        "kind": holder.kind.map(|kind| kind.code()),
        "prefecture": holder.prefecture,
        "category": holder.category,
        "lines": holder.lines.iter().map(line).collect::<Vec<_>>(),
        "places": holder.places,
        "contact": {
            "person": contact.person,
            "mail": contact.mail,
            "tel": contact.tel,
            "fax": contact.fax,
            "postcode": contact.postcode,
            "address": contact.address,
            "channel": contact.channel.map(|channel| channel.code()),
        },
        "payer": holder.payer.map(|payer| payer.code()),
        "status": holder.status.code(),
        "status_since": day(holder.status_since),
        "declared_serial": declared.and_then(|declared| declared.serial.as_ref()).map(|serial| serial.hex()),
        "declared_expiry": declared.and_then(|declared| day(declared.expires_on)),
        "tag": holder.tag,
        "notes": holder.notes,
    })
}
