// Package tus has what a server of the tus protocol 1.0.0 for resumable uploads
// says and checks on every request, and its headers. What an upload is, and
// where its bytes go, is the site's.
//
// The protocol is at https://tus.io/protocols/resumable-upload.
package tus

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
)

// Version is the version that a client has to name.
const Version = "1.0.0"

// ContentType is the type of the bytes that a PATCH brings.
const ContentType = "application/offset+octet-stream"

// The headers of the protocol.
const (
	Resumable = "Tus-Resumable"
	Versions  = "Tus-Version"
	Extension = "Tus-Extension"
	MaxSize   = "Tus-Max-Size"
	Length    = "Upload-Length"
	Offset    = "Upload-Offset"
	Metadata  = "Upload-Metadata"
	Expires   = "Upload-Expires"
)

// Answers is a guard that names the version in every answer. Who names one is a
// program, and gets its problems as JSON, where a page would ask for a login
// with a redirect.
func Answers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(Resumable, Version)
		if asked := c.Request().Header; asked.Get(Resumable) != "" {
			asked.Set(echo.HeaderAccept, "application/problem+json")
		}
		return next(c)
	}
}

// Required is a guard that refuses every other version with 412.
func Required(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().Header.Get(Resumable) != Version {
			c.Response().Header().Set(Versions, Version)
			return problem.New(http.StatusPreconditionFailed, "Uploads speak tus "+Version+" here. Name it in the header "+Resumable+".")
		}
		return next(c)
	}
}

// Describe writes what an OPTIONS request asks for; maxSize is in bytes.
func Describe(h http.Header, maxSize int64, extensions string) {
	h.Del(Resumable) // the one answer without it
	h.Set(Versions, Version)
	h.Set(Extension, extensions)
	h.Set(MaxSize, strconv.FormatInt(maxSize, 10))
}

// Number reads a header with a number of bytes, from 0. One too large to count
// is the largest that there is; a missing or malformed one gives a problem, 400.
func Number(h http.Header, name string) (int64, error) {
	n, err := strconv.ParseUint(h.Get(name), 10, 63)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, problem.New(http.StatusBadRequest, "The header "+name+" has to be a number of bytes.").Because(err)
	}
	return int64(n), nil
}
