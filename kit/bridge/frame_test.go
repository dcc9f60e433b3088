package bridge

import (
	"strings"
	"testing"
)

func TestFramesAreCarriedWhole(t *testing.T) {
	t.Parallel()
	for _, f := range []frame{{}, {"a", "post:1", "", "<p>\r\nжар 👨‍👩‍👧‍👦\x00</p>"}, {"a", "t", "data", strings.Repeat("<li class=card>", 2000)}} {
		text, err := f.encode()
		if err != nil || len(text) > maxPayload {
			t.Fatalf("%d bytes, %v", len(text), err)
		}
		if got, err := decode(text); err != nil || got != f {
			t.Errorf("came back %+v, %v", got, err)
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
