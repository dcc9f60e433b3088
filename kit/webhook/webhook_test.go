package webhook_test

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	official "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"superbook/kit/webhook"
)

var body = []byte(`{"type":"task.done","data":{"words":"é < ё"}}`)

func signed(t testing.TB, id string, at time.Time, secrets ...webhook.Secret) http.Header {
	t.Helper()
	h := http.Header{}
	if err := webhook.Sign(h, id, body, at, secrets...); err != nil {
		t.Fatal(err)
	}
	return h
}

// The vector that the specification's own libraries test against.
func TestPublishedVector(t *testing.T) {
	t.Parallel()
	h := http.Header{}
	payload, at := []byte(`{"test": 2432232314}`), time.Unix(1614265330, 0)
	const secret = webhook.Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err := webhook.Sign(h, "msg_p5jXN8AQM9LWM0D4loKWxJek", payload, at, secret); err != nil {
		t.Fatal(err)
	}
	if got, want := h.Get(webhook.HeaderSignature), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("the signature is %s, want %s", got, want)
	}
	if err := webhook.Verify(h, payload, at, secret); err != nil {
		t.Error(err)
	}
}

// Both ways: the official library believes us, and we believe it.
func TestOfficialLibraryAgrees(t *testing.T) {
	t.Parallel()
	for range 50 {
		old, secret, id, now := webhook.NewSecret(), webhook.NewSecret(), webhook.NewID(), time.Now()
		h := signed(t, id, now, secret, old)
		for _, s := range []webhook.Secret{old, secret} {
			theirs, err := official.NewWebhook(string(s))
			if err != nil {
				t.Fatal(err)
			}
			if err := theirs.Verify(body, h); err != nil {
				t.Errorf("the official library says %v", err)
			}
			signature, err := theirs.Sign(id, now, body)
			if err != nil {
				t.Fatal(err)
			}
			h2 := h.Clone()
			h2.Set(webhook.HeaderSignature, signature)
			if err := webhook.Verify(h2, body, now, s); err != nil {
				t.Errorf("we do not believe the official library: %v", err)
			}
		}
		if theirs, err := official.NewWebhook(string(webhook.NewSecret())); err != nil || theirs.Verify(body, h) == nil {
			t.Errorf("a stranger's secret verifies, %v", err)
		}
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	secret, old, strange := webhook.NewSecret(), webhook.NewSecret(), webhook.NewSecret()
	for name, tt := range map[string]struct {
		change  func(h http.Header)
		body    string
		at      time.Duration // of the receiver's clock
		secrets []webhook.Secret
		want    error
	}{
		"as it was sent":             {},
		"by the old secret":          {secrets: []webhook.Secret{old}},
		"a receiver that knows two":  {secrets: []webhook.Secret{strange, secret}},
		"a clock 5 minutes ahead":    {at: 5 * time.Minute},
		"a clock 5 minutes behind":   {at: -5 * time.Minute},
		"kept for too long":          {at: 5*time.Minute + time.Second, want: webhook.ErrTime},
		"from the future":            {at: -5*time.Minute - time.Second, want: webhook.ErrTime},
		"another body":               {body: `{"type":"task.failed"}`, want: webhook.ErrSignature},
		"a stranger's secret":        {secrets: []webhook.Secret{strange}, want: webhook.ErrSignature},
		"no secret at all":           {secrets: []webhook.Secret{}, want: webhook.ErrSignature},
		"another id":                 {change: set(webhook.HeaderID, "msg_other"), want: webhook.ErrSignature},
		"another time":               {change: set(webhook.HeaderTimestamp, "1800000001"), want: webhook.ErrSignature},
		"time as a sum":              {change: set(webhook.HeaderTimestamp, "+1800000000"), want: webhook.ErrHeaders},
		"time with a fraction":       {change: set(webhook.HeaderTimestamp, "1800000000.0"), want: webhook.ErrHeaders},
		"the end of time":            {change: set(webhook.HeaderTimestamp, "9223372036854775807"), want: webhook.ErrTime},
		"before all time":            {change: set(webhook.HeaderTimestamp, "-9223372036854775808"), want: webhook.ErrTime},
		"no time":                    {change: set(webhook.HeaderTimestamp, ""), want: webhook.ErrHeaders},
		"no id":                      {change: set(webhook.HeaderID, ""), want: webhook.ErrHeaders},
		"borders moved":              {change: set(webhook.HeaderID, "msg_x.1800000000"), want: webhook.ErrHeaders},
		"no signature":               {change: set(webhook.HeaderSignature, " "), want: webhook.ErrHeaders},
		"no version":                 {change: set(webhook.HeaderSignature, "abc="), want: webhook.ErrHeaders},
		"not base64":                 {change: set(webhook.HeaderSignature, "v1,%%%"), want: webhook.ErrHeaders},
		"an empty one":               {change: set(webhook.HeaderSignature, "v1,"), want: webhook.ErrSignature},
		"only of a version to come":  {change: set(webhook.HeaderSignature, "v2,anything"), want: webhook.ErrSignature},
		"beside a version to come":   {change: func(h http.Header) { h.Set(webhook.HeaderSignature, "v1a,? "+h.Get(webhook.HeaderSignature)) }},
		"more than anybody needs":    {change: set(webhook.HeaderSignature, strings.Repeat("v1,AAAA ", 17)), want: webhook.ErrHeaders},
		"a secret without its start": {secrets: []webhook.Secret{"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, want: webhook.ErrSecret},
	} {
		h := signed(t, "msg_x", now, secret, old)
		if tt.change != nil {
			tt.change(h)
		}
		content, secrets := string(body), tt.secrets
		if tt.body != "" {
			content = tt.body
		}
		if secrets == nil {
			secrets = []webhook.Secret{secret}
		}
		if err := webhook.Verify(h, []byte(content), now.Add(tt.at), secrets...); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

func set(name, value string) func(http.Header) {
	return func(h http.Header) { h.Set(name, value) }
}

func TestSecretsOfOtherForms(t *testing.T) {
	t.Parallel()
	for _, s := range []webhook.Secret{"", "whsec_", "whsec_AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "whsec_!!!",
		webhook.Secret("whsec_" + strings.Repeat("A", 88))} {
		if err := webhook.Sign(http.Header{}, "msg_x", body, time.Now(), s); !errors.Is(err, webhook.ErrSecret) || !errors.Is(s.Check(), webhook.ErrSecret) {
			t.Errorf("%q signs: %v", string(s), err)
		}
	}
	if err := webhook.NewSecret().Check(); err != nil {
		t.Error(err)
	}
}

func TestSignTakesNoAmbiguousID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "a.b", "a b", "a\r\nX-Forged: 1"} {
		if err := webhook.Sign(http.Header{}, id, body, time.Now(), webhook.NewSecret()); err == nil {
			t.Errorf("%q is signed", id)
		}
	}
	if err := webhook.Sign(http.Header{}, "msg_x", body, time.Now()); err == nil {
		t.Error("no secret signs")
	}
}

func TestSecretIsNotPrinted(t *testing.T) {
	t.Parallel()
	s := webhook.NewSecret()
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%v %s %q %#v", s, s, s, s), fmt.Sprintf("%+v", struct{ S webhook.Secret }{s})} {
		if strings.Contains(text, string(s)[6:]) {
			t.Errorf("printed: %s", text)
		}
	}
}

// Whatever the headers hold, Verify neither panics nor believes them, unless
// they are the right ones.
func FuzzVerify(f *testing.F) {
	now, secret := time.Unix(1_800_000_000, 0), webhook.Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	h := signed(f, "msg_x", now, secret)
	right := h.Get(webhook.HeaderSignature)
	for _, s := range []string{right, "v1," + right, "v1,", ",", "v1", right + " " + right, "v2,x " + right, "v1,\x00", "v1,AA==\n"} {
		f.Add("msg_x", "1800000000", s)
	}
	f.Add("msg_x.1800000000", "", right)
	f.Add("", strconv.Itoa(1<<62), "v1,")
	f.Fuzz(func(t *testing.T, id, timestamp, signature string) {
		h := http.Header{}
		h.Set(webhook.HeaderID, id)
		h.Set(webhook.HeaderTimestamp, timestamp)
		h.Set(webhook.HeaderSignature, signature)
		err := webhook.Verify(h, body, now, secret)
		if err == nil && (id != "msg_x" || timestamp != "1800000000" || !strings.Contains(signature, right)) {
			t.Errorf("believed %q %q %q", id, timestamp, signature)
		}
	})
}
