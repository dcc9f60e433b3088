// Names while one types: a list under <input data-suggest="/users/suggest">, and
// under <textarea data-mentions="/users/suggest"> after an @. It is the combobox
// of the ARIA patterns: the focus stays in the field, the arrows move through the
// list. Without this script a username is typed to its end.
(() => {
  'use strict';
  const pause = 150; // ms without a key before it asks
  const word = /(?:^|[^\p{L}\p{N}_@./-])@([\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]*)$/u;
  let lists = 0;

  for (const field of document.querySelectorAll('[data-suggest], [data-mentions]')) equip(field);

  function equip(field) {
    const address = field.dataset.suggest ?? field.dataset.mentions;
    const single = 'suggest' in field.dataset;
    const list = document.createElement('ul');
    const said = document.createElement('p');
    Object.assign(list, {className: 'suggest', id: `suggest-${++lists}`, role: 'listbox', ariaLabel: 'Members', hidden: true});
    Object.assign(said, {className: 'vh', role: 'status'});
    (field.closest('.field') ?? field.parentElement).append(list, said);
    field.autocomplete = 'off';
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', list.id);
    if (single) { // a textarea stays one: it has no such role
      field.role = 'combobox';
      field.ariaExpanded = 'false';
    }

    let members = [];
    let at = -1;
    let timer = 0;
    let asked = null;

    // What is being typed: all of an input, or the word after an @.
    function letters() {
      if (single) return field.value.trim().replace(/^@/, '');
      if (field.selectionStart !== field.selectionEnd) return '';
      return field.value.slice(0, field.selectionStart).match(word)?.[1] ?? '';
    }

    async function ask() {
      asked?.abort();
      const q = letters();
      if (!q) return close();
      const {signal} = asked = new AbortController();
      try {
        const answer = await fetch(`${address}?q=${encodeURIComponent(q)}`, {headers: {Accept: 'application/json'}, signal});
        if (!answer.ok) return close();
        const found = (await answer.json()).members;
        if (q === letters() && document.activeElement === field) show(found);
      } catch {
        if (!signal.aborted) close(); // the line is down: one can still type
      }
    }

    function show(found) {
      const held = members[at]?.username; // a later answer must not let go of it: Enter would send the form
      members = found;
      at = -1;
      list.replaceChildren(...members.map(option));
      list.hidden = members.length === 0;
      if (single) field.ariaExpanded = String(!list.hidden);
      field.removeAttribute('aria-activedescendant');
      said.textContent = members.length === 0 ? 'No member found.' :
        `${members.length} ${members.length === 1 ? 'member' : 'members'} found. Use the arrow keys.`;
      const still = members.findIndex(member => member.username === held);
      if (still >= 0) move(still);
    }

    function option(member, i) {
      const li = document.createElement('li');
      Object.assign(li, {id: `${list.id}-${i}`, role: 'option', ariaSelected: 'false'});
      if (member.picture) {
        const face = Object.assign(document.createElement('img'), {className: 'av', src: member.picture, alt: '', width: 36, height: 36});
        li.append(face);
      }
      const names = document.createElement('span');
      const username = Object.assign(document.createElement('small'), {textContent: '@' + member.username});
      names.append(member.name + ' ', username);
      li.append(names);
      li.addEventListener('mousedown', event => event.preventDefault()); // the focus stays in the field
      li.addEventListener('click', () => choose(i));
      return li;
    }

    function close() {
      clearTimeout(timer);
      list.hidden = true;
      members = [];
      list.replaceChildren();
      at = -1;
      said.textContent = '';
      if (single) field.ariaExpanded = 'false';
      field.removeAttribute('aria-activedescendant');
    }

    function move(to) {
      list.children[at]?.setAttribute('aria-selected', 'false');
      at = (to + members.length) % members.length;
      list.children[at].setAttribute('aria-selected', 'true');
      list.children[at].scrollIntoView({block: 'nearest'});
      field.setAttribute('aria-activedescendant', list.children[at].id);
    }

    function choose(i) {
      const name = '@' + members[i].username;
      const typed = letters();
      if (single) {
        field.value = name;
      } else {
        const end = field.selectionStart;
        field.setRangeText(name + ' ', end - typed.length - 1, end, 'end');
      }
      asked?.abort();
      close();
      field.dispatchEvent(new Event('input', {bubbles: true})); // whoever counts characters wants to know
      clearTimeout(timer);
      field.focus();
    }

    field.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(ask, pause);
    });
    field.addEventListener('blur', () => { asked?.abort(); close(); });
    field.addEventListener('keydown', event => {
      if (list.hidden || event.isComposing) return;
      switch (event.key) {
        case 'ArrowDown': move(at + 1); break;
        case 'ArrowUp': move(at < 0 ? members.length - 1 : at - 1); break;
        case 'Enter':
          if (at < 0) return;
          choose(at);
          break;
        case 'Escape': close(); break;
        default: return;
      }
      event.preventDefault();
    });
  }
})();
