//! Messages about an inventory that cannot be used.

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
    /// It may only be read.
    READ_ONLY {
        ja: "点検記録(DB){path} には書き込めません(読み取り専用)。何も記録していません。書き込みの権限のあるユーザーで実行するか、ディスクの状態を確かめてください。",
        en: "the inventory {path} is read-only; nothing was recorded. Run this as a user who may write it, or check the disk.",
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

    INFO_PATH { ja: "場所", en: "file" }
    INFO_SIZE { ja: "大きさ", en: "size" }
    INFO_VERSION { ja: "形式の版", en: "form of the tables" }
    INFO_SPAN { ja: "記録の期間", en: "entries from - to" }
    INFO_IMPORT { ja: "最後の取り込み", en: "last import" }
    INFO_UNFINISHED { ja: "完了していない取り込み", en: "unfinished import" }
    INFO_TRIAL { ja: "試行用", en: "made by a trial" }
    ROW_CERTIFICATE { ja: "証明書", en: "certificates" }
    ROW_CRL { ja: "失効リスト(CRL)", en: "CRLs" }
    ROW_FILE { ja: "ファイル(過去を含む)", en: "files, gone ones included" }
    ROW_HOLDER { ja: "事業所・代理人", en: "holders" }
    ROW_MARK { ja: "印(対応の記録)", en: "marks" }
    ROW_ENTRY { ja: "記録", en: "entries" }
    SOUND { ja: "{path} に問題はありません。", en: "{path} is sound." }
    CHECK_DIFFERING {
        ja: "最新の記録と一致しない行: {n} 件",
        en: "Rows that differ from the latest entries: {n}",
    }
    CHECK_FUTURE {
        ja: "未来の日時の記録: {n} 件(最も遅いもの {at})。時計が進んでいたときに記録されました",
        en: "Entries dated in the future: {n} (the latest {at}). They were recorded while a clock ran ahead",
    }
    CHECK_OVERRULED {
        ja: "時計が進んでいたときの古い内容が有効になっているファイル: {n} 件",
        en: "Files for which older content is in effect, recorded while a clock ran ahead: {n}",
    }
    CHECK_REPAIR {
        ja: "shomei inventory check --repair で直せます。先に shomei inventory backup で控えを取ることをお勧めします。",
        en: "Repair this with shomei inventory check --repair; make a shomei inventory backup first.",
    }
    CHECK_IN_RUN {
        ja: "点検記録(DB){path} に、誤った時計で記録されたものか、一致しない行があります。shomei inventory check で確かめ、--repair で直してください。",
        en: "the inventory {path} has entries recorded by a wrong clock, or rows that differ from its entries. Look at them with shomei inventory check and repair them with --repair.",
    }
    REPAIRED {
        ja: "{path} を直しました: 記録から作り直した行 {rows} 件、最後に読んだ内容を有効にしたファイル {files} 件、日時を改めた記録 {dated} 件。",
        en: "Repaired {path}: {rows} rows derived again from the entries, the last reading put in effect for {files} files, {dated} entries dated again.",
    }
    BACKUP_ONTO_ITSELF {
        ja: "{path} は証明書台帳(DB)そのものです。控えには別の名前を指定してください。",
        en: "{path} is the inventory itself. Name another file for the copy.",
    }
    BACKED_UP { ja: "控えを {path} に書きました。", en: "Wrote the copy {path}." }
    RESTORED { ja: "{from} から {path} に戻しました。", en: "Restored {path} from {from}." }
    RESTORED_KEPT {
        ja: "{from} から {path} に戻しました。それまでの台帳は {kept} に残してあります。",
        en: "Restored {path} from {from}. The inventory as it was is kept as {kept}.",
    }
    RESTORED_NOTIFICATIONS {
        ja: "控えを取ったあとに案内した記録 {n} 件は引き継ぎました。同じ案内は二度出ません。",
        en: "{n} records of notifications sent since the copy was made were taken over, so that nothing is sent twice.",
    }
    MERGED {
        ja: "{path} を合わせました({lines} 行、新しい証明書 {certificates} 枚)。",
        en: "Merged {path} ({lines} lines, {certificates} new certificates).",
    }
    NO_EXPORT {
        ja: "{path} は shomei inventory export で書いたファイルではありません。何も取り込んでいません。",
        en: "{path} was not written by shomei inventory export. Nothing of it was taken.",
    }
    EMPTY_EXPORT {
        ja: "{path} は空です。何も合わせていません。export し直してください。",
        en: "{path} is empty. Nothing was merged; export it again.",
    }
    CUT_LINE {
        ja: "{path} は {line} 行目の途中で切れています。何も合わせていません。export し直すか、コピーし直してください。",
        en: "{path} ends within line {line}. Nothing was merged; export or copy it again.",
    }
    CUT_EXPORT {
        ja: "{path} は途中で切れています(証明書・CRL・記録 {expected} 件のうち {found} 件)。何も合わせていません。export し直すか、コピーし直してください。",
        en: "{path} was cut off: it has {found} of {expected} certificates, CRLs and entries. Nothing was merged; export or copy it again.",
    }
    BAD_LINES { ja: "ほか {n} 行", en: " and {n} other lines" }
    BAD_LINE {
        ja: "{path} の {line} 行目{others}を読めません({why})。破損しているか、新しい版の shomei で書いたファイルです。読めない行を除いて合わせました。export し直してください。",
        en: "{path}:{line}{others} cannot be read ({why}): damaged, or written by a newer shomei. The other lines were merged; export it again.",
    }
    NOT_DER {
        ja: "{path} の {line} 行目{others}を証明書や CRL として読めません。読めない行を除いて合わせました。export し直してください。",
        en: "{path}:{line}{others} cannot be read as a certificate or CRL. The other lines were merged; export it again.",
    }
    PRUNE_FILES { ja: "なくなったファイルの記録: {n} 件", en: "Files that are gone, and all that is recorded of them: {n}" }
    PRUNE_CONTACTS { ja: "廃止・登録抹消の事業所の連絡先: {n} 件", en: "Contacts of holders that are closed or no longer in the register: {n}" }
    AND_MORE { ja: "  ほか {n} 件", en: "  and {n} more" }
    PRUNE_HOW { ja: "まだ消していません。消すには --yes を付けて実行してください。先に shomei inventory backup を勧めます。", en: "Nothing was removed. To remove it add --yes; a shomei inventory backup first is wise." }
    PRUNED { ja: "消しました。ほかの台帳と合わせても戻りません。", en: "Removed. Merging will not bring it back." }
}
