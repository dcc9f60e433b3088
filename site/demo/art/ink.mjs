// The pen: outlines, fills and halftone that every part of a portrait is drawn with.

export const INK = '#17151f';

const r1 = n => +n.toFixed(1);
const r2 = n => +n.toFixed(2);

/** A filled shape with the ink outline. */
export const shape = (d, fill, w = 3) =>
  `<path d="${d}" fill="${fill}" fill-rule="evenodd" stroke="${INK}" stroke-width="${w}" stroke-linejoin="round" stroke-linecap="round"/>`;

/** A filled shape without outline. */
export const flat = (d, fill, op = 1) => `<path d="${d}" fill="${fill}" fill-rule="evenodd"${op < 1 ? ` opacity="${op}"` : ''}/>`;

/** An open stroke. */
export const line = (d, w = 3, colour = INK, op = 1) =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${w}" stroke-linejoin="round" stroke-linecap="round"${op < 1 ? ` opacity="${op}"` : ''}/>`;

/** A circle; w = 0 leaves the outline away. */
export const disc = (x, y, r, fill, w = 3) =>
  `<circle cx="${r1(x)}" cy="${r1(y)}" r="${r1(r)}" fill="${fill}"${w ? ` stroke="${INK}" stroke-width="${w}"` : ''}/>`;

/** A rope: a thick stroke in colour with an ink edge. */
export const rope = (d, w, colour, edge = 3) => line(d, w + edge * 2) + line(d, w, colour);

/** The drawing and its mirror image about x = 60. */
export const both = s => s + mirrored(s);
export const mirrored = s => `<g transform="matrix(-1 0 0 1 120 0)">${s}</g>`;

export const move = (x, y, s, k = 1, turn = 0) =>
  `<g transform="translate(${r1(x)} ${r1(y)})${turn ? ` rotate(${turn})` : ''}${k !== 1 ? ` scale(${k})` : ''}">${s}</g>`;

/** What of s lies inside the outline d. The id has to be unique within one picture. */
export const inside = (id, d, s) =>
  `<clipPath id="${id}"><path d="${d}" clip-rule="evenodd"/></clipPath><g clip-path="url(#${id})">${s}</g>`;

/** A repeatable random source: equal seeds give equal pictures. */
export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (Math.imul(a, 1664525) + 1013904223) >>> 0;
    const mixed = Math.imul(a ^ (a >>> 15), 0x2c1b3c6d);
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
  };
}

/** Printer's dots on a slanted grid over area; tone(x, y) from 0 (none) to 1 (touching). */
export function halftone({x: x0, y: y0, w, h}, step, tone, colour, op = 1) {
  let s = '';
  for (let row = 0, y = y0; y <= y0 + h; row++, y += step / 2) {
    for (let x = x0 + (row % 2) * step / 2; x <= x0 + w; x += step) {
      const r = Math.min(1, tone(x, y)) * step * .44;
      if (r > .4) s += `M${r2(x - r)} ${r2(y)}a${r2(r)} ${r2(r)} 0 1 0 ${r2(2 * r2(r))} 0a${r2(r)} ${r2(r)} 0 1 0-${r2(2 * r2(r))} 0`;
    }
  }
  return `<path d="${s}" fill="${colour}" opacity="${op}"/>`;   // not even-odd: where dots touch they flow together
}

/** A closed star of n points between radii a and b. */
export function star(x, y, n, a, b, turn = 0) {
  let d = '';
  for (let i = 0; i < 2 * n; i++) {
    const t = (i / n) * Math.PI + turn, r = i % 2 ? b : a;
    d += `${i ? 'L' : 'M'}${r1(x + r * Math.sin(t))} ${r1(y - r * Math.cos(t))}`;
  }
  return d + 'Z';
}
