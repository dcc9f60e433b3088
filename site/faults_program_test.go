package site_test

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// killedByAFault: the switch ends the program in the middle of a job, and the
// next start does the job.
func killedByAFault(t *testing.T, binary string) {
	p := newProgram(t, binary, "FAULTS=mail.newsletter_link:kill=1")
	first := p.start(t)
	v := newVisitor(t, first.url)
	resp, err := v.PostForm(v.url+"/newsletter", url.Values{"email": {"wren@superbook.test"}, "action": {"subscribe"}})
	if err == nil { // the program may be gone before it has answered
		resp.Body.Close()
	}
	select {
	case err := <-first.ended:
		if err == nil || first.cmd.ProcessState.Exited() {
			t.Errorf("it ended by itself: %v", err)
		}
	case <-time.After(patience):
		t.Fatal("it is not killed")
	}
	for _, words := range []string{"faults are on", "killed on purpose", "mail.newsletter_link"} {
		if !strings.Contains(first.text(), words) {
			t.Errorf("the log does not say %q:\n%s", words, first.text())
		}
	}
	second := p.start(t)
	v.url = second.url
	for limit := time.Now().Add(patience); !strings.Contains(v.get(t, "/dev/mail", "text/html"), "To wren@superbook.test"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("the mail does not come:\n%s", second.text())
		}
	}
	second.stop()
	var attempts int
	must(t, p.open(t).Read.Raw("SELECT attempt FROM river_job WHERE kind = 'mail.newsletter_link'").Row().Scan(&attempts))
	if attempts != 2 {
		t.Errorf("%d attempts, want 2", attempts)
	}
}

// killedBesideAnother: the job of the process that dies is done by the one that
// lives, long before River itself would take it for stuck.
func killedBesideAnother(t *testing.T, binary string) {
	p := newProgram(t, binary, "FAULTS=mail.newsletter_link:kill=1")
	one := p.start(t)
	two := p.start(t)
	v := newVisitor(t, one.url)
	resp, err := v.PostForm(v.url+"/newsletter", url.Values{"email": {"wren@superbook.test"}, "action": {"subscribe"}})
	if err == nil {
		resp.Body.Close()
	}
	lives := one
	select {
	case <-one.ended:
		lives = two
	case <-two.ended:
	case <-time.After(patience):
		t.Fatal("none is killed")
	}
	d := p.open(t)
	until(t, func() bool {
		var n int
		must(t, d.Read.Raw("SELECT count(*) FROM river_job WHERE kind = 'mail.newsletter_link' AND state = 'completed' AND attempt = 2").Scan(&n).Error)
		return n == 1
	})
	lives.stop()
}
