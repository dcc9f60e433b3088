package webhook

import (
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Tolerance is how far the clocks of both sides may differ. What is older may
// be a message that somebody kept to send it again.
const Tolerance = 5 * time.Minute

// maxSignatures bounds the work that a stranger's header makes.
const maxSignatures = 16

// Why a message is not believed.
var (
	ErrHeaders   = errors.New("webhook: a header is missing or not of its form")
	ErrTime      = errors.New("webhook: the message is too old, or from the future")
	ErrSignature = errors.New("webhook: no signature is right")
)

// Verify says whether somebody who knows one of the secrets sent this body
// within Tolerance of now. It answers nil, ErrHeaders, ErrTime, ErrSignature,
// or ErrSecret when a secret of one's own is malformed. Whoever acts on a
// message remembers its Webhook-Id for as long, to act only once.
func Verify(h http.Header, body []byte, now time.Time, secrets ...Secret) error {
	id, timestamp := h.Get(HeaderID), h.Get(HeaderTimestamp)
	given, err := signatures(h.Get(HeaderSignature))
	if err != nil || id == "" || strings.Contains(id, ".") {
		return ErrHeaders
	}
	if err := recent(timestamp, now); err != nil {
		return err
	}
	right := false
	for _, s := range secrets {
		key, err := s.key()
		if err != nil {
			return fmt.Errorf("verify message: %w", err)
		}
		want := sum(key, id, timestamp, body)
		for _, got := range given {
			// All are compared, each in constant time, so that how long it takes
			// says nothing about which was nearly right.
			right = hmac.Equal(got, want) || right
		}
	}
	if !right {
		return ErrSignature
	}
	return nil
}

// signatures reads the header. Signatures of versions to come are skipped.
func signatures(header string) (all [][]byte, err error) {
	fields := strings.Fields(header)
	if len(fields) == 0 || len(fields) > maxSignatures {
		return nil, ErrHeaders
	}
	for _, field := range fields {
		kind, text, ok := strings.Cut(field, ",")
		if !ok {
			return nil, ErrHeaders
		}
		if kind != version {
			continue
		}
		raw, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil {
			return nil, ErrHeaders
		}
		all = append(all, raw)
	}
	return all, nil
}

// recent compares in seconds, without subtracting what could overflow.
func recent(timestamp string, now time.Time) error {
	at, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || strconv.FormatInt(at, 10) != timestamp {
		return ErrHeaders
	}
	if at < now.Add(-Tolerance).Unix() || at > now.Add(Tolerance).Unix() {
		return ErrTime
	}
	return nil
}
