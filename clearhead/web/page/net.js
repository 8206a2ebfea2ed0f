/** Requests to the page's own server; every failure is an Error with one sentence. */

/** Ask for JSON. */
export async function get(path, options = {}) {
  return (await asked(path, options)).json();
}

/** Send JSON and return the answer's JSON. */
export async function post(path, body, options = {}) {
  return (await send(path, body, options)).json();
}

/** Send JSON and return the answer as a file. */
export async function postForFile(path, body) {
  return (await send(path, body, {})).blob();
}

function send(path, body, options) {
  const headers = { "content-type": "application/json" };
  return asked(path, { ...options, method: "POST", headers, body: JSON.stringify(body) });
}

async function asked(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw Object.assign(new Error("The server of this page does not answer."), { isGone: true });
  }
  if (answer.ok) return answer;
  let sentence = `${answer.status} ${answer.statusText}`;
  try {
    sentence = (await answer.json()).error ?? sentence;
  } catch {
    // No JSON: the number says what there is to say.
  }
  throw new Error(sentence);
}
