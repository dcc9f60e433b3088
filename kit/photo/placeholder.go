package photo

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image/png"

	"superbook/kit/planar"
)

// placeholderSide keeps the file near 300 bytes: enough for the light and the colours.
const placeholderSide = 10

// placeholder is the picture in a dozen pixels, which a browser blurs when it enlarges
// them. PNG, because the tables alone of a JPEG are twice as long as this.
func placeholder(ctx context.Context, m *planar.Image) (string, error) {
	to := fit(size{int(m.W), int(m.H)}, placeholderSide)
	m, err := m.Resize(ctx, m.Bounds(), to.w, to.h)
	if err != nil {
		return "", err
	}
	small := m.RGBA()
	for i := range small.Pix {
		// Five bits a channel are plenty for a blur, and compress better.
		if i%4 != 3 {
			small.Pix[i] = small.Pix[i]&0xf8 | small.Pix[i]>>5
		}
	}
	var buf bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(&buf, small); err != nil {
		return "", fmt.Errorf("encode placeholder: %w", err)
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(buf.Bytes()), nil
}
