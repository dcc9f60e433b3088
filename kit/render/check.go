package render

import (
	"fmt"
	"text/template/parse"
)

// CheckCalls visits every {{fn "literal" …}} in every template and asks check
// whether it can work with that literal and number of further arguments.
func (s *Set) CheckCalls(fn string, check func(literal string, args int) error) error {
	all := s.base.Templates()
	for _, name := range s.Names() {
		all = append(all, s.pages[name].own.Templates()...)
	}
	for _, t := range all {
		if t.Tree == nil {
			continue
		}
		if err := checkTree(t.Tree, fn, check); err != nil {
			return fmt.Errorf("%s: %w", t.Tree.ParseName, err)
		}
	}
	return nil
}

func checkTree(tree *parse.Tree, fn string, check func(string, int) error) (bad error) {
	walk(tree.Root, func(cmd *parse.CommandNode) {
		id, ok := cmd.Args[0].(*parse.IdentifierNode)
		if bad != nil || !ok || id.Ident != fn {
			return
		}
		if len(cmd.Args) < 2 || cmd.Args[1].Type() != parse.NodeString {
			bad = fmt.Errorf("{{%s}} wants its name as a literal string", fn)
			return
		}
		bad = check(cmd.Args[1].(*parse.StringNode).Text, len(cmd.Args)-2)
	})
	return bad
}

// walk finds every command, also those inside pipelines of if, range, with and
// template, and in parentheses.
func walk(n parse.Node, visit func(*parse.CommandNode)) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, m := range n.Nodes {
				walk(m, visit)
			}
		}
	case *parse.ActionNode:
		walk(n.Pipe, visit)
	case *parse.TemplateNode:
		walk(n.Pipe, visit)
	case *parse.IfNode:
		walkBranch(&n.BranchNode, visit)
	case *parse.RangeNode:
		walkBranch(&n.BranchNode, visit)
	case *parse.WithNode:
		walkBranch(&n.BranchNode, visit)
	case *parse.PipeNode:
		if n != nil {
			for _, c := range n.Cmds {
				walk(c, visit)
			}
		}
	case *parse.CommandNode:
		visit(n)
		for _, a := range n.Args {
			walk(a, visit)
		}
	}
}

func walkBranch(b *parse.BranchNode, visit func(*parse.CommandNode)) {
	walk(b.Pipe, visit)
	walk(b.List, visit)
	walk(b.ElseList, visit)
}
