//! The answer of `connect`: for people and as `shomei/connect/1`.

use std::fmt::Write;

use serde_json::{Value as Json, json};

use super::{ClientAnswer, ConnectReport, ConnectStep, FaultLevel};
use crate::calendar::{Zone, format_instant};
use crate::locale::{Lang, Text};
use crate::report::{escape, pad, wrap};

/// Every step, in order.
const STEPS: [ConnectStep; 7] = [
    ConnectStep::Name,
    ConnectStep::Connect,
    ConnectStep::Proxy,
    ConnectStep::Tls,
    ConnectStep::Server,
    ConnectStep::Client,
    ConnectStep::Http,
];

impl ConnectReport {
    /// The gravest fault of a step; none where there is none.
    fn level(&self, step: ConnectStep) -> Option<FaultLevel> {
        self.faults.iter().filter(|fault| fault.step() == step).map(super::ConnectFault::level).max()
    }

    /// The answer for people, in lines of so many columns.
    pub fn text(&self, zone: Zone, lang: Lang, width: usize) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "{}\n", self.sentence(lang));
        for step in STEPS {
            let mark = match (self.level(step), self.reached.contains(&step)) {
                (Some(FaultLevel::Error), _) => Text { ja: "NG", en: "FAIL" },
                (Some(FaultLevel::Undetermined), _) => Text { ja: "不明", en: "?" },
                (Some(FaultLevel::Warning), _) => Text { ja: "注意", en: "WARN" },
                (None, true) => Text { ja: "OK", en: "OK" },
                (None, false) => continue,
            };
            let facts = escape::terminal(&self.facts(step, zone, lang)).into_owned();
            let title = pad(step.title().get(lang), 20);
            let line = format!("{}{title}{facts}", pad(mark.get(lang), 6));
            let _ = writeln!(out, "{}", line.trim_end());
            for fault in self.faults.iter().filter(|fault| fault.step() == step) {
                for text in [fault.message(lang), fault.remedy(lang)] {
                    for line in wrap(&escape::terminal(&text), width.saturating_sub(6)) {
                        let _ = writeln!(out, "      {}", line.trim_end());
                    }
                }
            }
        }
        out
    }

    fn sentence(&self, lang: Lang) -> String {
        let text = match (self.worst(), self.client) {
            (Some(FaultLevel::Error), _) => Text {
                ja: "{server} には、このままでは接続できません。",
                en: "{server} cannot be used like this.",
            },
            (Some(FaultLevel::Undetermined), _) => Text {
                ja: "{server} に接続できますが、判定できない点があります。",
                en: "{server} can be reached; something cannot be determined.",
            },
            (_, ClientAnswer::Accepted) => Text {
                ja: "{server} に接続でき、クライアント証明書も受け付けられました。",
                en: "{server} can be reached and accepts the client certificate.",
            },
            _ => Text { ja: "{server} に接続できます。", en: "{server} can be reached." },
        };
        text.fill(lang, &[("server", &escape::terminal(&self.server))])
    }

    /// What was seen in a step.
    fn facts(&self, step: ConnectStep, zone: Zone, lang: Lang) -> String {
        match step {
            ConnectStep::Name => self.addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            ConnectStep::Connect => self.proxy.clone().unwrap_or_else(|| self.server.clone()),
            ConnectStep::Proxy => self.proxy_login.unwrap_or_default().to_string(),
            ConnectStep::Tls => {
                let named = |wanted| {
                    let of = self.versions.iter().filter(|(_, answer)| *answer == wanted);
                    of.map(|(version, _)| version.name()).collect::<Vec<_>>().join(", ")
                };
                let (yes, no) = (named(Some(true)), named(Some(false)));
                let text = Text { ja: "対応: {yes}(非対応: {no})", en: "offers {yes} (not {no})" };
                let dash = |text: String| if text.is_empty() { "-".to_string() } else { text };
                text.fill(lang, &[("yes", &dash(yes)), ("no", &dash(no))])
            }
            ConnectStep::Server => self.chain.first().map_or(String::new(), |leaf| {
                let ends = leaf.not_after.and_then(|at| zone.day(at)).map(|day| day.to_string()).unwrap_or_default();
                let text = Text { ja: "{subject}(有効期限 {ends})", en: "{subject} (expires on {ends})" };
                text.fill(lang, &[("subject", &leaf.subject), ("ends", &ends)])
            }),
            ConnectStep::Client => {
                let text = match self.client {
                    ClientAnswer::NotReached => Text { ja: "", en: "" },
                    ClientAnswer::NotAsked => Text { ja: "求められません", en: "not asked for" },
                    ClientAnswer::NotNeeded => Text {
                        ja: "求められましたが、必須ではありません",
                        en: "asked for, not required",
                    },
                    ClientAnswer::Accepted => {
                        Text { ja: "求められ、受け付けられました", en: "asked for, accepted" }
                    }
                    ClientAnswer::Refused => Text { ja: "拒まれました", en: "refused" },
                    ClientAnswer::Unseen => Text { ja: "拒まれていません", en: "not refused" },
                };
                text.get(lang).to_string()
            }
            ConnectStep::Http => match (self.status, self.skew) {
                (Some(status), Some(skew)) => {
                    let text = Text {
                        ja: "状態 {status}、時計の差 {skew}秒",
                        en: "status {status}, clock {skew} s off",
                    };
                    text.fill(lang, &[("status", &status), ("skew", &skew.abs())])
                }
                (Some(status), None) => {
                    Text { ja: "状態 {status}(日時なし)", en: "status {status}, without a date" }
                        .fill(lang, &[("status", &status)])
                }
                _ => String::new(),
            },
        }
    }

    /// The document `shomei/connect/1`.
    pub fn document(&self, lang: Lang) -> Json {
        let step = |step: ConnectStep| {
            let state = match (self.level(step), self.reached.contains(&step)) {
                (Some(level), _) => level.code(),
                (None, true) => "ok",
                (None, false) => "skipped",
            };
            (step.code().to_string(), json!(state))
        };
        let faults = self.faults.iter().map(|fault| {
            json!({
                "code": fault.code(),
                "step": fault.step().code(),
                "level": fault.level().code(),
                "message": fault.message(lang),
                "remedy": fault.remedy(lang),
            })
        });
        let chain = self.chain.iter().map(
            |one| json!({"subject": one.subject, "issuer": one.issuer, "not_after": one.not_after.map(format_instant)}),
        );
        let versions = self.versions.iter().map(|(version, answer)| (version.name().to_string(), json!(answer)));
        json!({
            "schema": "shomei/connect/1",
            "server": self.server,
            "proxy": self.proxy,
            "addresses": self.addresses.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "proxy_schemes": self.proxy_schemes,
            "proxy_login": self.proxy_login,
            "versions": versions.collect::<serde_json::Map<String, Json>>(),
            "negotiated": self.negotiated.as_ref().map(|(version, cipher)| json!({"version": version.name(), "cipher": cipher})),
            "chain": chain.collect::<Vec<_>>(),
            "client": {"answer": self.client.code(), "issuers": self.client_issuers},
            "alert": self.alert,
            "status": self.status,
            "clock_skew": self.skew,
            "steps": STEPS.into_iter().map(step).collect::<serde_json::Map<String, Json>>(),
            "faults": faults.collect::<Vec<_>>(),
        })
    }
}
