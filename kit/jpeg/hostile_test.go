package jpeg

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"
)

// A cut file is an error wherever it was cut, at every size.
func TestTruncatedAtEveryByte(t *testing.T) {
	t.Parallel()
	for name, file := range samples(t, "base-2x2", "prog-2x2", "base-apart") {
		end := bytes.LastIndex(file, []byte{0xff, mEOI}) + 2
		for cut := range end {
			for _, e := range []Eighths{{Y: 8}, {Y: 4, C: 3}, {Y: 3, C: 1}, {Y: 1}} {
				if _, err := decode(file[:cut], DecodeOptions{Eighths: e}); !errors.Is(err, ErrTruncated) {
					t.Fatalf("%s/%v cut at %d of %d: %v", name, e, cut, end, err)
				}
			}
		}
	}
}

// edit returns a copy of the file in which the segment of that marker was changed. Its body
// begins at b[4].
func edit(t *testing.T, file []byte, marker byte, change func(b []byte)) []byte {
	t.Helper()
	file = bytes.Clone(file)
	i := bytes.Index(file, []byte{0xff, marker})
	if i < 0 {
		t.Fatalf("no marker 0x%02x", marker)
	}
	change(file[i:])
	return file
}

// without returns a copy of the file without the segments of that marker.
func without(t *testing.T, file []byte, marker byte) []byte {
	t.Helper()
	file = bytes.Clone(file)
	for found := false; ; found = true {
		i := bytes.Index(file, []byte{0xff, marker})
		if i < 0 {
			if !found {
				t.Fatalf("no marker 0x%02x", marker)
			}
			return file
		}
		file = slices.Delete(file, i, i+2+int(binary.BigEndian.Uint16(file[i+2:])))
	}
}

func TestHostile(t *testing.T) {
	t.Parallel()
	all := samples(t, "base-", "prog-", "other-")
	base, prog, restarts := all["base-2x2"], all["prog-2x2"], all["base-2x2-restart"]
	size := func(w, h uint16) func(b []byte) {
		return func(b []byte) { binary.BigEndian.PutUint16(b[5:], h); binary.BigEndian.PutUint16(b[7:], w) }
	}
	set := func(at int, v byte) func(b []byte) { return func(b []byte) { b[at] = v } }
	lastScan := bytes.LastIndex(prog, []byte{0xff, mSOS})
	for name, c := range map[string]struct {
		file []byte
		opt  DecodeOptions
		want error
	}{
		"empty":                    {nil, DecodeOptions{}, ErrTruncated},
		"not a JPEG":               {[]byte("GIF89a"), DecodeOptions{}, ErrFormat},
		"no frame":                 {without(t, base, mSOF0), DecodeOptions{}, ErrFormat},
		"no Huffman tables":        {without(t, base, mDHT), DecodeOptions{}, ErrFormat},
		"no quantisation":          {without(t, base, mDQT), DecodeOptions{}, ErrFormat},
		"progressive without DHT":  {without(t, prog, mDHT), DecodeOptions{}, ErrFormat},
		"too many short codes":     {edit(t, base, mDHT, set(5, 3)), DecodeOptions{}, ErrFormat},
		"table class 2":            {edit(t, base, mDHT, set(4, 0x20)), DecodeOptions{}, ErrFormat},
		"quantisation table 4":     {edit(t, base, mDQT, set(4, 4)), DecodeOptions{}, ErrFormat},
		"wrong restart":            {edit(t, restarts, mRST0, set(1, mRST0+3)), DecodeOptions{}, ErrFormat},
		"restart missing":          {edit(t, restarts, mRST0, set(1, 0)), DecodeOptions{}, ErrFormat},
		"segment of length 1":      {edit(t, base, mDQT, func(b []byte) { b[2], b[3] = 0, 1 }), DecodeOptions{}, ErrFormat},
		"no width":                 {edit(t, base, mSOF0, size(0, 5)), DecodeOptions{}, ErrFormat},
		"no height":                {edit(t, base, mSOF0, size(5, 0)), DecodeOptions{}, ErrUnsupported},
		"both huge":                {edit(t, prog, mSOF2, size(65535, 65535)), DecodeOptions{MaxBytes: 64 << 20}, ErrLimit},
		"taller than its data":     {edit(t, base, mSOF0, size(67, 4900)), DecodeOptions{}, ErrTruncated},
		"12 bits":                  {edit(t, base, mSOF0, set(4, 12)), DecodeOptions{}, ErrUnsupported},
		"two components":           {edit(t, base, mSOF0, set(9, 2)), DecodeOptions{}, ErrUnsupported},
		"sampling 0":               {edit(t, base, mSOF0, set(11, 0)), DecodeOptions{}, ErrFormat},
		"sampling 3x1":             {edit(t, base, mSOF0, set(11, 0x31)), DecodeOptions{}, ErrUnsupported},
		"colour finer":             {edit(t, base, mSOF0, set(14, 0x44)), DecodeOptions{}, ErrUnsupported},
		"same id twice":            {edit(t, base, mSOF0, set(13, 1)), DecodeOptions{}, ErrFormat},
		"lossless":                 {edit(t, base, mSOF0, set(1, 0xc3)), DecodeOptions{}, ErrUnsupported},
		"two frames":               {slices.Insert(bytes.Clone(base), 2, base[bytes.Index(base, []byte{0xff, mSOF0}):][:19]...), DecodeOptions{}, ErrFormat},
		"scan of the unknown":      {edit(t, base, mSOS, set(5, 9)), DecodeOptions{}, ErrFormat},
		"component twice":          {edit(t, base, mSOS, set(7, 1)), DecodeOptions{}, ErrFormat},
		"scan of four":             {edit(t, base, mSOS, set(4, 4)), DecodeOptions{}, ErrFormat},
		"Huffman table 7":          {edit(t, base, mSOS, set(6, 0x77)), DecodeOptions{}, ErrFormat},
		"DC to 5":                  {edit(t, prog, mSOS, set(12, 5)), DecodeOptions{}, ErrFormat},
		"shift by 14":              {edit(t, prog, mSOS, set(13, 14)), DecodeOptions{}, ErrFormat},
		"two bits at once":         {edit(t, prog, mSOS, set(13, 0x20)), DecodeOptions{}, ErrFormat},
		"AC of three":              {edit(t, prog, mSOS, set(11, 1)), DecodeOptions{}, ErrFormat},
		"band 6 to 5":              {edit(t, prog[lastScan:], mSOS, func(b []byte) { b[7], b[8] = 6, 5 }), DecodeOptions{}, ErrFormat},
		"more scans than allowed":  {prog, DecodeOptions{MaxScans: 9}, ErrLimit},
		"and at an eighth":         {prog, DecodeOptions{MaxScans: 9, Eighths: Eighths{Y: 1}}, ErrLimit},
		"only one component comes": {slices.Concat(all["base-apart"][:secondScan(all["base-apart"])], []byte{0xff, mEOI}), DecodeOptions{}, ErrTruncated},
		"no scan":                  {slices.Concat(base[:bytes.Index(base, []byte{0xff, mSOS})], []byte{0xff, mEOI}), DecodeOptions{}, ErrTruncated},
		"end within the scan":      {slices.Concat(base[:len(base)-200], []byte{0xff, mEOI}), DecodeOptions{}, ErrTruncated},
		"red, green, blue":         {all["other-rgb"], DecodeOptions{}, ErrUnsupported},
		"arithmetic":               {all["other-arithmetic"], DecodeOptions{}, ErrUnsupported},
		"CMYK":                     {all["other-cmyk"], DecodeOptions{}, ErrUnsupported},
	} {
		if c.want == ErrFormat && bytes.HasPrefix(c.file, []byte{0xff, mSOS}) {
			c.file = slices.Concat(prog[:lastScan], c.file)
		}
		if _, err := decode(c.file, c.opt); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func secondScan(file []byte) int {
	first := bytes.Index(file, []byte{0xff, mSOS}) + 2
	return first + bytes.Index(file[first:], []byte{0xff, mSOS})
}

func TestHeaderSaysWhatIsUnsupported(t *testing.T) {
	t.Parallel()
	for name, file := range samples(t, "other-") {
		if h, err := ReadHeader(bytes.NewReader(file), int64(len(file))); !errors.Is(err, ErrUnsupported) || h.Width != 17 || h.Height != 9 {
			t.Errorf("%s: %+v, %v", name, h, err)
		}
	}
}

// Scans in any order, twice, refining what never came: a wrong picture, or a right one.
func TestScansOutOfOrderDoNoHarm(t *testing.T) {
	t.Parallel()
	for name, file := range samples(t, "prog-") {
		first := bytes.Index(file, []byte{0xff, mSOS})
		head, scans := file[:bytes.Index(file, []byte{0xff, mDHT})], splitScans(file[bytes.Index(file, []byte{0xff, mDHT}):len(file)-2])
		if first < 0 || len(scans) < 6 {
			t.Fatalf("%s: %d scans", name, len(scans))
		}
		slices.Reverse(scans)
		reversed := append(slices.Concat(head, slices.Concat(scans...), slices.Concat(scans...)), 0xff, mEOI)
		for _, e := range sizes {
			if _, err := decode(reversed, DecodeOptions{Eighths: e}); err != nil && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrTruncated) {
				t.Errorf("%s/%v: %v", name, e, err)
			}
		}
	}
}

// splitScans cuts before each run of tables that a scan follows.
func splitScans(b []byte) (scans [][]byte) {
	for len(b) > 0 {
		sos := bytes.Index(b, []byte{0xff, mSOS})
		if sos < 0 {
			return append(scans, b)
		}
		n := sos + 2
		for n < len(b) && !(b[n] == 0xff && n+1 < len(b) && (b[n+1] == mDHT || b[n+1] == mSOS)) {
			n++
		}
		scans, b = append(scans, b[:n]), b[n:]
	}
	return scans
}
