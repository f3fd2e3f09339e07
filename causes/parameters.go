package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// enabledWithoutSuite says that the server refuses everything known under a
// version with handshake_failure rather than protocol_version, while it says
// protocol_version to another: the version is on and no suite of it can be used.
func (v *View) enabledWithoutSuite(ver iana.Version) bool {
	ans, ok := v.Whole(ver)
	if !ok || ans.End != parley.EndAlert || ans.Alert != iana.AlertHandshakeFailure && ans.Alert != iana.AlertInsufficientSecurity {
		return false
	}
	for _, other := range []iana.Version{iana.TLS10, iana.TLS11, iana.TLS13} {
		if o, ok := v.Whole(other); ok && o.End == parley.EndAlert && o.Alert == iana.AlertProtocolVersion {
			return true
		}
	}
	return false
}

// stopsAt12 says that the base's newest version is 1.2 and that the server did
// not refuse it for its version.
func (v *View) stopsAt12() bool {
	return v.Refused() && v.Base.Hello != nil && v.Base.Hello.MaxVersion().TLS() == iana.TLS12 && !v.RefusedBy(iana.AlertProtocolVersion)
}

// stated12 is the base with 1.2 named in supported_versions, which takes one
// version more. GnuTLS without 1.2 says handshake_failure to a hello that
// names its version in the old place only, and protocol_version to this one.
func (v *View) stated12() parley.Attempt {
	a := v.Base.With(parley.AddVersion(v.at(iana.TLS11)))
	a.Patience = parley.Brief
	return a
}

// lacks12 says that the server refuses 1.2 for its version once it is named.
func (v *View) lacks12() bool {
	ans, tried := v.To(v.stated12())
	return tried && ans.End == parley.EndAlert && ans.Alert == iana.AlertProtocolVersion
}

// auths are the ways in which the suites of the base below 1.3 authenticate
// the server.
func (v *View) auths() []iana.Auth {
	var out []iana.Auth
	for _, s := range v.Base.Hello.Suites {
		i, ok := s.Info()
		if ok && !i.SCSV && i.Kx != iana.KxTLS13 && !slices.Contains(out, i.Auth) {
			out = append(out, i.Auth)
		}
	}
	return out
}

// sameAuth is the reference of a version with only the suites that
// authenticate as the base's do; false: the wanted suite does so too, or the
// version is 1.3, where suites do not authenticate, or it is about a server
// without a certificate.
func (v *View) sameAuth() (parley.Attempt, bool) {
	c, ok := v.Needs(parley.AxisSuite)
	if !ok || len(c.Values) == 0 || c.Op != parley.Add || v.otherCredentials(c) {
		return parley.Attempt{}, false
	}
	i, ok := iana.Suite(c.Values[0]).Info()
	auths := v.auths()
	if !ok || i.Kx == iana.KxTLS13 || len(auths) == 0 || slices.Contains(auths, i.Auth) {
		return parley.Attempt{}, false
	}
	return v.referenceOnly(v.goodVersion(iana.Suite(c.Values[0])), auths...), true
}

// goodVersion is the version under which the server was seen to select a suite.
func (v *View) goodVersion(s iana.Suite) iana.Version {
	for _, g := range v.Server.Good {
		if g.Suite == s {
			return g.Version
		}
	}
	return v.at(iana.TLS12)
}

func authWords(as []iana.Auth) string {
	var out []string
	for _, a := range as {
		out = append(out, a.String())
	}
	return words(out)
}

func (v *View) ecdsaOnly13() parley.Attempt { return v.referenceOnly(iana.TLS13, iana.AuthECDSA) }

func (v *View) rsaOnly13() parley.Attempt { return v.referenceOnly(iana.TLS13, iana.AuthRSA) }

// key13 is the kind of key that the server's certificate in 1.3 has, from
// which schemes it can sign with; "" while it is not known, or it has both.
func (v *View) key13() string {
	e, eok := v.To(v.ecdsaOnly13())
	r, rok := v.To(v.rsaOnly13())
	switch {
	case !eok || !rok || e.Completes() == r.Completes():
		return ""
	case e.Completes():
		return "ECDSA"
	}
	return "RSA"
}

func (v *View) currentClientSuites() bool {
	return slices.ContainsFunc(v.Base.Hello.Suites, currentSuite)
}

func (v *View) currentServerSuites() bool {
	return slices.ContainsFunc(v.Server.Good, func(g parley.Good) bool { return currentSuite(g.Suite) })
}

func (v *View) currentServerGroups() bool {
	return slices.ContainsFunc(v.Server.Good, func(g parley.Good) bool { return currentGroup(g.Group) })
}
