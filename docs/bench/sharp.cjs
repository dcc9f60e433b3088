// The photo job with sharp: node sharp.cjs PHOTO TIMES FOLDER
//
// The photo is decoded reduced and scaled to a display of 1280 pixels, squares are cut, all are
// encoded as JPEG of quality 82; TIMES times, of which the last is written into FOLDER.
const fs = require('node:fs')
const path = require('node:path')
const sharp = require('sharp')

const display = 1280, squares = [512, 256, 128, 64], quality = 82

sharp.concurrency(1)
sharp.cache(false)

// raw ends a chain of operations with pixels, from which the next begins.
async function raw (image) {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  return { data, info, open: () => sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } }) }
}

const encode = picture => picture.open().jpeg({ quality }).toBuffer()

async function job (photo) {
  let picture = await raw(sharp(photo).rotate().resize(display, display, { fit: 'inside', withoutEnlargement: true }))
  const results = { [display]: await encode(picture) }
  const { width, height } = picture.info
  const whole = Math.min(width, height)
  const middle = { left: (width - whole) >> 1, top: (height - whole) >> 1, width: whole, height: whole }
  for (const want of squares) {
    const side = Math.min(want, whole)
    const from = want === squares[0] ? picture.open().extract(middle) : picture.open()
    picture = await raw(from.resize(side, side))
    results[want] = await encode(picture)
  }
  return results
}

async function main (photo, times, folder) {
  let results
  for (let i = 0; i < Number(times); i++) results = await job(photo)
  for (const [side, data] of Object.entries(results)) fs.writeFileSync(path.join(folder, `${side}.jpg`), data)
}

main(...process.argv.slice(2))
