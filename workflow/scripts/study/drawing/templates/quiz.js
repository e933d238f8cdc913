/* The quiz. */

function startQuiz() {
  const order = DATA.classes.map((_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  state.quiz = {order, done: 0, scores: models.map(() => 0)};
  $("start-quiz").textContent = "End the quiz";
  ask("");
}

function ask(before) {
  const {quiz} = state;
  state.strokes = [];
  chooseSample(null);
  const done = make("button", {type: "button", textContent: "Done", id: "quiz-done"});
  done.addEventListener("click", score);
  $("quiz").hidden = false;
  $("quiz").replaceChildren(before, "Draw a ", make("strong", {textContent: DATA.classes[quiz.order[quiz.done]]}), ` (${quiz.done + 1} of ${quiz.order.length}) `, done);
}

function score() {
  const {quiz} = state, wanted = quiz.order[quiz.done];
  if (!state.image) return;
  const right = state.results.map(result => topOf(result.probabilities) === wanted);
  right.forEach((isRight, i) => { quiz.scores[i] += isRight; });
  quiz.done++;
  const names = models.filter((_, i) => right[i]).map(model => model.title);
  const before = `${names.length === models.length ? "All networks" : names.length ? names.join(", ") : "No network"} recognised your ${DATA.classes[wanted]}. `;
  if (quiz.done < quiz.order.length) { ask(before); return; }
  const scores = models.map((model, i) => `${model.title} ${quiz.scores[i]}`).join(", ");
  endQuiz(`${before}Of ${quiz.done} digits: ${scores}.`);
}

function endQuiz(said = "") {
  state.quiz = null;
  $("start-quiz").textContent = "Quiz";
  $("quiz").hidden = !said;
  $("quiz").replaceChildren(said);
  state.strokes = [];
  chooseSample(null);
}
