//! Drafts of a holder's files: all decisions, no certificate yet.

use time::Duration;
use time::macros::utc_datetime;

use super::random::Random;
use super::{Fault, LabPlan};
use crate::calendar::{Instant, add_years};

/// The password of every file that is not to be opened in vain.
pub(super) const PASSWORD: &str = "shomei-lab";
const UNKNOWN: &str = "nobody knows this one";

/// 2019-07-20 in Japan, the first day without issuing.
const GAP: Instant = utc_datetime!(2019-07-19 15:00);
/// 2019-07-24 in Japan: the 2019 root issues.
const FIRST: Instant = utc_datetime!(2019-07-23 15:00);
/// The end of the 2019 root.
const LAST: Instant = utc_datetime!(2029-07-20 14:59:59);

/// Which root signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LabRoot {
    Of2013,
    Of2019,
    Impostor,
    Next,
}

/// Which key the certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LabKey {
    /// P-256, drawn from this number.
    Own(u64),
    /// 192 bits, drawn from this number.
    Weak(u64),
    /// RSA, one of the pool.
    Shared(u64),
}

/// The key that is stored beside the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CarriedKey {
    Right,
    Wrong,
    Nothing,
}

/// One PKCS#12 to be made.
#[derive(Clone, Debug)]
pub(super) struct FileDraft {
    /// Its place below the fleet's folder, `/` between names.
    pub path: String,
    /// The common name.
    pub subject: String,
    /// The usage category, the subject's OU.
    pub category: &'static str,
    pub root: LabRoot,
    pub serial: u64,
    pub begin: Instant,
    pub end: Instant,
    pub key: LabKey,
    pub carried: CarriedKey,
    pub password: &'static str,
    pub iterations: u32,
    /// Cut after two thirds.
    pub cut: bool,
}

/// Whether the test roots can issue a fleet for `at`.
pub(super) fn is_possible(at: Instant) -> bool {
    (2020..=2028).contains(&at.year())
}

/// The files of holder `index`.
pub(super) fn drafts(plan: &LabPlan, index: usize, fault: Option<Fault>) -> Vec<FileDraft> {
    let mut random = Random::new(plan.seed, index as u64);
    let at = plan.at;
    let mut draft = healthy(at, index, &mut random);
    let Some(fault) = fault else { return vec![draft] };
    match fault {
        Fault::Expired => draft.ends(at - days(1 + random.below(700)) - Duration::HOUR),
        Fault::Expiring => draft.ends(at + Duration::seconds(random.below(90 * 86_400) as i64)),
        Fault::NotYetValid => draft.begins(at + days(1 + random.below(40))),
        Fault::ValidityUnusual => {
            draft.begins(at - days(30 + random.below(130)));
            draft.end = years(draft.begin, 1);
        }
        Fault::OutlivesRoot => {
            draft.end = LAST + days(30);
            draft.begin = years(draft.end, -3).min(at - days(30));
        }
        Fault::IssuedInGap => draft.begins(GAP + Duration::seconds(random.below(4 * 86_400) as i64)),
        Fault::GenerationMismatch => {
            draft.begins(FIRST + days(random.below(150)));
            draft.root = LabRoot::Of2013;
        }
        Fault::RootImpostor => draft.root = LabRoot::Impostor,
        Fault::RootUnknownGeneration => draft.root = LabRoot::Next,
        Fault::KeyMissing => draft.carried = CarriedKey::Nothing,
        Fault::KeyMismatch => draft.carried = CarriedKey::Wrong,
        Fault::KeyWeak => draft.key = LabKey::Weak(random.next()),
        Fault::PasswordUnknown => draft.password = UNKNOWN,
        Fault::ContainerDamaged => draft.cut = true,
        Fault::ContainerWeak => draft.iterations = 1,
        Fault::KeyShared => draft.key = LabKey::Shared(random.next()),
        Fault::Superseded => draft.begins(at - days(oldest(at) - random.below(oldest(at) / 4))),
        Fault::Copied | Fault::SerialReused => {}
    }
    let second = second(&draft, at, fault, &mut random);
    std::iter::once(draft).chain(second).collect()
}

/// The second file of a fault that needs two.
fn second(draft: &FileDraft, at: Instant, fault: Fault, random: &mut Random) -> Option<FileDraft> {
    let mut second = draft.clone();
    match fault {
        Fault::Copied => second.path = draft.path.replace('/', "/PC2/"),
        Fault::Superseded => {
            second.begins(at - days(30 + random.below(oldest(at) / 4)));
            second.renumber(random);
            second.path = draft.path.replace(".p12", " (新).p12");
        }
        Fault::KeyShared | Fault::SerialReused => {
            let (serial, key) = (draft.serial, draft.key);
            second.renumber(random);
            second.subject.push_str(" 分室");
            second.path = draft.path.replace(".p12", " 分室.p12");
            match fault {
                Fault::KeyShared => second.key = key,
                _ => second.serial = serial,
            }
        }
        _ => return None,
    }
    Some(second)
}

fn healthy(at: Instant, index: usize, random: &mut Random) -> FileDraft {
    let prefecture = random.below(PREFECTURES.len() as u64) as usize;
    let name = format!("{}{}", random.pick(&SERVICES), random.pick(&FLOWERS));
    // Prefecture 99 does not exist, so no real provider has such a number.
    let subject = format!("99{:02}{index:06} {name}", prefecture + 1);
    let begin = at - days(30 + random.below(oldest(at) - 30));
    FileDraft {
        path: format!("{}/{subject}.p12", PREFECTURES[prefecture]),
        subject,
        category: random.pick(&CATEGORIES),
        root: LabRoot::Of2019,
        // Even: a second certificate of the holder has the odd number above.
        serial: 0x1000_0000 + 2 * index as u64,
        begin,
        end: three_years(begin),
        key: LabKey::Own(random.next()),
        carried: CarriedKey::Right,
        password: PASSWORD,
        iterations: 2048,
        cut: false,
    }
}

impl FileDraft {
    /// Three years from `begin`, by the root that is due then.
    fn begins(&mut self, begin: Instant) {
        (self.begin, self.end) = (begin, three_years(begin));
        self.root = if begin < GAP { LabRoot::Of2013 } else { LabRoot::Of2019 };
    }

    /// Three years up to `end`; a beginning in the gap would be another fault.
    fn ends(&mut self, end: Instant) {
        let begin = years(end, -3);
        self.begins(begin);
        self.end = end;
        if (GAP..FIRST).contains(&begin) {
            self.begin = FIRST;
        }
    }

    /// Another certificate: its own serial number and key.
    fn renumber(&mut self, random: &mut Random) {
        self.serial += 1;
        self.key = LabKey::Own(random.next());
    }
}

/// How many days ago a healthy certificate may have been issued: under the 2019 root, and more
/// than 90 days from its end.
fn oldest(at: Instant) -> u64 {
    (at - FIRST).whole_days().clamp(0, 960) as u64
}

/// The end of a certificate: three years on, or that of its root.
fn three_years(begin: Instant) -> Instant {
    years(begin, 3).min(LAST)
}

/// The same time of day some years on; the first of March for a leap day that is not there.
fn years(instant: Instant, count: i32) -> Instant {
    let moved = add_years(instant.date(), count);
    moved.map_or(instant, |date| instant.replace_date(date))
}

fn days(count: u64) -> Duration {
    Duration::days(count as i64)
}

const CATEGORIES: [&str; 3] = ["介護保険証明書", "障害者総合支援証明書", "介護・障害共通証明書"];

const SERVICES: [&str; 12] = [
    "訪問介護",
    "訪問看護",
    "デイサービス",
    "ケアプラン",
    "グループホーム",
    "居宅支援",
    "福祉用具",
    "生活介護",
    "就労支援",
    "短期入所",
    "訪問入浴",
    "小規模多機能",
];

const FLOWERS: [&str; 24] = [
    "ひまわり",
    "すみれ",
    "あさがお",
    "つばき",
    "もみじ",
    "れんげ",
    "わかば",
    "なずな",
    "ふじ",
    "ききょう",
    "かえで",
    "やまぶき",
    "くちなし",
    "さざんか",
    "すずらん",
    "あじさい",
    "けやき",
    "どんぐり",
    "つくし",
    "たんぽぽ",
    "こすもす",
    "なのはな",
    "ぼたん",
    "さくら",
];

const PREFECTURES: [&str; 47] = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
];
