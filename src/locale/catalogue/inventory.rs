//! What an inventory that cannot be used says.

use super::Text;

texts! {
    /// The database failed.
    DATABASE {
        ja: "証明書台帳(DB){path} で問題が起きました: {what}。空き容量と書き込みの権限を確かめ、shomei inventory check で点検してください。",
        en: "the inventory {path} failed: {what}. Look at the free space and the permissions, then run shomei inventory check.",
    }
    /// It is damaged.
    DAMAGED {
        ja: "証明書台帳(DB){path} が壊れています: {what}。shomei inventory restore で控えから戻してください。今のファイルは残ります。",
        en: "the inventory {path} is damaged: {what}. Use shomei inventory restore to go back to a backup; the file as it is will be kept.",
    }
    /// Another program holds it.
    BUSY {
        ja: "証明書台帳(DB){path} を別のプログラムが使い続けています。終わるのを待って、もう一度実行してください。",
        en: "another program keeps using the inventory {path}. Wait until it has finished and try again.",
    }
    /// It is newer.
    NEWER {
        ja: "証明書台帳(DB){path} は新しい版の shomei が作った形式({found})です。この版が読めるのは {known} までです。shomei を更新してください。",
        en: "the inventory {path} has form {found}, of a newer shomei; this one knows up to {known}. Update shomei.",
    }
    /// Not an inventory.
    FOREIGN {
        ja: "{path} は証明書台帳(DB)ではありません。別のファイルを --inventory で指定してください。",
        en: "{path} is no inventory. Name another file with --inventory.",
    }
    /// On a network share.
    NETWORK {
        ja: "証明書台帳(DB){path} はネットワーク上のファイルシステム({kind})にあります。ロックが効かず壊れるおそれがあるため使いません。このコンピューターのディスクを --inventory で指定してください。共有の証明書ファイルを読むことはできます。",
        en: "the inventory {path} lies on a network file system ({kind}), where locks do not hold and it could be damaged. Name a file on a disk of this computer with --inventory; certificates may be read from shares all the same.",
    }
    /// A file cannot be read or written.
    IO {
        ja: "証明書台帳(DB){path} を開けません: {error}。場所と権限を確かめてください。",
        en: "cannot open the inventory {path}: {error}. Check the place and the permissions.",
    }
}
