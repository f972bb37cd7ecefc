// What the keyboard needs on every page. The key "/": the cursor into the search of the page; not while somebody writes,
// and not with Ctrl, Alt or Meta. And the tables and code that scroll: they can be reached with Tab in every browser.
const WRITING = "input, textarea, select, [contenteditable=''], [contenteditable='true'], [role='dialog']";

function toSearch() {
  const search = document.querySelector(".st-key-search input");
  search?.focus();
  search?.select();
  return Boolean(search);
}

function pressed(event) {
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  if (event.target instanceof Element && event.target.closest(WRITING)) return;
  if (toSearch()) event.preventDefault();
}

const SCROLLING = ":has(> [data-testid='stTableStyledTable']), [data-testid='stCode'] pre";

function reachable() {
  for (const box of document.querySelectorAll(SCROLLING)) {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (scrolls && !box.hasAttribute("tabindex")) box.setAttribute("tabindex", "0");
    if (!scrolls && box.hasAttribute("tabindex")) box.removeAttribute("tabindex");
  }
}

// What an address has to say beside its page: a link that is opened in another tab, a reload and Back lead to the same
// shop. The history keeps its steps: the one that is there is written anew.
const LINKS = "header a[href], [data-testid='stSidebar'] a[href], [data-testid='stPageLink'] a[href]";

function completed(href, address) {
  const url = new URL(href, location.href);
  if (url.origin !== location.origin) return null;
  const missing = Object.entries(address).filter(([name]) => !url.searchParams.has(name));
  for (const [name, value] of missing) url.searchParams.set(name, value);
  return missing.length ? url : null;
}

function addressed(address) {
  const here = completed(location.href, address);
  if (here) history.replaceState(history.state, "", here);
  for (const link of document.querySelectorAll(LINKS)) {
    const to = completed(link.href, address);
    if (to) link.setAttribute("href", to.pathname + to.search + to.hash);
  }
}

function watched(address) {
  let asked = 0; // one look a frame, however much was drawn in it
  const seen = () => ((asked = 0), reachable(), addressed(address));
  const look = () => (asked ||= requestAnimationFrame(seen));
  const drawn = new MutationObserver(look);
  drawn.observe(document.body, { childList: true, subtree: true });
  window.addEventListener("resize", look);
  look();
  return () => (drawn.disconnect(), window.removeEventListener("resize", look));
}

// A telephone's menu covers the page: it closes when a page is chosen.
const NARROW = 768;

function chosen(event) {
  if (window.innerWidth >= NARROW || !(event.target instanceof Element)) return;
  if (!event.target.closest("[data-testid='stSidebar'] a")) return;
  requestAnimationFrame(() => document.querySelector("[data-testid='stSidebar'] button[aria-controls='stSidebar']")?.click());
}

// By itself only where nobody is at anything, and once for each text: the script runs again with every change.
function byItself(text, frames = 600) {
  if (!text || window.orderlensAtOnce === text) return;
  if (!document.querySelector(".st-key-search input")) {
    if (frames) requestAnimationFrame(() => byItself(text, frames - 1)); // it is still being drawn
    return;
  }
  window.orderlensAtOnce = text;
  const at = document.activeElement;
  if (!at || at === document.body || at.closest("header, [data-testid='stSidebar'], a")) toSearch();
}

export default function ({ parentElement, data }) {
  const host = parentElement.querySelector(".ol-keys");
  host.hidden = true;
  window.orderlensKeys?.(); // the script runs again, and on another page anew: one listener, not many
  const listens = (event) => pressed(event);
  document.addEventListener("keydown", listens);
  document.addEventListener("click", chosen);
  const unwatched = watched(data?.address ?? {});
  const stop = () => {
    document.removeEventListener("keydown", listens);
    document.removeEventListener("click", chosen);
    unwatched();
  };
  window.orderlensKeys = stop;
  byItself(data?.at_once);
  return stop; // its own alone: the next one may stand before this one goes
}
