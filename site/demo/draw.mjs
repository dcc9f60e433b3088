// Draws the portraits of the demo roster: art/cast.mjs says who has which parts, the other files in art/ draw them.
// Equal input gives equal drawings. To draw anew, with Node, Chromium, ImageMagick (convert) and cwebp installed:
//
//	node draw.mjs                     every picture, into portraits/
//	node draw.mjs nightheron meilin   only these
//	node draw.mjs --svg out           the drawings themselves, into the folder out
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {execFileSync} from 'node:child_process';
import {move} from './art/ink.mjs';
import {fronts, grounds} from './art/ground.mjs';
import * as face from './art/face.mjs';
import {hair} from './art/hair.mjs';
import {glasses, hats, masks} from './art/mask.mjs';
import {body, emblems, neck, props, wears} from './art/wear.mjs';
import {beings} from './art/beings.mjs';
import {fans, heroes} from './art/cast.mjs';

const SQUARE = {x: 0, y: 0, w: 120, h: 120};

const part = (table, spec) => {
  if (!spec) return '';
  const [name, ...colours] = spec;
  if (!table[name]) throw new Error(`nothing is called ${name}; known: ${Object.keys(table)}`);
  return table[name](...colours);
};

// From skin to hat, in the order in which things lie upon each other.
function features(o, layers) {
  return face.head(o) + (o.marks ?? []).map(m => face.marks[m]).join('')
    + (o.nose ? face.nose(o.nose) : '') + (o.beard ? face.beard(...o.beard) : '') + face.mouth(o.mouth) + (o.stache ? face.stache(...o.stache) : '')
    + layers.front + part(masks, o.mask) + (o.eyes ? face.eyes(o.eyes) : '') + (o.brow && !o.mask ? face.brows(...o.brow) : '')
    + part(glasses, o.glasses) + part(hats, o.hat);
}

function emblem([name, colour, y, x = 60]) {
  return move(x, y, emblems[name](colour), .8);
}

/** The SVG of one person. */
export function portrait(o) {
  const area = o.view ?? SQUARE, [w, h] = o.size ?? [640, 640];
  const tilted = s => s && (o.tilt ? `<g transform="rotate(${o.tilt} 60 86)">${s}</g>` : s);
  const being = o.being && beings[o.being[0]](o.being.slice(1));
  const layers = being ? {back: being.back ?? '', over: ''} : hair(o.hair);
  const cloth = (o.wear ?? []).map(x => part(wears, x)).join('');
  const under = o.hat?.[0] === 'hood' || o.hat?.[0] === 'hijab';   // hoods lie over the head but under the collar
  const top = tilted(being ? being.head : features(o, layers)) + tilted(layers.over);
  const dress = cloth + (o.emblem ? emblem(o.emblem) : '');
  const bust = under || o.being?.[0] === 'moth' ? top + dress : dress + top;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="${area.x} ${area.y} ${area.w} ${area.h}">`
    + grounds[o.bg[0]](area, o.bg.slice(1)) + tilted(layers.back) + body(o.body, o.suit) + neck(o.body, o.skin) + bust + part(props, o.prop) + (o.front ? fronts[o.front] : '') + '</svg>';
}

// A camera held upright stores its rows sideways and says so: 6 is "turn me clockwise".
function withOrientation(jpeg, value) {
  const tiff = Buffer.from('4d4d002a00000008' + '0001' + '0112' + '0003' + '00000001' + value.toString(16).padStart(4, '0') + '0000' + '00000000', 'hex');
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 255]);
  return Buffer.concat([head, exif, jpeg.subarray(2)]);
}

function raster(svg, [w, h], dir) {
  const page = path.join(dir, 'page.html'), shot = path.join(dir, 'shot.png');
  fs.writeFileSync(page, `<!doctype html><meta charset="utf-8"><style>html,body{margin:0;overflow:hidden}svg{display:block}</style>${svg}`);
  execFileSync('chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--hide-scrollbars', '--force-device-scale-factor=1', `--window-size=${w},${h}`, `--screenshot=${shot}`, `file://${page}`], {stdio: 'pipe'});
  return shot;
}

function save(o, dir, out) {
  const size = o.size ?? [640, 640], shot = raster(portrait(o), size, dir), to = path.join(out, o.file);
  if (o.file.endsWith('.webp')) execFileSync('cwebp', ['-quiet', '-q', '84', '-m', '6', shot, '-o', to]);
  else if (o.file.endsWith('.png')) execFileSync('convert', [shot, '-strip', '+dither', '-colors', '64', '-define', 'png:compression-level=9', 'PNG8:' + to]);
  else execFileSync('convert', [shot, '-strip', ...(o.orientation ? ['-rotate', '-90'] : []), '-sampling-factor', '4:2:0', '-define', 'jpeg:extent=52kb', to]);
  if (o.orientation) fs.writeFileSync(to, withOrientation(fs.readFileSync(to), o.orientation));
}

function main(args) {
  const cast = {...heroes, ...fans}, here = import.meta.dirname;
  if (args[0] === '--svg') {
    fs.mkdirSync(args[1], {recursive: true});
    for (const o of Object.values(cast)) fs.writeFileSync(path.join(args[1], o.file.replace(/\.\w+$/, '.svg')), portrait(o));
    return;
  }
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'portraits-'));
  try {
    for (const name of args.length ? args : Object.keys(cast)) {
      if (!cast[name]) throw new Error(`nobody is called ${name}`);
      save(cast[name], dir, path.join(here, 'portraits'));
    }
  } finally {
    fs.rmSync(dir, {recursive: true});
  }
}

if (process.argv[1] === import.meta.filename) main(process.argv.slice(2));
