/** @typedef {CanvasRenderingContext2D} Brush */

const RIDGES = [
  { height: 0.5, rough: 0.16, colour: '#c9586a', seed: 3 },
  { height: 0.57, rough: 0.14, colour: '#8f3d6b', seed: 11 },
  { height: 0.64, rough: 0.1, colour: '#532a63', seed: 23 },
];

/**
 * The built-in picture: the sun sets behind mountains, over a lake.
 * @param {HTMLCanvasElement} canvas
 */
export function drawSample(canvas) {
  const brush = /** @type {Brush} */ (canvas.getContext('2d'));
  const { width, height } = canvas;
  const shore = height * 0.7;
  sky(brush, width, shore);
  for (const ridge of RIDGES) mountains(brush, width, height, shore, ridge);
  lake(brush, width, height, shore);
  grain(brush, width, height);
}

/**
 * The picture as a file.
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<File>}
 */
export async function sampleFile(canvas) {
  /** @type {Blob | null} */
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
  if (!blob) throw new Error('The browser could not encode the picture');
  return new File([blob], 'sunset.jpg', { type: 'image/jpeg' });
}

/** @param {Brush} brush @param {number} width @param {number} shore */
function sky(brush, width, shore) {
  const air = brush.createLinearGradient(0, 0, 0, shore);
  for (const [at, colour] of /** @type {const} */ ([
    [0, '#1d1b4c'],
    [0.35, '#5b3a8c'],
    [0.62, '#d9627a'],
    [0.82, '#ff9e5e'],
    [1, '#ffd98a'],
  ])) {
    air.addColorStop(at, colour);
  }
  brush.fillStyle = air;
  brush.fillRect(0, 0, width, shore);
  const [x, y, radius] = [width * 0.64, shore * 0.66, width * 0.06];
  const glow = brush.createRadialGradient(x, y, radius * 0.6, x, y, radius * 6);
  glow.addColorStop(0, '#fff3c4d0');
  glow.addColorStop(0.25, '#ffd27a70');
  glow.addColorStop(1, '#ffd27a00');
  brush.fillStyle = glow;
  brush.fillRect(0, 0, width, shore);
  brush.fillStyle = '#fff6d8';
  brush.beginPath();
  brush.arc(x, y, radius, 0, Math.PI * 2);
  brush.fill();
  const random = seeded(7);
  for (let star = 0; star < 90; star += 1) {
    brush.fillStyle = `rgb(255 255 255 / ${0.2 + random() * 0.6})`;
    const side = random() < 0.15 ? 3 : 1.6;
    brush.fillRect(random() * width, random() ** 1.6 * shore * 0.45, side, side);
  }
}

/**
 * @param {Brush} brush @param {number} width @param {number} height @param {number} shore
 * @param {(typeof RIDGES)[number]} ridge
 */
function mountains(brush, width, height, shore, { height: level, rough, colour, seed }) {
  const waves = [1, 2.3, 5.1, 11.7, 26, 61].map((count, at) => ({
    count,
    strength: 0.55 ** at,
    phase: seed * (at + 1.7),
  }));
  brush.fillStyle = colour;
  brush.beginPath();
  brush.moveTo(0, shore);
  for (let x = 0; x <= width; x += 2) {
    const along = x / width;
    const rise = waves.reduce(
      (sum, { count, strength, phase }) => sum + Math.sin(along * count * 6.3 + phase) * strength,
      0,
    );
    brush.lineTo(x, height * (level - rough * 0.45 * rise));
  }
  brush.lineTo(width, shore);
  brush.fill();
}

/** @param {Brush} brush @param {number} width @param {number} height @param {number} shore */
function lake(brush, width, height, shore) {
  brush.save();
  // What stands above the water, upside down.
  brush.translate(0, shore + height);
  brush.scale(1, -1);
  brush.drawImage(brush.canvas, 0, shore * 0.45, width, shore * 0.55, 0, shore, width, height - shore);
  brush.restore();
  const depth = brush.createLinearGradient(0, shore, 0, height);
  depth.addColorStop(0, '#2a174e50');
  depth.addColorStop(1, '#150d33d8');
  brush.fillStyle = depth;
  brush.fillRect(0, shore, width, height - shore);
  const random = seeded(29);
  for (let wave = 0; wave < 260; wave += 1) {
    const near = random() ** 1.3;
    const y = shore + near * (height - shore);
    const sunlit = random() < 0.6;
    const x = sunlit ? width * 0.64 + (random() - 0.5) * width * (0.08 + near * 0.2) : random() * width;
    brush.fillStyle = sunlit ? `rgb(255 214 140 / ${0.5 - near * 0.3})` : 'rgb(255 255 255 / 0.05)';
    brush.fillRect(x, y, 10 + near * 70 * random(), 1 + near * 2);
  }
}

/** A little noise, as film has it. @param {Brush} brush @param {number} width @param {number} height */
function grain(brush, width, height) {
  const pixels = brush.getImageData(0, 0, width, height);
  const random = seeded(41);
  for (let at = 0; at < pixels.data.length; at += 4) {
    const noise = (random() - 0.5) * 14;
    for (let channel = at; channel < at + 3; channel += 1) pixels.data[channel] = (pixels.data[channel] ?? 0) + noise;
  }
  brush.putImageData(pixels, 0, 0);
}

/** Numbers from 0 up to 1, the same ones for the same seed (mulberry32). @param {number} seed */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
