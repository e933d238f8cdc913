/* The board: drawing on it with a pointer or the keys. */

function showBoard() {
  const board = $("board"), context = board.getContext("2d");
  context.clearRect(0, 0, board.width, board.height);
  if (state.sample !== null) {
    context.imageSmoothingEnabled = false;
    context.drawImage(pictureOf(state.image), 0, 0, board.width, board.height);
  } else {
    context.strokeStyle = getComputedStyle(document.body).getPropertyValue("--ink");
    write(context, state.strokes, PEN, board.width / SIDE);
    if (cursor.isShown) showCursor(context, board.width / SIDE);
  }
  if (!isDigits) return;
  const seen = $("prepared").getContext("2d");
  seen.drawImage(pictureOf(state.image || new Uint8Array(HEIGHT * WIDTH)), 0, 0);
  $("undo").disabled = $("clear").disabled = !state.strokes.length && state.sample === null;
}

/* A canvas with an image of bytes, grey or in colour. */
function pictureOf(image) {
  const canvas = make("canvas", {width: WIDTH, height: HEIGHT}), context = canvas.getContext("2d");
  const pixels = context.createImageData(WIDTH, HEIGHT);
  for (let i = 0; i < HEIGHT * WIDTH; i++) {
    for (let k = 0; k < 3; k++) pixels.data[4 * i + k] = image[i * CHANNELS + (CHANNELS === 3 ? k : 0)];
    pixels.data[4 * i + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}

const cursor = {x: SIDE / 2, y: SIDE / 2, isDown: false, isShown: false};

function showCursor(context, unit) {
  context.strokeStyle = getComputedStyle(document.body).getPropertyValue("--cursor");
  context.lineWidth = cursor.isDown ? 6 : 3;
  context.beginPath();
  context.arc(cursor.x * unit, cursor.y * unit, (state.erases ? ERASER : PEN) / 2 * unit, 0, 7);
  context.stroke();
}

function beginStroke(point) {
  if (state.sample !== null) chooseSample(null);
  state.strokes.push({erases: state.erases, points: [point]});
  changedSoon();
}

function extendStroke(point) {
  state.strokes.at(-1).points.push(point);
  changedSoon();
}

function listenToBoard() {
  const board = $("board");
  const at = event => {
    const frame = board.getBoundingClientRect();
    return [(event.clientX - frame.left) / frame.width * SIDE, (event.clientY - frame.top) / frame.height * SIDE];
  };
  let pointer = null;
  board.addEventListener("pointerdown", event => {
    if (pointer !== null || event.button) return;
    pointer = event.pointerId;
    board.setPointerCapture(pointer);
    cursor.isShown = cursor.isDown = false;
    beginStroke(at(event));
  });
  board.addEventListener("pointermove", event => {
    if (event.pointerId !== pointer) return;
    const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const each of events.length ? events : [event]) extendStroke(at(each));
  });
  for (const end of ["pointerup", "pointercancel"]) board.addEventListener(end, event => {
    if (event.pointerId === pointer) { pointer = null; announce(); }
  });
  board.addEventListener("keydown", event => {
    const moves = {ArrowLeft: [-8, 0], ArrowRight: [8, 0], ArrowUp: [0, -8], ArrowDown: [0, 8]}[event.key];
    if (moves) {
      cursor.x = Math.min(Math.max(cursor.x + moves[0], 0), SIDE);
      cursor.y = Math.min(Math.max(cursor.y + moves[1], 0), SIDE);
      if (cursor.isDown) extendStroke([cursor.x, cursor.y]);
    } else if (event.key === " " || event.key === "Enter") {
      cursor.isDown = !cursor.isDown;
      if (cursor.isDown) beginStroke([cursor.x, cursor.y]); else announce();
    } else return;
    event.preventDefault();
    cursor.isShown = true;
    changedSoon();
  });
  board.addEventListener("blur", () => { cursor.isShown = cursor.isDown = false; changedSoon(); });
  for (const [id, erases] of [["pen", false], ["eraser", true]]) $(id).addEventListener("click", () => {
    state.erases = erases;
    $("pen").setAttribute("aria-pressed", !erases);
    $("eraser").setAttribute("aria-pressed", erases);
  });
  $("undo").addEventListener("click", () => {
    if (state.sample !== null) chooseSample(null); else state.strokes.pop();
    changed();
    announce();
  });
  $("clear").addEventListener("click", () => {
    state.strokes = [];
    chooseSample(null);
    announce();
  });
  $("start-quiz").addEventListener("click", () => state.quiz ? endQuiz() : startQuiz());
}
