package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/report"
)

func (a *app) explainCommand() *cobra.Command {
	var o output
	cmd := &cobra.Command{
		Use:     "explain CAUSE-ID|CASE.json",
		Short:   "the page of a cause, or a saved case once more",
		Example: "  parley explain version.client-too-old   what it means, and what mends it\n  parley explain case.json                a case that check -o saved",
		Long: `Prints what a cause means, what it is mistaken for, and what mends it; or
diagnoses the evidence that parley check -o case.json saved.`,
		Args:              oneArg("the id of a cause or a saved case", "parley explain version.client-too-old"),
		ValidArgsFunction: completeCauses,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.read(); err != nil {
				return err
			}
			if strings.HasSuffix(args[0], ".json") {
				return a.replay(args[0], &o)
			}
			id := parley.CauseID(args[0])
			if _, err := causes.Get(id); err != nil {
				return notACause(args[0])
			}
			if a.dry {
				return nil
			}
			var err error
			if o.json {
				err = report.ExplainJSON(a.stdout, version().Version, words(id))
			} else {
				err = report.Explain(a.stdout, words(id), a.screen(&o))
			}
			return err
		},
	}
	cmd.Flags().SortFlags = false
	o.formatFlags(cmd.Flags())
	o.screenFlags(cmd.Flags())
	return cmd
}

func causeIDs() []string {
	var ids []string
	for _, c := range causes.All() {
		ids = append(ids, string(c.ID))
	}
	return ids
}

func completeCauses(_ *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, c := range causes.All() {
		if strings.HasPrefix(string(c.ID), prefix) {
			out = append(out, string(c.ID)+"\t"+c.Title)
		}
	}
	return out, cobra.ShellCompDirectiveDefault // a saved case is a file
}

var idShape = regexp.MustCompile(`^[a-z0-9]+[.-][a-z0-9.-]+$`)

// notACause tells an id with a slip in it from a text.
func notACause(text string) error {
	ids := causeIDs()
	ns := similar(text, ids)
	family, _, _ := strings.Cut(text, ".")
	ofFamily := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !strings.HasPrefix(id, family+".") })
	switch {
	case len(ns) > 0:
		return wrong("similar: "+strings.Join(ns, ", "), "no cause %q is known", text)
	case idShape.MatchString(text) && len(ofFamily) > 0:
		return wrong("of that family: "+strings.Join(ofFamily, ", "), "no cause %q is known", text)
	}
	return &failure{
		exit: exitUnknown,
		err:  fmt.Errorf("cannot tell what %q means: only ids of causes and saved cases are read so far", text),
		hint: "to check an endpoint: parley check HOST",
	}
}
