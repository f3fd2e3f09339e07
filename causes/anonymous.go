package causes

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// offerAnonymous are suites without any authentication, those that servers have:
// one of each kind of key exchange and cipher, for every version up to 1.2.
var offerAnonymous = parley.Change{Axis: parley.AxisSuite, Op: parley.Add, Values: []uint16{
	uint16(iana.TLS_DH_anon_WITH_AES_128_GCM_SHA256), uint16(iana.TLS_DH_anon_WITH_AES_256_GCM_SHA384),
	uint16(iana.TLS_ECDH_anon_WITH_AES_128_CBC_SHA), uint16(iana.TLS_ECDH_anon_WITH_AES_256_CBC_SHA),
	uint16(iana.TLS_DH_anon_WITH_AES_128_CBC_SHA), uint16(iana.TLS_DH_anon_WITH_AES_256_CBC_SHA),
	uint16(iana.TLS_DH_anon_WITH_3DES_EDE_CBC_SHA), uint16(iana.TLS_DH_anon_WITH_RC4_128_MD5),
}}

// anonymousNames are the suites of offerAnonymous, as a transcript has them.
var anonymousNames = strings.TrimPrefix(offerAnonymous.String(), "+ suite ")

// anonymousSet is the change that a server of anonymous suites alone would go
// through with; nil where it does not look like one. There are none in 1.3, so
// where that is on the hello has to leave it out.
func (v *View) anonymousSet() []parley.Change {
	h := v.Hello()
	if !v.refusesAllWithAlert() || h == nil || offersAnonymous(h) || onlySharedKeys(h) {
		return nil
	}
	empty := slices.ContainsFunc([]iana.Version{iana.TLS12, iana.TLS10}, func(ver iana.Version) bool {
		ans, asked := v.Whole(ver)
		return asked && h.Offers(ver) && ans.End == parley.EndAlert && certificateAlert(ans.Alert)
	})
	if !empty {
		return nil // no version of the client's finds nothing to show
	}
	return v.below13(offerAnonymous)
}

// below13 is a change of suites that a server takes up to 1.2 alone, with what
// keeps 1.3 from being selected where the server may have that on; nil while
// that is not known.
func (v *View) below13(c parley.Change) []parley.Change {
	if !v.Hello().Offers(v.at(iana.TLS13)) {
		return []parley.Change{c}
	}
	switch ans13, asked := v.Whole(iana.TLS13); {
	case !asked || ans13.End != parley.EndAlert:
		return nil
	case ans13.Alert == iana.AlertProtocolVersion:
		return []parley.Change{c}
	}
	return []parley.Change{{Axis: parley.AxisVersion, Op: parley.Remove, Values: []uint16{uint16(v.at(iana.TLS13))}}, c}
}

// anonymousAlone is the finding of a server that goes through with anonymous
// suites, and with nothing that takes a certificate.
func (v *View) anonymousAlone() (parley.Finding, bool) {
	c, ok := v.Needs(parley.AxisSuite)
	if !ok || !v.flipped() || !v.Refused() || c.Op != parley.Add || len(c.Values) == 0 || !anonymous(iana.Suite(c.Values[0])) {
		return parley.Finding{}, false
	}
	f := v.Proven(v.Finding("server.no-usable-certificate", parley.ServerSide, parley.PhaseParameters, parley.Inferred), parley.AxisSuite, parley.Inferred)
	f.Intents = []parley.Intent{loadCertificate, {Side: parley.ClientSide, Grade: parley.Last, Kind: parley.OfferSuites, Suites: v.anonymousSelected(),
		Plain: "offer an anonymous suite that the server accepts, where the client is meant to go without a certificate",
		Price: "whoever stands on the path can answer in the server's place"}}
	f.WillNotHelp = []string{"adding other suites or versions on either side", "importing the certificate", "-k"}
	f = asReasons(f, "A hello with anonymous suites is gone through with, and no certificate comes; everything that needs one is refused.", alone(f, "That"), v.sent())
	return f, true
}

// anonymousSelected are the anonymous suites that the server was seen to select.
func (v *View) anonymousSelected() []iana.Suite {
	var out []iana.Suite
	for _, g := range v.Server.Good {
		if anonymous(g.Suite) && !slices.Contains(out, g.Suite) {
			out = append(out, g.Suite)
		}
	}
	return out
}

// anonymous says whether neither side proves who it is under a suite.
func anonymous(s iana.Suite) bool {
	i, ok := s.Info()
	return ok && i.Auth == iana.AuthAnon
}

func offersAnonymous(h *wire.ClientHello) bool { return slices.ContainsFunc(h.Suites, anonymous) }

// otherCredentials says that the suites in a change are about what the server has
// in place of a certificate, a pre-shared key or nothing, so that it is no matter
// of suites or of the kind of a key.
func (v *View) otherCredentials(c parley.Change) bool {
	return v.lacksSharedKey(c) != parley.SideUnknown || c.Op == parley.Add && len(c.Values) > 0 && anonymous(iana.Suite(c.Values[0]))
}
