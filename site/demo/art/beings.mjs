// Those who do not fit the head of a person: helmets all round, a robot, a moth, an octopus, a paper bag.
import {INK, both, disc, flat, halftone, inside, line, move, rope, shape} from './ink.mjs';

const SIDE = 'M66 10h40v90H56c12-8 18-22 17-40-.4-18-2-36-7-50Z';
const shaded = (id, d, fill) => shape(d, fill) + inside(id, d, flat(SIDE, INK, .2));

/** Each being: back (behind the shoulders) and head, drawn instead of a human head. */
export const beings = {
  bolthelm: ([c, d, glow]) => {
    const dome = 'M34 53C34 27 44 15 60 15s26 12 26 38c0 24-10 36-26 36S34 77 34 53Z';
    return {head: both(disc(34, 55, 7, d) + disc(34, 55, 2.6, INK, 0)) + shaded('dome', dome, c) + shape('M54 6 60 0l6 6v27H54Z', d) + shape('M38 45c10-6 34-6 44 0l-3 15c-12-4-26-4-38 0Z', glow) + line('M44 49c6-2 11-3 16-3', 3, '#fff')
      + line('M49 73h22M52 79h16', 2.8) + [[43, 36], [77, 36], [42, 68], [78, 68]].map(([x, y]) => disc(x, y, 1.8, INK, 0)).join('')};
  },
  kettle: ([c, d]) => {
    const pot = 'M60 20C38 20 30 42 32 64c1 14 12 24 28 24s27-10 28-24c2-22-6-44-28-44Z';
    return {
      back: rope('M34 40C20 2 100 2 86 40', 5, d),
      head: shape('M84 54c12-2 12-16 22-20l8 8c-6 8-8 24-28 28Z', c) + shaded('pot', pot, c) + shape('M44 24c2-8 30-8 32 0-8 5-24 5-32 0Z', c) + disc(60, 14, 5, d) + shape('M36 47c16-4 32-4 48 0v10c-16-3-32-3-48 0Z', INK, 2)
        + both(disc(49, 51.5, 3.4, '#ffe27a', 0)) + line('M52 66v12M60 67v13M68 66v12', 3.2) + line('M40 34c2-4 5-7 8-8', 3, '#fff', .8),
    };
  },
  clerk: ([c, d, glow]) => {
    const box = 'M34 26h52q4 0 4 4v46q0 6-6 6H36q-6 0-6-6V30q0-4 4-4Z';
    return {head: line('M60 26V12', 4) + disc(60, 10, 5, '#e2304f') + both(shape('M30 44h-8v18h8Z', d)) + shaded('box', box, c) + shape('M37 37h46v24H37Z', '#12343a') + both(shape('M44 44h9v9h-9Z', glow, 0)) + line('M44 41h9', 2.6, glow) + line('M66 43l9-3', 2.6, glow)
      + shape('M42 68h36v8H42Z', '#fffaf0', 2.4) + shape('M47 72h26l2 26H45Z', '#fff', 2.4) + line('M51 80h16M51 85h18M51 90h10', 1.8, INK, .7) + flat('M62 88h9v5h-9Z', '#e2304f', .8) + both(disc(34.5, 31, 1.7, INK, 0))};
  },
  moth: ([c, d, fluff]) => {
    const wing = shape('M40 88C20 60 2 34-14 30c-4 26 2 56 20 74 12 10 28 6 34-16Z', c) + inside('wing', 'M40 88C20 60 2 34-14 30c-4 26 2 56 20 74 12 10 28 6 34-16Z', halftone({x: -14, y: 30, w: 60, h: 80}, 7, (x, y) => (y - 40) / 70, d, .8)) + disc(10, 74, 9, fluff) + disc(10, 74, 4, INK, 0);
    const plume = [4.8, 1.8].map((w, i) => line('M50 30C46 18 36 13 24 12', w, i ? fluff : INK) + [[46, 22, -8, 2], [41, 18, -7, 5], [35, 15, -5, 8], [46, 22, 4, -8], [41, 18, 3, -9], [35, 14, 2, -8], [28, 12.5, -3, 8], [28, 12, 1, -7]].map(([x, y, u, v]) => line(`M${x} ${y}l${u} ${v}`, w, i ? fluff : INK)).join('')).join('');
    return {
      back: both(wing),
      head: both(plume) + shaded('moth', 'M60 24c-16 0-26 12-26 28 0 20 12 32 26 32s26-12 26-32c0-16-10-28-26-28Z', '#efe3d0') + shape('M60 16c3-2 5 1 5 4 4-3 7 0 6 4 4-1 6 3 3 6-6 5-22 5-28 0-3-3-1-7 3-6-1-4 2-7 6-4 0-3 2-6 5-4Z', fluff, 2.6) + line('M54 26l1 4M60 25v6M66 26l-1 4', 1.6, INK, .5)
        + both(`<ellipse cx="47" cy="53" rx="10.500" ry="12.500" fill="#2a1533" stroke="${INK}" stroke-width="3"/>` + flat('M40 48c2-5 6-7 10-6-1 4-5 7-10 6Z', '#ff9fc6', .95)) + disc(43, 57, 1.6, '#fff', 0) + disc(68, 57, 1.6, '#fff', 0) + line('M54 74q6 5 12 0', 2.8) + both(disc(41, 70, 3.6, '#f2a0a0', 0)),
    };
  },
  octopus: ([c, d, spots]) => {
    const arm = s => rope(s, 11, c, 3);
    const mantle = 'M60 14C34 14 28 38 32 58c2 12-2 18-6 24 8 8 60 8 68 0-4-6-8-12-6-24 4-20-2-44-28-44Z';
    return {
      back: both(arm('M40 96C18 100 6 92 8 76c1-8 10-9 11-2') + arm('M36 110C14 116-2 112-4 98')),
      head: move(9.6, 14, shaded('mantle', mantle, c) + [[42, 36, 3.5], [50, 29, 2.4], [39, 47, 2], [76, 34, 3], [80, 45, 2]].map(([x, y, r]) => disc(x, y, r, spots, 0)).join('')
        + both(`<ellipse cx="48" cy="58" rx="8.500" ry="8" fill="#ffe9a8" stroke="${INK}" stroke-width="2.600"/>` + shape('M43 57h10v3.500H43Z', INK, 0) + line('M39 53q8-6 17-2', 3)) + `<circle cx="72" cy="58" r="11" fill="#fff" fill-opacity=".25" stroke="#d9a520" stroke-width="2.800"/>` + line('M82 64c4 10 2 20-4 30', 1.8, '#d9a520')
        + [-1, 1].map(k => `<g transform="translate(60 76) scale(${k} 1)">${rope('M3 0c6 4 10 2 14 6s2 10-3 9', 6, d, 2.4)}${rope('M2 2c3 5 6 8 5 14', 6, d, 2.4)}</g>`).join('')
        + move(54, 20, shape('M-22 2c10-5 36-5 46 0l-2 5c-10-4-32-4-42 0Z', '#2a2238') + shape('M-13 2l-1-26c8-4 24-4 30 0l-1 26c-8-3-20-3-28 0Z', '#2a2238') + flat('M-13-5c8-3 20-3 28 0v5c-8-3-20-3-28 0Z', '#e2304f'), .95, -9), .84),
    };
  },
  paperbag: ([c, d]) => {
    const bag = 'M33 28l6-6 6 5 6-6 6 5 6-6 6 6 6-5 6 6 6-5 4 66c-16 6-46 6-62 0Z';
    return {head: shaded('bag', bag, c) + line('M38 34l-2 50M47 86l3-14M80 40l3 44', 1.8, INK, .35) + both(shape('M42 49c3-4 10-4 12 0 1 6-2 9-6 9s-7-3-6-9Z', INK, 2)) + disc(49, 53, 2.6, '#fff', 0) + disc(72, 53, 2.6, '#fff', 0) + line('M53 72q7 3 13-1', 3)
      + `<g transform="translate(76 33) rotate(9)">${shape('M-9-7H8V9H-9Z', '#fffaf0', 2)}${shape('M-6-4H5V6H-6Z', d, 1.2)}</g>` + line('M50 31c-4-3-10-2-12 2M51 35c-4-3-10-2-13 1', 1.8, '#e2304f') + line('M44 64h-8M45 67h-7', 1.6, INK, .4)};
  },
};
