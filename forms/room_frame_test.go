package forms_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"superbook/forms"
)

func TestRoomFrames(t *testing.T) {
	t.Parallel()
	for raw, kind := range map[string]string{
		`{"type":"typing"}`:                                     forms.FrameTyping,
		`{"type":"read","id":7}`:                                forms.FrameRead,
		`{"type":"say","nonce":"12345678","text":"Hello"}`:      forms.FrameSay,
		`{"type":"say","nonce":"12345678","text":""}`:           forms.FrameSay, // read, and then refused with words
		`{"type":"say","nonce":"12345678","text":"x","more":1}`: forms.FrameSay,
		``:                         "",
		`null`:                     "",
		`[]`:                       "",
		`{"type":"say"}`:           "",
		`{"type":"read"}`:          "",
		`{"type":"read","id":-1}`:  "",
		`{"type":"read","id":1.5}`: "",
		`{"type":"read","id":99999999999999999999}`:                           "",
		`{"type":"shout"}`:                                                    "",
		`{"type":["say"]}`:                                                    "",
		`{"type":"say","nonce":"a b c d e","text":"x"}`:                       "",
		`{"type":"say","nonce":"` + strings.Repeat("n", 65) + `","text":"x"}`: "",
		strings.Repeat("[", 100_000):                                          "",
		`{"type":"typing"}{"type":"typing"}`:                                  "",
	} {
		f, err := forms.ReadRoomFrame([]byte(raw))
		if ok := err == nil; ok != (kind != "") || ok && f.Type != kind || !ok && !errors.Is(err, forms.ErrFrame) {
			t.Errorf("%.80s: %+v, %v", raw, f, err)
		}
	}
}

// Whatever strangers send, what is accepted can be kept and shown.
func FuzzRoomFrame(f *testing.F) {
	for _, seed := range []string{`{"type":"say","nonce":"12345678","text":"Hello\u0000\ud800 \r\n you"}`, `{"type":"read","id":7}`, `{"type":"typing"}`, `{}`, "\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		frame, err := forms.ReadRoomFrame(raw)
		if err != nil || frame.Type != forms.FrameSay || !frame.Message.OK() {
			return
		}
		text := frame.Message.Text
		if text == "" || text != strings.TrimSpace(text) || !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\r\x1b\x7f") ||
			uniseg.GraphemeClusterCount(text) > 1000 || len(frame.Message.Nonce) > 64 {
			t.Errorf("accepted %q under %q", text, frame.Message.Nonce)
		}
		if _, err := json.Marshal(frame); err != nil {
			t.Error(err)
		}
	})
}
