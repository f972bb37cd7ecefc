// The clock that was chosen is kept by the browser. Nothing that is kept there is read here.
const YEAR = 31536000;

export default function ({ parentElement, data }) {
  parentElement.querySelector(".ol-clock").hidden = true;
  document.cookie = `${data.name}=${data.value}; path=/; max-age=${data.value ? YEAR : 0}; samesite=strict`;
}
