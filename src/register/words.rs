//! The words of columns that allow only certain ones.

use std::collections::HashMap;

use super::fold::key;
use super::{ContactChannel, FeePayer, HolderKind, HolderStatus, MarkState};
use crate::locale::catalogue::register as texts;
use crate::locale::{Lang, Text, nearest};
use crate::yaml::Phrase;

/// The policy's services and usage categories, as a register may spell them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyWords {
    /// 介護, 障害.
    pub services: Vec<PolicyWord>,
    /// What certificates are used for beside the claims.
    pub uses: Vec<PolicyWord>,
    /// 証明書利用区分
    pub categories: Vec<PolicyWord>,
}

/// A service or usage category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyWord {
    /// The ID in the policy, accepted as a spelling too.
    pub id: String,
    /// Its title, with which it is written.
    pub title: Phrase,
    /// Other spellings.
    pub synonyms: Vec<String>,
}

macro_rules! titles {
    ($($type:ident { $($variant:ident: $title:ident $also:expr;)* })*) => {$(
        impl $type {
            /// Its title, with which it is written.
            pub fn title(self) -> Text {
                match self {
                    $($type::$variant => texts::$title),*
                }
            }

            fn also(self) -> &'static [&'static str] {
                match self {
                    $($type::$variant => &$also),*
                }
            }
        }

        impl FixedWords for $type {
            fn vocabulary() -> ColumnVocabulary<$type> {
                let words = $type::ALL.iter().map(|one| {
                    let title = Phrase::new(one.title(), &[]);
                    let also = one.also().iter().map(ToString::to_string);
                    (*one, one.code().to_string(), title, also.collect())
                });
                ColumnVocabulary::new(words)
            }
        }
    )*};
}

titles! {
    HolderKind {
        Provider: KIND_PROVIDER ["事業者", "施設"];
        Agent: KIND_AGENT ["代理", "代理請求者"];
    }
    ContactChannel {
        Mail: CHANNEL_MAIL ["Eメール", "電子メール", "email"];
        Letter: CHANNEL_LETTER ["郵便", "手紙", "post"];
        Fax: CHANNEL_FAX ["ファックス", "ファクス"];
        Phone: CHANNEL_PHONE ["TEL", "telephone"];
    }
    FeePayer {
        Deduction: PAYER_DEDUCTION ["差引", "支払額から相殺", "deducted"];
        Transfer: PAYER_TRANSFER ["銀行振込", "振り込み", "bank transfer"];
    }
    HolderStatus {
        Active: STATUS_ACTIVE ["利用", "稼働中", "営業中", "in use"];
        Suspended: STATUS_SUSPENDED ["休止中", "休業", "休業中"];
        Closed: STATUS_CLOSED ["廃業", "閉鎖", "終了"];
        MovedToAgent: STATUS_MOVED ["代理移行", "代理人へ移行", "代理へ移行済"];
        ManagedElsewhere: STATUS_ELSEWHERE ["他社で管理", "他社"];
    }
    MarkState {
        Applied: MARK_APPLIED ["申請", "申請済み"];
        Issued: MARK_ISSUED ["発行", "発行済み"];
        Installed: MARK_INSTALLED ["導入", "導入済み", "インストール済"];
        Contacted: MARK_CONTACTED ["連絡", "連絡済み"];
        NotRenewing: MARK_NOT_RENEWING ["更新なし", "更新せず"];
        RevocationRequested: MARK_REVOCATION_REQUESTED ["失効申請", "失効申請済み"];
        Acknowledged: MARK_ACKNOWLEDGED ["確認", "確認済み"];
        PasswordChanged: MARK_PASSWORD_CHANGED ["パスワード変更済"];
        Note: MARK_NOTE ["注記", "備考"];
    }
}

impl MarkState {
    /// The state with this code, title or spelling; otherwise a text with the known ones and the
    /// nearest.
    pub fn of_word(text: &str) -> Result<MarkState, Phrase> {
        MarkState::vocabulary().find(text).ok_or_else(|| Phrase::each(|lang| MarkState::known(text, lang)))
    }

    fn known(text: &str, lang: Lang) -> String {
        let named = |state: &MarkState| {
            texts::WORD_AND_CODE.fill(lang, &[("word", &state.title().get(lang)), ("code", &state.code())])
        };
        let all = MarkState::ALL.iter().map(named).collect::<Vec<_>>().join(texts::COMMA.get(lang));
        let words = MarkState::ALL.iter().flat_map(|state| [state.title().get(lang), state.code()]);
        let near = nearest(text, words).map(|near| texts::DID_YOU_MEAN.fill(lang, &[("word", &near)]));
        texts::KNOWN_WORDS.fill(lang, &[("words", &all)]) + &near.unwrap_or_default()
    }
}

/// A type whose words are fixed here and not in the policy.
pub(super) trait FixedWords: Sized {
    /// Its words.
    fn vocabulary() -> ColumnVocabulary<Self>;
}

/// The words of one column.
pub(super) struct ColumnVocabulary<T> {
    by_key: HashMap<String, T>,
    titles: Vec<Phrase>,
}

impl<T: Clone> ColumnVocabulary<T> {
    /// From the meaning, code, title and other spellings of each word. A spelling of two words
    /// means the earlier one.
    fn new(words: impl Iterator<Item = (T, String, Phrase, Vec<String>)>) -> ColumnVocabulary<T> {
        let mut vocabulary = ColumnVocabulary { by_key: HashMap::new(), titles: Vec::new() };
        for (meaning, code, title, also) in words {
            for spelling in [&code, &title.ja, &title.en].into_iter().chain(&also) {
                vocabulary.by_key.entry(key(spelling)).or_insert_with(|| meaning.clone());
            }
            vocabulary.titles.push(title);
        }
        vocabulary
    }

    /// The meaning of the text.
    pub(super) fn find(&self, text: &str) -> Option<T> {
        self.by_key.get(&key(text)).cloned()
    }

    /// The meaning of the only word, where there is one alone.
    pub(super) fn only(&self) -> Option<T> {
        if self.titles.len() == 1 { self.by_key.values().next().cloned() } else { None }
    }

    /// The allowed words and the one nearest to `text` in either language, as a message.
    pub(super) fn known(&self, text: &str) -> Phrase {
        let near = nearest(text, self.titles.iter().flat_map(|title| [title.ja.as_str(), title.en.as_str()]));
        Phrase::each(|lang| {
            let titles: Vec<&str> = self.titles.iter().map(|title| title.get(lang)).collect();
            let all = texts::KNOWN_WORDS.fill(lang, &[("words", &titles.join(texts::COMMA.get(lang)))]);
            let near = near.map(|near| texts::DID_YOU_MEAN.fill(lang, &[("word", &near)]));
            all + &near.unwrap_or_default()
        })
    }
}

impl ColumnVocabulary<String> {
    /// The words of the policy; their meanings are their IDs.
    pub(super) fn of(words: &[PolicyWord]) -> ColumnVocabulary<String> {
        let words =
            words.iter().map(|word| (word.id.clone(), word.id.clone(), word.title.clone(), word.synonyms.clone()));
        ColumnVocabulary::new(words)
    }
}
