// A room that is alive. Without this script it is a page with a form.
//
// The socket is asked for what came after the newest message on the page, so a
// lost line loses nothing. What is said waits here under a nonce until the room
// has it: sent twice, it is kept once.
(() => {
  'use strict';
  const room = document.querySelector('.room[data-room]');
  if (!room) return;

  const words = room.dataset;
  const me = words.viewer;
  const box = document.getElementById('talk-box');
  const talk = () => document.getElementById('talk');
  const show = (id, text) => {
    const el = document.getElementById(id);
    if (el.textContent !== text) el.textContent = text;
  };

  // ---- messages on the page ----

  const number = li => Number(li.dataset.id);
  const last = () => talk().lastElementChild ? number(talk().lastElementChild) : 0;

  function dress(li) {
    if (li.dataset.author === me && !li.matches('.mine')) {
      li.classList.add('mine');
      const you = document.createElement('span');
      you.className = 'vh';
      you.textContent = words.wordsYou;
      li.querySelector('.by a').replaceWith(you);
    }
    for (const time of li.querySelectorAll('time')) {
      const at = new Date(time.dateTime);
      const today = at.toDateString() === new Date().toDateString();
      time.textContent = at.toLocaleString([], today ? {timeStyle: 'short'} : {day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit'});
    }
  }

  for (const li of talk().children) dress(li);
  if (!words.socket || !('WebSocket' in window)) return; // a stretch of the past stays as it is

  const form = room.querySelector('.say');
  const field = form.elements.text;
  const error = document.getElementById('text-error');
  const waiting = document.getElementById('waiting');

  function parse(html) {
    const template = document.createElement('template');
    template.innerHTML = html;
    return template.content;
  }

  // Adding below must not move what is read above; the box counts from its end.
  function keepPlace(change) {
    const height = box.scrollHeight;
    const away = box.scrollTop < -40;
    change();
    if (away) box.scrollTop -= box.scrollHeight - height;
  }

  function add(html) {
    const li = parse(html).querySelector('li');
    arrived(li.dataset.nonce, li.dataset.author === me);
    if (document.getElementById(li.id)) return;
    dress(li);
    document.getElementById('quiet')?.remove();
    keepPlace(() => {
      let after = talk().lastElementChild;
      while (after && number(after) > number(li)) after = after.previousElementSibling;
      if (after) after.after(li); else talk().prepend(li);
    });
    if (li.dataset.author !== me) {
      show('room-news', li.querySelector('.by a').textContent + ': ' + li.querySelector('.words').textContent);
    }
    noteRead();
  }

  // ---- history ----

  let older = null; // the request that is on its way

  function loadOlder() {
    const link = document.getElementById('older');
    if (!link || older) return;
    older = new AbortController();
    fetch(words.history + '?before=' + talk().dataset.older, {headers: {Accept: 'text/html'}, signal: older.signal})
      .then(answer => answer.ok ? answer.text() : Promise.reject(new Error(answer.status)))
      .then(html => {
        const more = parse(html).querySelector('#talk');
        for (const li of more.children) dress(li);
        const focused = document.activeElement === link;
        talk().prepend(...more.children);
        talk().dataset.older = more.dataset.older;
        if (more.dataset.older === '0') link.parentElement.remove();
        if (focused) box.focus({preventScroll: true});
      })
      .catch(() => {}) // the link stays, and works
      .finally(() => { older = null; });
  }

  box.addEventListener('scroll', () => {
    if (box.scrollHeight + box.scrollTop - box.clientHeight < 120) loadOlder();
  }, {passive: true});
  box.addEventListener('click', event => {
    if (event.target.closest('#older') && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      loadOlder();
    }
  });

  // ---- what waits to be sent ----

  const shelf = `room:${words.room}:${me}`;
  let pending = []; // {nonce, text}

  function keep() {
    try {
      sessionStorage.setItem(shelf, JSON.stringify(pending));
    } catch { /* full or forbidden: it waits in this page only */ }
    draw();
  }

  function draw() {
    waiting.hidden = pending.length === 0;
    keepPlace(() => waiting.replaceChildren(...pending.map(p => {
      const li = parse('<li class="mine"><div class="bubble"><p class="by"><span></span></p><p class="words"></p></div></li>').firstChild;
      li.querySelector('span').textContent = ready ? words.wordsSending : words.wordsWaiting;
      li.querySelector('.words').textContent = p.text;
      return li;
    })));
  }

  function arrived(nonce, mine) {
    if (!mine || !pending.some(p => p.nonce === nonce)) return;
    pending = pending.filter(p => p.nonce !== nonce);
    keep();
  }

  function newNonce() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('');
  }

  function send(p) {
    if (ready) socket.send(JSON.stringify({type: 'say', nonce: p.nonce, text: p.text}));
  }

  const most = 10000; // code units; whether it is too long for the room, the room says

  function say() {
    const text = field.value.trim();
    if (!text) return;
    if (text.length > most) { // the line would break, and break again with each try
      error.textContent = words.wordsLong;
      field.setAttribute('aria-invalid', 'true');
      return;
    }
    const p = {nonce: newNonce(), text};
    pending.push(p);
    field.value = '';
    field.dispatchEvent(new Event('input'));
    error.textContent = '';
    field.removeAttribute('aria-invalid');
    keep();
    box.scrollTop = 0;
    send(p);
    expectAnswer();
  }

  // ---- the line ----

  const soon = 500;      // ms
  const late = 30000;
  const silence = 60000; // the room says something every 25 s
  const patience = 15000; // for the answer to a message

  let socket = null;
  let ready = false; // what was missed has come
  let ever = false;  // it once had
  let failures = 0;
  let wait = soon;
  let again = 0;
  let watch = 0;
  let answer = 0;

  function state() {
    const now = ready ? 'on' : !navigator.onLine ? 'off' : socket ? 'connecting' : 'lost';
    room.dataset.state = now;
    show('room-state', {on: '', off: words.wordsOff, lost: words.wordsLost, connecting: words.wordsConnecting}[now]);
    draw();
  }

  function open() {
    clearTimeout(again);
    if (socket || !navigator.onLine) return state();
    const url = new URL(words.socket, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    url.searchParams.set('last', last());
    const mine = socket = new WebSocket(url);
    mine.onmessage = event => { if (mine === socket) hear(JSON.parse(event.data)); };
    mine.onclose = event => { if (mine === socket) lost(event.code); };
    heard();
    state();
  }

  function heard() {
    clearTimeout(watch);
    watch = setTimeout(() => drop(), silence);
  }

  function expectAnswer() {
    clearTimeout(answer);
    if (ready && pending.length > 0) answer = setTimeout(() => drop(), patience);
  }

  function lost(code) {
    drop(false);
    if (code === 1008) location.reload(); // our rights have changed: the page knows how
  }

  function drop(shut = true) {
    const old = socket;
    socket = null;
    failures++;
    ready = false;
    clearTimeout(watch);
    clearTimeout(answer);
    if (shut) old?.close();
    show('room-typing', '');
    clearTimeout(again);
    again = setTimeout(open, wait * (.5 + Math.random()));
    wait = Math.min(wait * 2, late);
    state();
  }

  function hear(frame) {
    heard();
    switch (frame.type) {
      case 'message': return add(frame.html);
      case 'here': return here(frame);
      case 'typing': return typing(frame);
      case 'ready': return caughtUp();
      case 'reset': return reset();
      case 'kept': return kept(frame);
      case 'slow': return slow(frame);
      case 'refused': return refused(frame);
    }
  }

  function caughtUp() {
    ready = ever = true;
    wait = soon;
    state();
    for (const p of pending) send(p);
    expectAnswer();
    noteRead();
  }

  // More was missed than is sent again: begin with the newest messages.
  function reset() {
    const mine = socket;
    fetch(words.history, {headers: {Accept: 'text/html'}})
      .then(page => page.ok ? page.text() : Promise.reject(new Error(page.status)))
      .then(html => {
        if (mine !== socket) return;
        const fresh = parse(html).querySelector('#talk');
        for (const li of fresh.children) {
          dress(li);
          arrived(li.dataset.nonce, li.dataset.author === me);
        }
        // What came over the line meanwhile is newer than what was fetched.
        const newest = fresh.lastElementChild ? number(fresh.lastElementChild) : 0;
        const came = [...talk().children].filter(li => number(li) > newest);
        talk().replaceWith(fresh);
        fresh.append(...came);
        caughtUp();
      })
      .catch(() => { if (mine === socket) drop(); });
  }

  function kept(frame) {
    expectAnswer();
    const p = pending.find(p => p.nonce === frame.nonce);
    // The message itself comes too; if it is here already, nothing waits any more.
    if (p && document.getElementById('message-' + frame.id)) arrived(p.nonce, true);
  }

  function slow(frame) {
    const p = pending.find(p => p.nonce === frame.nonce);
    if (!p) return;
    show('room-state', frame.words);
    clearTimeout(answer);
    setTimeout(() => { state(); if (pending.includes(p)) send(p); expectAnswer(); }, frame.wait * 1000 + Math.random() * 500);
  }

  function refused(frame) {
    const p = pending.find(p => p.nonce === frame.nonce);
    if (!p) return;
    arrived(p.nonce, true);
    field.value = p.text + (field.value ? '\n' + field.value : '');
    field.setAttribute('aria-invalid', 'true');
    error.textContent = frame.words;
    field.focus();
  }

  // ---- who is here, who types ----

  const names = people => people.map(p => p.name).join(', ');

  function here(frame) {
    document.getElementById('room-here').hidden = frame.count === 0;
    show('room-here', frame.count + words.wordsHere + names(frame.people) + (frame.count > frame.people.length ? ', …' : ''));
  }

  function typing(frame) {
    const others = frame.people.filter(p => String(p.id) !== me);
    show('room-typing', others.length ? names(others.slice(0, 3)) + (others.length > 1 ? words.wordsType : words.wordsTypes) : '');
  }

  let toldTyping = 0;
  field.addEventListener('input', () => {
    if (!ready || !field.value.trim() || Date.now() - toldTyping < 3000) return;
    toldTyping = Date.now();
    socket.send('{"type":"typing"}');
  });

  // ---- what has been read ----

  let reading = 0;
  let told = 0;

  function noteRead() {
    if (!reading && !document.hidden) reading = setTimeout(tellRead, 2000);
  }

  function tellRead() {
    reading = 0;
    if (!ready || document.hidden || last() <= told) return;
    told = last();
    socket.send(JSON.stringify({type: 'read', id: told}));
  }

  // ---- the page ----

  form.addEventListener('submit', event => {
    if (!ever && failures > 2) return; // no line ever came to be: the form does without
    event.preventDefault();
    say();
  });
  field.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    toldTyping = 0;
    form.requestSubmit();
  });
  addEventListener('offline', () => drop());
  addEventListener('online', () => { wait = soon; open(); });
  document.addEventListener('visibilitychange', noteRead);
  addEventListener('pagehide', () => { drop(); clearTimeout(again); });
  addEventListener('pageshow', open);

  try {
    pending = JSON.parse(sessionStorage.getItem(shelf)) || [];
  } catch { /* nothing waits */ }
  open();
})();
