// The chart with data-plot gets a cursor: where it stands, the page says the time
// and the values. The drawing that came with the page stays for who has no
// scripts, and its table for everybody.
(() => {
  'use strict';
  const card = document.querySelector('[data-plot]');
  if (!card || !window.uPlot) return;

  const id = card.dataset.plot;
  const now = () => document.getElementById(id + '-now');
  const box = document.createElement('div');
  const said = document.createElement('p');
  box.className = 'plot';
  said.className = 'plot-at';
  let plot = null;
  let names = [];

  const clock = new Intl.DateTimeFormat('en-GB', {timeStyle: 'medium', timeZone: 'UTC'});
  const short = new Intl.DateTimeFormat('en-GB', {timeStyle: 'short', timeZone: 'UTC'});

  // As kit/chart writes them.
  function seconds(v) {
    if (v == null) return '–';
    if (v < 1e-9) return '0 s';
    if (v < 0.00095) return digits(v * 1e6) + ' µs';
    return v < 0.95 ? digits(v * 1e3) + ' ms' : digits(v) + ' s';
  }

  function digits(v) {
    return String(Number(v.toFixed(v < 0.995 ? 1 - Math.floor(Math.log10(v)) : v < 9.95 ? 1 : 0)));
  }

  // A slider is what chooses one of many moments: screen readers say its text.
  function handle() {
    box.tabIndex = 0;
    for (const [name, value] of Object.entries({role: 'slider', 'aria-label': 'Moment of the chart: ' + card.querySelector('h2').textContent,
      'aria-valuemin': 0, 'aria-valuemax': 0, 'aria-valuenow': 0, 'aria-valuetext': 'none chosen'})) box.setAttribute(name, value);
    box.addEventListener('keydown', event => {
      const last = plot.data[0].length - 1;
      const at = plot.cursor.left < 0 ? last + 1 : plot.cursor.idx ?? last + 1;
      const to = {ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, PageDown: at - 15, PageUp: at + 15, Home: 0, End: last}[event.key];
      if (to === undefined || last < 0) return;
      event.preventDefault();
      const i = Math.min(Math.max(to, 0), last);
      plot.setCursor({left: plot.valToPos(plot.data[0][i], 'x'), top: 0});
    });
  }

  function say(u) {
    const i = u.cursor.idx;
    const none = i == null || u.cursor.left < 0;
    const words = none ? '' : names.map((name, k) => name + ' ' + seconds(u.data[k + 1][i])).join(', ');
    const at = none ? '' : clock.format(u.data[0][i] * 1000);
    const time = document.createElement('b');
    time.textContent = at;
    said.replaceChildren(...(none ? ['Point at the chart, or use arrow keys.'] : [time, ' ' + words]));
    box.setAttribute('aria-valuemax', Math.max(u.data[0].length - 1, 0));
    box.setAttribute('aria-valuenow', none ? 0 : i);
    box.setAttribute('aria-valuetext', none ? 'none chosen' : at + ', ' + words);
  }

  // As tall, with its words, as the drawing whose place it takes: what stands below does not move.
  function tall(width) {
    const drawn = now().querySelector('.chart').viewBox.baseVal;
    return Math.round(width * drawn.height / drawn.width) - said.offsetHeight - parseFloat(getComputedStyle(box).rowGap);
  }

  function options(span) {
    const style = getComputedStyle(box);
    const colour = name => {
      said.style.color = `var(${name})`; // has the browser choose light or dark
      const found = getComputedStyle(said).color;
      said.style.color = '';
      return found;
    };
    const axis = {stroke: colour('--dim'), font: '500 12px ' + style.fontFamily, grid: {stroke: colour('--hair'), width: 1}, ticks: {show: false}};
    return {
      width: box.clientWidth, height: tall(box.clientWidth), legend: {show: false}, padding: [8, 6, 0, 0],
      cursor: {y: false, drag: {x: false, y: false}, points: {size: 9}},
      scales: {x: {time: true, range: () => span()}, y: {range: (_, __, high) => [0, (high || 0.001) * 1.08]}},
      axes: [{...axis, size: 28, space: 56, values: (_, at) => at.map(t => short.format(t * 1000))},
        {...axis, size: 58, space: 32, values: (_, vs) => vs.map(seconds)}],
      series: [{}, ...names.map((name, k) => ({label: name, stroke: colour(`--s${k + 1}`), width: 2.25, points: {size: 4}}))],
      hooks: {setCursor: [say], setData: [say]},
    };
  }

  let page = null;
  function draw() {
    const chart = page.charts.find(c => c.id === id);
    const data = [page.times, ...chart.series.map(s => s.values)];
    const end = () => Date.parse(page.at) / 1000;
    if (plot) {
      plot.setData(data);
      return;
    }
    names = chart.series.map(s => s.name);
    box.append(said);
    now().after(box);
    card.dataset.plotted = '';
    plot = new uPlot(options(() => [end() - page.seconds, end()]), data, box);
    say(plot);
  }

  function again() {
    plot?.destroy();
    plot = null;
    if (page) draw();
  }

  async function load() {
    try {
      const answer = await fetch(location.href, {headers: {Accept: 'application/json'}, cache: 'no-store'});
      if (!answer.ok) return; // the drawing of the page is still there
      page = await answer.json();
    } catch {
      return;
    }
    draw();
  }

  handle();
  load();
  document.addEventListener('live:applied', event => { if (event.target.id === id + '-now') load(); });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
  let width = 0;
  new ResizeObserver(() => {
    if (!plot || box.clientWidth === width) return;
    width = box.clientWidth;
    plot.setSize({width, height: tall(width)});
  }).observe(card);
})();
