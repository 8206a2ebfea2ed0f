/** What a page shows, written in its address: a link brings back the picture. */

/** Return the values that stand after the # of an address, each as text. */
export function readAddress(hash = window.location.hash) {
  return Object.fromEntries(new URLSearchParams(hash.replace(/^#/, "")));
}

/** Return an address for these values; what is null, undefined or empty is left out. */
export function writeAddress(values) {
  const kept = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return `#${new URLSearchParams(kept)}`;
}

/** Put values into the address; `isStep` makes it a step that the back button takes back. */
export function goTo(values, isStep) {
  const address = writeAddress(values);
  if (address === window.location.hash) return;
  if (isStep) window.history.pushState(null, "", address);
  else window.history.replaceState(null, "", address);
}
