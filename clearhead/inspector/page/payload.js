/** What a page that is one file carries in itself. */

/** Return the values in this file; null where the page comes from a server. */
export async function readPayload() {
  const payload = document.getElementById("payload");
  if (!payload) return null;
  const bytes = Uint8Array.from(atob(payload.textContent.trim()), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}
