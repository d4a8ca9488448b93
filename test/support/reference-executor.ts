import sharp from 'sharp';
import type { Size } from '../../src/imaging/domain/image-facts.ts';
import type { ImageFormat } from '../../src/imaging/domain/image-format.ts';
import type { Operation } from '../../src/imaging/operations/operations.ts';

type ParametersOf<Type extends Operation['operation_type']> = Extract<
  Operation,
  { operation_type: Type }
>['parameters'];

/** One frame in red, green, blue and alpha of 8 bits. */
export interface Frame extends Size {
  readonly data: Buffer;
}

/**
 * The operations one by one, in order, on frames that were decoded at their full size: slow, and plain enough to be
 * believed. It shares no code with the engine; filters and enlarging are written out here, and sharp is trusted to
 * reduce and to convert colours. A JPEG's picture is laid on white after its last step.
 */
export async function referenceFrames(
  bytes: Uint8Array,
  { output, frames: count }: { output: ImageFormat; frames: number },
  operations: readonly Operation[],
): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (let page = 0; page < count; page += 1) {
    let frame = await decoded(bytes, page);
    for (const operation of operations) frame = await stepOf(frame, operation);
    frames.push(output === 'jpg' ? laidOn(frame, 255) : frame);
  }
  return frames;
}

async function decoded(bytes: Uint8Array, page: number): Promise<Frame> {
  const image = sharp(bytes, { page });
  const { depth, hasProfile } = await image.metadata();
  // What sharp leaves in Display P3 when a picture has 16 bits and a profile; see sharp-execution.ts.
  if (depth === 'ushort' && hasProfile) image.withIccProfile('srgb', { attach: false });
  return framed(
    await image.autoOrient().toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true }),
  );
}

function stepOf(frame: Frame, operation: Operation): Frame | Promise<Frame> {
  switch (operation.operation_type) {
    case 'resize':
      return resized(frame, operation.parameters);
    case 'crop':
      return cropped(frame, operation.parameters);
    case 'pad': {
      const { top, right, bottom, left, color } = operation.parameters;
      const size = { width: left + frame.width + right, height: top + frame.height + bottom };
      return placed(frame, size, left, top, colourOf(color));
    }
    case 'scale':
      return proportional(frame, operation.parameters);
    case 'rotate':
      return { 90: quarterTurn, 180: halfTurn, 270: (one: Frame) => halfTurn(quarterTurn(one)) }[
        operation.parameters.angle
      ](frame);
    case 'flip':
      return operation.parameters.axis === 'horizontal' ? mirrored(frame) : halfTurn(mirrored(frame));
    case 'adjust':
      return adjusted(frame, operation.parameters);
    case 'filter':
      return { grayscale, blur, sharpen }[operation.parameters.type](frame);
    default:
      return frame;
  }
}

async function resized(
  frame: Frame,
  { width, height, fit, gravity = 'center', color = 'transparent' }: ParametersOf<'resize'>,
): Promise<Frame> {
  if (fit === 'fill') return stretched(frame, { width, height });
  const scales = [width / frame.width, height / frame.height];
  const scale = fit === 'cover' || fit === 'outside' ? Math.max(...scales) : Math.min(...scales);
  const size = {
    width: Math.max(1, Math.round(frame.width * scale)),
    height: Math.max(1, Math.round(frame.height * scale)),
  };
  const scaled = await stretched(frame, size);
  if (fit === 'inside' || fit === 'outside') return scaled;
  if (fit === 'cover') return cropped(scaled, { width, height, gravity });
  // In the centre; an odd pixel is padded at the right and the bottom.
  const offset = (box: number, side: number) => Math.floor((box - side) / 2);
  const background = colourOf(color);
  return placed(scaled, { width, height }, offset(width, size.width), offset(height, size.height), background);
}

function cropped(frame: Frame, { width, height, x, y, gravity = 'center' }: Omit<ParametersOf<'crop'>, 'fit'>): Frame {
  // An odd pixel is cut at the left and the top.
  const along = (room: number, near: string, far: string) => {
    if (gravity.includes(near)) return 0;
    return gravity.includes(far) ? room : Math.floor((room + 1) / 2);
  };
  const left = x ?? along(frame.width - width, 'west', 'east');
  const top = y ?? along(frame.height - height, 'north', 'south');
  return drawn({ width, height }, (column, row) => pixelAt(frame, left + column, top + row));
}

/** Red, green, blue and alpha of 0-255. */
function colourOf(color: string): number[] {
  const text = color === 'transparent' ? '#ffffff00' : color;
  const long = text.length === 4 ? text.replaceAll(/[0-9a-f]/g, '$&$&') : text;
  const [red = 0, green = 0, blue = 0, alpha = 255] = [...Buffer.from(long.slice(1), 'hex')];
  return [red, green, blue, alpha];
}

function proportional(
  frame: Frame,
  { width = Number.MAX_VALUE, height = Number.MAX_VALUE, enlarge }: ParametersOf<'scale'>,
): Frame | Promise<Frame> {
  if (!enlarge && frame.width <= width && frame.height <= height) return frame;
  const isWide = frame.width * height > width * frame.height;
  const size = isWide
    ? { width, height: Math.max(1, Math.round((frame.height * width) / frame.width)) }
    : { width: Math.max(1, Math.round((frame.width * height) / frame.height)), height };
  return stretched(frame, size);
}

/** What was at the left is at the top. */
function quarterTurn(frame: Frame): Frame {
  const { width, height } = frame;
  return drawn({ width: height, height: width }, (x, y) => pixelAt(frame, y, height - 1 - x));
}

function halfTurn(frame: Frame): Frame {
  return drawn(frame, (x, y) => pixelAt(frame, frame.width - 1 - x, frame.height - 1 - y));
}

function mirrored(frame: Frame): Frame {
  return drawn(frame, (x, y) => pixelAt(frame, frame.width - 1 - x, y));
}

async function stretched(source: Frame, { width, height }: Size): Promise<Frame> {
  const grown = { width: Math.max(width, source.width), height: Math.max(height, source.height) };
  const frame = enlarged(source, grown);
  const image = sharp(frame.data, { raw: { ...grown, channels: 4 } });
  return framed(await image.resize({ width, height, fit: 'fill' }).raw().toBuffer({ resolveWithObject: true }));
}

/** Each pixel is a mean of the 16 around the place that it comes from, weighed by how far they are. */
function enlarged(frame: Frame, size: Size): Frame {
  const values = premultiplied(frame);
  const around = [-1, 0, 1, 2];
  return drawn(size, (x, y) => {
    const [fromX, fromY] = [
      ((x + 0.5) * frame.width) / size.width - 0.5,
      ((y + 0.5) * frame.height) / size.height - 0.5,
    ];
    const sums = [0, 0, 0, 0];
    for (const down of around) {
      for (const right of around) {
        const [column, row] = [Math.floor(fromX) + right, Math.floor(fromY) + down];
        const weight = cubic(fromX - column) * cubic(fromY - row);
        const at = 4 * (within(row, frame.height) * frame.width + within(column, frame.width));
        for (let i = 0; i < 4; i += 1) sums[i] = (sums[i] as number) + weight * (values[at + i] as number);
      }
    }
    const alpha = sums[3] as number;
    return sums.map((sum, i) => (i === 3 || alpha <= 0 ? sum : (sum * 255) / alpha));
  });
}

/** Keys' curve with a = -1/2: the weight of a pixel at this distance. */
function cubic(distance: number): number {
  const d = Math.abs(distance);
  if (d < 1) return 1.5 * d ** 3 - 2.5 * d ** 2 + 1;
  return d < 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0;
}

function within(place: number, side: number): number {
  return Math.min(side - 1, Math.max(0, place));
}

function placed(
  frame: Frame,
  { width, height }: Size,
  left: number,
  top: number,
  background: readonly number[],
): Frame {
  return drawn({ width, height }, (x, y) => {
    const [fromX, fromY] = [x - left, y - top];
    const outside = fromX < 0 || fromY < 0 || fromX >= frame.width || fromY >= frame.height;
    return outside ? background : pixelAt(frame, fromX, fromY);
  });
}

function grayscale(frame: Frame): Frame {
  const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const encoded = (value: number) => (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055);
  return drawn(frame, (x, y) => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = pixelAt(frame, x, y);
    const light = 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255);
    const grey = encoded(light) * 255;
    return [grey, grey, grey, alpha];
  });
}

/** Light and difference of colours apart (Y'IQ, with the weights of light that CSS has), which a turn of hue is plain in. */
function adjusted(frame: Frame, { brightness, contrast, saturation, hue }: ParametersOf<'adjust'>): Frame {
  const [cos, sin] = [Math.cos((hue * Math.PI) / 180), Math.sin((hue * Math.PI) / 180)];
  return drawn(frame, (x, y) => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = pixelAt(frame, x, y);
    const light = 0.213 * red + 0.715 * green + 0.072 * blue;
    const [r, g, b] = [red, green, blue].map((value) => ((value - light) * saturation) / 100) as [
      number,
      number,
      number,
    ];
    // The part of a hue's turn that is at right angles to a colour, as Filter Effects tells it.
    const across = [
      -0.213 * r - 0.715 * g + 0.928 * b,
      0.143 * r + 0.14 * g - 0.283 * b,
      -0.787 * r + 0.715 * g + 0.072 * b,
    ];
    const turned = [r, g, b].map((value, i) => light + value * cos + (across[i] as number) * sin);
    const lit = turned.map((value) => ((value * brightness) / 100 - 127.5) * (contrast / 100) + 127.5);
    return [...lit, alpha];
  });
}

const BLUR_SIGMA = 2;
const BELL = Array.from({ length: 17 }, (_, i) => Math.exp(-((i - 8) ** 2) / (2 * BLUR_SIGMA ** 2)));

function blur(frame: Frame): Frame {
  const across = convolved(
    premultiplied(frame),
    frame,
    BELL.map((weight, i) => [i - 8, 0, weight] as const),
  );
  return withAlphaOf(
    frame,
    convolved(
      across,
      frame,
      BELL.map((weight, i) => [0, i - 8, weight] as const),
    ),
  );
}

function sharpen(frame: Frame): Frame {
  const around = [-1, 0, 1].flatMap((x) => [-1, 0, 1].map((y) => [x, y, x === 0 && y === 0 ? 32 : -1] as const));
  return withAlphaOf(frame, convolved(premultiplied(frame), frame, around));
}

function premultiplied({ data }: Frame): Float64Array {
  return Float64Array.from(data, (value, i) =>
    i % 4 === 3 ? value : (value * (data[i - (i % 4) + 3] as number)) / 255,
  );
}

/** Weighted means of neighbours; beyond the edge, its pixels go on. */
function convolved(
  values: Float64Array,
  { width, height }: Size,
  weights: readonly (readonly [x: number, y: number, weight: number])[],
): Float64Array {
  const sum = weights.reduce((total, [, , weight]) => total + weight, 0);
  const result = new Float64Array(values.length);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (let channel = 0; channel < 4; channel += 1, at += 1) {
        let total = 0;
        for (const [dx, dy, weight] of weights) {
          const fromX = Math.min(width - 1, Math.max(0, x + dx));
          const fromY = Math.min(height - 1, Math.max(0, y + dy));
          total += weight * (values[(fromY * width + fromX) * 4 + channel] as number);
        }
        result[at] = total / sum;
      }
    }
  }
  return result;
}

/** Colours out of premultiplied values; the transparency stays as it was. */
function withAlphaOf(frame: Frame, values: Float64Array): Frame {
  return drawn(frame, (x, y) => {
    const at = (y * frame.width + x) * 4;
    const weight = (values[at + 3] as number) / 255;
    const colour = [0, 1, 2].map((channel) => (weight > 0 ? (values[at + channel] as number) / weight : 0));
    return [...colour, frame.data[at + 3] as number];
  });
}

/** The frame on a plain grey background, without transparency. */
export function laidOn(frame: Frame, background: number): Frame {
  return drawn(frame, (x, y) => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = pixelAt(frame, x, y);
    const over = (value: number) => (value * alpha + background * (255 - alpha)) / 255;
    return [over(red), over(green), over(blue), 255];
  });
}

function drawn({ width, height }: Size, colourAt: (x: number, y: number) => readonly number[]): Frame {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) data.set(colourAt(x, y), at);
  }
  return { width, height, data: Buffer.from(data.buffer) };
}

function pixelAt({ data, width }: Frame, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
}

function framed({ data, info }: { data: Buffer; info: { width: number; height: number } }): Frame {
  return { data, width: info.width, height: info.height };
}

/** The frames of a file, decoded as any viewer would. */
export async function framesOfFile(path: string): Promise<Frame[]> {
  const { data, info } = await sharp(path, { pages: -1 })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, pageHeight: height = info.height } = info;
  const bytes = width * height * 4;
  return Array.from({ length: data.length / bytes }, (_, i) => ({
    width,
    height,
    data: data.subarray(i * bytes, (i + 1) * bytes),
  }));
}
