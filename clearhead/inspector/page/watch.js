/** The page of a training that is under way: it asks its server once in a while and draws what has come. */

import { goTo, readAddress } from "../../web/page/address.js";
import { make } from "../../web/page/dom.js";
import { get, post } from "../../web/page/net.js";
import { mountShell, setTheme } from "../../web/page/shell.js";
import { chooseLocale, wordsOf } from "../../web/page/strings.js";
import { drawnIn } from "./drawn.js";
import { turnedOf, turnedTo, writtenTurned } from "./state.js";

const OFTEN = 2000; // milliseconds between two questions
const SELDOM = 5000; // while nobody looks
const TRIES = 5; // without an answer, before the training is given up for lost
const ENDS = ["finished", "stopped", "failed"];
const AXES = ["steps", "seconds"];

/** Open the page in an element. */
export async function open(root) {
  const chosen = { axis: "steps", lang: "", theme: "", ...readAddress() };
  const shell = mountShell(root, { on: { locale: (lang) => choose({ lang }), theme: (theme) => choose({ theme }) } });
  const paths = ["/static/web/page/strings/en.json", "/static/web/page/strings/zh.json"];
  const [en, zh] = await Promise.all(paths.map((path) => get(path)));
  const tables = { en, zh };
  const parts = layOut(shell.main, { axis: (axis) => choose({ axis }), hold: toggle, stop: ask });
  const drawn = drawnIn(parts.panels);
  let words = wordsOf(tables, chooseLocale(chosen.lang));
  let [state, version, panels] = [{ phase: "preparing", notes: [] }, -1, {}];
  let [isHeld, isLost, missed, turn, timer] = [false, false, 0, 0, 0];

  function choose(change) {
    Object.assign(chosen, change);
    goTo(chosen, false);
    frame();
    if (panels[chosen.axis]) draw();
    else version = -1;
    if (!hasEnded()) again(0);
  }

  function toggle() {
    isHeld = !isHeld;
    frame();
    if (!isHeld) draw();
  }

  async function ask() {
    state = { ...state, is_stopping: true };
    frame();
    try {
      await post("/api/stop", {});
    } catch (error) {
      shell.message(error.isGone ? words("watch.lost") : words.each("error.", error.message));
    }
  }

  const axisOf = () => (AXES.includes(chosen.axis) ? chosen.axis : "steps");
  const hasEnded = () => ENDS.includes(state.phase);

  async function look() {
    try {
      const answer = await get(`/api/watch?known=${version}&axis=${axisOf()}`);
      missed = 0;
      ({ state, version } = answer);
      if (!chosen.lang) words = wordsOf(tables, chooseLocale("", answer.locale));
      if (answer.panels) panels = answer.panels;
      frame();
      if (answer.panels && (!isHeld || hasEnded())) await draw();
    } catch (error) {
      missed += 1;
      isLost = missed >= TRIES;
      if (isLost || !error.isGone) shell.message(error.isGone ? words("watch.lost") : words.each("error.", error.message));
    }
    if (!hasEnded() && !isLost) again(document.hidden ? SELDOM : OFTEN);
  }

  function again(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(look, milliseconds);
  }

  function onTurn({ name }, how) {
    chosen.turned = writtenTurned(turnedTo(turnedOf(chosen.turned), name, how));
    goTo(chosen, false);
  }

  async function draw() {
    await drawn.show(panels[axisOf()] ?? [], { view: "watch", answer: null, words, onPick() {}, turned: turnedOf(chosen.turned), onTurn });
    root.dataset.drawn = String((turn += 1)); // what a test waits for
  }

  /** Write everything around the panels. */
  function frame() {
    setTheme(chosen.theme || "auto");
    if (chosen.lang) words = wordsOf(tables, chooseLocale(chosen.lang));
    shell.words(words);
    const name = state.folder ?? "";
    if (state.model) shell.about(make("b", { text: name }), ` · ${state.model} · ${state.task} · ${state.data}`);
    const phase = state.is_stopping && !hasEnded() ? "stopping" : state.phase;
    parts.title.textContent = words(`watch.${phase}`);
    parts.figures.textContent = figures(state, words);
    parts.ending.hidden = !hasEnded();
    parts.ending.textContent = hasEnded() ? ending(state, words) : "";
    parts.progress.max = state.end_step ?? 1;
    if (state.step === undefined) parts.progress.removeAttribute("value");
    else parts.progress.value = state.step;
    parts.progress.setAttribute("aria-label", words("watch.progress"));
    parts.axes.setAttribute("aria-label", words("watch.axis"));
    for (const button of parts.axes.children) {
      button.textContent = words(`watch.axis.${button.value}`);
      button.setAttribute("aria-pressed", String(button.value === axisOf()));
    }
    parts.hold.textContent = words(isHeld ? "watch.go_on" : "watch.hold");
    parts.hold.hidden = hasEnded();
    parts.stop.textContent = words("watch.stop");
    parts.stop.title = words("watch.stop_hint");
    parts.stop.hidden = hasEnded() || state.phase === "saving";
    parts.stop.disabled = Boolean(state.is_stopping);
    parts.notes.hidden = !state.notes.length;
    parts.notesTitle.textContent = words("watch.notes", { count: state.notes.length });
    parts.notesList.replaceChildren(...state.notes.map((text) => make("li", { text: words.each("told.", text) })));
    const share = state.end_step ? `${Math.floor((100 * (state.step ?? 0)) / state.end_step)} % · ` : "";
    document.title = `${hasEnded() ? "" : share}${words(`watch.${phase}`)} · ${name || "clearhead"}`;
  }

  frame();
  await look();
}

function figures(state, words) {
  const told = [];
  if (state.step !== undefined) told.push(words("watch.step", { step: grouped(state.step), end: grouped(state.end_step) }));
  if (state.seconds_left > 0) told.push(words("watch.left", { time: duration(state.seconds_left) }));
  if (state.speed) told.push(words("watch.speed", { count: grouped(Math.round(state.speed)), unit: unitOf(state, words) }));
  if (state.memory_mb) told.push(`${grouped(Math.round(state.memory_mb))} MB`);
  if (state.num_parameters) told.push(words("page.parameters", { count: grouped(state.num_parameters) }));
  for (const [name, value] of Object.entries(state.scores ?? {})) {
    if (typeof value === "number") told.push(`${wordOf(name.replaceAll("_", " "), words)} ${Number(value.toPrecision(4))}`);
  }
  return told.join(" · ");
}

function ending(state, words) {
  const values = { folder: state.folder ?? "", task: state.task ?? "", step: grouped(state.step ?? 0), reason: words.each(state.phase === "failed" ? "error." : "told.", state.ending ?? "") };
  return `${words(`watch.${state.phase}_told`, values)} ${words("watch.kept")}`;
}

const grouped = (count) => count.toLocaleString("en-US");
const wordOf = (text, words) => (words.has(`word.${text}`) ? words(`word.${text}`) : text);
const unitOf = (state, words) => wordOf(state.unit ?? "", words);

function duration(seconds) {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function layOut(main, on) {
  const parts = {
    title: make("h2", { dataset: { testid: "phase" } }),
    figures: make("p", { className: "watch-figures", dataset: { testid: "figures" } }),
    ending: make("p", { className: "watch-ending", role: "status", hidden: true, dataset: { testid: "ending" } }),
    progress: make("progress", { dataset: { testid: "progress" } }),
    axes: make("div", { className: "switch", role: "group", dataset: { testid: "axis" } }),
    hold: make("button", { type: "button", dataset: { testid: "hold" }, on: { click: on.hold } }),
    stop: make("button", { type: "button", dataset: { testid: "stop" }, on: { click: on.stop } }),
    notesTitle: make("summary"),
    notesList: make("ul"),
    panels: make("div", { className: "panels", dataset: { testid: "panels" } }),
  };
  for (const value of AXES) parts.axes.append(make("button", { type: "button", value, on: { click: () => on.axis(value) } }));
  parts.notes = make("details", { className: "watch-notes", hidden: true }, parts.notesTitle, parts.notesList);
  main.classList.add("watch");
  main.append(
    make("div", { className: "watch-bar" }, make("div", { className: "watch-told" }, parts.title, parts.figures),
      make("div", { className: "watch-tools" }, parts.axes, parts.hold, parts.stop)),
    parts.progress, parts.ending, parts.notes, parts.panels,
  );
  return parts;
}

open(document.getElementById("page"));
