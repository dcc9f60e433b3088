// The map of the world: a click fills in where something was seen, and what
// comes live goes to its place in time. Without this script coordinates are
// typed, or a known place is chosen.
(() => {
  'use strict';

  // ---- live: lists by time of sighting, although news comes by time of report ----

  // Equal times keep the order in which they came.
  document.addEventListener('live:applied', ({target: el}) => {
    const list = el.parentElement?.closest('[data-newest]');
    if (!list || !el.dataset.seen) return;
    const others = [...list.children].filter(other => other !== el);
    const next = list.dataset.newest === 'first'
      ? others.find(other => other.dataset.seen <= el.dataset.seen)
      : others.find(other => other.dataset.seen > el.dataset.seen);
    list.insertBefore(el, next ?? null);
  });

  // ---- the form ----

  const figure = document.querySelector('[data-pick]');
  if (!figure) return;
  const svg = figure.querySelector('svg');
  const pin = figure.querySelector('[data-pick-pin]');
  const said = figure.querySelector('[data-pick-said]');
  const place = document.getElementById('location');
  const typed = document.getElementById('coordinates');
  const west = Number(svg.dataset.west), north = Number(svg.dataset.north), scale = Number(svg.dataset.scale);
  figure.hidden = false;

  svg.addEventListener('click', event => {
    const dot = event.target.closest('[data-location]');
    if (dot) {
      place.value = dot.dataset.location;
      changed(place);
      return;
    }
    const {x, y} = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    typed.value = `${(north - y / scale).toFixed(2)}, ${(west + x / scale).toFixed(2)}`;
    place.value = '';
    changed(typed);
    document.getElementById('place').focus({preventScroll: true});
  });

  function changed(field) { field.dispatchEvent(new Event('input', {bubbles: true})); }

  place.addEventListener('input', show);
  typed.addEventListener('input', show);

  // The pin stands where the form says.
  function show() {
    const dot = place.value && figure.querySelector(`[data-location="${CSS.escape(place.value)}"]`);
    const degrees = typed.value.match(/^\s*(-?[\d.]+)\s*[,; ]\s*(-?[\d.]+)\s*$/);
    if (dot) {
      put(dot.getAttribute('cx'), dot.getAttribute('cy'), `It was in ${dot.textContent}.`);
    } else if (!place.value && degrees && Math.abs(degrees[1]) <= 90 && Math.abs(degrees[2]) <= 180) {
      put((degrees[2] - west) * scale, (north - degrees[1]) * scale, `It was at ${typed.value}. Give the place a name below.`);
    } else {
      pin.setAttribute('visibility', 'hidden');
    }
  }

  function put(x, y, words) {
    pin.setAttribute('cx', x);
    pin.setAttribute('cy', y);
    pin.setAttribute('visibility', 'visible');
    said.textContent = words;
  }

  show();
})();
