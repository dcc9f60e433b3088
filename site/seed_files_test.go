package site

import (
	"log/slog"
	"strings"
	"testing"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/demo"
)

// Demo posts carry files of every kind.
func TestSeedAttachment(t *testing.T) {
	t.Parallel()
	s, err := New(t.Context(), Settings{Addr: "127.0.0.1:0", BaseURL: "http://superbook.test", DataDir: t.TempDir(), SecretKey: strings.Repeat("k", 32),
		MailURL: "log:", MailFrom: "post@superbook.test", MediaWorkers: 1, MediaBudgetMB: 256, LogLevel: "warn"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	roster, err := demo.Roster()
	if err != nil {
		t.Fatal(err)
	}
	portrait, err := demo.Portrait(roster[0].Portrait)
	if err != nil {
		t.Fatal(err)
	}
	err = s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		u, err := models.CreateUser(t.Context(), tx, models.User{Username: "wren", Email: "wren@superbook.test"}, models.Profile{Kind: models.Fan})
		if err != nil {
			return err
		}
		var cards []models.AttachmentCard
		for _, f := range []struct {
			name    string
			content []byte
			kind    models.FileKind
		}{{"portrait", portrait, models.PictureFile}, {"foghorn.wav", foghorn(), models.AudioFile}, {"log.txt", tides(), models.OtherFile}} {
			card, err := s.seedAttachment(t.Context(), tx, u.ID, f.name, f.content)
			if err != nil {
				return err
			}
			if card.Kind != f.kind {
				t.Errorf("%s became %+v", f.name, card)
			}
			cards = append(cards, card)
		}
		p := models.Post{UserID: u.ID, Text: "All home."}
		if _, err := models.CreatePost(t.Context(), tx, &p); err != nil {
			return err
		}
		return models.Attach(t.Context(), tx, p, cards)
	})
	if err != nil {
		t.Fatal(err)
	}
}
