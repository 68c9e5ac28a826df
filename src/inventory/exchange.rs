//! From one inventory to another: NDJSON, a line a certificate, CRL or entry, in an order that
//! depends on nothing but what they are. Merging is the union.

use std::io::{self, BufRead, Cursor, Read, Write};

use serde::{Deserialize, Serialize};

use super::entry::HistoryEntry;
use super::store::{InventoryError, StoreContents, StoreWriter, StoredCertificate, WriteBatch};
use super::units::EntryOrder;
use crate::audit::CertificateSummary;
use crate::certificate::{Certificate, Crl, hex, parse_hex};

/// The first line of every export.
pub const SCHEMA: &str = "shomei/inventory/1";

/// Lines written at once while merging.
const BATCH: usize = 1024;

/// The longest line that is read: a certificate is some kilobytes, a public CRL at most some 40
/// megabytes, in hexadecimal twice that.
const LONGEST: u64 = 160 << 20;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ExchangeLine {
    Schema(String),
    /// How many lines of what follow: a file that was cut off between two lines looks whole.
    Contents {
        certificates: u64,
        crls: u64,
        entries: u64,
    },
    Certificate(String),
    Crl(String),
    Entry(Box<HistoryEntry>),
}

/// What a merge brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergeReport {
    /// Lines read.
    pub lines: u64,
    /// Certificates that were new.
    pub certificates: u64,
    /// Lines that could not be read, and were passed over.
    pub bad_lines: u64,
    /// The first of them, by number, and why.
    pub bad: Option<(u64, ExchangeError)>,
    /// Why nothing was merged.
    pub refused: Option<MergeRefusal>,
}

/// Why a file is not merged at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeRefusal {
    /// It does not begin as an export does.
    NoExport,
    /// There is nothing in it.
    Empty,
    /// It ends within a line.
    CutLine {
        /// The line.
        line: u64,
    },
    /// Something is missing at its end.
    Cut {
        /// Certificates, CRLs and entries that it has.
        found: u64,
        /// How many it began with saying that there are.
        expected: u64,
    },
}

/// Why a line cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExchangeError {
    /// It is no line of an export, or of one by a newer version.
    Unknown(String),
    /// What should be a certificate or CRL is none.
    NotDer,
}

/// Writes everything.
pub fn export(store: &dyn StoreContents, out: &mut dyn Write) -> Result<(), InventoryError> {
    put(out, &ExchangeLine::Schema(SCHEMA.into()))?;
    // Others may add to it while it is written: so many there are at least.
    let [certificates, crls, entries] = store.sizes()?;
    put(out, &ExchangeLine::Contents { certificates, crls, entries })?;
    store.each_certificate(&mut |der| put(out, &ExchangeLine::Certificate(hex(der))))?;
    for crl in store.crls()? {
        put(out, &ExchangeLine::Crl(hex(&crl.der)))?;
    }
    store.entries(&[], &mut |entry| put(out, &ExchangeLine::Entry(Box::new(entry))))?;
    Ok(out.flush()?)
}

fn put(out: &mut dyn Write, line: &ExchangeLine) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

/// Adds everything that an export holds. A line that cannot be read is told and passed over; of a
/// file that is no export, or was cut off, nothing is taken.
pub fn merge(store: &mut dyn StoreWriter, input: &mut dyn BufRead) -> Result<MergeReport, InventoryError> {
    // What was written before the end was seen to be missing is taken back.
    store.begin_merge()?;
    let merged = decoded(input).map_err(InventoryError::from).and_then(|mut input| read(store, &mut *input));
    let is_kept = merged.as_ref().is_ok_and(|merged| merged.refused.is_none());
    store.end_merge(is_kept)?;
    merged
}

/// The text without what a program on Windows has made of it: a byte-order mark, or UTF-16, as
/// PowerShell writes what a command prints.
fn decoded<'a>(input: &'a mut dyn BufRead) -> io::Result<Box<dyn BufRead + 'a>> {
    let mark = input.fill_buf()?;
    let encoding = match mark {
        [0xef, 0xbb, 0xbf, ..] => {
            input.consume(3);
            return Ok(Box::new(input));
        }
        [0xff, 0xfe, ..] => encoding_rs::UTF_16LE,
        [0xfe, 0xff, ..] => encoding_rs::UTF_16BE,
        _ => return Ok(Box::new(input)),
    };
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let (text, _) = encoding.decode_with_bom_removal(&bytes);
    Ok(Box::new(Cursor::new(text.into_owned().into_bytes())))
}

fn read(store: &mut dyn StoreWriter, input: &mut dyn BufRead) -> Result<MergeReport, InventoryError> {
    let mut merged = MergeReport::default();
    let mut batch = WriteBatch::default();
    let mut text = Vec::new();
    let (mut found, mut expected, mut is_cut) = (0, None, false);
    loop {
        text.clear();
        if Read::take(&mut *input, LONGEST).read_until(b'\n', &mut text)? == 0 {
            break;
        }
        merged.lines += 1;
        let line = match serde_json::from_slice(&text) {
            Ok(line) => line,
            Err(_) if merged.lines == 1 && text.trim_ascii().is_empty() => break,
            Err(_) if merged.lines == 1 => {
                merged.refused = Some(MergeRefusal::NoExport);
                return Ok(merged);
            }
            Err(_) if text.trim_ascii().is_empty() => continue,
            Err(_) if !text.ends_with(b"\n") => {
                is_cut = true;
                break;
            }
            Err(error) => {
                merged.pass_over(ExchangeError::Unknown(error.to_string()));
                found += 1;
                continue;
            }
        };
        match line {
            ExchangeLine::Schema(schema) if schema == SCHEMA => continue,
            _ if merged.lines == 1 => {
                merged.refused = Some(MergeRefusal::NoExport);
                return Ok(merged);
            }
            // Exports put one after another are an export.
            ExchangeLine::Contents { certificates, crls, entries } => {
                expected = Some(expected.unwrap_or(0) + certificates + crls + entries);
            }
            line => {
                found += 1;
                if let Err(error) = take(line, &mut batch) {
                    merged.pass_over(error);
                }
            }
        }
        if batch.certificates.len() + batch.crls.len() + batch.entries.len() >= BATCH {
            merged.certificates += store.record(&std::mem::take(&mut batch))?;
        }
    }
    merged.refused = match expected {
        _ if merged.lines == 0 || (found == 0 && expected != Some(0)) => Some(MergeRefusal::Empty),
        Some(expected) if found < expected => Some(MergeRefusal::Cut { found, expected }),
        // Exports by earlier versions do not say how many lines they have.
        _ if is_cut => Some(MergeRefusal::CutLine { line: merged.lines }),
        _ => None,
    };
    if merged.refused.is_none() {
        merged.certificates += store.record(&batch)?;
    }
    Ok(merged)
}

impl MergeReport {
    fn pass_over(&mut self, error: ExchangeError) {
        self.bad_lines += 1;
        self.bad.get_or_insert((self.lines, error));
    }
}

fn take(line: ExchangeLine, batch: &mut WriteBatch) -> Result<(), ExchangeError> {
    let der = |text: &str| parse_hex(text).ok_or(ExchangeError::NotDer);
    match line {
        ExchangeLine::Schema(schema) => return Err(ExchangeError::Unknown(schema)),
        ExchangeLine::Contents { .. } => {}
        ExchangeLine::Certificate(text) => {
            let certificate = Certificate::parse(&der(&text)?).map_err(|_| ExchangeError::NotDer)?;
            let summary = CertificateSummary::of(&certificate);
            batch.certificates.push(StoredCertificate { certificate, summary });
        }
        ExchangeLine::Crl(text) => batch.crls.push(Crl::parse(&der(&text)?).map_err(|_| ExchangeError::NotDer)?),
        ExchangeLine::Entry(mut entry) => {
            entry.order = Some(EntryOrder::merged(entry.order, entry.at));
            batch.entries.push(*entry);
        }
    }
    Ok(())
}
