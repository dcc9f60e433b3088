package render

import (
	"html/template"
	"net/url"
	"regexp"
	"strings"
)

// entity is what becomes a link in a plain text: an address, or an @ and a name.
var entity = regexp.MustCompile(`https?://[^\s<>"]+|@[\pL\pN][\pL\pM\pN_.-]*`)

// Text turns a plain text into HTML: everything is escaped, lines stay lines,
// addresses become links, and so do @names that mention knows. Addresses come
// from strangers: search engines are told not to follow them, and the page
// behind learns nothing of where it was opened.
func Text(text string, mention func(name string) (address string, ok bool)) template.HTML {
	var b strings.Builder
	last := 0
	for _, at := range entity.FindAllStringIndex(text, -1) {
		start, end := at[0], at[1]
		link := ""
		if text[start] == '@' {
			link, end = nameLink(text, start, end, mention)
		} else {
			link, end = addressLink(text[start:end], start)
		}
		if link == "" {
			continue
		}
		b.WriteString(lines(text[last:start]))
		b.WriteString(link)
		last = end
	}
	b.WriteString(lines(text[last:]))
	return template.HTML(b.String())
}

// nameLink links an @name that stands at the beginning of a word. Signs at its
// end belong to the sentence.
func nameLink(text string, start, end int, mention func(string) (string, bool)) (link string, stop int) {
	if start > 0 && !strings.ContainsRune(" \n\t([{\"'“‘«¿¡—–*", lastRune(text[:start])) {
		return "", end
	}
	for name := text[start+1 : end]; name != ""; name = strings.TrimRight(name[:len(name)-1], ".-") {
		if address, ok := mention(name); ok {
			return `<a class="link" href="` + template.HTMLEscapeString(address) + `">@` + template.HTMLEscapeString(name) + "</a>", start + 1 + len(name)
		}
		if !strings.ContainsRune(".-", rune(name[len(name)-1])) {
			break
		}
	}
	return "", end
}

func lastRune(s string) rune {
	r := []rune(s[max(0, len(s)-4):])
	return r[len(r)-1]
}

// addressLink links an address of the web. Signs at its end, and a bracket that
// was opened before it, belong to the sentence.
func addressLink(address string, start int) (link string, stop int) {
	for {
		trimmed := strings.TrimRight(address, `.,;:!?'"’”»*`)
		if strings.HasSuffix(trimmed, ")") && strings.Count(trimmed, "(") < strings.Count(trimmed, ")") {
			trimmed = trimmed[:len(trimmed)-1]
		}
		if trimmed == address {
			break
		}
		address = trimmed
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil { // a name before the host is made to deceive
		return "", start + len(address)
	}
	shown := address
	if r := []rune(shown); len(r) > 60 {
		shown = string(r[:59]) + "…"
	}
	return `<a class="link" href="` + template.HTMLEscapeString(u.String()) + `" rel="nofollow ugc noopener noreferrer">` +
		template.HTMLEscapeString(shown) + "</a>", start + len(address)
}

func lines(text string) string {
	return strings.ReplaceAll(template.HTMLEscapeString(text), "\n", "<br>\n")
}
