// What stands behind a person: one function for each pattern, called as (area, colours).
import {INK, disc, flat, halftone, line, random, shape, star} from './ink.mjs';

const fill = (a, c) => `<rect x="${a.x}" y="${a.y}" width="${a.w}" height="${a.h}" fill="${c}"/>`;

const corner = (a, c, op = .85) => halftone(a, 9, (x, y) => (x + y - 95) / 150, c, op);

function wedges(a, cx, cy, n, colour) {
  let d = '';
  for (let i = 0; i < n; i++) {
    const at = t => `${(cx + 260 * Math.sin(t)).toFixed(1)} ${(cy - 260 * Math.cos(t)).toFixed(1)}`;
    const t = (i / n) * 2 * Math.PI + .1;
    d += `M${cx} ${cy}L${at(t)}L${at(t + Math.PI / n)}Z`;
  }
  return flat(d, colour);
}

export const grounds = {
  dots: (a, [c, d]) => fill(a, c) + corner(a, d),
  fall: (a, [c, d]) => fill(a, c) + halftone(a, 8, (x, y) => .95 - (y - a.y) / 95, d, .85),
  rise: (a, [c, d]) => fill(a, c) + halftone(a, 8, (x, y) => (y - a.y) / 105 - .12, d, .85),
  glow: (a, [c, d]) => fill(a, c) + halftone(a, 8, (x, y) => Math.hypot(x - 60, y - 56) / 62 - .55, d, .9),
  rays: (a, [c, d, e]) => fill(a, c) + wedges(a, 60, 62, 13, d) + halftone(a, 8, (x, y) => Math.hypot(x - 60, y - 62) / 70 - .75, e, .8),
  burst: (a, [c, d, e]) => fill(a, c) + corner(a, e) + shape(star(60, 54, 15, 58, 44, .1), d, 2.5),
  rings: (a, [c, d, e]) => {
    let s = fill(a, c);
    for (let r = 96; r > 26; r -= 14) s += `<circle cx="60" cy="56" r="${r}" fill="none" stroke="${d}" stroke-width="6"/>`;
    return s + corner(a, e, .7);
  },
  checks: (a, [c, d, e]) => {
    let s = '';
    for (let j = 0; j < 11; j++) for (let i = j % 2; i < 11; i += 2) s += `M${a.x + i * 12} ${a.y + j * 12}h12v12h-12Z`;
    return fill(a, c) + flat(s, d) + corner(a, e, .7);
  },
  stripes: (a, [c, d, e]) => {
    let s = '';
    for (let x = -130; x < 130; x += 20) s += `M${x} 120 ${x + 120} 0h10L${x + 10} 120Z`;
    return fill(a, c) + flat(s, d) + corner(a, e, .75);
  },
  waves: (a, [c, d, e]) => {
    let s = fill(a, c);
    for (let y = a.y + 10, i = 0; y < a.y + a.h + 10; y += 15, i++) s += line(`M${a.x - 20 + (i % 2) * 10} ${y}` + 'q5-8 10 0t10 0'.repeat(10), 4, d);
    return s + corner(a, e, .75);
  },
  wind: (a, [c, d, e]) => {
    const r = random(5);
    let s = fill(a, c) + corner(a, e, .7);
    for (let y = 8; y < 120; y += 12) { const x = r() * 40 - 10; s += line(`M${x.toFixed(0)} ${y}h${(40 + r() * 40).toFixed(0)}c14 0 16-10 8-11-6 0-7 5-3 6`, 3, d); }
    return s;
  },
  speed: (a, [c, d, e]) => {
    const r = random(11);
    let s = '';
    for (let i = 0; i < 34; i++) { const y = r() * 120, x = r() * 90 - 20, w = 24 + r() * 60, h = 1 + r() * 3; s += `M${x.toFixed(0)} ${y.toFixed(1)}l${w.toFixed(0)}-${h.toFixed(1)}v${(2 * h).toFixed(1)}Z`; }
    return fill(a, c) + corner(a, e, .8) + flat(s, d);
  },
  weave: (a, [c, d, e]) => {
    let s = '';
    for (let j = 0; j < 13; j++) for (let i = 0; i < 13; i++) s += (i + j) % 2 ? `M${i * 10 - 1} ${j * 10 + 2}h8v2h-8Zm0 4h8v2h-8Z` : `M${i * 10 + 1} ${j * 10}v8h2v-8Zm4 0v8h2v-8Z`;
    return fill(a, c) + flat(s, d) + halftone(a, 9, (x, y) => .8 - (x + y) / 120, e, .8);
  },
  grid: (a, [c, d, e]) => {
    let s = '';
    for (let i = 6; i < 120; i += 12) s += `M${i} 0v120M0 ${i}h120`;
    return fill(a, c) + line(s, 1.4, d) + corner(a, e, .8);
  },
  snow: (a, [c, d, e]) => {
    const r = random(3);
    let s = fill(a, c) + halftone(a, 9, (x, y) => .9 - y / 90, d, .8);
    for (let i = 0; i < 34; i++) s += disc(r() * 120, r() * 120, 1.4 + r() * 2.6, e, 0);
    return s;
  },
  rain: (a, [c, d, e]) => {
    const r = random(8);
    let s = '';
    for (let i = 0; i < 46; i++) s += `M${(r() * 130).toFixed(0)} ${(r() * 120).toFixed(0)}l-4 11`;
    return fill(a, c) + halftone(a, 9, (x, y) => .85 - y / 100, d, .8) + line(s, 2.2, e);
  },
  leaves: (a, [c, d, e]) => {
    const r = random(21);
    let s = fill(a, c);
    for (let i = 0; i < 30; i++) {
      const x = (i % 6) * 23 + (Math.floor(i / 6) % 2) * 11 - 3, y = Math.floor(i / 6) * 26 + 6, t = Math.round(r() * 180);
      s += `<g transform="translate(${x} ${y}) rotate(${t})">${flat('M-9 0c5-8 13-8 18 0-5 8-13 8-18 0Z', d)}${line('M-7 0h14', 1.2, c)}</g>`;
    }
    return s + corner(a, e, .7);
  },
  bricks: (a, [c, d, e]) => {
    let s = '';
    for (let j = 0; j < 12; j++) { s += `M0 ${j * 11}h120`; for (let i = 0; i < 7; i++) s += `M${i * 22 + (j % 2) * 11} ${j * 11}v11`; }
    return fill(a, c) + line(s, 2, d) + corner(a, e, .75);
  },
  windows: (a, [c, d, e]) => {
    const r = random(17);
    let s = '';
    for (let y = 8; y < 120; y += 17) for (let x = 5; x < 120; x += 13) if (r() < .55) s += `M${x} ${y}h7v10h-7Z`;
    return fill(a, c) + halftone(a, 9, (x, y) => y / 120 - .1, d, .9) + flat(s, e);
  },
  loaves: (a, [c, d, e]) => {
    let s = '';
    for (let j = 0; j < 5; j++) for (let i = 0; i < 5; i++) s += `<g transform="translate(${i * 28 + (j % 2) * 14 - 2} ${j * 25 + 10})">${flat('M-9 5c-4-9 2-12 9-12s13 3 9 12Z', d)}${line('M-4-3l2 5M1-3l2 5', 1.6, c)}</g>`;
    return fill(a, c) + s + corner(a, e, .7);
  },
  stars: (a, [c, d, e]) => {
    const r = random(29);
    let s = '';
    for (let i = 0; i < 26; i++) s += star(r() * 120, r() * 120, 4, 3 + r() * 5, 1.2, 0);
    return fill(a, c) + halftone(a, 9, (x, y) => y / 110 - .15, d, .85) + flat(s, e);
  },
  moonrise: (a, [c, d, e]) => {
    const moon = disc(28, 40, 33, e, 0) + halftone({x: -5, y: 7, w: 66, h: 66}, 7, (x, y) => Math.hypot(x - 28, y - 40) > 31 ? 0 : (x + y - 66) / 60, d, .6);
    const roofs = 'M-20 124V88h14V78l9-8 9 8v14h10v-9h12v12h60V84h14v8h8V74h6V62h3v12h5v16h20v34Z';
    return fill(a, c) + corner(a, d) + moon + flat(roofs, '#23306b') + flat('M-14 96h3v5h-3Zm14-9h3v5h-3Zm7 0h3v5h-3ZM104 96h3v5h-3Zm14-8h3v5h-3Zm-3 12h3v5h-3Z', '#ffe28a');
  },
  sea: (a, [c, d, e]) => fill(a, c) + wedges(a, 60, 30, 17, e) + halftone(a, 9, (x, y) => (y - a.y) / 130 - .25, d, .8),
  sky: (a, [c, d, e]) => fill(a, c) + halftone(a, 13, (x, y) => .9 - (y - a.y) / 100, d, .85)
    + [[14, 26, 1], [98, 8, .8], [104, 74, 1.1], [6, 92, .9]].map(([x, y, k]) => `<g transform="translate(${x} ${y}) scale(${k})">${shape('M-22 8c-4-8 4-13 9-10 2-9 17-9 19-1 8-3 14 4 9 11Z', e, 2.4)}</g>`).join(''),
};

/** Things in front of everybody, at the lower edge of the tall pictures. */
export const fronts = {
  surf: [['#1d7fb8', 104], ['#5bb8e8', 117], ['#0d4a6e', 130]].map(([c, y]) => shape(`M-20 ${y}q10-13 20 0t20 0 20 0 20 0 20 0 20 0 20 0 20 0V190H-20Z`, c)).join('') + line('M4 111q6-6 12 0M84 112q6-6 12 0M40 124q6-6 12 0', 2.4, '#fff'),
  clouds: shape('M-10 150V122c4-12 20-12 24-3 6-10 26-9 28 2 8-8 24-6 26 4 6-12 26-12 30-1 6-6 20-4 24 4v30Z', '#fff') + line('M12 130c4-4 10-4 13-1M70 132c4-4 10-4 13-1', 2.4, INK, .4),
};
