package geo_test

import (
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"superbook/kit/geo"
)

// Places whose coordinates can be looked up anywhere, and where the drawing has them.
func TestProject(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		at   geo.Point
		x, y float64
	}{
		"the middle of the map's degrees": {geo.Point{0, 0}, 360, 168},
		"Greenwich":                       {geo.Point{51.5, 0}, 360, 65},
		"Reykjavík":                       {geo.Point{64.15, -21.94}, 316.1, 39.7},
		"Lagos":                           {geo.Point{6.45, 3.39}, 366.8, 155.1},
		"Valparaíso":                      {geo.Point{-33.05, -71.61}, 216.8, 234.1},
		"Osaka":                           {geo.Point{34.69, 135.5}, 631, 98.6},
		"upper left":                      {geo.Point{84, -180}, 0, 0},
		"lower right":                     {geo.Point{-58, 180}, 720, 284},
		"the North Pole, on the edge":     {geo.Point{90, 0}, 360, 0},
		"the South Pole, on the edge":     {geo.Point{-90, 0}, 360, 284},
	} {
		if got := geo.World().Project(c.at); got != (geo.Pixel{X: c.x, Y: c.y}) {
			t.Errorf("%s is at %v, want %v %v", name, got, c.x, c.y)
		}
	}
}

func TestPointIsTheWayBack(t *testing.T) {
	t.Parallel()
	w := geo.World()
	for _, p := range []geo.Point{{0, 0}, {51.5, -0.1}, {-33.05, -71.6}, {83.95, 179.95}} {
		if got := w.Point(w.Project(p)); math.Abs(got.Latitude-p.Latitude) > 0.05 || math.Abs(got.Longitude-p.Longitude) > 0.05 {
			t.Errorf("%v came back as %v", p, got)
		}
	}
}

// The drawing says the same of itself as World does of it.
func TestWorldIsTheDrawing(t *testing.T) {
	t.Parallel()
	svg, err := os.ReadFile("../../static/img/world.svg")
	if err != nil {
		t.Fatal(err)
	}
	if w := geo.World(); w.Width != 720 || w.Height != 284 || !strings.Contains(string(svg[:200]), `viewBox="0 0 720 284"`) {
		t.Errorf("World is %+v, the drawing begins %s", w, svg[:200])
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]geo.Point{
		"48.2, 16.4":               {48.2, 16.4},
		"48.2,16.4":                {48.2, 16.4},
		"  48.2   16.4 ":           {48.2, 16.4},
		"48.2; 16.4":               {48.2, 16.4},
		"48 16":                    {48, 16},
		"-33.05, -71.61":           {-33.05, -71.61},
		"−33.05, −71.61":           {-33.05, -71.61},
		"+1, +2":                   {1, 2},
		"-0.5 0":                   {-0.5, 0},
		"90, 180":                  {90, 180},
		"-90, -180":                {-90, -180},
		"48°12'N 16°22'E":          {48.2, 16.366666666666667},
		"48°12′N, 16°22′E":         {48.2, 16.366666666666667},
		`48° 12' 36" N 16°22'0"E`:  {48.21, 16.366666666666667},
		"33°3's, 71°36.6'w":        {-33.05, -71.61},
		"48.2° N, 16.4° E":         {48.2, 16.4},
		"33.05S 71.61W":            {-33.05, -71.61},
		"0°0'30\"S, 0°0'30\"W":     {-30.0 / 3600, -30.0 / 3600},
		"48.123456789012, 16.4000": {48.123456789012, 16.4},
	} {
		if got, err := geo.Parse(text); err != nil || geo.Distance(got, want) > 0.001 {
			t.Errorf("%q is %v (%v), want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]error{
		"": geo.ErrNotCoordinates, "here": geo.ErrNotCoordinates, "48.2": geo.ErrNotCoordinates, "48.2,": geo.ErrNotCoordinates,
		"NaN, NaN": geo.ErrNotCoordinates, "Inf, 0": geo.ErrNotCoordinates, "1e3, 0": geo.ErrNotCoordinates, "0x1p-2, 0": geo.ErrNotCoordinates,
		"1, 2, 3": geo.ErrNotCoordinates, "-33 S, 70 W": geo.ErrNotCoordinates, "48°60'N 16°E": geo.ErrNotCoordinates,
		"48.5°12'N 16°E": geo.ErrNotCoordinates, "16 E, 48 N": geo.ErrNotCoordinates, "٤٨, ١٦": geo.ErrNotCoordinates,
		"1\x00, 2": geo.ErrNotCoordinates, strings.Repeat("1", 200) + ", 2": geo.ErrNotCoordinates,
		"91, 0": geo.ErrOffEarth, "-90.01, 0": geo.ErrOffEarth, "0, 180.1": geo.ErrOffEarth, "0 -999": geo.ErrOffEarth, "90°1'N 0°E": geo.ErrOffEarth,
	} {
		if got, err := geo.Parse(text); !errors.Is(err, want) {
			t.Errorf("%q is %v (%v), want %v", text, got, err, want)
		}
	}
}

// Whatever strangers type, the answer is on Earth and can be drawn, or there is none.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"48.2, 16.4", "48°12'N 16°22'E", `1°2'3"S;4°5'6"W`, "-0, +0", "NaN,Inf", "90 180", "''''", "−1’2”N 3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := geo.Parse(text)
		if err != nil {
			if p != (geo.Point{}) || !errors.Is(err, geo.ErrNotCoordinates) && !errors.Is(err, geo.ErrOffEarth) {
				t.Errorf("%q is %v with %v", text, p, err)
			}
			return
		}
		if w := geo.World(); !p.Valid() || w.Project(p).X < 0 || w.Project(p).X > w.Width || w.Project(p).Y < 0 || w.Project(p).Y > w.Height {
			t.Errorf("%q is %v, at %v", text, p, w.Project(p))
		}
		again, err := geo.Parse(p.Decimal())
		if err != nil || math.Abs(again.Latitude-p.Latitude) > 0.0051 || math.Abs(again.Longitude-p.Longitude) > 0.0051 {
			t.Errorf("%q is %v, written %q, read %v (%v)", text, p, p.Decimal(), again, err)
		}
	})
}

func TestPointsInWords(t *testing.T) {
	t.Parallel()
	for p, want := range map[geo.Point][2]string{
		{48.2082, 16.3738}: {"48.21, 16.37", "48.2° N, 16.4° E"},
		{-33.05, -71.612}:  {"-33.05, -71.61", "33.0° S, 71.6° W"},
		{-0.001, -0.001}:   {"0.00, 0.00", "0.0° S, 0.0° W"},
	} {
		if p.Decimal() != want[0] || p.String() != want[1] {
			t.Errorf("%v is %q and %q, want %q", p.Latitude, p.Decimal(), p.String(), want)
		}
	}
}

func TestValid(t *testing.T) {
	t.Parallel()
	for _, p := range []geo.Point{{math.NaN(), 0}, {0, math.NaN()}, {math.Inf(1), 0}, {0, math.Inf(-1)}, {90.1, 0}, {0, -180.1}} {
		if p.Valid() {
			t.Errorf("%v is on Earth", p)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	london, newYork := geo.Point{51.5074, -0.1278}, geo.Point{40.7128, -74.0060}
	if d := geo.Distance(london, newYork); math.Abs(d-5570) > 2 {
		t.Errorf("from London to New York it is %.0f km", d)
	}
	if d := geo.Distance(geo.Point{0, 179.9}, geo.Point{0, -179.9}); math.Abs(d-22.2) > 0.1 {
		t.Errorf("across the date line it is %.1f km", d)
	}
	if d := geo.Distance(geo.Point{90, 0}, geo.Point{-90, 0}); math.Abs(d-20015) > 1 {
		t.Errorf("from pole to pole it is %.0f km", d)
	}
}

func TestCountries(t *testing.T) {
	t.Parallel()
	all := geo.Countries()
	if len(all) != 250 {
		t.Errorf("there are %d", len(all))
	}
	for _, c := range all {
		if len(c.Code) != 2 || strings.ToUpper(c.Code) != c.Code || c.Name == "" || geo.CountryName(c.Code) != c.Name {
			t.Errorf("%+v", c)
		}
	}
	for code, want := range map[string]string{"AT": "Austria", "XZ": "International waters", "CI": "Côte d’Ivoire", "": "", "QQ": "", "at": ""} {
		if got := geo.CountryName(code); got != want {
			t.Errorf("%q is %q, want %q", code, got, want)
		}
	}
}

func TestViewBox(t *testing.T) {
	t.Parallel()
	w := geo.World()
	for want, tt := range map[string]struct {
		around geo.Pixel
		zoom   float64
	}{
		"0 0 720 284":          {geo.Pixel{X: 360, Y: 142}, 1},
		"180 71 360 142":       {geo.Pixel{X: 360, Y: 142}, 2},
		"540 213 360 142":      {geo.Pixel{X: 720, Y: 284}, 2},
		"72.8 -26.8 288 113.6": {geo.Pixel{X: 216.8, Y: 30}, 2.5},
	} {
		if got := w.ViewBox(tt.around, tt.zoom); got != want {
			t.Errorf("around %v it is %s, want %s", tt.around, got, want)
		}
	}
}
