package site_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var testNamed = regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w*)(?:/([^`]+))?`")

// The chapters of the docs prove what they say by the names of tests: each must
// be there, and each row of a table of tests too.
func TestDocsNameTestsThatExist(t *testing.T) {
	t.Parallel()
	var code strings.Builder
	err := filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		text, err := os.ReadFile(file)
		code.Write(text)
		return err
	})
	must(t, err)
	chapters, err := filepath.Glob("../docs/async/*.md")
	must(t, err)
	found := 0
	for _, chapter := range chapters {
		text, err := os.ReadFile(chapter)
		must(t, err)
		for _, m := range testNamed.FindAllStringSubmatch(string(text), -1) {
			found++
			row := strings.ReplaceAll(m[2], "_", " ")
			if !strings.Contains(code.String(), "func "+m[1]+"(") || row != "" && !strings.Contains(code.String(), `"`+row+`":`) {
				t.Errorf("%s names %s, which is no test", filepath.Base(chapter), m[0])
			}
		}
	}
	if found < 20 {
		t.Errorf("found only %d names of tests", found)
	}
}
