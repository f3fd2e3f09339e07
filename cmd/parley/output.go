package main

import (
	"io"
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
}

// formatFlags adds --format and --json.
func (o *output) formatFlags(f *pflag.FlagSet) {
	o.flags = f
	f.StringVar(&o.format, "format", "human", "human or json")
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
	}
	switch o.format {
	case "json":
		o.json = true
	case "human":
	default:
		return wrong("--format human, --format json", "unknown format %q", o.format)
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
	cols := a.columns(a.stdout)
	width := 80
	if cols > 0 {
		width = min(width, cols)
	}
	return report.Options{
		Width: width, Color: a.colored(o, a.stdout), Plain: o.plain, Unicode: a.unicode(),
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
