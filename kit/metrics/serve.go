package metrics

import (
	"crypto/sha256"
	"crypto/subtle"
	"log/slog"
	"net/http"
	"strings"
)

// Handler answers with every metric of r. What cannot be collected is logged,
// and missing from the answer.
func Handler(r *Registry, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", ContentType)
		w.Header().Set("Cache-Control", "no-store")
		if err := r.Write(req.Context(), w); err != nil && req.Context().Err() == nil {
			log.WarnContext(req.Context(), "metrics", "error", err)
		}
	})
}

// Bearer says whether the request shows the token (RFC 6750). No request shows
// the empty one. How long the comparison takes tells nothing of the token, nor
// of its length.
func Bearer(req *http.Request, token string) bool {
	scheme, shown, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	a, b := sha256.Sum256([]byte(strings.TrimSpace(shown))), sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1 && token != "" && strings.EqualFold(scheme, "Bearer")
}
