/* What the networks say, and the test images to choose from. */

const percent = value => `${(100 * value).toFixed(value > 0.9995 || value < 0.0005 ? 0 : 1)} %`;
const topOf = probabilities => probabilities.indexOf(Math.max(...probabilities));

function makePredictions() {
  const longest = Math.max(...DATA.classes.map(name => name.length));
  const names = longest > 2 ? `${Math.min(longest * 0.56, 7)}em` : "1.2em";
  models.forEach((model, i) => {
    const radio = make("input", {type: "radio", name: "model", value: i, checked: i === state.chosen});
    radio.addEventListener("change", () => chooseModel(i));
    const rows = DATA.classes.map(name => make("li", {}, make("span", {textContent: name, title: name}),
      make("span", {className: "bar"}, make("i")), make("span")));
    const top = make("p", {className: longest > 2 ? "top words" : "top"});
    const card = make("div", {className: "prediction-card"}, make("label", {}, radio, model.title), top, make("ol", {}, ...rows), aboutModel(model));
    card.style.setProperty("--names", names);
    $("predictions").append(card);
  });
}

function aboutModel({accuracy, parameters}) {
  const row = (name, value, className = "") => make("div", {}, make("dt", {textContent: name}), make("dd", {textContent: value, className}));
  const facts = [row("test accuracy", accuracy), row("parameters", parameters.toLocaleString("en")), row("this image", "–", "time")];
  return make("div", {className: "facts"}, make("dl", {}, ...facts), make("p", {className: "score"}));
}

function showPredictions() {
  [...$("predictions").children].forEach((card, i) => {
    const result = state.results[i], [top] = card.getElementsByClassName("top");
    const best = result ? topOf(result.probabilities) : -1;
    top.replaceChildren(...result ? [DATA.classes[best], " ", make("small", {textContent: percent(result.probabilities[best])})] : ["–"]);
    [...card.querySelectorAll("li")].forEach((row, k) => {
      const value = result ? result.probabilities[k] : 0;
      row.className = k === best ? "most" : "";
      row.querySelector("i").style.width = `${100 * value}%`;
      row.lastChild.textContent = result ? percent(value) : "";
    });
    card.querySelector(".time").textContent = result ? `${result.milliseconds.toFixed(1)} ms` : "–";
    card.querySelector(".score").textContent = state.quiz ? `${state.quiz.scores[i]} of ${state.quiz.done} in the quiz` : "";
  });
}

/* Tell what the networks say, once a stroke is finished. */
function announce() {
  changed();
  const sure = state.results.map((result, i) => result && `${models[i].title}: ${DATA.classes[topOf(result.probabilities)]}`);
  const label = state.sample === null ? "" : `It is labelled ${DATA.classes[samples[state.sample].label]}. `;
  $("said").textContent = sure[0] ? `${label}${sure.join(", ")}.` : "Nothing is drawn yet.";
}

let samples = [];

function chooseSample(place) {
  state.sample = place;
  state.image = place === null ? null : samples[place].image;
  for (const [i, button] of [...$("samples")?.children ?? []].entries()) button.setAttribute("aria-pressed", i === place);
  changed();
}

function showSamples() {
  const bytes = Uint8Array.from(atob(DATA.samples.images), letter => letter.charCodeAt(0)), size = HEIGHT * WIDTH * CHANNELS;
  samples = DATA.samples.labels.map((label, i) => ({label, image: bytes.slice(i * size, (i + 1) * size)}));
  samples.forEach(({label, image}, place) => {
    const button = make("button", {type: "button", title: DATA.classes[label]}, pictureOf(image));
    button.setAttribute("aria-label", `Test image ${place + 1}: ${DATA.classes[label]}`);
    button.setAttribute("aria-pressed", false);
    button.addEventListener("click", () => { chooseSample(place); announce(); });
    $("samples").append(button);
  });
}
