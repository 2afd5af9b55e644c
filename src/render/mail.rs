//! The report as a mail: plain text that is enough to act on, and the same as HTML that mail programs show.
//!
//! Mail programs know tables and styles that stand in the element, and little else: there is no script, no style sheet,
//! nothing that is fetched, and colours for a light background.

use super::{Style, escape, text};
use crate::report::{Column, Figure, Report, Section, Sentence, Table, Value};
use std::fmt::Write as _;
use std::io;

/// Columns of the plain text: as many as mail programs show without breaking lines.
const COLUMNS: usize = 76;
/// The longest bar, in pixels.
const BAR: u64 = 150;

const FONT: &str = "font-family:'Segoe UI',Helvetica,Arial,sans-serif;color:#1f2933";
const QUIET: &str = "color:#52606d";
const CELL: &str =
    "font-size:13px;padding:4px 14px 4px 0;border-bottom:1px solid #d9e0e6;overflow-wrap:break-word";
const LINE: &str = "#d9e0e6";

/// What a mail says, twice.
#[derive(Clone, Debug)]
pub struct Parts {
    /// For programs and people who want no HTML.
    pub text: String,
    /// For the others.
    pub html: String,
}

/// Views one below the other, what is to be said first, and what stands at the end.
pub fn parts(
    subject: &str,
    first: &[String],
    views: &[Report<'_>],
    last: &[String],
    style: &Style,
) -> io::Result<Parts> {
    let style = Style { width: Some(COLUMNS), color: false, ..*style };
    Ok(Parts { text: plain(first, views, last, &style)?, html: page(subject, first, views, last, &style) })
}

fn plain(first: &[String], views: &[Report<'_>], last: &[String], style: &Style) -> io::Result<String> {
    let mut bytes = Vec::new();
    let rule = "═".repeat(COLUMNS);
    text::lines(first, style, &mut bytes)?;
    for (index, view) in views.iter().enumerate() {
        if index > 0 || !first.is_empty() {
            bytes.extend(format!("\n{rule}\n\n").bytes());
        }
        text::write(view, style, &mut bytes)?;
    }
    if !last.is_empty() {
        bytes.extend(format!("\n{rule}\n\n").bytes());
        text::lines(last, style, &mut bytes)?;
    }
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn page(subject: &str, first: &[String], views: &[Report<'_>], last: &[String], style: &Style) -> String {
    let paragraphs = |lines: &[String]| lines.iter().map(|line| paragraph(line, FONT)).collect::<String>();
    let mut body = paragraphs(first);
    for (index, view) in views.iter().enumerate() {
        if index > 0 {
            let _ = write!(body, "<hr style=\"border:0;border-top:1px solid {LINE};margin:28px 0\">");
        }
        body.extend(view.sections.iter().map(|section| of_section(section, style)));
    }
    if !last.is_empty() {
        let _ = write!(
            body,
            "<hr style=\"border:0;border-top:1px solid {LINE};margin:28px 0\">{}",
            paragraphs(last)
        );
    }
    let title = escape::html(subject);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>{title}</title></head>\n<body \
         style=\"margin:0;padding:0;background:#f2f4f7\"><table role=\"presentation\" width=\"100%\" cellpadding=\"0\" \
         cellspacing=\"0\" border=\"0\"><tr><td align=\"center\" style=\"padding:20px 8px\"><table role=\"presentation\" \
         width=\"760\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"width:100%;max-width:760px;background:#ffffff;\
         border:1px solid {LINE}\"><tr><td style=\"padding:24px;text-align:left\">\n{body}\n</td></tr></table></td></tr></table>\
         </body></html>\n"
    )
}

fn paragraph(text: &str, style: &str) -> String {
    format!("<p style=\"{style};font-size:14px;line-height:1.5;margin:8px 0\">{}</p>\n", escape::html(text))
}

fn of_section(section: &Section, style: &Style) -> String {
    let words = |sentence: &Sentence| apart(&text::sentence(sentence, style, 0));
    match section {
        Section::Title(title) => of_title(&words(title)),
        Section::Figures { figures, than } => of_figures(figures, than.as_ref().map(words).as_deref()),
        Section::Heading(heading) => format!(
            "<h3 style=\"{FONT};font-size:14px;margin:22px 0 6px\">{}</h3>\n",
            escape::html(&words(heading))
        ),
        Section::Table(table) => of_table(table, style),
        Section::Line(line) => paragraph(&words(line), FONT),
        Section::Note(note) => format!(
            "<p style=\"{FONT};{QUIET};font-size:13px;line-height:1.5;margin:6px 0\">{}</p>\n",
            escape::html(&words(note))
        ),
        Section::Attention(line) => format!(
            "<p style=\"{FONT};font-size:14px;font-weight:bold;line-height:1.5;margin:12px 0;padding:8px 12px;\
             border-left:4px solid #b45309;background:#fef6e7\">{}</p>\n",
            escape::html(&words(line))
        ),
    }
}

/// What it is in large type, for which time in small.
fn of_title(title: &str) -> String {
    let (what, when) = title.split_once(" · ").unwrap_or((title, ""));
    format!(
        "<h2 style=\"{FONT};font-size:20px;margin:0 0 4px\">{}</h2>\n<p \
         style=\"{FONT};{QUIET};font-size:13px;margin:0 0 14px\">{}</p>\n",
        escape::html(what),
        escape::html(when)
    )
}

/// Two blanks part what stands on one line; HTML would make one of them.
fn apart(line: &str) -> String {
    line.trim().replace("  ", "\u{2003}")
}

fn of_figures(figures: &[Figure], than: Option<&str>) -> String {
    let one = |figure: &Figure| {
        let (number, change) = text::figure(figure);
        let (count, what) = number.split_once(' ').unwrap_or((&number, ""));
        format!(
            "<div style=\"{FONT};display:inline-block;vertical-align:top;margin:0 28px 10px 0\"><div \
             style=\"font-size:24px;font-weight:bold\">{}</div><div style=\"{QUIET};font-size:13px\">{}</div><div \
             style=\"{QUIET};font-size:13px\">{}</div></div>",
            escape::html(count),
            escape::html(what),
            escape::html(&change)
        )
    };
    let than = than.map_or_else(String::new, |than| paragraph(than, &format!("{FONT};{QUIET}")));
    format!("<div>{}</div>\n{than}", figures.iter().map(one).collect::<String>())
}

fn of_table(table: &Table, style: &Style) -> String {
    // On a phone, text gives way and numbers stay in one piece.
    let side = |index: usize| match table.columns.get(index) {
        Some(column) if column.is_number => ("right", "text-align:right;white-space:nowrap"),
        _ => ("left", "text-align:left"),
    };
    let heading = |(index, column): (usize, &Column)| {
        let (align, side) = side(index);
        let heading = match (index, table.ruled) {
            (0, false) => column.heading.to_uppercase(),
            _ => column.heading.clone(),
        };
        format!(
            "<th scope=\"col\" align=\"{align}\" style=\"{FONT};{QUIET};{CELL};font-weight:normal;{side}\">{}</th>",
            escape::html(&heading)
        )
    };
    let row = |row: &Vec<Value>, weight: &str| {
        let cell = |(index, value): (usize, &Value)| {
            let (align, side) = side(index);
            format!(
                "<td align=\"{align}\" style=\"{FONT};{CELL};font-weight:{weight};vertical-align:top;{side}\">{}</td>",
                content(value, style)
            )
        };
        format!("<tr>{}</tr>\n", row.iter().enumerate().map(cell).collect::<String>())
    };
    let heading: String = table.columns.iter().enumerate().map(heading).collect();
    let rows: String = table.rows.iter().map(|cells| row(cells, "normal")).collect();
    let totals: String = table.totals.iter().map(|cells| row(cells, "bold")).collect();
    format!(
        "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
         style=\"width:100%;border-collapse:collapse;margin:6px 0 10px\"><thead><tr>{heading}</tr></thead>\n<tbody>\n{rows}\
         {totals}</tbody></table>\n"
    )
}

/// What stands in a cell: text, or a bar and perhaps text beside it.
fn content(value: &Value, style: &Style) -> String {
    // Addresses may break in front of their domain.
    let words = |value: &Value| escape::html(&apart(&text::shown(value, style, 0))).replace('@', "<wbr>@");
    match value {
        Value::Bar(part, whole) => bar(*part, *whole, ""),
        Value::Sentence(values) => match values.as_slice() {
            [Value::Bar(part, whole), rest @ ..] => {
                bar(*part, *whole, &words(&Value::Sentence(rest.to_vec())))
            }
            _ => words(value),
        },
        value => words(value),
    }
}

/// A bar is a cell with a colour: that is what every mail program draws.
fn bar(part: u64, whole: u64, beside: &str) -> String {
    let scaled = u128::from(part).saturating_mul(u128::from(BAR)).checked_div(u128::from(whole)).unwrap_or(0);
    let width = u64::try_from(scaled).unwrap_or(BAR).max(u64::from(part > 0));
    let drawn = match width {
        0 => String::new(),
        width => format!(
            "<td width=\"{width}\" height=\"11\" bgcolor=\"#2f6f9f\" style=\"font-size:1px\">&nbsp;</td>"
        ),
    };
    format!(
        "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>{drawn}<td \
         style=\"{FONT};{QUIET};font-size:13px;padding-left:8px\">{beside}</td></tr></table>"
    )
}
