// The cells that the page holds, and how they are counted: by the rules that the program counts by.

const told = JSON.parse(document.getElementById("cells").textContent);

const HAS_MESSAGES = 1, IS_SIGN_IN = 2;
const BASIC = 0;
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
    const speaks = view === "volume" ? units > 0 || alone > 0 : view !== "tls" || cells.messages[cell] > 0 || !(kinds.flags[kind] & IS_SIGN_IN) || alone;
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
