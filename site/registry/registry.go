// Package registry asks a hero registry over HTTP which heroes are real. It is
// the site's adapter for models.Registry.
package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/maypok86/otter/v2"

	"superbook/kit/async"
	"superbook/models"
)

const (
	timeout    = 2 * time.Second
	maxAnswer  = 64 << 10 // bytes
	keepFor    = 10 * time.Minute
	keepAtMost = 10_000
)

// Client asks GET {base}/heroes/{username}, which answers {"verified": true} or
// false, or 404 for a hero it does not know. Answers are kept for ten minutes.
type Client struct {
	base  *url.URL
	http  *http.Client
	cache *otter.Cache[string, models.Verdict]
}

// New makes a client for the registry at an http or https address.
func New(base string) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("registry: %q is not an http address", base)
	}
	cache, err := otter.New(&otter.Options[string, models.Verdict]{
		MaximumSize:      keepAtMost,
		ExpiryCalculator: otter.ExpiryWriting[string, models.Verdict](keepFor),
	})
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	return &Client{u, &http.Client{Timeout: timeout}, cache}, nil
}

// Check gives the registry's verdict, from the cache if it is there. Many who
// ask for the same hero at once cause one request. An error is not kept.
//
// Who cannot wait gets the error of ctx, but the request goes on to its own
// timeout: otherwise a registry slower than its askers would never be heard.
func (r *Client) Check(ctx context.Context, c models.Claim) (models.Verdict, error) {
	type answer struct {
		verdict models.Verdict
		err     error
	}
	answered := make(chan answer, 1)
	go func() {
		verdict, err := async.Guard(context.WithoutCancel(ctx), func(ctx context.Context) (models.Verdict, error) {
			return r.cache.Get(ctx, models.Key(c.Username), otter.LoaderFunc[string, models.Verdict](r.ask))
		})
		answered <- answer{verdict, err}
	}()
	select {
	case a := <-answered:
		return a.verdict, a.err
	case <-ctx.Done():
		return models.Unverified, fmt.Errorf("ask the registry: %w", ctx.Err())
	}
}

func (r *Client) ask(ctx context.Context, username string) (models.Verdict, error) {
	if username == "" || username == "." || username == ".." {
		return "", fmt.Errorf("ask the registry: %q cannot stand in a path", username)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base.JoinPath("heroes", url.PathEscape(username)).String(), nil)
	if err != nil {
		return "", fmt.Errorf("ask the registry: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := r.http.Do(req)
	if err != nil {
		return "", fmt.Errorf("ask the registry: %w", err)
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusNotFound:
		return models.Unverified, nil
	case http.StatusOK:
		return read(resp.Body)
	}
	return "", fmt.Errorf("ask the registry: it answered %s", resp.Status)
}

func read(body io.Reader) (models.Verdict, error) {
	var answer struct{ Verified bool }
	if err := json.NewDecoder(io.LimitReader(body, maxAnswer)).Decode(&answer); err != nil {
		return "", fmt.Errorf("read the registry's answer: %w", err)
	}
	if answer.Verified {
		return models.Verified, nil
	}
	return models.Unverified, nil
}
