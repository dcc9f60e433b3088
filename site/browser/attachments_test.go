package browser_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	"superbook/kit/browsertest"
	"superbook/site/sitetest"
)

// attach fills the site with a post that has a file of each kind, for the walk
// over every page, and one whose picture is in work.
func (c *cast) attach(t *testing.T) {
	b := c.As(t, c.hero)
	say := func(text string, files ...sitetest.File) {
		form := url.Values{"text": {text}}
		for _, f := range files {
			u := b.Attach(f.Name, f.Content)
			form.Add("attachment", u.Token)
			form.Set("alt-"+u.Token, "Four colours, in four quarters")
		}
		b.Say(form)
	}
	jpeg := func(n, w, h int) sitetest.File {
		return sitetest.File{Name: fmt.Sprintf("harbour-%d.jpg", n), Content: sitetest.JPEG(t, sitetest.Picture(w, h, n))}
	}
	say("One", jpeg(11, 640, 400))
	say("Four", jpeg(12, 640, 400), jpeg(13, 300, 900), jpeg(14, 900, 300), jpeg(15, 64, 64))
	say("Of every kind", sitetest.File{Name: "a-wave-that-moves.gif", Content: sitetest.GIF(t, sitetest.Picture(320, 200, 1), sitetest.Picture(320, 200, 2))},
		sitetest.File{Name: "horn.wav", Content: sitetest.WAV()}, sitetest.File{Name: "clip.webm", Content: sitetest.WebM()},
		sitetest.File{Name: "the plan of the harbour with all of its piers and a name that does not end.pdf", Content: sitetest.PDF()})
	say("In work", jpeg(16, 640, 400), jpeg(17, 640, 400))
	c.Settle()
	c.Exec("UPDATE photos SET state = 'processing', progress = 40, version = '' WHERE id = (SELECT MAX(id) FROM photos)")
	c.Exec("UPDATE photos SET state = 'failed', version = '' WHERE id = (SELECT MAX(id) - 1 FROM photos)")
}

const ready = "(i => i && i.complete && i.naturalWidth > 0)(document.querySelector(%q))"

// filesAttached chooses two files, removes one, sends too long a text, and finds
// the other one in the form that comes back; then posts it, and sees it become
// ready.
func filesAttached(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero, asked := w.Hero("grey-heron"), w.ask()
	reached, letGo := w.holdUploads(t)
	tab := w.tab(t, b, hero)
	tab.Open(w.url + "/feed")
	write := func(words string) {
		browsertest.Eval[bool](tab, fmt.Sprintf("(t => { t.value = %s; return t.dispatchEvent(new Event('input', {bubbles: true})) })(document.querySelector('#text'))", words))
	}
	write("'x'.repeat(499) + '👨‍👩‍👧‍👦'")
	tab.WaitText("[data-composer-count]", "0 left")
	write("'x'.repeat(500) + '👨‍👩‍👧‍👦'")
	tab.WaitText("[data-composer-count]", "1 too many")
	tab.WaitText("[data-composer-status]", "Too long by 1.")

	tab.SetFile("#files", fileOf(t, "harbour.jpg", heavy(t)))
	waitFor(t, "the first part of the picture", reached)
	tab.WaitFor("(p => p && p.value > 0 && p.value < 100)(document.querySelector('.chosen-file progress'))")
	tab.SetFile("#files", fileOf(t, "plan.txt", []byte("words")))
	tab.WaitText("[data-composer-status]", "plan.txt is here.")
	spotless(t, tab, "while a file is sent")
	tab.Click(".chosen-file:nth-child(2) [data-remove]")
	tab.WaitFor("document.querySelectorAll('.chosen-file').length === 1 && document.activeElement.matches('.chosen-file [data-remove]')")
	tab.Click(".composer .btn.ink")
	tab.WaitVisible(".composer[aria-busy]")
	if n := asked.times("POST /posts/new"); n != 0 {
		t.Errorf("the post went %d times before its file was here", n)
	}
	letGo() // now the form goes by itself
	tab.WaitURL("/posts/new")
	tab.WaitText("#text-error", "Keep it to 500 characters")
	tab.WaitText(".chosen-name", "harbour.jpg")
	spotless(t, tab, "when the form has come back")
	if names := namesOf(w); !slices.Equal(names, []string{"harbour.jpg"}) {
		t.Errorf("waiting are %v", names)
	}

	write("'All boats home.'")
	tab.Type(".chosen-file input[id^=alt-]", whatItIs)
	tab.Click(".composer .btn.ink")
	tab.WaitURL("/feed")
	tab.WaitVisible(".file .shot.wait progress")
	tab.WaitVisible(`body[data-live-state=on]`)
	mark(tab)
	height := browsertest.Eval[float64](tab, "document.querySelector('.file .shot').getBoundingClientRect().height")
	w.Work()
	tab.WaitFor(fmt.Sprintf(ready, ".file a.shot img:last-child"))
	if alt := browsertest.Eval[string](tab, "document.querySelector('.file a.shot img:last-child').alt"); alt != whatItIs || !marked(tab) {
		t.Errorf("it is said to show %q, on the same page: %v", alt, marked(tab))
	}
	if now := browsertest.Eval[float64](tab, "document.querySelector('.file .shot').getBoundingClientRect().height"); now != height {
		t.Errorf("it was %v pixels high while in work, and is %v", height, now)
	}
	quiet(t, tab, "status of 422 ")
}

func namesOf(w *world) (names []string) {
	for _, a := range w.Attachments() {
		names = append(names, a.Name)
	}
	return names
}

// filesBare sends the file with the form, describes it, and takes it out again.
func filesBare(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	w.Work()
	tab := w.tab(t, b, w.Hero("grey-heron"))
	tab.NoScript()
	tab.Open(w.url + "/posts/new")
	add := func(name string, content []byte) {
		tab.SetFile("#files", fileOf(t, name, content))
		tab.Click("button[name=add]")
		tab.WaitText(".chosen", name)
	}
	add("harbour.jpg", picture(t))
	add("plan.txt", []byte("words"))
	tab.WaitFor("document.querySelector('#files').getBoundingClientRect().width > 200") // it says itself what is chosen
	tab.Type(".chosen-file input[id^=alt-]", whatItIs)
	tab.Click(".chosen-file:nth-child(2) [data-remove]")
	tab.WaitFor("document.querySelectorAll('.chosen-file').length === 1 && document.readyState === 'complete'")
	tab.Type("#text", "All boats home.")
	tab.Type("#to", "\r") // Enter in a field posts; it removes nothing
	tab.WaitURL("/feed")
	tab.WaitText("#posts", "All boats home.")
	w.Settle()
	if p := w.Photos(); len(p) != 1 || p[0].Alt != whatItIs || !slices.Equal(namesOf(w), []string{"harbour.jpg"}) {
		t.Errorf("kept are %v, described as %+v", namesOf(w), p)
	}
}

// filesPlayed plays a picture that moves, in place of its poster, and stops it.
func filesPlayed(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	w.Work()
	hero := w.As(t, w.Hero("grey-heron"))
	u := hero.Attach("wave.gif", sitetest.GIF(t, sitetest.Picture(320, 200, 1), sitetest.Picture(320, 200, 2)))
	sound := hero.Attach("horn.wav", sitetest.WAV())
	post := hero.Say(url.Values{"attachment": {u.Token, sound.Token}})
	w.Settle()
	tab := w.tab(t, b, stranger)
	tab.Open(w.url + w.Path("post", post))
	tab.WaitFor("document.querySelector('audio').duration > 0.09") // it is read in parts
	shows := func(file string) {
		tab.WaitFor(fmt.Sprintf("(i => i.src.endsWith(%q) && i.complete && i.naturalWidth > 0)(document.querySelector('.shot img:last-of-type'))", file))
	}
	shows("/1280.jpg")
	tab.Click("button.play[aria-pressed=false]")
	shows("/wave.gif")
	spotless(t, tab, "while it moves")
	tab.Click("button.play[aria-pressed=true]")
	shows("/1280.jpg")
	quiet(t, tab)
}
