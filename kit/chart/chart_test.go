package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"superbook/kit/chart"
)

var start = time.Date(2030, 1, 2, 10, 0, 0, 0, time.UTC)

// of is a chart of an hour whose values are a minute apart.
func of(series ...[]float64) chart.Chart {
	c := chart.Chart{ID: "pulse-x", Title: "Requests", Unit: chart.PerSecond, From: start, To: start.Add(time.Hour)}
	for i, values := range series {
		c.Series = append(c.Series, chart.Series{Name: string(rune('a' + i)), Values: values})
		for len(c.Times) < len(values) {
			c.Times = append(c.Times, start.Add(time.Duration(len(c.Times))*time.Minute))
		}
	}
	return c
}

// TestGolden holds a small drawing against every letter of it.
func TestGolden(t *testing.T) {
	t.Parallel()
	c := of([]float64{0, 2, 4, math.NaN(), 1})
	c.To = start.Add(4 * time.Minute)
	const want = `<svg class="chart" viewBox="0 0 400 176" role="img" aria-labelledby="pulse-x-t pulse-x-d">` +
		`<title id="pulse-x-t">Requests</title><desc id="pulse-x-d">a: 1/s now, 4/s at most.</desc>` +
		`<g class="grid"><path d="M44 150H396"/><path d="M44 115H396"/><path d="M44 80H396"/><path d="M44 45H396"/><path d="M44 10H396"/></g>` +
		`<g class="axis" aria-hidden="true"><text class="y" x="38" y="154">0/s</text><text class="y" x="38" y="119">1/s</text>` +
		`<text class="y" x="38" y="84">2/s</text><text class="y" x="38" y="49">3/s</text><text class="y" x="38" y="14">4/s</text>` +
		`<text class="x" x="58" y="168">10:00</text><text class="x" x="132" y="168">10:01</text><text class="x" x="220" y="168">10:02</text>` +
		`<text class="x" x="308" y="168">10:03</text><text class="x" x="382" y="168">10:04</text></g>` +
		`<defs><pattern id="pulse-x-p" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><circle class="dot" cx="2" cy="2" r="1"/></pattern></defs>` +
		`<path class="fill" fill="url(#pulse-x-p)" d="M44 150L44 150L132 80L220 10L220 150ZM396 150L396 115L396 150Z"/>` +
		`<path class="line s1" d="M44 150L132 80L220 10M396 115h0"/><circle class="tip s1" cx="396" cy="115" r="3.5"/></svg>`
	if got := string(c.SVG()); got != want {
		t.Errorf("drawn\n%s\nwant\n%s", got, want)
	}
}

var numbers = regexp.MustCompile(`NaN|Inf|e[+-]\d`)

// hostile are values that a drawing must survive.
func hostile() map[string]chart.Chart {
	few := []float64{1, math.NaN(), math.Inf(1), math.Inf(-1), 3}
	long := of(few)
	long.From, long.To = start.AddDate(-3000, 0, 0), start.AddDate(3000, 0, 0)
	still := of(few)
	still.To = still.From
	back := of(few)
	back.From, back.To = back.To, back.From
	quoted := of(few)
	quoted.Title, quoted.Series[0].Name, quoted.ID = `</title><script>alert("1")</script>&`, `"><b>&'`, `"x`
	short := of(few, []float64{1})
	short.Times = short.Times[:2]
	return map[string]chart.Chart{
		"nothing": {}, "no series": of(), "no values": of(nil), "one value": of([]float64{7}), "gaps and infinities": of(few), "only gaps": of([]float64{math.NaN(), math.NaN()}),
		"huge": of([]float64{math.MaxFloat64, -math.MaxFloat64, 1e300}), "tiny": of([]float64{math.SmallestNonzeroFloat64, 0}), "below zero": of([]float64{-5, 3, -1}),
		"equal": of([]float64{5, 5, 5}), "a close pair": of([]float64{1e15, math.Nextafter(1e15, 2e15)}),
		"six thousand years": long, "no span": still, "a span backwards": back, "markup": quoted, "fewer times than values": short,
	}
}

func TestHostileValuesStayWellFormed(t *testing.T) {
	t.Parallel()
	for name, c := range hostile() {
		svg := string(c.SVG())
		dec := xml.NewDecoder(strings.NewReader(svg))
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v in\n%s", name, err, svg)
			}
		}
		for _, d := range regexp.MustCompile(` (?:d|cx|cy|x|y)="([^"]*)"`).FindAllStringSubmatch(svg, -1) {
			if numbers.MatchString(d[1]) {
				t.Errorf("%s: a place is no plain number: %s", name, d[0])
			}
		}
		if strings.Contains(svg, "<script") || strings.Contains(svg, "style=") {
			t.Errorf("%s: %s", name, svg)
		}
		c.Rows(time.Minute, 12)
		c.Thin(20 * time.Second)
	}
}

func FuzzSVG(f *testing.F) {
	f.Add(1.0, 2.0, math.NaN(), int64(3600), "Requests")
	f.Add(math.MaxFloat64, -math.MaxFloat64, math.Inf(1), int64(-1), "<&>")
	f.Fuzz(func(t *testing.T, a, b, c float64, seconds int64, title string) {
		one := of([]float64{a, b, c, a})
		one.Title, one.To = title, start.Add(time.Duration(seconds%1e9)*time.Second)
		svg := string(one.SVG())
		if strings.Count(svg, "<svg") != 1 || numbers.MatchString(strings.Join(regexp.MustCompile(` d="[^"]*"`).FindAllString(svg, -1), "")) {
			t.Errorf("%v %v %v: %s", a, b, c, svg)
		}
		if len(svg) > 20_000+6*len(title) {
			t.Errorf("%d bytes", len(svg))
		}
	})
}

func TestThinKeepsPeaksAndGaps(t *testing.T) {
	t.Parallel()
	c := of([]float64{1, 9, 1, math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN(), 2}).Thin(3 * time.Minute)
	got := c.Series[0].Values
	if len(got) != 4 || got[0] != 9 || !math.IsNaN(got[1]) || !math.IsNaN(got[2]) || got[3] != 2 {
		t.Errorf("values %v", got)
	}
	if at := c.Times[0]; !at.Equal(start.Add(2 * time.Minute)) {
		t.Errorf("the first step ends at %v", at)
	}
	if c.Series[0].Name != "a" || len(of(nil, nil).Thin(time.Minute).Series) != 2 {
		t.Error("a series has lost its name, or itself")
	}
}

func TestALevelLineIsTwoPoints(t *testing.T) {
	t.Parallel()
	values := make([]float64, 60)
	if svg := string(of(values).SVG()); strings.Count(svg, "L") > 4 {
		t.Errorf("an idle hour: %s", svg)
	}
}

func TestTicks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ low, high, first, last, step float64 }{
		{0, 0, 0, 1, .5}, {0, 1, 0, 1, .5}, {0, 3, 0, 3, 1}, {0, 7, 0, 8, 2}, {0, 97, 0, 100, 50}, {0, .012, 0, .015, .005}, {-3, 8, -5, 10, 5}, {0, 1e9, 0, 1e9, 5e8},
	} {
		got := chart.Ticks(tt.low, tt.high, 4)
		if near(got[0], tt.first) && near(got[len(got)-1], tt.last) && len(got) < 8 {
			continue
		}
		t.Errorf("%v to %v: %v", tt.low, tt.high, got)
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9*max(1, math.Abs(b)) }

func TestUnits(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		unit chart.Unit
		v    float64
		want string
	}{
		{chart.Count, 0, "0"}, {chart.Count, 12, "12"}, {chart.Count, .25, "0.25"}, {chart.Count, .004, "0.004"}, {chart.Count, 2.8e-06, "0"}, {chart.Count, -2.8e-06, "0"}, {chart.Count, 1234, "1.2k"}, {chart.Count, 999.7, "1k"}, {chart.Count, 1e30, "1.0e+15P"},
		{chart.PerSecond, .2, "0.2/s"}, {chart.PerSecond, 25_000, "25k/s"}, {chart.Count, -3.04, "-3"},
		{chart.Seconds, 0, "0 s"}, {chart.Seconds, .00004, "40 µs"}, {chart.Seconds, .0032, "3.2 ms"}, {chart.Seconds, .94, "940 ms"}, {chart.Seconds, 1.25, "1.2 s"}, {chart.Seconds, 600, "10 min"},
		{chart.Bytes, 53_400_000, "53 MB"}, {chart.Bytes, 12, "12 B"}, {chart.Bytes, math.NaN(), "–"}, {chart.Bytes, math.Inf(-1), "–"},
	} {
		if got := tt.unit.Write(tt.v); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.v, got, tt.want)
		}
	}
}

func TestTableIsNewestFirst(t *testing.T) {
	t.Parallel()
	rows := of([]float64{1, 2, 3, 4, 5, 6, math.NaN(), 8}, []float64{0}).Rows(2*time.Minute, 3)
	if len(rows) != 3 || rows[0].Cells[0] != "8/s" || rows[0].Cells[1] != "–" || rows[2].Cells[0] != "4/s" || !rows[0].At.After(rows[1].At) {
		t.Errorf("%+v", rows)
	}
}

func BenchmarkSVG(b *testing.B) {
	values := make([]float64, 180)
	for i := range values {
		values[i] = 50 + 50*math.Sin(float64(i)/9)
	}
	c := of(values, values, values)
	b.ReportAllocs()
	for b.Loop() {
		_ = c.SVG()
	}
}
