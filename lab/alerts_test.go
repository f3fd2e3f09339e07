package lab

import (
	"bytes"
	"cmp"
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/wire"
)

// attemptAt is an attempt at a fault or script, with the hello of a client of
// today, to the end of the handshake.
func attemptAt(target Target) parley.Attempt {
	a := parley.Attempt{
		Role: parley.RoleBase, Scope: parley.Scope{Addr: netip.MustParseAddrPort(target.Address), Name: Name},
		Hello: OfferToday.Hello(), RecordVersion: iana.TLS10, Until: parley.StopFinished,
	}
	return a.Identify()
}

// breaking is a point of a handshake at which a script ends it with an alert.
type breaking struct {
	name  string
	terms Terms
	// protected: the alert goes out under keys. Before what, if it is not after
	// the whole handshake.
	protected bool
	before    iana.HandshakeType
	messages  int // that come before it in clear, without a ServerHello of 1.3
	phase     parley.Phase
	through   bool // both Finished came before it
}

var breakings = []breaking{
	{name: "for a ServerHello", terms: ecdhe12, phase: parley.PhaseHello},
	{name: "after the ServerHello of 1.2", terms: ecdhe12, messages: 1, phase: parley.PhaseParameters},
	{name: "after the Certificate of 1.2", terms: ecdhe12, messages: 2, phase: parley.PhaseParameters},
	{name: "after the ServerKeyExchange of 1.2", terms: ecdhe12, messages: 3, phase: parley.PhaseParameters},
	{name: "after the ServerHelloDone of 1.2", terms: ecdhe12, messages: 4, phase: parley.PhaseFinished},
	{name: "after the ChangeCipherSpec of 1.2", terms: ecdhe12, protected: true, before: iana.TypeFinished, phase: parley.PhaseFinished},
	{name: "after the Finished of 1.2", terms: ecdhe12, protected: true, phase: parley.PhaseFinished, through: true},
	{name: "after the ServerHello of 1.3, in clear", terms: ecdhe13, messages: 1, phase: parley.PhaseParameters},
	{name: "after the ServerHello of 1.3", terms: ecdhe13, protected: true, before: iana.TypeEncryptedExtensions, phase: parley.PhaseFinished},
	{name: "after EncryptedExtensions", terms: ecdhe13, protected: true, before: iana.TypeCertificate, phase: parley.PhaseFinished},
	{name: "after the Certificate of 1.3", terms: ecdhe13, protected: true, before: iana.TypeCertificateVerify, phase: parley.PhaseFinished},
	{name: "after CertificateVerify", terms: ecdhe13, protected: true, before: iana.TypeFinished, phase: parley.PhaseFinished},
	{name: "after the Finished of 1.3", terms: ecdhe13, protected: true, phase: parley.PhaseFinished, through: true},
}

// with are the terms of a script that breaks off with the alert that next says.
func (b breaking) with(next func() []byte) Terms {
	t := b.terms
	t.Key, t.Suites = iana.KeyECDSA, []iana.Suite{iana.TLS_AES_128_GCM_SHA256, iana.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}
	if b.protected {
		t.Says = func(m []byte) (iana.ContentType, []byte) {
			if len(m) == 0 && b.before == 0 || len(m) > 0 && iana.HandshakeType(m[0]) == b.before {
				return iana.ContentAlert, next()
			}
			return iana.ContentHandshake, m
		}
		return t
	}
	t.Mangle = func(_ *wire.ClientHello, f *Flight) {
		if f.Messages = f.Messages[:b.messages]; b.messages == 0 {
			f.Hello = nil
		}
		f.Closes = true
		f.Trailer = wire.AppendRecord(nil, wire.Record{Type: iana.ContentAlert, Version: iana.TLS12, Payload: next()})
	}
	return t
}

// reads is what an attempt makes of an alert at b, and of the FIN behind it.
func (b breaking) reads(level iana.AlertLevel, alert iana.Alert) string {
	ends13 := b.protected && b.terms.Versions[0] == iana.TLS13
	switch {
	case b.protected && alert == iana.AlertCloseNotify && b.through:
		return "stopped"
	case b.protected && alert == iana.AlertCloseNotify:
		return "fin"
	case ends13 && alert != iana.AlertCloseNotify && alert != iana.AlertUserCanceled:
		return fmt.Sprintf("alert %v %v", level, alert)
	case level != iana.AlertWarning && level != iana.AlertFatal:
		return "malformed"
	case level == iana.AlertFatal && alert != iana.AlertCloseNotify:
		return fmt.Sprintf("alert %v %v", level, alert)
	case b.through:
		return "stopped" // a close answers ours
	}
	return "fin"
}

// TestEveryAlertIsReadAtEveryPhase meets every number at every point of a
// handshake, and every level with the numbers that are treated apart. What a
// check makes of the replies is held in package diagnose.
func TestEveryAlertIsReadAtEveryPhase(t *testing.T) {
	t.Parallel()
	var alerts [][]byte
	for n := range 256 {
		alerts = append(alerts, []byte{byte(iana.AlertFatal), byte(n)})
	}
	for _, level := range []iana.AlertLevel{iana.AlertWarning, 0, 7, 255} {
		for _, n := range []iana.Alert{iana.AlertCloseNotify, 1, iana.AlertHandshakeFailure, 41, iana.AlertUserCanceled, iana.AlertNoRenegotiation, iana.AlertUnrecognizedName, iana.AlertCertificateRequired, 255} {
			alerts = append(alerts, []byte{byte(level), byte(n)})
		}
	}
	for _, b := range breakings {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			var turn atomic.Int64
			target, err := shared.Script(t.Context(), b.with(func() []byte { return alerts[turn.Load()] }))
			if err != nil {
				t.Fatal(err)
			}
			a, p := attemptAt(target), &probe.Prober{}
			for i, alert := range alerts {
				turn.Store(int64(i))
				level, number := iana.AlertLevel(alert[0]), iana.Alert(alert[1])
				r := p.Do(t.Context(), a)
				if got, want := ended(r), b.reads(level, number); got != want {
					t.Fatalf("%v %v: got %q, want %q: %s", level, number, got, want, r.Detail)
				}
				if phase := r.AnswerTo(a).Phase; phase != b.phase {
					t.Errorf("%v %v: in phase %v, want %v", level, number, phase, b.phase)
				}
				if through := r.AnswerTo(a).Completes(); through && !b.through {
					t.Errorf("%v %v: through", level, number)
				}
				if i := len(r.Events) - 1; r.End == parley.EndAlert && (i < 0 || r.Events[i].Item.Protected != b.protected) {
					t.Errorf("%v %v: the last event is not the alert as it came", level, number)
				}
			}
		})
	}
}

// ended says in short how an attempt ended.
func ended(r parley.Reply) string {
	if r.End == parley.EndAlert {
		return fmt.Sprintf("alert %v %v", r.Alert.Level, r.Alert.Description)
	}
	return strings.ToLower(cmp.Or(map[parley.EndKind]string{parley.EndFIN: "fin", parley.EndStopped: "stopped", parley.EndMalformed: "malformed", parley.EndLimit: "limit"}[r.End], r.End.String()))
}

// TestWhatComesEncryptedCanBeOddToo follows faults whose oddness no one sees
// without keys.
func TestWhatComesEncryptedCanBeOddToo(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]string{
		"alter-finished":        "malformed: Finished: expected the verify_data of this handshake, got another",
		"alter-finished-in-1.2": "malformed: Finished: expected the verify_data of this handshake, got another",
		"flood-key-updates":     "limit: more than 64 records or messages",
		"flood-session-tickets": "limit: more than 64 records or messages",
	} {
		began := time.Now()
		r := (&probe.Prober{}).Do(t.Context(), attemptAt(start(t, fault)))
		if got := ended(r) + ": " + r.Detail; got != want {
			t.Errorf("%s: got %q, want %q", fault, got, want)
		}
		var raw bytes.Buffer
		for _, e := range r.Events {
			raw.Write(e.Item.Raw)
		}
		if took := time.Since(began); took > probe.DefaultSilence || raw.Len() > 64<<10 {
			t.Errorf("%s: %v, and %d bytes are kept", fault, took, raw.Len())
		}
	}
}
