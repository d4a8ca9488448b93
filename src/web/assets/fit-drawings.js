/** The box that a fit fills, as `x y width height`. */
const BOX = [8, 4, 28, 24];

/** What each fit does: where the picture lies in the box or over it, and what of it is cut off. @type {Record<string, { photo: number[], cut?: number[] }>} */
const FITS = {
  fill: { photo: [8, 4, 28, 24] },
  cover: { photo: [8, 4, 28, 24], cut: [1, 4, 42, 24] },
  contain: { photo: [8, 8, 28, 16] },
  inside: { photo: [8, 4, 28, 16] },
  outside: { photo: [1, 4, 42, 24] },
};

/** A drawing of what a value does; null where words must do. @param {string} operation @param {string} parameter @param {string} value */
export function drawingOf(operation, parameter, value) {
  const fit = operation === 'resize' && parameter === 'fit' ? FITS[value] : undefined;
  return fit ? drawing(value, fit.photo, fit.cut) : null;
}

/** @param {string} fit @param {number[]} photo @param {number[]} [cut] */
function drawing(fit, photo, cut) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 44 32');
  svg.setAttribute('aria-hidden', 'true');
  if (cut) svg.append(rectangle('photo cut', cut));
  svg.append(rectangle('photo', photo), rectangle('box', BOX));
  // A circle tells stretching from cutting.
  const sun = document.createElementNS('http://www.w3.org/2000/svg', 'ellipse');
  const [x = 0, y = 0, width = 0, height = 0] = photo;
  const radius = Math.min(width, height) / 4;
  for (const [name, value] of Object.entries({
    cx: x + width / 2,
    cy: y + height / 2,
    rx: fit === 'fill' ? 4.5 : radius,
    ry: fit === 'fill' ? 8.5 : radius,
  })) {
    sun.setAttribute(name, String(value));
  }
  svg.append(sun);
  return svg;
}

/** @param {string} name @param {number[]} place */
function rectangle(name, [x, y, width, height]) {
  const rectangle = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [key, value] of Object.entries({ x, y, width, height, class: name })) {
    rectangle.setAttribute(key, String(value));
  }
  return rectangle;
}
