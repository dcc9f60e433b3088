package metrics

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// ContentType is the media type of what Registry.Write writes.
const ContentType = "text/plain; version=0.0.4; charset=utf-8"

// text writes lines of the format.
type text struct{ *bytes.Buffer }

var (
	escapeHelp  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	escapeLabel = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

func (t *text) head(d Desc) {
	t.WriteString("# HELP " + d.Name + " " + escapeHelp.Replace(d.Help) + "\n# TYPE " + d.Name + " " + d.Type + "\n")
}

// sample writes one series. Labels without a value are left out: to the reader
// that is the same as an empty one.
func (t *text) sample(name string, labels, values []string, v float64) {
	t.WriteString(name)
	between := byte('{')
	for i, l := range labels[:min(len(labels), len(values))] {
		t.WriteByte(between)
		t.WriteString(l)
		t.WriteString(`="`)
		t.WriteString(escapeLabel.Replace(strings.ToValidUTF8(values[i], "\uFFFD")))
		t.WriteByte('"')
		between = ','
	}
	if between == ',' {
		t.WriteByte('}')
	}
	t.WriteByte(' ')
	t.WriteString(number(v))
	t.WriteByte('\n')
}

// number writes what is no finite number as the format wants it.
func number(v float64) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "+Inf"
	case math.IsInf(v, -1):
		return "-Inf"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
