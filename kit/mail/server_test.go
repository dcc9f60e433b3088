package mail

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// smtpServer takes mails on loopback and notes what it was told.
type smtpServer struct {
	net.Listener
	implicit bool              // TLS from the first byte
	tls      *tls.Config       // offers STARTTLS if set
	answers  map[string]string // for a command, instead of its usual answer
	silent   string            // a command that is never answered
	heard    chan struct{}     // closed when that command came

	mu       sync.Mutex
	commands []string
	mails    []string
}

// testTLS borrows the certificate that httptest brings for 127.0.0.1.
func testTLS(t *testing.T) (server *tls.Config, roots *x509.CertPool) {
	t.Helper()
	h := httptest.NewTLSServer(nil)
	defer h.Close()
	roots = x509.NewCertPool()
	roots.AddCert(h.Certificate())
	return &tls.Config{Certificates: h.TLS.Certificates}, roots
}

func (s *smtpServer) start(t *testing.T) *smtpServer {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Listener, s.heard = l, make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { s.talk(conn) })
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	return s
}

func (s *smtpServer) url(scheme, user, query string) string {
	return scheme + "://" + user + s.Addr().String() + query
}

func (s *smtpServer) talk(conn net.Conn) {
	defer func() { conn.Close() }()
	if s.implicit {
		conn = tls.Server(conn, s.tls)
	}
	secured := s.implicit
	in := bufio.NewScanner(conn)
	fmt.Fprint(conn, "220 test ready\r\n")
	for in.Scan() {
		verb, _, _ := strings.Cut(strings.ToUpper(in.Text()), " ")
		s.note(in.Text())
		if verb == s.silent {
			close(s.heard)
			continue
		}
		fmt.Fprint(conn, s.answer(verb, secured)+"\r\n")
		switch verb {
		case "STARTTLS":
			conn, secured = tls.Server(conn, s.tls), true
			in = bufio.NewScanner(conn)
		case "DATA":
			s.takeMail(in)
			fmt.Fprint(conn, "250 taken\r\n")
		case "QUIT":
			return
		}
	}
}

func (s *smtpServer) answer(verb string, secured bool) string {
	if a, ok := s.answers[verb]; ok {
		return a
	}
	switch verb {
	case "EHLO":
		offer := "250-test\r\n250-8BITMIME\r\n"
		if s.tls != nil && !secured {
			offer += "250-STARTTLS\r\n"
		}
		if secured {
			offer += "250-AUTH PLAIN\r\n"
		}
		return offer + "250 HELP"
	case "STARTTLS":
		return "220 go on"
	case "DATA":
		return "354 go on"
	case "AUTH":
		return "235 welcome"
	case "QUIT":
		return "221 bye"
	}
	return "250 fine"
}

func (s *smtpServer) takeMail(in *bufio.Scanner) {
	var b strings.Builder
	for in.Scan() && in.Text() != "." {
		b.WriteString(in.Text() + "\n")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, b.String())
}

func (s *smtpServer) note(command string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands = append(s.commands, command)
}

func (s *smtpServer) transcript() (commands, mails []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.commands...), append([]string(nil), s.mails...)
}
