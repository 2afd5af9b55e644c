//! `--top` in the data of views whose rows are not summed up for it: the first rows, and what is left out in one row.

use super::value::Value;

/// Columns that add up.
const SUMS: [&str; 4] = ["messages", "sessions", "failed_logins", "recipients"];

/// What all rows of a part have in common.
const PART: &str = "switch_off";

/// Of rows in the order in which they matter, the first `top`, and the others as one row, named in the column `name`.
pub fn cut(rows: Vec<Vec<Value>>, columns: &[&str], name: &str, top: Option<usize>) -> Vec<Vec<Value>> {
    let mut rows = rows;
    let top = top.filter(|top| *top > 0).unwrap_or(usize::MAX);
    // One row for one other would save nothing.
    if rows.len() <= top.saturating_add(1) {
        return rows;
    }
    let others = rows.split_off(top);
    rows.push(columns.iter().enumerate().map(|(at, column)| in_one(&others, at, column, name)).collect());
    rows
}

fn in_one(others: &[Vec<Value>], at: usize, column: &str, name: &str) -> Value {
    let cells = || others.iter().filter_map(|row| row.get(at));
    let count = |cell: &Value| if let Value::Count(count) = cell { Some(*count) } else { None };
    if column == name {
        Value::Others(u64::try_from(others.len()).unwrap_or(u64::MAX))
    } else if SUMS.contains(&column) {
        Value::Count(cells().filter_map(count).fold(0, u64::saturating_add))
    } else if column == PART {
        cells().next().cloned().unwrap_or(Value::Missing)
    } else {
        Value::Missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_others_are_one_row() {
        let row = |name: &'static str, tls: &'static str, messages| {
            vec!["basic".into(), Value::words(name), Value::words(tls), Value::Count(messages)]
        };
        let columns = ["switch_off", "account", "tls", "messages"];
        let rows = || vec![row("a", "1.0", 9), row("b", "1.2", 4), row("c", "1.2", 2)];
        let all = |top| cut(rows(), &columns, "account", top);
        assert_eq!((all(None), all(Some(0)), all(Some(2))), (rows(), rows(), rows()));
        let others = vec!["basic".into(), Value::Others(2), Value::Missing, Value::Count(6)];
        assert_eq!(all(Some(1)), [row("a", "1.0", 9), others]);
    }
}
