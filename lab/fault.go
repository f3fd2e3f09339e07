package lab

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
)

// Fault is one deliberate misbehaviour of a peer or a path.
type Fault struct {
	Name  string // imperative and kebab-case: "answer-http"
	Title string // what is wrong, at most 60 characters
	// Want is what a check of the target must come to.
	Want Want
	// As is the client to check as; empty is today's panel, or the client of
	// Target.Hello.
	As parley.ClientID
	// Start starts it. It lasts until ctx ends or l is closed.
	Start func(ctx context.Context, l *Lab) (Target, error)
}

// Want is the right diagnosis of a fault.
type Want struct {
	Cause     parley.CauseID // empty: nothing is wrong or, with exit status 3, nothing can be told
	Side      parley.Side
	Certainty parley.Certainty
	Exit      int // exit status of parley check
}

// Target is where a fault is, and what a person would have to say to reach it.
type Target struct {
	Address string // as typed: "127.0.0.1:41231" or "shop.parley.test:41231"
	SNI     string // the value of --sni
	Origin  string // the value of --connect, beside --compare
	Proxy   string // the value of --proxy
	CA      string // the root certificate of the lab, in PEM; empty where no TLS is spoken
	// AIA: missing issuers are to be fetched, as with --aia.
	AIA bool
	// Resume: a session is to be resumed, as with --resume.
	Resume bool
	// Trust are the stores of the machine that checks, in place of its own.
	Trust    []parley.Store
	ALPN     []string // the values of --alpn
	Hello    []byte   // the failing client's own record, for hello:FILE
	Resolver string   // address of a DNS server on loopback that knows the name
	StartTLS string   // the value of --starttls
	// ClientCert and ClientKey are the content of the files of --client-cert and
	// --client-key, in PEM.
	ClientCert, ClientKey string
	// Addresses are those of the name, which Resolver answers.
	Addresses []netip.Addr
}

// All returns every fault, sorted by name.
func All() []Fault {
	all := slices.Clone(faults)
	slices.SortFunc(all, func(a, b Fault) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Get returns the fault of that name.
func Get(name string) (Fault, error) {
	for _, f := range faults {
		if f.Name == name {
			return f, nil
		}
	}
	return Fault{}, fmt.Errorf("lab: no fault %q", name)
}
