/* A unit's arithmetic. */

const TOLD = 8;                      // so many terms, or maps, are told one by one
const WIDEST = 7;                    // a window of more columns is shown without its numbers
const FUNCTIONS = {relu: "ReLU", leaky_relu: "leaky ReLU", elu: "ELU", selu: "SELU", gelu: "GELU"};

const shown = value => (Math.round(value * 1000) / 1000).toFixed(3).replace("-0.000", "0.000").replace("-", "−");
const functionOf = name => FUNCTIONS[name] || name.replace("_", " ");
const totalOf = values => values.reduce((a, b) => a + b, 0);

function showUnit() {
  const {unit} = state, result = state.results[state.chosen];
  for (const frame of $("layers").querySelectorAll(".mark.window")) frame.remove();
  if (unit && result) {
    const found = explain(models[state.chosen], result, unit.layer, unit);
    $("unit").replaceChildren(make("h3", {textContent: titleOf(unit, result)}), ...explained(unit, found, result));
    markWindow(unit, found);
  } else {
    $("unit").replaceChildren(make("p", {className: "soft", textContent: "No unit is chosen."}));
  }
  placeUnit();
}

function titleOf({layer, y, x, channel}, result) {
  const {height, width, channels} = result.outputs[layer], {name} = models[state.chosen].layers[layer];
  if (height * width > 1) return `${name}, map ${channel + 1}, row ${y + 1}, column ${x + 1}`;
  return `${name}, ${isLast(layer) ? `class ${DATA.classes[channel]}` : `value ${channel + 1} of ${channels}`}`;
}

const isLast = index => index === models[state.chosen].layers.length - 1;

/* The parts of the explanation, from the inputs to the output. */
function explained(unit, found, result) {
  const {kind} = models[state.chosen].layers[unit.layer];
  if (kind === "conv" || kind === "depthwise") return explainedWindow(unit, found);
  if (kind === "pool") return explainedPool(found);
  const parts = explainedTerms(unit, found, kind);
  if (isLast(unit.layer)) parts.push(explainedSoftmax(unit, found, result));
  return parts;
}

/* A convolution: one input map's window number by number, and what the other maps add. */
function explainedWindow(unit, found) {
  const channels = [...new Set(found.terms.map(one => one.channel))].sort((a, b) => a - b);
  const sums = channels.map(channel => totalOf(found.terms.filter(one => one.channel === channel).map(one => one.product)));
  const order = largest(sums, channels.length);
  const place = channels.includes(unit.map) ? channels.indexOf(unit.map) : order[0];
  const own = found.terms.filter(one => one.channel === channels[place]);
  const told = [place, ...order.filter(other => other !== place)].slice(0, TOLD), others = order.filter(other => !told.includes(other));
  const values = [...told.map(other => sums[other]), totalOf(others.map(other => sums[other])), found.added];
  const rounded = addingUp(values, found.sum);
  const isOne = channels.length === 1, heads = isOne ? null : ["Products of", "Sum"];
  const rows = told.map((other, i) => [isOne ? `the ${own.length} products` : `input map ${channels[other] + 1}${other === place ? ", above" : ""}`, rounded[i]]);
  if (others.length) rows.push([`${others.length} other maps`, rounded.at(-2)]);
  if (found.added) rows.push(["bias", rounded.at(-1)]);
  const parts = [pictures(own)];
  if (!isOne) parts.unshift(mapChoice(unit, channels, place));
  if (new Set(own.map(one => one.x)).size <= WIDEST) parts.push(cells(own, addingUp(own.map(one => one.product), rounded[0])));
  return [...parts, table(heads, rows, found)];
}

function mapChoice(unit, channels, place) {
  const choice = make("select", {id: "map"}, ...channels.map(channel => make("option", {value: channel, textContent: channel + 1})));
  choice.value = channels[place];
  choice.addEventListener("change", () => {
    unit.map = +choice.value;
    showUnit();
    $("map").focus();
  });
  return make("p", {className: "choice"}, make("label", {}, "The window in input map ", choice), ` of ${channels.length}`);
}

function explainedPool(found) {
  const rounded = found.how === "most" ? null : addingUp(found.terms.map(one => one.product), found.sum);
  const isWide = new Set(found.terms.map(one => one.x)).size > WIDEST;
  return [isWide ? pictures(found.terms) : cells(found.terms, rounded), table(null, [], found)];
}

/* A dense layer, a mean, or a layer of single terms: the terms that add most, and the rest together. */
function explainedTerms(unit, found, kind) {
  const places = largest(found.terms.map(one => one.product), TOLD), told = places.map(place => found.terms[place]);
  const others = found.terms.length - told.length, isMap = found.source.height * found.source.width > 1;
  const values = [...told.map(one => one.product), found.sum - found.added - totalOf(told.map(one => one.product)), found.added];
  const rounded = others ? addingUp(values, found.sum) : addingUp([...values.slice(0, -2), found.added], found.sum);
  const isOne = found.source.channels === 1, heads = [isMap ? `${isOne ? "R" : "Map, r"}ow/column` : "Input", "Value", "× weight", "= product"];
  const origin = one => isMap ? `${isOne ? "" : `map ${one.channel + 1}, `}${one.y + 1}/${one.x + 1}` : `value ${one.channel + 1}`;
  const rows = told.map((one, i) => [origin(one), rounded[i], shown(one.value), shown(one.weight)]);
  if (others) rows.push([`${others.toLocaleString("en")} more`, rounded.at(-2)]);
  if (found.added) rows.push([kind === "norm" ? "shift" : "bias", rounded.at(-1)]);
  const parts = [table(heads, rows, found)];
  if (kind === "dense" && isMap) {
    const {channel} = told[0], {channels} = found.source;
    if (channels > 1) parts.unshift(make("p", {className: "soft", textContent: `Of input map ${channel + 1}, which has the largest product:`}));
    parts.splice(-1, 0, pictures(found.terms.filter(one => one.channel === channel)));
  }
  return parts;
}

function explainedSoftmax(unit, found, result) {
  const sums = result.sums[unit.layer].data, total = totalOf([...sums].map(Math.exp));
  const about = value => value >= 0.001 && value < 1e7 ? value.toLocaleString("en", {maximumSignificantDigits: 4}) : value.toExponential(2).replace("-", "−");
  return make("p", {className: "soft"}, "Softmax: e", make("sup", {textContent: shown(found.sum)}),
    ` = ${about(Math.exp(found.sum))}, divided by the total of all classes, ${about(total)}, is the probability ${about(result.probabilities[unit.channel])}.`);
}

/* Rows of a name, a number, and what comes between; at the foot the sum and what the activation makes of it. */
function table(heads, rows, found) {
  const columns = heads ? heads.length : 2;
  const row = ([head, last, ...between]) => make("tr", {}, make("th", {scope: "row", textContent: head}),
    ...Array.from({length: columns - 2}, (_, i) => make("td", {textContent: between[i] ?? ""})), make("td", {textContent: shown(last)}));
  const names = {most: "the largest", sum: "sum"};
  const foot = make("tfoot", {}, row([names[found.how], found.sum]));
  if (found.activation !== "linear") foot.append(row([`after ${functionOf(found.activation)}`, found.output]));
  const head = heads && make("thead", {}, make("tr", {}, ...heads.map(text => make("th", {scope: "col", textContent: text}))));
  return make("table", {className: "sums"}, ...head ? [head] : [], make("tbody", {}, ...rows.map(row)), foot);
}

/* The terms of a window where they lie. Each cell has a value, its weight and their product as one writes them; where a maximum is
   taken there are no products, and the cell with the largest value stands out. */
function cells(terms, products) {
  const rows = new Map(), scale = Math.max(...terms.map(one => Math.abs(one.product)), 1e-9);
  const most = products ? null : Math.max(...terms.map(one => one.value));
  terms.forEach((one, i) => {
    const cell = make("td", {className: one.value === most ? "most" : ""}, make("span", {textContent: shown(one.value)}));
    if (products) cell.append(make("span", {textContent: `× ${shown(one.weight)}`}), make("b", {textContent: shown(products[i])}));
    cell.style.setProperty("--colour", `var(--${one.product < 0 ? "negative" : "positive"})`);
    cell.style.setProperty("--part", `${Math.round(40 * Math.abs(one.product) / scale)}%`);
    if (!one.inside) cell.title = "outside of the map: 0";
    if (!rows.has(one.y)) rows.set(one.y, make("tr"));
    rows.get(one.y).append(cell);
  });
  return make("table", {className: rows.values().next().value.children.length > 3 ? "cells" : "cells large"}, make("tbody", {}, ...rows.values()));
}

/* Inputs, weights and products of one map as pictures. */
function pictures(terms) {
  const columns = new Set(terms.map(one => one.x)).size, rows = terms.length / columns, palette = colours();
  const picture = (name, of) => {
    const values = terms.map(of), most = Math.max(...values.map(Math.abs), 1e-9);
    const canvas = make("canvas", {width: columns, height: rows}), context = canvas.getContext("2d"), image = context.createImageData(columns, rows);
    values.forEach((value, i) => paint(image.data, 4 * i, value / most, palette));
    context.putImageData(image, 0, 0);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${name}, from ${shown(Math.min(...values))} to ${shown(Math.max(...values))}`);
    return make("figure", {}, canvas, make("figcaption", {textContent: name}));
  };
  return make("div", {className: "trio"}, picture("inputs", one => one.value), picture("weights", one => one.weight), picture("products", one => one.product));
}

/* Beside the layers, or, on a narrow screen, below the layer whose unit it is. */
function placeUnit() {
  const layer = state.unit && $(`layer-${state.unit.layer}`);
  if (layer && matchMedia("(max-width: 60rem)").matches) layer.after($("unit")); else $("inside").append($("unit"));
}
