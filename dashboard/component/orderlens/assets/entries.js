// A list of entries: each a link of its own, built as text. A press opens it here; with Ctrl, Meta or Shift, or by the
// middle button, the browser opens its link.
function made(name, classes, text) {
  const element = document.createElement(name);
  element.className = classes;
  if (text !== undefined) element.textContent = text;
  return element;
}

function drawn(data, press) {
  const list = made("ul", "");
  for (const line of data.lines) {
    const link = made("a", "");
    link.href = `?${new URLSearchParams({ [data.name]: line.code })}`;
    link.dataset.code = line.code;
    const word = made("span", "word", line.word);
    word.dataset.icon = line.icon;
    word.dataset.color = line.color;
    link.append(made("span", "title", line.title), word, made("span", "code", line.code));
    const item = made("li", "");
    item.append(link);
    list.append(item);
  }
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    press(link.dataset.code);
  });
  return list;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const host = parentElement.querySelector(".ol-entries");
  host.press = (code) => setTriggerValue("open", code);
  const said = JSON.stringify(data);
  if (host.said !== said) host.replaceChildren(drawn(data, (code) => host.press(code))); // the script runs again
  host.said = said;
}
