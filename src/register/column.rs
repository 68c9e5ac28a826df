//! The columns of a register and the headers by which offices name them.

use super::fold::key;
use crate::locale::Text;
use crate::locale::catalogue::register as texts;

/// The names of a column.
struct ColumnNames {
    code: &'static str,
    title: Text,
    /// Other headers that surely mean it, separated by `|`.
    also: &'static str,
    /// Headers that mean it where no surer header does, separated by `|`.
    perhaps: &'static str,
}

macro_rules! columns {
    ($($(#[$doc:meta])* $column:ident $code:literal $title:ident $also:literal $(perhaps $perhaps:literal)?;)*) => {
        /// A column of a register. The order is the one in which a register is written.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RegisterColumn {
            $($(#[$doc])* $column,)*
        }

        impl RegisterColumn {
            /// All of them, in the order in which a register is written.
            pub const ALL: [RegisterColumn; [$($code),*].len()] = [$(RegisterColumn::$column),*];

            fn names(self) -> ColumnNames {
                match self {
                    $(RegisterColumn::$column => ColumnNames {
                        code: $code,
                        title: texts::$title,
                        also: $also,
                        perhaps: concat!($($perhaps)?),
                    },)*
                }
            }
        }
    };
}

columns! {
    /// 台帳ID
    HolderId "holder-id" HOLDER_ID "ID|管理ID|管理番号|台帳番号|整理番号|事業所ID"
        perhaps "ユーザID|ユーザーID|利用者ID|コード|管理コード|code|user ID";
    /// 名称
    Name "name" NAME "事業所名|事業所名称|事業者名|事業者名称|施設名|施設名称|代理人名|holder|holder name|provider name"
        perhaps "法人名|法人名称|名前|氏名|会社名|事業所|organization|company";
    /// 種別
    Kind "kind" KIND "区分(事業所・代理人)|事業所/代理人|type";
    /// 事業所番号
    ProviderNumber "provider-number" PROVIDER_NUMBER
        "事業所コード|事業者番号|事業者コード|指定事業所番号|指定事業者番号|介護保険事業所番号|provider no|provider code"
        perhaps "番号";
    /// 都道府県
    Prefecture "prefecture" PREFECTURE "都道府県名|県|県名|所在県";
    /// 請求サービス
    Services "services" SERVICES "サービス|提供サービス|請求区分|請求種別|請求サービス種別|service|services billed"
        perhaps "サービス種類|サービス種別";
    /// 代理人ID
    BilledBy "billed-by" BILLED_BY "代理人コード|代理請求|代理請求者|請求代理人|代理請求人|agent|agent ID"
        perhaps "代理人";
    /// 代理開始日
    BilledFrom "billed-from" BILLED_FROM "代理開始|代理請求開始日|委任開始日|agent from";
    /// 代理終了日
    BilledTo "billed-to" BILLED_TO "代理終了|代理請求終了日|委任終了日|agent to|billed until";
    /// 証明書利用区分
    Category "category" CATEGORY "利用区分|証明書区分|電子証明書利用区分|電子証明書区分|certificate category"
        perhaps "区分|証明書種類|証明書種別|電子証明書種類|電子証明書種別";
    /// 請求のほかの利用
    Uses "uses" USES "利用システム|ほかの利用|ケアプランデータ連携|ケアプラン連携|used for|other uses";
    /// 端末・設置場所
    Places "places" PLACES
        "端末|端末名|PC|PC名|パソコン|パソコン名|導入端末|導入PC|使用端末|PCs|place|computer|computers"
        perhaps "場所|設置場所|設置PC|設置端末|設置パソコン";
    /// 担当者
    Person "person" PERSON "担当|担当者名|担当者氏名|連絡担当者|ご担当者|contact|contact person";
    /// メール
    Mail "mail" MAIL "メールアドレス|Eメール|電子メール|email|mail address|連絡先メール";
    /// 電話番号
    Tel "tel" TEL "電話|TEL番号|連絡先電話番号|phone|telephone|phone number" perhaps "連絡先";
    /// FAX番号
    Fax "fax" FAX "ファックス|ファクス|ファックス番号|fax number";
    /// 郵便番号
    Postcode "postcode" POSTCODE "〒|郵便|postal code|zip|zip code";
    /// 住所
    Address "address" ADDRESS "所在地|事業所所在地|事業所住所|送付先住所|送付先";
    /// 連絡方法
    Channel "channel" CHANNEL "連絡手段|通知方法|contact by";
    /// 手数料支払方法
    Payer "payer" PAYER "支払方法|支払|手数料|手数料支払|発行手数料支払方法|payment";
    /// パスワード変更日
    PasswordChanged "password-changed" PASSWORD_CHANGED
        "パスワード最終変更日|PW変更日|パスワード更新日|password changed on";
    /// 利用状況
    Status "status" STATUS "利用状態|運営状況|稼働状況" perhaps "状態|状況";
    /// 利用状況の開始日
    StatusSince "status-since" STATUS_SINCE "状況日|状態変更日|異動日|利用状況変更日";
    /// シリアル番号(申告)
    DeclaredSerial "declared-serial" DECLARED_SERIAL
        "シリアル番号|シリアルNo|シリアル|証明書シリアル番号|serial|serial number|serial no";
    /// 有効期限(申告)
    DeclaredExpiry "declared-expiry" DECLARED_EXPIRY
        "有効期限|証明書有効期限|電子証明書有効期限|有効期間満了日|有効期限日|有効期間満了年月日|expiry|expires|expires on|expiry date"
        perhaps "期限|満了日";
    /// タグ
    Tag "tag" TAG "グループ|分類|ラベル|tags|group";
    /// 備考
    Notes "notes" NOTES "メモ|特記事項|摘要|コメント|note|remarks|comment";
}

impl RegisterColumn {
    /// The stable code, `provider-number`.
    pub fn code(self) -> &'static str {
        self.names().code
    }

    /// The column with this code.
    pub fn of_code(code: &str) -> Option<RegisterColumn> {
        RegisterColumn::ALL.into_iter().find(|column| column.code() == code)
    }

    /// The column that a code, a title or a header that surely means it names.
    pub fn of_name(name: &str) -> Option<RegisterColumn> {
        let name = key(name);
        RegisterColumn::ALL.into_iter().find(|column| column.surely().any(|known| key(known) == name))
    }

    /// Its title.
    pub fn title(self) -> Text {
        self.names().title
    }

    /// All headers that surely mean it.
    pub(super) fn surely(self) -> impl Iterator<Item = &'static str> {
        let ColumnNames { code, title, also, .. } = self.names();
        [code, title.ja, title.en].into_iter().chain(also.split('|'))
    }

    /// Headers that mean it where no surer header does, separated by `|`.
    pub(super) fn perhaps(self) -> impl Iterator<Item = &'static str> {
        self.names().perhaps.split('|').filter(|name| !name.is_empty())
    }
}
