// Uploads with a preview, early words about mistakes, and progress. Without this
// script the same form posts and is redirected.
//
//   <form data-upload method="post" enctype="multipart/form-data" data-max-bytes="26214400" data-uploads="/uploads"
//     data-words-empty="…" data-words-large="…" data-words-heic="…" …>
//     <input type="file" name="photo">  <input type="file" capture="user" data-upload-camera>
//     <img data-upload-preview hidden alt="">  <p data-upload-warning role="status"></p>
//     <progress data-upload-progress hidden></progress>
//     <p data-upload-status role="status"></p>  <p data-upload-error role="alert"></p>
//     <button>…</button>  <button type="button" data-upload-cancel hidden>…</button>
//   </form>
//
// With data-uploads, large files go there in parts; see transfer.js. A form with
// data-crop has its numbers emptied for each new picture. The answer is 202 with
// {"url"}, or a problem (RFC 9457) with "detail" and "errors".
(() => {
  'use strict';
  const smallest = 64; // pixels of the shorter side: the smallest portrait
  const spare = { // for a form that has no words of its own
    wordsEmpty: 'That file is empty. Choose another picture.',
    wordsLarge: 'That file is too large. Choose a smaller one.',
    wordsHeic: 'We cannot read HEIC. Save it as JPEG, then try again.',
    wordsOther: 'That file is not a picture. We take JPEG, PNG, WebP and GIF.',
    wordsUnreadable: 'We cannot read that file. Was it moved or changed? Choose it again.',
    wordsOne: 'One picture at a time: the first one is chosen.',
    wordsTiny: 'This picture is very small and will look blurred.',
    wordsPreparing: 'One moment…',
    wordsSending: 'Sending…',
    wordsSent: 'Sent. One moment…',
    wordsWaiting: 'The connection was lost. Trying again in {seconds} s…',
    wordsOffline: 'You are offline. It goes on when you are back.',
    wordsCancelled: 'Cancelled. Your file is still chosen.',
    wordsLost: 'The connection was lost. Your file is still chosen: try again.',
    wordsFailed: 'That did not work. Try again in a moment.',
  };

  for (const form of document.querySelectorAll('form[data-upload]')) enhance(form);
  document.addEventListener('live:applied', ({target}) => {
    for (const form of [target, ...target.querySelectorAll('form')]) if (form.matches('form[data-upload]')) enhance(form);
  });

  function enhance(form) {
    if (form.dataset.upload === 'ready') return;
    const input = form.querySelector('input[type=file][name]');
    if (!input) return;
    form.dataset.upload = 'ready';
    const part = name => form.querySelector(`[data-upload-${name}]`);
    const words = name => form.dataset[name] || spare[name];
    let prepared = null; // promise of {file, kind, wrong} for what is chosen
    let sending = null;  // AbortController
    const say = text => write('status', text);

    // ---- a picture comes ----

    input.addEventListener('change', chosen);
    part('camera')?.addEventListener('change', event => { take([...event.target.files]); event.target.value = ''; });
    filesFor(form, {pasted: document, take});

    function take(files) {
      if (sending || files.length === 0) return;
      const one = new DataTransfer();
      one.items.add(files[0]);
      input.files = one.files;
      chosen();
      if (files.length > 1) say(words('wordsOne'));
    }

    async function chosen() {
      const file = input.files[0];
      complain('');
      write('warning', '');
      say('');
      sending?.abort(); // it was another picture, with another square
      for (const number of form.querySelectorAll('[data-crop] input')) number.value = '';
      preview(file);
      const mine = prepared = file ? prepare(file) : null;
      const found = await mine;
      if (found?.wrong && mine === prepared) refuse(found);
    }

    function refuse({kind, wrong}) {
      if (kind === 'unreadable') {
        prepared = null;
        input.value = ''; // or the same file, chosen again, would be no change
      }
      preview(null);
      complain(wrong);
    }

    // What can be known before a byte is sent. The server checks all of it again.
    async function prepare(file) {
      const most = Number(form.dataset.maxBytes || Infinity);
      const smaller = await pictures.shrink(file, most);
      const kind = await pictures.kind(smaller);
      const wrong = {empty: words('wordsEmpty'), heic: words('wordsHeic'), other: words('wordsOther'), unreadable: words('wordsUnreadable')}[kind]
        ?? (smaller.size > most ? words('wordsLarge') : '');
      return {file: smaller, kind, wrong};
    }

    // What goes now. A file may have been removed or changed since it was prepared.
    async function checked() {
      const found = await (prepared ??= prepare(input.files[0] ?? new File([], '')));
      return await pictures.kind(found.file) === 'unreadable' ? prepare(found.file) : found;
    }

    function preview(file) {
      const img = part('preview');
      if (!img) return;
      if (img.src.startsWith('blob:')) URL.revokeObjectURL(img.src);
      img.onerror = () => hide(img, true); // a format that this browser cannot show
      img.onload = () => { if (Math.min(img.naturalWidth, img.naturalHeight) < smallest) write('warning', words('wordsTiny')); };
      hide(img, !file);
      if (file) img.src = URL.createObjectURL(file); else img.removeAttribute('src');
    }

    // ---- and goes ----

    form.addEventListener('submit', async event => {
      event.preventDefault();
      if (sending) return;
      const {signal} = sending = new AbortController();
      const fields = new FormData(form, event.submitter);
      busy();
      try {
        const found = await unless(signal, checked());
        if (found.wrong) return idle(''), refuse(found);
        say(words('wordsSending'));
        const answer = await transfer({to: form.action, fields, name: input.name, file: found.file, uploads: form.dataset.uploads, signal, progress, waiting});
        answered(answer);
      } catch (error) {
        if (signal.aborted) idle(words('wordsCancelled'));
        else if (error instanceof transfer.Lost) idle('', words('wordsLost'));
        else { idle('', words('wordsFailed')); throw error; }
      }
    });
    part('cancel')?.addEventListener('click', () => sending?.abort());
    // Back from the next page: the browser may have kept this one as it was left.
    addEventListener('pageshow', event => { if (event.persisted) idle(''); });

    function answered({status, body, url}) {
      const next = status === 202 && body.url || status < 300 && url; // led elsewhere, perhaps to the login
      if (next && new URL(next, location.href).origin === location.origin) return location.assign(next);
      const wrong = body.errors ?? {};
      idle('', wrong[input.name] || Object.values(wrong)[0] || body.detail || words('wordsFailed'));
    }

    // aria-disabled and not disabled: a disabled button would lose the focus.
    function busy() {
      complain('');
      say(words('wordsPreparing'));
      progress(0);
      form.setAttribute('aria-busy', 'true');
      for (const button of submitters()) button.setAttribute('aria-disabled', 'true');
      hide(part('cancel'), false);
    }

    function idle(text, wrong = '') {
      sending = null;
      say(text);
      hide(part('progress'), true);
      form.removeAttribute('aria-busy');
      for (const button of submitters()) button.removeAttribute('aria-disabled');
      const cancel = part('cancel');
      if (cancel && cancel === document.activeElement) input.focus();
      hide(cancel, true);
      complain(wrong);
    }

    const submitters = () => [...form.elements].filter(el => el.type === 'submit' || el.type === 'image');

    // null: everything is sent and the server's answer is awaited.
    function progress(share) {
      if (share === null) say(words('wordsSent'));
      const bar = part('progress');
      if (!bar) return;
      hide(bar, false);
      if (share === null) bar.removeAttribute('value'); else bar.value = share * bar.max;
    }

    function waiting(rest) {
      if (rest?.offline) say(words('wordsOffline'));
      else say(rest ? words('wordsWaiting').replace('{seconds}', rest.seconds) : words('wordsSending'));
    }

    function complain(text) {
      write('error', text);
      if (text) input.setAttribute('aria-invalid', 'true'); else input.removeAttribute('aria-invalid');
    }

    function write(name, text) {
      const box = part(name);
      if (box) box.textContent = text;
    }
  }

  // Waits no longer once the signal comes, though the work may go on.
  const unless = (signal, promise) => Promise.race([promise, new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))]);

  const hide = (el, hidden) => { if (el) el.hidden = hidden; };
})();
