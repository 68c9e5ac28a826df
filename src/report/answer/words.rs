//! Words for what is known of a container and of the keys in it.

use crate::container::{Mac, Protection};
use crate::locale::{Lang, Text};

fn iterations(n: u64, lang: Lang) -> String {
    Text { ja: "反復 {n} 回", en: "{n} iterations" }.fill(lang, &[("n", &n)])
}

/// How a part of a container is encrypted.
pub fn protection_words(protection: &Protection, lang: Lang) -> String {
    if protection.scheme == "none" {
        return Text { ja: "なし", en: "nothing" }.get(lang).to_string();
    }
    let Protection { scheme, kdf, cipher, iterations: n } = protection;
    // Of a store that is not opened the derivation is not known.
    if kdf.is_empty() {
        return format!("{scheme}, {cipher}");
    }
    format!("{scheme}, {kdf}, {cipher}, {}", iterations(*n, lang))
}

/// The integrity check of a container.
pub fn mac_words(mac: &Mac, lang: Lang) -> String {
    format!("{}, {}, {}", mac.algorithm, mac.kdf, iterations(mac.iterations, lang))
}

/// Whether a certificate's private key lies beside it.
pub fn key_words(has_key: Option<bool>, key_matches: Option<bool>, lang: Lang) -> &'static str {
    let words = match (has_key, key_matches) {
        (Some(true), Some(true)) => {
            Text { ja: "あり(証明書と一致)", en: "there, and it is this certificate's" }
        }
        (Some(true), Some(false)) => {
            Text { ja: "あり(証明書と一致しない)", en: "there, but it is not this certificate's" }
        }
        (Some(true), None) => Text { ja: "あり(照合していない)", en: "there, not compared" },
        (Some(false), _) => Text { ja: "なし", en: "not there" },
        (None, _) => Text { ja: "不明", en: "unknown" },
    };
    words.get(lang)
}
