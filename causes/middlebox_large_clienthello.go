package causes

import (
	"fmt"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var middleboxLargeClientHello = &Cause{
	ID:    "middlebox.large-clienthello",
	Title: "hellos of more than one segment are reset or lost",
	Meaning: "A key share with ML-KEM makes a hello larger than one segment of TCP. Firewalls, balancers and servers that expect a whole hello " +
		"in the first segment reset it or lose it. Current browsers and libraries send such hellos; older ones do not, and get through.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "tolerance.length", Test: "only a shorter hello completes, and not one of another length"},
		{For: "tolerance.record-split", Test: "the hello is in one record"},
		{For: "tolerance.retry", Test: "the first hello is not answered at all"},
		{For: "tolerance.extension", Test: "without ML-KEM and padded to the same size the hello fails as before"},
		{For: "version.intolerance", Test: "a smaller hello with the same versions completes"},
		{For: "middlebox.reset", Test: "a smaller hello with the same name completes"},
		{For: "middlebox.mtu-blackhole", Test: "it is the size of the hello that decides, not that of the answer"},
		{For: "middlebox.fingerprint-block", Test: "the hello in another order fails as before"},
	},
	Tries: func(v *View) [][]parley.Change {
		if !v.large() || !v.sizeMayCount() {
			return nil
		}
		if v.endedIn(parley.EndSilence) { // each wave costs the time to see that nothing comes
			return [][]parley.Change{{smaller}, {v.sameSize()}, {inPieces}}
		}
		return [][]parley.Change{{smaller}}
	},
	Asks: func(v *View) []parley.Ask {
		if !v.large() || !v.completes(smaller) || !v.Refused() {
			return nil
		}
		const id = "middlebox.large-clienthello"
		_, padded := v.padded()
		if _, pieces := v.Variant(inPieces); padded && pieces && !v.completes(inPieces) {
			return v.senderAsks(id)
		}
		asks := []parley.Ask{v.once(v.sameSize(), id, "tolerance.extension")}
		if v.endedIn(parley.EndRST, parley.EndFIN, parley.EndSilence) {
			asks = append(asks, v.once(inPieces, id))
		}
		return asks
	},
	Find: func(v *View) []parley.Finding {
		_, bySize := v.flippedBy(parley.AxisSize)
		_, bySegments := v.flippedBy(parley.AxisSegments)
		padded, tried := v.padded()
		if !v.large() || !v.completes(smaller) || !bySize && !bySegments || bySize && (!tried || padded.Completes()) {
			return nil
		}
		f := v.Finding("middlebox.large-clienthello", parley.SideUnknown, parley.PhaseHello, parley.Inferred,
			fmt.Sprintf("The hello has %d bytes; the same at %d, without %s, completes.", len(v.Base.Hello.Message()), smallHello, list(parley.PostQuantum(v.Base.Hello))))
		if tried && !padded.Completes() {
			f = asReasons(f, "Without these groups and padded to the size it had, it fails as before: the size decides, not what is offered.")
		}
		f = v.onPath(f)
		if f.Side == parley.SideUnknown {
			f.WouldTell = []string{"the server's log at this time: whether the hello arrives there", "the same check from within the server's own network"}
		}
		return []parley.Finding{f}
	},
	Explains: []parley.CauseID{"version.intolerance"},
	Fixes: []parley.Intent{
		{Side: parley.PathSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "update the firewall or balancer that reads hellos; it must wait for the whole hello"},
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "if the hello does arrive there, a release that reads a hello of several segments"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.OfferGroups, Groups: []iana.Group{iana.GroupX25519, iana.GroupSecp256r1},
			Plain: "offer groups without ML-KEM until then", Price: "gives up protection against quantum computers to come"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "another list of suites", "a new certificate"},
	References:  []string{"RFC 8446, Section 4.2.8", "RFC 7685", "RFC 8446, Section 5.1"},
	Cases: []Case{
		{
			Name: "the large hello is reset by another than the server", Fires: parley.Proved, Side: parley.PathSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base x2
< RST

base = size 1000 x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256

base - group X25519MLKEM768 SecP256r1MLKEM768 SecP384r1MLKEM1024 padded
< RST

base + ttl
< TTL  peer=52
stopped

base = ttl 52 x2
< TTL  end=higher
< RST
`,
		},
		{
			Name: "the large hello is lost, and nothing tells where", Fires: parley.Inferred, Side: parley.SideUnknown,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
silence

base = size 1000 x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256

base - group X25519MLKEM768 padded
silence

base = segments 600
silence
`,
		},
		{
			Name: "the large hello passes in small segments", Fires: parley.Proved, Side: parley.PathSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
silence

base = size 1000
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256

base = segments 600 x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "the small hello is reset too, and without 1.3 it is not", Instead: "version.intolerance",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< RST

base = size 1000
< RST

base - version 1.3 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
`,
		},
		{
			Name: "without ML-KEM it completes at the same size too", Instead: "tolerance.extension",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal illegal_parameter(47)

base = size 1000
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256

base - group X25519MLKEM768 padded x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
	},
}

// sizeMayCount says that the base ended in a way in which hellos end for their
// size, that others are answered here, and that no missing value explains it.
func (v *View) sizeMayCount() bool {
	quiet := v.endedIn(parley.EndRST, parley.EndFIN, parley.EndSilence)
	unread := v.Refused() && v.Answer.Choice.Version == 0 && v.RefusedBy(parseAlerts...)
	return (quiet || unread) && v.answersTLS() && len(v.Sets) == 0
}

// parseAlerts are what servers say to a hello that they cannot read, and to
// values in it that they could have passed over.
var parseAlerts = []iana.Alert{
	iana.AlertUnexpectedMessage, iana.AlertRecordOverflow, iana.AlertIllegalParameter,
	iana.AlertDecodeError, iana.AlertInternalError, iana.AlertUnsupportedExtension,
}

// padded is the answer to the base without its post-quantum groups, padded to
// the size it had.
func (v *View) padded() (parley.Answer, bool) {
	if v.Base.Hello == nil {
		return parley.Answer{}, false
	}
	return v.Variant(v.sameSize())
}
