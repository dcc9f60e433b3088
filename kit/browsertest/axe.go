package browsertest

import (
	_ "embed" // the checker below
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// axeScript is axe-core 4.14.1, licensed under the MPL 2.0 (see axe/LICENSE).
//
//go:embed axe/axe.min.js
var axeScript string

// BestPractice is a tag for Axe: rules that are good but no part of WCAG.
const BestPractice = "best-practice"

var (
	wcag        = []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"}
	colourRules = []string{"color-contrast", "link-in-text-block"}
	widthRules  = append([]string{"target-size", "scrollable-region-focusable"}, colourRules...)
)

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
	return b.axe(axeRun{RunOnly: axeOnly{"tag", append(slices.Clone(wcag), tags...)}})
}

// AxeColours checks of a page that Axe has checked only what other colours can
// change.
func (b *Tab) AxeColours() []Violation {
	b.t.Helper()
	return b.axe(axeRun{RunOnly: axeOnly{"rule", colourRules}})
}

// AxeWidth checks of a page that Axe has checked only what another width can change.
func (b *Tab) AxeWidth() []Violation {
	b.t.Helper()
	return b.axe(axeRun{RunOnly: axeOnly{"rule", widthRules}})
}

// AxeElements is Axe without what AxeWidth checks, which takes the most time.
func (b *Tab) AxeElements(tags ...string) []Violation {
	b.t.Helper()
	run := axeRun{RunOnly: axeOnly{"tag", append(slices.Clone(wcag), tags...)}, Rules: map[string]axeOff{}}
	for _, rule := range widthRules {
		run.Rules[rule] = axeOff{}
	}
	return b.axe(run)
}

func (b *Tab) axe(run axeRun) []Violation {
	b.t.Helper()
	if b.bare { // promises rest while scripts are off; the page's own scripts were left out when it loaded
		b.disableScripts(false)
		defer b.disableScripts(true)
	}
	if !Eval[bool](b, "typeof window.axe === 'object'") {
		Eval[bool](b, axeScript+"\n;true")
	}
	run.ResultTypes, run.Preload.Assets = []string{"violations"}, []string{"media"}
	options, err := json.Marshal(run)
	if err != nil {
		b.t.Fatal(err)
	}
	return Eval[[]Violation](b, "axe.run(document, "+string(options)+")"+
		".then(r => r.violations.map(v => ({...v, nodes: v.nodes.map(n => ({...n, target: n.target.flat().join(' ')}))})))")
}

// axeRun is how axe-core is asked. It leaves style sheets out of what it loads beforehand: of those in
// shadow trees it would make inline ones, which a strict policy refuses aloud.
type axeRun struct {
	RunOnly     axeOnly           `json:"runOnly"`
	Rules       map[string]axeOff `json:"rules,omitempty"`
	ResultTypes []string          `json:"resultTypes"`
	Preload     struct {
		Assets []string `json:"assets"`
	} `json:"preload"`
}

type axeOnly struct {
	Type   string   `json:"type"` // tag or rule
	Values []string `json:"values"`
}

type axeOff struct {
	Enabled bool `json:"enabled"` // false
}
