// Package webhook signs messages to other people's servers and verifies them,
// as Standard Webhooks has it (https://www.standardwebhooks.com): any of its
// libraries, in any language, reads what this one writes.
package webhook

import (
	"crypto/rand"
	"database/sql/driver"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// Secret is what both sides know: "whsec_" and the base64 of 24 to 64 bytes.
type Secret string

// ErrSecret says that a secret is not of that form. It never repeats it.
var ErrSecret = errors.New("webhook: a secret is whsec_ and the base64 of 24 to 64 bytes")

const (
	secretPrefix = "whsec_"
	secretBytes  = 32 // as long as what HMAC-SHA256 makes of it
	idPrefix     = "msg_"
)

// NewSecret makes a secret that nobody can guess.
func NewSecret() Secret {
	var key [secretBytes]byte
	rand.Read(key[:]) // never fails: it ends the program first
	return Secret(secretPrefix + base64.StdEncoding.EncodeToString(key[:]))
}

// NewID makes the number of a message, the same for each attempt to deliver it.
func NewID() string { return idPrefix + rand.Text() }

// String hides the secret, so that no log says it by accident.
func (Secret) String() string { return secretPrefix + "…" }

// GoString hides it from %#v too.
func (s Secret) GoString() string { return s.String() }

// Value is what a database keeps: the secret itself, which String would hide.
func (s Secret) Value() (driver.Value, error) { return string(s), nil }

// key is the bytes that sign, or ErrSecret.
func (s Secret) key() ([]byte, error) {
	text, ok := strings.CutPrefix(string(s), secretPrefix)
	if !ok {
		return nil, ErrSecret
	}
	key, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(key) < 24 || len(key) > 64 {
		return nil, ErrSecret
	}
	return key, nil
}

// Check reports whether a secret is of the right form: nil, or ErrSecret.
func (s Secret) Check() error {
	if _, err := s.key(); err != nil {
		return fmt.Errorf("check a secret: %w", err)
	}
	return nil
}
