// A figure of plotly's, drawn by its smallest bundle: a third of the one that Streamlit brings, which knows maps and globes.
import "./vendor/plotly-basic.min.js";

const QUIET = { displayModeBar: false, scrollZoom: false, responsive: true };

function drawn(host, data) {
  host.setAttribute("role", "img");
  host.setAttribute("aria-label", data.alt);
  const { fontFamily: family } = getComputedStyle(host);
  const { font, hoverlabel, ...layout } = data.layout;
  layout.font = { ...font, family };
  layout.hoverlabel = { ...hoverlabel, font: { ...hoverlabel?.font, family } };
  return window.Plotly.react(host, data.traces, layout, QUIET);
}

export default function ({ parentElement, data }) {
  const host = parentElement.querySelector(".ol-figure");
  const said = JSON.stringify(data);
  if (host.said !== said) host.drawn = drawn(host, data); // the script runs again
  host.said = said;
  return () => host.drawn.then(() => window.Plotly.purge(host)); // not while it is drawing still
}
