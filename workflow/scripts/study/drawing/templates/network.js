"use strict";
/* Trained networks, computed: the few kinds of layers that the page's models have.

   A tensor is {height, width, channels, data}, data a Float32Array with the channels of a pixel side by side, as Keras has them.
   A vector is a tensor of height and width 1. Nothing here knows of the page. */

const ACTIVATIONS = {
  linear: x => x,
  relu: x => Math.max(0, x),
  leaky_relu: x => x > 0 ? x : 0.2 * x,
  elu: x => x > 0 ? x : Math.expm1(x),
  selu: x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  gelu: x => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  softplus: x => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x))),
  softsign: x => x / (1 + Math.abs(x)),
  sigmoid: x => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  exponential: Math.exp,
};

/* The error function: the series of Abramowitz and Stegun, Handbook of Mathematical Functions
   (7.1.6) up to 2.5, and the continued fraction of its complement (7.1.14) beyond. Errors are below 1e-7. */
function erf(x) {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    let term = a, sum = a;
    for (let n = 1; term > 1e-9 * sum; n++) {
      term *= 2 * a * a / (2 * n + 1);
      sum += term;
    }
    return Math.sign(x) * 2 / Math.sqrt(Math.PI) * Math.exp(-a * a) * sum;
  }
  let fraction = 0;
  for (let n = 24; n > 0; n--) fraction = n / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * (a + fraction)));
}

/* GELU is asked for hundreds of thousands of times per image: it is looked up between 16,384 points, with an error below 1e-7. */
const GELU = {from: -8, per: 1024, values: null};

function gelu(x) {
  if (x >= 8) return x;
  if (x <= -8) return 0;
  if (!GELU.values) {
    GELU.values = Float64Array.from({length: 16 * GELU.per + 2}, (_, i) => ACTIVATIONS.gelu(GELU.from + i / GELU.per));
  }
  const place = (x - GELU.from) * GELU.per, i = Math.floor(place), rest = place - i;
  return GELU.values[i] + rest * (GELU.values[i + 1] - GELU.values[i]);
}

function tensor(height, width, channels, data = new Float32Array(height * width * channels)) {
  return {height, width, channels, data};
}

/* The layers' outputs for each kind; `layer.weights` are its arrays. Activations come afterwards. */
const LAYERS = {
  flatten: (layer, input) => tensor(1, 1, input.data.length, input.data.slice()),
  activation: (layer, input) => tensor(input.height, input.width, input.channels, input.data.slice()),

  dense(layer, input) {
    const [kernel, bias] = layer.weights, units = layer.shapes[0][1];
    const sums = new Float64Array(units);
    if (bias) sums.set(bias);
    for (let i = 0; i < input.channels; i++) {
      const value = input.data[i];
      if (value === 0) continue;
      for (let j = 0, at = i * units; j < units; j++, at++) sums[j] += value * kernel[at];
    }
    return tensor(1, 1, units, Float32Array.from(sums));
  },

  conv(layer, input) {
    const [rows, columns, , filters] = layer.shapes[0], [kernel, bias] = layer.weights;
    const {patches, height, width, size} = windows(input, rows, columns, layer.padding);
    const output = tensor(height, width, filters);
    multiply(patches, kernel, output.data, height * width, size, filters);
    if (bias) for (let i = 0; i < output.data.length; i++) output.data[i] += bias[i % filters];
    return output;
  },

  depthwise(layer, input) {
    const [rows, columns] = layer.shapes[0], [kernel, bias] = layer.weights, {channels} = input;
    const [top, left, height, width] = frame(input, rows, columns, layer.padding);
    const output = tensor(height, width, channels), sums = new Float64Array(channels);
    for (let y = 0, to = 0; y < height; y++) for (let x = 0; x < width; x++, to += channels) {
      if (bias) sums.set(bias); else sums.fill(0);
      for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) {
        const v = y + r - top, u = x + c - left;
        if (v < 0 || u < 0 || v >= input.height || u >= input.width) continue;
        const from = (v * input.width + u) * channels, at = (r * columns + c) * channels;
        for (let k = 0; k < channels; k++) sums[k] += input.data[from + k] * kernel[at + k];
      }
      output.data.set(sums, to);
    }
    return output;
  },

  pool(layer, input) {
    const {size} = layer, {channels} = input, takesMost = layer.pooling === "max";
    const output = tensor(Math.floor(input.height / size), Math.floor(input.width / size), channels);
    output.data.fill(takesMost ? -Infinity : 0);
    for (let y = 0; y < output.height * size; y++) for (let x = 0; x < output.width * size; x++) {
      const from = (y * input.width + x) * channels;
      const to = (Math.floor(y / size) * output.width + Math.floor(x / size)) * channels;
      for (let k = 0; k < channels; k++) {
        const value = input.data[from + k];
        if (!takesMost) output.data[to + k] += value / (size * size);
        else if (value > output.data[to + k]) output.data[to + k] = value;
      }
    }
    return output;
  },

  mean(layer, input) {
    const sums = new Float64Array(input.channels), pixels = input.height * input.width;
    for (let i = 0; i < input.data.length; i++) sums[i % input.channels] += input.data[i];
    return tensor(1, 1, input.channels, Float32Array.from(sums, sum => sum / pixels));
  },

  norm(layer, input) {
    const output = tensor(input.height, input.width, input.channels), {channels} = input;
    for (let i = 0, k = 0; i < output.data.length; i++) {
      output.data[i] = input.data[i] * layer.scale[k] + layer.shift[k];
      if (++k === channels) k = 0;
    }
    return output;
  },

  scale(layer, input) {
    return tensor(input.height, input.width, input.channels, input.data.map(x => x * layer.scale + layer.offset));
  },
};

/* Where windows lie: how far the image is padded above and on the left, and the output's height and width. */
function frame(input, rows, columns, padding) {
  if (padding === "valid") return [0, 0, input.height - rows + 1, input.width - columns + 1];
  return [Math.floor((rows - 1) / 2), Math.floor((columns - 1) / 2), input.height, input.width];
}

/* The windows of an image, each as a row of a matrix, so that a convolution is a product of matrices. */
function windows(input, rows, columns, padding) {
  const [top, left, height, width] = frame(input, rows, columns, padding), {channels} = input;
  const size = rows * columns * channels, patches = new Float32Array(height * width * size);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) for (let r = 0; r < rows; r++) {
    const v = y + r - top;
    if (v < 0 || v >= input.height) continue;
    const first = Math.max(0, left - x), last = Math.min(columns, input.width + left - x);
    const from = (v * input.width + x + first - left) * channels;
    const to = ((y * width + x) * rows + r) * columns * channels + first * channels;
    const count = (last - first) * channels;
    for (let i = 0; i < count; i++) patches[to + i] = input.data[from + i];
  }
  return {patches, height, width, size};
}

/* c = a b, for a of rows x inner and b of inner x columns: blocks of 4 x 4 numbers, which stay in registers. What does not fill a
   block is computed with rows or columns repeated, and not stored. */
function multiply(a, b, c, rows, inner, columns) {
  const row = i => Math.min(i, rows - 1) * inner, column = j => Math.min(j, columns - 1);
  const block = new Float64Array(16);
  for (let i = 0; i < rows; i += 4) {
    const a0 = row(i), a1 = row(i + 1), a2 = row(i + 2), a3 = row(i + 3), high = Math.min(4, rows - i);
    for (let j = 0; j < columns; j += 4) {
      const b0 = column(j), b1 = column(j + 1), b2 = column(j + 2), b3 = column(j + 3), wide = Math.min(4, columns - j);
      let s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0;
      let s20 = 0, s21 = 0, s22 = 0, s23 = 0, s30 = 0, s31 = 0, s32 = 0, s33 = 0;
      for (let k = 0, at = 0; k < inner; k++, at += columns) {
        const w0 = b[at + b0], w1 = b[at + b1], w2 = b[at + b2], w3 = b[at + b3];
        let v = a[a0 + k];
        s00 += v * w0; s01 += v * w1; s02 += v * w2; s03 += v * w3;
        v = a[a1 + k];
        s10 += v * w0; s11 += v * w1; s12 += v * w2; s13 += v * w3;
        v = a[a2 + k];
        s20 += v * w0; s21 += v * w1; s22 += v * w2; s23 += v * w3;
        v = a[a3 + k];
        s30 += v * w0; s31 += v * w1; s32 += v * w2; s33 += v * w3;
      }
      block[0] = s00; block[1] = s01; block[2] = s02; block[3] = s03;
      block[4] = s10; block[5] = s11; block[6] = s12; block[7] = s13;
      block[8] = s20; block[9] = s21; block[10] = s22; block[11] = s23;
      block[12] = s30; block[13] = s31; block[14] = s32; block[15] = s33;
      for (let r = 0; r < high; r++) for (let k = 0; k < wide; k++) c[(i + r) * columns + j + k] = block[4 * r + k];
    }
  }
}

function activate(name, data) {
  if (name === "linear") return;
  if (name === "softmax") { data.set(softmax(data)); return; }
  const bend = name === "gelu" ? gelu : ACTIVATIONS[name];
  for (let i = 0; i < data.length; i++) data[i] = bend(data[i]);
}

function softmax(values) {
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(values, value => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map(power => power / sum);
}

/* All of a network for one image of values from 0 to 1: what each layer adds up (`sums`), what leaves it (`outputs`), and the
   probabilities of the classes. */
function compute(model, image) {
  let current = image;
  const sums = [], outputs = [];
  for (const layer of model.layers) {
    const before = LAYERS[layer.kind](layer, current);
    sums.push(before);
    current = layer.activation === "linear" ? before
      : tensor(before.height, before.width, before.channels, before.data.slice());
    activate(layer.activation, current.data);
    outputs.push(current);
  }
  const isDone = model.layers.at(-1).activation === "softmax";
  return {image, sums, outputs, probabilities: isDone ? Float64Array.from(current.data) : softmax(current.data)};
}

/* Half-precision numbers from their low bytes followed by their high ones. */
function halves(bytes) {
  const count = bytes.length / 2, numbers = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const high = bytes[count + i], exponent = (high >> 2) & 31, fraction = ((high & 3) << 8) | bytes[i];
    const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
    numbers[i] = high & 128 ? -size : size;
  }
  return numbers;
}

/* The bytes of a compressed base64 text. */
async function inflated(text) {
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/* Give the layers of models their weights, which lie one after the other. */
function withWeights(models, numbers) {
  let from = 0;
  for (const model of models) for (const layer of model.layers) {
    layer.weights = layer.shapes.map(shape => {
      const size = shape.reduce((a, b) => a * b, 1);
      from += size;
      return numbers.slice(from - size, from);
    });
  }
  return models;
}
