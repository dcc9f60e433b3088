// Live pages: one event stream per visible tab brings fragments of HTML.
// Every page works without this script; it only saves the reload.
//
//   <body data-live="/live?on=photo:12" data-live-last="epoch-seq">
//
// A fragment whose id is on the page takes that element's place. Another one is
// put where its data-to (a selector) says: at the end, or with data-at="start"
// at the beginning. data-at="gone" removes. So one that comes twice does no harm.
// With data-version, what is older than what the page has is left out.
// With data-new it is only for pages that do not have it yet. Elements that name
// a topic of their own, as data-topic="post:12", have it followed too.
(() => {
  'use strict';
  const body = document.body;
  const address = body.dataset.live;
  if (!address) return;

  const restAfter = Number(body.dataset.liveRest || 3000); // ms a hidden tab keeps its stream
  const soon = 2000;                                       // ms
  const late = 60000;

  // ---- fragments ----

  function apply(html) {
    const template = document.createElement('template');
    template.innerHTML = html;
    for (const el of [...template.content.children].flatMap(unwrap)) place(el);
  }

  // Parts of a drawing travel inside <svg data-wrap>, or they would be parsed as HTML.
  function unwrap(el) {
    return el.matches('svg[data-wrap]') ? [...el.children] : [el];
  }

  function place(el) {
    const old = el.id && document.getElementById(el.id);
    const {to, at} = el.dataset;
    if (at === 'gone') {
      old?.remove();
      return;
    }
    if (old && ('new' in el.dataset || Number(old.dataset.version) > Number(el.dataset.version))) return;
    if (old) {
      swap(old, el);
    } else {
      const box = to && document.querySelector(to);
      if (!box) return; // belongs to another page
      if (at === 'start') box.prepend(el); else box.append(el);
    }
    el.dispatchEvent(new CustomEvent('live:applied', {bubbles: true}));
  }

  function swap(old, el) {
    const active = old.contains(document.activeElement) ? document.activeElement : null;
    const {selectionStart: start, selectionEnd: end} = active ?? {};
    const touched = [...old.querySelectorAll('input[id], textarea[id], select[id]')]
      .filter(field => field === active || changed(field));
    old.replaceWith(el);
    // The visitor's own fields move over: text, chosen files and undo stay as they are.
    for (const field of touched) el.querySelector('#' + CSS.escape(field.id))?.replaceWith(field);
    if (!active?.id) return;
    const again = document.getElementById(active.id);
    again?.focus({preventScroll: true});
    if (again === active && typeof start === 'number') again.setSelectionRange(start, end);
  }

  function changed(field) {
    switch (field.type) {
      case 'hidden': return false;
      case 'checkbox':
      case 'radio': return field.checked !== field.defaultChecked;
      case 'file': return field.files.length > 0;
      case 'select-one':
      case 'select-multiple': return [...field.options].some(o => o.selected !== o.defaultSelected);
      default: return field.value !== field.defaultValue;
    }
  }

  // ---- the stream ----

  let stream = null;
  let last = body.dataset.liveLast || '';
  let timer = 0;
  let turn = 0; // grows when a stream ends, so that what was begun before can tell
  let wait = soon;
  let followed = [];
  let widen = 0;
  const most = 128; // topics of one stream; the server refuses more

  function open() {
    if (stream || document.hidden) return;
    clearTimeout(timer);
    const url = new URL(address, location.href);
    followed = topics(url);
    url.searchParams.set('on', followed.join(','));
    if (last) url.searchParams.set('last', last);
    stream = new EventSource(url);
    stream.onopen = () => { wait = soon; show('on'); };
    stream.onerror = failed;
    hear('message', apply);
    hear('data', json => document.dispatchEvent(new CustomEvent('live:data', {detail: JSON.parse(json)})));
    hear('beat', () => {}); // only moves last
    stream.addEventListener('reset', () => {
      close();
      timer = setTimeout(refresh, Math.random() * soon); // a restart resets every page at once
    });
  }

  // What the page follows, and what the parts of it do: as many as one stream may.
  function topics(url) {
    const own = [...document.querySelectorAll('[data-topic]')].map(el => el.dataset.topic);
    return [...new Set([...url.searchParams.get('on').split(','), ...own])].slice(0, most);
  }

  // Parts that came later want their topics too: the stream begins anew where it
  // stands, so nothing is lost in between.
  function more() {
    clearTimeout(widen);
    widen = setTimeout(() => {
      const now = topics(new URL(address, location.href));
      if (stream && now.some(topic => !followed.includes(topic))) { close(); open(); }
    }, 300);
  }
  document.addEventListener('live:applied', more);
  document.addEventListener('more:added', more);

  function hear(name, use) {
    stream.addEventListener(name, event => {
      if (event.lastEventId) last = event.lastEventId;
      use(event.data);
    });
  }

  // The browser comes back by itself after a lost connection, but not after an
  // answer like 503.
  function failed() {
    show('off');
    if (stream?.readyState === EventSource.CLOSED) later(open);
  }

  function later(then) {
    close();
    timer = setTimeout(then, wait * (1 + Math.random()));
    wait = Math.min(wait * 2, late);
  }

  function close() {
    turn++;
    clearTimeout(timer);
    stream?.close();
    stream = null;
  }

  function show(state) { body.dataset.liveState = state; }

  // The gap could not be filled: take the regions of the page anew.
  async function refresh() {
    const mine = turn;
    let page;
    try {
      const answer = await fetch(location.href, {headers: {Accept: 'text/html'}, cache: 'no-store'});
      if (!answer.ok) throw new Error(`the page answered ${answer.status}`);
      page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    } catch {
      if (mine === turn) later(refresh);
      return;
    }
    if (mine !== turn) return;
    for (const old of document.querySelectorAll('[data-live-region][id]')) {
      const el = page.getElementById(old.id);
      if (el && old.isConnected) place(document.adoptNode(el));
    }
    last = page.body.dataset.liveLast || '';
    open();
  }

  // ---- the tab ----

  // Browsers allow six connections to a host: hidden tabs have to let go of theirs.
  let rest = 0;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(rest);
    if (document.hidden) rest = setTimeout(() => { close(); show('rest'); }, restAfter);
    else open();
  });
  // An open stream would keep the page out of the browser's back/forward cache.
  addEventListener('pagehide', () => { close(); show('rest'); });
  addEventListener('pageshow', open);
  show('off');
  open();
})();
