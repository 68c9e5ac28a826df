//! The national holidays that plans use: the list in force, and importing the next one.

use std::path::{Path, PathBuf};

use super::{AppError, Context, files, sheet};
use crate::calendar::{Day, Zone};
use crate::locale::{Lang, Text};
use crate::platform;
use crate::policy::{HolidayChanges, Holidays, LocalizedText};

/// The file of an imported list in the user's data folder.
const FILE: &str = "holidays-jp.yaml";

/// A list, and the file it was imported to.
pub struct HolidaysInForce {
    pub holidays: Holidays,
    /// The file; none where the list is built in.
    pub file: Option<PathBuf>,
}

/// The holidays in force: those imported where they reach as far as the built-in ones (a list of
/// the same year that was imported has a change), else the built-in ones.
pub fn in_force(context: &Context) -> Result<Holidays, AppError> {
    standing(context).map(|standing| standing.holidays)
}

/// The same, with the file that they were imported to.
pub fn standing(context: &Context) -> Result<HolidaysInForce, AppError> {
    let built_in = built_in(context.lang)?;
    Ok(match imported(context)? {
        Some((holidays, file)) if holidays.until() >= built_in.until() => {
            HolidaysInForce { holidays, file: Some(file) }
        }
        _ => HolidaysInForce { holidays: built_in, file: None },
    })
}

fn built_in(lang: Lang) -> Result<Holidays, AppError> {
    Holidays::built_in().map_err(|mistakes| AppError::of_mistakes(&mistakes, lang))
}

/// The list that was imported, if one was.
fn imported(context: &Context) -> Result<Option<(Holidays, PathBuf)>, AppError> {
    let lang = context.lang;
    let Some(path) =
        context.environment.data_folder.as_ref().map(|folder| folder.join(FILE)).filter(|path| path.exists())
    else {
        return Ok(None);
    };
    let bytes = files::read(&path, lang)?;
    let name = path.to_string_lossy();
    let text = crate::yaml::decode(&bytes, &name).and_then(|text| Holidays::read(text, &name));
    let holidays = text.map_err(|mistakes| damaged(AppError::of_mistakes(&mistakes, lang), lang))?;
    Ok(Some((holidays, path)))
}

/// What to do about a kept list that cannot be read.
fn damaged(error: AppError, lang: Lang) -> AppError {
    let text = Text {
        ja: "取り込んだ祝日の一覧が読めません。直すか、ファイルを取り除いて shomei holidays import でもう一度取り込んでください(取り除けば組み込みの一覧が使われます)。",
        en: "the holidays that were imported cannot be read. Mend the file, or remove it and use shomei holidays import again; without it the built-in list is in force.",
    };
    match error {
        AppError::Message(message) => AppError::Message(format!("{message}\n{}", text.get(lang))),
        other => other,
    }
}

/// The first year and the last that are asked for: that of `--year`, or this year and all later.
pub fn years(year: Option<i32>, holidays: &Holidays, today: Option<Day>, lang: Lang) -> Result<(i32, i32), AppError> {
    let (first, last) = (holidays.from(), holidays.until());
    let Some(year) = year else {
        return Ok((today.map_or(first.year(), Day::year), last.year()));
    };
    if (first.year()..=last.year()).contains(&year) {
        return Ok((year, year));
    }
    let text = Text {
        ja: "{year}年の祝日は分かりません。一覧は {from} から {until} までです。内閣府が公表していれば、syukujitsu.csv を shomei holidays import で取り込んでください。",
        en: "the holidays of {year} are not known: the list is from {from} to {until}. Once the Cabinet Office has announced them, take in its syukujitsu.csv with shomei holidays import.",
    };
    Err(AppError::new(text, lang, &[("year", &year), ("from", &first), ("until", &last)]))
}

/// Today in Japan, since these are its holidays.
pub fn today(context: &Context) -> Option<Day> {
    Zone::JAPAN.day(context.now)
}

/// What an import of holidays did.
pub struct HolidayImport {
    /// The list that was taken in.
    pub taken: Holidays,
    /// The list that was in force.
    pub before: Holidays,
    /// What differs.
    pub changes: HolidayChanges,
    /// Where it is kept; none where it is the list in force.
    pub kept: Option<PathBuf>,
}

/// Imports a list as the Cabinet Office publishes it, unless it is the one in force. One of fewer
/// days than that is imported only with `accept_gone`.
pub fn import(context: &Context, path: &Path, accept_gone: bool) -> Result<HolidayImport, AppError> {
    let lang = context.lang;
    let before = in_force(context)?;
    let taken = Holidays::of_csv(&files::read(path, lang)?, source(context));
    let taken = taken.map_err(|error| sheet::about_file(path, &error.text(lang), lang))?.with_english_of(&before);
    refuse_useless(&taken, lang)?;
    if !accept_gone {
        refuse_narrower(&taken, &before, lang)?;
        refuse_thinner(&taken, &before, today(context), lang)?;
    }
    let changes = taken.changes_since(&before);
    let is_same = changes.is_empty() && (taken.from(), taken.until()) == (before.from(), before.until());
    let kept = if is_same { None } else { Some(keep(&taken, context)?) };
    Ok(HolidayImport { taken, before, changes, kept })
}

/// Where an imported list is from, and since when it is here.
fn source(context: &Context) -> LocalizedText {
    let text = Text {
        ja: "内閣府「国民の祝日について」の syukujitsu.csv({day} に取り込み)",
        en: "the Cabinet Office's list of national holidays, syukujitsu.csv, imported on {day}",
    };
    let day = today(context).map_or("-".to_string(), |day| day.to_string());
    let of = |lang| text.fill(lang, &[("day", &day)]);
    LocalizedText { ja: of(Lang::Ja), en: of(Lang::En) }
}

/// A list that ends before the built-in one would never be in force.
fn refuse_useless(taken: &Holidays, lang: Lang) -> Result<(), AppError> {
    let built_in = built_in(lang)?;
    if taken.until() >= built_in.until() {
        return Ok(());
    }
    let text = Text {
        ja: "このファイルの一覧は {until} までで、組み込みの一覧が {to} まであるため、取り込みませんでした。内閣府から新しい syukujitsu.csv を入手してください。",
        en: "this list ends on {until} and the built-in one on {to}; it was not taken in. Get a newer syukujitsu.csv from the Cabinet Office.",
    };
    Err(AppError::new(text, lang, &[("until", &taken.until()), ("to", &built_in.until())]))
}

/// Who has a longer list gives it up only on purpose.
fn refuse_narrower(taken: &Holidays, before: &Holidays, lang: Lang) -> Result<(), AppError> {
    if taken.from() <= before.from() && taken.until() >= before.until() {
        return Ok(());
    }
    let text = Text {
        ja: "このファイルの一覧は {from} から {until} までで、使っている一覧({since} から {to} まで)より狭いため、取り込みませんでした。新しい syukujitsu.csv を入手するか、それでもよければ --accept-gone を付けてください。",
        en: "this list is from {from} to {until} and tells of fewer days than the one in force, from {since} to {to}; it was not taken in. Get a newer syukujitsu.csv, or use --accept-gone if that is what you want.",
    };
    let values: [(&str, &dyn std::fmt::Display); 4] =
        [("from", &taken.from()), ("until", &taken.until()), ("since", &before.from()), ("to", &before.until())];
    Err(AppError::new(text, lang, &values))
}

/// Days that a year in force may lose: a law has moved holidays, and never more than two or three.
const MOST_LOST: usize = 3;

/// A list of which rows were deleted still reaches as far as the one in force.
fn refuse_thinner(taken: &Holidays, before: &Holidays, today: Option<Day>, lang: Lang) -> Result<(), AppError> {
    let lost = taken.changes_since(before).gone;
    let first = today.map_or(before.from().year(), Day::year);
    let of_year = |year: i32| lost.iter().filter(|(day, _)| day.year() == year).count();
    let Some(year) = (first..=before.until().year()).find(|year| of_year(*year) > MOST_LOST) else { return Ok(()) };
    let text = Text {
        ja: "このファイルでは {year}年の祝日が {n} 日少なくなっているため、取り込みませんでした。内閣府から syukujitsu.csv を入手し直すか、それでもよければ --accept-gone を付けてください。",
        en: "in this list {year} has lost {n} holidays; it was not imported. Get syukujitsu.csv from the Cabinet Office again, or use --accept-gone if that is right.",
    };
    Err(AppError::new(text, lang, &[("year", &year), ("n", &of_year(year))]))
}

/// Puts a list in the place of the one that was imported before, as a whole or not at all.
fn keep(holidays: &Holidays, context: &Context) -> Result<PathBuf, AppError> {
    let Some(folder) = context.environment.data_folder.clone() else {
        let text = Text {
            ja: "このユーザーのホームフォルダーが分からない(HOME がない)ため、祝日の一覧を保管する場所がありません。HOME を設定してください。",
            en: "this user has no home folder (HOME is not set), so there is no place to keep the list of holidays. Set HOME.",
        };
        return Err(AppError::new(text, context.lang, &[]));
    };
    let path = folder.join(FILE);
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(&folder)?;
        platform::replace(&path, holidays.yaml().as_bytes(), false)
    };
    let text = Text { ja: "{path} に保管できません: {error}。", en: "cannot keep it in {path}: {error}." };
    write().map_err(|error| AppError::new(text, context.lang, &[("path", &path.display()), ("error", &error)]))?;
    Ok(path)
}
