//! Files made to hurt: each is an error or a grid, soon, and never more.

use std::time::{Duration, Instant};

use shomei::locale::Lang;
use shomei::register::{Grid, GridCell, GridError, MOST_BYTES};

use super::scene::*;

fn any(bytes: &[u8]) -> Result<Grid, GridError> {
    Grid::read(bytes, None, &|_| true)
}

#[track_caller]
fn soon<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    result
}

/// A workbook whose one sheet has the given XML, with shared strings and merged areas.
fn book(sheet: &str, strings: &str) -> Vec<u8> {
    let script = format!(
        r#"
import zipfile
out = zipfile.ZipFile("output", "w", zipfile.ZIP_DEFLATED)
main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
package = "http://schemas.openxmlformats.org/package/2006/relationships"
types = "http://schemas.openxmlformats.org/package/2006/content-types"
out.writestr("[Content_Types].xml", f'<Types xmlns="{{types}}"/>')
out.writestr("_rels/.rels", f'<Relationships xmlns="{{package}}"><Relationship Id="r1" Type="{{office}}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
out.writestr("xl/workbook.xml", f'<workbook xmlns="{{main}}" xmlns:r="{{office}}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>')
out.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{{package}}"><Relationship Id="r1" Type="{{office}}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
out.writestr("xl/sharedStrings.xml", {strings})
out.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{{main}}">' + {sheet} + '</worksheet>')
out.close()
"#
    );
    python(&script, b"")
}

const NO_STRINGS: &str = "f'<sst xmlns=\"{main}\"/>'";

#[test]
fn the_made_up_workbook_is_one() {
    let sheet = "'<sheetData><row r=\"2\"><c r=\"B2\" t=\"s\"><v>0</v></c></row></sheetData>'";
    let strings = "f'<sst xmlns=\"{main}\" count=\"1\" uniqueCount=\"1\"><si><t>値</t><rPh sb=\"0\" eb=\"1\"><t>アタイ</t></rPh></si></sst>'";
    let grid = any(&book(sheet, strings)).unwrap();
    assert_eq!(grid.row(2).unwrap().cell(1), &text("値"), "readings above the line are no part of a text");
}

#[test]
fn cells_at_the_far_corners_take_no_room() {
    let sheet = "'<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row></sheetData>'";
    assert_eq!(soon(|| any(&book(sheet, NO_STRINGS))).unwrap().rows().len(), 2);
}

#[test]
fn a_bomb_is_weighed_before_it_is_read() {
    let sheet = "' ' * (600 << 20) + '<sheetData/>'";
    let bytes = book(sheet, NO_STRINGS);
    assert!(bytes.len() < 2 << 20);
    let error = soon(|| any(&bytes)).unwrap_err();
    assert_eq!(
        error.text(Lang::Ja),
        "展開すると大きすぎるブックです(上限 512 MB)。要らないシートを除いて保存し直してください。"
    );
    assert_eq!(
        error.text(Lang::En),
        "the workbook is too large when unpacked (at most 512 MB); save it again without sheets that are not needed."
    );
}

#[test]
fn a_number_of_strings_that_cannot_be_true_makes_no_room() {
    for count in ["99999999999999", "999999999999999999999999"] {
        let strings = format!("f'<sst xmlns=\"{{main}}\" uniqueCount=\"{count}\"/>'");
        assert_eq!(any(&book("'<sheetData/>'", &strings)), Err(GridError::Unpacked), "{count}");
        let far = format!("f'<sst xmlns=\"{{main}}\"' + ' ' * 5000 + 'uniqueCount=\"{count}\"/>'");
        assert_eq!(any(&book("'<sheetData/>'", &far)), Err(GridError::Unpacked), "{count}, far away");
    }
}

#[test]
fn one_long_text_in_every_cell_comes_to_an_end() {
    let sheet = "'<sheetData>' + '<row>' + '<c t=\"s\"><v>0</v></c>' * 16000 + '</row>' + '</sheetData>'";
    let strings = "f'<sst xmlns=\"{main}\" uniqueCount=\"1\"><si><t>' + 'x' * 32000 + '</t></si></sst>'";
    let error = soon(|| any(&book(sheet, strings))).unwrap_err();
    let GridError::Cells { row: 1, column } = error else { panic!("{error:?}") };
    assert_eq!(column, (256 << 20) / 32000);
    assert_eq!(
        error.text(Lang::Ja),
        "セル LJQ1 までで値が多すぎます(上限 8000000 セル、または文字 256 MB)。ファイルを分けてください。"
    );
    assert_eq!(
        error.text(Lang::En),
        "there are too many values up to cell LJQ1 (at most 8000000 cells, or 256 MB of text); split the file."
    );
}

#[test]
fn merged_areas_without_end_come_to_an_end() {
    let sheet = "'<sheetData>' + ''.join(f'<row r=\"{n}\"><c r=\"A{n}\"><v>1</v></c></row>' for n in range(1, 20001)) + '</sheetData>'\
                 + '<mergeCells>' + '<mergeCell ref=\"B1:XFD1048576\"/><mergeCell ref=\"A1:A1048576\"/>' * 20000 + '</mergeCells>'";
    soon(|| any(&book(sheet, NO_STRINGS))).unwrap();
    let tall = "'<sheetData><row r=\"1\">' + ''.join(f'<c r=\"{a}{b}1\"><v>1</v></c>' for a in 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' for b in 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') + '</row>'\
                + ''.join(f'<row r=\"{n}\"><c r=\"A{n}\"><v>1</v></c></row>' for n in range(2, 60001)) + '</sheetData><mergeCells>'\
                + ''.join(f'<mergeCell ref=\"{a}{b}1:{a}{b}60000\"/>' for a in 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' for b in 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') + '</mergeCells>'";
    assert!(matches!(soon(|| any(&book(tall, NO_STRINGS))), Err(GridError::Cells { .. })));
}

#[test]
fn too_much_is_told_with_its_bound() {
    let error = any(&vec![b'x'; MOST_BYTES + 1]).unwrap_err();
    assert_eq!(
        error.text(Lang::Ja),
        "ファイルが大きすぎます(上限 64 MB)。要らないシートや画像を除いて保存し直してください。"
    );
    assert_eq!(
        error.text(Lang::En),
        "the file is too large (at most 64 MB); save it again without sheets and pictures that are not needed."
    );
    let error = any(format!("ID\n\"{}\"", "x\n".repeat(20_000)).as_bytes()).unwrap_err();
    assert_eq!(
        error.text(Lang::Ja),
        "セル A2 が長すぎます(上限 32767 文字)。CSV なら、閉じていない引用符がないか確かめてください。"
    );
    assert_eq!(
        error.text(Lang::En),
        "cell A2 is too long (at most 32767 characters); in CSV, look for a quote that is not closed."
    );
    let error = any(format!("ID\n{}", "x,".repeat(16_384) + "x").as_bytes()).unwrap_err();
    assert_eq!(error.text(Lang::Ja), "2行目の列が多すぎます(上限 16384 列)。区切り文字と引用符を確かめてください。");
    assert_eq!(error.text(Lang::En), "row 2 has too many columns (at most 16384); look at its separators and quotes.");
    let error = any("x\n".repeat((1 << 20) + 1).as_bytes()).unwrap_err();
    assert_eq!(error.text(Lang::Ja), "行が多すぎます(上限 1048576 行)。ファイルを分けてください。");
    assert_eq!(error.text(Lang::En), "there are too many rows (at most 1048576); split the file.");
}

/// An XLS from its records by hand, in a compound file with one stream, which lies in small
/// sectors where it is short. `SHEETS` is a list of lists of records (kind, data).
const XLS: &str = r#"
import struct
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
def record(kind, data): return struct.pack("<HH", kind, len(data)) + data
def number(row, column, value): return (0x0203, struct.pack("<HHHd", row, column, 0, value))
def label(row, column, text): return (0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))
def size(first_row, last_row, first_column, last_column): return (0x0200, struct.pack("<IIHHH", first_row, last_row, first_column, last_column, 0))
def begin(kind): return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))
def entry(name, kind, child, start, length):
    text = name.encode("utf-16-le") + bytes(2)
    return text.ljust(64, bytes(1)) + struct.pack("<HBBIII", len(text), kind, 1, FREE, FREE, child) + bytes(36) + struct.pack("<IQ", start, length)
def sectors(data, size=512): return data + bytes(-len(data) % size)
sheets = SHEETS
bodies = [begin(0x10) + b"".join(record(*one) for one in sheet) + record(0x0A, b"") for sheet in sheets]
names = [record(0x85, bytes(4) + struct.pack("<HBB", 0, 2, 0) + b"s%d" % n) for n in range(len(sheets))]
at = len(begin(5)) + sum(map(len, names)) + 4
for n, body in enumerate(bodies):
    names[n] = names[n][:4] + struct.pack("<I", at) + names[n][8:]
    at += len(body)
stream = begin(5) + b"".join(names) + record(0x0A, b"") + b"".join(bodies)
small = len(stream) < 4096
# Sectors: 0 table, 1 directory, 2 small table, 3... stream.
count = -(-len(stream) // 512)
table = struct.pack("<III", TABLE, END, END) + b"".join(struct.pack("<I", n) for n in range(4, 3 + count)) + struct.pack("<I", END)
chain = -(-len(stream) // 64) if small else 0
small_table = b"".join(struct.pack("<I", n) for n in range(1, chain)) + struct.pack("<I", END)
root = entry("Root Entry", 5, 1, 3 if small else END, len(sectors(stream, 64)) if small else 0)
directory = root + entry("STREAM", 2, FREE, 0 if small else 3, len(stream)) + entry("", 0, FREE, 0, 0) * 2
header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHHHIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, 1, 1, 0, 4096, 2 if small else END, 1 if small else 0, END, 0)
header = (header + struct.pack("<I", 0)).ljust(512, bytes([255]))
fill = lambda data: data.ljust(512, bytes([255]))
open("output", "wb").write(header + fill(table) + directory + fill(small_table) + sectors(stream))
"#;

fn xls(sheets: &str) -> Vec<u8> {
    python(&XLS.replace("SHEETS", sheets).replace("STREAM", "Workbook"), b"")
}

#[test]
fn xls_made_by_hand_in_small_and_in_large_sectors() {
    let small = any(&xls("[[label(0, 0, '値'), number(1, 1, 2.5)]]")).unwrap();
    assert_eq!((small.row(1).unwrap().cell(0), small.row(2).unwrap().cell(1)), (&text("値"), &GridCell::Number(2.5)));
    let large = any(&xls("[[label(n, 0, '値') for n in range(400)]]")).unwrap();
    assert_eq!((large.rows().len(), large.row(400).unwrap().cell(0)), (400, &text("値")));
}

#[test]
fn what_an_xls_says_of_its_size_makes_no_room() {
    for size in ["size(0, 0xffffffff, 0, 0xffff)", "size(9, 2, 9, 2)", "size(0, 0, 0, 0)", "size(0xffffffff, 1, 0, 1)"]
    {
        let grid = any(&xls(&format!("[[{size}, number(3, 0, 1.0)]]"))).unwrap();
        assert_eq!(grid.row(4).unwrap().cell(0), &GridCell::Number(1.0), "{size}");
    }
}

#[test]
fn rectangles_of_an_xls_are_bounded() {
    let corners = "[number(0, 0, 1.0), number(65535, COLUMN, 2.0)]";
    let full = soon(|| any(&xls(&format!("[{}]", corners.replace("COLUMN", "255"))))).unwrap();
    assert_eq!(full.rows().len(), 2);
    let two = soon(|| any(&xls(&format!("[{corners}] * 2").replace("COLUMN", "255")))).unwrap_err();
    assert!(matches!(two, GridError::Cells { .. }), "{two:?}");
    let wide = any(&xls(&format!("[{corners}]").replace("COLUMN", "65535"))).unwrap_err();
    assert!(matches!(wide, GridError::Damaged { .. }), "{wide:?}");
}

#[test]
fn chains_that_turn_back_come_to_an_end() {
    let bytes = xls("[[label(n, 0, '値') for n in range(400)]]");
    let turned = |places: &[usize], to: u32| {
        let mut bytes = bytes.clone();
        for place in places {
            bytes[*place..place + 4].copy_from_slice(&to.to_le_bytes());
        }
        soon(|| any(&bytes))
    };
    // The table begins at byte 512: its second entry is the directory's, its fourth the stream's.
    assert!(turned(&[512 + 4], 1).is_err(), "the directory over and over is no directory");
    assert!(turned(&[512 + 12], 3).is_err(), "the first sector of a stream over and over is no stream");
    // The list of tables goes on in the table, whose last number leads to the table.
    assert!(turned(&[68, 512 + 508], 0).is_err());
}

/// Each sector lists the second one as a part of the allocation table, 127 times, and is itself in
/// the chain of lists: read as it says, the table would be 127 times as large as the file.
#[test]
fn a_table_listed_over_and_over_comes_to_an_end() {
    let sectors = 16_384u32;
    let mut bytes = xls("[[label(0, 0, '値')]]");
    bytes.truncate(512);
    // Of the header: the first list, how many there are, and the list that is part of it.
    bytes[68..72].copy_from_slice(&0u32.to_le_bytes());
    bytes[72..76].copy_from_slice(&sectors.to_le_bytes());
    bytes[76..].chunks_mut(4).for_each(|entry| entry.copy_from_slice(&1u32.to_le_bytes()));
    for next in 1..=sectors {
        let next = if next == sectors { 0xffff_fffe } else { next };
        bytes.extend(std::iter::repeat_n(1u32, 127).chain([next]).flat_map(u32::to_le_bytes));
    }
    let error = soon(|| any(&bytes)).unwrap_err();
    assert!(error.text(Lang::En).contains("listed over and over"), "{}", error.text(Lang::En));
}

#[test]
fn an_encrypted_workbook_is_told_from_a_damaged_one() {
    let encrypted = python(&XLS.replace("SHEETS", "[[]]").replace("STREAM", "EncryptedPackage"), b"");
    let error = any(&encrypted).unwrap_err();
    assert_eq!(error.text(Lang::Ja), "パスワードの付いたブックです。パスワードを外して保存し直してください。");
    assert_eq!(error.text(Lang::En), "the workbook needs a password to be opened; save it without one.");
    let document = python(&XLS.replace("SHEETS", "[[]]").replace("STREAM", "WordDocument"), b"");
    assert_eq!(any(&document), Err(GridError::OtherFormat));
}

/// Changes bytes here and there, the same ones each time.
fn spoiled(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..400usize).map(move |round| {
        let mut bytes = bytes.to_vec();
        for n in 0..1 + round % 5 {
            let at = (round * 7919 + n * 104_729 + round * round * 31) % bytes.len();
            bytes[at] = bytes[at].wrapping_add(1 + (round % 255) as u8);
        }
        if round % 7 == 0 {
            bytes.truncate(bytes.len() * (round % 97) / 97);
        }
        bytes
    })
}

#[test]
fn damaged_files_are_errors_or_grids() {
    let xlsx = workbook(&["ID", "名称"], &[&[text("A-1"), text("一")]]);
    let csv = "ID,名称\n\"A-1\",一\n".as_bytes();
    let xls =
        xls("[[label(0, 0, 'ID'), label(0, 1, '名称'), size(0, 2, 0, 2), label(1, 0, 'A-1'), number(1, 1, 1.0)]]");
    for bytes in spoiled(&xlsx).chain(spoiled(csv)).chain(spoiled(&xls)) {
        if let Err(error) = any(&bytes) {
            assert!(!error.text(Lang::Ja).is_empty());
        }
    }
}
