// Shoulders and what lies on them: bodies, collars, capes, emblems, things held.
import {INK, both, disc, flat, inside, line, move, shape, star} from './ink.mjs';

export const bodies = {
  slim: 'M19 126c1-24 16-32 29-35h24c13 3 28 11 29 35Z',
  mid: 'M10 126c2-26 22-34 36-36h28c14 2 34 10 36 36Z',
  broad: 'M0 126c-1-28 20-38 43-39h34c23 1 44 11 43 39Z',
  vast: 'M-8 126c-4-36 20-46 46-46h44c26 0 50 10 46 46Z',
  small: 'M26 126c1-22 12-30 24-32h20c12 2 23 10 24 32Z',
};

const NECK = {slim: 'M51 74h18v18c0 5-18 5-18 0Z', mid: 'M49 74h22v17c0 6-22 6-22 0Z', broad: 'M46 72h28v18c0 6-28 6-28 0Z', vast: 'M42 70h36v18c0 8-36 8-36 0Z', small: 'M52 76h16v18c0 4-16 4-16 0Z'};

/** Shoulders in the suit's colour with a shaded right side. */
export const body = (kind, suit) => shape(bodies[kind], suit) + inside('body', bodies[kind], flat('M78 84c14 8 18 22 18 44h40V80Z', INK, .18));

export const neck = (kind, skin) => shape(NECK[kind], skin) + inside('neck', NECK[kind], flat('M40 72h40v7c-10 9-30 9-40 0Z', INK, .25));

export const wears = {
  crew: c => shape('M46 90c3 9 25 9 28 0l2 3c-4 10-28 10-32 0Z', c, 2.6),
  cape: (c, d) => shape('M47 87 60 106 73 87l15 7-18 32H50L32 94Z', c) + (d ? flat('M60 110l6 16h-12Z', d) : ''),
  mantle: (c, d) => shape('M4 126c0-24 16-36 38-40 8 10 28 10 36 0 22 4 38 16 38 40H84c-6-14-14-20-24-22-10 2-18 8-24 22Z', c) + disc(60, 104, 5.5, d),
  high: (c, d) => both(shape('M60 104 42 95l-9-29c8 10 14 16 27 19Z', c)) + (d ? disc(60, 103, 4.5, d) : ''),
  popped: (c, d) => both(shape('M59 108 36 96l-4-20 12-2 9 14Z', c)) + (d ? line('M60 108v16', 2.4, d) : ''),
  streaming: (c, d) => shape('M76 88c14-10 26 0 44-10-2 8-8 12-14 14 6 0 10 0 14-2-8 12-28 12-44 6Z', c, 2.8) + shape('M41 81c9 8 29 8 38 0 5 3 6 8 4 12-12 9-34 9-46 0-2-4-1-9 4-12Z', c) + line('M47 86l-3 10M60 90v10M73 87l3 10', 2, d),
  ruff: c => shape(star(60, 97, 15, 25, 19), c, 2.6) + both(line('M57 97L45 108M56 95L38 98M59 99l-5 16', 1.6, INK, .5)),
  feathers: (c, d) => [[22, 100], [36, 97], [50, 98], [64, 98], [78, 97], [92, 100]].map(([x, y], i) => shape(`M${x} ${y - 8}c8-3 12 2 12 10-2 8-8 12-10 14-5-3-9-8-9-14 0-5 3-8 7-10Z`, i % 2 ? c : d, 2.4)).join('') + [[30, 92], [43, 90], [56, 91], [69, 90], [82, 93]].map(([x, y], i) => shape(`M${x} ${y - 8}c8-3 12 2 12 10-2 6-6 9-8 11-5-3-9-6-9-11 0-5 1-8 5-10Z`, i % 2 ? d : c, 2.4)).join(''),
  fur: c => shape('M32 96c-4-6 2-13 8-10 1-6 8-6 10-2 4 6 16 6 20 0 2-4 9-4 10 2 6-3 12 4 8 10 4 6-2 12-8 9-3 6-9 4-11 1-6 5-12 5-18 0-2 3-8 5-11-1-6 3-12-3-8-9Z', c),
  coat: (c, shirt, tie) => shape('M48 88h24l-8 38h-8Z', shirt) + (tie ? shape('M56 94h8l-2 6 4 24H54l4-24Z', tie, 2.4) : line('M60 96v28', 1.8)) + both(shape('M48 86 58 124H38L30 104l9-2-5-6Z', c)),
  shirt: (c, d) => both(shape('M60 100 46 86l-8 6 9 16Z', c)) + line('M60 102v22', 2) + disc(60, 110, 1.6, d, 0) + disc(60, 118, 1.6, d, 0),
  hoodie: (c, d) => shape('M42 82c-10 2-12 12-6 18 10 8 38 8 48 0 6-6 4-16-6-18-2 12-34 12-36 0Z', c) + both(line('M51 102v14', 2.4, d) + disc(51, 117, 1.8, d, 1.2)),
  dungarees: (c, d) => shape('M42 104h36v24H42Z', c) + both(shape('M36 92l9-3 3 18h-7Z', c, 2.6) + disc(44.5, 107, 2.4, d, 1.6)),
  hivis: (c, d) => both(shape('M45 88c-14 4-24 10-30 22l-2 16h40l2-20Z', c) + line('M38 92l3 34', 6, d)) + line('M14 116h36M70 116h36', 5, d),
  apron: (c, d) => both(line('M46 90l4 16', 5, c)) + shape('M44 103h32l4 24H40Z', c) + line('M50 112h20', 2, d),
  scrubs: (c, d) => shape('M46 89 60 108 74 89l6 2-20 25-20-25Z', c, 2.6) + (d ? line('M44 92c-2 18 6 24 10 24M76 92c3 8 3 14 1 18', 3, d) + disc(77, 113, 4.4, '#cfd6e6', 2.2) : ''),
  cardigan: (c, d) => shape('M47 88h26l-13 24Z', d) + line('M47 88 60 112 73 88', 3) + line('M60 112v14', 2.4) + disc(64, 118, 1.8, c, 1.2),
  plates: (c, d) => both(shape('M36 88C20 90 6 100 2 118c12 2 26-2 34-12Z', c) + line('M10 112c10-2 18-6 24-12', 2, INK, .6)) + shape('M44 92c8 6 24 6 32 0l4 34H40Z', d) + line('M60 96v28', 2, INK, .5),
  shawl: (c, d) => shape('M12 126c2-20 16-34 34-38 6 6 22 6 28 0 18 4 32 18 34 38l-48-14Z', c) + line('M22 112l30-14M30 118l24-14M98 112 68 98M90 118 66 104', 2, d),
  tarp: (c, d) => shape('M2 126c0-26 16-38 40-42 6 8 30 8 36 0 24 4 40 16 40 42Z', c) + [[24, 104], [42, 98], [78, 98], [96, 104]].map(([x, y]) => disc(x, y, 3.4, d, 2)).join('') + line('M42 98q18 14 36 0', 2.6, d),
};

const DIGIT9 = 'M5.500-4a5.500 5.500 0 1 0-5.500 5.500c3 0 5.500-2 5.500-5.500 0 7-2 10-8 13';

export const emblems = {
  bolt: c => shape('M4-14-9 3h7l-4 11L10-4H2Z', c, 2.4), star: c => shape(star(0, 0, 5, 11, 4.6), c, 2.4), moon: c => shape('M5-9a9.500 9.500 0 1 0 5 13A8 8 0 0 1 5-9Z', c, 2.4),
  nine: c => disc(0, 0, 11, c, 2.4) + line(DIGIT9, 3.4),
  flame: c => shape('M0-13c1 6 9 9 8 17-1 5-4 8-8 8s-8-3-8-8c0-4 2-6 3-9 1 2 2 3 3 3 1-4 1-7 2-11Z', c, 2.4), plumb: c => line('M0-14v9', 2.2) + shape('M-6-6H6L5 2 0 12-5 2Z', c, 2.4), semicolon: c => disc(0, 0, 11, c, 2.4) + disc(0, -4, 2.4, INK, 0) + line('M0 3c1 2 0 4-2 5', 3.6),
  anchor: c => line('M0-8v18M-5-4H5M-9 3c1 5 5 7 9 7s8-2 9-7', 6) + line('M0-8v18M-5-4H5M-9 3c1 5 5 7 9 7s8-2 9-7', 2.4, c) + disc(0, -10, 2.6, c, 2), bulb: c => shape('M-4 5c-10-8-3-18 4-18s14 10 4 18Z', c, 2.4) + line('M-3 9h6', 2.6),
  dozen: c => disc(0, 0, 11, c, 2.4) + line('M-6-5v11M0-5c5-2 6 4 1 5 6 0 5 7-2 6', 2.8),
  chevrons: c => line('M-12-8 0 2 12-8M-12 2 0 12 12 2', 6) + line('M-12-8 0 2 12-8M-12 2 0 12 12 2', 2.6, c), snow: c => line('M0-11v22M-9.500-5.500l19 11M-9.500 5.500l19-11', 6.500) + line('M0-11v22M-9.500-5.500l19 11M-9.500 5.500l19-11', 2.8, c),
  bus: c => shape('M-11-8h22V7h-22Z', c, 2.4) + shape('M-8-5h16v6H-8Z', '#fff', 1.6) + disc(-6, 8, 2.8, INK, 0) + disc(6, 8, 2.8, INK, 0), wind: c => line('M-11-3H3c5 0 5-7 0-7M-11 3H8c5 0 5 7 0 7', 6) + line('M-11-3H3c5 0 5-7 0-7M-11 3H8c5 0 5 7 0 7', 2.6, c),
  heart: c => shape('M0 8C-14-1-7-12 0-5 7-12 14-1 0 8Z', c, 2.2), key: c => disc(-6, 0, 5, c, 2.4) + line('M-1 0h12M7 0v5M11 0v4', 5.5) + line('M-1 0h12M7 0v5M11 0v4', 2, c),
};

export const props = {
  cup: (c, d) => move(96, 100, shape('M-11-14h22l-3 34H-8Z', c) + shape('M-13-20h26v7h-26Z', d, 2.6) + flat('M-9.500 0h19l-1 9h-17Z', INK, .25) + line('M-4-26c-3-4 3-6 0-10M4-26c-3-4 3-6 0-10', 2.2)),
  camera: (c, d) => move(34, 104, shape('M-20-11h9l4-6h13l4 6h10v25h-40Z', c) + disc(0, 1, 9, d) + disc(0, 1, 4.500, INK, 0) + disc(-1.5, -.5, 1.4, '#fff', 0) + disc(14, -6, 1.8, '#ffc928', 1)),
  book: (c, d) => move(92, 104, shape('M-15-16 9-20l6 34-24 5Z', c) + line('M-9-16l6 35', 2.2) + shape('M-1-10l8-1.500 1.500 7-8 1.500Z', d, 1.8)),
  lanyard: (c, d) => line('M48 90c2 10 8 16 12 20 4-4 10-10 12-20', 5) + line('M48 90c2 10 8 16 12 20 4-4 10-10 12-20', 2, c) + move(60, 110, `<g transform="rotate(90) scale(.8)">${emblems.key(d)}</g>`),
  pin: (c, d) => move(82, 106, disc(0, 0, 7.5, c, 2.4) + `<g transform="scale(.5)">${emblems.bolt(d)}</g>`),
  steam: c => both(line('M88 22c-5-6 5-8 0-15M100 30c-4-5 4-7 0-13', 4, c)),
  notes: c => [[14, 34, -12], [103, 26, 10], [106, 64, -6]].map(([x, y, t]) => move(x, y, disc(-3, 9, 4.4, c, 2) + line('M1 8V-8c6 1 8 5 7 9', 2.8), 1, t)).join(''),
  quill: (c, d) => move(92, 60, shape('M-12 38C-14 8-4-22 14-40c6 26-4 56-22 76Z', c, 2.6) + line('M-14 46C-10 18 0-10 12-34', 2, d), .8, 8),
  twig: (c, d) => line('M66 75l24 6', 3.4, d) + shape('M88 80c3-7 10-7 13-3-3 6-9 7-13 3Z', c, 2),
};
