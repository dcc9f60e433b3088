// Pictures before they are sent: what they are, and how to make them smaller. A
// page needs at most 1280 pixels of a picture; 2560 leave room for a crop. What
// this cannot do, the server does: then the file goes as it is.
//
//   await pictures.kind(file)          'jpeg', 'png', 'webp', 'gif', 'heic', 'empty', 'other', or
//                                      'unreadable'
//   await pictures.shrink(file, most)  a file to send; most is in bytes
const pictures = (() => {
  'use strict';
  const longest = 2560;  // pixels of the longer side
  const quality = 0.9;
  const strip = 256;     // rows that are looked at together
  const chunks = 200;    // of a PNG, that are looked at for motion
  const known = ['jpeg', 'png', 'webp', 'gif']; // what the server reads

  // The first bytes decide, as on the server; a name may say anything.
  async function kind(file) {
    const text = await read(file, 0, 16).catch(() => null);
    if (text === null) return 'unreadable';
    if (text === '') return 'empty'; // as Chromium reads a file that is gone
    if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
    if (text.startsWith('\x89PNG')) return 'png';
    if (/^GIF8[79]a/.test(text)) return 'gif';
    if (/^RIFF....WEBP/s.test(text)) return 'webp';
    if (/^....ftyp(hei[cfmsx]|hev[cmsx]|mif1|msf1)/s.test(text)) return 'heic';
    if (/^image\/hei[cf]/.test(file.type) || /\.(heic|heif|hif)$/i.test(file.name)) return 'heic';
    return 'other';
  }

  // A character for each byte.
  async function read(file, from, length) {
    return String.fromCharCode(...new Uint8Array(await file.slice(from, from + length).arrayBuffer()));
  }

  // A canvas would keep the first frame only.
  async function moves(file, was) {
    if (was === 'gif') return true;
    if (was === 'webp') { // https://developers.google.com/speed/webp/docs/riff_container#extended_file_format
      const head = await read(file, 12, 9);
      return head.startsWith('VP8X') && (head.charCodeAt(8) & 2) !== 0;
    }
    return was === 'png' && movesPNG(file);
  }

  // An animated PNG has an acTL chunk, before the first frame (https://www.w3.org/TR/png-3/#acTL-chunk).
  async function movesPNG(file) {
    for (let at = 8, n = 0; n < chunks && at < file.size; n++) {
      const head = await read(file, at, 8);
      const type = head.slice(4);
      if (type === 'acTL') return true;
      if (type === 'IDAT') return false;
      at += 12 + [0, 1, 2, 3].reduce((length, i) => 256 * length + head.charCodeAt(i), 0); // NaN when it is cut off: the end
    }
    return false;
  }

  // A picture that is too long, too heavy, or of a kind that only this browser
  // can read becomes another one; anything else, and what fails, stays itself.
  async function shrink(file, most = Infinity) {
    const was = await kind(file);
    if (was === 'empty' || was === 'unreadable') return file;
    const readable = known.includes(was);
    try {
      if (await moves(file, was)) return file;
      const size = await measure(file);
      const scale = Math.min(1, longest / Math.max(size.width, size.height));
      if (scale === 1 && readable && file.size <= most) return file;
      const small = await redraw(file, was, Math.max(1, Math.round(size.width * scale)), Math.max(1, Math.round(size.height * scale)));
      return readable && file.size <= most && small.size >= file.size ? file : small;
    } catch {
      return file;
    }
  }

  // Loading an image reads its head only: upright width and height, without the pixels.
  async function measure(file) {
    const image = new Image();
    const address = URL.createObjectURL(file);
    try {
      await new Promise((resolve, reject) => {
        image.onload = resolve;
        image.onerror = () => reject(new Error('no picture that this browser reads'));
        image.src = address;
      });
      return {width: image.naturalWidth, height: image.naturalHeight};
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  async function redraw(file, was, width, height) {
    const bitmap = await createImageBitmap(file, {imageOrientation: 'from-image', resizeWidth: width, resizeHeight: height, resizeQuality: 'high'});
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d', {willReadFrequently: was !== 'jpeg'});
    context.imageSmoothingQuality = 'high';
    try {
      if (!alike(bitmap, width, height)) throw new Error('the bitmap lies on its side');
      context.drawImage(bitmap, 0, 0, width, height);
    } finally {
      bitmap.close();
    }
    const type = was !== 'jpeg' && seeThrough(context, width, height) ? (was === 'webp' ? 'image/webp' : 'image/png') : 'image/jpeg';
    const blob = await new Promise(resolve => canvas.toBlob(resolve, type, quality));
    if (!blob) throw new Error('the canvas gave no picture');
    return new File([blob], renamed(file.name, blob.type), {type: blob.type, lastModified: file.lastModified});
  }

  // Browsers may ignore how large the bitmap was to be, or turn it after they made
  // it so large. The height may be off by what was rounded.
  function alike(bitmap, width, height) {
    const scale = bitmap.width / width;
    return Math.abs(bitmap.height - height * scale) <= Math.max(1, scale);
  }

  function seeThrough(context, width, height) {
    for (let top = 0; top < height; top += strip) {
      const {data} = context.getImageData(0, top, width, Math.min(strip, height - top));
      for (let i = 3; i < data.length; i += 4) if (data[i] < 255) return true;
    }
    return false;
  }

  function renamed(name, type) {
    const ending = {'image/jpeg': '.jpg', 'image/png': '.png', 'image/webp': '.webp'}[type];
    const same = type === 'image/jpeg' && /\.jpe?g$/i.test(name) || name.toLowerCase().endsWith(ending);
    return same ? name : name.replace(/\.[^.]*$/, '') + ending;
  }

  return {kind, shrink};
})();
