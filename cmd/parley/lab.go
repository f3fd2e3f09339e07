package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/trust"
)

func (a *app) labCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "lab [FAULT]",
		Short:   "start a peer on loopback that does one thing wrong, to practise on",
		Example: "  parley lab                 list the faults\n  parley lab answer-http     start one; it runs until interrupted",
		Long: `Lists the faults, or starts one and prints the check that diagnoses it. It
listens on loopback only and needs no root.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return wrong("parley lab answer-http", "%d arguments, want one fault", len(args))
			}
			return nil
		},
		ValidArgsFunction: completeFaults,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listFaults()
			}
			f, err := fault(args[0])
			if err != nil || a.dry {
				return err
			}
			return a.practise(cmd.Context(), f)
		},
	}
}

func faultNames() []string {
	var names []string
	for _, f := range lab.All() {
		names = append(names, f.Name)
	}
	return names
}

func completeFaults(_ *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, f := range lab.All() {
		if strings.HasPrefix(f.Name, prefix) {
			out = append(out, f.Name+"\t"+f.Title)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// fault returns the fault of a name.
func fault(name string) (lab.Fault, error) {
	f, err := lab.Get(name)
	if err == nil {
		return f, nil
	}
	hint := "to list the faults: parley lab"
	if ns := similar(name, faultNames()); len(ns) > 0 {
		hint = "similar: " + strings.Join(ns, ", ")
	}
	return f, wrong(hint, "the lab has no fault %q", name)
}

// listFaults prints every fault, what is wrong, and the cause that check names.
func (a *app) listFaults() error {
	if a.dry {
		return nil
	}
	var b strings.Builder
	for _, f := range lab.All() {
		cause := string(f.Want.Cause)
		if cause == "" {
			cause = "-"
		}
		fmt.Fprintf(&b, "%-39s %s\n    %s\n", f.Name, cause, f.Title)
	}
	b.WriteString("\nparley lab FAULT starts one; parley tour shows all, diagnosed.\n")
	_, err := io.WriteString(a.stdout, b.String())
	return err
}

// practise runs a fault until it is interrupted.
func (a *app) practise(ctx context.Context, f lab.Fault) error {
	l := lab.New()
	defer l.Close()
	t, err := f.Start(ctx, l)
	if err != nil {
		return &failure{exit: exitFailed, err: err}
	}
	flags, target := faultFlags(f, t)
	if len(t.Hello) > 0 || t.CA != "" {
		dir, err := os.MkdirTemp("", "parley-lab-")
		if err != nil {
			return &failure{exit: exitFailed, err: err}
		}
		defer os.RemoveAll(dir)
		for name, content := range map[string]string{f.Name + ".bin": string(t.Hello), "ca.pem": t.CA, "client.pem": t.ClientCert, "client.key": t.ClientKey} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				return &failure{exit: exitFailed, err: err}
			}
		}
		if len(t.Hello) > 0 {
			flags.as = "hello:" + filepath.Join(dir, f.Name+".bin")
		}
		if t.CA != "" {
			flags.ca = []string{filepath.Join(dir, "ca.pem")}
		}
		if t.ClientCert != "" {
			flags.cert, flags.key = filepath.Join(dir, "client.pem"), filepath.Join(dir, "client.key")
		}
	}
	try := flags.question(target)
	if t.Resolver != "" { // only the tour asks the lab's own resolver
		try = "parley tour " + f.Name
	}
	cols := a.width(a.stdout)
	fmt.Fprintf(a.stdout, "%s\n\n  listens  %s\n%s\n", fold(f.Name+": "+f.Title, cols, 2), target, foldCommand("  try      "+try, cols, 13))
	if f.Want.Cause != "" {
		fmt.Fprintf(a.stdout, "  answer   parley explain %s\n", f.Want.Cause)
	}
	fmt.Fprintln(a.stderr, "\nruns until interrupted")
	<-ctx.Done()
	a.exit = exitInterrupted
	return nil
}

// faultFlags are the flags of the check that diagnoses a fault, and its target.
func faultFlags(f lab.Fault, t lab.Target) (*checkFlags, string) {
	flags := &checkFlags{
		output: output{format: "human", color: "auto"},
		as:     string(f.As), sni: t.SNI, alpn: t.ALPN, startTLS: t.StartTLS, proxy: t.Proxy, connect: t.Origin, compare: t.Origin != "", timeout: 20 * time.Second,
	}
	if flags.proxy == "" {
		flags.proxy = "env" // which leaves loopback out
	}
	if len(t.Hello) > 0 {
		flags.as, flags.hello = "hello:"+f.Name+".bin", t.Hello
	}
	if roots, err := trust.Certificates([]byte(t.CA)); err == nil {
		flags.ca, flags.trust = nil, []parley.Store{{Name: "--ca ca.pem", Roots: roots}}
	}
	if t.ClientCert != "" {
		flags.cert, flags.key = "client.pem", "client.key"
		flags.certs = [2]check.PEMFile{{Name: flags.cert, Data: []byte(t.ClientCert)}, {Name: flags.key, Data: []byte(t.ClientKey)}}
	}
	flags.stores, flags.aia, flags.resume = t.Trust, t.AIA, t.Resume
	if t.Resolver != "" {
		flags.resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return loopbackDialer{}.DialContext(ctx, network, t.Resolver)
		}}
	}
	return flags, t.Address
}

// loopbackDialer dials nothing outside this machine.
type loopbackDialer struct{ net.Dialer }

func (d loopbackDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("%s is not on loopback", address)
	}
	d.ControlContext = probe.Control
	return d.Dialer.DialContext(ctx, network, address)
}
