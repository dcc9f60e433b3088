// Package static carries style sheets, scripts, pictures and fonts inside the
// program.
package static

import "embed"

// FS holds every file that is served below /static/.
//
//go:embed css fonts img js licences
var FS embed.FS
