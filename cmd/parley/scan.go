package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/weaknesses"
	"github.com/parley-tls/parley/report"
	"github.com/parley-tls/parley/scan"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

// scanFlags are the flags of parley scan.
type scanFlags struct {
	output
	depth        string
	gentle, fast bool
	sni          string
	noSNI        bool
	connect      string
	v4, v6       bool
	startTLS     string
	proxy        string
	timeout      time.Duration
	rate         float64
	local        parley.Local
	ca           []string
	aia          bool
	revocation   bool
	dns          string
	many         manyFlags
	judge        judgeFlags
}

const scanExample = `  parley scan shop.example                     versions and cipher suites
  parley scan shop.example --depth versions    one connection a version
  parley scan shop.example --gentle            one connection after the other
  parley scan smtp://mail.example --json       for programs
  parley scan shop.example --fail-on medium    for CI: 1 where something is weak
  parley scan shop.example --policy pci --format html > shop.html
  parley scan dtls://vpn.example               DTLS; likewise coaps:// and more
  parley scan -f hosts.txt                     many targets, a hello each
  parley scan -f hosts.txt --fail-on medium --format html -o all.html`

func (a *app) scanCommand() *cobra.Command {
	var f scanFlags
	f.more = []string{"sarif", "junit", "md", "csv", "html"}
	cmd := &cobra.Command{
		Use:     "scan HOST|URL|-f FILE",
		Short:   "everything that a server accepts",
		Example: scanExample,
		Long: `Asks for every version from SSL 2 on, and for every cipher suite that is known,
until the rest is refused: with as many connections at once as the server
takes, at most 24, or one after the other with --gentle.
What could not be learned is said to be unknown, and never to be refused: an
alert that refuses the name, silence, and where there is no certificate an alert
to 1.3, which may want a pre-shared key. A version is refused by an alert, by
another version selected, or by two resets or closes in a row while others are
accepted; of SSL 2 one is enough.
What the terms show to be weak is told with its reason, without an attack.
With -f each address is sent one hello, or as much as --depth says, and what
refuses is diagnosed from that; like results are told together: on the screen,
and first on the page of --format html or md. The other formats are written as
targets end.
Exit status: 0 the terms were learned, 1 --fail-on or --policy is not met, 2
usage, 3 nothing was learned, or not what these need, 4 a bug; with -f: 1 a
problem was found, 3 something could not be told of a target.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if f.many.file != "" {
				return nil // bounds has more to say
			}
			return oneArg("a host or URL", "parley scan shop.example")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := notEmpty(cmd.Flags()); err != nil {
				return err
			}
			if err := f.many.bounds(&f, args); err != nil {
				return err
			}
			f.local = local()
			if f.many.file != "" {
				return a.scanMany(cmd.Context(), &f)
			}
			return a.scan(cmd.Context(), args[0], &f)
		},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&f.depth, "depth", "suites", "what to learn: "+strings.Join(survey.Depths, ", "))
	fs.BoolVar(&f.gentle, "gentle", false, "one connection after the other, and as few as it takes")
	fs.BoolVar(&f.fast, "fast", false, "up to 48 connections at once")
	fs.StringVar(&f.sni, "sni", "", "the server `name` to ask for")
	fs.BoolVar(&f.noSNI, "no-sni", false, "ask for no server name")
	fs.StringVar(&f.connect, "connect", "", "connect to `ADDR[:PORT]` whatever the name resolves to")
	fs.BoolVarP(&f.v4, "ipv4", "4", false, "IPv4 only")
	fs.BoolVarP(&f.v6, "ipv6", "6", false, "IPv6 only")
	fs.StringVar(&f.startTLS, "starttls", "", "upgrade first: `PROTO` is "+strings.Join(startTLS, " "))
	fs.StringVar(&f.proxy, "proxy", "env", "ask directly and through `URL`; env: that of HTTPS_PROXY; none")
	fs.DurationVar(&f.timeout, "timeout", scan.DefaultTimeout, "for the whole scan")
	fs.Float64Var(&f.rate, "rate", 0, "new connections a second to an address (0: no limit)")
	f.judge.add(fs)
	f.credentialFlags(fs)
	f.formatFlags(fs)
	f.many.add(fs)
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "show every cipher suite, and all that is weak with what it takes")
	fixed := func(words ...string) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
	}
	must(cmd.RegisterFlagCompletionFunc("depth", fixed(survey.Depths...)))
	must(cmd.RegisterFlagCompletionFunc("starttls", fixed(startTLS...)))
	must(cmd.RegisterFlagCompletionFunc("format", fixed(append([]string{"human", "json"}, f.more...)...)))
	must(cmd.RegisterFlagCompletionFunc("fail-on", fixed(weaknesses.Severities...)))
	must(cmd.RegisterFlagCompletionFunc("policy", completePolicies))
	must(cmd.RegisterFlagCompletionFunc("color", fixed("auto", "always", "never")))
	must(cmd.RegisterFlagCompletionFunc("proxy", fixed("env", "none")))
	return cmd
}

// scan runs parley scan.
func (a *app) scan(ctx context.Context, text string, f *scanFlags) error {
	o, err := a.scanOptions(text, f)
	if err != nil || a.dry {
		return err
	}
	p := a.progress("asking " + o.Text)
	var done atomic.Int32
	o.Progress = func(parley.Reply) { p.say("asking %s: %d answers", o.Text, done.Add(1)) }
	res, err := scan.Run(ctx, *o)
	p.end()
	if err != nil {
		return wrong("parley scan --help", "%w", err)
	}
	doc := scanDocument(res)
	doc.Again = f.again(o.Text)
	f.judge.judge(doc, res)
	if ctx.Err() != nil {
		doc.Exit = exitInterrupted
		doc.Notes = append(doc.Notes, "interrupted: this is what was known by then")
	}
	a.exit = doc.Exit
	switch write := report.Formats[f.format]; {
	case f.json:
		err = report.ScanJSON(a.stdout, doc)
	case write != nil:
		err = write(a.stdout, doc.Ledger())
	default:
		err = report.ScanHuman(a.stdout, doc, a.screen(&f.output))
	}
	if err != nil {
		return &failure{exit: exitFailed, err: fmt.Errorf("write the answer: %w", err)}
	}
	return nil
}

// scanDocument makes a result fit for a report.
func scanDocument(res *scan.Result) *report.Scan {
	doc := &report.Scan{
		Tool: version().Version, Target: res.Evidence.Target, Exit: res.Exit(), Depth: res.Depth.String(),
		Connections: res.Connections, Elapsed: res.Elapsed.Round(time.Millisecond), Evidence: res.Evidence,
	}
	for i := range res.Endpoints {
		e := &res.Endpoints[i]
		end := report.Endpoint{Server: e.Server, Learned: e.Learned(), Connections: e.Connections, Certificates: e.Certificates, Findings: e.Weaknesses(), Cut: string(e.Cut)}
		if !end.Learned {
			end.Note = e.Answer.Stands()
			if e.Detail != "" {
				end.Note += ": " + e.Detail
			}
		}
		doc.Endpoints = append(doc.Endpoints, end)
	}
	doc.Notes = append(doc.Notes, cutNotes(res)...)
	if l := res.Evidence.Lookup; l.End != parley.EndUnknown {
		doc.Notes = append(doc.Notes, l.Name+": "+l.Detail)
	}
	if text := target.Guessed(res.Evidence.Target); text != "" {
		doc.Notes = append(doc.Notes, text)
	}
	if res.Evidence.Local.NoIPv6 && slices.ContainsFunc(res.Evidence.Lookup.Addrs, isGlobal6) {
		doc.Notes = append(doc.Notes, "this machine has no route for IPv6: that side of the target was not asked")
	}
	if !res.Learned() && res.Evidence.Target.Transport != parley.TransportDTLS {
		words := []string{"parley", "check", res.Evidence.Target.Text}
		doc.Notes = append(doc.Notes, "what stands in the way is the question of: "+commandLine(words))
	}
	return doc
}

// scanOptions reads the flags.
func (a *app) scanOptions(text string, f *scanFlags) (*scan.Options, error) {
	if err := f.output.read(); err != nil {
		return nil, err
	}
	if err := f.bounds(); err != nil {
		return nil, err
	}
	t, err := target.Read(text)
	if err != nil {
		return nil, wrong("as in: parley scan smtp://mail.example:587", "%w", err)
	}
	o := &scan.Options{
		Question: target.Question{Text: t.Text, SNI: f.sni, NoSNI: f.noSNI, Connect: f.connect, StartTLS: f.startTLS, Local: f.local},
		Depth:    survey.ParseDepth(f.depth), Timeout: f.timeout, Rate: f.rate, Now: a.now(), Dialer: a.dialer,
	}
	switch {
	case f.v4:
		o.Family = 4
	case f.v6:
		o.Family = 6
	}
	switch {
	case f.gentle:
		o.Pace = survey.PaceGentle
	case f.fast:
		o.Pace = survey.PaceFast
	}
	if err := f.judge.read(a.dry); err != nil {
		return nil, err
	}
	if !f.flags.Changed("depth") {
		o.Depth = max(o.Depth, f.judge.depth())
	}
	if err := f.credentials(o, t); err != nil {
		return nil, err
	}
	o.Proxies, err = a.proxies(f.proxy, t)
	return o, err
}

// bounds looks whether the values of flags can be meant.
func (f *scanFlags) bounds() error {
	switch {
	case !slices.Contains(survey.Depths, f.depth):
		return wrong("--depth "+strings.Join(survey.Depths, ", --depth "), "unknown depth %q", f.depth)
	case f.gentle && f.fast:
		return wrong("", "--gentle and --fast exclude each other")
	case f.v4 && f.v6:
		return wrong("without either, both families are asked", "-4 and -6 exclude each other")
	case f.sni != "" && f.noSNI:
		return wrong("", "--sni and --no-sni exclude each other")
	case f.timeout <= 0:
		return wrong("--timeout 60s", "--timeout %v leaves no time", f.timeout)
	case !(f.rate >= 0) || math.IsInf(f.rate, 1): // NaN is neither
		return wrong("--rate 2", "--rate %v is no rate", f.rate)
	case f.startTLS != "" && !slices.Contains(startTLS, f.startTLS):
		return wrong("known are "+strings.Join(startTLS, " "), "no upgrade to TLS is known of %q", f.startTLS)
	}
	return nil
}

// followed says how policies, which name versions of TLS, hold for those of DTLS;
// nothing for a target over another transport.
func followed(t parley.Target) string {
	if t.Transport != parley.TransportDTLS {
		return ""
	}
	return "what a policy says of 1.1, 1.2 and 1.3 is demanded of DTLS1.0, DTLS1.2 and DTLS1.3, which follow them"
}
