package browsertest_test

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"superbook/kit/browsertest"
)

func TestUpload(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	for name, test := range map[string]func(*testing.T, *uploadSite, *browsertest.Tab){
		"progress, then the next page": uploadProgress,
		"cancel":                       uploadCancel,
		"refused with words":           uploadRefused,
		"connection lost, then again":  uploadLost,
		"checked before it is sent":    uploadChecked,
		"removed after it was chosen":  uploadUnreadable,
		"another picture is chosen":    uploadChanged,
		"sent to the login":            uploadLogin,
		"without scripts":              uploadBare,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startUpload(t)
			s.then(accept)
			tab := browser.Tab(t)
			if name == "without scripts" {
				tab.NoScript()
			}
			tab.Open(s.url + "/new")
			test(t, s, tab)
		})
	}
}

// hold reads the first part of an upload and the rest when told to.
func hold(s *uploadSite, t *testing.T) (release func()) {
	gate := make(chan struct{})
	once := func() {
		select {
		case <-gate:
		default:
			close(gate)
		}
	}
	t.Cleanup(once)
	s.then(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.CopyN(io.Discard, r.Body, 1<<20); err != nil {
			panic(http.ErrAbortHandler)
		}
		<-gate
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			panic(http.ErrAbortHandler)
		}
		reply(w, http.StatusAccepted, map[string]any{"url": "/photos/7"})
	})
	return once
}

func uploadProgress(t *testing.T, s *uploadSite, tab *browsertest.Tab) {
	release := hold(s, t)
	tab.SetFile("input", fileOf(t, "big.png", 16<<20))
	tab.WaitFor("(i => i.checkVisibility() && i.complete && i.naturalWidth === 1 && i.src.startsWith('blob:'))(document.querySelector('img'))")
	tab.Click("#send")
	tab.WaitFor("(p => p.checkVisibility() && p.value > 0 && p.value < 1)(document.querySelector('progress'))")
	tab.WaitText("[data-upload-status]", "Sending")
	tab.WaitVisible("#cancel")
	tab.Click("#send") // once is enough
	if v := tab.Axe(); len(v) != 0 {
		t.Errorf("while sending: %v", v)
	}
	noComplaints(t, tab)
	release()
	tab.WaitURL("/photos/7")
	if n := s.tries.Load(); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func uploadCancel(t *testing.T, s *uploadSite, tab *browsertest.Tab) {
	hold(s, t)
	tab.SetFile("input", fileOf(t, "big.png", 16<<20))
	tab.Click("#send")
	tab.Click("#cancel")
	tab.WaitText("[data-upload-status]", "Stopped.")
	tab.WaitGone("progress, #cancel")
	s.then(accept)
	tab.Click("#send")
	tab.WaitURL("/photos/7")
}

func uploadRefused(t *testing.T, s *uploadSite, tab *browsertest.Tab) {
	for _, c := range []struct {
		body map[string]any
		want string
	}{
		{map[string]any{"detail": "Look again.", "errors": map[string]string{"photo": "That is no photo."}}, "That is no photo."},
		{map[string]any{"detail": "Slow down."}, "Slow down."},
		{map[string]any{}, "That did not work. Try again in a moment."},
	} {
		s.then(func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.Copy(io.Discard, r.Body); err == nil {
				reply(w, http.StatusUnprocessableEntity, c.body)
			}
		})
		tab.SetFile("input", fileOf(t, "notes.png", 10))
		tab.Click("#send")
		tab.WaitFor(fmt.Sprintf("document.querySelector('[data-upload-error]').textContent === %q", c.want))
		tab.WaitVisible("input[aria-invalid=true]")
		tab.WaitGone("progress, #cancel, [aria-busy], [aria-disabled]")
	}
	if v := tab.Axe(); len(v) != 0 {
		t.Errorf("with an error: %v", v)
	}
}

func uploadLost(t *testing.T, s *uploadSite, tab *browsertest.Tab) {
	s.then(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	tab.SetFile("input", fileOf(t, "photo.png", 4<<20))
	tab.Click("#send")
	tab.WaitText("[data-upload-status]", "Line is gone, again in 1.")
	tab.WaitVisible("#cancel")
	s.then(accept)
	tab.WaitURL("/photos/7") // by itself
}

func uploadChecked(t *testing.T, s *uploadSite, tab *browsertest.Tab) {
	for file, want := range map[string]string{
		fileWith(t, "photo.jpg", []byte("\x00\x00\x00\x18ftypheic")):                   "Save it as JPEG.",
		fileWith(t, "huge.gif", append([]byte("GIF89a"), make([]byte, 20_000_000)...)): "Too large, friend.",
	} {
		tab.SetFile("input", file)
		tab.WaitText("[data-upload-error]", want) // as soon as it is chosen
		tab.Click("#send")
		tab.WaitText("[data-upload-error]", want)
		tab.WaitGone("img")
	}
	if n := s.tries.Load(); n != 0 {
		t.Errorf("sent %d times", n)
	}
	tab.SetFile("input", fileOf(t, "good.png", 10))
	tab.WaitFor("document.querySelector('[data-upload-error]').textContent === ''")
	tab.Click("#send")
	tab.WaitURL("/photos/7")
}

// uploadUnreadable loses the right to read the file when it is sent, and before it is looked at.
func uploadUnreadable(t *testing.T, s *uploadSite, tab *browsertest.Tab) {
	browsertest.Eval[bool](tab, `(slice => {
		window.lose = () => { Blob.prototype.slice = () => ({arrayBuffer: () => Promise.reject(new DOMException('', 'NotReadableError'))}); return true; };
		window.mend = () => { Blob.prototype.slice = slice; return true; };
		document.addEventListener('submit', lose, {capture: true, once: true});
		return true;
	})(Blob.prototype.slice)`)
	refused := func() {
		tab.WaitText("[data-upload-error]", "Choose it again.")
		tab.WaitFor("document.querySelector('input').files.length === 0")
		tab.WaitGone("img, progress, #cancel, [aria-busy], [aria-disabled]")
		browsertest.Eval[bool](tab, "mend()")
	}
	tab.SetFile("input", fileOf(t, "photo.png", 10))
	tab.WaitFor("(i => i.checkVisibility() && i.naturalWidth === 1)(document.querySelector('img'))")
	browsertest.Eval[bool](tab, "document.querySelector('#send').click() === undefined") // the preview may still move the button
	refused()
	browsertest.Eval[bool](tab, "lose()")
	tab.SetFile("input", fileOf(t, "photo.png", 10))
	refused()
	if n := s.tries.Load(); n != 0 {
		t.Errorf("sent %d times", n)
	}
	tab.SetFile("input", fileOf(t, "photo.png", 10))
	tab.Click("#send")
	tab.WaitURL("/photos/7")
	noComplaints(t, tab)
}

// uploadChanged sends a picture, and chooses another before the first is prepared.
func uploadChanged(t *testing.T, s *uploadSite, tab *browsertest.Tab) {
	var sent atomic.Pointer[string]
	s.then(func(w http.ResponseWriter, r *http.Request) {
		if _, head, err := r.FormFile("photo"); err == nil {
			sent.Store(&head.Filename)
		}
		reply(w, http.StatusAccepted, map[string]any{"url": "/photos/7"})
	})
	browsertest.Eval[bool](tab, `(shrink => {
		pictures.shrink = (file, most) => file.name === 'first.png' ? new Promise(done => { window.letGo = () => done(file); }) : shrink(file, most);
		return true;
	})(pictures.shrink)`)
	tab.SetFile("input", fileOf(t, "first.png", 10))
	tab.Click("#send")
	tab.WaitVisible("[aria-busy]")
	tab.SetFile("input", fileOf(t, "second.png", 10))
	tab.WaitText("[data-upload-status]", "Stopped.")
	tab.WaitGone("progress, #cancel, [aria-busy], [aria-disabled]")
	browsertest.Eval[bool](tab, "letGo() === undefined")
	tab.Click("#send")
	tab.WaitURL("/photos/7")
	if name := sent.Load(); s.tries.Load() != 1 || name == nil || *name != "second.png" {
		t.Errorf("after %d tries %v was sent last", s.tries.Load(), name)
	}
}

func uploadLogin(t *testing.T, s *uploadSite, tab *browsertest.Tab) {
	s.then(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			http.Redirect(w, r, "/login", http.StatusSeeOther)
		}
	})
	tab.SetFile("input", fileOf(t, "photo.png", 10))
	tab.Click("#send")
	tab.WaitURL("/login")
}

func uploadBare(t *testing.T, _ *uploadSite, tab *browsertest.Tab) {
	tab.SetFile("input", fileOf(t, "photo.png", 10))
	tab.Click("#send")
	tab.WaitURL("/photos/7")
}
