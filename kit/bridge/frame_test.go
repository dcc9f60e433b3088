package bridge

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

// noise is text that no packing makes small.
func noise(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('!' + rand.IntN(90))
	}
	return string(b)
}

func TestFramesAreCarriedWhole(t *testing.T) {
	t.Parallel()
	var j joiner
	for _, f := range []frame{{}, {"a", "post:1", "", "<p>\r\nжар 👨‍👩‍👧‍👦\x00</p>"}, {"a", "t", "data", strings.Repeat("<li class=card>", 2000)},
		{"a", "t", "", noise(9_000)}, {"a", "t", "", noise(300_000)}} {
		text, err := f.encode()
		if err != nil {
			t.Fatal(err)
		}
		parts := cut(text)
		for i, part := range parts {
			if len(part) > maxPayload {
				t.Fatalf("a part has %d bytes", len(part))
			}
			got, whole, err := j.add(part)
			if err != nil || whole != (i == len(parts)-1) {
				t.Fatalf("part %d of %d: %v, %v", i+1, len(parts), whole, err)
			}
			if !whole {
				continue
			}
			if back, err := decode(got); err != nil || back != f {
				t.Errorf("%d bytes came back as %d: %v", len(f.Data), len(back.Data), err)
			}
		}
	}
	if _, err := (frame{Data: noise(maxFrame)}).encode(); !errors.Is(err, errTooLarge) {
		t.Errorf("a frame that is too large: %v", err)
	}
}

// Of a frame that is not whole nothing is heard, and the next one is.
func TestTornFramesAreNoticed(t *testing.T) {
	t.Parallel()
	for name, payloads := range map[string][]string{
		"begins in the middle":  {"2/3:b"},
		"one is missing":        {"1/3:a", "3/3:c"},
		"one comes twice":       {"1/3:a", "1/3:a"},
		"another comes between": {"1/3:a", "abcd"},
		"of another number":     {"1/3:a", "2/4:b"},
		"more than there are":   {"4/3:a"},
		"none":                  {"0/0:a"},
		"far too many":          {"1/999999:a"},
		"no number":             {"x/y:a"},
	} {
		var j joiner
		var err error
		for _, p := range payloads {
			var whole bool
			if _, whole, err = j.add(p); whole {
				t.Errorf("%s: something is heard", name)
			}
		}
		if !errors.Is(err, errTorn) {
			t.Errorf("%s: %v", name, err)
		}
		if text, whole, err := j.add("abcd"); text != "abcd" || !whole || err != nil {
			t.Errorf("%s: after it %q, %v, %v", name, text, whole, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	good, err := frame{"a", "b", "c", "d"}.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("")
	f.Add("!!!!")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := decode(s)
		if err == nil && len(got.Data) > maxFrame {
			t.Fatalf("%d bytes came out", len(got.Data))
		}
	})
}
