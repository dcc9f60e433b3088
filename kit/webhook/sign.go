package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of a message.
const (
	HeaderID        = "Webhook-Id"
	HeaderTimestamp = "Webhook-Timestamp" // Unix time in seconds, of the attempt and not of the message
	HeaderSignature = "Webhook-Signature" // one or several, separated by spaces
)

// version names the kind of signature: v1 is HMAC-SHA256.
const version = "v1"

// Sign sets the three headers for a message that is sent now. It signs with
// each secret: while one replaces another, who knows either can verify. Its
// error is ErrSecret, or one about an id that could be read in two ways.
func Sign(h http.Header, id string, body []byte, now time.Time, secrets ...Secret) error {
	// What is signed is "id.timestamp.body": a dot in the id would move the borders.
	if id == "" || strings.ContainsAny(id, ". \t\r\n") || len(secrets) == 0 {
		return errors.New("webhook: to sign takes an id without dots or spaces, and a secret")
	}
	timestamp := strconv.FormatInt(now.Unix(), 10)
	all := make([]string, len(secrets))
	for i, s := range secrets {
		key, err := s.key()
		if err != nil {
			return fmt.Errorf("sign message %s: %w", id, err)
		}
		all[i] = version + "," + base64.StdEncoding.EncodeToString(sum(key, id, timestamp, body))
	}
	h.Set(HeaderID, id)
	h.Set(HeaderTimestamp, timestamp)
	h.Set(HeaderSignature, strings.Join(all, " "))
	return nil
}

// sum is the HMAC of the message.
func sum(key []byte, id, timestamp string, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return mac.Sum(nil)
}
