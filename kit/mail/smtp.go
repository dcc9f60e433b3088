package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

const (
	dialTimeout = 10 * time.Second
	sendTimeout = 30 * time.Second // the whole conversation, also without a deadline in ctx
)

type smtpSender struct {
	host     string
	port     int
	implicit bool // TLS from the first byte
	policy   gomail.TLSPolicy
	user     *url.Userinfo
	from     *mail.Address
	tls      *tls.Config
}

func newSMTP(u *url.URL, from *mail.Address) (*smtpSender, error) {
	s := &smtpSender{host: u.Hostname(), port: 587, implicit: u.Scheme == "smtps", user: u.User, from: from}
	if s.host == "" {
		return nil, errors.New("mail: the URL names no host")
	}
	if s.implicit {
		s.port = 465
	}
	if u.Port() != "" {
		port, err := strconv.Atoi(u.Port())
		if err != nil || port < 1 || port > 65535 {
			return nil, fmt.Errorf("mail: port %q is no port", u.Port())
		}
		s.port = port
	}
	s.tls = &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
	var err error
	s.policy, err = policyOf(s.host, u.Query().Get("tls"))
	return s, err
}

// policyOf demands STARTTLS unless told otherwise: what is only tried, an
// attacker on the way can prevent. Nobody is on the way to this machine itself.
func policyOf(host, wish string) (gomail.TLSPolicy, error) {
	switch ip := net.ParseIP(host); {
	case wish == "off":
		return gomail.NoTLS, nil
	case wish == "try", wish == "" && (host == "localhost" || ip.IsLoopback()):
		return gomail.TLSOpportunistic, nil
	case wish == "", wish == "required":
		return gomail.TLSMandatory, nil
	}
	return 0, fmt.Errorf("mail: tls is required, try or off, not %q", wish)
}

// Send delivers to the server. Errors that the server calls permanent, and bad
// messages, are ErrRefused.
func (s *smtpSender) Send(ctx context.Context, m Message) error {
	msg, err := s.compose(m)
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, sendTimeout)
	defer stop()
	client, err := gomail.NewClient(s.host, s.options(ctx)...)
	if err != nil {
		return fmt.Errorf("mail: set up SMTP: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		return s.explain(ctx, msg, err)
	}
	return nil
}

func (s *smtpSender) explain(ctx context.Context, msg *gomail.Msg, err error) error {
	if msg.IsDelivered() {
		return nil // the server has it; only the goodbye failed, and a second try would send it twice
	}
	if ctx.Err() != nil {
		return fmt.Errorf("mail: send to %s: %w (%w)", s.host, ctx.Err(), err)
	}
	if refused := (*gomail.SendError)(nil); errors.As(err, &refused) && refused.ErrorCode()/100 == 5 {
		return fmt.Errorf("%w by %s: %w", ErrRefused, s.host, err)
	}
	return fmt.Errorf("mail: send to %s: %w", s.host, err)
}

func (s *smtpSender) compose(m Message) (*gomail.Msg, error) {
	to, err := check(m)
	if err != nil {
		return nil, err
	}
	msg := gomail.NewMsg()
	msg.FromMailAddress(s.from)
	msg.ToMailAddress(to)
	msg.Subject(m.Subject)
	msg.SetDate()
	if m.Key == "" {
		msg.SetMessageID()
	} else {
		msg.SetMessageIDWithValue(m.Key + s.from.Address[strings.LastIndexByte(s.from.Address, '@'):])
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return msg, nil
}

func (s *smtpSender) options(ctx context.Context) []gomail.Option {
	options := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(dialTimeout), gomail.WithTLSPolicy(s.policy),
		gomail.WithTLSConfig(s.tls), gomail.WithDialContextFunc(s.dialer(ctx)),
	}
	if s.implicit {
		options = append(options, gomail.WithSSL())
	}
	if s.user != nil && s.user.Username() != "" {
		password, _ := s.user.Password()
		// Discovery would take our own TLS connection for an open one. Plain and
		// login refuse an open connection by themselves.
		options = append(options, gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256,
			gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthCramMD5),
			gomail.WithUsername(s.user.Username()), gomail.WithPassword(password))
	}
	return options
}

// dialer closes the connection when ctx ends. The library looks at the context
// only while it dials, and a server that falls silent later would hold us.
func (s *smtpSender) dialer(ctx context.Context) gomail.DialContextFunc {
	return func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(dialing, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { conn.Close() })
		if !s.implicit {
			return conn, nil
		}
		secured := tls.Client(conn, s.tls)
		if err := secured.HandshakeContext(dialing); err != nil {
			conn.Close()
			return nil, fmt.Errorf("TLS: %w", err)
		}
		return secured, nil
	}
}
