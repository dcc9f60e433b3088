package site

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/demo"
)

// seedAttachment keeps a file that waits for a demo post, the way of every
// upload: bytes first, then the row, and for a picture its job.
func (s *Site) seedAttachment(ctx context.Context, tx *gorm.DB, user int64, name string, b []byte) (card models.AttachmentCard, err error) {
	u, err := s.Files.Receive(ctx, bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return card, err
	}
	defer u.Discard()
	stored, err := s.Views.StoreFile(user, name, u)
	if err != nil {
		return card, err
	}
	stored.Unfollowed = true
	return s.Views.SaveFile(ctx, tx, stored)
}

// demoFile is what a demo post carries under this name: something made here, or
// a portrait of the roster, with the words that describe it.
func demoFile(roster []demo.Member, name string) (b []byte, alt string, err error) {
	switch name {
	case "foghorn.wav":
		return foghorn(), "", nil
	case "tides.txt":
		return tides(), "", nil
	}
	for _, m := range roster {
		if m.Portrait == name {
			alt = m.Alt
		}
	}
	b, err = demo.Portrait(name)
	return b, alt, err
}

// attach gives a demo post its files.
func (t *conversation) attach(ctx context.Context, post *models.Post, names []string) error {
	var cards []models.AttachmentCard
	for _, name := range names {
		b, alt, err := demoFile(t.roster, name)
		if err != nil {
			return err
		}
		card, err := t.site.seedAttachment(ctx, t.tx, post.UserID, name, b)
		if err != nil {
			return err
		}
		if card.PhotoID != nil {
			if err := models.Describe(ctx, t.tx, *card.PhotoID, alt); err != nil {
				return err
			}
		}
		cards = append(cards, card)
	}
	return models.Attach(ctx, t.tx, *post, cards)
}

// foghorn is the sound of a foghorn, twice, as a WAV file.
func foghorn() []byte {
	const rate, seconds = 8000, 4
	var sound bytes.Buffer
	for i := range rate * seconds {
		t := math.Mod(float64(i)/rate, 2) // seconds into a blast
		swell := math.Min(1, t*5) * math.Max(0, math.Min(1, (1.5-t)*4))
		wave := 0.0
		for n, loud := range []float64{1, .6, .45, .25, .12} { // a low tone and what rings with it
			wave += loud * math.Sin(2*math.Pi*float64(n+1)*98*t)
		}
		sound.WriteByte(byte(128 + 44*swell*wave)) // 8 bits a sample, silence at 128
	}
	var file bytes.Buffer
	put := func(fields ...any) {
		for _, f := range fields {
			_ = binary.Write(&file, binary.LittleEndian, f) // a buffer takes everything
		}
	}
	put([]byte("RIFF"), uint32(36+sound.Len()), []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1),
		uint32(rate), uint32(rate), uint16(1), uint16(8), []byte("data"), uint32(sound.Len()), sound.Bytes())
	return file.Bytes()
}

// tides is a table of one page.
func tides() []byte {
	return []byte("Port Sable, high water this week (subtract an hour if the gulls object)\n\n" +
		"Mon  02:10  14:35\nTue  02:58  15:21\nWed  03:44  16:06\nThu  04:31  16:52\n" +
		"Fri  05:19  17:40\nSat  06:10  18:31\nSun  07:04  19:26\n")
}
