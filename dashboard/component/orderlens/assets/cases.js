// The list of cases: a table of real rows. Text is written as text; each row has a link of its own.
// j and k (or the arrows) move, Enter opens, x selects. All of a row opens by mouse; its text can be selected.
const WRITING = "input:not([type='checkbox']), textarea, select, [contenteditable=''], [contenteditable='true']";
const AWAY = "[role='dialog'], [role='listbox'], [role='menu'], [data-testid='stPopoverBody']";
const NARROW = ["risk", "since", "state"]; // what a card says without its heading beside it

function made(name, classes, text) {
  const element = document.createElement(name);
  if (classes) element.className = classes;
  if (text !== undefined) element.textContent = text;
  return element;
}

function cell(name, role, text) {
  const td = made("td", name, text);
  td.setAttribute("role", role);
  if (text) td.title = text;
  return td;
}

class List {
  constructor(host) {
    this.host = host;
    this.at = -1;
    this.drawn = "";
    this.turn = "";
    this.picked = new Set();
    this.pressed = (event) => this.key(event);
  }

  show(data, tell) {
    this.tell = tell;
    if (data.turn !== this.turn) this.picked.clear();
    this.turn = data.turn;
    const paper = getComputedStyle(this.host).getPropertyValue("--st-background-color");
    document.documentElement.style.setProperty("--ol-paper", paper); // for what stands over the list
    const drawn = JSON.stringify(data);
    if (drawn !== this.drawn) this.draw(data);
    this.drawn = drawn;
    this.mark();
  }

  draw(data) {
    const inside = this.host.contains(document.activeElement);
    const before = this.keys?.[this.at];
    const other = this.page !== undefined && this.page !== data.first;
    this.page = data.first;
    this.keys = data.rows.map((row) => row.key);
    const table = made("table");
    table.setAttribute("role", "grid");
    table.setAttribute("aria-multiselectable", "true");
    table.setAttribute("aria-rowcount", data.total + 1);
    table.setAttribute("aria-label", data.label);
    table.append(this.head(data), this.body(data));
    table.addEventListener("click", (event) => this.clicked(event));
    table.addEventListener("auxclick", (event) => event.button === 1 && this.aside(event));
    table.addEventListener("focusin", (event) => this.came(event));
    this.host.replaceChildren(table);
    this.rows = [...table.tBodies[0].rows];
    this.picked = new Set([...this.picked].filter((key) => this.keys.includes(key)));
    const kept = this.keys.indexOf(before ?? window.orderlensOpened);
    this.at = other ? 0 : kept;
    if (this.at >= 0 && (inside || (!before && kept >= 0))) this.go(this.at);
    if (other && this.host.getBoundingClientRect().top < 0) this.host.scrollIntoView({ block: "start" });
    window.orderlensOpened = undefined;
  }

  head(data) {
    const head = made("thead");
    head.setAttribute("role", "rowgroup");
    const row = head.insertRow();
    row.setAttribute("role", "row");
    row.setAttribute("aria-rowindex", "1");
    this.every = made("input");
    this.every.type = "checkbox";
    this.every.setAttribute("aria-label", "Select all on this page");
    this.every.addEventListener("change", () => {
      this.picked = new Set(this.every.checked ? this.keys : []);
      this.told();
    });
    for (const [name, words] of [["pick", ""], ...data.columns]) {
      const th = made("th", name, words);
      th.setAttribute("role", "columnheader");
      th.scope = "col";
      if (name === "pick") th.append(this.every);
      row.append(th);
    }
    return head;
  }

  body(data) {
    const body = made("tbody");
    body.setAttribute("role", "rowgroup");
    data.rows.forEach((row, index) => {
      const tr = body.insertRow();
      tr.setAttribute("role", "row");
      tr.setAttribute("aria-rowindex", data.first + index + 1);
      tr.dataset.key = row.key;
      const box = made("input");
      box.type = "checkbox";
      box.tabIndex = -1;
      box.setAttribute("aria-label", `Select ${row.order}`);
      const pick = cell("pick", "gridcell");
      pick.append(box);
      const severity = cell("severity", "gridcell", row.severity);
      severity.dataset.icon = row.icon;
      severity.dataset.color = row.color;
      const what = cell("what", "rowheader");
      const link = made("a", "", row.title);
      link.href = this.address(row.key);
      link.draggable = false;
      link.title = row.title;
      link.setAttribute("aria-label", `${row.title}, ${row.order}`);
      what.append(link);
      if (row.fresh) what.append(made("span", "fresh", "new"));
      tr.append(pick, severity, what);
      for (const name of ["order", ...NARROW, "customer"]) tr.append(cell(name, "gridcell", row[name]));
    });
    return body;
  }

  address(key) {
    const query = new URLSearchParams(window.location.search);
    query.set("case", key);
    return `?${query}`;
  }

  mark() {
    this.rows.forEach((tr, index) => {
      const picked = this.picked.has(tr.dataset.key);
      tr.setAttribute("aria-selected", String(picked));
      tr.querySelector("input").checked = picked;
      tr.querySelector("a").tabIndex = index === Math.max(0, this.at) ? 0 : -1;
    });
    this.every.checked = this.rows.length > 0 && this.picked.size === this.rows.length;
    this.every.indeterminate = this.picked.size > 0 && !this.every.checked;
  }

  go(index) {
    if (!this.rows.length) return;
    this.at = Math.max(0, Math.min(this.rows.length - 1, index));
    this.mark();
    this.rows[this.at].querySelector("a").focus({ preventScroll: true });
    this.rows[this.at].scrollIntoView({ block: "nearest" });
  }

  came(event) {
    const index = this.rows.indexOf(event.target.closest("tr"));
    if (index < 0 || index === this.at) return;
    this.at = index;
    this.mark();
  }

  toggle(key) {
    if (!this.picked.delete(key)) this.picked.add(key);
    this.told();
  }

  told() {
    this.mark();
    this.tell.setStateValue("picked", { turn: this.turn, keys: [...this.picked] });
  }

  open(tr) {
    tr.setAttribute("aria-busy", "true");
    window.orderlensOpened = tr.dataset.key; // where the list stands again when somebody comes back
    this.tell.setTriggerValue("open", tr.dataset.key);
  }

  clicked(event) {
    const tr = event.target.closest("tbody tr");
    if (!tr) return;
    if (event.target.closest(".pick")) {
      this.at = this.rows.indexOf(tr);
      this.toggle(tr.dataset.key);
      return;
    }
    if (!window.getSelection().isCollapsed) return event.preventDefault(); // somebody marks text
    if (event.ctrlKey || event.metaKey || event.shiftKey) return this.aside(event);
    event.preventDefault();
    this.open(tr);
  }

  aside(event) {
    const tr = event.target.closest("tbody tr");
    if (!tr || event.target.closest("a, .pick")) return; // the browser does it for a link
    event.preventDefault();
    window.open(this.address(tr.dataset.key), "_blank", "noopener");
  }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest(WRITING) || target.closest(AWAY)) return;
    const here = this.host.contains(target);
    const steps = { j: 1, k: -1, ...(here ? { ArrowDown: 1, ArrowUp: -1, Home: -1e6, End: 1e6 } : {}) };
    const current = this.rows[this.at];
    if (event.key in steps) this.go(this.at + steps[event.key]);
    else if ((event.key === "x" || (event.key === " " && here)) && current) this.toggle(current.dataset.key);
    else if (event.key === "Enter" && current && (here || target === document.body)) this.open(current);
    else return;
    event.preventDefault();
  }

  leave() {
    document.removeEventListener("keydown", this.pressed);
    const scroller = document.querySelector('[data-testid="stMain"]');
    if (window.orderlensOpened && scroller) scroller.scrollTop = 0; // a case begins at its top
  }
}

export default function ({ parentElement, data, setStateValue, setTriggerValue }) {
  const host = parentElement.querySelector(".ol-cases");
  const list = (host.list ??= new List(host)); // outlives new data: this function runs again with them
  list.show(data, { setStateValue, setTriggerValue });
  document.removeEventListener("keydown", list.pressed);
  document.addEventListener("keydown", list.pressed);
  return () => list.leave();
}
