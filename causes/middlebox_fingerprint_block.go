package causes

import "github.com/parley-tls/parley"

var middleboxFingerprintBlock = &Cause{
	ID:    "middlebox.fingerprint-block",
	Title: "a filter knows the program by its hello and ends it",
	Meaning: "Filters against bots compute a fingerprint of the hello (JA3, JA4: the lists in it and their order) and reset or close what is " +
		"not a browser. The same offer in another order has another fingerprint and passes; no server's terms depend on that order.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "middlebox.reset", Test: "the same hello in another order completes under the same name"},
		{For: "middlebox.large-clienthello", Test: "the same hello in another order completes at the same size"},
		{For: "server.dropped-connection", Test: "the same hello in another order completes"},
		{For: "tolerance.extension", Test: "the same hello in another order completes, with every extension in it"},
	},
	Tries: func(v *View) [][]parley.Change {
		if !v.endedIn(parley.EndRST, parley.EndFIN) || !v.answersTLS() || len(v.Sets) > 0 || v.Base.SSL2 != nil {
			return nil
		}
		return [][]parley.Change{{otherOrder}}
	},
	Find: func(v *View) []parley.Finding {
		if _, ok := v.flippedBy(parley.AxisOrder); !ok {
			return nil
		}
		f := v.Finding("middlebox.fingerprint-block", parley.SideUnknown, parley.PhaseHello, parley.Inferred,
			"The same extensions, suites and schemes in another order complete: their order alone decides, which is what a fingerprint is made of.")
		other, _, why := v.sender()
		if other {
			f.Side = parley.PathSide
		}
		if v.Proof.State == ProofProved {
			f.Certainty, f.Pair = parley.Proved, v.Proof.Pair
		}
		return []parley.Finding{asReasons(f, why)}
	},
	Asks: func(v *View) []parley.Ask {
		if _, ok := v.flippedBy(parley.AxisOrder); !ok {
			return nil
		}
		return v.senderAsks("middlebox.fingerprint-block")
	},
	Fixes: []parley.Intent{
		{Side: parley.PathSide, Grade: parley.Best, Kind: parley.AllowClient, Plain: "let the program through in the filter that stands before the server, by a key or an address rather than by its hello"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.UseOtherClient, Plain: "the interface that the operator offers to programs", Price: "a hello made to look like a browser's is against the terms of many operators"},
	},
	WillNotHelp: []string{"changing the User-Agent, which is sent after the handshake", "importing the certificate", "-k"},
	References:  []string{"RFC 8446, Section 4.2"},
	Cases: []Case{
		{
			Name: "another order completes", Fires: parley.Proved, Side: parley.SideUnknown,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base x2
< RST

reference all of 1.2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256

base = size 1000
< RST

base = order x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "another order fails as before, and a smaller hello completes", Instead: "middlebox.large-clienthello",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base x2
< RST

base = order
< RST

base = size 1000 x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256

base - group X25519MLKEM768 SecP256r1MLKEM768 SecP384r1MLKEM1024 padded
< RST
`,
		},
	},
}

// otherOrder is the same offer in another order.
var otherOrder = parley.Change{Axis: parley.AxisOrder, Op: parley.Replace}
