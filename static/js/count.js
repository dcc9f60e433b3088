// Characters of a text, counted as people count: a family of emoji is one.
//
//   countCharacters(textarea, {most: 500, box: element, say: words => …})
//
// box shows how many are left once they are few; say hears it at a few steps only.
const countCharacters = (() => {
  'use strict';
  return function countCharacters(text, {most, box, say}) {
    const segmenter = 'Segmenter' in Intl && new Intl.Segmenter(undefined, {granularity: 'grapheme'});
    const length = words => segmenter ? [...segmenter.segment(words)].length : [...words].length;
    let said = 0; // the step that was last spoken
    function recount() {
      const left = most - length(text.value.trim());
      box.hidden = left > 100;
      box.textContent = left < 0 ? `${-left} too many` : `${left} left`;
      box.classList.toggle('much', left < 0);
      const step = [-1, 10, 50].find(limit => left <= limit) ?? 0;
      if (step !== said && step !== 0) say(left < 0 ? `Too long by ${-left}.` : `${left} left.`);
      said = step;
    }
    text.addEventListener('input', recount);
    recount();
  };
})();
