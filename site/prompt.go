package site

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// complain says everything that is wrong in one line.
func complain(wrong map[string]string) error {
	var all []string
	for field, words := range wrong {
		if words != "" {
			all = append(all, field+": "+words)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return errors.New(strings.Join(all, " "))
}

// prompt asks on the terminal; the first error stays.
type prompt struct {
	in  *bufio.Reader
	err error
}

func newPrompt() *prompt { return &prompt{in: bufio.NewReader(os.Stdin)} }

func (p *prompt) line(what, given string) string {
	if given != "" || p.err != nil {
		return given
	}
	fmt.Printf("%s: ", what)
	text, err := p.in.ReadString('\n')
	if err != nil && (!errors.Is(err, io.EOF) || text == "") {
		p.err = fmt.Errorf("read %s: %w", strings.ToLower(what), err)
	}
	return strings.TrimSpace(text)
}

// password is not echoed on a terminal.
func (p *prompt) password() string {
	if given, ok := os.LookupEnv("PASSWORD"); ok || p.err != nil {
		return given
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return p.line("Password", "")
	}
	fmt.Print("Password: ")
	b, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Println()
	p.err = err
	return string(b)
}
