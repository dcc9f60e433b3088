package auth

import (
	"errors"
	"net/url"
	"testing"
	"time"
)

var signedAt = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func signer(secret string, at time.Time) *Signer {
	s := NewSigner([]byte(secret))
	s.now = func() time.Time { return at }
	return s
}

func TestSigner(t *testing.T) {
	t.Parallel()
	until := signedAt.Add(time.Hour)
	good := signer("secret", signedAt).Sign("reset", "7 stamp", until)
	flipped := []byte(good)
	flipped[len(flipped)-1] ^= 1
	for name, tc := range map[string]struct {
		secret, purpose, token string
		at                     time.Time
		want                   error
	}{
		"good":           {"secret", "reset", good, signedAt, nil},
		"last moment":    {"secret", "reset", good, until.Add(-time.Second), nil},
		"expired":        {"secret", "reset", good, until, ErrExpired},
		"other purpose":  {"secret", "join", good, signedAt, ErrForged},
		"other secret":   {"public", "reset", good, signedAt, ErrForged},
		"forged, old":    {"public", "reset", good, until, ErrForged},
		"changed":        {"secret", "reset", string(flipped), signedAt, ErrForged},
		"longer":         {"secret", "reset", good + "AAAA", signedAt, ErrForged},
		"shorter":        {"secret", "reset", good[:len(good)-4], signedAt, ErrForged},
		"with a newline": {"secret", "reset", good[:9] + "\n" + good[9:], signedAt, ErrForged},
		"empty":          {"secret", "reset", "", signedAt, ErrForged},
		"no base64":      {"secret", "reset", "%%%", signedAt, ErrForged},
	} {
		payload, err := signer(tc.secret, tc.at).Open(tc.purpose, tc.token)
		if !errors.Is(err, tc.want) || tc.want == nil && (err != nil || payload != "7 stamp") || err != nil && payload != "" {
			t.Errorf("%s: %q, %v; want error %v", name, payload, err, tc.want)
		}
	}
	if url.QueryEscape(good) != good {
		t.Errorf("%q is not safe in a URL", good)
	}
}

func TestStamp(t *testing.T) {
	t.Parallel()
	a := Stamp([]byte("k"), "hash")
	if a == "" || a != Stamp([]byte("k"), "hash") || a == Stamp([]byte("k"), "hash2") || a == Stamp([]byte("k2"), "hash") {
		t.Fatal("a stamp must follow from secret and hash, and from nothing else")
	}
}

func FuzzSignerOpen(f *testing.F) {
	s := signer("secret", signedAt)
	f.Add("reset", s.Sign("reset", "7", signedAt.Add(time.Hour)))
	f.Add("reset", "")
	f.Add("reset", "AAAA.BBBB")
	f.Fuzz(func(t *testing.T, purpose, token string) {
		payload, err := s.Open(purpose, token)
		if err != nil {
			return
		}
		raw, err := encoding.DecodeString(token)
		if err != nil || s.Sign(purpose, payload, time.Unix(expiryIn(raw), 0)) != token {
			t.Fatalf("%q opened, but we would not have signed it so", token)
		}
	})
}

func FuzzSignThenOpen(f *testing.F) {
	s := signer("secret", signedAt)
	f.Add("reset", "7 stamp")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, purpose, payload string) {
		got, err := s.Open(purpose, s.Sign(purpose, payload, signedAt.Add(time.Minute)))
		if got != payload || err != nil {
			t.Fatalf("%q came back as %q, %v", payload, got, err)
		}
	})
}

func expiryIn(raw []byte) int64 {
	var n int64
	for _, b := range raw[32:40] {
		n = n<<8 | int64(b)
	}
	return n
}
