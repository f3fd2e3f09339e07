package survey

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// Credentials learns what comes with a server's certificates. It is asked and
// answered as an Enumeration is.
type Credentials struct{ questions }

// LearnCredentials asks for what comes with a certificate: an OCSP response (RFC
// 6066, Section 8; RFC 8446, Section 4.4.2.1) and timestamps (RFC 6962, Section
// 3.3.1). Where certificates come in clear and there is one kind of key, the
// enumeration has asked. Else it takes one connection for each kind, in 1.2 or
// below, and in 1.3 where there is no other; two at most.
func LearnCredentials(p Plan, s *parley.Server) *Credentials {
	x := &Credentials{newQuestions(p)}
	for _, v := range []iana.Version{iana.TLS12, iana.TLS13, iana.TLS11, iana.TLS10} {
		col := s.Column(v)
		if is := col.Accepted.Is; is != parley.Yes && is != parley.Mixed {
			continue
		}
		if v == iana.TLS13 || severalKeys(s) {
			x.credentials(v, &col)
		}
		break
	}
	return x
}

// severalKeys says that a server has leaves with keys of different kinds.
func severalKeys(s *parley.Server) bool {
	return slices.ContainsFunc(s.Chains, func(c parley.Chain) bool { return c.Key != s.Chains[0].Key })
}

func (x *Credentials) credentials(v iana.Version, col *parley.Column) {
	ask := func(suites []iana.Suite, schemes []iana.Scheme) {
		if len(suites) == 0 || v >= iana.TLS12 && len(schemes) == 0 {
			return
		}
		a := x.part(v, parley.AxisExtension, suites)
		a.Hello.SetExtension(iana.ExtStatusRequest, []byte{1, 0, 0, 0, 0})
		a.Hello.SetExtension(iana.ExtSCT, nil)
		if v >= iana.TLS12 {
			a.Hello.SetSchemes(schemes)
			a.Hello.SetCertSchemes(parley.AllSchemes(iana.TLS12)) // what signed the certificates is another question
		}
		if v == iana.TLS13 {
			a.Until = parley.StopFinished
		}
		x.ask(a.Identify(), nil)
	}
	for _, kind := range []iana.KeyType{iana.KeyRSA, iana.KeyECDSA} {
		suites := suitesWith(col, func(i iana.SuiteInfo) bool { return i.Kx == iana.KxTLS13 })
		if v < iana.TLS13 {
			suites = suitesWith(col, func(i iana.SuiteInfo) bool {
				return (i.Auth == iana.AuthECDSA) == (kind == iana.KeyECDSA) && i.Auth != iana.AuthAnon && i.Kx != iana.KxTLS13
			})
		}
		ask(suites, schemesOf(v, kind))
	}
}

// schemesOf are the signature schemes by keys of a kind, and those by neither RSA
// nor ECDSA with ECDSA.
func schemesOf(v iana.Version, kind iana.KeyType) []iana.Scheme {
	return slices.DeleteFunc(parley.AllSchemes(v), func(s iana.Scheme) bool {
		i, ok := s.Info()
		rsa := ok && (i.Key == iana.KeyRSA || i.Key == iana.KeyRSAPSS)
		return rsa != (kind == iana.KeyRSA)
	})
}
