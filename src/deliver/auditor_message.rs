//! The message to the auditors: what needs attention, the report in short, and who was notified.

use std::fmt::Display;

use super::body::MessageBody;
use super::routing::Routing;
use crate::lifecycle::Reminders;
use crate::locale::{Lang, Text};
use crate::register::ContactChannel;
use crate::report::{Report, TextBlock, View, long_day};

/// Lines of one list; the report has all.
const LINES: usize = 30;

/// Something that failed in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunError {
    /// In which stage: `import`, `report`, `mail`, ….
    pub stage: &'static str,
    /// Why, as metrics name it.
    pub reason: &'static str,
    /// In words, with what to do next.
    pub text: String,
}

impl RunError {
    /// The text of each, once: one cause may fail several stages with the same text.
    pub fn texts(errors: &[RunError]) -> Vec<&str> {
        let mut texts: Vec<&str> = Vec::new();
        for error in errors {
            if !texts.contains(&error.text.as_str()) {
                texts.push(&error.text);
            }
        }
        texts
    }
}

/// What the message to the auditors is made of.
#[derive(Debug)]
pub struct AuditorMessage<'a> {
    /// The language.
    pub lang: Lang,
    /// The report, where it is due and could be made.
    pub report: Option<&'a Report>,
    /// What is due, how it is shown and who gets it, where that could be determined.
    pub due: Option<(View<'a>, &'a Reminders, &'a Routing)>,
    /// Addresses whose messages were sent.
    pub sent: &'a [String],
    /// Addresses that were refused, and the reply.
    pub refused: &'a [(String, String)],
    /// How many messages were held back, and how many may be sent at once.
    pub held_back: Option<(usize, u64)>,
    /// What the answers lack: a sentence for each import that was stopped.
    pub unfinished: Vec<String>,
    /// What failed.
    pub errors: &'a [RunError],
    /// What failed in earlier runs and could not be sent then.
    pub earlier: &'a [String],
    /// Names of the files that come with the message.
    pub attached: &'a [String],
    /// The day, for the subject where there is no report.
    pub today: crate::calendar::Day,
}

impl AuditorMessage<'_> {
    /// The message.
    pub fn body(&self) -> MessageBody {
        let mut body = MessageBody { subject: self.subject(), blocks: Vec::new() };
        // The report's own answer begins with it.
        if self.report.is_none() && !self.unfinished.is_empty() {
            body.push(TextBlock::Lines(self.unfinished.clone()));
        }
        self.add_errors(&mut body);
        self.add_report(&mut body);
        self.add_sent(&mut body);
        self.add_due(&mut body);
        if !self.attached.is_empty() {
            let text = Text { ja: "添付: {files}", en: "Attached: {files}" };
            let files = self.attached.join(self.get(Text { ja: "、", en: ", " }));
            body.push(TextBlock::Lines(vec![text.fill(self.lang, &[("files", &files)])]));
        }
        body
    }

    fn get(&self, text: Text) -> &'static str {
        text.get(self.lang)
    }

    fn subject(&self) -> String {
        let is_quiet = self.errors.is_empty() && self.earlier.is_empty() && self.refused.is_empty();
        let needs_hand = !is_quiet || self.held_back.is_some();
        let mark = if needs_hand { self.get(Text { ja: "【要確認】", en: "Attention: " }) } else { "" };
        let Some(report) = self.report else {
            let text = Text { ja: "{mark}証明書の知らせ {day}", en: "{mark}Certificates, {day}" };
            return text.fill(self.lang, &[("mark", &mark), ("day", &self.today)]);
        };
        let text = Text {
            ja: "{mark}{title}: 請求できない {cannot}、申請する {apply}、間に合わない {unplaced}",
            en: "{mark}{title}: cannot bill {cannot}, to apply for {apply}, too late {unplaced}",
        };
        text.fill(
            self.lang,
            &[
                ("mark", &mark),
                ("title", &report.title()),
                ("cannot", &report.coverage.cannot),
                ("apply", &report.counts.apply),
                ("unplaced", &report.counts.unplaced),
            ],
        )
    }

    fn add_errors(&self, body: &mut MessageBody) {
        let mut items: Vec<String> = RunError::texts(self.errors).into_iter().map(String::from).collect();
        if let Some((n, most)) = self.held_back {
            let text = Text {
                ja: "事業所・代理人あてのメールが {n} 通になり、一度に送る上限({most} 通)を超えたので、1 通も送っていません。shomei notify --dry-run で内容を確かめ、よければ shomei notify --yes {n} で送ってください。",
                en: "{n} messages to contacts would be more than may go at once ({most}): none was sent. Look at them with shomei notify --dry-run; if they are right, send them with shomei notify --yes {n}.",
            };
            items.push(text.fill(self.lang, &[("n", &n), ("most", &most)]));
        }
        for (address, reply) in self.refused {
            let text = Text {
                ja: "{whose}のアドレス {address} は、メールの受け取りを断られました({reply})。アドレスを確かめ、台帳を直してください。",
                en: "{address}, the address of {whose}, was refused ({reply}). Ask for the right one and correct the register.",
            };
            let whose = self.holders_at(address);
            items.push(text.fill(self.lang, &[("whose", &whose), ("address", address), ("reply", reply)]));
        }
        let mut push = |heading: Text, items: Vec<String>| {
            if !items.is_empty() {
                body.push(TextBlock::Heading(self.get(heading).into()));
                body.push(TextBlock::Items(items));
            }
        };
        push(Text { ja: "確かめること", en: "To look after" }, items);
        let earlier = Text {
            ja: "前の実行で失敗し、お知らせできなかったこと",
            en: "What failed in earlier runs and could not be told then",
        };
        push(earlier, self.earlier.to_vec());
    }

    /// The holders that are reached at a mail address; empty where there are none.
    fn holders_at(&self, address: &str) -> String {
        let holders = self.due.map(|(view, ..)| view.fleet.office.holders.as_slice()).unwrap_or_default();
        let of = holders.iter().filter(|holder| holder.contact.addresses().any(|own| own == address));
        let names: Vec<String> = of.map(|holder| format!("{} {}", holder.key.id, holder.name)).collect();
        names.join(self.get(Text { ja: "、", en: ", " }))
    }

    fn add_report(&self, body: &mut MessageBody) {
        let Some(report) = self.report else { return };
        body.push(TextBlock::Heading(report.title()));
        body.push(TextBlock::Lines(report.answer()));
        let counts = &report.counts;
        let number = |n: u64| n.to_string();
        let severity = |severity| number(counts.severities.get(&severity).copied().unwrap_or(0));
        let facts = [
            (Text { ja: "証明書", en: "Certificates" }, number(counts.certificates)),
            (
                Text {
                    ja: "期限切れ(更新済みなどを除く)", en: "Expired (not renewed or otherwise settled)"
                },
                number(counts.lapsed),
            ),
            (Text { ja: "期限切れ・間に合わないもの", en: "Expired or too late" }, number(counts.unplaced)),
            (Text { ja: "余裕がないもの", en: "Without margin" }, number(counts.no_margin)),
            (Text { ja: "申請する", en: "To apply for" }, number(counts.apply)),
            (Text { ja: "申請済み", en: "Applied for" }, number(counts.awaited)),
            (Text { ja: "指摘(エラー)", en: "Errors" }, severity(crate::policy::Severity::Error)),
            (Text { ja: "指摘(警告)", en: "Warnings" }, severity(crate::policy::Severity::Warning)),
        ];
        body.push(TextBlock::Facts(facts.map(|(head, value)| (self.get(head).to_string(), value)).to_vec()));
    }

    fn add_sent(&self, body: &mut MessageBody) {
        let text = Text { ja: "メールで知らせた宛先 {n} 件", en: "Told by mail: {n}" };
        let line = |address: &String| match self.holders_at(address) {
            whose if whose.is_empty() => address.clone(),
            whose => {
                let text = Text { ja: "{whose}({address})", en: "{whose} ({address})" };
                text.fill(self.lang, &[("whose", &whose), ("address", address)])
            }
        };
        self.push_list(body, text, &[], self.sent.iter().map(line));
    }

    fn add_due(&self, body: &mut MessageBody) {
        let Some((view, reminders, routing)) = self.due else { return };
        let line = |at: &usize| {
            let due = &reminders.due[*at];
            format!("{}: {}", view.whose_due(due), view.message(due))
        };
        for (channel, dues) in &routing.by_hand {
            let text = Text { ja: "{channel}で知らせるもの {n} 件", en: "To be told by {channel}: {n}" };
            let how = Text {
                ja: "作る: shomei notify --channel {code} -o {file}",
                en: "To make it: shomei notify --channel {code} -o {file}",
            };
            let done = Text {
                ja: "済んだら: shomei notify --channel {code} --mark-sent",
                en: "When done: shomei notify --channel {code} --mark-sent",
            };
            let file = match (channel, self.lang) {
                (ContactChannel::Phone, Lang::Ja) => "電話.xlsx",
                (ContactChannel::Phone, Lang::En) => "calls.xlsx",
                (ContactChannel::Fax, _) => "fax.html",
                (_, Lang::Ja) => "手紙.html",
                (_, Lang::En) => "letters.html",
            };
            let values: [(&str, &dyn Display); 3] =
                [("channel", &channel.name().get(self.lang)), ("code", &channel.code()), ("file", &file)];
            self.push_list(body, text, &values, dues.iter().map(line));
            body.push(TextBlock::Lines(vec![how.fill(self.lang, &values), done.fill(self.lang, &values)]));
        }
        let alone = Text {
            ja: "管理者だけに知らせるもの {n} 件(連絡先がない、持ち主が分からない、または設定 contacts で送らない)",
            en: "To the auditors alone: {n} (no contact, nobody knows whose they are, or `contacts` keeps them from being written to)",
        };
        self.push_list(body, alone, &[], routing.auditors.iter().map(line));
        let exhausted = Text {
            ja: "案内を終えても更新されていないもの {n}件",
            en: "No further reminders, and still not renewed: {n}",
        };
        let line = |at: &usize| {
            let item = &view.fleet.items[*at];
            let ends = item.ends.map(|day| long_day(day, self.lang)).unwrap_or_default();
            let text = Text { ja: "{whose}({ends} に期限切れ)", en: "{whose} (lapsed on {ends})" };
            text.fill(self.lang, &[("whose", &view.whose(item)), ("ends", &ends)])
        };
        self.push_list(body, exhausted, &[], reminders.exhausted.iter().map(line));
    }

    /// Adds a list under its heading, which has `{n}` for how many there are: the first of them, and
    /// how many more. An empty list adds nothing.
    fn push_list(
        &self,
        body: &mut MessageBody,
        heading: Text,
        values: &[(&str, &dyn Display)],
        lines: impl ExactSizeIterator<Item = String>,
    ) {
        let count = lines.len();
        if count == 0 {
            return;
        }
        let mut items: Vec<String> = lines.take(LINES).collect();
        if count > LINES {
            let text = Text { ja: "ほか {n} 件", en: "and {n} more" };
            items.push(text.fill(self.lang, &[("n", &(count - LINES))]));
        }
        body.push(TextBlock::Heading(heading.fill(self.lang, &[values, &[("n", &count)]].concat())));
        body.push(TextBlock::Items(items));
    }
}
