package site

import (
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/caarlos0/env/v11"

	"superbook/kit/fault"
	"superbook/kit/mail"
	"superbook/tasks"
)

func wrong(name, format string, args ...any) error {
	return fmt.Errorf("%w: %s: %s", ErrSettings, name, fmt.Sprintf(format, args...))
}

// unreadable names the variable whose value has the wrong form; env itself
// names the field of the struct.
func unreadable(err error) error {
	var bad env.ParseError
	if !errors.As(err, &bad) {
		return fmt.Errorf("%w: %w", ErrSettings, err)
	}
	field, _ := reflect.TypeFor[Settings]().FieldByName(bad.Name)
	want := map[string]string{"bool": "true or false", "time.Duration": "a time like 20s"}[field.Type.String()]
	if want == "" {
		want = "a whole number"
	}
	return wrong(field.Tag.Get("env"), "it has to be %s: %v", want, bad.Err)
}

func (s Settings) check() error {
	if _, port, err := net.SplitHostPort(s.Addr); err != nil || !isPort(port) {
		return wrong("ADDR", "%q is not host:port", s.Addr)
	}
	if !isWeb(s.BaseURL) {
		return wrong("BASE_URL", "%q does not begin with http:// or https://", s.BaseURL)
	}
	for _, p := range s.TrustedProxies {
		if _, _, err := net.ParseCIDR(p); err != nil {
			return wrong("TRUSTED_PROXIES", "%q is not a network like 10.0.0.0/8", p)
		}
	}
	if _, ok := levels[s.LogLevel]; !ok {
		return wrong("LOG_LEVEL", "%q is none of debug, info, warn, error", s.LogLevel)
	}
	if s.MediaWorkers < 1 {
		return wrong("MEDIA_WORKERS", "%d is too few, it takes 1", s.MediaWorkers)
	}
	if s.MediaBudgetMB < 16 {
		return wrong("MEDIA_BUDGET_MB", "%d is too little, it takes 16", s.MediaBudgetMB)
	}
	if s.DrainDelay < 0 {
		return wrong("DRAIN_DELAY", "%v is less than nothing", s.DrainDelay)
	}
	if _, err := s.faults(); err != nil {
		return err
	}
	if !s.Debug && len(s.SecretKey) < 32 {
		return wrong("SECRET_KEY", "production (DEBUG=false) needs one of at least 32 characters; make one with: openssl rand -hex 32")
	}
	if err := s.checkMetrics(); err != nil {
		return err
	}
	return s.checkServices()
}

func (s Settings) checkMetrics() error {
	if s.MetricsToken != "" && len(s.MetricsToken) < 16 {
		return wrong("METRICS_TOKEN", "it needs at least 16 characters; make one with: openssl rand -hex 16")
	}
	if s.MetricsAddr == "" {
		return nil
	}
	if _, port, err := net.SplitHostPort(s.MetricsAddr); err != nil || !isPort(port) || s.MetricsAddr == s.Addr {
		return wrong("METRICS_ADDR", "%q is not host:port, or is where the site itself listens", s.MetricsAddr)
	}
	return nil
}

// faults is what goes wrong on purpose. In production nothing may.
func (s Settings) faults() (fault.Plan, error) {
	if s.Faults != "" && !s.Debug {
		return nil, wrong("FAULTS", "it is for development only, and this is production (DEBUG=false)")
	}
	plan, err := fault.Parse(s.Faults, tasks.Kinds())
	if err != nil {
		return nil, wrong("FAULTS", "%v", err)
	}
	return plan, nil
}

// checkServices repeats no address in its words, as each may hold a password.
func (s Settings) checkServices() error {
	scheme, _, full := strings.Cut(s.DatabaseURL, "://")
	if full && scheme != "postgres" && scheme != "postgresql" {
		return wrong("DATABASE_URL", "it has to be postgres://user@host/name or sqlite:path/to/file.db, not %s://", scheme)
	}
	if s.RegistryURL != "" && !isWeb(s.RegistryURL) {
		return wrong("REGISTRY_URL", "it does not begin with http:// or https://")
	}
	if _, err := netmail.ParseAddress(s.MailFrom); err != nil {
		return wrong("MAIL_FROM", "%q is not like Name <you@example.org>", s.MailFrom)
	}
	if s.MailURL == "" {
		return nil
	}
	if _, err := mail.Open(s.MailURL, s.MailFrom, nil); err != nil {
		return wrong("MAIL_URL", "%s", strings.TrimPrefix(err.Error(), "mail: "))
	}
	return nil
}

// visitable is an address to listen on as a browser on the same machine can
// use it.
func visitable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err == nil && (host == "" || host == "0.0.0.0" || host == "::") {
		return net.JoinHostPort("localhost", port)
	}
	return addr
}

func isPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

func isWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// masked is a value as it may be shown.
func masked(value any, secret string) string {
	text := fmt.Sprint(value)
	switch {
	case text == "" || text == "[]":
		return "-"
	case secret == "yes":
		return hidden
	case secret == "url":
		return maskedURL(text)
	}
	return text
}

const hidden = "********"

var secretName = regexp.MustCompile(`(?i)pass|secret|token|key`)

// maskedURL hides the password wherever it stands. What is no URL is hidden
// whole, but for the path of a file.
func maskedURL(text string) string {
	u, err := url.Parse(text)
	if err != nil || strings.ContainsAny(u.Opaque, "@") || u.Scheme == "" && strings.ContainsAny(text, "=@") {
		return hidden
	}
	query := u.Query()
	for name := range query {
		if secretName.MatchString(name) {
			query.Set(name, "xxxxx")
		}
	}
	u.RawQuery = query.Encode()
	return u.Redacted()
}
