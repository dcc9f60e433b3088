package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"time"
)

// What Open finds wrong with a token.
var (
	ErrForged  = errors.New("auth: token is not ours")
	ErrExpired = errors.New("auth: token has expired")
)

// Signer makes tokens that prove, for a while, that this site wrote them, such
// as the link in a password reset mail. They are signed, not secret: the payload
// can be read by whoever holds the token. They can be used more than once; put
// the user's Stamp into the payload if they should stop working when used.
type Signer struct {
	secret []byte
	now    func() time.Time
}

// NewSigner signs with keys derived from secret, one for each purpose.
func NewSigner(secret []byte) *Signer {
	return &Signer{secret: append([]byte(nil), secret...), now: time.Now}
}

// Sign gives a URL-safe token that Open accepts for the same purpose until then
// (whole seconds).
func (s *Signer) Sign(purpose, payload string, until time.Time) string {
	body := binary.BigEndian.AppendUint64(nil, uint64(until.Unix()))
	body = append(body, payload...)
	return encoding.EncodeToString(append(s.sum(purpose, body), body...))
}

// Open gives the payload of a token, or ErrForged, or ErrExpired.
func (s *Signer) Open(purpose, token string) (string, error) {
	if strings.ContainsAny(token, "\r\n") { // the decoder would skip them
		return "", ErrForged
	}
	raw, err := encoding.DecodeString(token)
	if err != nil || len(raw) < sha256.Size+8 {
		return "", ErrForged
	}
	sum, body := raw[:sha256.Size], raw[sha256.Size:]
	if !hmac.Equal(sum, s.sum(purpose, body)) {
		return "", ErrForged
	}
	if s.now().Unix() >= int64(binary.BigEndian.Uint64(body)) {
		return "", ErrExpired
	}
	return string(body[8:]), nil
}

func (s *Signer) sum(purpose string, body []byte) []byte {
	return mac(mac(s.secret, "kit/auth signer "+purpose), string(body))
}

// Stamp turns a password hash into a mark that sessions carry: it changes with
// the password, and says nothing about the hash.
func Stamp(secret []byte, passwordHash string) string {
	return encoding.EncodeToString(mac(mac(secret, "kit/auth stamp"), passwordHash))
}

var encoding = base64.RawURLEncoding.Strict()

func mac(key []byte, message string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(message))
	return m.Sum(nil)
}
