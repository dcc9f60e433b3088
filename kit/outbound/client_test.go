package outbound

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// names is a name server that answers each question for an IPv4 address with
// the next of its addresses, and after the last with the last.
func names(t *testing.T, addresses ...string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 1500)
		for asked := 0; ; {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.Authoritative, m.Additionals = true, true, nil
			address := netip.MustParseAddr(addresses[min(asked, len(addresses)-1)])
			h := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 0}
			switch {
			case q.Type == dnsmessage.TypeA && address.Is4():
				asked++
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: address.As4()}})
			case q.Type == dnsmessage.TypeAAAA && address.Is6():
				asked++
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: address.As16()}})
			}
			if out, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

var errReached = errors.New("the address was let through")

// watched judges as every client does, and stops what is let through before it
// leaves the machine.
func watched(cfg Config) (*http.Client, *[]netip.Addr) {
	var passed []netip.Addr
	g := newGuard(false)
	cfg.Timeout = 5 * time.Second
	return newClient(cfg, func(to netip.AddrPort) error {
		if err := g.check(to); err != nil {
			return err
		}
		passed = append(passed, to.Addr())
		return errReached
	}), &passed
}

func call(c *http.Client, to string) error {
	res, err := c.Post(to, "application/json", strings.NewReader("{}"))
	if err == nil {
		res.Body.Close()
	}
	return err
}

func TestNamesThatLeadInside(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
		"::1", "::", "fd00::1", "fe80::1", "ff02::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "2001:db8::1"} {
		c, passed := watched(Config{Resolver: names(t, address)})
		err := call(c, "http://receiver.example.org/hook")
		if !errors.Is(err, ErrAddress) || len(*passed) > 0 {
			t.Errorf("a name that leads to %s: %v", address, err)
		} else if words := Words(err); !strings.Contains(words, "no public address") || strings.Contains(words, address) {
			t.Errorf("words for %s: %q", address, words)
		}
	}
	c, passed := watched(Config{Resolver: names(t, "8.8.8.8")})
	if err := call(c, "http://receiver.example.org/hook"); !errors.Is(err, errReached) || len(*passed) != 1 {
		t.Errorf("a name that leads outside: %v", err)
	}
}

func TestAddressesWrittenInOtherWays(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "１２７.0.0.1", "[64:ff9b::7f00:1]", "[fe80::1%25lo]", "0"} {
		c, passed := watched(Config{Resolver: names(t, "127.0.0.1")})
		if err := call(c, "http://"+host+"/"); err == nil || errors.Is(err, errReached) || len(*passed) > 0 {
			t.Errorf("%s: %v", host, err)
		}
	}
	c, _ := watched(Config{})
	if err := call(c, "http://8.8.8.8:22/"); !errors.Is(err, ErrPort) {
		t.Errorf("port 22: %v", err)
	}
}

// A name server that lies the second time: public when it is asked, loopback
// when it is dialled.
func TestRebindingGainsNothing(t *testing.T) {
	t.Parallel()
	resolver := names(t, "8.8.8.8", "127.0.0.1")
	c, passed := watched(Config{Resolver: resolver})
	if got, err := resolver.LookupNetIP(t.Context(), "ip4", "receiver.example.org"); err != nil || got[0].String() != "8.8.8.8" {
		t.Fatalf("first the name leads to %v, %v", got, err)
	}
	if err := call(c, "http://receiver.example.org/"); !errors.Is(err, ErrAddress) || len(*passed) > 0 {
		t.Errorf("then it is called: %v", err)
	}
}

// receiver listens on this machine, and only it may be called.
func receiver(t *testing.T, cfg Config, handle http.HandlerFunc) (*http.Client, string) {
	t.Helper()
	srv := httptest.NewServer(handle)
	t.Cleanup(srv.Close)
	return only(t, cfg, srv.URL), srv.URL
}

func only(t *testing.T, cfg Config, address string) *http.Client {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	g := newGuard(false)
	return newClient(cfg, func(to netip.AddrPort) error {
		if to.String() == u.Host {
			return nil
		}
		return g.check(to)
	})
}

func TestRedirectIsAnAnswer(t *testing.T) {
	t.Parallel()
	var hit atomic.Bool
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hit.Store(true) }))
	t.Cleanup(inside.Close)
	c, at := receiver(t, Config{Timeout: 5 * time.Second}, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, inside.URL, http.StatusTemporaryRedirect)
	})
	res, err := c.Post(at, "application/json", strings.NewReader("{}"))
	if err != nil || res.StatusCode != http.StatusTemporaryRedirect {
		t.Fatalf("%+v, %v", res, err)
	}
	res.Body.Close()
	c.CheckRedirect = nil // even who followed it
	if err := call(c, at); !errors.Is(err, ErrAddress) {
		t.Errorf("a redirect that is followed: %v", err)
	}
	if hit.Load() {
		t.Error("what listens inside was called")
	}
}

func TestSlowReceiversEnd(t *testing.T) {
	t.Parallel()
	for name, handle := range map[string]http.HandlerFunc{
		"no answer": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"a body without end": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = w.Write([]byte("."))
				_ = http.NewResponseController(w).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, at := receiver(t, Config{Timeout: 200 * time.Millisecond}, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // so that the server notices who hangs up
				handle(w, r)
			})
			res, err := c.Post(at, "application/json", strings.NewReader("{}"))
			if err == nil {
				_, err = io.Copy(io.Discard, res.Body)
				res.Body.Close()
			}
			if err == nil || !strings.Contains(Words(err), "too long") {
				t.Errorf("%v: %q", err, Words(err))
			}
		})
	}
}

func TestNoProxyAndNoCookies(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("http_proxy", "http://127.0.0.1:1")
	c, at := receiver(t, Config{}, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
		if len(r.Cookies()) > 0 {
			w.WriteHeader(http.StatusTeapot)
		}
	})
	if tr, ok := c.Transport.(*http.Transport); !ok || tr.Proxy != nil || c.Jar != nil {
		t.Error("it has a proxy, or keeps cookies")
	}
	for range 2 {
		res, err := c.Post(at, "application/json", strings.NewReader("{}"))
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%+v, %v", res, err)
		}
		res.Body.Close()
	}
}

func TestCertificatesAreVerified(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	err := call(only(t, Config{}, srv.URL), srv.URL)
	if cert := (*tls.CertificateVerificationError)(nil); !errors.As(err, &cert) || !strings.Contains(Words(err), "certificate") {
		t.Errorf("a certificate of nobody: %v: %q", err, Words(err))
	}
	if err := call(only(t, Config{TLS: srv.Client().Transport.(*http.Transport).TLSClientConfig}, srv.URL), srv.URL); err != nil {
		t.Errorf("a certificate that is trusted: %v", err)
	}
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	secure := strings.Replace(plain.URL, "http:", "https:", 1)
	if err := call(only(t, Config{}, secure), secure); !strings.Contains(Words(err), "does not speak HTTPS") {
		t.Errorf("%v: %q", err, Words(err))
	}
	plain.Close()
	if err := call(only(t, Config{}, plain.URL), plain.URL); !strings.Contains(Words(err), "Nobody listens") {
		t.Errorf("%v: %q", err, Words(err))
	}
}
