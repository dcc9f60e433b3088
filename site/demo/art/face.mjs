// Heads and what moves in them: eyes, brows, noses, mouths, beards, and the marks of a life.
import {INK, both, disc, flat, halftone, inside, line, mirrored, move, shape} from './ink.mjs';

export const heads = {
  oval: 'M39 50C39 32 47 25 60 25s21 7 21 25c0 21-10 34-21 34S39 71 39 50Z',
  square: 'M38 48C38 32 46 25 60 25s22 7 22 23c0 12 0 19-2 25-3 8-11 12-20 12s-17-4-20-12c-2-6-2-13-2-25Z',
  round: 'M35 54C35 35 45 26 60 26s25 9 25 28c0 18-11 30-25 30S35 72 35 54Z',
  long: 'M41 48C41 31 48 24 60 24s19 7 19 24c0 24-7 41-19 41S41 72 41 48Z',
  heart: 'M38 47C38 32 47 25 60 25s22 7 22 22c0 18-12 36-22 38-10-2-22-20-22-38Z',
  wide: 'M35 50C35 33 45 25 60 25s25 8 25 25c0 8 2 14 1 20-2 11-14 17-26 17s-24-6-26-17c-1-6 1-12 1-20Z',
};

const SHADE = 'M67 15h30v80H56c11-8 17-20 16-38-.4-14-1-28-5-42Z';

/** The bare head with ears and the shade of a lamp at the left. */
export function head(o) {
  const d = heads[o.head ?? 'oval'];
  const ears = o.ears === false ? '' : both(disc(37.5, 55, 5.5, o.skin)) ;
  return ears + shape(d, o.skin) + inside('face', d, flat(SHADE, INK, o.shade ?? .16));
}

const lid = (x, y, lash) => line(`M${x - 6} ${y - 1}q6-6.500 12 0`, 2.6) + (lash ? line(`M${x - 6} ${y - 1}l-3-2`, 2) : '');
const pupil = (x, y, r = 2.7) => disc(x, y, r, INK, 0) + disc(x - .9, y - 1, .9, '#fff', 0);
const pair = f => f(49, -1) + f(71, 1);
const LENS = {
  lens: 'M42 52c4-3 9-2 13 2-4 3.500-10 3.500-13-2Z',
  keen: 'M41 49c5 0 10 2 14 6-5 2.500-12 1-14-6Z',
  soft: 'M42.500 54c1-5 10-6 12.500 0-3 4-10 4-12.500 0Z',
  wide: 'M42 53a6.500 6.500 0 1 1 13 0 6.500 6.500 0 1 1-13 0Z',
  sly: 'M42 52h13c0 5-10 6-13 0Z',
};

/** Eyes: [kind, {gaze: [x, y], lash, colour}]. */
export function eyes([kind, {gaze: [gx, gy] = [0, 0], lash = false, colour = '#fff'} = {}]) {
  const open = (r, p) => x => `<ellipse cx="${x}" cy="53" rx="${r}" ry="${r * .84}" fill="${colour}" stroke="${INK}" stroke-width="1.600"/>` + pupil(x + gx, 53.4 + gy, p);
  const lids = lash ? lid(49, 52, true) + mirrored(lid(49, 52, true)) : pair(x => lid(x, 52));
  if (LENS[kind]) return both(shape(LENS[kind], colour, 1.8));
  switch (kind) {
    case 'open': return pair(open(5.4, 2.7)) + lids;
    case 'round': return pair(open(6.6, 2.6));
    case 'dot': return pair(x => disc(x + gx, 53 + gy, 3, INK, 0) + disc(x - .9 + gx, 52 + gy, 1, '#fff', 0)) + (lash ? both(line('M45 51l-3.500-2', 2)) : '');
    case 'happy': return pair(x => line(`M${x - 5.5} 55q5.500-7.500 11 0`, 3));
    case 'calm': return pair(x => line(`M${x - 5.5} 52q5.500 6 11 0`, 3)) + (lash ? both(line('M44 53l-3 2', 2)) : '');
    case 'heavy': return pair(x => shape(`M${x - 5.5} 52.500h11c0 4-2.500 5.500-5.500 5.500s-5.500-1.500-5.500-5.500Z`, '#fff', 1.6) + disc(x + gx, 54.6, 2.4, INK, 0) + line(`M${x - 6} 52.200h12`, 3));
    case 'wink': return open(5.4, 2.7)(49) + lid(49, 52) + line('M65.500 55q5.500-6 11 0', 3);
    case 'squint': return pair(x => line(`M${x - 5} 54q5-3 10 0`, 3.2)) + both(line('M41 52l-3-2M41 55l-3 1', 1.8));
    default: throw new Error(`no eyes ${kind}`);
  }
}

const BROW = {flat: 'M42.500 45.500q6-2 11.500 0', up: 'M42.500 44q6-5.500 11.500-1', angry: 'M43 42.500l11 4.500', sad: 'M43 47q5-1 10.500-5'};

export function brows(kind, colour = INK) {
  if (kind === 'quirk') return line(BROW.flat, 3.2, colour) + mirrored(move(0, -4, line(BROW.up, 3.2, colour)));
  if (kind === 'bushy') return both(shape('M41 47c2-6 9-6 14-2-4 1-9 1-14 2Z', colour, 1.8));
  return both(line(BROW[kind], 3.2, colour));
}

const NOSE = {
  plain: 'M60 55c-1 4-3.500 7-2.500 8.500s3.500 1.500 5 .5', button: 'M56.500 62.500q3.500 3.500 7 0', hook: 'M59 52c5 4 7 9 3 12-1.500.8-3.500.4-5-1',
  broad: 'M54 61.500c-1 3.500 3 4 6 4s7-.5 6-4', long: 'M58 54c-2 5-5 10-3 12s6 1 7.500-.5', sharp: 'M61 53l4.500 10.500-6 1.500',
};
export const nose = kind => line(NOSE[kind], 2.4);

const TEETH = '<path d="M51 70.500h18l-1.500 4h-15Z" fill="#fff"/>';
const GRIN = 'M49.500 69.500c7 1.500 14 1.500 21 0-.5 8-5 11-10.500 11s-10-3-10.500-11Z';
const MOUTH = {
  smile: line('M50.500 71q9.500 8 19 0'), flat: line('M53 73h14'), smirk: line('M52 73.500c6 1.500 12 0 15.500-4.500M67 67l2 3', 2.8),
  small: line('M56 73q4 2.500 8 0'), wry: line('M52 72c5-2 8 3 16 0'), grin: shape(GRIN, '#7a1626', 2.6) + TEETH,
  laugh: shape('M48 68c8 2 16 2 24 0 0 10-5 15-12 15s-12-5-12-15Z', '#7a1626', 2.6) + flat('M50 69.500h20l-1.500 4h-17Z', '#fff') + flat('M54 80c2-4 10-4 12 0-3 3-9 3-12 0Z', '#e8667a'),
  braces: shape(GRIN, '#7a1626', 2.6) + TEETH + line('M52 72.500h16', 1.2, '#6b7a99'), gap: shape(GRIN, '#7a1626', 2.6) + TEETH + line('M60 71v3.500', 2),
  sing: `<ellipse cx="60" cy="73.500" rx="6.500" ry="8" fill="#7a1626" stroke="${INK}" stroke-width="2.800"/>` + flat('M55.500 69c3-2 6-2 9 0l-1 1.800h-7Z', '#fff') + flat('M56 78c2-3 6-3 8 0-2 3-6 3-8 0Z', '#e8667a'),
  oh: `<ellipse cx="60" cy="74" rx="3.600" ry="4.400" fill="#7a1626" stroke="${INK}" stroke-width="2.600"/>`,
  none: '',
};

/** A mouth by name; [name, colour] paints the lips. */
export function mouth(kind) {
  if (!Array.isArray(kind)) return MOUTH[kind] ?? (() => { throw new Error(`no mouth ${kind}`); })();
  const up = kind[0] === 'lips' ? 'M50 72c4-3.500 7-4 10-2.200 3-1.800 6-1.300 10 2.200-5 6-15 6-20 0Z' : 'M51 73c4-4 6-5 9-3 3-2 5-1 10-2-4 8-14 10-19 5Z';
  return shape(up, kind[1], 2.2) + line(kind[0] === 'lips' ? 'M50 72c6 1.500 14 1.500 20 0' : 'M51 73c6 1 14-1 19-5', 2);
}

const BEARD = {
  full: 'M38 54c3 5 6 8 9 10 3-3 8-4 13-4s10 1 13 4c3-2 6-5 9-10 2 20-6 38-22 38S36 74 38 54Z', long: 'M38 54c3 5 6 8 9 10 3-3 8-4 13-4s10 1 13 4c3-2 6-5 9-10 2 18-2 30-9 38-3 6-5 14-11 20-2-5-5-4-7-9-9-8-19-30-17-49Z',
  goatee: 'M51 77c5-3 13-3 18 0 0 8-3 14-9 14s-9-6-9-14Z', chops: 'M37 52c4 4 6 10 8 18 4 1 5 5 4 10-8-3-13-14-12-28Z',
};
const STACHE = {
  brush: 'M60 66c-4-3-12-2-16 5 6 2.500 13 1.500 16-1 3 2.500 10 3.500 16 1-4-7-12-8-16-5Z',
  curl: 'M60 66.500c-5-3-10 0-13 3-2.500 2-6 1-6.500-3.500-4 7 2 11 8 10 5-.5 9-3 11.500-5 2.500 2 6.500 4.500 11.500 5 6 1 12-3 8-10-.5 4.500-4 5.500-6.500 3.500-3-3-8-6-13-3Z',
};

/** Beards are drawn under the mouth, moustaches over it. */
export const beard = (kind, colour) => kind === 'chops' ? both(shape(BEARD.chops, colour, 2.6))
  : kind === 'stubble' ? inside('stubble', heads.square, halftone({x: 36, y: 58, w: 48, h: 28}, 3.4, (x, y) => (y - 54) / 34 - (Math.hypot((x - 60) / 1.4, y - 71) < 7 ? 1 : 0), colour, .55)) : shape(BEARD[kind], colour);
export const stache = (kind, colour) => shape(STACHE[kind], colour, 2.4);

export const marks = {
  freckles: both('<path d="M42 61h.1M46 63.500h.1M50 60.500h.1M44.500 66h.1" stroke="#9a4a24" stroke-width="2.200" stroke-linecap="round"/>'),
  blush: both(disc(46.5, 65, 4.6, '#e8384f', 0).replace('/>', ' opacity=".3"/>')),
  lines: both(line('M46 66q3 4 2 9M42 59q3 3 7 2', 1.8, INK, .55)) + line('M50 35q10-3 20 0M52 39.500q8-2 16 0', 1.8, INK, .5),
  mole: disc(71, 67, 1.6, INK, 0), bindi: disc(60, 43, 2.6, '#c8102e', 1.2), bags: both(line('M44 60q5 3 10 0', 1.8, INK, .5)),
  plaster: `<g transform="rotate(-22 46 65)">${shape('M38 62h16v6H38Z', '#f7d9b0', 1.8)}${line('M44 62v6M48 62v6', 1.2, INK, .5)}</g>`, flour: flat('M70 62c4-3 8-2 9 1-1 5-6 6-8 4-2-1-3-3-1-5ZM72 72h2v2h-2Z', '#fff', .9),
  noseRing: line('M63.500 63a2 2 0 1 0 2.500 2', 1.6, '#d9a520'), stud: both(disc(36.5, 61, 2, '#f4c542', 1.4)),
  hoops: both(`<circle cx="36" cy="65" r="5.500" fill="none" stroke="${INK}" stroke-width="4.600"/><circle cx="36" cy="65" r="5.500" fill="none" stroke="#f4c542" stroke-width="2.200"/>`),
  bells: both(line('M36.500 60v5', 2) + shape('M31 74c1-2 1.500-9 5.500-9s4.500 7 5.500 9Z', '#f4c542', 2) + disc(36.5, 75.5, 2, '#f4c542', 1.4)), pearls: both(disc(36.5, 63, 3.2, '#fffaf0', 1.8)),
};
