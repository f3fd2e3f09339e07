package pairs

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
)

// lists is what a server accepts, before it is cut to a version.
type lists struct {
	versions []iana.Version
	suites   []iana.Suite
	groups   []iana.Group
	schemes  []iana.Scheme
}

// ServerTerms reads the terms that a configuration stands for, from it and
// from what the stack is documented to do by default.
func (r *Record) ServerTerms() (parley.Server, error) {
	c := r.Server.Config
	var l lists
	var err error
	switch r.Server.Stack {
	case peers.OpenSSL:
		l, err = opensslLists(c, r.Means)
	case peers.GnuTLS:
		l, err = l.parse(r.Means)
	case peers.Go:
		l, err = goLists(c)
	case peers.Java:
		l, err = javaLists(c)
	case peers.NSS:
		l, err = nssLists(c)
	default:
		return parley.Server{}, fmt.Errorf("pairs: no reader for %s", r.Server.Stack)
	}
	if err != nil {
		return parley.Server{}, err
	}
	s := parley.Server{
		Scope:         parley.Scope{Addr: netip.MustParseAddrPort("127.0.0.1:443")},
		Accepts:       map[iana.Version]parley.Column{},
		Chains:        chains(c.Cert),
		Chooses:       string(r.Server.Stack),
		EMS:           fact(!c.NoEMS),
		Renegotiation: fact(!c.NoSecureRenegotiation),
	}
	if r.Server.Stack == peers.OpenSSL || r.Server.Stack == peers.GnuTLS {
		s.ServerOrder = parley.No
	}
	if slices.Contains(c.Extra, "-serverpref") || strings.Contains(c.Ciphers, "%SERVER_PRECEDENCE") {
		s.ServerOrder = parley.Yes
	}
	for _, v := range parley.AllVersions {
		s.Accepts[v] = l.column(v, c)
	}
	if c.ALPN != nil {
		s.ALPN = parley.ALPNPolicy{Protocols: c.ALPN, Insists: parley.Yes}
	}
	if c.SNI != peers.AcceptAny {
		s.Names = parley.NamePolicy{Rejects: parley.Fact{Is: parley.Yes}, Others: []string{peers.Name}}
		if c.SNI == peers.RequireName {
			s.Names.Needs.Is = parley.Yes
		} else {
			s.Names.Others = append(s.Names.Others, "")
		}
	}
	return s, nil
}

func fact(b bool) parley.Fact {
	if b {
		return parley.Fact{Is: parley.Yes}
	}
	return parley.Fact{Is: parley.No, Why: "configured off"}
}

// column cuts the lists to a version.
func (l lists) column(v iana.Version, c peers.Config) parley.Column {
	if !slices.Contains(l.versions, v) {
		return parley.Column{Accepted: fact(false)}
	}
	col := parley.Column{
		Accepted: fact(true),
		Suites:   parley.Listed(keep(l.suites, func(s iana.Suite) bool { return s.UsableAt(v) && certified(s) })...),
		Groups: parley.Listed(keep(l.groups, func(g iana.Group) bool {
			i, _ := g.Info()
			if v == iana.TLS13 {
				return i.TLS13
			}
			return i.Kind == iana.GroupECDHE || i.Kind == iana.GroupFFDHE
		})...),
		DHBits: [2]int{c.DHBits, c.DHBits},
	}
	if v >= iana.TLS12 {
		col.Schemes = parley.Listed(keep(l.schemes, func(s iana.Scheme) bool {
			i, _ := s.Info()
			return v == iana.TLS12 || i.TLS13
		})...)
	}
	return col
}

// certified: the suite needs a certificate and nothing else, such as a secret.
func certified(s iana.Suite) bool {
	i, _ := s.Info()
	switch i.Kx {
	case iana.KxTLS13, iana.KxRSA, iana.KxDHE, iana.KxECDHE:
		return i.Auth != iana.AuthAnon
	}
	return false
}

func keep[T any](list []T, is func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return !is(x) })
}

// chains are the certificates of internal/peers.
func chains(kind peers.Cert) []parley.Chain {
	rsa := func(bits int) parley.Chain { return parley.Chain{Key: iana.KeyRSA, Bits: bits} }
	ecdsa := func(g iana.Group) parley.Chain { return parley.Chain{Key: iana.KeyECDSA, Group: g} }
	switch kind {
	case peers.RSA1024:
		return []parley.Chain{rsa(1024)}
	case peers.RSA4096:
		return []parley.Chain{rsa(4096)}
	case peers.ECDSAP256:
		return []parley.Chain{ecdsa(iana.GroupSecp256r1)}
	case peers.ECDSAP384:
		return []parley.Chain{ecdsa(iana.GroupSecp384r1)}
	case peers.ECDSAP521:
		return []parley.Chain{ecdsa(iana.GroupSecp521r1)}
	case peers.Ed25519:
		return []parley.Chain{{Key: iana.KeyEd25519}}
	case peers.Both:
		return []parley.Chain{rsa(2048), ecdsa(iana.GroupSecp256r1)}
	}
	return []parley.Chain{rsa(2048)}
}

// parse reads what the software printed.
func (l lists) parse(m Means) (lists, error) {
	err := parseAll(&l.versions, m.Versions, iana.ParseVersion)
	if err == nil {
		err = parseAll(&l.suites, m.Suites, iana.ParseSuite)
	}
	if err == nil {
		err = parseAll(&l.groups, m.Groups, iana.ParseGroup)
	}
	if err == nil {
		err = parseAll(&l.schemes, m.Schemes, iana.ParseScheme)
	}
	return l, err
}

func parseAll[T any](to *[]T, words []string, parse func(string) (T, error)) error {
	for _, w := range words {
		x, err := parse(w)
		if err != nil {
			return err
		}
		*to = append(*to, x)
	}
	return nil
}

func versionsOr(c peers.Config, other ...iana.Version) []iana.Version {
	if len(c.Versions) == 0 {
		return other
	}
	return c.Versions
}

func fields(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ':' || r == ',' })
}
