// Uploads with progress. Without this script the same form posts and is redirected.
//
//   <form data-upload method="post" enctype="multipart/form-data" data-max-bytes="26214400"
//     data-words-large="…" data-words-heic="…" data-words-sending="…" data-words-sent="…"
//     data-words-cancelled="…" data-words-lost="…" data-words-failed="…">
//     <input type="file" name="photo">  <img data-upload-preview hidden alt="">
//     <progress data-upload-progress hidden></progress>
//     <p data-upload-status role="status"></p>  <p data-upload-error role="alert"></p>
//     <button>…</button>  <button type="button" data-upload-cancel hidden>…</button>
//   </form>
//
// The answer is 202 with {"url"}, or a problem (RFC 9457) with "detail" and "errors".
(() => {
  'use strict';
  const spare = { // for a form that has no words of its own
    wordsLarge: 'That file is too large. Choose a smaller one.',
    wordsHeic: 'We cannot read HEIC. Save it as JPEG, then try again.',
    wordsSending: 'Sending…',
    wordsSent: 'Sent. One moment…',
    wordsCancelled: 'Cancelled. Your file is still chosen.',
    wordsLost: 'The connection was lost. Your file is still chosen: try again.',
    wordsFailed: 'That did not work. Try again in a moment.',
  };

  for (const form of document.querySelectorAll('form[data-upload]')) enhance(form);
  document.addEventListener('live:applied', event => {
    for (const form of event.target.querySelectorAll('form[data-upload]')) enhance(form);
    if (event.target.matches('form[data-upload]')) enhance(event.target);
  });

  function enhance(form) {
    if (form.dataset.upload === 'ready') return;
    const input = form.querySelector('input[type=file]');
    if (!input) return;
    form.dataset.upload = 'ready';
    const part = name => form.querySelector(`[data-upload-${name}]`);
    const words = name => form.dataset[name] || spare[name];
    let request = null;

    form.addEventListener('submit', event => {
      event.preventDefault();
      if (request || complain(check())) return;
      send(new FormData(form, event.submitter));
    });
    input.addEventListener('change', () => {
      const wrong = check();
      complain(wrong);
      say('');
      preview(wrong ? null : input.files[0]);
    });
    part('cancel')?.addEventListener('click', () => request?.abort());
    // Back from the next page: the browser may have kept this one as it was left.
    addEventListener('pageshow', event => { if (event.persisted) idle(''); });

    // What can be known before a byte is sent. The server checks all of it again.
    function check() {
      const file = input.files[0];
      if (!file) return '';
      if (/^image\/hei[cf]/.test(file.type) || /\.(heic|heif|hif)$/i.test(file.name)) return words('wordsHeic');
      if (file.size > Number(form.dataset.maxBytes || Infinity)) return words('wordsLarge');
      return '';
    }

    function send(data) {
      const xhr = request = new XMLHttpRequest();
      xhr.open('POST', form.action);
      xhr.setRequestHeader('Accept', 'application/json');
      xhr.upload.onprogress = event => { if (event.lengthComputable) progress(event.loaded / event.total); };
      xhr.upload.onload = () => { progress(null); say(words('wordsSent')); };
      xhr.onload = () => answered(xhr);
      xhr.onerror = () => { idle(''); complain(words('wordsLost')); };
      xhr.onabort = () => idle(words('wordsCancelled'));
      busy();
      xhr.send(data);
    }

    function answered(xhr) {
      const body = parse(xhr.responseText);
      const sent = form.action.split('#')[0];
      const next = xhr.status === 202 && body.url
        || xhr.status < 300 && xhr.responseURL !== sent && xhr.responseURL; // followed a redirect, perhaps to the login
      if (next && new URL(next, location.href).origin === location.origin) {
        location.assign(next);
        return;
      }
      idle('');
      complain(body.errors?.[input.name] || body.detail || words('wordsFailed'));
    }

    // aria-disabled and not disabled: a disabled button would lose the focus.
    function busy() {
      complain('');
      say(words('wordsSending'));
      progress(0);
      form.setAttribute('aria-busy', 'true');
      for (const button of submitters()) button.setAttribute('aria-disabled', 'true');
      hide(part('cancel'), false);
    }

    function idle(text) {
      request = null;
      say(text);
      hide(part('progress'), true);
      form.removeAttribute('aria-busy');
      for (const button of submitters()) button.removeAttribute('aria-disabled');
      const cancel = part('cancel');
      if (cancel && cancel === document.activeElement) input.focus();
      hide(cancel, true);
    }

    function submitters() {
      return [...form.elements].filter(el => el.type === 'submit' || el.type === 'image');
    }

    // null: everything is sent and the server's answer is awaited.
    function progress(share) {
      const bar = part('progress');
      if (!bar) return;
      hide(bar, false);
      if (share === null) bar.removeAttribute('value'); else bar.value = share * bar.max;
    }

    function complain(text) {
      const box = part('error');
      if (box) box.textContent = text;
      if (text) input.setAttribute('aria-invalid', 'true'); else input.removeAttribute('aria-invalid');
      return text;
    }

    function say(text) {
      const box = part('status');
      if (box) box.textContent = text;
    }

    function preview(file) {
      const img = part('preview');
      if (!img) return;
      if (img.src.startsWith('blob:')) URL.revokeObjectURL(img.src);
      img.onerror = () => hide(img, true); // a format that this browser cannot show
      hide(img, !file);
      if (file) img.src = URL.createObjectURL(file); else img.removeAttribute('src');
    }
  }

  function hide(el, hidden) { if (el) el.hidden = hidden; }

  function parse(text) {
    try {
      return JSON.parse(text) ?? {};
    } catch {
      return {};
    }
  }
})();
