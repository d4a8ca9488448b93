const UNITS = ['bytes', 'KiB', 'MiB', 'GiB'];

/**
 * Bytes in the largest unit that fits, e.g. `1.4 MiB`.
 * @param {number} bytes
 */
export function size(bytes) {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const count = bytes / 1024 ** step;
  return `${Number(count.toFixed(count < 10 ? 1 : 0))} ${UNITS[step]}`;
}

/**
 * Millions of pixels, e.g. `12.2 megapixels`.
 * @param {number} pixels
 */
export function megapixels(pixels) {
  return `${Number((pixels / 1e6).toFixed(1))} megapixels`;
}

/**
 * A length of time in its largest unit, e.g. `10 minutes`.
 * @param {number} seconds
 */
export function duration(seconds) {
  const [unit, length] =
    seconds >= 3600 && seconds % 3600 === 0
      ? ['hour', 3600]
      : seconds >= 60 && seconds % 60 === 0
        ? ['minute', 60]
        : ['second', 1];
  const count = seconds / Number(length);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/**
 * What is left of a time, as a clock shows it, e.g. `9:05`.
 * @param {number} seconds
 */
export function clock(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  const two = (/** @type {number} */ count) => String(count).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/**
 * How much smaller or larger the result is, e.g. `−84 %`.
 * @param {number} before
 * @param {number} after
 */
export function change(before, after) {
  const percent = Math.round((after / before - 1) * 100);
  return percent === 0 ? '±0 %' : `${percent < 0 ? '−' : '+'}${Math.abs(percent)} %`;
}

/**
 * @param {string} time RFC 3339
 */
export function moment(time) {
  return new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
