/* What happens inside a network, layer by layer. */

const HIDDEN = ["flatten"];

function chooseModel(i) {
  state.chosen = i;
  state.unit = null;
  makeLayers();
  showLayers();
  showUnit();
}

const MAP = {least: 48, most: 112};  // a map is about as wide as this on the screen, in pixels: the most that leaves as few rows
const VALUE = {least: 14, most: 28}; // the same for a single value,
const UNIT = 10;                     // and a map's unit is at most as wide as this

let grids = [];                      // how the units of each layer's output are laid out, the last of them those of the image

/* Maps in as few rows as fit, each row as long as the others and as wide as there is room; each unit `zoom` pixels wide. */
function layout({height, width, channels}) {
  const isMap = height * width > 1, line = isMap ? 1 : 0, room = $("layers").clientWidth - 2;
  const fitting = zoom => Math.max(1, Math.floor(room / zoom / (width + line)));
  let zoom = isMap ? Math.min(Math.ceil(MAP.least / width), UNIT) : VALUE.least;
  const down = Math.ceil(channels / fitting(zoom)), across = Math.ceil(channels / down);
  const most = isMap ? Math.min(Math.floor(MAP.most / width), UNIT) : VALUE.most;
  while (zoom < most && fitting(zoom + 1) >= across) zoom++;
  return {across, down, stepX: width + line, stepY: height + line, zoom, height, width, channels};
}

function shapeOf({height, width, channels}) {
  return height * width > 1 ? `${channels} ${channels === 1 ? "map" : "maps"} of ${height} × ${width}` : `${channels} values`;
}

function makeLayers() {
  const model = models[state.chosen], empty = compute(model, tensor(HEIGHT, WIDTH, CHANNELS));
  $("inside-model").textContent = model.title;
  $("inside").append($("unit"));
  grids = [...empty.outputs, empty.image].map(layout);
  const layers = model.layers.map((layer, i) => HIDDEN.includes(layer.kind) ? "" : layerFigure(layer, i, empty.outputs[i]));
  const image = make("canvas");
  image.setAttribute("role", "img");
  image.setAttribute("aria-label", "The image, as the first layer gets it");
  $("layers").replaceChildren(figureOf("image", image, grids.at(-1), `image: ${HEIGHT} × ${WIDTH}, from 0 to 1`), ...layers);
}

function layerFigure(layer, i, output) {
  const canvas = make("canvas", {tabIndex: 0}), bends = layer.activation !== "linear" && layer.kind !== "activation";
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", `Layer ${layer.name}: ${shapeOf(output)}. The arrow keys choose a unit.`);
  canvas.dataset.layer = i;
  canvas.addEventListener("click", event => {
    const frame = canvas.getBoundingClientRect();
    chooseUnit(i, Math.floor((event.clientX - frame.left) / frame.width * canvas.width), Math.floor((event.clientY - frame.top) / frame.height * canvas.height));
  });
  canvas.addEventListener("keydown", event => {
    const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (!step) return;
    event.preventDefault();
    const from = state.unit?.layer === i ? placeOf(state.unit, grids[i]) : [0, 0].map((z, k) => z - step[k]);
    moveTo(i, from[0] + step[0], from[1] + step[1], step);
  });
  const figure = figureOf(i, canvas, grids[i], `${layer.name}: ${shapeOf(output)}${bends ? `, ${functionOf(layer.activation)}` : ""}`);
  if (isLast(i) && grids[i].down === 1 && DATA.classes.every(name => name.length < 3)) {
    const names = make("div", {className: "names", ariaHidden: "true"}, ...DATA.classes.map(name => make("span", {textContent: name})));
    figure.firstChild.after(names);
  }
  return figure;
}

/* A canvas with a pixel per unit, enlarged, in which marks can be set. */
function figureOf(id, canvas, {across, down, stepX, stepY, width, height, zoom}, text) {
  canvas.width = (across - 1) * stepX + width;
  canvas.height = (down - 1) * stepY + height;
  const maps = make("div", {className: "maps"}, canvas), figure = make("figure", {id: `layer-${id}`}, maps, make("figcaption", {textContent: text}));
  figure.style.setProperty("--width", `${canvas.width * zoom}px`);
  return figure;
}

/* Where a unit is on its layer's canvas. */
function placeOf({y, x, channel}, grid) {
  return [channel % grid.across * grid.stepX + x, Math.floor(channel / grid.across) * grid.stepY + y];
}

function unitAt(index, left, top) {
  if (!state.results[state.chosen]) return null;
  const grid = grids[index], x = left % grid.stepX, y = top % grid.stepY;
  const channel = Math.floor(top / grid.stepY) * grid.across + Math.floor(left / grid.stepX);
  const isThere = left >= 0 && top >= 0 && left < grid.across * grid.stepX && channel < grid.channels && x < grid.width && y < grid.height;
  return isThere ? {layer: index, y, x, channel} : null;
}

function chooseUnit(index, left, top) {
  const unit = unitAt(index, left, top);
  if (!unit) return;
  state.unit = unit;
  showLayers();
  showUnit();
  $("unit-said").textContent = `${$("unit").querySelector("h3").textContent}: ${shown(explain(models[state.chosen], state.results[state.chosen], index, unit).output)}`;
}

/* With the keys: over the line between two maps, too. */
function moveTo(index, left, top, step) {
  chooseUnit(index, ...unitAt(index, left, top) ? [left, top] : [left + step[0], top + step[1]]);
}

/* The style's colours of positive and negative numbers and of the page, as red, green and blue. */
function colours() {
  const style = getComputedStyle(document.body);
  return ["--positive", "--negative", "--page"].map(name => {
    const code = parseInt(style.getPropertyValue(name).trim().slice(1), 16);
    return [code >> 16, code >> 8 & 255, code & 255];
  });
}

/* Paint numbers into pixels: from the page's colour to orange or blue. */
function paint(pixels, at, share, [positive, negative, page]) {
  const colour = share >= 0 ? positive : negative, part = Math.min(1, Math.abs(share));
  for (let k = 0; k < 3; k++) pixels[at + k] = page[k] + part * (colour[k] - page[k]);
  pixels[at + 3] = 255;
}

function showLayers() {
  const result = state.results[state.chosen], palette = colours();
  for (const frame of $("layers").querySelectorAll(".mark.unit")) frame.remove();
  for (const figure of $("layers").querySelectorAll("figure[id]")) {
    const canvas = figure.querySelector("canvas"), context = canvas.getContext("2d"), index = +(canvas.dataset.layer ?? -1);
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (result) paintMaps(context, index < 0 ? result.image : result.outputs[index], grids.at(index), palette);
  }
  if (result && state.unit) mark(state.unit.layer, {...state.unit, rows: 1, columns: 1}, "unit");
}

function paintMaps(context, output, grid, palette) {
  const {width} = context.canvas, image = context.createImageData(width, context.canvas.height);
  const most = output.data.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-9);
  for (let i = 0, y = 0; y < output.height; y++) for (let x = 0; x < output.width; x++) for (let channel = 0; channel < output.channels; channel++, i++) {
    const [left, top] = placeOf({y, x, channel}, grid);
    paint(image.data, 4 * (top * width + left), output.data[i] / most, palette);
  }
  context.putImageData(image, 0, 0);
}

/* A frame around units of a layer, or, where `index` is -1, of the image. */
function mark(index, {y, x, channel, rows, columns}, kind) {
  const maps = $(`layer-${index < 0 ? "image" : index}`)?.querySelector(".maps");
  if (!maps) return;
  const {width, height} = maps.firstChild, [left, top] = placeOf({y, x, channel}, grids.at(index)), frame = make("i", {className: `mark ${kind}`});
  const places = {left: left / width, top: top / height, width: columns / width, height: rows / height};
  for (const [side, part] of Object.entries(places)) frame.style[side] = `${100 * part}%`;
  maps.append(frame);
}

/* Frame what a unit reads, unless that is all there is. */
function markWindow(unit, {terms, source, from}) {
  const inside = terms.filter(one => one.inside), ys = inside.map(one => one.y), xs = inside.map(one => one.x);
  if (terms.length === source.data.length || source.height * source.width === 1) return;
  const [y, x] = [Math.min(...ys), Math.min(...xs)], rows = Math.max(...ys) - y + 1, columns = Math.max(...xs) - x + 1;
  for (const channel of new Set(inside.map(one => one.channel))) mark(from, {y, x, channel, rows, columns}, "window");
}
