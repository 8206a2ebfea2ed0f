/**
 * The words of a panel in the reader's language, as far as they are ours.
 *
 * What the reader, their data or the model calls something comes marked as a name (`names` in inspector/transport.py) and
 * stays as it is, even where it is one of our words: a column of a table may be called "length".
 *
 *   panel.VIEW.    titles                    note.      each sentence of a note       formula.  how a number is checked
 *   word.          columns, axes, series     label.VIEW.  names of rows, bars, points   line.VIEW.  lines of a formula
 *   cell.VIEW.COLUMN.  words in a column of a table
 */

const AXES = ["axis", "row_axis", "column_axis", "x_axis", "y_axis"];
const LABELS = ["rows", "columns", "labels", "points"];

/** Return a panel with its own words in the language of `words`; `view` is the name of the view it belongs to. */
export function inWords(panel, view, words) {
  if (words.locale === "en") return panel;
  const { names = {} } = panel;
  const of = (beginning) => (text) => (typeof text === "string" ? words.of(beginning, text) : text);
  const [word, label] = [of("word."), of(`label.${view}.`)];
  const told = { ...panel, title: words.of(`panel.${view}.`, panel.title), note: words.each("note.", panel.note ?? "") };
  for (const name of AXES.filter((name) => name in panel)) told[name] = names[name] ? panel[name] : word(panel[name]);
  if (panel.check) told.check = { ...panel.check, formula: words.of("formula.", panel.check.formula) };
  if (panel.kind === "table") Object.assign(told, tableInWords(panel, view, of));
  else for (const name of LABELS.filter((name) => Array.isArray(panel[name]))) told[name] = panel[name].map(butNames(names[name], label));
  if (panel.marks) told.marks = panel.marks.map(([row, column, text]) => [row, column, label(text)]);
  if (panel.kind === "lines") told.series = renamed(panel.series, butNames(names.series, word));
  if (panel.kind === "formula") Object.assign(told, { lines: panel.lines.map(of(`line.${view}.`)), values: renamed(panel.values, word) });
  if (panel.kind === "graph") told.nodes = panel.nodes.map((node) => (isNamedByUs(node) ? { ...node, label: label(node.label) } : node));
  return told;
}

function tableInWords({ columns, rows, names = {} }, view, of) {
  const heads = columns.map(butNames(names.columns, of("word.")));
  const cells = columns.map((head, column) => butNames(names.rows?.[column], of(`cell.${view}.${head.split(",")[0]}.`)));
  return { columns: heads, rows: rows.map((row, place) => row.map((cell, column) => cells[column](cell, place))) };
}

/** Return what translates the texts of one field: those of them that are names, all or the ones at these places, stay. */
function butNames(places, translate) {
  if (places === true) return (text) => text;
  const stays = new Set(places || []);
  return (text, place) => (stays.has(place) ? text : translate(text));
}

const renamed = (named, word) => Object.fromEntries(Object.entries(named).map(([name, value]) => [word(name, name), value]));

/** Weights bear the names of the model, operations those of PyTorch. */
const isNamedByUs = ({ role }) => role === "input" || role === "constant";
