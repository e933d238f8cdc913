/* The state of the page, and what follows from it. */

const DATA = JSON.parse(document.getElementById("data").textContent);
const $ = id => document.getElementById(id);
const make = (tag, about = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), about);
  element.append(...children);
  return element;
};
const [HEIGHT, WIDTH, CHANNELS] = DATA.shape;
const isDigits = DATA.draws;

const state = {strokes: [], sample: null, image: null, erases: false, chosen: 0, unit: null, quiz: null, results: []};
let models = [];

function changed() {
  if (state.sample === null) state.image = isDigits ? preparedFrom(state.strokes) : null;
  const input = state.image && tensor(HEIGHT, WIDTH, CHANNELS, Float32Array.from(state.image, value => value / 255));
  state.results = models.map(model => {
    if (!input) return null;
    const start = performance.now(), result = compute(model, input);
    return {...result, milliseconds: performance.now() - start};
  });
  showBoard();
  showPredictions();
  showLayers();
  showUnit();
}

let isDue = false;
function changedSoon() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => { isDue = false; changed(); });
}

async function begin() {
  if (typeof DecompressionStream === "undefined") {
    $("trouble").textContent = "This browser is too old for this page: it needs one of 2023 or later.";
    $("trouble").hidden = false;
    return;
  }
  models = withWeights(DATA.models, halves(await inflated(DATA.weights)));
  state.chosen = Math.max(0, models.findIndex(model => model.layers.some(layer => layer.kind === "conv")));
  const grey = tensor(HEIGHT, WIDTH, CHANNELS).data.fill(0.5);
  for (let i = 0; i < 5; i++) for (const model of models) compute(model, tensor(HEIGHT, WIDTH, CHANNELS, grey));  // compiles them
  makePredictions();
  makeLayers();
  if (isDigits) listenToBoard();
  if (DATA.samples) showSamples();
  if (isDigits) changed(); else { chooseSample(0); announce(); }
  for (const query of ["(prefers-color-scheme: dark)", "(max-width: 60rem)"]) matchMedia(query).addEventListener("change", changed);
  let room = $("layers").clientWidth;
  new ResizeObserver(() => {
    if (room === $("layers").clientWidth) return;
    room = $("layers").clientWidth;
    makeLayers();
    changed();
  }).observe($("layers"));
  document.documentElement.dataset.ready = "";
}
