package render_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"superbook/kit/render"
)

func known(name string) (string, bool) {
	switch name {
	case "ana", "a.b", "ж", "o'x":
		return "/users/" + name, true
	}
	return "", false
}

func TestText(t *testing.T) {
	t.Parallel()
	const to = ` rel="nofollow ugc noopener noreferrer">`
	for text, want := range map[string]string{
		"plain":                           "plain",
		"a\nb":                            "a<br>\nb",
		"<b>&\"":                          "&lt;b&gt;&amp;&#34;",
		"@ana":                            `<a class="link" href="/users/ana">@ana</a>`,
		"hi @ana.":                        `hi <a class="link" href="/users/ana">@ana</a>.`,
		"(@a.b) @ж!":                      `(<a class="link" href="/users/a.b">@a.b</a>) <a class="link" href="/users/ж">@ж</a>!`,
		"@nobody":                         "@nobody",
		"mail@ana":                        "mail@ana",
		"@ana@ana":                        `<a class="link" href="/users/ana">@ana</a>@ana`,
		"@anab":                           "@anab",
		"https://x.example/a?b=1&c":       `<a class="link" href="https://x.example/a?b=1&amp;c"` + to + `https://x.example/a?b=1&amp;c</a>`,
		"see http://x.example.":           `see <a class="link" href="http://x.example"` + to + `http://x.example</a>.`,
		"(http://x.example/a_(b))":        `(<a class="link" href="http://x.example/a_(b)"` + to + `http://x.example/a_(b)</a>)`,
		"javascript:alert(1)":             "javascript:alert(1)",
		"https://bank.example@x.example/": "https://bank.example@x.example/",
		"https://":                        "https://",
		`http://x/"onclick=a`:             `<a class="link" href="http://x/"` + to + `http://x/</a>&#34;onclick=a`,
		"http://x/<script>":               `<a class="link" href="http://x/"` + to + `http://x/</a>&lt;script&gt;`,
	} {
		if got := string(render.Text(text, known)); got != want {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
	long := string(render.Text("https://x.example/"+strings.Repeat("long", 40), known))
	if !strings.Contains(long, "…</a>") || !strings.Contains(long, strings.Repeat("long", 40)+`"`) {
		t.Errorf("a long address is %s", long)
	}
}

// Whatever somebody writes, the page gets text, links and line breaks only, and
// no words are lost.
func FuzzText(f *testing.F) {
	for _, s := range []string{"@ana http://x.example/<script>", "a\n@ж.", "https://[::1]:8/%zz", "\xff@ana", "http://x/\x00", "@@ana", "<a href=x onclick=y>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		z := html.NewTokenizer(strings.NewReader(string(render.Text(s, known))))
		for z.Next() != html.ErrorToken {
			tok := z.Token()
			switch tok.Type {
			case html.TextToken, html.EndTagToken:
				continue
			}
			if tok.Data != "a" && tok.Data != "br" {
				t.Fatalf("%q makes <%s>", s, tok.Data)
			}
			for _, a := range tok.Attr {
				if a.Key == "href" && !strings.HasPrefix(a.Val, "http") && !strings.HasPrefix(a.Val, "/users/") || !strings.Contains("href class rel", a.Key) {
					t.Fatalf("%q makes %s=%q", s, a.Key, a.Val)
				}
			}
		}
	})
}
