package site

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/caarlos0/env/v11"
)

// Settings is everything that differs between one machine and another. All of
// it comes from the environment; the defaults suit a laptop.
type Settings struct {
	Addr           string        `env:"ADDR" envDefault:"127.0.0.1:8000" help:"address and port to listen on"`
	BaseURL        string        `env:"BASE_URL" help:"address that visitors use, for links in mails; https makes cookies Secure"`
	DataDir        string        `env:"DATA_DIR" envDefault:"data" help:"folder for database, media and the generated key"`
	DatabaseURL    string        `env:"DATABASE_URL" secret:"url" help:"postgres://… or sqlite:file; SQLite in DATA_DIR when empty"`
	Debug          bool          `env:"DEBUG" envDefault:"true" help:"development: debug pages, mails kept on a page, demo content; false in production"`
	SecretKey      string        `env:"SECRET_KEY" secret:"yes" help:"at least 32 characters; generated in DATA_DIR when empty, but not in production"`
	MailURL        string        `env:"MAIL_URL" secret:"url" help:"smtp://user:password@host:587, smtps://… or log:"`
	MailFrom       string        `env:"MAIL_FROM" envDefault:"SuperBook <post@superbook.example>" help:"sender of mails"`
	TrustedProxies []string      `env:"TRUSTED_PROXIES" help:"networks whose X-Forwarded-For is believed, such as 10.0.0.0/8"`
	RegistryURL    string        `env:"REGISTRY_URL" secret:"url" help:"address of a hero registry; the one in the house when empty"`
	MediaWorkers   int           `env:"MEDIA_WORKERS" envDefault:"2" help:"photos worked on at once"`
	MediaBudgetMB  int64         `env:"MEDIA_BUDGET_MB" envDefault:"256" help:"memory for decoded photos, over all workers"`
	MetricsAddr    string        `env:"METRICS_ADDR" help:"address and port where /metrics answers everybody; keep it from strangers"`
	MetricsToken   string        `env:"METRICS_TOKEN" secret:"yes" help:"at least 16 characters; who shows it as a bearer token may read /metrics on the site"`
	WebhooksLocal  bool          `env:"WEBHOOKS_LOCAL" envDefault:"false" help:"webhooks may call addresses that are not public, such as localhost; in production only where every member is trusted"`
	LogLevel       string        `env:"LOG_LEVEL" envDefault:"info" help:"debug, info, warn or error"`
	DrainDelay     time.Duration `env:"DRAIN_DELAY" envDefault:"0s" help:"behind a balancer: how long /readyz says no before the end, while requests are still answered"`
	StopTimeout    time.Duration `env:"STOP_TIMEOUT" envDefault:"20s" help:"how long running requests and jobs may take to end"`
	Faults         string        `env:"FAULTS" help:"development: what goes wrong on purpose, such as photo.process:slow=5s,fail=2"`

	generated bool // the key came from a file that we made
}

// ErrSettings is in the chain of every error about a setting.
var ErrSettings = errors.New("settings")

// FromEnv reads the settings and checks them. It writes nothing; see Prepare.
func FromEnv() (Settings, error) {
	s, err := env.ParseAs[Settings]()
	if err != nil {
		return s, unreadable(err)
	}
	if s.BaseURL == "" {
		s.BaseURL = "http://" + visitable(s.Addr)
	}
	s.BaseURL = strings.TrimSuffix(s.BaseURL, "/")
	return s, s.check()
}

// Secure says whether visitors come by HTTPS.
func (s Settings) Secure() bool { return strings.HasPrefix(s.BaseURL, "https://") }

// database is where the data is.
func (s Settings) database() string {
	if s.DatabaseURL != "" {
		return s.DatabaseURL
	}
	return "sqlite:" + filepath.Join(s.DataDir, "superbook.db")
}

// Prepare makes the data folder, and in development a secret key that is kept
// there for the next start.
func (s *Settings) Prepare() error {
	if err := os.MkdirAll(s.DataDir, 0o700); err != nil {
		return wrong("DATA_DIR", "%v", err)
	}
	if s.SecretKey != "" {
		return nil
	}
	file := filepath.Join(s.DataDir, "secret.key")
	key, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = newKey(file)
	}
	if err != nil {
		return fmt.Errorf("secret key: %w", err)
	}
	s.SecretKey, s.generated = strings.TrimSpace(string(key)), true
	if len(s.SecretKey) < 32 {
		return wrong("SECRET_KEY", "%s is damaged; delete it to have a new one made", file)
	}
	return nil
}

// newKey never replaces a key, and the key has its name only when it is whole:
// of two processes that start at once, both use the one that was there first.
func newKey(file string) ([]byte, error) {
	var random [32]byte
	rand.Read(random[:]) // never fails: it ends the program first
	key := []byte(hex.EncodeToString(random[:]) + "\n")
	f, err := os.CreateTemp(filepath.Dir(file), ".secret-*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(key)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err = os.Link(f.Name(), file); errors.Is(err, fs.ErrExist) {
		return os.ReadFile(file)
	}
	return key, err
}

// Print lists every setting with its present value, secrets masked.
func (s Settings) Print(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if name := f.Tag.Get("env"); name != "" {
			fmt.Fprintf(tw, "%s\t%s\t%s\n", name, masked(v.Field(i).Interface(), f.Tag.Get("secret")), f.Tag.Get("help"))
		}
	}
	return tw.Flush()
}
