// What is cut or abbreviated on the page, whole, beside where the pointer, the finger or the focus is, with "Copy":
// ids of Stripe's that are links, and cells whose text does not fit. Ctrl-C on a focused link copies its id.
const LINK = "a[href^='https://dashboard.stripe.com/']";
const CELL = ".st-key-case_glance td";

function text(place) {
  if (place.matches(LINK)) return decodeURIComponent(new URL(place.href).pathname.split("/").pop());
  const cut = [place, ...place.querySelectorAll("div, p")].some((one) => one.scrollWidth > one.clientWidth + 1);
  return cut ? place.textContent.replaceAll("\u2060", "") : "";
}

function placeOf(target) {
  return target instanceof Element ? target.closest(LINK) ?? target.closest(CELL) : null;
}

async function copied(said) {
  try {
    await navigator.clipboard.writeText(said);
    return true;
  } catch {
    return false; // the browser does not let us: the text is there, and can be selected
  }
}

export default function ({ parentElement }) {
  const host = parentElement.querySelector(".ol-whole");
  window.orderlensWhole?.(); // the script runs again: one set of listeners, not many
  const chip = document.createElement("div");
  const words = document.createElement("span");
  const copy = document.createElement("button");
  chip.className = "ol-whole-chip";
  chip.hidden = true;
  copy.type = "button";
  chip.append(words, copy);
  host.replaceChildren(chip);
  let leaving;

  const hide = () => { chip.hidden = true; };
  const show = (place) => {
    const said = text(place);
    if (!said) return;
    clearTimeout(leaving);
    words.textContent = said;
    copy.textContent = "Copy";
    chip.hidden = false;
    const at = place.getBoundingClientRect(), own = chip.getBoundingClientRect();
    const below = at.bottom + own.height + 4 <= window.innerHeight;
    chip.style.top = `${below ? at.bottom + 2 : at.top - own.height - 2}px`;
    chip.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - own.width - 8))}px`;
  };
  const come = (event) => {
    if (chip.contains(event.target)) return clearTimeout(leaving);
    const place = placeOf(event.target);
    if (place) show(place);
    else if (!chip.hidden) { clearTimeout(leaving); leaving = setTimeout(hide, 250); }
  };
  const key = (event) => { if (event.key === "Escape") hide(); };
  const onCopy = (event) => {
    const link = document.activeElement?.closest?.(LINK);
    if (!link || String(window.getSelection())) return;
    event.clipboardData.setData("text/plain", text(link));
    event.preventDefault();
  };
  copy.onclick = async () => { copy.textContent = (await copied(words.textContent)) ? "Copied" : "Select it"; };
  const heard = { pointerover: come, pointerdown: come, focusin: come, keydown: key, copy: onCopy };
  for (const [name, what] of Object.entries(heard)) document.addEventListener(name, what);
  window.addEventListener("scroll", hide, true);
  window.orderlensWhole = () => {
    for (const [name, what] of Object.entries(heard)) document.removeEventListener(name, what);
    window.removeEventListener("scroll", hide, true);
  };
  return window.orderlensWhole;
}
