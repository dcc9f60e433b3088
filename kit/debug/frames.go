package debug

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"superbook/kit/async"
)

// around is how many lines are shown on either side.
const around = 6

// templatePlace is how html/template and text/template begin their errors:
// "template: pages/home.html:12:5: …", and "html/template:pages/home.html:12:5: …".
var templatePlace = regexp.MustCompile(`template: ?([\w/.-]+\.html):(\d+)`)

func (r Reader) templateFrame(err error) (Frame, bool) {
	m := templatePlace.FindStringSubmatch(err.Error())
	if m == nil {
		return Frame{}, false
	}
	line, _ := strconv.Atoi(m[2]) // the pattern lets only digits through
	f := Frame{Title: "Template", File: "templates/" + m[1], Line: line}
	if text, err := fs.ReadFile(r.Templates, m[1]); err == nil {
		f.Lines = cut(string(text), line)
	}
	return f, true
}

// stackPlace is a line of a goroutine's stack: a tab, a file, a line.
var stackPlace = regexp.MustCompile(`(?m)^(\S.*)\n\t(\S+\.go):(\d+)`)

// panicFrames gives the program's own places out of a panic's stack.
func (r Reader) panicFrames(err error) (frames []Frame) {
	p := (*async.PanicError)(nil)
	if !errors.As(err, &p) {
		return nil
	}
	_, stack, _ := strings.Cut(string(p.Stack), "panic(") // what is above recovered it
	for _, m := range stackPlace.FindAllStringSubmatch(stack, -1) {
		if !strings.HasPrefix(m[1], r.Module+"/") && !strings.HasPrefix(m[1], "main.") || len(frames) == 4 {
			continue
		}
		line, _ := strconv.Atoi(m[3])
		name, _, _ := strings.Cut(m[1], "({")
		frames = append(frames, r.codeFrame("Panic in "+name, m[2], line))
	}
	return frames
}

func (r Reader) viewFrame(view echo.HandlerFunc) (Frame, bool) {
	if view == nil {
		return Frame{}, false
	}
	f := runtime.FuncForPC(reflect.ValueOf(view).Pointer())
	// A method value is a wrapper named "…-fm" that says where the method is used, not where it stands.
	name := strings.TrimSuffix(f.Name(), "-fm")
	file, line := r.find(name)
	if file == "" {
		return Frame{}, false
	}
	return r.codeFrame("View "+name, file, line), true
}

// find looks a method up by its name, such as superbook/views.(*Views).Home,
// in the files of its package.
func (r Reader) find(name string) (file string, line int) {
	pkg, method, ok := strings.Cut(name, ".(")
	if !ok {
		return "", 0
	}
	method = method[strings.LastIndex(method, ".")+1:]
	dir := filepath.Join(r.Root, strings.TrimPrefix(strings.TrimPrefix(pkg, r.Module), "/"))
	files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	head := regexp.MustCompile(`^func \(\w+ \*?\w+\) ` + regexp.QuoteMeta(method) + `\(`)
	for _, file := range files {
		if n := lineOf(file, head); n > 0 {
			return file, n
		}
	}
	return "", 0
}

func lineOf(file string, head *regexp.Regexp) int {
	f, err := os.Open(file)
	if err != nil {
		return 0
	}
	defer f.Close()
	n := 0
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if n++; head.MatchString(sc.Text()) {
			return n
		}
	}
	return 0
}

func (r Reader) codeFrame(title, file string, line int) Frame {
	f := Frame{Title: title, File: file, Line: line}
	if rel, err := filepath.Rel(r.Root, file); err == nil && !strings.HasPrefix(rel, "..") {
		f.File = filepath.ToSlash(rel)
	}
	if text, err := os.ReadFile(file); err == nil {
		f.Lines = cut(string(text), line)
	}
	return f
}

func cut(text string, hot int) (lines []Line) {
	n := 0
	for l := range strings.SplitSeq(text, "\n") {
		if n++; n >= hot-around && n <= hot+around {
			lines = append(lines, Line{n, l, n == hot})
		}
	}
	return lines
}
