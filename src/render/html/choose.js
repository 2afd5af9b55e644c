// What one chooses with, and what one takes along.

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

/** On paper there is nothing to open or to choose: all views stand there, about the chosen days. */
function whole() {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  for (const view of Object.keys(VIEWS)) {
    chart(state.selection, view);
    table(state.selection, view);
  }
}

function start() {
  tabs();
  domains();
  dates();
  Object.keys(VIEWS).forEach(tools);
  byId("controls").hidden = false;
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("beforeprint", whole);
  show();
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
}

// Without days there is nothing to choose: the page stays as the program drew it.
if (told.days && told.cells.day.length) start();
