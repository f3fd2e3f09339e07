package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/report"
	"github.com/parley-tls/parley/target"
	"github.com/parley-tls/parley/trust"
)

// checkFlags are the flags of parley check, and what of them is a value.
type checkFlags struct {
	output
	as       string
	sni      string
	noSNI    bool
	connect  string
	compare  bool
	v4, v6   bool
	alpn     []string
	startTLS string
	proxy    string
	timeout  time.Duration
	rate     float64
	save     string
	ca       []string
	aia      bool
	resume   bool
	cert     string
	key      string

	certs    [2]check.PEMFile // of --client-cert and --client-key, where they were read already
	hello    []byte           // of --as hello:FILE, where it was read already
	trust    []parley.Store   // of --ca, where it was read already
	resolver *net.Resolver    // nil: the system's
	stores   []parley.Store   // in place of this machine's, of --ca and of Mozilla's
	local    parley.Local
}

const checkExample = `  parley check shop.example                      for the clients of today
  parley check shop.example --as java7           for one client
  parley check smtp://mail.example               STARTTLS, as the scheme says
  parley check dtls://vpn.example:4433           DTLS; likewise coaps://
  parley check shop.example --as hello:old.bin   for the bytes of a client
  parley check shop.example --connect 192.0.2.7  before DNS points there
  parley check shop.example -o case.json         keep the evidence
  parley explain case.json                       and diagnose it once more`

func (a *app) checkCommand() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:     "check HOST|URL",
		Short:   "handshake with an endpoint, name the cause of a failure, prove it",
		Example: checkExample,
		Long: `Does the handshake, and where it fails asks with as few more connections as it
takes to prove the cause: at most 15 to an address, 4 at once. The certificate
is judged by the roots of this machine and of --ca, as the client in question
judges; what Mozilla would say is told beside it.
Exit status: 0 fine, 1 a problem, 2 usage, 3 could not tell, 4 a bug.`,
		Args: oneArg("a host or URL", "parley check shop.example"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := notEmpty(cmd.Flags()); err != nil {
				return err
			}
			f.local = local()
			return a.check(cmd.Context(), args[0], &f)
		},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&f.as, "as", "", "the client that fails: an `id` such as java7, or hello:FILE")
	fs.StringVar(&f.sni, "sni", "", "the server `name` to ask for")
	fs.BoolVar(&f.noSNI, "no-sni", false, "ask for no server name")
	fs.StringVar(&f.connect, "connect", "", "connect to `ADDR[:PORT]` whatever the name resolves to")
	fs.BoolVar(&f.compare, "compare", false, "ask the name's own addresses too: edge against origin")
	fs.BoolVarP(&f.v4, "ipv4", "4", false, "IPv4 only")
	fs.BoolVarP(&f.v6, "ipv6", "6", false, "IPv6 only")
	fs.StringArrayVar(&f.ca, "ca", nil, "trust the certificates of `FILE` too, as the client does")
	fs.StringVar(&f.cert, "client-cert", "", "present the certificate of `FILE`, PEM, leaf first")
	fs.StringVar(&f.key, "client-key", "", "its key, if it is in a `FILE` of its own")
	fs.BoolVar(&f.aia, "aia", false, "get missing issuers from where certificates say they are")
	fs.BoolVar(&f.resume, "resume", false, "resume a session too, as from the second connection on")
	fs.StringSliceVar(&f.alpn, "alpn", nil, "application `protocols` to offer, as h2,http/1.1")
	fs.StringVar(&f.startTLS, "starttls", "", "upgrade first: `PROTO` is "+strings.Join(startTLS, " "))
	fs.StringVar(&f.proxy, "proxy", "env", "ask directly and through `URL`; env: that of HTTPS_PROXY; none")
	fs.DurationVar(&f.timeout, "timeout", 10*time.Second, "for the whole check")
	fs.Float64Var(&f.rate, "rate", 0, "new connections a second to an address (0: no limit)")
	f.formatFlags(fs)
	fs.StringVarP(&f.save, "output", "o", "", "save the evidence as `FILE`.json")
	f.screenFlags(fs)
	must(cmd.RegisterFlagCompletionFunc("as", completeClients))
	must(cmd.RegisterFlagCompletionFunc("starttls", cobra.FixedCompletions(startTLS, cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"human", "json"}, cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.RegisterFlagCompletionFunc("proxy", cobra.FixedCompletions([]string{"env", "none"}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// startTLS are the protocols whose upgrade is spoken.
var startTLS = probe.Upgrades()

// must ends a program that is wired wrongly.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func oneArg(what, example string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return wrong(example, "%s is missing", what)
		case 1:
			return nil
		}
		return wrong(example, "%d arguments, want one: %s", len(args), what)
	}
}

// check runs parley check.
func (a *app) check(ctx context.Context, target string, f *checkFlags) error {
	o, err := a.options(target, f)
	if err != nil || a.dry {
		return err
	}
	target = o.Target
	o.Guess = o.Client == nil
	p := a.progress("asking " + target)
	var done atomic.Int32
	o.Progress = func(parley.Reply) { p.say("asking %s: %d answers", target, done.Add(1)) }
	ans, err := check.Run(ctx, *o)
	p.end()
	if err != nil {
		return wrong("parley check --help", "%w", err)
	}
	doc := a.document(ans, f.question(target))
	if len(o.Prober.Logins) > 0 {
		doc.Notes = append(doc.Notes, "user and password of the proxy are used, and left out of this answer")
	}
	if f.resume && doc.Verdict == parley.VerdictOK && !ans.Evidence.Resumes() {
		doc.Notes = append(doc.Notes, "--resume: no ticket came that the client could use, so no session was resumed")
	}
	if ctx.Err() != nil {
		doc.Exit = exitInterrupted
		doc.Notes = append(doc.Notes, "interrupted: this is what was known by then")
	}
	a.exit = doc.Exit
	var unsaved error
	if f.save != "" {
		unsaved = a.save(f.save, doc)
	}
	if err := a.write(doc, &f.output); err != nil {
		return err
	}
	return unsaved // the answer is there all the same
}

// write writes the answer of a check in the format asked for.
func (a *app) write(doc *report.Check, o *output) error {
	var err error
	if o.json {
		err = report.JSON(a.stdout, doc)
	} else {
		err = report.Human(a.stdout, doc, a.screen(o))
	}
	if err != nil {
		return &failure{exit: exitFailed, err: fmt.Errorf("write the answer: %w", err)}
	}
	return nil
}

// options reads the flags. It touches nothing but files that they name.
func (a *app) options(text string, f *checkFlags) (*check.Options, error) {
	if err := f.output.read(); err != nil {
		return nil, err
	}
	if err := f.bounds(); err != nil {
		return nil, err
	}
	t, err := target.Read(text)
	if err != nil {
		return nil, wrong("as in: parley check smtp://mail.example:587", "%w", err)
	}
	o := &check.Options{
		Target: t.Text, SNI: f.sni, NoSNI: f.noSNI, Connect: f.connect, Compare: f.compare, ALPN: f.alpn, StartTLS: f.startTLS,
		FetchIssuers: f.aia, Resume: f.resume, Timeout: f.timeout, Now: a.now(), Local: f.local,
		Prober: &probe.Prober{Dialer: a.dialer, Resolver: f.resolver, Rate: f.rate},
	}
	switch {
	case f.v4:
		o.Family = 4
	case f.v6:
		o.Family = 6
	}
	if o.Client, o.OwnName, err = a.client(f, t.Transport); err != nil {
		return nil, err
	}
	if o.Client == nil {
		o.Panel = clients.PanelOver(t.Transport)
	}
	if o.Cert, o.Unusable, err = a.clientCert(f); err != nil {
		return nil, err
	}
	if o.Trust, err = a.trust(f); err != nil {
		return nil, err
	}
	o.Proxies, err = a.proxies(f.proxy, t)
	return o, err
}

// bounds looks whether the values of flags can be meant.
func (f *checkFlags) bounds() error {
	switch {
	case f.v4 && f.v6:
		return wrong("without either, both families are asked", "-4 and -6 exclude each other")
	case f.sni != "" && f.noSNI:
		return wrong("", "--sni and --no-sni exclude each other")
	case f.compare && f.connect == "":
		return wrong("--connect ORIGIN --compare", "--compare needs --connect, which says where the origin is")
	case f.timeout <= 0:
		return wrong("--timeout 10s", "--timeout %v leaves no time", f.timeout)
	case !(f.rate >= 0) || math.IsInf(f.rate, 1): // NaN is neither
		return wrong("--rate 2", "--rate %v is no rate", f.rate)
	case f.save != "" && !strings.HasSuffix(f.save, ".json"):
		return wrong("-o case.json", "%q: a case is saved as .json", f.save)
	case f.key != "" && f.cert == "":
		return wrong("--client-cert FILE --client-key FILE", "--client-key needs the certificate that it belongs to")
	}
	if _, known := parley.UpgradeNamed(f.startTLS); !known && f.startTLS != "" {
		return wrong("known are "+strings.Join(startTLS, " "), "no upgrade to TLS is known of %q", f.startTLS)
	}
	return nil
}

// client is the client of --as; nil: today's panel.
func (a *app) client(f *checkFlags, over parley.Transport) (c *parley.Client, ownName bool, err error) {
	file, isHello := strings.CutPrefix(f.as, "hello:")
	switch {
	case isHello && file == "":
		return nil, false, wrong("--as hello:fail.bin", "--as hello: names no file")
	case f.as == "":
		return nil, false, nil
	case !isHello:
		if c, err = clients.GetOver(f.as, over); err != nil {
			return nil, false, wrong("for the bytes of any client: parley check HOST --as hello:FILE", "--as: %w", err)
		}
		return c, false, nil
	}
	raw := f.hello
	if raw == nil && a.dry {
		return nil, true, nil
	}
	if raw == nil {
		if raw, err = readStart(file, maxHelloFile); err != nil {
			return nil, false, wrong("", "--as: %w", err)
		}
	}
	if c, err = clients.FromBytes(raw); err != nil {
		return nil, false, wrong(helloHint(err), "--as: read %s: %w", file, err)
	}
	c.ID = parley.ClientID(f.as)
	return c, true, nil
}

// trust are the sets of roots to judge by: this machine's, those of --ca, and
// Mozilla's as a second opinion, which judges where this machine has none.
func (a *app) trust(f *checkFlags) ([]parley.Store, error) {
	if a.dry {
		return nil, nil
	}
	if f.stores != nil {
		return f.stores, nil
	}
	out := slices.Clone(f.trust)
	for _, name := range f.ca {
		s, err := trust.File("--ca ", name)
		if err != nil {
			return nil, wrong("a file of certificates in PEM", "--ca: %w", err)
		}
		out = append(out, s)
	}
	mozilla := trust.Mozilla()
	system, err := a.roots()
	if err == nil {
		out = append(out, system)
	} else {
		mozilla.Second = false
	}
	return append(out, mozilla), nil
}

// clientCert is the certificate of --client-cert. That it cannot be used is an
// answer: why says it then.
func (a *app) clientCert(f *checkFlags) (cert *parley.ClientCert, why string, err error) {
	if f.cert == "" || a.dry {
		return nil, "", nil
	}
	files := f.certs
	for i, name := range []string{f.cert, f.key} {
		if files[i].Data != nil || name == "" {
			continue
		}
		data, err := readFile(name, maxPEMFile)
		if err != nil {
			return nil, "", wrong("a file in PEM", "%s: %w", []string{"--client-cert", "--client-key"}[i], err)
		}
		files[i] = check.PEMFile{Name: name, Data: data}
	}
	if cert, err = check.ReadClientCert(files[0], files[1]); err != nil {
		return nil, err.Error(), nil
	}
	return cert, "", nil
}

// maxPEMFile bounds a file of certificates or of a key, in bytes.
const maxPEMFile = 1 << 20

// helloHint says what a file of --as should hold, or how to come by it.
func helloHint(err error) string {
	if errors.Is(err, clients.ErrCapture) {
		return "the hello of a capture:\n  tshark -r FILE -Y tls.handshake.type==1 -T fields -e tcp.payload -c 1"
	}
	return "the file holds the client's first record, in binary or hexadecimal"
}

// maxHelloFile bounds a file of --as, in bytes; a hello is far shorter.
const maxHelloFile = 1 << 20

// question is the command line that asks the same again.
func (f *checkFlags) question(target string) string {
	words := []string{"parley", "check", target}
	add := func(flag, value string) {
		if value != "" {
			words = append(words, flag, value)
		}
	}
	add("--as", f.as)
	add("--sni", f.sni)
	if f.noSNI {
		words = append(words, "--no-sni")
	}
	add("--connect", f.connect)
	if f.compare {
		words = append(words, "--compare")
	}
	if f.v4 {
		words = append(words, "-4")
	}
	if f.v6 {
		words = append(words, "-6")
	}
	for _, file := range f.ca {
		add("--ca", file)
	}
	add("--client-cert", f.cert)
	add("--client-key", f.key)
	if f.aia {
		words = append(words, "--aia")
	}
	if f.resume {
		words = append(words, "--resume")
	}
	add("--alpn", strings.Join(f.alpn, ","))
	add("--starttls", f.startTLS)
	if f.proxy != "env" {
		add("--proxy", withoutLogin(f.proxy))
	}
	return commandLine(words)
}

// completeClients lists the ids that --as takes.
func completeClients(_ *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
	ids := append(clients.IDs(), "hello:")
	return slices.DeleteFunc(ids, func(id string) bool { return !strings.HasPrefix(id, prefix) }), cobra.ShellCompDirectiveNoFileComp
}

// local says what is known of this machine. A datagram socket that is connected
// sends nothing: the kernel looks for a route only.
func local() parley.Local {
	l := parley.Local{OS: runtime.GOOS}
	c, err := net.Dial("udp6", "[2001:db8::1]:443")
	if err != nil {
		l.NoIPv6 = true
		return l
	}
	c.Close()
	return l
}

// readFile reads a file of at most so many bytes.
func readFile(name string, most int64) ([]byte, error) {
	b, err := readStart(name, most+1)
	if err == nil && int64(len(b)) > most {
		return nil, fmt.Errorf("%s has more than %d bytes", name, most)
	}
	return b, err
}

// readStart reads at most so many bytes of a file or a pipe, which says nothing
// of its size.
func readStart(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return nil, cmp.Or(err, fmt.Errorf("%s is a folder", name))
	}
	return io.ReadAll(io.LimitReader(f, most))
}
