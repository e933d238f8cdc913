/* From strokes to an image as MNIST has them. */

const SIDE = 280;                    // the drawing area, in units of its own
const PEN = 26;                      // the width of the pen, and
const ERASER = 36;                   // of the eraser, in these units
const BOX = 20;                      // the ink's longer side in the image, in pixels
const STROKE = [2.4, 3.2];           // a stroke is made as wide as this in the image, in pixels

const sheet = make("canvas", {width: SIDE, height: SIDE}).getContext("2d", {willReadFrequently: true});

function write(context, strokes, pen, unit = 1) {
  context.lineCap = context.lineJoin = "round";
  for (const {erases, points} of strokes) {
    context.globalCompositeOperation = erases ? "destination-out" : "source-over";
    context.lineWidth = (erases ? ERASER : pen) * unit;
    context.beginPath();
    for (const [x, y] of points) context.lineTo(x * unit, y * unit);
    if (points.length === 1) context.lineTo(points[0][0] * unit + 0.01, points[0][1] * unit);
    context.stroke();
  }
  context.globalCompositeOperation = "source-over";
}

/* How much ink is on each unit of the sheet, 0 to 1, and the rectangle around it; null if there is none. */
function inkOf(strokes, pen) {
  sheet.clearRect(0, 0, SIDE, SIDE);
  write(sheet, strokes, pen);
  const pixels = sheet.getImageData(0, 0, SIDE, SIDE).data, ink = new Float32Array(SIDE * SIDE);
  let top = SIDE, bottom = 0, left = SIDE, right = 0;
  for (let i = 0; i < ink.length; i++) {
    ink[i] = pixels[4 * i + 3] / 255;
    if (ink[i] < 0.1) continue;
    const y = Math.floor(i / SIDE), x = i % SIDE;
    top = Math.min(top, y); bottom = Math.max(bottom, y + 1);
    left = Math.min(left, x); right = Math.max(right, x + 1);
  }
  return bottom > top ? {ink, top, bottom, left, right} : null;
}

/* The mean of a picture over each pixel of a smaller one. */
function shrunk({ink, top, bottom, left, right}, height, width) {
  const image = new Float64Array(height * width), down = (bottom - top) / height, across = (right - left) / width;
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const y0 = top + y * down, y1 = y0 + down, x0 = left + x * across, x1 = x0 + across;
    let sum = 0;
    for (let v = Math.floor(y0); v < y1; v++) for (let u = Math.floor(x0); u < x1; u++) {
      const part = (Math.min(v + 1, y1) - Math.max(v, y0)) * (Math.min(u + 1, x1) - Math.max(u, x0));
      sum += part * ink[v * SIDE + u];
    }
    image[y * width + x] = sum / (down * across);
  }
  return image;
}

/* The image that the networks get, bytes; null if nothing is drawn. The steps are those of study/preparation/mnist.py. */
function preparedFrom(strokes) {
  let found = inkOf(strokes, PEN);
  if (!found) return null;
  const scaleOf = ({top, bottom, left, right}) => BOX / Math.max(bottom - top, right - left);
  const pen = Math.min(Math.max(PEN * scaleOf(found), STROKE[0]), STROKE[1]) / scaleOf(found);
  found = inkOf(strokes, pen) || found;
  const scale = scaleOf(found);
  const height = Math.max(1, Math.round((found.bottom - found.top) * scale));
  const width = Math.max(1, Math.round((found.right - found.left) * scale));
  const small = shrunk(found, height, width), most = Math.max(...small);
  let mass = 0, down = 0, across = 0;
  small.forEach((value, i) => { mass += value; down += value * Math.floor(i / width); across += value * (i % width); });
  const corner = (side, size, centre) => {
    const middle = Math.floor((side - size) / 2);
    return Math.min(Math.max(middle + Math.round((side - 1) / 2 - (centre + middle)), 0), side - size);
  };
  const top = corner(HEIGHT, height, down / mass), left = corner(WIDTH, width, across / mass);
  const image = new Uint8Array(HEIGHT * WIDTH);
  small.forEach((value, i) => {
    image[(top + Math.floor(i / width)) * WIDTH + left + i % width] = Math.round(255 * value / most);
  });
  return image;
}
