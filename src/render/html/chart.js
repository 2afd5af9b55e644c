// Columns of days, and what their colours stand for.

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

function columns(series, days, top, hatch, label, high = 360) {
  const width = days * WIDE;
  const pattern = draw("pattern", { id: hatch, class: "hatch", width: Math.max(1, width / 88), height: high, patternUnits: "userSpaceOnUse" },
    draw("path", { d: `M0 ${high}L${width / 88} 0` }));
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
    make("div", { class: "wide" }, make("table", { class: "legend" }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows), make("tfoot", {}, all))),
  ];
}
