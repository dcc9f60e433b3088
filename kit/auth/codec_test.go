package auth

import (
	"maps"
	"testing"
	"time"
)

func TestCodec(t *testing.T) {
	t.Parallel()
	deadline := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, values := range map[string]map[string]any{
		"empty":     {},
		"member":    {"user": int64(1<<62 + 1), "stamp": "s"},
		"anonymous": {"flash": "Sent — \"look\" <there>\n."},
		"both":      {"user": int64(1), "stamp": "", "flash": "x"},
	} {
		data, err := codec{}.Encode(deadline, values)
		if err != nil {
			t.Fatal(err)
		}
		at, got, err := codec{}.Decode(data)
		if err != nil || !at.Equal(deadline) || !maps.Equal(got, values) {
			t.Errorf("%s: %v, %v, %v", name, at, got, err)
		}
	}
	for _, values := range []map[string]any{{"user": 1}, {"colour": "red"}, {"flash": 7}} {
		if _, err := (codec{}).Encode(deadline, values); err == nil {
			t.Errorf("%v was lost in silence", values)
		}
	}
}

func FuzzCodecDecode(f *testing.F) {
	f.Add([]byte(`{"deadline":"2026-03-01T12:00:00Z","user":1,"stamp":"s"}`))
	f.Add([]byte(`junk`))
	f.Fuzz(func(t *testing.T, data []byte) {
		deadline, values, err := codec{}.Decode(data)
		if err != nil {
			return
		}
		again, err := codec{}.Encode(deadline, values)
		if err != nil {
			t.Fatal(err)
		}
		if _, got, err := (codec{}).Decode(again); err != nil || !maps.Equal(got, values) {
			t.Fatalf("%v became %v, %v", values, got, err)
		}
	})
}
