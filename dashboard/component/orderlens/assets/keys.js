// The key "/": the cursor into the search of the page. Not while somebody writes, and not with Ctrl, Alt or Meta.
const WRITING = "input, textarea, select, [contenteditable=''], [contenteditable='true'], [role='dialog']";

function pressed(event) {
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  if (event.target instanceof Element && event.target.closest(WRITING)) return;
  const search = document.querySelector(".st-key-search input");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
}

export default function ({ parentElement }) {
  const host = parentElement.querySelector(".ol-keys");
  host.hidden = true;
  document.removeEventListener("keydown", window.orderlensKeys); // the script runs again: one listener, not many
  window.orderlensKeys = pressed;
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}
