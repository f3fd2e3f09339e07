package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/explain"
	"github.com/parley-tls/parley/internal/lazy"
)

var (
	hostShape  = lazy.Regexp(`^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)+|localhost)(:[0-9]{1,5})?$`)
	labelShape = lazy.Regexp(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$`) // a host of one label
	urlShape   = lazy.Regexp(`^[a-z][a-z0-9+.-]*://[^ ]+$`)
)

// anything reads words that begin with no verb: a host, a URL, a file or a text.
// It says what it took them for, and returns the words with the verb; nil: they
// are nothing that is known.
func (a *app) anything(root *cobra.Command, args []string) []string {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return nil
	}
	first := args[0]
	if c, _, err := root.Find(args[:1]); err == nil && c != root || first == "help" || strings.HasPrefix(first, "__complete") {
		return nil
	}
	verb, what := "", ""
	switch {
	case causes.Known(parley.CauseID(first)):
		verb, what = "explain", "the id of a cause"
	case urlShape().MatchString(first):
		verb, what = "check", "a URL"
	case isFile(first):
		verb, what = "explain", "a file"
	case hostShape().MatchString(first):
		verb, what = "check", "a host"
	case strings.ContainsAny(first, " \n\t") || len(root.SuggestionsFor(first)) == 0 && explain.Explain(explain.ReadString(strings.Join(args, " ")), explain.Options{}).Known:
		verb, what = "explain", "a text"
	default:
		return nil
	}
	fmt.Fprintf(a.stderr, "Read as: %s, parley %s\n", what, verb)
	return append([]string{verb}, args...)
}

// negative is a number below 0, as libraries print them: -9836, -0x7780.
var negative = lazy.Regexp(`^-(0[xX][0-9a-fA-F]+|[0-9]{2,})$`)

// withNumbers marks a number below 0 as what is to be explained: it begins as a flag
// does. A number after a flag may be its value.
func withNumbers(args []string) []string {
	at := 0
	if len(args) > 0 && args[0] == "explain" {
		at = 1
	}
	if at >= len(args) || !negative().MatchString(args[at]) {
		return args
	}
	var flags []string // may stand behind the number
	words := []string{args[at]}
	for _, x := range args[at+1:] {
		if strings.HasPrefix(x, "--") && len(x) > 2 {
			flags = append(flags, x)
		} else if len(flags) > 0 {
			flags = append(flags, x)
		} else {
			words = append(words, x)
		}
	}
	return slices.Concat([]string{"explain"}, flags, []string{"--"}, words)
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}
