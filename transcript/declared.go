package transcript

import (
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parley-tls/parley"
)

// Declared is a certificate that a document makes and calls by a name. Its keys
// follow from the name, its signature is real: the same line is the same
// certificate, and chains of them verify.
type Declared struct {
	Name  string
	Terms []string // as written
	DER   []byte
}

// Trusted is a set of declared certificates that clients trust.
type Trusted struct {
	Store string
	// Second: a second opinion, which judges nothing.
	Second bool
	Roots  []string // names of declared certificates
	Others int      // how many more it has
}

// declare reads "certificate NAME TERM…".
func (p *parser) declare(toks []string) error {
	if len(toks) == 0 || strings.Contains(toks[0], ",") || word(toks[0]) != toks[0] {
		return fmt.Errorf("want certificate NAME and what it is")
	}
	d := Declared{Name: toks[0], Terms: slices.Clone(toks[1:])}
	if p.declared(d.Name) != nil {
		return fmt.Errorf("there is a certificate called %q already", d.Name)
	}
	m := maker{p: p, name: d.Name, cn: d.Name, from: defaultFrom, until: defaultUntil}
	for _, t := range readTerms(d.Terms) {
		if err := m.term(t); err != nil {
			return err
		}
	}
	var err error
	if d.DER, err = m.make(); err != nil {
		return err
	}
	p.doc.Certificates = append(p.doc.Certificates, d)
	p.makers = append(p.makers, m)
	return nil
}

func (p *parser) declared(name string) *maker {
	i := slices.IndexFunc(p.makers, func(m maker) bool { return m.name == name })
	if i < 0 {
		return nil
	}
	return &p.makers[i]
}

// trust reads "trust STORE ROOT…" or "trust second STORE ROOT…".
func (p *parser) trust(toks []string) error {
	var t Trusted
	if len(toks) > 0 && toks[0] == "second" {
		t.Second, toks = true, toks[1:]
	}
	if len(toks) == 0 {
		return fmt.Errorf("want trust [second] STORE ROOT…")
	}
	var err error
	if t.Store, err = unword(toks[0]); err != nil {
		return err
	}
	for _, name := range toks[1:] {
		if n, is := strings.CutPrefix(name, "others="); is {
			if t.Others, err = number(n, 1<<20); err != nil {
				return err
			}
			continue
		}
		if p.declared(name) == nil {
			return fmt.Errorf("no certificate is called %q above", name)
		}
		t.Roots = append(t.Roots, name)
	}
	p.doc.Trust = append(p.doc.Trust, t)
	return nil
}

// Fetched is what was had from where a certificate says that its issuer is.
type Fetched struct {
	URL  string
	Name string // of the declared certificate; empty: nothing was had
	Err  string // then: why
}

// fetched reads "fetched URL NAME" or "fetched URL failed WORDS".
func (p *parser) fetched(toks []string) error {
	if len(toks) != 2 && (len(toks) != 3 || toks[1] != "failed") {
		return fmt.Errorf("want fetched URL NAME, or fetched URL failed WORDS")
	}
	url, err := unword(toks[0])
	if err != nil {
		return err
	}
	f := Fetched{URL: url}
	switch {
	case len(toks) == 3:
		f.Err, err = unword(toks[2])
	case p.declared(toks[1]) == nil:
		err = fmt.Errorf("no certificate is called %q above", toks[1])
	default:
		f.Name = toks[1]
	}
	p.doc.Fetched = append(p.doc.Fetched, f)
	return err
}

// issuers are the certificates that were fetched.
func (d *Doc) issuers() []parley.Issuer {
	var out []parley.Issuer
	for _, f := range d.Fetched {
		i := parley.Issuer{URL: f.URL, Err: f.Err}
		for _, c := range d.Certificates {
			if c.Name == f.Name {
				i.DER = c.DER
			}
		}
		out = append(out, i)
	}
	return out
}

// stores are the sets of roots that the document speaks of.
func (d *Doc) stores() []parley.Store {
	var out []parley.Store
	for _, t := range d.Trust {
		s := parley.Store{Name: t.Store, Second: t.Second, Others: t.Others}
		for _, c := range d.Certificates {
			if slices.Contains(t.Roots, c.Name) {
				s.Roots = append(s.Roots, c.DER)
			}
		}
		out = append(out, s)
	}
	return out
}

// head writes the lines about time, certificates and trust.
func (d *Doc) head() string {
	var b strings.Builder
	if !d.Now.IsZero() {
		b.WriteString("now " + d.Now.Format(time.DateOnly) + "\n")
	}
	for _, c := range d.Certificates {
		b.WriteString(layout("certificate "+c.Name, c.Terms, 0))
	}
	for _, t := range d.Trust {
		second := ""
		if t.Second {
			second = "second "
		}
		roots := slices.Clone(t.Roots)
		if t.Others > 0 {
			roots = append(roots, "others="+strconv.Itoa(t.Others))
		}
		b.WriteString(strings.TrimRight("trust "+second+word(t.Store)+" "+strings.Join(roots, " "), " ") + "\n")
	}
	for _, f := range d.Fetched {
		what := f.Name
		if f.Err != "" {
			what = "failed " + word(f.Err)
		}
		b.WriteString("fetched " + word(f.URL) + " " + what + "\n")
	}
	return b.String()
}

var (
	defaultFrom  = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	defaultUntil = time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC)
)

// maker makes one declared certificate.
type maker struct {
	p                     *parser
	name, cn, by          string
	org, keyOf            string
	ca, staple, broken    bool
	from, until           time.Time
	names                 []string
	key, digest, critical string
	usage, eku            []string
	permit, exclude       []string
	serial                int64
	aia                   string
}

// usages are the bits of keyUsage (RFC 5280, Section 4.2.1.3), by their names there.
var usages = map[string]int{
	"digitalSignature": 0, "keyEncipherment": 2, "keyAgreement": 4, "keyCertSign": 5, "cRLSign": 6,
}

// purposes are those of extKeyUsage (RFC 5280, Section 4.2.1.12), by their names there.
var purposes = map[string]int{"serverAuth": 1, "clientAuth": 2, "codeSigning": 3, "emailProtection": 4}

func (m *maker) term(t term) error {
	var err error
	text := func(into *string) { *into, err = unword(t.value) }
	list := func(into *[]string) { *into, err = unwords(t.value) }
	day := func(into *time.Time) { *into, err = time.Parse(time.DateOnly, t.value) }
	switch {
	case t.bare && t.key == "ca":
		m.ca = true
	case t.bare && t.key == "must_staple":
		m.staple = true
	case t.bare && t.key == "broken":
		m.broken = true
	case t.bare:
		err = fmt.Errorf("unknown term %q", t.key)
	default:
		switch t.key {
		case "by":
			m.by = t.value
		case "key-of":
			if m.keyOf = t.value; m.p.declared(t.value) == nil {
				err = fmt.Errorf("no certificate is called %q above", t.value)
			}
		case "cn":
			text(&m.cn)
		case "o":
			text(&m.org)
		case "names":
			list(&m.names)
		case "from":
			day(&m.from)
		case "until":
			day(&m.until)
		case "key":
			m.key = t.value
		case "digest":
			m.digest = t.value
		case "usage":
			list(&m.usage)
		case "eku":
			list(&m.eku)
		case "critical":
			m.critical = t.value
		case "permit":
			list(&m.permit)
		case "exclude":
			list(&m.exclude)
		case "issuer":
			text(&m.aia)
		case "serial":
			_, err = fmt.Sscan(t.value, &m.serial)
		default:
			err = fmt.Errorf("unknown term %q", t.key)
		}
	}
	return err
}

// keyID is the identifier of the key (RFC 5280, Section 4.2.1.2).
func (m *maker) keyID() []byte {
	id := sha256.Sum256([]byte("key " + cmp.Or(m.keyOf, m.name)))
	return id[:20]
}

func (m *maker) subject() pkix.Name {
	n := pkix.Name{CommonName: m.cn}
	if m.org != "" {
		n.Organization = []string{m.org}
	}
	return n
}

// signer is the key of the certificate, unless it has one of another kind,
// which signs nothing.
func (m *maker) signer() (*ecdsa.PrivateKey, error) {
	seed := sha256.Sum256([]byte(cmp.Or(m.keyOf, m.name)))
	return ecdsa.ParseRawPrivateKey(elliptic.P256(), seed[:])
}

func (m *maker) make() ([]byte, error) {
	issuer := m
	if m.by != "" {
		if issuer = m.p.declared(m.by); issuer == nil {
			return nil, fmt.Errorf("no certificate is called %q above", m.by)
		}
	}
	signer, err := issuer.signer()
	if err != nil {
		return nil, err
	}
	tbs := tbsCertificate{Version: 2, Serial: big.NewInt(m.serial), Validity: validity{From: m.from, To: m.until}}
	if m.serial == 0 {
		seed := sha256.Sum256([]byte("serial " + m.name))
		tbs.Serial.SetBytes(append([]byte{1}, seed[:8]...))
	}
	if tbs.Subject, err = nameDER(m.subject()); err != nil {
		return nil, err
	}
	if tbs.Issuer, err = nameDER(issuer.subject()); err != nil {
		return nil, err
	}
	if tbs.Key, err = m.public(); err != nil {
		return nil, err
	}
	if tbs.Extensions, err = m.extensions(); err != nil {
		return nil, err
	}
	hash, scheme := crypto.SHA256, "ecdsa_secp256r1_sha256"
	switch m.digest {
	case "", "sha256":
	case "sha1":
		hash, scheme = crypto.SHA1, "ecdsa_sha1"
	default:
		return nil, fmt.Errorf("digest=%s: want sha256 or sha1", m.digest)
	}
	id, err := schemes.parse(scheme)
	if err != nil {
		return nil, err
	}
	if tbs.Algorithm, err = signatureAlgorithm(id); err != nil {
		return nil, err
	}
	signed, err := asn1.Marshal(tbs)
	if err != nil {
		return nil, err
	}
	signature, err := signer.Sign(nil, digestOf(hash, signed), hash) // without randomness: the same each time (RFC 6979)
	if err != nil {
		return nil, err
	}
	if m.broken {
		signature[len(signature)-1] ^= 1
	}
	return asn1.Marshal(certificate{TBS: tbs, Algorithm: tbs.Algorithm, Signature: asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}})
}

func digestOf(hash crypto.Hash, b []byte) []byte {
	if hash == crypto.SHA1 {
		d := sha1.Sum(b)
		return d[:]
	}
	d := sha256.Sum256(b)
	return d[:]
}

func (m *maker) public() (publicKey, error) {
	if m.key != "" {
		return publicKeyOf(m.key)
	}
	k, err := m.signer()
	if err != nil {
		return publicKey{}, err
	}
	point, err := k.PublicKey.Bytes()
	if err != nil {
		return publicKey{}, err
	}
	oid, err := asn1.Marshal(ellipticGroups["secp256r1"].oid)
	return spki(asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}, asn1.RawValue{FullBytes: oid}, point), err
}

// extensions are those that the terms ask for (RFC 5280, Section 4.2).
func (m *maker) extensions() ([]pkix.Extension, error) {
	var out []pkix.Extension
	var failed error
	add := func(critical bool, id asn1.ObjectIdentifier, value any) {
		der, ok := value.([]byte)
		if !ok {
			var err error
			if der, err = asn1.Marshal(value); err != nil {
				failed = err
			}
		}
		out = append(out, pkix.Extension{Id: id, Critical: critical, Value: der})
	}
	id, err := asn1.Marshal(m.keyID())
	if err != nil {
		return nil, err
	}
	add(false, asn1.ObjectIdentifier{2, 5, 29, 14}, id)
	if m.by != "" {
		add(false, asn1.ObjectIdentifier{2, 5, 29, 35}, struct {
			ID []byte `asn1:"tag:0"`
		}{m.p.declared(m.by).keyID()})
	}
	if m.ca {
		add(true, asn1.ObjectIdentifier{2, 5, 29, 19}, struct{ CA bool }{true})
	}
	if m.usage != nil {
		bits, err := m.usageBits()
		if err != nil {
			return nil, err
		}
		add(true, asn1.ObjectIdentifier{2, 5, 29, 15}, bits)
	}
	if m.eku != nil {
		var ids []asn1.ObjectIdentifier
		for _, e := range m.eku {
			n, ok := purposes[e]
			if !ok {
				return nil, fmt.Errorf("eku=%s: want serverAuth, clientAuth, codeSigning or emailProtection", e)
			}
			ids = append(ids, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, n})
		}
		add(false, asn1.ObjectIdentifier{2, 5, 29, 37}, ids)
	}
	if m.names != nil {
		names, err := asn1.Marshal(generalNames(m.names))
		if err != nil {
			return nil, err
		}
		add(false, asn1.ObjectIdentifier{2, 5, 29, 17}, names)
	}
	if m.permit != nil || m.exclude != nil {
		add(true, asn1.ObjectIdentifier{2, 5, 29, 30}, struct {
			Permitted []subtree `asn1:"optional,tag:0"`
			Excluded  []subtree `asn1:"optional,tag:1"`
		}{subtrees(m.permit), subtrees(m.exclude)})
	}
	if m.staple {
		add(false, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, []int{5})
	}
	if m.aia != "" {
		type access struct {
			Method asn1.ObjectIdentifier
			At     asn1.RawValue
		}
		add(false, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 1}, []access{{
			asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 2}, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 6, Bytes: []byte(m.aia)},
		}})
	}
	if m.critical != "" {
		id, err := objectIdentifier(m.critical)
		if err != nil {
			return nil, err
		}
		add(true, id, asn1.NullRawValue)
	}
	return out, failed
}

// subtree is a GeneralSubtree (RFC 5280, Section 4.2.1.10).
type subtree struct{ Base asn1.RawValue }

func subtrees(names []string) []subtree {
	var out []subtree
	for _, n := range names {
		out = append(out, subtree{asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 2, Bytes: []byte(n)}})
	}
	return out
}

// generalNames are addresses and DNS names (RFC 5280, Section 4.2.1.6).
func generalNames(names []string) []asn1.RawValue {
	var out []asn1.RawValue
	for _, n := range names {
		v := asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 2, Bytes: []byte(n)}
		if a, err := netip.ParseAddr(n); err == nil {
			v.Tag, v.Bytes = 7, a.AsSlice()
		}
		out = append(out, v)
	}
	return out
}

func (m *maker) usageBits() (asn1.BitString, error) {
	var b [1]byte
	last := 0
	for _, u := range m.usage {
		bit, ok := usages[u]
		if !ok {
			return asn1.BitString{}, fmt.Errorf("usage=%s: want digitalSignature, keyEncipherment, keyAgreement, keyCertSign or cRLSign", u)
		}
		b[0] |= 0x80 >> bit
		last = max(last, bit+1)
	}
	return asn1.BitString{Bytes: b[:], BitLength: last}, nil
}

func objectIdentifier(text string) (asn1.ObjectIdentifier, error) {
	var id asn1.ObjectIdentifier
	for part := range strings.SplitSeq(text, ".") {
		n, err := number(part, 1<<30)
		if err != nil {
			return nil, fmt.Errorf("%q is no object identifier", text)
		}
		id = append(id, n)
	}
	return id, nil
}
