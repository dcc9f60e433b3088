// The square that is cut out of a picture: moved with pointer, touch and keys,
// zoomed with wheel, pinch, slider and keys. The numbers of the form are the
// truth: X in percent of the width, Y of the height, the side of the shorter
// side, all empty for the largest square in the middle. So they hold for the
// picture in any size. Without this script they are typed, perhaps in a <details>.
//
//   <form> <img data-crop-image …>  <div data-crop-stage data-words-at="…">
//     <div data-crop-view tabindex="0" …> <span data-crop-frame></span> </div>  more frames show the same
//     <input type="range" min="1" max="8" data-crop-zoom> <button data-crop-middle>
//     <button data-crop-exact aria-expanded="false">  <p data-crop-status role="status"> </div>
//     <fieldset data-crop> crop_x, crop_y, crop_side </fieldset> </form>
(() => {
  'use strict';
  const deepest = 8;      // zoom; the server refuses a smaller square
  const step = 0.02;      // of the square, for an arrow key
  const leap = 0.1;       // with Shift
  const nearer = 1.1;     // for + and one notch of the wheel
  const calm = 600;       // ms without a change before the place is told

  for (const stage of document.querySelectorAll('[data-crop-stage]')) enhance(stage);

  function enhance(stage) {
    const form = stage.closest('form');
    const part = name => stage.querySelector(`[data-crop-${name}]`);
    const numbers = form.querySelector('[data-crop]');
    const field = name => numbers.querySelector(`[name=crop_${name}]`);
    const image = form.querySelector('[data-crop-image]');
    const view = part('view');
    const frames = [...stage.querySelectorAll('[data-crop-frame]')].map(frame => {
      const picture = new Image();
      picture.alt = '';
      picture.draggable = false;
      frame.append(picture);
      return {frame, picture};
    });
    let width = 0, height = 0;         // of the picture
    let zoom = 1, left = 0, top = 0;   // of the square, in pixels of the picture
    let telling = 0;

    const side = () => Math.min(width, height) / zoom;
    const clamp = (n, least, most) => Math.min(Math.max(n, least), most);

    image.addEventListener('load', open);
    if (image.complete && image.naturalWidth > 0) open();
    new ResizeObserver(draw).observe(view);

    function open() {
      width = image.naturalWidth;
      height = image.naturalHeight;
      clearTimeout(telling); // that was another picture
      for (const {picture} of frames) picture.src = image.currentSrc || image.src;
      read();
    }

    // ---- the numbers ----

    function read() {
      if (!width) return;
      const percent = (name, spare) => Number.isFinite(field(name).valueAsNumber) ? field(name).valueAsNumber / 100 : spare;
      zoom = clamp(1 / percent('side', 1), 1, deepest);
      place(percent('x', (1 - side() / width) / 2) * width, percent('y', (1 - side() / height) / 2) * height);
      draw();
    }

    // Rounded down, so that the square does not reach beyond the picture.
    function write() {
      const hundredths = share => (Math.floor(share * 1e4 + 1e-6) / 100).toFixed(2);
      field('x').value = hundredths(left / width);
      field('y').value = hundredths(top / height);
      field('side').value = hundredths(1 / zoom);
      draw();
      clearTimeout(telling);
      telling = setTimeout(tell, calm);
    }

    numbers.addEventListener('input', read);
    numbers.addEventListener('invalid', () => exact(true), true);

    function place(x, y) {
      left = clamp(x, 0, width - side());
      top = clamp(y, 0, height - side());
    }

    // ---- what is seen and heard ----

    function draw() {
      if (!width) return;
      for (const {frame, picture} of frames) {
        const scale = frame.clientWidth / side();
        picture.style.width = `${width * scale}px`;
        picture.style.height = `${height * scale}px`;
        picture.style.translate = `${-left * scale}px ${-top * scale}px`;
      }
      part('zoom').value = zoom;
      part('zoom').setAttribute('aria-valuetext', `${zoom.toFixed(1)} times`);
    }

    function tell() {
      const say = {zoom: zoom.toFixed(1), x: Math.round(100 * left / width), y: Math.round(100 * top / height)};
      part('status').textContent = stage.dataset.wordsAt.replace(/\{(\w+)\}/g, (_, name) => say[name]);
    }

    // ---- changes ----

    function move(right, down) {
      place(left + right, top + down);
      write();
    }

    // The point of the picture at (x, y), in shares of the square, stays where it is.
    function zoomTo(much, x = 0.5, y = 0.5) {
      const before = side();
      zoom = clamp(much, 1, deepest);
      move((before - side()) * x, (before - side()) * y);
    }

    part('zoom').addEventListener('input', event => zoomTo(event.target.valueAsNumber));
    part('middle').addEventListener('click', () => {
      for (const name of ['x', 'y', 'side']) field(name).value = '';
      read();
      clearTimeout(telling);
      tell();
    });
    part('exact').addEventListener('click', () => exact(part('exact').ariaExpanded !== 'true'));

    function exact(shown) {
      part('exact').ariaExpanded = String(shown);
      numbers.classList.toggle('shown', shown);
      const folded = numbers.closest('details');
      if (folded) folded.open = shown;
    }
    if (numbers.querySelector('[aria-invalid]')) exact(true);

    view.addEventListener('keydown', event => {
      if (!width || event.ctrlKey || event.metaKey || event.altKey) return;
      const far = side() * (event.shiftKey ? leap : step);
      const act = {
        ArrowLeft: () => move(-far, 0), ArrowRight: () => move(far, 0), ArrowUp: () => move(0, -far), ArrowDown: () => move(0, far),
        '+': () => zoomTo(zoom * nearer), '=': () => zoomTo(zoom * nearer), '-': () => zoomTo(zoom / nearer),
      }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });

    // ---- pointers ----

    gestures(view, {held: follow, tapped: centre});
    const shareAt = (x, y) => {
      const box = frames[0].frame.getBoundingClientRect();
      return [(x - box.left) / box.width, (y - box.top) / box.height, side() / box.width];
    };

    function follow(before, now) {
      if (!width) return;
      const [x, y, pixel] = shareAt(before.x, before.y);
      move((before.x - now.x) * pixel, (before.y - now.y) * pixel);
      if (before.apart > 0 && now.apart > 0) zoomTo(zoom * now.apart / before.apart, x, y);
    }

    // A click brings its point into the middle: nobody has to drag.
    function centre(atX, atY) {
      if (!width) return;
      const [x, y] = shareAt(atX, atY);
      move((x - 0.5) * side(), (y - 0.5) * side());
    }

    // A wheel that cannot zoom any further scrolls the page.
    view.addEventListener('wheel', event => {
      const much = zoom * nearer ** clamp(-event.deltaY / 60, -2, 2);
      if (!width || clamp(much, 1, deepest) === zoom) return;
      event.preventDefault();
      const [x, y] = shareAt(event.clientX, event.clientY);
      zoomTo(much, clamp(x, 0, 1), clamp(y, 0, 1));
    }, {passive: false});
  }
})();
