// Small forms and long lists without a reload. Both work without this script.
//
//   <form id="like-12" method="post" action="…" data-part>   the answer is the form anew
//   <a href="?before=12" data-more="#posts">Older posts</a>  the next page's list is added
//                                                            when the link comes into view
(() => {
  'use strict';

  document.addEventListener('submit', async event => {
    const form = event.target;
    if (!form.matches('form[data-part][id]')) return;
    event.preventDefault();
    if (form.dataset.busy) return; // a double click is one click
    form.dataset.busy = 'true';
    try {
      const body = new URLSearchParams(new FormData(form, event.submitter));
      const answer = await fetch(form.action, {method: 'POST', body, headers: {Accept: 'text/html', 'X-Part': '1'}});
      if (answer.redirected || !answer.ok) throw new Error(`the form was answered ${answer.status}`);
      replace(form, await answer.text());
    } catch {
      delete form.dataset.busy;
      form.submit(); // as without a script: whatever is wrong, the page that comes says so
    }
  });

  // Other forms are sent once too: a double click is no second comment.
  document.addEventListener('submit', event => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post' || form.matches('[data-part]')) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'true';
    setTimeout(() => delete form.dataset.sent, 4000); // in case no page comes
  });
  addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
  });

  function replace(form, html) {
    const template = document.createElement('template');
    template.innerHTML = html;
    const el = template.content.firstElementChild;
    const focused = form.contains(document.activeElement) ? document.activeElement.id : '';
    form.replaceWith(el);
    if (focused) document.getElementById(focused)?.focus({preventScroll: true});
  }

  // ---- lists that go on ----

  const seen = 'IntersectionObserver' in window && new IntersectionObserver(entries => {
    for (const entry of entries) if (entry.isIntersecting) add(entry.target);
  }, {rootMargin: '600px'});
  const watch = () => { for (const link of document.querySelectorAll('a[data-more]')) seen?.observe(link); };

  async function add(link) {
    seen.unobserve(link);
    const {more} = link.dataset;
    const list = document.querySelector(more);
    link.setAttribute('aria-busy', 'true');
    let page;
    try {
      const answer = await fetch(link.href, {headers: {Accept: 'text/html'}});
      if (!answer.ok) return; // the link is still a link
      page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    } catch {
      return;
    } finally {
      link.removeAttribute('aria-busy');
    }
    const came = page.querySelector(more);
    if (!came) return;
    for (const el of [...came.children]) {
      if (!el.id || !document.getElementById(el.id)) list.append(document.adoptNode(el));
    }
    const next = page.querySelector('a[data-more]');
    if (next) link.replaceWith(document.adoptNode(next)); else link.remove();
    list.dispatchEvent(new CustomEvent('more:added', {bubbles: true}));
    watch();
  }
  watch();
  document.addEventListener('live:applied', watch); // the link may have been taken anew
})();
