// Sends a form with one file over a line that may break. A lost line is tried
// again by itself, after pauses that rise, and at once when the system says that
// it is back. A file over 5 MB goes by tus 1.0.0 (https://tus.io/protocols/resumable-upload)
// and goes on from what the server has; a smaller one is sent again whole.
//
//   const answer = await transfer({to: form.action, fields: new FormData(form), name: 'photo', file,
//     uploads: '/uploads', signal, progress: share => …, waiting: rest => …});
//
// progress hears the share that is sent, or null when the answer is awaited;
// waiting hears {offline, seconds}, or null when it goes on. The answer is
// {status, body, url}, url only when the server led elsewhere. Errors: AbortError
// after signal, transfer.Lost when patience has ended.
const transfer = (() => {
  'use strict';
  const large = 5e6;                     // bytes
  const pauses = [1, 2, 4, 8, 16, 30];   // seconds
  const patience = 9;                    // tries in vain on a line that is said to be there: about two minutes
  const silence = 45000;                 // ms without a byte, after which a line counts as lost
  const version = {'Tus-Resumable': '1.0.0'};

  const begun = new WeakMap();           // file → its address, in case it is sent again: words of the form were refused, or patience ended

  class Lost extends Error {}

  async function transfer(job) {
    const {fields, name, file} = job;
    if (!job.uploads || file.size <= large) {
      fields.set(name, file, file.name);
      return insist(job, () => request(job, 'POST', job.to, {body: fields, progress: job.progress}));
    }
    const sent = await resumable(job);
    if (!sent.id) return sent.refused;
    fields.delete(name);
    fields.set('upload', sent.id);
    const answer = await insist(job, async () => {
      const answer = await request(job, 'POST', job.to, {body: fields});
      if (answer.status === 423) throw new Lost('the form before this one still has the upload');
      return answer;
    });
    if ([413, 422].includes(answer.status) && answer.body.errors?.[name]) discard(file); // no form will take it
    return answer;
  }

  // When nobody hears it, the server forgets the upload by itself.
  function discard(file) {
    const address = begun.get(file);
    if (address && begun.delete(file)) fetch(address, {method: 'DELETE', headers: version, keepalive: true}).catch(() => {});
  }

  // Tries until there is an answer. gained, which attempt may call, says that the
  // last try was not in vain.
  async function insist(job, attempt) {
    let vain = 0;
    for (;;) {
      try {
        return await attempt(() => { vain = 0; });
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        if (navigator.onLine && ++vain > patience) throw error;
        const step = navigator.onLine ? vain : pauses.length; // offline, the event wakes it
        await rest(job, pauses[Math.min(step, pauses.length) - 1]);
      }
    }
  }

  function rest(job, seconds) {
    return new Promise((resolve, reject) => {
      const end = finish => () => {
        clearTimeout(timer);
        removeEventListener('online', back);
        job.signal.removeEventListener('abort', stop);
        finish();
      };
      const back = end(() => { job.waiting(null); resolve(); });
      const stop = end(() => reject(job.signal.reason));
      const timer = setTimeout(back, seconds * 1000);
      addEventListener('online', back);
      job.signal.addEventListener('abort', stop);
      if (job.signal.aborted) stop(); else job.waiting({offline: !navigator.onLine, seconds});
    });
  }

  // ---- files that go on from where they were ----

  async function resumable(job) {
    const {file, signal} = job;
    let address = begun.get(file) ?? '';
    let known = 0; // bytes that the server has for certain
    const stop = () => discard(file);
    signal.addEventListener('abort', stop);
    try {
      return await insist(job, async gained => {
        let answer;
        if (address) {
          answer = await request(job, 'HEAD', address, {headers: version});
          if (answer.status === 429 || answer.status >= 500) throw new Lost('the server does not say what it has');
          if (answer.status === 401) return {refused: await create(job)}; // which has words for it; HEAD has no body
          if ([403, 404, 410].includes(answer.status)) address = '';
          else if (answer.status >= 300) return {refused: answer};
        }
        if (!address) {
          answer = await create(job);
          if (answer.status !== 201) return {refused: answer};
          address = new URL(answer.header('Location'), location.href).href;
          begun.set(file, address);
          known = 0;
        }
        const offset = Number(answer.header('Upload-Offset') ?? 0);
        if (offset > known) gained();
        known = offset;
        if (offset < file.size) {
          answer = await send(job, address, offset);
          if ([404, 409, 410, 423].includes(answer.status)) throw new Lost('the server has another part of the file');
          if (answer.status >= 300) return {refused: answer};
          if (Number(answer.header('Upload-Offset')) < file.size) throw new Lost('a part did not arrive');
        }
        return {id: new URL(address).pathname.split('/').pop()};
      });
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  function create(job) {
    const {name, type, size} = job.file;
    const metadata = [['filename', name], ['filetype', type]].filter(([, value]) => value).map(([key, value]) => `${key} ${base64(value)}`);
    return request(job, 'POST', job.uploads, {headers: {...version, 'Upload-Length': size, 'Upload-Metadata': metadata.join(',')}});
  }

  function send(job, address, offset) {
    const {size} = job.file;
    return request(job, 'PATCH', address, {
      headers: {...version, 'Upload-Offset': offset, 'Content-Type': 'application/offset+octet-stream'},
      body: job.file.slice(offset),
      progress: share => job.progress(share === null ? null : (offset + share * (size - offset)) / size),
    });
  }

  function base64(words) {
    return btoa(String.fromCharCode(...new TextEncoder().encode(words)));
  }

  // ---- one request ----

  // XMLHttpRequest, as fetch does not tell how much of a body is sent.
  function request(job, method, address, {headers = {}, body = null, progress}) {
    return new Promise((resolve, reject) => {
      const {signal} = job;
      const xhr = new XMLHttpRequest();
      const target = new URL(address, location.href).href.split('#')[0];
      let watch;
      const alive = () => { clearTimeout(watch); watch = setTimeout(lose, silence); };
      const end = finish => {
        clearTimeout(watch);
        removeEventListener('offline', lose);
        signal.removeEventListener('abort', stop);
        xhr.onload = xhr.onerror = null;
        finish();
      };
      const lose = () => end(() => { reject(new Lost(`${method} ${target} was cut off`)); xhr.abort(); });
      const stop = () => end(() => { reject(signal.reason); xhr.abort(); });
      xhr.open(method, target);
      for (const [name, value] of Object.entries({Accept: 'application/json', ...headers})) xhr.setRequestHeader(name, value);
      if (progress) {
        xhr.upload.onprogress = event => { alive(); if (event.lengthComputable) progress(event.loaded / event.total); };
        xhr.upload.onload = () => { alive(); progress(null); };
      }
      xhr.onerror = lose;
      xhr.onload = () => [408, 502, 503, 504].includes(xhr.status) ? lose() : end(() => resolve({
        status: xhr.status,
        body: parse(xhr.responseText),
        url: xhr.responseURL !== target ? xhr.responseURL : '',
        header: name => xhr.getResponseHeader(name),
      }));
      addEventListener('offline', lose);
      signal.addEventListener('abort', stop);
      alive();
      if (signal.aborted) stop(); else xhr.send(body);
    });
  }

  function parse(words) {
    try {
      return JSON.parse(words) ?? {};
    } catch {
      return {};
    }
  }

  return Object.assign(transfer, {Lost});
})();
