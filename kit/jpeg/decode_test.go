package jpeg

import (
	"bytes"
	"context"
	"os"
	"testing"
)

// BenchmarkDecode decodes the file that the variable PHOTO names at each scale.
func BenchmarkDecode(b *testing.B) {
	file, err := os.ReadFile(os.Getenv("PHOTO"))
	if err != nil {
		b.Skip("set PHOTO to a JPEG file")
	}
	for name, scale := range map[string]int{"1": 1, "2": 2, "4": 4, "8": 8} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Decode(context.Background(), bytes.NewReader(file), int64(len(file)), DecodeOptions{Scale: scale}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
