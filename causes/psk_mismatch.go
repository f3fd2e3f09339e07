package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var pskMismatch = &Cause{
	ID:    "psk.mismatch",
	Title: "one side wants a pre-shared key that the other lacks",
	Meaning: "With a pre-shared key both sides know a secret beforehand, under a name (the identity), and there is no certificate. A server set up for that alone " +
		"refuses clients without, as if they had no suite in common; a client set up for that alone is refused by every server of the web. Where both have a key, " +
		"an identity that the server does not know is answered by unknown_psk_identity. Common with MQTT brokers, Zabbix agents, and devices.",
	Phase: parley.PhaseParameters,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "cipher.no-overlap", Test: "the suites that one side has are those of pre-shared keys alone"},
		{For: "server.no-usable-certificate", Test: "a hello with suites of pre-shared keys is gone through with"},
		{For: "cipher.cert-type-mismatch", Test: "a hello with suites of pre-shared keys is gone through with, and no certificate comes"},
		{For: "version.intolerance", Test: "without 1.3 alone the hello is refused as before"},
	},
	Tries: func(v *View) [][]parley.Change {
		var sets [][]parley.Change
		if set := v.sharedKeySet(); set != nil {
			sets = append(sets, set)
		}
		if v.mayWantKeyOf13() {
			sets = append(sets, []parley.Change{parley.OfferSharedKey})
		}
		return sets
	},
	Asks: func(v *View) []parley.Ask {
		if asks := v.ownKey().asks; len(asks) > 0 {
			return asks
		}
		if !v.RefusedBy(iana.AlertHandshakeFailure) || !v.refusesAllWithAlert() || onlySharedKeys(v.Hello()) {
			return nil
		}
		return []parley.Ask{v.AskWhole(iana.TLS12, "psk.mismatch"), v.AskWhole(iana.TLS13, "psk.mismatch")}
	},
	Find: func(v *View) []parley.Finding {
		// Once a suite with a certificate was selected no identity is in question.
		if s := v.Answer.Choice.Suite; v.RefusedBy(iana.AlertUnknownPSKIdentity) && (s == 0 || sharedKey(s)) {
			f := v.Finding("psk.mismatch", parley.SideUnknown, v.Answer.Phase, parley.Seen, "The alert says that the server does not know the identity that the client gave. Which side is right is not on the wire.")
			return []parley.Finding{f}
		}
		if f, ok := v.ownKeyRefused(); ok {
			return []parley.Finding{f}
		}
		if v.flipped() && v.keyShown() {
			f := v.Finding("psk.mismatch", parley.ClientSide, parley.PhaseParameters, parley.Inferred)
			ans, _ := v.Variant(v.Proof.Set...)
			f = v.Proven(f, parley.AxisExtension, parley.Inferred)
			f = asReasons(f, "The same hello with a pre-shared key that fits none, under the identity "+parley.SharedKeyIdentity+", is refused otherwise, by "+ans.Alert.String()+": the server looks for keys. Without one everything is refused.", v.sent())
			return []parley.Finding{f}
		}
		c, ok := v.Needs(parley.AxisSuite)
		if !ok || !v.Refused() || v.Proof.State == ProofRefuted {
			return nil
		}
		switch side := v.lacksSharedKey(c); side {
		case parley.ClientSide:
			f := v.Proven(v.Finding("psk.mismatch", side, parley.PhaseParameters, parley.Inferred), parley.AxisSuite, parley.Inferred)
			f = asReasons(f, "A hello with suites of pre-shared keys is answered; everything that needs a certificate is refused.", alone(f, "That"), v.sent())
			return []parley.Finding{f}
		case parley.ServerSide:
			f := v.Proven(v.Finding("psk.mismatch", parley.SideUnknown, parley.PhaseParameters, parley.Inferred), parley.AxisSuite, parley.Inferred)
			f = asReasons(f, "The client offers suites of pre-shared keys alone, and the server has none of them. "+alone(f, "One of a certificate"), v.sent())
			return []parley.Finding{f}
		}
		return nil
	},
	Fixes: []parley.Intent{
		{Side: parley.BothSides, Grade: parley.Best, Kind: parley.ShareKey, Plain: "give both sides the same key under the same identity, and a suite of pre-shared keys that both have"},
		{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.InstallCertificate, Plain: "load a certificate beside the key, for clients without one"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "offering other suites that need a certificate"},
	References:  []string{"RFC 4279, Section 2", "RFC 8446, Section 4.2.11", "RFC 9257, Section 4"},
	Cases: []Case{
		{
			Name: "suites of pre-shared keys complete, and no certificate comes", Fires: parley.Proved, Side: parley.ClientSide,
			Transcript: `
client openssl-1.0.1
server 192.0.2.7:8883 broker.example

base x2
< Alert  fatal handshake_failure(40)

base + suite TLS_PSK_WITH_AES_128_GCM_SHA256 TLS_PSK_WITH_AES_128_CBC_SHA256 TLS_PSK_WITH_AES_128_CBC_SHA TLS_PSK_WITH_AES_128_CCM_8 TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256 x2
< ServerHello  version=1.2 suite=TLS_PSK_WITH_AES_128_GCM_SHA256

reference all of 1.2
< Alert  fatal handshake_failure(40)

reference all of 1.3
< Alert  fatal protocol_version(70)
`,
		},
		{
			Name: "the same where 1.3 is on, and has no certificate either", Fires: parley.Proved, Side: parley.ClientSide,
			Transcript: `
client chrome
server 192.0.2.7:8883 broker.example

base x2
< Alert  fatal handshake_failure(40)

base - version 1.3 x2
< Alert  fatal handshake_failure(40)

base + suite TLS_PSK_WITH_AES_128_GCM_SHA256 TLS_PSK_WITH_AES_128_CBC_SHA256 TLS_PSK_WITH_AES_128_CBC_SHA TLS_PSK_WITH_AES_128_CCM_8 TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256 x2
< Alert  fatal handshake_failure(40)

base - version 1.3 + suite TLS_PSK_WITH_AES_128_GCM_SHA256 TLS_PSK_WITH_AES_128_CBC_SHA256 TLS_PSK_WITH_AES_128_CBC_SHA TLS_PSK_WITH_AES_128_CCM_8 TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256 x2
< ServerHello  version=1.2 suite=TLS_PSK_WITH_AES_128_GCM_SHA256

reference all of 1.2
< Alert  fatal handshake_failure(40)

reference all of 1.3
< Alert  fatal handshake_failure(40)
`,
		},
		{
			Name: "a client with nothing but pre-shared keys, and a server of certificates", Fires: parley.Proved, Side: parley.SideUnknown,
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  versions=1.2 suites=TLS_PSK_WITH_AES_128_CBC_SHA256,TLS_EMPTY_RENEGOTIATION_INFO_SCSV server_name=shop.example
< Alert  fatal handshake_failure(40)

base + suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
`,
		},
		{
			Name: "the server does not know the identity", Fires: parley.Seen, Side: parley.SideUnknown,
			Transcript: `
client hello
server 192.0.2.7:8883 broker.example

base
> ClientHello  versions=1.2 suites=TLS_PSK_WITH_AES_128_CBC_SHA256 server_name=broker.example
< Alert  fatal unknown_psk_identity(115)
`,
		},
		{
			Name: "1.3 alone, which refuses a key that fits none otherwise than a hello without", Fires: parley.Proved, Side: parley.ClientSide,
			Transcript: `
client chrome
server 192.0.2.7:8883 broker.example

base x2
< Alert  fatal handshake_failure(40)

base + extension pre_shared_key x2
< Alert  fatal illegal_parameter(47)

reference all of 1.2
< Alert  fatal protocol_version(70)

reference all of 1.3
< Alert  fatal handshake_failure(40)
`,
		},
		{
			Name: "1.3 alone, which refuses a key that fits none in the same way", Instead: "server.no-usable-certificate",
			Transcript: `
client chrome
server 192.0.2.7:8883 broker.example

base x2
< Alert  fatal handshake_failure(40)

base + extension pre_shared_key
< Alert  fatal handshake_failure(40)

reference all of SSL3
< Alert  fatal handshake_failure(40)

reference all of 1.2
< Alert  fatal protocol_version(70)

reference all of 1.3
< Alert  fatal handshake_failure(40)
`,
		},
		{
			Name: "suites of pre-shared keys are refused like all others", Instead: "server.no-usable-certificate",
			Transcript: `
client openssl-1.0.1
server 192.0.2.7:443 shop.example

base
< Alert  fatal handshake_failure(40)

base + suite TLS_PSK_WITH_AES_128_GCM_SHA256 TLS_PSK_WITH_AES_128_CBC_SHA256 TLS_PSK_WITH_AES_128_CBC_SHA TLS_PSK_WITH_AES_128_CCM_8 TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256
< Alert  fatal handshake_failure(40)

reference all of 1.2
< Alert  fatal handshake_failure(40)

reference all of 1.3
< Alert  fatal handshake_failure(40)
`,
		},
	},
}

// offerSharedKeys are suites of pre-shared keys, without a certificate, that
// servers of them have: one of each kind.
var offerSharedKeys = parley.Change{Axis: parley.AxisSuite, Op: parley.Add, Values: []uint16{
	uint16(iana.TLS_PSK_WITH_AES_128_GCM_SHA256), uint16(iana.TLS_PSK_WITH_AES_128_CBC_SHA256), uint16(iana.TLS_PSK_WITH_AES_128_CBC_SHA),
	uint16(iana.TLS_PSK_WITH_AES_128_CCM_8), uint16(iana.TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256),
}}

// sharedKeySet is the change that a server of pre-shared keys alone would go
// through with; nil where it does not look like one. Suites of 1.3 say nothing
// of keys, so where 1.3 is on, the hello has to leave it out.
func (v *View) sharedKeySet() []parley.Change {
	if !v.RefusedBy(iana.AlertHandshakeFailure) || !v.refusesAllWithAlert() || v.Hello() == nil || !v.Hello().Offers(v.at(iana.TLS12)) || offersSharedKey(v.Hello()) {
		return nil
	}
	ans12, asked := v.Whole(iana.TLS12)
	if !asked || !ans12.Refused() || ans12.End != parley.EndAlert || !certificateAlert(ans12.Alert) {
		return nil
	}
	return v.below13(offerSharedKeys)
}

// lacksSharedKey says which side is without the pre-shared key that the other
// wants, given the suites more that it takes; SideUnknown: it is not about keys.
func (v *View) lacksSharedKey(c parley.Change) parley.Side {
	switch {
	case c.Op != parley.Add || len(c.Values) == 0:
	case sharedKey(iana.Suite(c.Values[0])):
		return parley.ClientSide
	case onlySharedKeys(v.Hello()):
		return parley.ServerSide
	}
	return parley.SideUnknown
}

// untried says that the base with a change set was not answered.
func (v *View) untried(set []parley.Change) bool {
	_, tried := v.Variant(set...)
	return !tried
}

// sharedKey says whether a suite needs a pre-shared key, and no certificate.
func sharedKey(s iana.Suite) bool {
	i, ok := s.Info()
	return ok && i.Auth == iana.AuthPSK
}

func offersSharedKey(h *wire.ClientHello) bool { return slices.ContainsFunc(h.Suites, sharedKey) }

// onlySharedKeys says whether all suites of a hello need a pre-shared key.
func onlySharedKeys(h *wire.ClientHello) bool {
	return h != nil && offersSharedKey(h) && !slices.ContainsFunc(h.Suites, func(s iana.Suite) bool {
		i, ok := s.Info()
		return ok && !i.SCSV && i.Kx != iana.KxPSK && i.Kx != iana.KxDHEPSK && i.Kx != iana.KxECDHEPSK && i.Kx != iana.KxRSAPSK
	})
}
