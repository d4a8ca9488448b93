import { html, type SafeHtml } from '@remix-run/html-template';
import type { Parameter } from '../../imaging/domain/parameter.ts';
import { OPERATIONS } from '../../imaging/operations/operations.ts';

/** A rectangle as `x y width height`, on a drawing of 44 x 32. */
type Rectangle = readonly [number, number, number, number];

/** The box that a fit fills. */
const BOX: Rectangle = [8, 4, 28, 24];

/** Where each fit lays the picture, in the box or over it, and what of it is cut off. */
const FITS: Readonly<Record<string, { photo: Rectangle; cut?: Rectangle }>> = {
  fill: { photo: BOX },
  cover: { photo: BOX, cut: [1, 4, 42, 24] },
  contain: { photo: [8, 8, 28, 16] },
  inside: { photo: [8, 4, 28, 16] },
  outside: { photo: [1, 4, 42, 24] },
};

/** A drawing of what a value of a parameter does; null where words must do. */
export function drawingOf(operation: string, parameter: string, value: string | number): SafeHtml | null {
  const fit = operation === 'resize' && parameter === 'fit' ? FITS[value] : undefined;
  if (!fit) return null;
  const [x, y, width, height] = fit.photo;
  const radius = Math.min(width, height) / 4;
  // A circle tells stretching from cutting.
  const [rx, ry] = value === 'fill' ? [4.5, 8.5] : [radius, radius];
  return html`<svg class="drawing" viewBox="0 0 44 32" aria-hidden="true">${fit.cut ? rectangle('cut', fit.cut) : null}${rectangle('photo', fit.photo)}${rectangle('box', BOX)}<ellipse cx="${x + width / 2}" cy="${y + height / 2}" rx="${rx}" ry="${ry}"/></svg>`;
}

/** Every drawing there is as a template, for the controls that a script builds. */
export function drawingTemplates(): SafeHtml[] {
  return OPERATIONS.flatMap(({ type, parameters }) =>
    Object.entries<Parameter>(parameters).flatMap(([name, parameter]) =>
      (parameter.kind === 'choice' ? parameter.values : []).flatMap((value) => {
        const drawing = drawingOf(type, name, value);
        return drawing ? [html`<template data-drawing="${type}.${name}.${value}">${drawing}</template>\n`] : [];
      }),
    ),
  );
}

function rectangle(name: string, [x, y, width, height]: Rectangle): SafeHtml {
  return html`<rect class="${name}" x="${x}" y="${y}" width="${width}" height="${height}"/>`;
}
