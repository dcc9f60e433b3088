// What one or two fingers, or a mouse, do on an element.
//
//   gestures(view, {held: (before, now) => …, tapped: (x, y) => …})
//
// held hears where the middle of what they hold was and is, and how far apart they
// are: {x, y, apart}, apart 0 for one finger. All is in pixels of the window.
const gestures = (() => {
  'use strict';
  const still = 4; // pixels; less is no drag but a tap

  return function gestures(view, {held, tapped}) {
    const down = new Map(); // pointer → where it is
    let moved = false;

    view.addEventListener('pointerdown', event => {
      if (event.button !== 0) return;
      view.setPointerCapture(event.pointerId);
      down.set(event.pointerId, {x: event.clientX, y: event.clientY, startX: event.clientX, startY: event.clientY});
      moved = down.size > 1;
    });
    view.addEventListener('pointermove', event => {
      const was = down.get(event.pointerId);
      if (!was) return;
      const before = grip();
      const x = event.clientX, y = event.clientY;
      if (!moved && Math.hypot(x - was.startX, y - was.startY) < still) return;
      moved = true;
      Object.assign(was, {x, y});
      held(before, grip());
    });
    view.addEventListener('pointerup', event => {
      if (down.has(event.pointerId) && !moved) tapped(event.clientX, event.clientY);
      down.delete(event.pointerId);
    });
    view.addEventListener('pointercancel', event => down.delete(event.pointerId));

    function grip() {
      const [a, b = a] = down.values();
      return {x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y)};
    }
  };
})();
