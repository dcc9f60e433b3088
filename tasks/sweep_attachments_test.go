package tasks_test

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"superbook/site/sitetest"
)

// After a day a file that waits goes with its rows; what a post has, stays, and
// so does what nobody knows yet.
func TestSweepForgetsFilesWhosePostWasNeverSent(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	s.Work()
	b := s.As(t, s.Hero("nightheron"))
	picture := func(n int) []byte { return sitetest.JPEG(t, sitetest.Picture(60, 40, n)) }
	b.Say(url.Values{"attachment": {b.Attach("sent.jpg", picture(1)).Token, b.Attach("sent.txt", []byte("sent")).Token}})
	b.Attach("old.jpg", picture(2))
	b.Attach("old.txt", []byte("old"))
	b.Attach("young.txt", []byte("young"))
	s.Settle()
	s.Exec("UPDATE attachments SET created_at = ? WHERE name NOT LIKE 'young%'", time.Now().UTC().Add(-25*time.Hour))
	for _, name := range s.Kept() {
		aged(t, filepath.Join(s.Settings.DataDir, "media", name), 90*24*time.Hour)
	}
	lost, fresh := strings.Repeat("a", 32), strings.Repeat("b", 32)
	put(t, s, "files/attached/"+lost+"/file", 2*time.Hour)
	put(t, s, "files/attached/"+lost+"/0123456789abcdef/64.jpg", 2*time.Hour)
	put(t, s, "files/attached/"+fresh+"/file", 30*time.Minute)
	sweep(t, s, time.Hour)
	var names []string
	for _, a := range s.Attachments() {
		names = append(names, a.Name)
	}
	if !slices.Equal(names, []string{"sent.jpg", "sent.txt", "young.txt"}) || len(s.Photos()) != 1 {
		t.Errorf("left are %v and %d pictures", names, len(s.Photos()))
	}
	kept := s.Kept()
	if n := len(kept); n != 1+5+1+1+1 || !slices.Contains(kept, "files/attached/"+fresh+"/file") {
		t.Errorf("left are %s", strings.Join(kept, "\n"))
	}
	sweep(t, s, time.Hour)
	if !slices.Equal(s.Kept(), kept) {
		t.Errorf("a second sweep leaves %s", strings.Join(s.Kept(), "\n"))
	}
}

// A picture whose last attempt was killed with its sizes written keeps none.
func TestSweepRemovesTheSizesOfAFailedAttachment(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	b.Attach("a.jpg", sitetest.JPEG(t, sitetest.Picture(60, 40, 1)))
	original := s.Kept()
	s.Exec("UPDATE photos SET state = 'failed', failure = 'It broke.'")
	put(t, s, "files/attached/"+s.Attachments()[0].Folder+"/0123456789abcdef/64.jpg", 2*time.Hour)
	sweep(t, s, time.Hour)
	if got := s.Kept(); !slices.Equal(got, original) {
		t.Errorf("left are %v, want %v", got, original)
	}
}
