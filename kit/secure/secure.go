// Package secure sets the headers that browsers need to protect visitors, and
// refuses forms that other sites send in a visitor's name.
package secure

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
)

// policy allows nothing inline and nothing from elsewhere. data: and blob: are
// for pictures that a page makes itself, such as previews before an upload.
const policy = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Headers sets the security headers of every answer; https adds HSTS for a year.
// A handler may replace any of them.
//
// The referrer policy is same-origin: other sites learn nothing about what a
// visitor reads here, and links among our own pages keep their referrer.
func Headers(https bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			set(c.Response().Header(), https)
			return next(c)
		}
	}
}

func set(h http.Header, https bool) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if https {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// CrossOrigin refuses unsafe requests (POST and the like) that a browser sends
// for another site, with problem.Forbidden. Clients that are no browsers send
// neither Sec-Fetch-Site nor Origin, carry nobody's cookies unasked, and pass.
//
// It is only as good as the rule that GET and HEAD change nothing. A proxy in
// front must pass the Host header on: for old browsers Origin is compared with it.
func CrossOrigin() echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := protection.Check(c.Request()); err != nil {
				return problem.Forbidden("This form was sent from another site. Open the page here and send it again.").Because(err)
			}
			return next(c)
		}
	}
}
