package main

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/parley-tls/parley/report"
)

// output is how an answer is to be written.
type output struct {
	format  string
	json    bool
	color   string
	plain   bool
	wire    bool
	verbose bool

	flags *pflag.FlagSet // which were given
	more  []string       // formats beside human and json
}

// formatFlags adds --format and --json.
func (o *output) formatFlags(f *pflag.FlagSet) {
	o.flags = f
	words := append([]string{"human", "json"}, o.more...)
	f.StringVar(&o.format, "format", "human", strings.Join(words[:len(words)-1], ", ")+" or "+words[len(words)-1])
	f.BoolVar(&o.json, "json", false, "short for --format json")
	f.StringVar(&o.color, "color", "auto", "auto, always or never")
	f.BoolVar(&o.plain, "plain", false, "one fact a line, in ASCII, for grep and screen readers")
}

// screenFlags adds those of the screen of a check.
func (o *output) screenFlags(f *pflag.FlagSet) {
	f.BoolVar(&o.wire, "wire", false, "show every attempt below the answer")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "show everything that is known")
}

// read looks whether the words of the flags are known.
func (o *output) read() error {
	switch {
	case o.json && o.flags != nil && o.flags.Changed("format") && o.format != "json":
		return wrong("", "--json and --format %s exclude each other", o.format)
	case o.plain && (o.json || o.format == "json"):
		return wrong("--plain is for people, --json for programs", "--plain and --json exclude each other")
	case o.plain && o.format != "human":
		return wrong("--plain is for people", "--plain and --format %s exclude each other", o.format)
	}
	switch {
	case o.format == "json":
		o.json = true
	case o.format == "human", slices.Contains(o.more, o.format):
	default:
		return wrong("--format "+strings.Join(append([]string{"human", "json"}, o.more...), ", --format "), "unknown format %q", o.format)
	}
	switch o.color {
	case "auto", "always", "never":
	default:
		return wrong("--color auto, --color always, --color never", "unknown value %q of --color", o.color)
	}
	return nil
}

// screen is how a screen on stdout is written.
func (a *app) screen(o *output) report.Options {
	return report.Options{
		Width: a.width(a.stdout), Color: a.colored(o, a.stdout), Plain: o.plain, Unicode: a.unicode(),
		Verbose: o.verbose, Wire: o.wire,
	}
}

// colored follows --color, then NO_COLOR (no-color.org), CLICOLOR_FORCE, and
// whether a terminal that knows colours listens.
func (a *app) colored(o *output, w io.Writer) bool {
	force := a.getenv("CLICOLOR_FORCE")
	switch {
	case o.plain || o.color == "never":
		return false
	case o.color == "always":
		return true
	case a.getenv("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		return true
	}
	return a.columns(w) > 0 && a.getenv("TERM") != "dumb"
}

// unicode says whether the locale shows more than ASCII.
func (a *app) unicode() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := a.getenv(name); v != "" {
			v = strings.ToUpper(strings.ReplaceAll(v, "-", ""))
			return strings.Contains(v, "UTF8")
		}
	}
	return false
}
