package forms

import (
	"encoding/json"
	"errors"
)

// ErrFrame says that a frame is none that our own page would send.
var ErrFrame = errors.New("forms: not a frame of a room")

// The frames that the page of a room sends over its socket.
const (
	FrameSay    = "say"    // with Message
	FrameTyping = "typing" // for a while, unless it comes again
	FrameRead   = "read"   // up to the message Read
)

// RoomFrame is one frame of a room's page. Its Message has been checked when
// the frame is FrameSay, and may be wrong all the same.
type RoomFrame struct {
	Type    string
	Message Message
	Read    int64
}

// ReadRoomFrame reads a frame, or answers ErrFrame.
func ReadRoomFrame(raw []byte) (RoomFrame, error) {
	var in struct {
		Type  string `json:"type"`
		Nonce string `json:"nonce"`
		Text  string `json:"text"`
		ID    int64  `json:"id"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return RoomFrame{}, ErrFrame
	}
	f := RoomFrame{Type: in.Type, Message: Message{Text: in.Text, Nonce: in.Nonce}, Read: in.ID}
	switch f.Type {
	case FrameTyping:
	case FrameSay:
		if f.Message.Check(); !f.Message.HasNonce() {
			return f, ErrFrame
		}
	case FrameRead:
		if f.Read < 1 {
			return f, ErrFrame
		}
	default:
		return f, ErrFrame
	}
	return f, nil
}
