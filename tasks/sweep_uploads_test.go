package tasks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"superbook/site/sitetest"
)

func TestSweepRemovesUploads(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	content := []byte("All boats home.")
	name := func(id string) string { return "partial/" + id }
	half := strings.TrimPrefix(b.Announce("a.txt", "", 99), "/uploads/")
	whole := b.Resumable("b.txt", "", content)
	expired := b.Resumable("c.txt", "", content)
	used := b.Resumable("d.txt", "", content)
	lost, fresh := strings.Repeat("a", 32), strings.Repeat("b", 32)
	b.JSON().Post("attachment.new", map[string][]string{"upload": {used}}).Is(201)
	must(t, s.Views.Files.RemovePartial(whole)) // a row without its file stays until it expires
	s.Exec("UPDATE uploads SET expires_at = ? WHERE id = ?", time.Now().UTC().Add(-time.Minute), expired)
	put(t, s, name(half), 23*time.Hour)
	put(t, s, name(used), 2*time.Hour) // it could not be removed when it was used
	put(t, s, name(lost), 2*time.Hour)
	put(t, s, name(fresh), 30*time.Minute)
	sweep(t, s, time.Hour)
	partials := slices.DeleteFunc(s.Kept(), func(n string) bool { return !strings.HasPrefix(n, "partial/") })
	want := []string{name(half), name(fresh)}
	slices.Sort(want)
	if !slices.Equal(partials, want) {
		t.Errorf("left are %q, want %q", partials, want)
	}
	if n := rows(t, s); n != 3 {
		t.Errorf("%d uploads are left, want the half one, the one without its file, and the used one", n)
	}
	s.Exec("UPDATE uploads SET expires_at = ?", time.Now().UTC().Add(-time.Minute))
	sweep(t, s, 0)
	if n := rows(t, s); n != 0 || len(s.Kept()) != 1 {
		t.Errorf("in the end there are %d uploads and the files %q", n, s.Kept())
	}
}

func rows(t *testing.T, s *sitetest.Site) (n int64) {
	t.Helper()
	must(t, s.DB.Read.Raw("SELECT count(*) FROM uploads").Scan(&n).Error)
	return n
}

// A member who is gone takes uploads along, and their files are then nobody's.
func TestSweepLooksAtManyUploadsInBatches(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Hero("nightheron")
	for i := range 1100 {
		id := fmt.Sprintf("%032x", i)
		put(t, s, "partial/"+id, 2*time.Hour)
		if i%2 == 0 {
			s.Exec("INSERT INTO uploads (id, user_id, created_at, expires_at, size, name, type, metadata) VALUES (?, ?, ?, ?, 1, 'a', '', '')",
				id, u.ID, time.Now().UTC(), time.Now().UTC().Add(-time.Minute))
		}
	}
	sweep(t, s, time.Hour)
	if n := rows(t, s); n != 0 || len(s.Kept()) > 0 {
		t.Errorf("%d uploads and %d files are left", n, len(s.Kept()))
	}
	id := s.As(t, u).Resumable("a.txt", "", []byte("x"))
	s.Exec("DELETE FROM users WHERE id = ?", u.ID)
	sweep(t, s, 0)
	if slices.Contains(s.Kept(), "partial/"+id) || rows(t, s) != 0 {
		t.Error("the upload of a member who is gone is left")
	}
}
