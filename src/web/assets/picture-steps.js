/**
 * @import { Operation } from './operation-controls.js'
 * @typedef {{ width: number, height: number }} Size
 * @typedef {{ canvas: HTMLCanvasElement, width: number, height: number }} Drawn A picture drawn small, and the size that it truly has.
 * @typedef {Record<string, any>} Parameters What a person has typed so far.
 */

/** Longest side of what is drawn. */
const LONGEST = 560;

/** How each operation changes a drawn picture; those that are not here change nothing that a preview shows. @type {Record<string, (drawn: Drawn, parameters: Parameters) => Drawn>} */
const STEPS = {
  resize: resized,
  scale: scaled,
  crop: (drawn, parameters) => cutOut(drawn, boxOf(drawn, parameters)),
  rotate: (drawn, { angle }) => turned(drawn, angle),
  flip: (drawn, { axis }) => mirrored(drawn, axis),
  pad: padded,
  filter: (drawn, { type }) =>
    filtered(drawn, { grayscale: 'grayscale(1)', blur: `blur(${2 * zoomOf(drawn)}px)` }[/** @type {string} */ (type)]),
  adjust: (drawn, { brightness, contrast, saturation, hue }) =>
    filtered(drawn, `saturate(${saturation}%) hue-rotate(${hue}deg) brightness(${brightness}%) contrast(${contrast}%)`),
};

/** What a picture looks like after operations, about so. @param {HTMLImageElement} picture @param {readonly Operation[]} operations */
export function drawnAfter(picture, operations) {
  const size = { width: picture.naturalWidth, height: picture.naturalHeight };
  const start = drawing(size, (brush, canvas) => brush.drawImage(picture, 0, 0, canvas.width, canvas.height));
  return operations.reduce(
    (drawn, { operation_type, parameters }) => STEPS[operation_type]?.(drawn, parameters) ?? drawn,
    start,
  );
}

/**
 * The box that a crop keeps, moved into the picture; what the pixels would decide is shown in the middle.
 * @param {Size} size @param {Parameters} parameters
 */
export function boxOf(size, { width, height, x, y, gravity = 'center' }) {
  const [w, h] = [bounded(width || size.width, 1, size.width), bounded(height || size.height, 1, size.height)];
  const place = placeOf(gravity);
  return {
    width: w,
    height: h,
    x: bounded(x ?? Math.ceil((size.width - w) * place.x), 0, size.width - w),
    y: bounded(y ?? Math.ceil((size.height - h) * place.y), 0, size.height - h),
  };
}

/** @param {number} value @param {number} least @param {number} most */
export function bounded(value, least, most) {
  return Math.min(most, Math.max(least, Math.round(value)));
}

/** @param {string} gravity */
function placeOf(gravity) {
  const along = (/** @type {string} */ near, /** @type {string} */ far) =>
    gravity.includes(near) ? 0 : gravity.includes(far) ? 1 : 0.5;
  return { x: along('west', 'east'), y: along('north', 'south') };
}

/** @param {Drawn} drawn @param {Parameters} parameters @returns {Drawn} */
function resized(drawn, { width, height, fit, gravity, color = 'transparent' }) {
  if (!width || !height) return drawn;
  const box = { width, height };
  if (fit === 'fill') return stretched(drawn, box);
  const factors = [width / drawn.width, height / drawn.height];
  const isWithin = fit === 'inside' || fit === 'contain';
  const inner = stretched(drawn, times(drawn, isWithin ? Math.min(...factors) : Math.max(...factors)));
  if (fit === 'cover') return cutOut(inner, boxOf(inner, { width, height, gravity }));
  if (fit !== 'contain') return inner;
  return placed(inner, box, Math.floor((width - inner.width) / 2), Math.floor((height - inner.height) / 2), color);
}

/** @param {Drawn} drawn @param {Parameters} parameters */
function scaled(drawn, { width, height, enlarge }) {
  const factor = Math.min((width || Infinity) / drawn.width, (height || Infinity) / drawn.height);
  return factor === Infinity ? drawn : stretched(drawn, times(drawn, enlarge ? factor : Math.min(1, factor)));
}

/** @param {Drawn} drawn @param {Parameters} parameters */
function padded(drawn, { top = 0, right = 0, bottom = 0, left = 0, color = 'transparent' }) {
  return placed(drawn, { width: left + drawn.width + right, height: top + drawn.height + bottom }, left, top, color);
}

/** @param {Size} size @param {number} factor */
function times({ width, height }, factor) {
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

/** @param {Drawn} drawn @param {Size} size */
function stretched(drawn, size) {
  return drawing(size, (brush, canvas) => brush.drawImage(drawn.canvas, 0, 0, canvas.width, canvas.height));
}

/** @param {Drawn} drawn @param {Size & { x: number, y: number }} box */
function cutOut(drawn, { x, y, width, height }) {
  const [across, down] = [drawn.canvas.width / drawn.width, drawn.canvas.height / drawn.height];
  return drawing({ width, height }, (brush, canvas) =>
    brush.drawImage(
      drawn.canvas,
      x * across,
      y * down,
      width * across,
      height * down,
      0,
      0,
      canvas.width,
      canvas.height,
    ),
  );
}

/** @param {Drawn} drawn @param {Size} size @param {number} left @param {number} top @param {string} color */
function placed(drawn, size, left, top, color) {
  return drawing(size, (brush, canvas) => {
    const zoom = canvas.width / size.width;
    brush.fillStyle = color;
    brush.fillRect(0, 0, canvas.width, canvas.height);
    brush.clearRect(left * zoom, top * zoom, drawn.width * zoom, drawn.height * zoom);
    brush.drawImage(drawn.canvas, left * zoom, top * zoom, drawn.width * zoom, drawn.height * zoom);
  });
}

/** @param {Drawn} drawn @param {number} angle */
function turned(drawn, angle) {
  const size = angle % 180 ? { width: drawn.height, height: drawn.width } : drawn;
  return drawing(size, (brush, canvas) => {
    const [width, height] = angle % 180 ? [canvas.height, canvas.width] : [canvas.width, canvas.height];
    brush.translate(canvas.width / 2, canvas.height / 2);
    brush.rotate((angle * Math.PI) / 180);
    brush.drawImage(drawn.canvas, -width / 2, -height / 2, width, height);
  });
}

/** @param {Drawn} drawn @param {string} axis */
function mirrored(drawn, axis) {
  return drawing(drawn, (brush, canvas) => {
    const isAcross = axis === 'horizontal';
    brush.translate(isAcross ? canvas.width : 0, isAcross ? 0 : canvas.height);
    brush.scale(isAcross ? -1 : 1, isAcross ? 1 : -1);
    brush.drawImage(drawn.canvas, 0, 0, canvas.width, canvas.height);
  });
}

/** @param {Drawn} drawn @param {string | undefined} filter as CSS has it */
function filtered(drawn, filter = 'none') {
  return drawing(drawn, (brush, canvas) => {
    brush.filter = filter;
    brush.drawImage(drawn.canvas, 0, 0, canvas.width, canvas.height);
  });
}

/** How many pixels are drawn for one of the picture. @param {Size} size */
function zoomOf({ width, height }) {
  return Math.min(1, LONGEST / Math.max(width, height));
}

/** @param {Size} size @param {(brush: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => void} draw @returns {Drawn} */
function drawing({ width, height }, draw) {
  const zoom = zoomOf({ width, height });
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * zoom));
  canvas.height = Math.max(1, Math.round(height * zoom));
  draw(/** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')), canvas);
  return { canvas, width, height };
}
