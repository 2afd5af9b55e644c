// The page is whole without this script: it lets one choose days, a domain and a view, sort, search, open rows and take
// the numbers along. It folds the cells that the page holds by the rules that the program counts by.
"use strict";
(() => {
  const told = JSON.parse(document.getElementById("cells").textContent);
  if (!told.days || !told.cells.day.length) return;

  const HAS_MESSAGES = 1, IS_SIGN_IN = 2;
  const UNKNOWN_TLS = 7, BASIC = 0;
  // SSL 3.0, TLS 1.0 and 1.1; and those, with none, over which a session counts beside messages.
  const OLD = [0, 1, 2], GOES = new Set([0, 1, 2, 6]);
  const DOMAINS = 6, ROWS = 50;

  // ---- Cells: columns of numbers, one place for each cell.

  const column = (values, length) => values === 0 ? new Float64Array(length) : Float64Array.from(values);
  const size = told.cells.day.length;
  const cells = { day: Int32Array.from(told.cells.day), kind: new Int32Array(size) };
  for (const name of ["messages", "sessions", "failed", "recipients", "bytes"]) {
    cells[name] = column(told.cells[name], size);
  }
  let at = 0;
  told.cells.count.forEach((count, kind) => { cells.kind.fill(kind, at, at + count); at += count; });
  const kinds = {};
  for (const [name, values] of Object.entries(told.kinds)) {
    kinds[name] = column(values, told.cells.count.length);
  }
  const names = told.names;
  // Where a domain is asked for and messages are logged, those are meant: a session may have sent any.
  const sessions = {
    all: cells.sessions,
    ofDomain: cells.sessions.map((count, cell) => cells.messages[cell] === 0 && kinds.flags[cells.kind[cell]] & HAS_MESSAGES ? 0 : count),
  };
  const others = told.others ? told.others[0] : -1;
  const nameOf = (id, nameless) => id ? names[id] : nameless;

  // ---- State: what is chosen.

  const state = {
    view: "volume", domain: -1, from: told.window[0], to: told.window[1], day: -1,
    search: { volume: "", tls: "", auth: "" }, rows: ROWS, open: new Set(),
    sort: { volume: null, tls: null, auth: null },
  };
  const byId = (id) => document.getElementById(id);

  // ---- Numbers and days as the program writes them.

  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
  const share = (part, whole) => {
    if (!whole) return "-";
    if (part === whole) return "100%";
    if (part === 0) return "0%";
    return Math.min(99.9, Math.max(0.1, part / whole * 100)).toFixed(1) + "%";
  };
  const shareAndNumber = (part, whole) => part ? `${share(part, whole)} (${grouped(part)})` : "-";
  const percent = (part, whole) => whole ? String(Math.round(part / whole * 100 * 10000) / 10000) : "";
  const bytesOf = (bytes) => {
    const units = ["B", "kB", "MB", "GB", "TB", "PB"];
    let unit = 0, tenths = 0, whole = bytes;
    while (whole >= 1000 && unit < units.length - 1) {
      tenths = Math.floor(whole % 1000 / 100);
      whole = Math.floor(whole / 1000);
      unit += 1;
    }
    return unit ? `${whole}.${tenths} ${units[unit]}` : `${whole} B`;
  };
  const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const dateOf = (day) => new Date((told.first + day) * 86400000);
  const isoDay = (day) => day < 0 ? "" : dateOf(day).toISOString().slice(0, 10);
  const dayAndMonth = (day) => `${dateOf(day).getUTCDate()} ${MONTHS[dateOf(day).getUTCMonth()]}`;
  const dayName = (day) => `${WEEKDAYS[dateOf(day).getUTCDay()]} ${dayAndMonth(day)}`;
  const shortDay = (day) => `${WEEKDAYS[dateOf(day).getUTCDay()]} ${dateOf(day).getUTCDate()}`;
  const range = (from, to) => {
    const year = (day) => dateOf(day).getUTCFullYear();
    if (from === to) return `${dayName(from)} ${year(from)}`;
    const month = (day) => dateOf(day).getUTCMonth();
    const isYear = year(from) === year(to);
    const start = !isYear ? `${dayAndMonth(from)} ${year(from)}` : month(from) === month(to) ? dateOf(from).getUTCDate() : dayAndMonth(from);
    return `${start} - ${dayAndMonth(to)} ${year(to)}`;
  };
  const dayOfInput = (text) => Math.round(Date.parse(text + "T00:00:00Z") / 86400000) - told.first;
  const counted = (number, one, many) => `${grouped(number)} ${number === 1 ? one : many}`;

  // ---- Elements. Text is only ever set as text.

  const SVG = "http://www.w3.org/2000/svg";
  const fill = (element, attributes, children) => {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const make = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
  const draw = (name, attributes = {}, ...children) => fill(document.createElementNS(SVG, name), attributes, children);
  const number = (text) => make("td", { class: "n" }, text);
  // An address that does not fit is broken in front of its domain.
  const log = (text) => make("bdi", {}, ...text.split(/(?=@[^@]*$)/).flatMap((part, index) => index ? [make("wbr"), part] : [part]));

  const swatch = (color) => draw("svg", { class: "swatch", viewBox: "0 0 10 10", "aria-hidden": "true" }, draw("rect", { class: `c${color}`, width: 10, height: 10 }));

  // ---- What is chosen, and how it is counted.

  /** The cells of the chosen days and domain, and what follows from them for sessions beside messages. */
  function choose() {
    const chosen = [];
    const isWindow = state.from === told.window[0] && state.to === told.window[1];
    cells.sessions = state.domain < 0 ? sessions.all : sessions.ofDomain;
    let undated = 0, hasMessages = false, hasSessions = false;
    for (let cell = 0; cell < size; cell += 1) {
      const day = cells.day[cell], kind = cells.kind[cell];
      if (state.domain >= 0 && kinds.domain[kind] !== state.domain) continue;
      if (day < 0) {
        if (!isWindow) { undated += cells.messages[cell]; continue; }
      } else if (day < state.from || day > state.to) continue;
      chosen.push(cell);
      hasMessages = hasMessages || cells.messages[cell] > 0;
      hasSessions = hasSessions || cells.sessions[cell] > 0;
    }
    const selection = { cells: chosen, undated, hasMessages: hasMessages || !hasSessions };
    selection.sent = sentOver(selection);
    selection.alone = (cell) => isAlone(selection, cell, false);
    selection.hasRow = chosen.some(selection.alone);
    selection.aloneInAccounts = (cell) => isAlone(selection, cell, selection.hasRow);
    selection.isMixed = selection.hasMessages && selection.hasRow;
    return selection;
  }

  const accountOf = (kind) => kinds.login[kind] || kinds.sender[kind];
  const unitsOf = (selection, cell) => selection.hasMessages ? cells.messages[cell] : cells.sessions[cell];

  /** Who has sent messages, and over which TLS: a bit for each. */
  function sentOver(selection) {
    const sent = new Map();
    for (const cell of selection.cells) {
      if (cells.messages[cell] > 0) {
        const kind = cells.kind[cell], account = accountOf(kind);
        sent.set(account, (sent.get(account) || 0) | (1 << kinds.tls[kind]));
      }
    }
    return sent;
  }

  /** Whether a cell is of sessions that no message speaks for, so that they count. */
  function isAlone(selection, cell, hasRow) {
    if (cells.messages[cell] > 0 || cells.sessions[cell] === 0) return false;
    const kind = cells.kind[cell], account = accountOf(kind), tls = kinds.tls[kind];
    const over = selection.sent.get(account) || 0;
    const isOfNone = GOES.has(tls)
      ? over === 0 || (told.hub && (over & (1 << tls)) === 0)
      : over === 0 && hasRow;
    return selection.sent.size === 0 || (isOfNone && account !== 0) || !(kinds.flags[kind] & HAS_MESSAGES);
  }

  /** What each view stacks in the column of a day. */
  const VIEWS = {
    volume: { heading: "Domain", keyOf: (kind) => kinds.domain[kind], rows: "sender" },
    tls: { heading: "TLS", keyOf: (kind) => kinds.tls[kind], rows: "sender", labels: told.tls, always: [1, 2, 3] },
    auth: { heading: "Login with", keyOf: (kind) => kinds.auth[kind], rows: "account", labels: told.auth, always: [0, 1] },
  };

  /** Series of a view: name, colour, counts by day, total, accounts. */
  function stack(selection, view) {
    const { keyOf, labels, always } = VIEWS[view];
    const days = state.to - state.from + 1;
    const series = new Map();
    const get = (key) => {
      if (!series.has(key)) series.set(key, { key, counts: new Float64Array(days), total: 0, alone: 0, accounts: new Set() });
      return series.get(key);
    };
    if (always) always.forEach(get);
    for (const cell of selection.cells) {
      const kind = cells.kind[cell], day = cells.day[cell] - state.from;
      const units = unitsOf(selection, cell);
      const alone = selection.alone(cell) ? cells.sessions[cell] : 0;
      if (!units && !alone && !cells.sessions[cell]) continue;
      const one = get(keyOf(kind));
      one.total += units;
      one.alone += alone;
      if (day >= 0 && cells.day[cell] >= 0) one.counts[day] += units;
      const speaks = view !== "tls" || cells.messages[cell] > 0 || !(kinds.flags[kind] & IS_SIGN_IN) || alone;
      const account = accountOf(kind);
      if (account && speaks) one.accounts.add(account);
    }
    const all = [...series.values()].filter((one) => one.total || one.alone || (always && always.includes(one.key)));
    if (labels) {
      all.sort((one, other) => one.key - other.key);
      return all.map((one) => ({ ...one, color: one.key, name: labels[one.key][1] }));
    }
    all.sort((one, other) => other.total - one.total || one.key - other.key);
    // One row for one other would save nothing.
    const most = all.length > DOMAINS + 1 ? DOMAINS : DOMAINS + 1;
    const shown = all.slice(0, most).map((one, color) => ({ ...one, color, name: nameOf(one.key, "no domain") }));
    const rest = all.slice(most);
    if (rest.length) {
      const sum = { counts: new Float64Array(days), total: 0, alone: 0, accounts: new Set(), color: DOMAINS, name: `${rest.length} others` };
      for (const one of rest) {
        one.counts.forEach((count, day) => { sum.counts[day] += count; });
        sum.total += one.total;
        sum.alone += one.alone;
        one.accounts.forEach((account) => sum.accounts.add(account));
      }
      shown.push(sum);
    }
    return shown;
  }

  // ---- Columns of days.

  const HIGH = 10000, WIDE = 100, GAP = 12, LEAST = 40, DATES = 7;

  function round(largest) {
    let unit = 1;
    while (unit * 10 < largest) unit *= 10;
    return Math.max(2, [2, 4, 6, 8, 10].map((step) => step * unit).find((step) => step >= largest) || largest);
  }

  function bars(series, days, top) {
    const drawn = [];
    const height = (count) => Math.min(HIGH, Math.floor(count * HIGH / top));
    for (let day = 0; day < days; day += 1) {
      let below = 0;
      for (const one of series) {
        const count = one.counts[day];
        if (!count) continue;
        const from = height(below);
        below += count;
        const h = Math.max(LEAST, height(below) - from);
        drawn.push(draw("rect", { class: `c${one.color}`, x: day * WIDE + GAP, y: HIGH - from - h, width: WIDE - 2 * GAP, height: h }));
      }
    }
    return drawn;
  }

  function columns(series, days, top, hatch, label) {
    const width = days * WIDE;
    const pattern = draw("pattern", { id: hatch, class: "hatch", width: Math.max(1, width / 88), height: 360, patternUnits: "userSpaceOnUse" },
      draw("path", { d: `M0 360L${width / 88} 0` }));
    const svg = draw("svg", { viewBox: `0 0 ${width} ${HIGH}`, preserveAspectRatio: "none", role: "img", "aria-label": label },
      draw("defs", {}, pattern),
      draw("path", { class: "lines", d: `M0 0H${width}M0 5000H${width}M0 10000H${width}` }),
      draw("rect", { class: "pointed", x: 0, y: 0, width: WIDE, height: HIGH, visibility: "hidden" }),
      ...bars(series, days, top));
    const open = told.unfinished ? told.unfinished[0] - state.from : -1;
    if (open >= 0 && open < days) {
      const total = series.reduce((sum, one) => sum + one.counts[open], 0);
      const h = Math.min(HIGH, Math.floor(total * HIGH / top));
      svg.append(draw("rect", { fill: `url(#${hatch})`, x: open * WIDE + GAP, y: HIGH - h, width: WIDE - 2 * GAP, height: h }));
    }
    return svg;
  }

  const largestDay = (series, days) => {
    let largest = 0;
    for (let day = 0; day < days; day += 1) {
      largest = Math.max(largest, series.reduce((sum, one) => sum + one.counts[day], 0));
    }
    return largest;
  };

  function unitNames(selection) {
    return selection.hasMessages ? ["message", "messages"] : ["session", "sessions"];
  }

  /** The chart of a view: one points at a day, or goes there with the arrow keys. */
  function chart(selection, view) {
    const figure = byId(view).querySelector("figure");
    const series = stack(selection, view);
    const days = state.to - state.from + 1;
    const top = round(largestDay(series, days));
    const [, many] = unitNames(selection);
    const svg = columns(series, days, top, `hatch-${view}`, "");
    svg.setAttribute("aria-hidden", "true");
    svg.removeAttribute("role");
    svg.removeAttribute("aria-label");
    const canvas = make("div", {
      class: "canvas", tabindex: "0", role: "slider", "aria-label": `${many} per day; arrow keys go from day to day`,
      "aria-valuemin": "0", "aria-valuemax": String(days - 1), "aria-valuenow": "0", "aria-valuetext": "no day chosen",
    }, svg);
    const every = Math.max(1, Math.ceil(days / DATES));
    const dates = Array.from({ length: days }, (_, day) => {
      const text = day % every ? "" : every === 1 ? shortDay(state.from + day) : dayAndMonth(state.from + day);
      return make("span", {}, text);
    });
    const plot = make("div", { class: "plot" },
      make("div", { class: "scale", "aria-hidden": "true" }, ...[top, top / 2, 0].map((line) => make("span", {}, grouped(Math.floor(line))))),
      canvas,
      make("div", { class: "dates", "aria-hidden": "true" }, ...dates));
    const caption = make("figcaption", {});
    figure.replaceChildren(plot, caption);
    const point = (day) => {
      state.day = day;
      const mark = svg.querySelector(".pointed");
      mark.setAttribute("visibility", day < 0 ? "hidden" : "visible");
      mark.setAttribute("x", Math.max(0, day) * WIDE);
      caption.replaceChildren(...legend(selection, view, series, day));
      if (day >= 0) {
        canvas.setAttribute("aria-valuenow", String(day));
        canvas.setAttribute("aria-valuetext", spoken(series, day, selection));
      }
    };
    const dayAt = (event) => {
      const box = canvas.getBoundingClientRect();
      return Math.min(days - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * days)));
    };
    canvas.addEventListener("pointermove", (event) => point(dayAt(event)));
    canvas.addEventListener("pointerdown", (event) => point(dayAt(event)));
    canvas.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse" && document.activeElement !== canvas) point(-1); });
    canvas.addEventListener("blur", () => point(-1));
    canvas.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -7, PageUp: 7, Home: -days, End: days };
      if (event.key === "Escape") return point(-1);
      if (!(event.key in steps)) return undefined;
      event.preventDefault();
      const from = state.day < 0 ? (steps[event.key] > 0 ? -1 : days) : state.day;
      return point(Math.min(days - 1, Math.max(0, from + steps[event.key])));
    });
    point(-1);
  }

  const isUnfinished = (day) => told.unfinished && told.unfinished[0] === state.from + day;

  function spoken(series, day, selection) {
    const total = series.reduce((sum, one) => sum + one.counts[day], 0);
    const parts = series.filter((one) => one.counts[day]).map((one) => `${one.name} ${grouped(one.counts[day])}`);
    const until = isUnfinished(day) ? `, until ${told.unfinished[1]}` : "";
    return `${dayName(state.from + day)}${until}: ${counted(total, ...unitNames(selection))}${parts.length ? ": " : ""}${parts.join(", ")}`;
  }

  /** What the colours stand for, with the numbers of all days or of the one that is pointed at. */
  function legend(selection, view, series, day) {
    const [, many] = unitNames(selection);
    const isDay = day >= 0;
    const countOf = (one) => isDay ? one.counts[day] : one.total;
    const total = series.reduce((sum, one) => sum + countOf(one), 0);
    const alone = series.reduce((sum, one) => sum + one.alone, 0);
    const hatched = told.unfinished && told.unfinished[0] >= state.from && told.unfinished[0] <= state.to;
    const until = isDay ? isUnfinished(day) : hatched;
    const when = isDay ? dayName(state.from + day) : range(state.from, state.to);
    const note = until ? `${isDay ? "" : `hatched: ${dayName(told.unfinished[0])}, `}until ${told.unfinished[1]}` : "";
    const extra = (one) => {
      if (isDay) return [];
      const sessions = selection.isMixed ? [number(shareAndNumber(one.alone, alone))] : [];
      return [...sessions, number(grouped(one.accounts.size))];
    };
    const heads = isDay ? [] : [...(selection.isMixed ? ["sessions"] : []), "accounts"];
    const rows = series.map((one) => make("tr", {},
      make("td", { class: "key" }, swatch(one.color), log(one.name)),
      number(grouped(countOf(one))), number(share(countOf(one), total)), ...extra(one)));
    const all = make("tr", {}, make("td", {}, "all"), number(grouped(total)), number(share(total, total)),
      ...(isDay ? [] : [...(selection.isMixed ? [number(grouped(alone))] : []), number(grouped(new Set(series.flatMap((one) => [...one.accounts])).size))]));
    const head = ["", many, "share", ...heads].map((text, index) => make("th", index ? { scope: "col", class: "n" } : { scope: "col" }, text));
    return [
      make("p", { class: "when" }, when, " ", make("small", {}, note)),
      make("table", { class: "legend" }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows), make("tfoot", {}, all)),
    ];
  }

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
      history(own, units, row),
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
  function history(own, units, row) {
    const days = state.to - state.from + 1;
    const counts = told.tls.map(([, name], color) => ({ name, color, counts: new Float64Array(days) }));
    for (const cell of own) {
      if (cells.day[cell] >= 0) counts[kinds.tls[cells.kind[cell]]].counts[cells.day[cell] - state.from] += units(cell);
    }
    const series = counts.filter((one) => one.counts.some((count) => count));
    const top = round(largestDay(series, days));
    const label = `${rowName(row)}: ${range(state.from, state.to)}, per day and TLS version; the numbers stand below`;
    return make("figure", { class: "chart tls small" },
      make("div", { class: "canvas" }, columns(series, days, top, `hatch-${state.view}-${row.key}`, label)),
      make("figcaption", {}, ...series.map((one) => make("span", {}, swatch(one.color), one.name))));
  }

  // ---- Taking the displayed rows along, as the program writes them.

  const FORMULA = /^[=+\-@\t\r\n\0'\uff1d\uff0b\uff0d\uff20]/;
  const exact = (id) => id === 0 ? "" : told.exact[id] === undefined ? names[id] : told.exact[id];
  const guarded = (text) => !told.raw && FORMULA.test(text) ? "'" + text : text;
  const quoted = (field) => /[",\r\n]/.test(field) ? '"' + field.replace(/"/g, '""') + '"' : field;
  const TLS_ORDER = [1, 2, 3, 4, 0, 5, 6, 7];

  function csv(selection, view) {
    const by = byOf(selection, view);
    const rows = found(rowsOf(selection, view), view);
    const list = columnsOf(selection, view, rowsOf(selection, view));
    const sort = state.sort[view];
    const sorted = sort && list.find((one) => one.id === sort.id);
    inOrder(rows, view, sorted && { column: sorted, down: sort.down });
    const parts = (values, order, total) => order.flatMap((index) => [String(values[index]), percent(values[index], total)]);
    const tlsNames = TLS_ORDER.flatMap((index) => {
      const name = told.tls[index][0].replace(/^(\d)\.(\d)$/, "tls$1_$2");
      return [name, `${name}_percent`];
    });
    const authNames = told.auth.flatMap(([name]) => [name, `${name}_percent`]);
    const known = (sum) => sum ? String(sum) : "";
    const shapes = {
      volume: [["domain", "messages", "sessions", "recipients", "bytes", "first_day", "last_day"],
        (row) => [guarded(exact(row.domain)), String(row.messages), String(row.sessions), known(row.recipients), known(row.bytes), isoDay(row.first), isoDay(row.last)]],
      tls: [["domain", "messages", "sessions", ...tlsNames],
        (row) => [guarded(exact(row.domain)), String(row.messages), String(row.sessions), ...parts(row.tls, TLS_ORDER, row.total)]],
      auth: [["messages", "sessions", "failed_logins", ...authNames],
        (row) => [String(row.messages), String(row.sessions), String(row.failed), ...parts(row.auth, [0, 1, 2, 3, 4], row.total)]],
    };
    const [header, cellsOf] = shapes[view];
    const lines = [[by, ...header], ...rows.map((row) => [guarded(exact(row.name)), ...cellsOf(row)])];
    return lines.map((line) => line.map(quoted).join(",") + "\n").join("");
  }

  function download(view) {
    const text = csv(state.selection, view);
    const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    const name = `smtpauth-${view}-${isoDay(state.from)}-${isoDay(state.to)}.csv`;
    make("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  }

  // ---- What one chooses with.

  function show() {
    state.selection = choose();
    for (const view of Object.keys(VIEWS)) {
      const isShown = view === state.view;
      byId(view).hidden = !isShown;
      byId(`tab-${view}`).setAttribute("aria-selected", String(isShown));
      byId(`tab-${view}`).tabIndex = isShown ? 0 : -1;
    }
    byId("from").value = isoDay(state.from);
    byId("to").value = isoDay(state.to);
    chart(state.selection, state.view);
    table(state.selection, state.view);
    say();
  }

  function say() {
    const { selection } = state;
    const accounts = new Set();
    let total = 0;
    for (const cell of selection.cells) {
      const units = unitsOf(selection, cell);
      total += units;
      if (cells.messages[cell] || cells.sessions[cell]) accounts.add(accountOf(cells.kind[cell]));
    }
    accounts.delete(0);
    const of = state.domain >= 0 ? ` of ${nameOf(state.domain, "no domain")}` : "";
    const undated = selection.undated ? `; ${counted(selection.undated, "message", "messages")} without a day left out` : "";
    const words = `${counted(total, ...unitNames(selection))} from ${counted(accounts.size, "account", "accounts")}${of}`;
    byId("selection").replaceChildren(log(`${words}, ${range(state.from, state.to)}${undated}`));
  }

  function choice(change) {
    Object.assign(state, { rows: ROWS, open: new Set() }, change);
    show();
  }

  function tabs() {
    const views = Object.keys(VIEWS);
    views.forEach((view, index) => {
      const tab = byId(`tab-${view}`);
      byId(view).setAttribute("role", "tabpanel");
      tab.addEventListener("click", () => choice({ view }));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!step) return;
        const next = views[(index + step + views.length) % views.length];
        choice({ view: next });
        byId(`tab-${next}`).focus();
      });
    });
  }

  function domains() {
    const select = byId("domain");
    const known = [...new Set(kinds.domain)].sort((one, other) => one - other);
    const option = (value, text) => make("option", { value: String(value) }, text);
    select.append(option(-1, known.length === 1 ? "the only sender domain" : `all ${known.length} sender domains`));
    select.append(...known.map((id) => option(id, nameOf(id, "no domain"))));
    select.addEventListener("change", () => choice({ domain: Number(select.value) }));
  }

  function dates() {
    const last = told.days - 1;
    for (const id of ["from", "to"]) {
      const input = byId(id);
      input.min = isoDay(0);
      input.max = isoDay(last);
      input.addEventListener("change", () => {
        const day = dayOfInput(input.value);
        if (!(day >= 0 && day <= last)) { input.value = isoDay(state[id]); return; }
        choice(id === "from" ? { from: day, to: Math.max(day, state.to) } : { from: Math.min(day, state.from), to: day });
      });
    }
    byId("reset").addEventListener("click", () => choice({ from: told.window[0], to: told.window[1] }));
    byId("all").addEventListener("click", () => choice({ from: 0, to: last }));
    byId("all").textContent = `All ${told.days} days`;
    byId("all").hidden = told.window[0] === 0 && told.window[1] === last;
    byId("reset").hidden = byId("all").hidden;
  }

  function tools(view) {
    const place = byId(view).querySelector(".tools");
    const search = make("input", { type: "search", name: `search-${view}`, "aria-label": "Search in the names of the rows", placeholder: "Search" });
    search.addEventListener("input", () => { state.search[view] = search.value; state.rows = ROWS; table(state.selection, view); });
    const take = make("button", { type: "button", class: "take" }, "CSV of these rows");
    take.addEventListener("click", () => download(view));
    place.replaceChildren(search, make("span", { class: "found", role: "status" }), take);
    place.hidden = false;
  }

  tabs();
  domains();
  dates();
  Object.keys(VIEWS).forEach(tools);
  byId("controls").hidden = false;
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  show();
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
})();
