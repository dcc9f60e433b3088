package sitetest

import (
	"bytes"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"testing"

	"superbook/kit/db"
)

// Browser is one visitor. It keeps cookies and does not follow redirects, so
// that tests can see them.
type Browser struct {
	t       testing.TB
	s       *Site
	cookies map[string]*http.Cookie
	json    bool
}

// JSON is the same visitor as a program that asks for JSON.
func (b *Browser) JSON() *Browser {
	same := *b
	same.json = true
	return &same
}

// Get visits a named path.
func (b *Browser) Get(name string, args ...any) *Answer {
	b.t.Helper()
	return b.Do(httptest.NewRequest(http.MethodGet, b.s.Path(name, args...), nil))
}

// Visit visits an address as it stands, with its query.
func (b *Browser) Visit(address string) *Answer {
	b.t.Helper()
	return b.Do(httptest.NewRequest(http.MethodGet, address, nil))
}

// Post sends a form to a named path.
func (b *Browser) Post(name string, form url.Values, args ...any) *Answer {
	b.t.Helper()
	return b.Do(b.Request(http.MethodPost, name, form, args...))
}

// Request is a form on its way to a named path, for headers to be added.
func (b *Browser) Request(method, name string, form url.Values, args ...any) *http.Request {
	b.t.Helper()
	r := httptest.NewRequest(method, b.s.Path(name, args...), strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// Fresh is another window of the same visitor, which a test can use at the same time.
func (b *Browser) Fresh() *Browser {
	same := *b
	same.cookies = maps.Clone(b.cookies)
	return &same
}

// Upload sends a form with a file to a named path.
func (b *Browser) Upload(name, field, file, kind string, content []byte, more url.Values, args ...any) *Answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, values := range more {
		must(b.t, w.WriteField(k, values[0]))
	}
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", `form-data; name="`+field+`"; filename="`+file+`"`)
	h.Set("Content-Type", kind)
	part, err := w.CreatePart(h)
	must(b.t, err)
	_, err = part.Write(content)
	must(b.t, err)
	must(b.t, w.Close())
	r := httptest.NewRequest(http.MethodPost, b.s.Path(name, args...), &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.Do(r)
}

// Do sends any request, with the visitor's cookies.
func (b *Browser) Do(r *http.Request) *Answer {
	b.t.Helper()
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	if b.json {
		r.Header.Set("Accept", "application/json")
	} else if r.Header.Get("Accept") == "" {
		r.Header.Set("Accept", "text/html")
	}
	ctx, queries := db.CountQueries(r.Context())
	w := httptest.NewRecorder()
	b.s.Web.ServeHTTP(w, r.WithContext(ctx))
	resp := w.Result()
	for _, c := range resp.Cookies() {
		if c.MaxAge < 0 || c.Value == "" {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c
		}
	}
	return &Answer{t: b.t, Status: w.Code, Body: w.Body.String(), Header: resp.Header, Queries: queries.N(), what: r.Method + " " + r.URL.Path}
}

// Cookie is one of the visitor's cookies, or nil.
func (b *Browser) Cookie(name string) *http.Cookie { return b.cookies[name] }

// SetCookie gives the visitor a cookie.
func (b *Browser) SetCookie(c *http.Cookie) { b.cookies[c.Name] = c }
