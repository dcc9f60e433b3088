// Package templates carries the HTML files inside the program.
package templates

import "embed"

// FS holds layouts, partials, pages and mails, as kit/render wants them.
//
//go:embed layouts mail pages partials
var FS embed.FS
