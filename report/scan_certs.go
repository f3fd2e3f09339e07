package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/certificates"
	"github.com/parley-tls/parley/pkix"
)

// credentials are the lines about what a server shows of itself.
func (v *scanScreen) credentials(e *Endpoint) (out []string) {
	if len(e.Certificates) == 0 {
		return v.certs(&e.Server)
	}
	// Those of which the same is to be said stand together above it.
	type shown struct {
		leaves, keys []string
		lines        [][2]string
	}
	var all []shown
	for i := range e.Certificates {
		r := &e.Certificates[i]
		one := shown{leaves: []string{"a certificate that cannot be read"}}
		if leaf := r.Leaf(); leaf != nil {
			one = shown{leaves: []string{leafText(r)}, keys: []string{leaf.Key.Type.String()}, lines: credentialLines(r, v.o.Verbose)}
		}
		if at := slices.IndexFunc(all, func(s shown) bool { return slices.Equal(s.lines, one.lines) }); at >= 0 {
			all[at].leaves, all[at].keys = append(all[at].leaves, one.leaves...), append(all[at].keys, one.keys...)
			continue
		}
		all = append(all, one)
	}
	for _, one := range all {
		label := "shows"
		for _, text := range one.leaves {
			out = append(out, v.labelled(label, text, "", 2)...)
			label = ""
		}
		for _, l := range one.lines {
			if len(all) > 1 && l[0] != "" && l[0] != "DNS" {
				l[1] = strings.Join(slices.Compact(one.keys), ", ") + ": " + l[1]
			}
			out = append(out, v.labelled(l[0], l[1], "", map[bool]int{false: 2, true: 99}[v.o.Verbose])...)
		}
	}
	return out
}

// leafText is a leaf in a line.
func leafText(r *certificates.Report) string {
	leaf := r.Leaf()
	c := certificate{Certificate: leaf, days: int(leaf.NotAfter.Sub(r.Now) / (24 * time.Hour))}
	return keyText(leaf) + ": " + c.text()
}

// keyText says the key of a certificate: "RSA 2048", "ECDSA secp256r1".
func keyText(c *pkix.Certificate) string {
	return keyWords(parley.Chain{Key: c.Key.Type, Bits: rsaBits(c), Group: c.Key.Group})
}

func rsaBits(c *pkix.Certificate) int {
	if c.Key.Group != 0 {
		return 0
	}
	return c.Key.Bits
}

// credentialLines are what is to be said of a chain, "label" and text: the short
// of it for a screen, and all with verbose.
func credentialLines(r *certificates.Report, verbose bool) (out [][2]string) {
	add := func(label, text string) {
		if text != "" {
			out = append(out, [2]string{label, text})
		}
	}
	add("chain", chainText(r))
	if verbose {
		for i, c := range r.Sent {
			add("", certificateWhole(i+1, c))
		}
		for _, c := range r.Fetched {
			add("fetched", certificateWhole(0, c))
		}
	}
	label := "trusted"
	for text := range strings.SplitSeq(trustedText(r, verbose), "\n") {
		add(label, text)
		label = ""
	}
	const most = 3
	label = "problem"
	problems := problemTexts(r, verbose)
	for i, text := range problems {
		if i == most && !verbose && len(problems) > most+1 {
			add("", fmt.Sprintf("and %d more, with -v", len(problems)-most))
			break
		}
		add(label, text)
		label = ""
	}
	if !verbose {
		add("status", statusText(r))
	} else {
		label = "status"
		for _, s := range r.Revocation {
			add(label, revocationWhole(s))
			label = ""
		}
		label = "CT"
		for _, t := range r.CT.Timestamps {
			add(label, timestampText(t))
			label = ""
		}
		add(label, enoughText(&r.CT))
	}
	label = "DNS"
	for _, text := range dnsTexts(r.DNS, verbose) {
		add(label, text)
		label = ""
	}
	return out
}

// chainText says what was sent and whether it is whole.
func chainText(r *certificates.Report) string {
	text := fmt.Sprintf("%d certificates", len(r.Sent))
	if len(r.Sent) == 1 {
		text = "1 certificate"
	}
	switch r.Ordered {
	case parley.Yes:
		if len(r.Sent) > 1 {
			text += " in order"
		}
	case parley.No:
		text += ", not in order"
	}
	switch r.Complete {
	case parley.Yes:
		switch {
		case len(r.Path) == 1 && len(r.Sent) == 1 && !r.Public():
			text += ", its own issuer"
		case len(r.Path) > 0 && !r.Public():
			text += ", complete to " + r.Path[len(r.Path)-1].Subject.Short()
		default:
			text += ", complete"
		}
	case parley.No:
		text += ", incomplete: the issuer " + missingName(r) + " was not sent"
		if len(r.Fetched) > 0 {
			text += fmt.Sprintf("; %s was fetched from where the certificate says", r.Fetched[0].Subject.Short())
		} else if len(r.MissingAt) > 0 {
			text += "; --aia fetches it"
		}
	default:
		if r.Missing != "" {
			text += "; it ends below " + missingName(r)
		}
	}
	return text
}

// missingName is the short name of the issuer that was not sent.
func missingName(r *certificates.Report) string {
	for _, c := range r.Sent {
		if c != nil && c.Issuer.Text == r.Missing {
			return c.Issuer.Short()
		}
	}
	return r.Missing
}

// trustedText names the programmes to whose roots a path leads, those to whose
// none does, and why.
func trustedText(r *certificates.Report, verbose bool) string {
	if len(r.Stores) == 0 {
		return ""
	}
	if verbose {
		var parts []string
		for _, t := range r.Stores {
			text := fmt.Sprintf("%s (%s, as of %s): ", t.Store.Name, t.Store.Of, t.Store.Date)
			if t.Store.Given() {
				text = t.Store.Name + ": "
			}
			switch {
			case t.Builds == parley.Yes:
				text += "yes, by " + t.Root
			default:
				text += t.Builds.String() + ", " + t.Why
			}
			parts = append(parts, text)
		}
		return strings.Join(parts, "\n")
	}
	by := map[parley.Truth][]string{}
	why := map[parley.Truth][]string{}
	var parts []string
	programmes := 0
	for _, t := range r.Stores {
		if t.Store.Given() {
			parts = append(parts, givenText(&t))
			continue
		}
		programmes++
		by[t.Builds] = append(by[t.Builds], t.Store.Name)
		if !slices.Contains(why[t.Builds], t.Why) {
			why[t.Builds] = append(why[t.Builds], t.Why)
		}
	}
	if names := by[parley.Yes]; len(names) > 0 {
		parts = append(parts, "by "+strings.Join(names, ", "))
	}
	for _, is := range []parley.Truth{parley.No, parley.Unknown} {
		if names := by[is]; len(names) > 0 {
			text := map[parley.Truth]string{parley.No: "not by ", parley.Unknown: "not known of "}[is] + strings.Join(names, ", ")
			if len(names) == programmes {
				text = map[parley.Truth]string{parley.No: "by no root program", parley.Unknown: "not known of any root program"}[is]
			}
			if len(why[is]) == 1 {
				text += ": " + why[is][0]
			}
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "; ")
}

// givenText says of a store that was named for the target whether a path leads to it.
func givenText(t *certificates.Trusted) string {
	switch t.Builds {
	case parley.Yes:
		return "by " + t.Store.Name
	case parley.No:
		return "not by " + t.Store.Name + ": " + t.Why
	}
	return "not known of " + t.Store.Name + ": " + t.Why
}

// CertificateFaults are what keeps clients from going on with what an endpoint
// shows, whichever roots they have: a path that is not valid, or that was revoked.
func (e *Endpoint) CertificateFaults() (out []string) {
	for i := range e.Certificates {
		for _, text := range e.Certificates[i].Faults() {
			if !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return out
}

// problemTexts are the problems of a chain. Those that stop nobody are told with
// verbose.
func problemTexts(r *certificates.Report, verbose bool) (out []string) {
	for _, p := range r.Problems {
		if verbose || p.Stops != parley.No {
			out = append(out, certificates.Words(p))
		}
	}
	for _, l := range r.Lints {
		text := l.Text + " (" + l.Clause + ")"
		if l.Of != "" {
			text = "of " + l.Of + ": " + text
		}
		out = append(out, text)
	}
	return out
}

// statusText is what is said of revocation and transparency, in a line.
func statusText(r *certificates.Report) string {
	var parts []string
	for _, s := range r.Revocation {
		text := s.Kind.String()
		if s.Kind == certificates.Staple {
			text = "stapled"
		} else if len(r.Path) > 0 && s.About != r.Path[0].Subject.Short() {
			text += " of " + s.About
		}
		parts = append(parts, text+": "+s.String())
	}
	if n := len(r.CT.Timestamps); n > 0 || r.CT.Enough == parley.No {
		text := fmt.Sprintf("%d timestamps", n)
		if n == 1 {
			text = "1 timestamp"
		}
		if ops := r.CT.Operators(); len(ops) > 0 {
			text += " of " + strings.Join(ops, ", ")
		}
		if e := enoughText(&r.CT); e != "" {
			text += ", " + e
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// enoughText says whether the timestamps are enough.
func enoughText(t *certificates.Transparency) string {
	switch {
	case t.Fault != "":
		return t.Fault
	case t.Enough == parley.Yes:
		return "as Chrome and Apple demand"
	case t.Enough == parley.No:
		return "too few: " + t.Why
	}
	return t.Why
}

func timestampText(t certificates.Timestamp) string {
	name := t.Log
	if name == "" {
		name = "log " + t.ID
	}
	text := fmt.Sprintf("%s, %s, in the %s", name, stamp(t.At), t.Via)
	switch t.Signature {
	case parley.Yes:
		return text + ", verifies"
	case parley.No:
		return text + ", does not verify"
	}
	if t.Why != "" {
		text += ", not verified: " + t.Why
	}
	return text
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func revocationWhole(s certificates.Status) string {
	text := s.Kind.String() + " of " + s.About + ": " + s.String()
	if s.By != "" {
		text += ", signed by " + s.By
	}
	if !s.ThisUpdate.IsZero() {
		text += ", as of " + stamp(s.ThisUpdate)
	}
	if s.URL != "" {
		text += ", " + s.URL
	}
	return text
}

// dnsTexts are the lines about the DNS.
func dnsTexts(d *certificates.DNS, verbose bool) (out []string) {
	if d == nil {
		return nil
	}
	switch {
	case d.CAA.Err != "":
		if verbose {
			out = append(out, "CAA is not known: "+d.CAA.Err)
		}
	case d.CAA.Domain != "":
		var issue []string
		for _, r := range d.CAA.Records {
			if verbose || r.Tag == "issue" {
				issue = append(issue, map[bool]string{true: r.String(), false: r.Value}[verbose])
			}
		}
		out = append(out, "CAA at "+d.CAA.Domain+": "+strings.Join(issue, ", ")+signedText(d.CAA.Authentic))
	case verbose:
		out = append(out, "no CAA at the name nor above it")
	}
	switch t := &d.TLSA; {
	case t.Err != "":
		if verbose {
			out = append(out, "TLSA is not known: "+t.Err)
		}
	case len(t.Records) > 0:
		text := fmt.Sprintf("TLSA at %s: ", t.Name)
		switch t.Meets() {
		case parley.Yes:
			text += "the chain matches"
		case parley.No:
			text += "the chain matches none of the records"
		default:
			text += "records of kinds that are not known"
		}
		for _, r := range t.Records {
			if verbose {
				text += fmt.Sprintf("; %s (%s)", r, r.Matches)
			}
		}
		out = append(out, text+signedText(t.Authentic))
	case verbose:
		out = append(out, "no TLSA at "+t.Name)
	}
	return out
}

// signedText says what the resolver says of DNSSEC: it is not verified here.
func signedText(is parley.Truth) string {
	if is == parley.Yes {
		return "; the resolver says that it is signed"
	}
	return "; not signed as far as the resolver says"
}

// certificateWhole is a certificate with all that is read of it.
func certificateWhole(n int, c *pkix.Certificate) string {
	if c == nil {
		return fmt.Sprintf("%d: cannot be read", n)
	}
	var parts []string
	if n > 0 {
		parts = append(parts, fmt.Sprintf("%d: %s", n, c.Subject.Text))
	} else {
		parts = append(parts, c.Subject.Text)
	}
	parts = append(parts, "issued by "+c.Issuer.Text, keyText(c), "signed with "+c.Signature.Name,
		c.NotBefore.UTC().Format(time.DateOnly)+" to "+c.NotAfter.UTC().Format(time.DateOnly), "serial "+c.Serial.Text(16), "SHA-256 "+certificates.Digest(c))
	if names := c.Covers(); len(names) > 0 {
		parts = append(parts, "names "+strings.Join(names, " "))
	}
	if c.KeyUsage != nil {
		parts = append(parts, "for "+strings.Join(c.KeyUsage.Words(), " "))
	}
	if len(c.ExtKeyUsage) > 0 {
		parts = append(parts, "for "+strings.Join(pkix.UsageNames(c.ExtKeyUsage), " "))
	}
	if c.IsCA() {
		text := "CA"
		if c.Basic.PathLen >= 0 {
			text += fmt.Sprintf(" with at most %d below", c.Basic.PathLen)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// credentialFacts are the plain facts of a chain, "key" and value.
func credentialFacts(r *certificates.Report) (out [][2]string) {
	for i, c := range r.Sent {
		out = append(out, [2]string{"chain-certificate", certificateWhole(i+1, c)})
	}
	out = append(out, [2]string{"chain-complete", r.Complete.String()}, [2]string{"chain-ordered", r.Ordered.String()})
	for _, c := range r.Fetched {
		out = append(out, [2]string{"chain-fetched", certificateWhole(0, c)})
	}
	for _, t := range r.Stores {
		text := t.Store.Name + " " + t.Builds.String()
		if t.Store.Date != "" {
			text += " as of " + t.Store.Date
		}
		if t.Why != "" {
			text += ": " + t.Why
		}
		out = append(out, [2]string{"trusted", text})
	}
	for _, text := range problemTexts(r, true) {
		out = append(out, [2]string{"chain-problem", text})
	}
	for _, s := range r.Revocation {
		out = append(out, [2]string{"revocation", revocationWhole(s)})
	}
	for _, t := range r.CT.Timestamps {
		out = append(out, [2]string{"timestamp", timestampText(t)})
	}
	for _, text := range dnsTexts(r.DNS, true) {
		out = append(out, [2]string{"dns", text})
	}
	return out
}
