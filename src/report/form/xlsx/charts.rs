//! Charts of the summary: Excel's own, over numbers that stand in the sheet.

use rust_xlsxwriter::{
    Chart, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartSolidFill, ChartType, Color, Worksheet,
    XlsxError,
};

use super::cells::At;

/// Colours that people with any sight of colours tell apart (Okabe and Ito), in an order in which
/// neighbours differ in brightness too.
const COLOURS: [u32; 8] =
    [0x0000_72B2, 0x00E6_9F00, 0x0056_B4E9, 0x00D5_5E00, 0x0000_9E73, 0x00CC_79A7, 0x00F0_E442, 0x0099_9999];

/// Numbers in a sheet that a chart shows: heads above, labels to the left.
pub(super) struct Numbers<'a> {
    /// The sheet's name.
    pub(super) sheet: &'a str,
    /// Where the head of the labels stands.
    pub(super) at: At,
    /// How many labels there are below it.
    pub(super) labels: u32,
    /// How many series there are beside it.
    pub(super) series: u16,
}

/// What a chart says beside its numbers.
pub(super) struct Words<'a> {
    /// The title.
    pub(super) title: &'a str,
    /// For those who do not see it.
    pub(super) told: &'a str,
    /// How numbers are written.
    pub(super) form: &'a str,
}

/// Pixels of a chart.
pub(super) const SIZE: (u32, u32) = (720, 300);

/// Puts a chart of stacked columns into the sheet; none where there are no numbers.
pub(super) fn insert(sheet: &mut Worksheet, at: At, numbers: &Numbers, words: &Words) -> Result<(), XlsxError> {
    if numbers.labels == 0 || numbers.series == 0 {
        return Ok(());
    }
    let (head, left) = numbers.at;
    let last = head + numbers.labels;
    let mut chart = Chart::new(ChartType::ColumnStacked);
    let colours = COLOURS.iter().cycle();
    for (column, colour) in (left + 1..=left + numbers.series).zip(colours) {
        let mut format = ChartFormat::new();
        format.set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(*colour)));
        // A line between the parts of a column.
        format.set_border(ChartLine::new().set_color(Color::White).set_width(0.75));
        chart
            .add_series()
            .set_name((numbers.sheet, head, column))
            .set_categories((numbers.sheet, head + 1, left, last, left))
            .set_values((numbers.sheet, head + 1, column, last, column))
            .set_gap(40)
            .set_format(&mut format);
    }
    chart.title().set_name(words.title).set_font(ChartFont::new().set_size(12).set_bold());
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart.y_axis().set_num_format(words.form).set_major_gridlines(true);
    chart.set_alt_text(words.told).set_width(SIZE.0).set_height(SIZE.1);
    sheet.insert_chart(at.0, at.1, &chart)?;
    Ok(())
}
