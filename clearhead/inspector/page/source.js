/**
 * Where the numbers come from: the server of the live page, or the file itself.
 *
 *   isLive            whether another input may be asked for
 *   about             what is known of the model: its views, options, heads
 *   tables            the words of both languages
 *   first             what to show when the address says nothing
 *   show(state)       → {facts, panels} of a view
 *   row(state, panel, row) → the exact numbers of one row of a large grid
 *   report(state, all), weights(), setWeight(name, index, value), reset()   the live page only
 */

import { get, post, postForFile } from "../../web/page/net.js";
import { readPayload } from "./payload.js";

/** Return the source of this page. */
export async function openSource() {
  const payload = await readPayload();
  return payload ? openReport(payload) : openLive();
}

async function openLive() {
  const paths = ["/api/run", "/static/web/page/strings/en.json", "/static/web/page/strings/zh.json"];
  const [about, en, zh] = await Promise.all(paths.map((path) => get(path)));
  let asking = null;
  const asked = ({ input, target, view, options, edits }) => ({ input, target: target || null, view, options, edits });
  return {
    isLive: true,
    about,
    tables: { en, zh },
    first: about.start,
    async show(state) {
      asking?.abort(); // an answer to what nobody asks any more
      asking = new AbortController();
      const { panels, ...facts } = await post("/api/view", asked(state), { signal: asking.signal });
      return { facts, panels };
    },
    async row(state, panel, row) {
      const { values } = await post("/api/row", { ...asked(state), panel, row });
      return Float32Array.from(values, (value) => value ?? NaN);
    },
    report({ input, target, view, options, edits }, all) {
      const views = all ? null : { [view]: options };
      return postForFile("/api/report", { input, target: target || null, edits, views });
    },
    weights: () => get("/api/weights"),
    setWeight: (name, index, value) => post("/api/weight", { name, index, value }),
    reset: () => post("/api/reset", {}),
  };
}

function openReport({ strings, facts, shown, edits, start, ...about }) {
  const [first] = shown;
  return {
    isLive: false,
    about: { ...about, views: about.views.filter((view) => shown.some((one) => one.view === view.name)) },
    tables: strings,
    first: { input: facts.input, target: facts.target, view: start, options: first?.options ?? {}, edits },
    async show({ view }) {
      const found = shown.find((one) => one.view === view) ?? first;
      if (found.error) throw new Error(found.error);
      return { facts, panels: found.panels };
    },
    row: null,
    optionsOf: (view) => shown.find((one) => one.view === view)?.options ?? {},
  };
}
