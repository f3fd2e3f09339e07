package causes

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// refusesClient says that the server asked for the client's certificate and
// ended the handshake over the answer: by an alert that such a refusal has, or
// by any end that another answer changes.
func (v *View) refusesClient() bool {
	if !v.RefusedLater() || v.Answer.AsksClient != parley.Yes || v.Wavers() {
		return false
	}
	if v.endsMute() {
		return v.hangsUp()
	}
	return v.Answer.OfTheClient() || v.flipsByCertificate()
}

// endsMute says that under 1.3 the connection ended without a word after the
// client's Finished. Node.js refuses a certificate so; a server without tickets
// that answers a close_notify by closing looks the same, and a request tells.
func (v *View) endsMute() bool {
	end := v.Answer.End == parley.EndFIN || v.Answer.End == parley.EndRST
	return v.RefusedLater() && end && v.Answer.Choice.Version.TLS() == iana.TLS13 && v.Answer.AsksClient == parley.Yes
}

// flipsByCertificate says that another answer to the server's request changes
// how the handshake ends.
func (v *View) flipsByCertificate() bool {
	return v.Proof.State == ProofProved && slices.ContainsFunc(v.Proof.Set, func(c parley.Change) bool { return c.Axis == parley.AxisClientCertificate })
}

// speaksHTTP says that what answers is to be asked in HTTP: the URL says so, or
// the protocol that was selected, or the port.
func (v *View) speaksHTTP() bool {
	t := v.E.Target
	if t.StartTLS != "" || t.Transport == parley.TransportDTLS || len(v.Base.Prologue) > 0 || v.Base.SSL2 != nil || v.Base.Hello == nil {
		return false
	}
	switch v.Answer.Choice.ALPN {
	case "h2", "http/1.1":
		return true
	case "":
		return t.Port == 443 || t.Port == 8443 || v.saysHTTPS()
	}
	return false
}

// saysHTTPS says that whoever asks named the protocol.
func (v *View) saysHTTPS() bool {
	return strings.HasPrefix(strings.ToLower(v.E.Target.Text), "https://")
}

// get is the base that goes on to ask for the root of the server, in HTTP/1.1.
func (v *View) get(more ...parley.Change) parley.Attempt {
	var set []parley.Change
	if offers := v.Base.Hello.ALPN(); len(offers) > 0 && !slices.Equal(offers, []string{"http/1.1"}) {
		set = append(set, parley.Change{Axis: parley.AxisALPN, Op: parley.Replace, Text: "http/1.1"})
	}
	a := v.Base.With(append(append(set, more...), parley.GetRoot)...)
	a.Patience = parley.Brief
	return a
}

// got is the reply to that, if it was asked.
func (v *View) got(more ...parley.Change) (parley.Reply, bool) {
	if !v.speaksHTTP() {
		return parley.Reply{}, false
	}
	for _, r := range v.E.RepliesTo(v.get(more...).ID) {
		if r.End != parley.EndInterrupted && r.End != parley.EndLocal {
			return r, true
		}
	}
	return parley.Reply{}, false
}

// askToGet asks for it where the handshake went through and something more can
// come: the server asked for a certificate and did without, or whoever asks
// said that it is HTTP.
func (v *View) askToGet(for_ ...parley.CauseID) []parley.Ask {
	if !v.Completes() && !v.endsMute() || v.Wavers() || !v.speaksHTTP() || v.Answer.Choice.Version.Before(iana.TLS10) {
		return nil
	}
	if v.Answer.AsksClient != parley.Yes && !v.saysHTTPS() {
		return nil
	}
	return []parley.Ask{{Attempt: v.get(), Times: 1, Separates: for_}}
}

// authorities are the CAs that a server names in its request, in words.
func authorities(m *wire.CertificateRequest) []string {
	if m == nil {
		return nil
	}
	var out []string
	for _, der := range m.Authorities {
		if n := nameOf(der); n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// nameOf is what a distinguished name calls its owner: the common name, else
// the organization; empty if it has neither or cannot be read.
func nameOf(der []byte) string {
	var seq pkix.RDNSequence
	if rest, err := asn1.Unmarshal(der, &seq); err != nil || len(rest) > 0 {
		return ""
	}
	var n pkix.Name
	n.FillFromRDNSequence(&seq)
	for _, s := range append(append([]string{n.CommonName}, n.OrganizationalUnit...), n.Organization...) {
		if s != "" {
			return fmt.Sprintf("%q", s)
		}
	}
	return ""
}

// namesCAs says which CAs the server's request names, at most three of them.
func namesCAs(m *wire.CertificateRequest) string {
	names := authorities(m)
	switch {
	case m == nil:
		return ""
	case len(m.Authorities) == 0:
		return "Its request names no CA."
	case len(names) == 0 && len(m.Authorities) == 1:
		return "Its request names one CA, in no way that can be read."
	case len(names) == 0:
		return fmt.Sprintf("Its request names %d CAs.", len(m.Authorities))
	case len(names) > 3:
		return fmt.Sprintf("Its request names %s and %d more CAs.", strings.Join(names[:2], ", "), len(m.Authorities)-2)
	case len(names) == 1:
		return "Its request names one CA: " + names[0] + "."
	}
	return "Its request names the CAs " + words(names) + "."
}

// presented are the certificates that the client sent, read as far as they can
// be, leaf first.
func presented(r parley.Reply) []*x509.Certificate {
	chain, _ := r.Presented()
	var out []*x509.Certificate
	for _, der := range chain {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return out
		}
		out = append(out, c)
	}
	return out
}

// pairWords says of a proof by another certificate what it changed.
func (v *View) pairWords(f parley.Finding) string {
	if f.Pair == nil {
		return ""
	}
	var with string
	switch c := f.Pair.Changed[0]; {
	case c.Op == parley.Remove:
		with = "With an empty Certificate"
	default:
		with = "With a certificate that nobody trusts"
	}
	ans, ok := v.To(v.E.Attempts[f.Pair.Works])
	if !ok {
		return ""
	}
	if ans.Completes() {
		return with + " the same handshake completes."
	}
	return with + " the same handshake ends otherwise: " + ans.Words() + " in the place of " + v.Answer.Words() + "."
}

// late says when a refusal comes, where that misleads.
func (v *View) late() string {
	if v.Answer.Choice.Version.Before(iana.TLS13) {
		return ""
	}
	return "In 1.3 it comes after the client's Finished: the client believes that it is connected, and meets it at its first read."
}

// withFiles is the command that presents a certificate.
func (v *View) withFiles() string {
	return "parley check " + v.E.Target.Text + " --client-cert FILE --client-key FILE"
}
