//! The columns of a register.

use crate::locale::Text;
use crate::locale::catalogue::register as texts;

/// A column of a register. The order is the one in which a register is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// 台帳ID
    HolderId,
    /// 名称
    Name,
    /// 種別
    Kind,
    /// 事業所番号
    ProviderNumber,
    /// 都道府県
    Prefecture,
    /// 請求サービス
    Services,
    /// 代理人ID
    BilledBy,
    /// 代理開始日
    BilledFrom,
    /// 代理終了日
    BilledTo,
    /// 証明書利用区分
    Category,
    /// 端末・設置場所
    Places,
    /// 担当者
    Person,
    /// メール
    Mail,
    /// 電話番号
    Tel,
    /// FAX番号
    Fax,
    /// 郵便番号
    Postcode,
    /// 住所
    Address,
    /// 連絡方法
    Channel,
    /// 手数料支払方法
    Payer,
    /// パスワード変更日
    PasswordChanged,
    /// 利用状況
    Status,
    /// 利用状況の開始日
    StatusSince,
    /// シリアル番号(申告)
    DeclaredSerial,
    /// 有効期限(申告)
    DeclaredExpiry,
    /// タグ
    Tag,
    /// 備考
    Notes,
}

/// What a column is called.
struct Names {
    code: &'static str,
    title: Text,
    /// What offices call it; code and titles need not stand here.
    also: &'static [&'static str],
    /// What may mean it where nothing else does.
    perhaps: &'static [&'static str],
}

impl Column {
    /// All of them, in the order in which a register is written.
    pub const ALL: [Column; 26] = [
        Column::HolderId,
        Column::Name,
        Column::Kind,
        Column::ProviderNumber,
        Column::Prefecture,
        Column::Services,
        Column::BilledBy,
        Column::BilledFrom,
        Column::BilledTo,
        Column::Category,
        Column::Places,
        Column::Person,
        Column::Mail,
        Column::Tel,
        Column::Fax,
        Column::Postcode,
        Column::Address,
        Column::Channel,
        Column::Payer,
        Column::PasswordChanged,
        Column::Status,
        Column::StatusSince,
        Column::DeclaredSerial,
        Column::DeclaredExpiry,
        Column::Tag,
        Column::Notes,
    ];

    /// The stable code, `provider-number`.
    pub fn code(self) -> &'static str {
        self.names().code
    }

    /// The column with this code.
    pub fn of_code(code: &str) -> Option<Column> {
        Column::ALL.into_iter().find(|column| column.code() == code)
    }

    /// What it is called.
    pub fn title(self) -> Text {
        self.names().title
    }

    /// Everything it is surely called.
    pub(super) fn surely(self) -> impl Iterator<Item = &'static str> {
        let Names { code, title, also, .. } = self.names();
        [code, title.ja, title.en].into_iter().chain(also.iter().copied())
    }

    /// What may mean it where nothing else does.
    pub(super) fn perhaps(self) -> &'static [&'static str] {
        self.names().perhaps
    }

    fn names(self) -> Names {
        let names = |code, title, also| Names { code, title, also, perhaps: &[] };
        match self {
            Column::HolderId => Names {
                perhaps: &["ユーザID", "ユーザーID", "利用者ID", "コード", "管理コード", "code", "user ID"],
                ..names(
                    "holder-id",
                    texts::HOLDER_ID,
                    &["ID", "管理ID", "管理番号", "台帳番号", "整理番号", "事業所ID"],
                )
            },
            Column::Name => Names {
                perhaps: &["法人名", "名前", "氏名", "会社名", "organization", "company"],
                ..names(
                    "name",
                    texts::NAME,
                    &[
                        "事業所名",
                        "事業所名称",
                        "事業者名",
                        "事業者名称",
                        "施設名",
                        "施設名称",
                        "代理人名",
                        "holder",
                        "holder name",
                        "provider name",
                    ],
                )
            },
            Column::Kind => names("kind", texts::KIND, &["区分(事業所・代理人)", "事業所/代理人", "type"]),
            Column::ProviderNumber => Names {
                perhaps: &["番号"],
                ..names(
                    "provider-number",
                    texts::PROVIDER_NUMBER,
                    &[
                        "事業所コード",
                        "事業者番号",
                        "事業者コード",
                        "指定事業所番号",
                        "指定事業者番号",
                        "介護保険事業所番号",
                        "provider no",
                        "provider code",
                    ],
                )
            },
            Column::Prefecture => names("prefecture", texts::PREFECTURE, &["都道府県名", "県", "県名", "所在県"]),
            Column::Services => Names {
                perhaps: &["サービス種類", "サービス種別"],
                ..names(
                    "services",
                    texts::SERVICES,
                    &["サービス", "請求区分", "請求種別", "請求サービス種別", "service", "services billed"],
                )
            },
            Column::BilledBy => Names {
                perhaps: &["代理人"],
                ..names(
                    "billed-by",
                    texts::BILLED_BY,
                    &["代理人コード", "代理請求", "代理請求者", "請求代理人", "代理請求人", "agent", "agent ID"],
                )
            },
            Column::BilledFrom => {
                names("billed-from", texts::BILLED_FROM, &["代理開始", "代理請求開始日", "委任開始日", "agent from"])
            }
            Column::BilledTo => names(
                "billed-to",
                texts::BILLED_TO,
                &["代理終了", "代理請求終了日", "委任終了日", "agent to", "billed until"],
            ),
            Column::Category => Names {
                perhaps: &["区分", "証明書種類", "証明書種別"],
                ..names(
                    "category",
                    texts::CATEGORY,
                    &[
                        "利用区分",
                        "証明書区分",
                        "電子証明書利用区分",
                        "電子証明書区分",
                        "category",
                        "certificate category",
                    ],
                )
            },
            Column::Places => Names {
                perhaps: &["場所", "設置場所"],
                ..names(
                    "places",
                    texts::PLACES,
                    &[
                        "端末",
                        "端末名",
                        "PC",
                        "PC名",
                        "パソコン",
                        "パソコン名",
                        "導入端末",
                        "導入PC",
                        "使用端末",
                        "PCs",
                        "place",
                        "computer",
                        "computers",
                    ],
                )
            },
            Column::Person => names(
                "person",
                texts::PERSON,
                &["担当", "担当者名", "担当者氏名", "連絡担当者", "ご担当者", "contact", "contact person"],
            ),
            Column::Mail => names(
                "mail",
                texts::MAIL,
                &["メールアドレス", "Eメール", "電子メール", "e-mail", "email", "mail address", "連絡先メール"],
            ),
            Column::Tel => Names {
                perhaps: &["連絡先"],
                ..names(
                    "tel",
                    texts::TEL,
                    &["電話", "TEL", "TEL番号", "連絡先電話番号", "phone", "telephone", "phone number"],
                )
            },
            Column::Fax => names("fax", texts::FAX, &["FAX", "ファックス", "ファクス", "ファックス番号", "fax number"]),
            Column::Postcode => names("postcode", texts::POSTCODE, &["〒", "郵便", "postal code", "zip", "zip code"]),
            Column::Address => {
                names("address", texts::ADDRESS, &["所在地", "事業所所在地", "事業所住所", "送付先住所"])
            }
            Column::Channel => names("channel", texts::CHANNEL, &["連絡手段", "通知方法", "contact by"]),
            Column::Payer => names(
                "payer",
                texts::PAYER,
                &["支払方法", "支払", "手数料", "手数料支払", "発行手数料支払方法", "payment"],
            ),
            Column::PasswordChanged => names(
                "password-changed",
                texts::PASSWORD_CHANGED,
                &["パスワード最終変更日", "PW変更日", "パスワード更新日", "password changed on"],
            ),
            Column::Status => Names {
                perhaps: &["状態", "状況"],
                ..names("status", texts::STATUS, &["利用状態", "運営状況", "稼働状況"])
            },
            Column::StatusSince => {
                names("status-since", texts::STATUS_SINCE, &["状況日", "状態変更日", "異動日", "利用状況変更日"])
            }
            Column::DeclaredSerial => names(
                "declared-serial",
                texts::DECLARED_SERIAL,
                &[
                    "シリアル番号",
                    "シリアルNo",
                    "シリアル",
                    "証明書シリアル番号",
                    "serial",
                    "serial number",
                    "serial no",
                ],
            ),
            Column::DeclaredExpiry => Names {
                perhaps: &["期限", "満了日"],
                ..names(
                    "declared-expiry",
                    texts::DECLARED_EXPIRY,
                    &[
                        "有効期限",
                        "証明書有効期限",
                        "電子証明書有効期限",
                        "有効期間満了日",
                        "有効期限日",
                        "expiry",
                        "expires",
                        "expires on",
                        "expiry date",
                    ],
                )
            },
            Column::Tag => names("tag", texts::TAG, &["グループ", "分類", "ラベル", "tags", "group"]),
            Column::Notes => {
                names("notes", texts::NOTES, &["メモ", "特記事項", "摘要", "コメント", "note", "remarks", "comment"])
            }
        }
    }
}
