package causes

import (
	"slices"

	"github.com/parley-tls/parley"
)

var certKeyMismatch = &Cause{
	ID:    "cert.key-mismatch",
	Title: "the private key does not belong to the certificate",
	Meaning: "The server proves that it owns its certificate with a signature, and that signature is by another key. Most programs notice when " +
		"they start; those that do not were given the key of another certificate, or a file in which the CA's certificate comes before the server's.",
	Phase: parley.PhaseCertificate,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "server.protocol-violation", Test: "the message is well formed, and its signature fits no key or another one"},
		{For: "server.no-usable-certificate", Test: "a certificate is sent"},
	},
	Find: func(v *View) []parley.Finding {
		r := v.Reply()
		var text string
		switch r.Signature {
		case parley.SignatureByOther:
			text = "The server's signature is by the key of another certificate of its chain, not by that of the first: the file has them in another order."
		case parley.SignatureByNone:
			text = "The server's signature verifies with no key of the certificates that it sent."
		default:
			return nil
		}
		f := v.Finding("cert.key-mismatch", parley.ServerSide, parley.PhaseCertificate, parley.Seen, text)
		if v.Panel {
			f.Members = v.mismatched()
		}
		if r.Signature == parley.SignatureByOther {
			f.Intents = []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.OrderChain, Plain: "put the server's own certificate first in the file, the CA's behind it"}}
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.OrderChain, Plain: "give the server the key for which the first certificate of the file was issued: compare openssl pkey -in KEY.pem -pubout with openssl x509 -in CERT.pem -noout -pubkey"},
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ReissueCertificate, Plain: "where that key is lost, a new certificate for the key that is there"},
	},
	WillNotHelp: []string{"another key where the order of the file is at fault", "importing the certificate on the clients", "another version or suite"},
	References:  []string{"RFC 8446, Section 4.4.3", "RFC 5246, Section 7.4.3"},
	Cases: []Case{
		{
			Name: "the CA's certificate comes first in the file", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base until=finished
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
< ServerHelloDone
signature other
stopped
`,
		},
		{
			Name: "no certificate of the chain has the key", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base until=finished
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
< ServerHelloDone
signature none
stopped
`,
		},
		{
			Name: "the key is the leaf's",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base until=finished
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
< ServerHelloDone
signature leaf
stopped
`,
		},
	},
}

// mismatched are the clients of the panel that were sent a signature by another
// key.
func (v *View) mismatched() []parley.ClientID {
	var out []parley.ClientID
	for _, id := range v.E.Order {
		a := v.E.Attempts[id]
		c := v.clientOf(a)
		if a.Role != parley.RoleBase || a.Scope != v.Scope || c == nil {
			continue
		}
		if slices.ContainsFunc(v.E.RepliesTo(id), func(r parley.Reply) bool {
			return r.Signature == parley.SignatureByOther || r.Signature == parley.SignatureByNone
		}) {
			out = append(out, c.ID)
		}
	}
	return out
}
