package causes

import (
	"bytes"
	"slices"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var clockSkew = &Cause{
	ID:    "clock.skew",
	Title: "a clock and the dates of the certificate do not agree",
	Meaning: "A certificate is valid between two moments, and one of the clocks is outside. Machines without a battery begin in 1970 or 2000, " +
		"virtual machines wake with the time at which they fell asleep; a CA whose clock is ahead issues what is not valid yet. The date that the server " +
		"states in HTTP tells which clock it is.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "chain.expired-leaf", Test: "by the server's clock the certificate is valid"},
		{For: "chain.expired-root-path", Test: "by the server's clock the whole chain is valid"},
	},
	Asks: func(v *View) []parley.Ask {
		if len(v.untimely()) == 0 || !v.Completes() || !v.speaksHTTP() {
			return nil
		}
		return []parley.Ask{{Attempt: v.get(), Times: 1, Separates: []parley.CauseID{"clock.skew", "chain.expired-leaf"}}}
	},
	Find: func(v *View) []parley.Finding {
		os, theirs := v.untimely(), v.serverTime()
		if len(os) == 0 {
			return nil
		}
		var early, wrong []Objection
		for _, o := range os {
			switch {
			case !theirs.IsZero() && o.valid(theirs):
				wrong = append(wrong, o)
			case o.Kind == pkix.NotYetValid:
				early = append(early, o)
			}
		}
		if len(wrong) > 0 {
			f := v.objected("clock.skew", parley.ClientSide, wrong, func(o Objection) string { return v.untimelyText(o) })
			f[0].Because = append(f[0].Because, parley.Reason{From: []parley.Source{{Attempt: v.get().ID}},
				Text: "The server says that it is " + theirs.Format("2006-01-02 15:04") + ", when the certificate is valid; here it is " +
					v.E.Now.UTC().Format("2006-01-02 15:04") + "."})
			f[0].Intents = []parley.Intent{{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.SetClock, Plain: "set the clock of the client, and have NTP keep it"}}
			return f
		}
		f := v.objected("clock.skew", parley.SideUnknown, early, func(o Objection) string { return v.untimelyText(o) })
		switch {
		case len(f) == 0:
		case theirs.IsZero():
			f[0].Because = append(f[0].Because, parley.Reason{Text: "Nothing tells which clock is off: that of the client, or that of the CA."})
		default:
			f[0].Side = parley.ServerSide
			f[0].Because = append(f[0].Because, parley.Reason{From: []parley.Source{{Attempt: v.get().ID}},
				Text: "By the server's own clock, " + theirs.Format("2006-01-02 15:04") + ", it is not valid yet either."})
			f[0].Intents = []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.RenewCertificate,
				Plain: "serve the certificate before it until then, and set the clock of the CA that issued this one"}}
		}
		return f
	},
	Explains: []parley.CauseID{"chain.expired-leaf", "chain.expired-root-path"},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.SetClock, Plain: "set the clock of the client, and have NTP keep it"},
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.RenewCertificate, Plain: "where the client's clock is right, serve a certificate that is valid now"},
	},
	WillNotHelp: []string{"importing the certificate: its dates stay", "another version or suite", "turning verification off for a clock"},
	References:  []string{"RFC 5280, Section 4.1.2.5", "RFC 9110, Section 6.6.1"},
	Cases: []Case{
		{
			Name: "the server's clock is within the dates and the client's is not", Fires: parley.Seen, Side: parley.ClientSide,
			Transcript: `
client curl
now 2000-01-01
certificate root  ca from=1999-01-01
certificate leaf  by=root names=shop.example
trust system root
server 192.0.2.7:443 shop.example

base until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=leaf encrypted
< Finished  encrypted
> Finished  encrypted
stopped

base = alpn http/1.1 = request "GET /"
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=leaf encrypted
< Finished  encrypted
> Finished  encrypted
< ApplicationData  "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\n\r\n" encrypted
stopped
`,
		},
		{
			Name: "not valid yet, and nothing tells the time of the server", Fires: parley.Seen, Side: parley.SideUnknown,
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example from=2026-12-01
trust system root
server 192.0.2.7:8883 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "valid since yesterday",
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example from=2026-11-21
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "expired by the server's clock as well", Instead: "chain.expired-leaf",
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example until=2026-11-01
trust system root
server 192.0.2.7:8883 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
	},
}

// untimely are the objections to the dates of certificates.
func (v *View) untimely() []Objection {
	return slices.DeleteFunc(v.Objections(false, pkix.Expired, pkix.NotYetValid), func(o Objection) bool { return o.Avoidable == parley.Yes })
}

func (v *View) untimelyText(o Objection) string {
	if o.Kind == pkix.NotYetValid {
		return o.is() + " begins on " + day(o.Certificate.NotBefore) + ", " + v.since(o.Certificate.NotBefore) + "."
	}
	return o.is() + " ended on " + day(o.Certificate.NotAfter) + ", " + v.since(o.Certificate.NotAfter) + "."
}

// valid says that the certificate is valid at a time.
func (o Objection) valid(t time.Time) bool {
	return o.Certificate != nil && !t.Before(o.Certificate.NotBefore) && !t.After(o.Certificate.NotAfter)
}

// serverTime is the date that the server states in HTTP; zero: it stated none.
func (v *View) serverTime() time.Time {
	r, ok := v.got()
	if !ok {
		return time.Time{}
	}
	for line := range bytes.Lines(r.Application()) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		if !bytes.EqualFold(name, []byte("Date")) {
			continue
		}
		// RFC 9110, Section 5.6.7.
		if t, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", string(bytes.TrimSpace(value))); err == nil {
			return t
		}
	}
	return time.Time{}
}
