package diagnose_test

import (
	"slices"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/diagnose"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/transcript"
	"github.com/parley-tls/parley/wire"
)

// alerting is a server of one version that ends every handshake under it with
// an alert and a FIN. That a probe makes of it what reply says, for every
// number, is held in package lab.
type alerting struct {
	breaking
	flight []parley.Event // what comes before the alert
	alert  wire.Alert
}

// breaking is a point of a handshake.
type breaking struct {
	name      string
	version   iana.Version
	lines     string // that come before the alert
	protected bool   // the alert comes under keys
	whole     bool   // behind the server's first flight: an attempt that wants no more never sees the alert
	phase     parley.Phase
	through   bool // behind both Finished
}

const (
	hello12     = "< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n"
	chain12     = hello12 + "< Certificate  cert=rsa-2048,rsa_pkcs1_sha256,CN=www.shop.example\n"
	exchange12  = chain12 + "< ServerKeyExchange  group=x25519 scheme=rsa_pss_rsae_sha256\n"
	done12      = exchange12 + "< ServerHelloDone\n"
	second12    = done12 + "> ChangeCipherSpec\n> Finished  encrypted\n< ChangeCipherSpec\n"
	hello13     = "< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256 key_share=x25519\n"
	extensions  = hello13 + "< EncryptedExtensions  encrypted\n"
	chain13     = extensions + "< Certificate  cert=rsa-2048,rsa_pkcs1_sha256,CN=www.shop.example encrypted\n"
	verify13    = chain13 + "< CertificateVerify  scheme=rsa_pss_rsae_sha256 encrypted\n"
	finished13  = verify13 + "< Finished  encrypted\n"
	second13    = finished13 + "> Finished  encrypted\n> Alert  warning close_notify(0) encrypted\n"
	finishing12 = second12 + "< Finished  encrypted\n> Alert  warning close_notify(0) encrypted\n"
)

var breakings = []breaking{
	{name: "for a ServerHello", phase: parley.PhaseHello},
	{name: "after the ServerHello of 1.2", version: iana.TLS12, lines: hello12, phase: parley.PhaseParameters},
	{name: "after the Certificate of 1.2", version: iana.TLS12, lines: chain12, phase: parley.PhaseParameters},
	{name: "after the ServerKeyExchange of 1.2", version: iana.TLS12, lines: exchange12, phase: parley.PhaseParameters},
	{name: "after the ServerHelloDone of 1.2", version: iana.TLS12, lines: done12, whole: true, phase: parley.PhaseFinished},
	{name: "after the ChangeCipherSpec of 1.2", version: iana.TLS12, lines: second12, whole: true, protected: true, phase: parley.PhaseFinished},
	{name: "after the Finished of 1.2", version: iana.TLS12, lines: finishing12, whole: true, protected: true, phase: parley.PhaseFinished, through: true},
	{name: "after the ServerHello of 1.3, in clear", version: iana.TLS13, lines: hello13, phase: parley.PhaseParameters},
	{name: "after the ServerHello of 1.3", version: iana.TLS13, lines: hello13, whole: true, protected: true, phase: parley.PhaseFinished},
	{name: "after EncryptedExtensions", version: iana.TLS13, lines: extensions, whole: true, protected: true, phase: parley.PhaseFinished},
	{name: "after the Certificate of 1.3", version: iana.TLS13, lines: chain13, whole: true, protected: true, phase: parley.PhaseFinished},
	{name: "after CertificateVerify", version: iana.TLS13, lines: verify13, whole: true, protected: true, phase: parley.PhaseFinished},
	{name: "after the Finished of 1.3", version: iana.TLS13, lines: second13, whole: true, protected: true, phase: parley.PhaseFinished, through: true},
}

func (s alerting) reply(a parley.Attempt) parley.Reply {
	r := parley.Reply{Attempt: a.ID}
	other := s.version != 0 && a.Hello != nil && !a.Hello.Offers(s.version)
	switch {
	case a.Hello == nil || len(a.Prologue) > 0:
		r.End, r.Plain = parley.EndPlaintext, wire.AppendRecord(nil, wire.Record{Type: iana.ContentAlert, Version: iana.TLS12, Payload: s.alert.Append(nil)})
		return r
	case other:
		r.End, r.Alert = parley.EndAlert, wire.Alert{Level: iana.AlertFatal, Description: iana.AlertProtocolVersion}
		r.Events = []parley.Event{{From: parley.ServerSide, Item: wire.Item{Kind: wire.KindAlert, Alert: r.Alert}}}
		return r
	case s.whole && a.Until == parley.StopFlight:
		r.End = parley.EndStopped
		r.Events = slices.Clone(s.flight)
		return r
	}
	r.Events = append(slices.Clone(s.flight), parley.Event{From: parley.ServerSide, Item: wire.Item{
		Kind: wire.KindAlert, RecordType: iana.ContentAlert, Alert: s.alert, Raw: s.alert.Append(nil), Protected: s.protected,
	}})
	r.End, r.Detail = s.ends()
	if r.End == parley.EndAlert {
		r.Alert = s.alert
	}
	return r
}

// ends is how a probe sees the connection end.
func (s alerting) ends() (parley.EndKind, string) {
	closes := s.alert.Description == iana.AlertCloseNotify
	warns := s.alert.Level == iana.AlertWarning
	known := warns || s.alert.Level == iana.AlertFatal
	ends13 := s.protected && s.version == iana.TLS13 && s.alert.Description != iana.AlertUserCanceled
	switch {
	case closes && s.protected && s.through:
		return parley.EndStopped, ""
	case closes && s.protected:
		return parley.EndFIN, ""
	case ends13:
		return parley.EndAlert, ""
	case !known:
		return parley.EndMalformed, "Alert: level: expected 1 or 2"
	case !warns && !closes:
		return parley.EndAlert, ""
	case s.through:
		return parley.EndStopped, ""
	}
	return parley.EndFIN, ""
}

// says is what a diagnosis comes to.
func (s alerting) says() string {
	switch end, _ := s.ends(); end {
	case parley.EndStopped:
		return "ok" // a close answers ours, or a warning says nothing against it
	case parley.EndMalformed:
		return "server.protocol-violation, side server, seen"
	case parley.EndAlert:
		if said := spelled[s.alert.Description]; said != "" && s.phase < parley.PhaseFinished {
			return said
		}
		if said := refusals[s.alert.Description]; said != "" && s.phase == parley.PhaseHello {
			return said
		}
	}
	return "unknown"
}

// spelled are the alerts that say themselves what is wrong, of a hello that was
// not accepted; refusals are those that mean something once every hello is
// refused so.
var (
	spelled = map[iana.Alert]string{
		iana.AlertUnrecognizedName:      "sni.unrecognized, side server, seen",
		iana.AlertNoApplicationProtocol: "alpn.no-overlap, side server, seen",
	}
	refusals = map[iana.Alert]string{
		iana.AlertHandshakeFailure:   "server.no-usable-certificate, side server, inferred",
		iana.AlertProtocolVersion:    "server.no-usable-certificate, side server, inferred",
		iana.AlertInternalError:      "server.no-usable-certificate, side server, inferred",
		iana.AlertUnknownPSKIdentity: "psk.mismatch, side unknown, seen",
	}
)

// nobodys is an alert that nobody has a name for.
const nobodys iana.Alert = 199

// TestAnAlertIsTakenForNoMoreThanItSays diagnoses every number at every level
// and point of a handshake. What makes no difference, put in the place of an
// alert without a name, is diagnosed at once; for the others the check is
// played from the start.
func TestAnAlertIsTakenForNoMoreThanItSays(t *testing.T) {
	t.Parallel()
	c, err := clients.Get("go")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range breakings {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			var flight []parley.Event
			if b.lines != "" {
				flight = transcript.MustParse("server 192.0.2.7:443\n\nbase\n> ClientHello  suites=TLS_AES_128_GCM_SHA256\n" + b.lines + "silence\n").Blocks[0].Reply.Events
			}
			for _, level := range []iana.AlertLevel{iana.AlertWarning, iana.AlertFatal, 7} {
				s := alerting{breaking: b, flight: flight, alert: wire.Alert{Level: level, Description: nobodys}}
				played := run(t, s, c)
				usual := diagnose.Step(played)
				for n := range 256 {
					s.alert.Description = iana.Alert(n)
					e := *played
					e.Replies = nil
					for _, r := range played.Replies {
						e.Replies = append(e.Replies, s.reply(e.Attempts[r.Attempt]))
					}
					res := diagnose.Step(&e)
					if told(res) != told(usual) || asked(res) != asked(usual) {
						res = diagnose.Step(run(t, s, c))
					}
					if got, want := told(res), s.says(); got != want {
						t.Errorf("level %d, alert %d %v: got %s, want %s", level, n, iana.Alert(n), got, want)
					}
					if v := res.Scopes[0].View; v.Answer.Phase != b.phase || v.Completes() && !b.through {
						t.Errorf("level %d, alert %d: in phase %v, through: %v; want phase %v", level, n, v.Answer.Phase, v.Completes(), b.phase)
					}
				}
			}
		})
	}
}
