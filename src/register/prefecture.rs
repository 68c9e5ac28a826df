//! The 47 prefectures, as registers write them.

use super::fold::{key, plain};

/// A prefecture: its name, and the reading that half-width lists have.
struct Spellings(&'static str, &'static str);

/// In the order of their codes (JIS X 0401), from 01.
#[rustfmt::skip]
const PREFECTURES: [Spellings; 47] = [
    Spellings("北海道", "ホッカイドウ"), Spellings("青森県", "アオモリ"), Spellings("岩手県", "イワテ"),
    Spellings("宮城県", "ミヤギ"), Spellings("秋田県", "アキタ"), Spellings("山形県", "ヤマガタ"),
    Spellings("福島県", "フクシマ"), Spellings("茨城県", "イバラキ"), Spellings("栃木県", "トチギ"),
    Spellings("群馬県", "グンマ"), Spellings("埼玉県", "サイタマ"), Spellings("千葉県", "チバ"),
    Spellings("東京都", "トウキョウ"), Spellings("神奈川県", "カナガワ"), Spellings("新潟県", "ニイガタ"),
    Spellings("富山県", "トヤマ"), Spellings("石川県", "イシカワ"), Spellings("福井県", "フクイ"),
    Spellings("山梨県", "ヤマナシ"), Spellings("長野県", "ナガノ"), Spellings("岐阜県", "ギフ"),
    Spellings("静岡県", "シズオカ"), Spellings("愛知県", "アイチ"), Spellings("三重県", "ミエ"),
    Spellings("滋賀県", "シガ"), Spellings("京都府", "キョウト"), Spellings("大阪府", "オオサカ"),
    Spellings("兵庫県", "ヒョウゴ"), Spellings("奈良県", "ナラ"), Spellings("和歌山県", "ワカヤマ"),
    Spellings("鳥取県", "トットリ"), Spellings("島根県", "シマネ"), Spellings("岡山県", "オカヤマ"),
    Spellings("広島県", "ヒロシマ"), Spellings("山口県", "ヤマグチ"), Spellings("徳島県", "トクシマ"),
    Spellings("香川県", "カガワ"), Spellings("愛媛県", "エヒメ"), Spellings("高知県", "コウチ"),
    Spellings("福岡県", "フクオカ"), Spellings("佐賀県", "サガ"), Spellings("長崎県", "ナガサキ"),
    Spellings("熊本県", "クマモト"), Spellings("大分県", "オオイタ"), Spellings("宮崎県", "ミヤザキ"),
    Spellings("鹿児島県", "カゴシマ"), Spellings("沖縄県", "オキナワ"),
];

impl Spellings {
    /// Without 都, 府, 県; 北海道 is whole.
    fn short(&self) -> &'static str {
        self.0.strip_suffix(['都', '府', '県']).unwrap_or(self.0)
    }

    fn reads(&self, kana: &str) -> bool {
        kana.strip_prefix(self.1).is_some_and(|rest| matches!(rest, "" | "ケン" | "ト" | "フ"))
    }
}

/// The prefecture that `text` names: 東京都, 東京, 東 京 都, ﾄｳｷｮｳﾄ, とうきょうと, 東京都新宿区, or its code
/// 13 or 130001 as in lists of the ministries. None where it names none of the 47.
///
/// ```
/// use shomei::register::prefecture;
/// assert_eq!(prefecture("ｱｲﾁｹﾝ"), Some("愛知県"));
/// assert_eq!(prefecture("京都"), Some("京都府"));
/// assert_eq!(prefecture("愛智県"), None);
/// ```
pub fn prefecture(text: &str) -> Option<&'static str> {
    let key = key(text);
    if !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit()) {
        // 23, 3 and 03; six digits are the code of a prefecture's own government.
        let code = if key.len() == 6 { key.get(..2)? } else { &key };
        let code: usize = Some(code).filter(|code| code.len() <= 2)?.parse().ok()?;
        return PREFECTURES.get(code.checked_sub(1)?).map(|one| one.0);
    }
    let kana: String = key.chars().map(katakana).collect();
    let is = |one: &&Spellings| one.short() == key || key.starts_with(one.0) || one.reads(&kana);
    // 23:愛知県 and 23愛知県 are as usual as either alone.
    let behind = key.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | ')' | '('));
    let found = PREFECTURES.iter().find(is).or_else(|| PREFECTURES.iter().find(|one| one.0 == behind));
    found.map(|one| one.0)
}

/// The prefecture that somebody asks for, as registers are imported: 東京, ﾄｳｷｮｳ and 13 are 東京都. What is
/// none of the 47 stays as it is, since a register keeps such a value as it is written.
pub fn asked_prefecture(text: &str) -> String {
    prefecture(text).map_or_else(|| plain(text).trim().to_string(), str::to_string)
}

/// All 47 names, by code.
pub fn prefectures() -> impl Iterator<Item = &'static str> {
    PREFECTURES.iter().map(|one| one.0)
}

fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::prefecture;

    #[test]
    fn each_spelling_is_one_prefecture_and_a_slip_is_none() {
        for text in [
            "愛知県",
            "愛知",
            "愛 知 県",
            "愛　知　県",
            "ｱｲﾁｹﾝ",
            "ｱｲﾁ",
            "あいち",
            "愛知県豊田市",
            "23",
            "２３",
            "23愛知県",
        ] {
            assert_eq!(prefecture(text), Some("愛知県"), "{text}");
        }
        for (text, whole) in [
            ("京都", "京都府"),
            ("東京", "東京都"),
            ("ﾄｳｷｮｳﾄ", "東京都"),
            ("北海道", "北海道"),
            ("1", "北海道"),
            ("01", "北海道"),
            ("010006", "北海道"),
            ("47", "沖縄県"),
            ("ﾎｯｶｲﾄﾞｳ", "北海道"),
        ] {
            assert_eq!(prefecture(text), Some(whole), "{text}");
        }
        for text in ["", "愛智県", "48", "0", "00", "123", "都", "府", "愛知郡", "長野市", "東京特許許可局", "-"]
        {
            assert_eq!(prefecture(text), None, "{text}");
        }
    }
}
