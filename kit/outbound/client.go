// Package outbound calls addresses that strangers have named. A name may lead
// anywhere: to the machine itself, to the database beside it, to the service
// that tells a cloud's secrets. So the address is judged at the last moment,
// when the connection is made, and only public ones are called.
package outbound

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Config says how a client calls.
type Config struct {
	// Local lets it call every address: for development, and for sites whose
	// members are all trusted.
	Local bool
	// Timeout bounds a whole call, from the name to the last byte. 10 s when zero.
	Timeout time.Duration
	// Resolver asks for addresses; that of the system when nil.
	Resolver *net.Resolver
	// TLS is for tests, which trust a certificate of their own.
	TLS *tls.Config
}

const (
	defaultTimeout = 10 * time.Second
	idleTimeout    = 30 * time.Second
	headerBytes    = 16 << 10
)

// NewClient makes a client that calls only public addresses, each judged when
// it is dialled, so that a name which leads elsewhere a moment later, or after
// a redirect, gains nothing. It knows no proxy and no cookies, follows no
// redirect (the 3xx is the answer), and verifies certificates.
func NewClient(cfg Config) *http.Client {
	if cfg.Timeout == 0 {
		cfg.Timeout = defaultTimeout
	}
	return newClient(cfg, newGuard(cfg.Local).check)
}

func newClient(cfg Config, check func(netip.AddrPort) error) *http.Client {
	dialer := &net.Dialer{
		Timeout: cfg.Timeout / 2, Resolver: cfg.Resolver,
		// The address is the very one that the kernel is about to connect to.
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return fmt.Errorf("%w: %w", ErrAddress, err)
			}
			return check(to)
		},
	}
	transport := &http.Transport{
		DialContext: dialer.DialContext, TLSClientConfig: cfg.TLS,
		TLSHandshakeTimeout: cfg.Timeout / 2, ResponseHeaderTimeout: cfg.Timeout, IdleConnTimeout: idleTimeout,
		MaxResponseHeaderBytes: headerBytes, MaxIdleConnsPerHost: 2, MaxIdleConns: 100,
		DisableCompression: true, // a few bytes could unpack to many
	}
	return &http.Client{Transport: transport, Timeout: cfg.Timeout, CheckRedirect: stay}
}

// stay makes a redirect the answer.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

type guard struct {
	local   bool
	special []netip.Prefix
	own     func() ([]net.Addr, error)
}

func newGuard(local bool) guard { return guard{local, special(), net.InterfaceAddrs} }

// check answers ErrPort, ErrAddress, or nil. A public address that is the
// machine's own is refused too: what listens on it may count on the firewall
// outside, which a call from inside never meets.
func (g guard) check(to netip.AddrPort) error {
	if !webPort(to.Port()) {
		return ErrPort
	}
	if g.local {
		return nil
	}
	if !public(to.Addr(), g.special) {
		return ErrAddress
	}
	own, err := g.own()
	if err != nil {
		return fmt.Errorf("%w: list one's own: %w", ErrAddress, err)
	}
	for _, a := range own {
		if n, ok := a.(*net.IPNet); ok && n.IP.Equal(to.Addr().Unmap().AsSlice()) {
			return ErrAddress
		}
	}
	return nil
}

// Words says to the owner of an address why it could not be called, and what to
// do. An inner name that leads nowhere and one that leads to an inner address
// sound the same: nobody finds out which names there are inside.
func Words(err error) string {
	var (
		dns  *net.DNSError
		cert *tls.CertificateVerificationError
		wait interface{ Timeout() bool }
	)
	switch {
	case errors.Is(err, ErrPort):
		return "The port is none that web servers use. Use 80, 443 or one from 1024 up."
	case errors.Is(err, ErrAddress), errors.As(err, &dns) && dns.IsNotFound:
		return "The name leads to no public address. Check it for a typing mistake."
	case errors.As(err, &cert):
		return "The certificate is not valid for this address. Renew it, or correct the name."
	case errors.Is(err, http.ErrSchemeMismatch):
		return "The receiver does not speak HTTPS on this port. Check the address."
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Nobody listens at this address. Is the receiver running?"
	case errors.As(err, &wait) && wait.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "The receiver took too long to answer. Answer first, and work after."
	}
	return "The connection broke before there was an answer."
}
