// What an item in the list of a post's files shows: its name, a small picture, how
// much of it is sent, and a field for its description once it is here.
const chosenFile = (() => {
  'use strict';

  function name(item, words) {
    for (const el of item.querySelectorAll('[data-name]')) el.textContent = words;
  }

  function thumb(item, file) {
    const image = new Image(44, 44);
    image.alt = '';
    image.onload = () => { URL.revokeObjectURL(image.src); item.querySelector('[data-thumb]').replaceChildren(image); };
    image.onerror = () => URL.revokeObjectURL(image.src); // a picture that this browser cannot show keeps its icon
    image.src = URL.createObjectURL(file);
  }

  function progress(item, share) {
    const bar = item.querySelector('[data-progress]');
    if (share === null) bar.removeAttribute('value'); else bar.value = 100 * share; // null: the answer is awaited
  }

  function describe(item, token) {
    const box = item.querySelector('[data-alt]');
    const field = box.querySelector('input');
    field.id = field.name = box.querySelector('label').htmlFor = `alt-${token}`;
    field.disabled = box.hidden = false;
    box.querySelector('p').id = `alt-${token}-error`;
    field.setAttribute('aria-describedby', `alt-${token}-error`);
  }

  function arrived(item) {
    item.querySelector('[data-progress]').remove();
    item.querySelector('[data-note]').remove();
  }

  // As render.Bytes writes it.
  function bytes(n) {
    if (n < 1000) return n === 1 ? '1 byte' : `${n} bytes`;
    if (n < 999500) return `${Math.round(n / 1000)} KB`;
    return `${(n / 1e6).toFixed(n < 9950000 ? 1 : 0)} MB`;
  }

  return {name, thumb, progress, describe, arrived, bytes};
})();
