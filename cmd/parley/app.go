package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/trust"
)

// The exit statuses.
const (
	exitFine        = 0 // or recognised
	exitProblem     = 1
	exitUsage       = 2 // wrong usage, or input that cannot be read
	exitUnknown     = 3 // could not tell
	exitFailed      = 4 // parley itself failed
	exitInterrupted = 130
)

const issues = "https://github.com/parley-tls/parley/issues"

// app is the process as the commands see it, so that tests can stand in for it.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	// columns is the width of the terminal behind a stream; 0: it is none.
	columns func(io.Writer) int
	now     func() time.Time
	dialer  probe.Dialer // nil: the system's
	// roots reads this machine's trust anchors.
	roots func() (parley.Store, error)
	// dry stops each command once it has read its words.
	dry bool
	// exit is what the command that ran comes to.
	exit int
}

func newApp() *app {
	return &app{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		getenv: os.Getenv, columns: columns, now: time.Now, roots: trust.System,
	}
}

// failure is an error with an exit status and, where there is one, a hint.
type failure struct {
	exit int
	err  error
	hint string
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

// wrong is a failure of what was typed or named.
func wrong(hint, format string, args ...any) error {
	return &failure{exit: exitUsage, err: fmt.Errorf(format, args...), hint: hint}
}

// run runs one command line and returns its exit status.
func (a *app) run(ctx context.Context, args []string) (exit int) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(a.stderr, "parley: error: %v\n%s", p, debug.Stack())
			fmt.Fprintf(a.stderr, "parley: hint: this is a bug of parley; report it at %s\n", issues)
			exit = exitFailed
		}
	}()
	stdout, columns := a.stdout, a.columns
	out := &written{Writer: stdout}
	a.stdout, a.columns = out, func(w io.Writer) int {
		if w == io.Writer(out) {
			w = stdout
		}
		return columns(w)
	}
	root := a.command()
	args = withNumbers(args)
	if with := a.anything(root, args); with != nil {
		args = with
	}
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if out.err != nil {
		err = &failure{exit: exitFailed, err: fmt.Errorf("write the answer: %w", out.err)}
	}
	if err == nil {
		return a.exit
	}
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{exit: exitUsage, err: err, hint: cmd.CommandPath() + " --help"}
	}
	// cobra puts its suggestions on lines of their own.
	text, more, _ := strings.Cut(f.Error(), "\n\n")
	say := func(kind, text string) {
		fmt.Fprintln(a.stderr, foldMessage("parley: "+kind+": "+text, a.width(a.stderr)))
	}
	say("error", strings.TrimPrefix(text, "parley: "))
	if near := strings.Join(strings.Fields(strings.TrimPrefix(strings.TrimSpace(more), "Did you mean this?")), ", "); near != "" {
		f.hint = "similar: " + near
	}
	if f.hint != "" {
		say("hint", f.hint)
	}
	if f.exit == exitFailed && !ofTheSystem(f) {
		say("hint", "if this does not help, say so at "+issues)
	}
	return f.exit
}

// ofTheSystem says of a failure that it is one of the machine, such as a disk that is
// full or a reader that is gone: nobody could mend that in parley.
func ofTheSystem(err error) bool {
	var path *fs.PathError
	return errors.As(err, &path) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, io.ErrShortWrite)
}

// written is stdout. It keeps the first error, which help and completion scripts
// pass over: a disk that is full is neither success nor wrong usage.
type written struct {
	io.Writer
	err error
}

func (w *written) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if w.err == nil {
		w.err = err
	}
	return n, err
}

// exitOf is the exit status of a verdict.
func exitOf(v parley.Verdict) int {
	switch v {
	case parley.VerdictOK:
		return exitFine
	case parley.VerdictProblem:
		return exitProblem
	}
	return exitUnknown
}

const short = `parley - find out why a TLS handshake fails, and what mends it

  parley 'SSL alert number 70'               paste any error, host or file
  parley check shop.example                  name the cause, and prove it
  parley check shop.example --as java7       the same for one client
  parley tour                                broken peers on loopback, diagnosed

Commands: check scan verify explain lab tour version completion
parley COMMAND --help shows the flags of a command.
Exit status: 0 fine (scan: the terms were learned), 1 a problem, 2 usage,
3 could not tell, 4 a bug.
`

// command is the tree of commands.
func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:           "parley",
		Short:         "find out why a TLS handshake fails, and what mends it",
		SilenceErrors: true, SilenceUsage: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			hint := "parley --help"
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				hint = "similar: " + strings.Join(near, ", ")
				if len(args) == 1 && labelShape().MatchString(args[0]) {
					hint += "; a host: parley check " + args[0]
				}
			} else if strings.ContainsAny(args[0], ".:/") || labelShape().MatchString(args[0]) {
				hint = "to check an endpoint: parley check " + args[0]
			}
			return wrong(hint, "unknown command %q", args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := io.WriteString(a.stdout, short)
			return err
		},
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(flagError)
	root.SetHelpTemplate(helpTemplate)
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if cmd == root {
			io.WriteString(a.stdout, short)
			return
		}
		help(cmd, a.stdout)
	})
	root.AddCommand(a.checkCommand(), a.scanCommand(), a.verifyCommand(), a.explainCommand(), a.labCommand(), a.tourCommand(), a.versionCommand())
	root.InitDefaultCompletionCmd()
	return root
}

const helpTemplate = `{{if .Example}}{{.Example}}

{{end}}{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}

{{end}}{{.UsageString}}`

// help writes the help of a command: examples first.
func help(cmd *cobra.Command, w io.Writer) {
	if cmd.Example != "" {
		fmt.Fprintf(w, "%s\n\n", strings.TrimRight(cmd.Example, "\n"))
	}
	text := cmd.Long
	if text == "" {
		text = cmd.Short
	}
	fmt.Fprintf(w, "%s\n\nUsage:  %s\n", fold(strings.TrimSpace(text), 80, 0), cmd.UseLine())
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			fmt.Fprintf(w, "        %s\n", c.UseLine())
		}
	}
	if cmd.HasAvailableLocalFlags() {
		fmt.Fprintf(w, "\n%s", cmd.LocalFlags().FlagUsagesWrapped(80))
	}
}
