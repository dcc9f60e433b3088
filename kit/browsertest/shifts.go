package browsertest

// shifts asks for what was noted since the page was opened, and waits for two
// frames, in which a shift that is under way is noted. What moves soon after an
// action of the visitor is meant to.
const shifts = `new Promise(resolve => {
	const seen = [];
	new PerformanceObserver(list => seen.push(...list.getEntries())).observe({type: 'layout-shift', buffered: true});
	const box = r => [r.x, r.y, r.width, r.height].map(Math.round).join(' ');
	const what = s => (s.node?.outerHTML ?? s.node?.textContent ?? 'something').slice(0, 90) + ' from ' + box(s.previousRect) + ' to ' + box(s.currentRect);
	requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(
		seen.filter(e => !e.hadRecentInput && e.value >= 0.001).map(e => e.value.toFixed(4) + ': ' + e.sources.map(what).join('; '))))));
})`

// Shifts describes what has moved on the page by itself since it was opened, one
// line for each entry of the Layout Instability API
// (https://wicg.github.io/layout-instability/) of at least 0.001, a hundredth of
// what Web Vitals still calls good: on a busy machine a font that comes just in
// time moves a line by some pixels, 0.0002; a picture without a size counts 0.01 and more.
func (b *Tab) Shifts() []string {
	b.t.Helper()
	return Eval[[]string](b, shifts)
}
