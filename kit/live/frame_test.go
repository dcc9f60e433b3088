package live

import (
	"bufio"
	"bytes"
	"strings"
	"testing"
)

// FuzzFrame: whatever is published, one event arrives with the same lines, and
// nothing inside the data becomes a field of its own.
func FuzzFrame(f *testing.F) {
	for _, s := range []string{"", "x", "a\nb", "a\r\nb", "a\rid: evil-1", "\r", "\n\n", "\r\n\r\n", "data: x", "a\n\revent: reset", " lead", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data string) {
		fr := newFrame("topic", "data", data)
		fr.number("epoch", 7)
		var lines []string
		ids, events, ends := 0, 0, 0
		for in := bufio.NewScanner(bytes.NewReader(fr.wire)); in.Scan(); {
			line := in.Text()
			switch text, isData := strings.CutPrefix(line, "data: "); {
			case isData && ends == 0:
				lines = append(lines, text)
			case line == "id: epoch-7":
				ids++
			case line == "event: data":
				events++
			case line == "":
				ends++
			default:
				t.Fatalf("line %q in the frame of %q", line, data)
			}
		}
		want := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(data)
		if got := strings.Join(lines, "\n"); got != want || bytes.ContainsRune(fr.wire, '\r') {
			t.Fatalf("%q arrives as %q", data, got)
		}
		if ids != 1 || events != 1 || ends != 1 || !bytes.HasSuffix(fr.wire, []byte("\n\n")) {
			t.Fatalf("%q makes %d ids, %d names, %d ends", data, ids, events, ends)
		}
	})
}

// FuzzLast: no id makes the hub fail or hand out frames that it has not got.
func FuzzLast(f *testing.F) {
	h := NewHub(Options{Ring: 4})
	for range 9 {
		h.Publish("a", "x")
	}
	for _, s := range []string{"", "-", h.epoch, h.epoch + "-", "0", "9", "5", "4", "18446744073709551615", "-1", "+9", "٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, last := range []string{s, h.epoch + "-" + s} {
			missed, gap := h.since(last, Reader{Topics: []string{"a"}})
			if gap && missed != nil || len(missed) > 4 {
				t.Fatalf("%q: gap %t and %d frames", last, gap, len(missed))
			}
			for i, fr := range missed {
				if fr.seq != h.seq-uint64(len(missed)-1-i) {
					t.Fatalf("%q: frame %d has number %d", last, i, fr.seq)
				}
			}
			if from, ok := parseID(h.epoch, last); !gap && (!ok || from+uint64(len(missed)) != h.seq) {
				t.Fatalf("%q: %d frames are not all since it", last, len(missed))
			}
		}
	})
}

// BenchmarkPublish sends one fragment to a thousand readers, who all take it.
func BenchmarkPublish(b *testing.B) {
	h := NewHub(Options{})
	subs := make([]*subscription, 1000)
	for i := range subs {
		subs[i] = &subscription{reader: Reader{Topics: []string{"a"}}, queue: make(chan *frame, h.opts.Queue)}
		if _, err := h.subscribe(subs[i], ""); err != nil {
			b.Fatal(err)
		}
	}
	html := strings.Repeat("<p>some line of a fragment</p>\n", 40)
	b.ReportAllocs()
	for b.Loop() {
		h.Publish("a", html)
		for _, s := range subs {
			<-s.queue
		}
	}
}
