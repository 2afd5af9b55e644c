// The rows behind a chart, and what is behind a row.

// ---- Rows of the table behind the chart.

const nameFor = (by, cell) => {
  const kind = cells.kind[cell];
  if (by === "account") return accountOf(kind);
  return kinds.sender[kind] || (cells.messages[cell] ? 0 : kinds.login[kind]);
};

const byOf = (selection, view) => selection.hasMessages ? VIEWS[view].rows : "account";

/** The row in which a cell counts: its name, and whether it is counted in sessions; nothing if it counts in none. */
function rowOf(selection, by, cell) {
  const holds = by === "account" ? selection.aloneInAccounts : selection.alone;
  if (holds(cell)) return nameFor(by, cell) * 2 + 1;
  const isBeside = cells.messages[cell] > 0 || (cells.sessions[cell] > 0 && by === "account");
  return isBeside ? nameFor(by, cell) * 2 : -1;
}

const emptyRow = (key) => ({
  key, name: key >> 1, bySessions: (key & 1) === 1, domain: 0, total: 0,
  tls: new Float64Array(8), auth: new Float64Array(5),
  messages: 0, sessions: 0, failed: 0, recipients: 0, bytes: 0, first: -1, last: -1,
});

function addTo(row, cell) {
  const kind = cells.kind[cell], day = cells.day[cell];
  const units = row.bySessions ? cells.sessions[cell] : cells.messages[cell];
  row.total += units;
  row.tls[kinds.tls[kind]] += units;
  row.auth[kinds.auth[kind]] += units;
  row.domain = row.name === others ? 0 : kinds.domain[kind];
  for (const name of ["messages", "sessions", "recipients", "bytes"]) row[name] += cells[name][cell];
  if (day >= 0) {
    row.first = row.first < 0 ? day : Math.min(row.first, day);
    row.last = Math.max(row.last, day);
  }
}

function rowsOf(selection, view) {
  const by = byOf(selection, view);
  const rows = new Map();
  const get = (key) => {
    if (!rows.has(key)) rows.set(key, emptyRow(key));
    return rows.get(key);
  };
  for (const cell of selection.cells) {
    const key = rowOf(selection, by, cell);
    if (key >= 0) addTo(get(key), cell);
  }
  if (view === "auth") {
    for (const cell of selection.cells) {
      if (!cells.failed[cell]) continue;
      const key = nameFor(by, cell) * 2;
      const known = [key, key + 1].find((one) => rows.has(one));
      get(known === undefined ? key + (selection.hasMessages ? 0 : 1) : known).failed += cells.failed[cell];
    }
  }
  return [...rows.values()];
}

const isOfStrangers = (row) => row.name === 0 && row.total === 0 && row.failed > 0;
const oldOf = (row) => OLD.reduce((sum, tls) => sum + row.tls[tls], 0);

/** The order that the program gives: messages before sessions, names between equals. */
function inOrder(rows, view, sort) {
  const last = (row) => (isOfStrangers(row) ? 2 : 0) + (row.name === others ? 1 : 0);
  const most = (one, other) => one.bySessions - other.bySessions || other.total - one.total || one.name - other.name;
  const own = {
    volume: most,
    tls: (one, other) => oldOf(other) - oldOf(one) || most(one, other),
    auth: (one, other) => other.auth[BASIC] - one.auth[BASIC] || most(one, other),
  }[view];
  const chosen = sort && ((one, other) => {
    const difference = sort.column.value(one) - sort.column.value(other);
    return (sort.down ? -difference : difference) || most(one, other);
  });
  return rows.sort((one, other) => last(one) - last(other) || (chosen || own)(one, other));
}

const rowName = (row) => {
  if (row.name) return names[row.name];
  return isOfStrangers(row) ? "no such account" : "not logged";
};

/** The columns of a table: heading, what a cell says, and the number that it is sorted by. */
function columnsOf(selection, view, rows) {
  const isMixed = rows.some((row) => row.bySessions) && rows.some((row) => !row.bySessions);
  const heading = byOf(selection, view) === "account" ? "Account" : "Sender address";
  const name = { id: "name", heading, value: (row) => row.name, text: rowName };
  const units = (isMixed ? [false, true] : [!selection.hasMessages]).map((bySessions) => {
    const value = (row) => row.bySessions === bySessions || !isMixed ? row.total : 0;
    return { id: bySessions ? "sessions" : "messages", heading: bySessions ? "Sessions" : "Messages", value,
      text: (row) => value(row) ? grouped(value(row)) : "-" };
  });
  const parts = (values, labels, always) => labels
    .map(([id, label], index) => ({
      id, heading: label, value: (row) => row[values][index],
      text: (row) => shareAndNumber(row[values][index], row.total),
      isShown: always.includes(index) || rows.some((row) => row[values][index] > 0),
    }))
    .filter((one) => one.isShown);
  if (view === "tls") return [name, ...parts("tls", told.tls, VIEWS.tls.always), ...units];
  if (view === "auth") {
    const failed = { id: "failed", heading: "Failed logins", value: (row) => row.failed, text: (row) => row.failed ? grouped(row.failed) : "-" };
    return [name, ...parts("auth", told.auth, VIEWS.auth.always), ...units, failed];
  }
  const all = [0, 0];
  for (const row of rows) all[row.bySessions ? 1 : 0] += row.total;
  const plain = (id, headingOf, text) => ({ id, heading: headingOf, value: (row) => row[id], text });
  const used = (one) => rows.some((row) => row[one.id] > 0);
  return [name, ...units,
    { id: "share", heading: "Share", value: (row) => row.total, text: (row) => share(row.total, all[row.bySessions ? 1 : 0]) },
    ...[plain("recipients", "Recipients", (row) => row.recipients ? grouped(row.recipients) : "-"),
      plain("bytes", "Size", (row) => row.bytes ? bytesOf(row.bytes) : "-")].filter(used),
    plain("first", "First", (row) => row.first < 0 ? "" : dayAndMonth(row.first)),
    plain("last", "Last", (row) => row.last < 0 ? "" : dayAndMonth(row.last))];
}

const found = (rows, view) => {
  const wanted = state.search[view].trim().toLowerCase();
  return wanted ? rows.filter((row) => rowName(row).toLowerCase().includes(wanted)) : rows;
};

/** What rows add up to, of each unit. */
function sums(rows) {
  return [false, true].map((bySessions) => rows.filter((row) => row.bySessions === bySessions)).filter((some) => some.length).map((some) => {
    const sum = emptyRow(some[0].bySessions ? 1 : 0);
    for (const row of some) {
      row.tls.forEach((count, tls) => { sum.tls[tls] += count; });
      row.auth.forEach((count, auth) => { sum.auth[auth] += count; });
      for (const name of ["total", "messages", "sessions", "failed", "recipients", "bytes"]) sum[name] += row[name];
      if (row.first >= 0) sum.first = sum.first < 0 ? row.first : Math.min(sum.first, row.first);
      sum.last = Math.max(sum.last, row.last);
    }
    sum.count = some.filter((row) => !isOfStrangers(row)).length;
    return sum;
  });
}

function table(selection, view) {
  const place = byId(view).querySelector(".details");
  const all = rowsOf(selection, view);
  const list = columnsOf(selection, view, all);
  const sort = state.sort[view];
  const by = sort && list.find((one) => one.id === sort.id);
  const rows = inOrder(found(all, view), view, by && { column: by, down: sort.down });
  const head = make("tr", {}, ...list.map((one) => heading(view, one)));
  const body = make("tbody", {});
  for (const row of rows.slice(0, state.rows)) body.append(...rowAndDetails(selection, view, list, row));
  const word = byOf(selection, view) === "account" ? ["account", "accounts"] : ["sender", "senders"];
  const totals = sums(all).map((sum) => {
    const text = sum.bySessions && selection.hasMessages ? `all ${grouped(sum.count)} by sessions` : `all ${counted(sum.count, ...word)}`;
    return make("tr", {}, make("td", {}, text), ...list.slice(1).map((one) => number(one.text(sum))));
  });
  const parts = [make("div", { class: "wide" }, make("table", {}, make("thead", {}, head), body, make("tfoot", {}, ...totals)))];
  if (!rows.length) parts.push(make("p", { class: "line" }, "No row has this in its name."));
  const left = rows.length - Math.min(rows.length, state.rows);
  if (left > 0) {
    const more = make("button", { type: "button", class: "more" }, left > 450 ? `500 more of ${grouped(left)}` : `${grouped(left)} more`);
    more.addEventListener("click", () => { state.rows += 500; table(selection, view); });
    parts.push(more);
  }
  place.replaceChildren(...parts);
  byId(view).querySelector(".found").textContent = state.search[view].trim() ? `${grouped(rows.length)} of ${grouped(all.length)} rows` : counted(rows.length, "row", "rows");
}

function heading(view, one) {
  const sort = state.sort[view];
  const isSorted = sort && sort.id === one.id;
  const button = make("button", { type: "button" }, one.heading);
  button.addEventListener("click", () => {
    // Names begin with A, numbers with the largest; another click turns the order, a third gives back that of the program.
    const first = one.id !== "name";
    state.sort[view] = !isSorted ? { id: one.id, down: first } : sort.down === first ? { id: one.id, down: !first } : null;
    table(state.selection, view);
    const again = byId(view).querySelector(`th[data-id="${one.id}"] button`);
    if (again) again.focus();
  });
  const order = isSorted ? (sort.down ? "descending" : "ascending") : "none";
  const attributes = { scope: "col", "aria-sort": order, "data-id": one.id };
  return make("th", one.id === "name" ? attributes : { ...attributes, class: "n" }, button);
}

function rowAndDetails(selection, view, list, row) {
  const id = `${view} ${row.key}`;
  const isOpen = state.open.has(id);
  const button = make("button", { type: "button", class: "row", "aria-expanded": String(isOpen) }, log(rowName(row)));
  const line = make("tr", {}, make("td", {}, button), ...list.slice(1).map((one) => number(one.text(row))));
  button.addEventListener("click", () => {
    const next = line.nextSibling;
    if (state.open.delete(id)) {
      next.remove();
    } else {
      state.open.add(id);
      line.after(detailsOf(selection, view, list, row));
    }
    button.setAttribute("aria-expanded", String(state.open.has(id)));
  });
  return isOpen ? [line, detailsOf(selection, view, list, row)] : [line];
}

// ---- What is behind a row.

function detailsOf(selection, view, list, row) {
  const by = byOf(selection, view);
  const own = selection.cells.filter((cell) => rowOf(selection, by, cell) === row.key);
  const units = (cell) => row.bySessions ? cells.sessions[cell] : cells.messages[cell];
  const [, many] = row.bySessions ? ["session", "sessions"] : ["message", "messages"];
  const tally = (keyOf) => {
    const sum = new Map();
    for (const cell of own) {
      const key = keyOf(cell), one = sum.get(key) || { key, count: 0, tls: new Set(), last: -1 };
      one.count += units(cell);
      one.tls.add(kinds.tls[cells.kind[cell]]);
      one.last = Math.max(one.last, cells.day[cell]);
      sum.set(key, one);
    }
    return [...sum.values()].sort((one, other) => other.count - one.count || one.key - other.key);
  };
  const small = (title, heads, lines) => {
    const head = heads.map((text, index) => make("th", index ? { scope: "col", class: "n" } : { scope: "col" }, text));
    const rows = lines.map((line) => make("tr", {}, ...line.map((text, index) => index ? number(text) : make("td", {}, log(text)))));
    return make("section", {}, make("h4", {}, title), make("div", { class: "wide" }, make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows))));
  };
  const used = (one) => [...one.tls].sort((a, b) => a - b).map((tls) => told.tls[tls][1]).join(", ");
  const clients = tally((cell) => kinds.client[cells.kind[cell]]).map((one) => [deviceOf(one.key), grouped(one.count), used(one), one.last < 0 ? "" : dayAndMonth(one.last)]);
  const other = by === "account" ? "sender" : "login";
  const whom = tally((cell) => kinds[other][cells.kind[cell]]).map((one) => [nameOf(one.key, "not logged"), grouped(one.count)]);
  const parts = (values, labels) => labels.map(([, label], index) => [label, values[index]]).filter(([, count]) => count)
    .map(([label, count]) => [label, shareAndNumber(count, row.total)]);
  const ways = tally((cell) => kinds.mechanism[cells.kind[cell]]).map((one) => [nameOf(one.key, "not logged"), shareAndNumber(one.count, row.total)]);
  const days = tally((cell) => cells.day[cell]).sort((one, two) => two.key - one.key)
    .map((one) => [one.key < 0 ? "without a day" : dayName(one.key), grouped(one.count), used(one)]);
  const cell = make("td", { colspan: String(list.length) }, make("div", { class: "behind" },
    daysOf(own, units, row),
    small("Clients", ["", many, "TLS", "last"], clients),
    small(by === "account" ? "Sent as" : "Logins", ["", many], whom),
    small("TLS", ["", many], parts(row.tls, told.tls)),
    small("Login with", ["", many], [...parts(row.auth, told.auth), ...ways]),
    small("Days", ["", many, "TLS"], days)));
  return make("tr", { class: "opened" }, cell);
}

const deviceOf = (client) => {
  if (!client) return "not logged";
  const [hosts, helos] = told.devices[client] || ["", ""];
  const name = hosts || helos;
  return name ? `${name} [${names[client]}]` : names[client];
};

/** The days of a row, stacked by TLS version. */
function daysOf(own, units, row) {
  const days = state.to - state.from + 1;
  const counts = told.tls.map(([, name], color) => ({ name, color, counts: new Float64Array(days) }));
  for (const cell of own) {
    if (cells.day[cell] >= 0) counts[kinds.tls[cells.kind[cell]]].counts[cells.day[cell] - state.from] += units(cell);
  }
  const series = counts.filter((one) => one.counts.some((count) => count));
  const top = round(largestDay(series, days));
  const label = `${rowName(row)}: ${range(state.from, state.to)}, per day and TLS version; the numbers stand below`;
  return make("figure", { class: "chart tls small" },
    make("div", { class: "canvas" }, columns(series, days, top, `hatch-${state.view}-${row.key}`, label, 1350)),
    make("figcaption", {}, ...series.map((one) => make("span", {}, swatch(one.color), one.name))));
}
