// Pictures that move: a link to the moving one becomes a button that plays it in
// place of its poster. Without this script it is a link.
//
//   <div class="shot"><img class="blur" …> <img …> <a class="play" data-moving href="/attachments/12/wave.gif"><svg …> <span>Play</span>…</a></div>
(() => {
  'use strict';
  for (const name of ['live:applied', 'more:added']) document.addEventListener(name, () => all());
  all();

  function all() {
    for (const link of document.querySelectorAll('a[data-moving]')) enhance(link);
  }

  function enhance(link) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = link.className;
    button.append(...link.childNodes);
    button.setAttribute('aria-pressed', 'false');
    const image = link.parentElement.querySelector('img:not(.blur)');
    const poster = image.src;
    button.addEventListener('click', () => {
      const play = button.getAttribute('aria-pressed') === 'false';
      button.setAttribute('aria-pressed', String(play));
      image.src = play ? link.href : poster;
    });
    link.replaceWith(button);
  }
})();
