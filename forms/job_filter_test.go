package forms_test

import (
	"net/url"
	"testing"
	"time"
	"unicode/utf8"

	"superbook/forms"
	"superbook/kit/queue"
)

// A filter that was read and tidied is the same again when it is written into a
// link and read from there.
func FuzzJobFilter(f *testing.F) {
	f.Add("failed", "photo.process", "media", "photo_id=12", int64(1_700_000_000_000_000), int64(7))
	f.Add("zzz", "\x00", "a\nb", "\xff%_\\", int64(-1), int64(-1))
	f.Fuzz(func(t *testing.T, state, kind, name, words string, at, after int64) {
		form := forms.JobFilter{State: queue.State(state), Kind: kind, Queue: name, Words: words, At: at, After: after}
		form.Tidy()
		link, err := url.ParseQuery(form.QueryAt(form.Mark())[1:])
		if err != nil {
			t.Fatal(err)
		}
		again := forms.JobFilter{State: queue.State(link.Get("state")), Kind: link.Get("kind"), Queue: link.Get("queue"), Words: link.Get("q"), At: form.At, After: form.After}
		if again.Tidy(); again != form {
			t.Errorf("%+v is read as %+v", form, again)
		}
		if !utf8.ValidString(form.Words) || form.Mark().At.Year() > 9999 || form.Mark().At.Before(time.Time{}) {
			t.Errorf("not tidy: %+v", form)
		}
	})
}
