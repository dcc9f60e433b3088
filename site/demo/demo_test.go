package demo

import (
	"bytes"
	"errors"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	_ "golang.org/x/image/webp"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

func roster(t *testing.T) []Member {
	t.Helper()
	members, err := Roster()
	if err != nil {
		t.Fatal(err)
	}
	return members
}

func TestRosterHasEnoughOfEachKind(t *testing.T) {
	t.Parallel()
	members := roster(t)
	count := map[string]int{}
	var staff []string
	for _, m := range members {
		count[m.Kind]++
		if m.Staff {
			staff = append(staff, m.Username)
		}
	}
	if count["hero"] < 24 || count["fan"] < 12 || len(count) != 2 {
		t.Errorf("kinds: %v; want at least 24 heroes, 12 fans and nothing else", count)
	}
	if members[0].Username != "nightheron" || members[0].Kind != "hero" {
		t.Errorf("first is %q (%s), want the hero nightheron", members[0].Username, members[0].Kind)
	}
	if !slices.Equal(staff, []string{"keeper"}) {
		t.Errorf("staff: %v, want the keeper alone", staff)
	}
}

// Marks are let in beside letters: Devanagari writes its vowels with them.
var username = regexp.MustCompile(`^\p{L}[\p{L}\p{M}\p{N}_.-]{2,29}$`)

func TestUsernames(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, m := range roster(t) {
		if !username.MatchString(m.Username) || !norm.NFC.IsNormalString(m.Username) {
			t.Errorf("%q breaks the rule for usernames", m.Username)
		}
		key := cases.Fold().String(norm.NFKC.String(m.Username))
		if seen[key] {
			t.Errorf("%q is there twice", m.Username)
		}
		seen[key] = true
	}
}

func TestMembersAreComplete(t *testing.T) {
	t.Parallel()
	for _, m := range roster(t) {
		if m.Name == "" || m.Bio == "" || m.Origin == "" {
			t.Errorf("%s: name, bio and origin are needed: %+v", m.Username, m)
		}
		if n := utf8.RuneCountInString(m.Bio); n > 200 {
			t.Errorf("%s: bio has %d characters", m.Username, n)
		}
		if born, err := time.Parse(time.DateOnly, m.Birthdate); err != nil || born.Year() < 1880 || born.Year() > 2012 {
			t.Errorf("%s: birthdate %q", m.Username, m.Birthdate)
		}
		if (m.Portrait == "") != (m.Alt == "") {
			t.Errorf("%s: portrait %q but alt text %q", m.Username, m.Portrait, m.Alt)
		}
	}
}

func TestPowersAndAddresses(t *testing.T) {
	t.Parallel()
	owners := map[string]int{}
	for _, m := range roster(t) {
		if m.Kind == "hero" && (len(m.Powers) < 2 || len(m.Powers) > 4 || m.Address != "") {
			t.Errorf("%s: a hero has 2 to 4 powers and keeps the address secret: %v %q", m.Username, m.Powers, m.Address)
		}
		if m.Kind == "fan" && (len(m.Powers) != 0 || m.Address == "") {
			t.Errorf("%s: a fan has an address and no powers: %v %q", m.Username, m.Powers, m.Address)
		}
		for _, p := range m.Powers {
			owners[p]++
			if n := utf8.RuneCountInString(p); n == 0 || n > 24 || strings.TrimSpace(p) != p {
				t.Errorf("%s: power %q", m.Username, p)
			}
		}
	}
	shared := 0
	for _, n := range owners {
		if n > 1 {
			shared++
		}
	}
	if len(owners) < 30 || shared < 15 {
		t.Errorf("%d powers, %d of them shared; filters need at least 30 and 15", len(owners), shared)
	}
}

func TestPortraitsDecode(t *testing.T) {
	t.Parallel()
	format := map[string]string{".jpg": "jpeg", ".png": "png", ".webp": "webp"}
	used, total := map[string]bool{}, 0
	for _, m := range roster(t) {
		if m.Portrait == "" {
			continue
		}
		raw, err := Portrait(m.Portrait)
		if err != nil {
			t.Error(err)
			continue
		}
		img, got, err := image.Decode(bytes.NewReader(raw))
		if err != nil || got != format[path.Ext(m.Portrait)] || min(img.Bounds().Dx(), img.Bounds().Dy()) < 640 {
			t.Errorf("%s: format %q, error %v; want a whole picture of 640 pixels or more", m.Portrait, got, err)
		}
		if len(raw) > 60<<10 || used[m.Portrait] {
			t.Errorf("%s: %d bytes (at most 60 KB), used before: %t", m.Portrait, len(raw), used[m.Portrait])
		}
		used[m.Portrait], total = true, total+len(raw)
	}
	if total > 1600<<10 {
		t.Errorf("portraits weigh %d bytes, at most 1.6 MB", total)
	}
	entries, err := files.ReadDir("portraits")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !used[e.Name()] {
			t.Errorf("nobody uses portraits/%s", e.Name())
		}
	}
}

// One picture lies on its side and says so, for whoever has to turn it upright.
func TestOnePortraitHasAnOrientation(t *testing.T) {
	t.Parallel()
	raw, err := Portrait("wren-halyard.jpg")
	if err != nil {
		t.Fatal(err)
	}
	tag := []byte{0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6}
	if head := raw[:min(64, len(raw))]; !bytes.Contains(head, []byte("Exif\x00\x00MM")) || !bytes.Contains(head, tag) {
		t.Error("wren-halyard.jpg has no EXIF orientation 6")
	}
	if c, _, err := image.DecodeConfig(bytes.NewReader(raw)); err != nil || c.Width <= c.Height {
		t.Errorf("stored as %d×%d (error %v), want it wider than high", c.Width, c.Height, err)
	}
}

func TestPortraitOfNobody(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "nobody.jpg", "../roster.json", "/etc/passwd"} {
		if _, err := Portrait(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Portrait(%q): %v, want fs.ErrNotExist", name, err)
		}
	}
}

func TestDecodeIsStrict(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{`[{"username":"a","cape":"red"}]`, `[] []`, `[`, `{}`} {
		if _, err := strict[Member]([]byte(raw)); err == nil {
			t.Errorf("%s was accepted", raw)
		}
	}
	if _, err := strict[Post]([]byte(`[{"key":"a","comments":[{"minute":4}]}]`)); err == nil {
		t.Error("an unknown field of a comment was accepted")
	}
}
