package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/knowledge/policies"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/report"
	"github.com/parley-tls/parley/target"
	"github.com/parley-tls/parley/verify"
)

// verifyFlags are the flags of parley verify.
type verifyFlags struct {
	checkFlags
	policies []string
	lowest   string
	highest  string
	only     string
	clients  []string
	wait     time.Duration
	list     bool
	show     string
}

const verifyExample = `  parley verify shop.example --min 1.2                   nothing below 1.2
  parley verify shop.example --policy intermediate       Mozilla's, the newest
  parley verify shop.example --policy ours.yaml          one of your own
  parley verify shop.example --as java8 --as android-4.4 these connect
  parley verify shop.example --min 1.2 --wait 90s        after a deployment
  parley verify shop.example --policy pci --format sarif > parley.sarif
  parley verify --list                                   the policies it knows
  parley verify --show intermediate > ours.yaml          to begin one of yours`

func (a *app) verifyCommand() *cobra.Command {
	f := verifyFlags{}
	f.more = []string{"sarif", "junit", "md", "csv", "html"}
	cmd := &cobra.Command{
		Use:     "verify HOST|URL",
		Short:   "assert what a server accepts and who can connect, for CI and after a change",
		Example: verifyExample,
		Long: `Learns what the server accepts, as far as the demands need it, and holds every
accepted version, suite and address against them. What was not learnt never
counts as met. Without a demand it asks whether today's clients can connect.
Exit status: 0 all is met, 1 something is not, 2 usage, 3 could not tell.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if (f.list || f.show != "") && len(args) == 0 {
				return nil
			}
			return oneArg("a host or URL", "parley verify shop.example --min 1.2")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := notEmpty(cmd.Flags()); err != nil {
				return err
			}
			switch {
			case f.list:
				return a.listPolicies()
			case f.show != "":
				return a.showPolicy(f.show)
			}
			f.local = local()
			return a.verify(cmd.Context(), args[0], &f)
		},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringArrayVar(&f.policies, "policy", nil, "a policy: a `NAME` of --list, or a file of one's own")
	fs.StringVar(&f.lowest, "min", "", "accept no `version` below, and it or one above")
	fs.StringVar(&f.highest, "max", "", "accept no `version` above, and it or one below")
	fs.StringVar(&f.only, "only", "", "accept this `version` and no other")
	fs.StringArrayVar(&f.clients, "as", nil, "a client that must connect: an `id` such as java8, or hello:FILE")
	fs.DurationVar(&f.wait, "wait", 0, "ask again until all is met, at most so long")
	fs.BoolVar(&f.list, "list", false, "list the policies that parley knows")
	fs.StringVar(&f.show, "show", "", "print the file of the policy `NAME`")
	f.targetFlags(fs)
	fs.DurationVar(&f.timeout, "timeout", time.Minute, "for one look at the target")
	fs.Float64Var(&f.rate, "rate", 0, "new connections a second to an address (0: no limit)")
	f.formatFlags(fs)
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "show every demand")
	must(cmd.RegisterFlagCompletionFunc("policy", completePolicies))
	must(cmd.RegisterFlagCompletionFunc("show", cobra.FixedCompletions(policyNames(), cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.RegisterFlagCompletionFunc("as", completeClients))
	must(cmd.RegisterFlagCompletionFunc("starttls", cobra.FixedCompletions(startTLS, cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(append([]string{"human", "json"}, f.more...), cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.RegisterFlagCompletionFunc("proxy", cobra.FixedCompletions([]string{"env", "none"}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// policyNames are the names that --policy takes, with the short ones.
func policyNames() []string {
	names := policies.Names()
	for s := range policies.Short() {
		names = append(names, s)
	}
	slices.Sort(names)
	return names
}

// completePolicies lists the names that --policy takes; files complete too.
func completePolicies(_ *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
	return slices.DeleteFunc(policyNames(), func(n string) bool { return !strings.HasPrefix(n, prefix) }), cobra.ShellCompDirectiveDefault
}

// listPolicies writes a line for each policy: its name, its title, its short names.
func (a *app) listPolicies() error {
	short := map[string][]string{}
	for s, n := range policies.Short() {
		short[n] = append(short[n], s)
	}
	for _, n := range policies.Names() {
		p, err := policies.Get(n)
		if err != nil {
			return err
		}
		line := fmt.Sprintf("%-26s%s", n, p.Title)
		if also := short[n]; len(also) > 0 {
			slices.Sort(also)
			line += "; also " + strings.Join(also, ", ")
		}
		if _, err := io.WriteString(a.stdout, fold(line, a.width(a.stdout), 26)+"\n"); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) showPolicy(name string) error {
	text, err := policies.Text(name)
	if err != nil {
		return wrong("parley verify --list", "--show: %w", err)
	}
	_, err = a.stdout.Write(text)
	return err
}

// targetFlags adds the flags that say what to ask, and how a client does it.
func (f *verifyFlags) targetFlags(fs *pflag.FlagSet) {
	fs.StringVar(&f.sni, "sni", "", "the server `name` to ask for")
	fs.BoolVar(&f.noSNI, "no-sni", false, "ask for no server name")
	fs.StringVar(&f.connect, "connect", "", "connect to `ADDR[:PORT]` whatever the name resolves to")
	fs.BoolVarP(&f.v4, "ipv4", "4", false, "IPv4 only")
	fs.BoolVarP(&f.v6, "ipv6", "6", false, "IPv6 only")
	fs.StringArrayVar(&f.ca, "ca", nil, "trust the certificates of `FILE` too, as the client does")
	fs.StringVar(&f.cert, "client-cert", "", "present the certificate of `FILE`, PEM, leaf first")
	fs.StringVar(&f.key, "client-key", "", "its key, if it is in a `FILE` of its own")
	fs.StringSliceVar(&f.alpn, "alpn", nil, "application `protocols` to offer, as h2,http/1.1")
	fs.StringVar(&f.startTLS, "starttls", "", "upgrade first: `PROTO` is "+strings.Join(startTLS, " "))
	fs.StringVar(&f.proxy, "proxy", "env", "ask directly and through `URL`; env: that of HTTPS_PROXY; none")
}

// verify runs parley verify.
func (a *app) verify(ctx context.Context, typed string, f *verifyFlags) error {
	o, err := a.verification(typed, f)
	if err != nil || a.dry {
		return err
	}
	p := a.progress("asking " + o.Text)
	var done atomic.Int32
	o.Progress = func(parley.Reply) { p.say("asking %s: %d answers", o.Text, done.Add(1)) }
	ans, err := verify.Run(ctx, *o)
	p.end()
	if err != nil {
		return wrong("parley verify --help", "%w", err)
	}
	doc := a.verified(ans, f, f.again(o.Text))
	if ctx.Err() != nil {
		doc.Exit = exitInterrupted
		doc.Notes = append(doc.Notes, "interrupted: this is what was known by then")
	}
	a.exit = doc.Exit
	switch write := report.Formats[f.format]; {
	case f.json:
		err = report.VerifyJSON(a.stdout, doc)
	case write != nil:
		err = write(a.stdout, doc.Ledger())
	default:
		err = report.Verify(a.stdout, doc, a.screen(&f.output))
	}
	if err != nil {
		return &failure{exit: exitFailed, err: fmt.Errorf("write the answer: %w", err)}
	}
	return nil
}

// verification reads the flags.
func (a *app) verification(typed string, f *verifyFlags) (*verify.Options, error) {
	if f.wait < 0 {
		return nil, wrong("--wait 90s", "--wait %v is no time", f.wait)
	}
	c, err := a.options(typed, &f.checkFlags)
	if err != nil {
		return nil, err
	}
	logins := c.Prober.Logins
	o := &verify.Options{
		Question: target.Question{
			Text: c.Target, SNI: c.SNI, NoSNI: c.NoSNI, Connect: c.Connect, Family: c.Family, StartTLS: c.StartTLS, Proxies: c.Proxies, Local: c.Local,
		},
		Check: *c, Timeout: f.timeout, Wait: f.wait, Now: c.Now,
		Prober: func() *probe.Prober {
			return &probe.Prober{Dialer: a.dialer, Resolver: f.resolver, Rate: f.rate, Logins: logins}
		},
	}
	if o.Policies, err = f.demands(a.dry); err != nil {
		return nil, err
	}
	t, err := target.Read(c.Target)
	if err != nil {
		return nil, err
	}
	over := t.Transport
	for _, as := range f.clients {
		one := f.checkFlags
		one.as = as
		client, own, err := a.client(&one, over)
		if err != nil {
			return nil, err
		}
		o.Clients = append(o.Clients, verify.Client{Name: as, Client: client, OwnName: own})
	}
	if len(o.Policies) == 0 && len(o.Clients) == 0 {
		o.Clients = []verify.Client{{Panel: clients.PanelOver(over)}}
	}
	return o, nil
}

// demands are the policies of --min, --max, --only and --policy.
func (f *verifyFlags) demands(dry bool) ([]*policies.Policy, error) {
	var out []*policies.Policy
	var bounds [3]iana.Version
	for i, b := range []struct {
		flag, value string
		of          func(iana.Version) *policies.Policy
	}{{"min", f.lowest, policies.Min}, {"max", f.highest, policies.Max}, {"only", f.only, policies.Only}} {
		if b.value == "" {
			continue
		}
		v, err := iana.ParseVersion(b.value)
		if err == nil && !slices.Contains(parley.AllVersions, v) {
			err = fmt.Errorf("%s is no version of TLS over TCP", v)
		}
		if err != nil {
			return nil, wrong("--"+b.flag+" 1.2", "--%s: %w", b.flag, err)
		}
		bounds[i] = v
		out = append(out, b.of(v))
	}
	switch {
	case bounds[0] != 0 && bounds[1] != 0 && bounds[0] > bounds[1]:
		return nil, wrong("--min 1.2 --max 1.3", "--min %s lies above --max %s", bounds[0], bounds[1])
	case bounds[2] != 0 && (bounds[0] != 0 || bounds[1] != 0):
		return nil, wrong("--only 1.3, or --min and --max", "--only and --min or --max exclude each other")
	}
	for _, name := range f.policies {
		p, err := readPolicy(name, dry)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// readPolicy finds a policy: by its name, or in a file.
func readPolicy(name string, dry bool) (*policies.Policy, error) {
	if name == "" {
		return nil, wrong("parley verify --list", "--policy is empty")
	}
	isFile := strings.ContainsAny(name, `/\`) || slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(name))
	if !isFile {
		p, err := policies.Get(name)
		if err == nil {
			return p, nil
		}
		if _, missing := os.Stat(name); missing != nil {
			return nil, wrong("the names: parley verify --list", "--policy: %w", err)
		}
	}
	if dry {
		return &policies.Policy{Name: name}, nil
	}
	text, err := readFile(name, policies.MaxFile)
	if err != nil {
		return nil, wrong("parley verify --list", "--policy: %w", err)
	}
	p, err := policies.Read(text)
	if err != nil {
		return nil, wrong("one to begin with: parley verify --show intermediate", "--policy: %s: %w", name, err)
	}
	p.File = name
	base := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	p.Name = cmp.Or(p.Name, base)
	p.Title = cmp.Or(p.Title, base)
	return p, nil
}

// again is the command line that asks the same once more.
func (f *verifyFlags) again(target string) string {
	rest, _ := strings.CutPrefix(f.question(target), "parley check ")
	words := []string{}
	add := func(flag, value string) {
		if value != "" {
			words = append(words, flag, value)
		}
	}
	for _, p := range f.policies {
		add("--policy", p)
	}
	add("--min", f.lowest)
	add("--max", f.highest)
	add("--only", f.only)
	for _, c := range f.clients {
		add("--as", c)
	}
	if f.wait > 0 {
		add("--wait", f.wait.String())
	}
	return strings.TrimSpace("parley verify " + rest + " " + commandLine(words))
}

// verified makes the answer fit for a report.
func (a *app) verified(ans *verify.Answer, f *verifyFlags, again string) *report.Verification {
	doc := &report.Verification{
		Tool: version().Version, Target: ans.Target, Again: again, Exit: ans.Exit(), Looks: ans.Looks,
		Connections: ans.Connections, Elapsed: ans.Elapsed.Round(time.Millisecond),
		Verdict: map[parley.Truth]parley.Verdict{parley.Yes: parley.VerdictOK, parley.No: parley.VerdictProblem}[ans.Met],
	}
	for _, j := range ans.Policies {
		h := report.Held{Policy: j.Policy, Met: j.Met}
		for i := range j.Demands {
			h.Demands = append(h.Demands, heldDemand(&j.Demands[i]))
		}
		doc.Policies = append(doc.Policies, h)
	}
	for _, c := range ans.Clients {
		one := report.Connects{Name: c.Client.Name, Met: c.Met, Why: c.Why}
		if c.Met != parley.Yes {
			q := f.checkFlags
			q.as = c.Client.Name
			one.Check = q.question(ans.Target.Text)
		}
		if fs := c.Answer.Result.Findings; c.Met == parley.No && len(fs) > 0 {
			one.Cause, one.Why = fs[0].Cause, ""
			one.Title = words(one.Cause).Title
		}
		doc.Clients = append(doc.Clients, one)
	}
	if ans.Terms != nil {
		doc.Notes = append(doc.Notes, ans.Terms.Notes...)
		if text := followed(ans.Target); text != "" {
			doc.Notes = append(doc.Notes, text)
		}
		for _, e := range ans.Terms.Endpoints {
			doc.Addresses = append(doc.Addresses, report.Address{Scope: e.Server.Scope, Server: e.Server, Note: e.Why})
		}
	}
	return doc
}

func heldDemand(r *verify.Result) report.HeldDemand {
	d := report.HeldDemand{Demand: r.Demand, Met: r.Met, Why: r.Why}
	for _, at := range r.At {
		d.At = append(d.At, report.HeldAt{Scope: at.Scope, Met: at.Met, Why: at.Why, Against: at.Against, From: at.From})
	}
	intents, over := r.Intents(), parley.TransportTCP
	if len(r.At) > 0 {
		over = r.At[0].Scope.Transport
	}
	d.Fixes = report.Resolve(intents, settings(intents, over))
	return d
}

// settings is the software that has a way for one of the intents, the usual first;
// none over DTLS: the servers whose settings are known do not speak it.
func settings(intents []parley.Intent, over parley.Transport) []report.Software {
	if over == parley.TransportDTLS {
		return nil
	}
	software := expressed(intents)
	slices.SortStableFunc(software, func(a, b report.Software) int { return usual(a.Name) - usual(b.Name) })
	return software
}

// usual puts the server software first that most people have: of many ways to
// say the same, a screen shows two.
func usual(software string) int {
	first := []string{"nginx", "apache", "haproxy"}
	if i := slices.Index(first, software); i >= 0 {
		return i
	}
	return len(first)
}
