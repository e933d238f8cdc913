/* How a network's numbers come about, in terms that a person can check. Nothing here knows of the page. */

/* What a layer reads, and the layer that it is the output of; -1 for the image. A dense layer reads maps, though flattened. */
function sourceOf(model, result, index) {
  let from = index - 1;
  while (model.layers[index].kind === "dense" && from >= 0 && model.layers[from].kind === "flatten") from--;
  return {from, source: from < 0 ? result.image : result.outputs[from]};
}

/* How one number of a layer's output comes about: its terms (an input, what it is multiplied by, and where the input is), what is
   added, their sum, and the result of the activation. Of a pooling the terms are the window. */
function explain(model, result, index, {y, x, channel}) {
  const layer = model.layers[index], {from, source} = sourceOf(model, result, index);
  const terms = [];
  let added = 0, how = "sum";
  const term = (v, u, k, weight) => {
    const inside = v >= 0 && u >= 0 && v < source.height && u < source.width;
    const value = inside ? source.data[(v * source.width + u) * source.channels + k] : 0;
    terms.push({y: v, x: u, channel: k, value, weight, product: value * weight, inside});
  };
  if (layer.kind === "dense") {
    const [kernel, bias] = layer.weights, units = layer.shapes[0][1];
    for (let v = 0, i = channel; v < source.height; v++) for (let u = 0; u < source.width; u++) {
      for (let k = 0; k < source.channels; k++, i += units) term(v, u, k, kernel[i]);
    }
    added = bias ? bias[channel] : 0;
  } else if (layer.kind === "conv" || layer.kind === "depthwise") {
    const [rows, columns, deep, filters] = layer.shapes[0], [kernel, bias] = layer.weights;
    const [top, left] = frame(source, rows, columns, layer.padding), isDeep = layer.kind === "conv";
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) for (let k = 0; k < (isDeep ? deep : 1); k++) {
      const place = isDeep ? ((r * columns + c) * deep + k) * filters + channel : (r * columns + c) * deep + channel;
      term(y + r - top, x + c - left, isDeep ? k : channel, kernel[place]);
    }
    added = bias ? bias[channel] : 0;
  } else if (layer.kind === "pool" || layer.kind === "mean") {
    const [height, width] = layer.kind === "pool" ? [layer.size, layer.size] : [source.height, source.width];
    how = layer.pooling === "max" ? "most" : "sum";
    const weight = how === "most" ? 1 : 1 / (height * width);
    for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) term(y * height + r, x * width + c, channel, weight);
  } else {
    term(y, x, channel, layer.kind === "norm" ? layer.scale[channel] : layer.kind === "scale" ? layer.scale : 1);
    added = layer.kind === "norm" ? layer.shift[channel] : layer.kind === "scale" ? layer.offset : 0;
  }
  const products = terms.map(one => one.product);
  const sum = how === "most" ? Math.max(...products) : products.reduce((a, b) => a + b, added);
  const {width, channels, data} = result.outputs[index];
  return {terms, added, how, sum, activation: layer.activation, output: data[(y * width + x) * channels + channel], from, source};
}

/* Numbers of three decimals that add up to a total, itself rounded to three: each is rounded down, and those that lose most by
   that are rounded up instead, as many as the total needs. */
function addingUp(values, total) {
  const thousandths = values.map(value => Math.floor(1000 * value));
  const lost = place => 1000 * values[place] - thousandths[place];
  const missing = Math.round(1000 * total) - thousandths.reduce((a, b) => a + b, 0);
  const order = values.map((_, place) => place).sort((a, b) => lost(b) - lost(a));
  for (let i = 0; i < missing; i++) thousandths[order[i % order.length]]++;
  return thousandths.map(value => value / 1000);
}

/* The places of the largest of some numbers, by size without sign. */
function largest(values, count) {
  return values.map((_, place) => place).sort((a, b) => Math.abs(values[b]) - Math.abs(values[a])).slice(0, count);
}
