//! Puts what a file sets where nothing was typed.

use super::{Config, Options, typed};
use crate::cli::{Adjustable, Cli, Conditions, Filters, Format, Output, Taken};
use crate::error::{Error, name};

/// Options of one origin.
struct Layer<'c> {
    options: &'c Options,
    /// What titles say: where they come from.
    origin: String,
    /// They were asked for by name.
    is_named: bool,
}

impl Config {
    /// Fills in what was not typed.
    pub fn apply(&self, mut cli: Cli) -> Result<Cli, Error> {
        let Some(mut adjustable) = cli.adjustable() else { return Ok(cli) };
        let mut layers = Vec::new();
        if let Some(wanted) = adjustable.time.filters.saved.clone() {
            let layer =
                Layer { options: self.saved(&wanted)?, origin: format!("saved {wanted}"), is_named: true };
            refuse(&layer, &adjustable)?;
            layers.push(layer);
        }
        let file = self.path.as_ref().and_then(|path| path.file_name());
        let origin = file.map(|file| name(std::path::Path::new(file))).unwrap_or_default();
        layers.push(Layer { options: &self.content.defaults, origin, is_named: false });
        layers.iter().for_each(|layer| layer.fill(&mut adjustable));
        let set: Vec<String> =
            layers.iter().map(|layer| typed(layer.options)).filter(|t| !t.is_empty()).collect();
        if let Some(path) = self.path.as_ref().filter(|_| !set.is_empty()) {
            adjustable.input.set_in_file = Some(format!("{} sets {}", name(path), set.join(" ")));
        }
        Ok(cli)
    }
}

/// What was asked for by name must have an effect.
fn refuse(layer: &Layer<'_>, adjustable: &Adjustable<'_>) -> Result<(), Error> {
    let options = layer.options;
    let is_conditional = options.r#where.is_some() || options.min_messages.is_some();
    let what = match adjustable {
        Adjustable { has_filters: false, .. } if options.has_filters() => {
            "shows whole files, which no filter cuts"
        }
        Adjustable { conditions: None, .. } if is_conditional => {
            "has no rows of which a condition keeps some"
        }
        _ => return Ok(()),
    };
    Err(Error::Usage(format!("--{}: {} {what}", layer.origin, adjustable.command)))
}

impl Layer<'_> {
    fn fill(&self, to: &mut Adjustable<'_>) {
        let from = self.options;
        let is_window_typed = to.time.all || to.time.since.is_some() || to.time.until.is_some();
        if !is_window_typed && (to.has_window || (self.is_named && to.has_filters)) {
            (to.time.since, to.time.until) = (from.since.clone(), from.until.clone());
        } else if !is_window_typed && (from.since.is_some() || from.until.is_some()) {
            to.time.passed_over = Some(self.origin.clone());
        }
        or(&mut to.time.as_of, from.as_of.as_ref());
        or(&mut to.time.timezone, from.timezone.as_ref());
        or(&mut to.input.log_timezone, from.log_timezone.as_ref());
        or(&mut to.input.log_year, from.log_year.as_ref());
        or(&mut to.input.date_order, from.date_order.as_ref());
        or(&mut to.input.columns, from.columns.as_ref());
        if to.input.period.is_empty() {
            to.input.period.clone_from(&from.period.0);
        }
        for (typed, set) in [
            (&mut to.input.strict, from.strict),
            (&mut to.input.keep_duplicates, from.keep_duplicates),
            (&mut to.output.quiet, from.quiet),
            (&mut to.output.csv_raw, from.csv_raw),
        ] {
            *typed |= set.unwrap_or(false);
        }
        // A page is no table.
        if to.command != "report" {
            self.fill_format(to.output);
        }
        or(&mut to.input.max_ratio, from.max_ratio.as_ref());
        or(&mut to.input.threads, from.threads.as_ref());
        or(&mut to.output.width, from.width.as_ref());
        or(&mut to.output.color, from.color.as_ref());
        if to.has_filters {
            self.fill_filters(&mut to.time.filters);
        }
        self.fill_rows(to);
    }

    /// What the ending of `-o` says is typed, and a table is what there is without any format.
    fn fill_format(&self, to: &mut Output) {
        let has_ending = to.output.as_ref().is_some_and(|path| path.extension().is_some());
        let format = self.options.format.filter(|format| *format != Format::Table && !has_ending);
        or(&mut to.format, format.as_ref());
    }

    fn fill_filters(&self, to: &mut Filters) {
        let from = self.options;
        let pairs = [
            ("sender", &mut to.sender, &from.sender),
            ("login", &mut to.login, &from.login),
            ("client", &mut to.client, &from.client),
            ("server", &mut to.server, &from.server),
            ("domain", &mut to.domain, &from.domain),
            ("tls", &mut to.tls, &from.tls),
            ("auth", &mut to.auth, &from.auth),
        ];
        for (option, typed, set) in pairs {
            if typed.is_empty() && !set.0.is_empty() {
                *typed = set.0.clone();
                to.taken.push(Taken { option, origin: self.origin.clone() });
            }
        }
    }

    /// An order, a number of rows and a condition call for the table behind a chart: defaults do not, they are for when it is
    /// there.
    fn fill_rows(&self, to: &mut Adjustable<'_>) {
        let from = self.options;
        if !self.is_named && to.is_chart {
            return;
        }
        if let Some(sort) = &mut to.sort {
            or(sort, from.sort.as_ref());
        }
        if let Some(top) = &mut to.top {
            or(top, from.top.as_ref());
        }
        if let Some(conditions) = to.conditions.as_deref_mut().filter(|_| self.is_named || to.has_table) {
            self.fill_conditions(conditions);
        }
    }

    fn fill_conditions(&self, to: &mut Conditions) {
        let from = self.options;
        if to.where_.is_none() && from.r#where.is_some() {
            to.origin = Some(self.origin.clone());
        }
        or(&mut to.where_, from.r#where.as_ref());
        if to.min_messages.is_none() && from.min_messages.is_some() {
            to.min_messages_origin = Some(self.origin.clone());
        }
        or(&mut to.min_messages, from.min_messages.as_ref());
    }
}

/// What was typed, else this.
fn or<T: Clone>(typed: &mut Option<T>, set: Option<&T>) {
    if typed.is_none() {
        *typed = set.cloned();
    }
}
