// The form for a post: files are sent as soon as they are chosen, dropped or
// pasted, each with its progress; characters are counted as people count. The post
// itself is sent like any form, with a token for each file. Without this script
// the files go with the form. Photos are made smaller first (shrink.js), and what
// a lost line has cut off goes on by itself (transfer.js).
//
//   <form data-composer="/attachments" data-composer-remove="/attachments/remove" data-max-files="4" data-max-bytes="…" data-max-text="500">
//     <textarea name="text">  <ul data-composer-files>  <template data-composer-file><li>…</li></template>
//     <input type="file" name="file" multiple>  <p id="files-error" role="alert">  <p data-composer-status role="status">  <p data-composer-count hidden>
//
// A file is answered with 201 and {"token", "name", "size", "kind"}, or with a
// problem (RFC 9457).
(() => {
  'use strict';
  const {name, thumb, progress, describe, arrived, bytes} = chosenFile;
  for (const form of document.querySelectorAll('form[data-composer]')) enhance(form);

  function enhance(form) {
    const list = form.querySelector('[data-composer-files]');
    const pattern = form.querySelector('[data-composer-file]').content.firstElementChild;
    const input = form.querySelector('input[type=file]');
    const text = form.elements.text;
    const status = form.querySelector('[data-composer-status]');
    const wrong = form.querySelector('#files-error');
    const running = new Map(); // list item → its AbortController
    let waiting = null;        // what was pressed to send the post while files were on their way
    let sent = false;

    const say = words => { status.textContent = words; };

    function complain(words) {
      wrong.textContent = words;
      if (words) input.setAttribute('aria-invalid', 'true'); else input.removeAttribute('aria-invalid');
    }

    // ---- files come ----

    input.addEventListener('change', () => {
      const files = [...input.files];
      input.value = ''; // they are sent one by one, not with the form
      take(files);
    });
    filesFor(form, {pasted: text, take});

    function take(files) {
      const room = Math.max(Number(form.dataset.maxFiles) - list.children.length, 0);
      const empty = files.find(file => file.size === 0);
      complain(leftOut(files.slice(room)) || (empty ? `“${empty.name}” is empty. Choose another file.` : ''));
      for (const file of files.slice(0, room)) if (file.size > 0) send(file, add(file));
    }

    function leftOut([first, ...more]) {
      if (!first) return '';
      const names = more.length === 0 ? `“${first.name}” was` : `“${first.name}” and ${more.length} more were`;
      return `Four files are the most. ${names} left out.`;
    }

    function add(file) {
      const item = pattern.cloneNode(true);
      name(item, file.name || 'file');
      item.querySelector('[data-size]').textContent = bytes(file.size);
      item.querySelector('[data-progress]').setAttribute('aria-label', `Sending ${file.name}`);
      if (/^image\/(jpeg|png|gif|webp)$/.test(file.type)) thumb(item, file);
      list.append(item);
      return item;
    }

    // ---- files go ----

    async function send(original, item) {
      const control = new AbortController();
      const {signal} = control;
      const most = Number(form.dataset.maxBytes);
      running.set(item, control);
      try {
        const file = await smaller(original, most);
        const readable = await pictures.kind(file) !== 'unreadable';
        signal.throwIfAborted();
        if (!readable) return failed(item, 'Your browser cannot read this file. Remove it and choose it again.');
        item.querySelector('[data-size]').textContent = bytes(file.size);
        if (file.size > most) return failed(item, 'This file is larger than 100 MB. Make it smaller, or share a link to it.');
        const answer = await transfer({to: form.dataset.composer, fields: new FormData(), name: 'file', file, uploads: form.dataset.uploads, signal,
          progress: share => progress(item, share), waiting: rest => note(item, rest)});
        answered(item, answer);
      } catch (error) {
        if (signal.aborted) return; // it was removed
        failed(item, error instanceof transfer.Lost ? 'The connection was lost. Remove it and choose it again.' : 'That did not work. Remove it and choose it again.');
        if (!(error instanceof transfer.Lost)) throw error;
      }
    }

    // Photos go smaller than they are; any other file stays as it is.
    async function smaller(file, most) {
      return ['jpeg', 'png', 'webp'].includes(await pictures.kind(file)) ? pictures.shrink(file, most) : file;
    }

    function note(item, rest) {
      const name = item.querySelector('[data-name]').textContent;
      const words = !rest ? '' : rest.offline ? 'You are offline. It goes on when you are back.' : `The connection was lost. Trying again in ${rest.seconds} s…`;
      item.querySelector('[data-note]').textContent = words;
      say(words && `${name}: ${words}`);
    }

    function answered(item, {status, body, url}) {
      if (status !== 201 || !body.token) {
        failed(item, url.includes('/login') ? 'You are not logged in any more.' : body.detail || 'That did not work. Try again in a moment.');
        return;
      }
      name(item, body.name);
      const token = item.querySelector('[data-token]');
      token.value = body.token;
      token.disabled = false;
      arrived(item);
      if (body.kind === 'picture' || body.kind === 'moving') describe(item, body.token);
      say(`${body.name} is here.`);
      done(item);
    }

    function failed(item, words) {
      arrived(item);
      item.querySelector('[data-wrong]').textContent = words;
      say(`${item.querySelector('[data-name]').textContent}: ${words}`);
      waiting = null;
      form.removeAttribute('aria-busy');
      done(item);
    }

    function done(item) {
      running.delete(item);
      if (running.size > 0 || !waiting) return;
      const button = waiting;
      waiting = null; // or a file that is added later would post again
      form.removeAttribute('aria-busy');
      form.requestSubmit(button);
    }

    list.addEventListener('click', event => {
      const button = event.target.closest('[data-remove]');
      if (!button) return;
      event.preventDefault();
      remove(button.closest('li'));
    });

    function remove(item) {
      const token = item.querySelector('[data-token]').value;
      running.get(item)?.abort();
      if (token) { // when nobody hears it, the file goes by itself after a day
        fetch(form.dataset.composerRemove, {method: 'POST', body: new URLSearchParams({token}), headers: {Accept: 'application/json'}}).catch(() => {});
      }
      const next = (item.nextElementSibling ?? item.previousElementSibling)?.querySelector('[data-remove]') ?? input;
      say(`${item.querySelector('[data-name]').textContent} is removed.`);
      complain('');
      item.remove();
      next.focus();
      done(item);
    }

    // ---- the post goes ----

    form.addEventListener('submit', event => {
      if (sent) { // a double click is one click
        event.preventDefault();
      } else if (running.size > 0) {
        event.preventDefault();
        waiting = event.submitter ?? form.querySelector('.btn.ink');
        form.setAttribute('aria-busy', 'true');
        say('One moment, your files are on their way. The post goes as soon as they are here.');
      } else if (list.querySelector('[data-wrong]:not(:empty)')) {
        event.preventDefault();
        complain('A file did not arrive. Remove it, or choose it again.');
        list.querySelector('li:has([data-wrong]:not(:empty)) [data-remove]').focus();
      } else {
        sent = true;
        setTimeout(() => { sent = false; }, 4000); // in case no page comes
      }
    });
    addEventListener('pageshow', event => { if (event.persisted) sent = false; });

    countCharacters(text, {most: Number(form.dataset.maxText), box: form.querySelector('[data-composer-count]'), say});
  }
})();
