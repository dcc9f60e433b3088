package browsertest

import (
	_ "embed" // the checker below
	"encoding/json"
	"fmt"
	"strings"
)

// axeScript is axe-core 4.14.1, licensed under the MPL 2.0 (see axe/LICENSE).
//
//go:embed axe/axe.min.js
var axeScript string

// BestPractice is a tag for Axe: rules that are good but no part of WCAG.
const BestPractice = "best-practice"

// Violation is a rule of accessibility that the page breaks.
type Violation struct {
	ID      string          `json:"id"`
	Impact  string          `json:"impact"`
	Help    string          `json:"help"`
	HelpURL string          `json:"helpUrl"`
	Nodes   []ViolationNode `json:"nodes"`
}

// ViolationNode is an element that breaks a rule.
type ViolationNode struct {
	Target  string `json:"target"` // selectors, from the outermost frame inwards
	HTML    string `json:"html"`
	Summary string `json:"failureSummary"`
}

// String names the rule and every element that breaks it.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n  %s %.200s\n    %s", n.Target, n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n    "))
	}
	return b.String()
}

// Axe checks the page as it stands against WCAG 2.2 levels A and AA, and the
// rules with further tags of axe-core. The checker goes in over the DevTools
// protocol, so the page's content security policy stays in force.
func (b *Tab) Axe(tags ...string) []Violation {
	b.t.Helper()
	if b.bare { // promises rest while scripts are off; the page's own scripts were left out when it loaded
		b.disableScripts(false)
		defer b.disableScripts(true)
	}
	if !Eval[bool](b, "typeof window.axe === 'object'") {
		Eval[bool](b, axeScript+"\n;true")
	}
	return Eval[[]Violation](b, axeCall(tags))
}

func axeCall(tags []string) string {
	tags = append([]string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"}, tags...)
	list, err := json.Marshal(tags)
	if err != nil {
		panic(err) // strings can always be written
	}
	return "axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values: " + string(list) + "}})" +
		".then(r => r.violations.map(v => ({...v, nodes: v.nodes.map(n => ({...n, target: n.target.flat().join(' ')}))})))"
}
