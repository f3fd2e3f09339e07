package parley

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// WholeSuites are the suites that a reference hello of v offers: every one
// that a client which verifies its peer could take, best first. Anonymous,
// NULL and export suites and those of shared secrets are left out: a server
// that selects one of them has not agreed to anything a client would want.
//
// Every check offers them several times; they are put in order once.
func WholeSuites(v iana.Version) []iana.Suite { return wholeSuites(v) }

var wholeSuites = perVersion(suitesOf)

// perVersion is a function that makes the suites of each version once, when they are
// asked for, and hands out copies.
func perVersion(of func(iana.Version) []iana.Suite) func(iana.Version) []iana.Suite {
	made := map[iana.Version]func() []iana.Suite{}
	for _, v := range iana.Versions() {
		made[v] = sync.OnceValue(func() []iana.Suite { return of(v) })
	}
	return func(v iana.Version) []iana.Suite {
		if once, ok := made[v]; ok {
			return slices.Clone(once())
		}
		return of(v)
	}
}

func suitesOf(v iana.Version) []iana.Suite {
	var out []iana.Suite
	for _, s := range iana.Suites() {
		i, ok := s.Info()
		if !ok || i.SCSV || i.Export || i.Bits == 0 || !s.UsableAt(v) {
			continue
		}
		switch i.Kx {
		case iana.KxTLS13, iana.KxRSA, iana.KxDHE, iana.KxECDHE:
			if i.Kx == iana.KxTLS13 || i.Auth == iana.AuthRSA || i.Auth == iana.AuthECDSA || i.Auth == iana.AuthDSS {
				out = append(out, s)
			}
		}
	}
	ranks := make(map[iana.Suite]int, len(out))
	for _, s := range out {
		ranks[s] = suiteRank(s)
	}
	slices.SortStableFunc(out, func(a, b iana.Suite) int { return cmp.Compare(ranks[b], ranks[a]) })
	return out[:min(len(out), maxWholeSuites)]
}

// Brief is the patience with attempts beside the first of a check: a peer that
// answers at all answers one hello like another, and the first waits longer.
const Brief = time.Second

// maxWholeSuites stays under 128: some servers fail on longer lists,
// which would be read as a refusal.
const maxWholeSuites = 120

func suiteRank(s iana.Suite) int {
	i, _ := s.Info()
	r := 0
	switch i.Kx {
	case iana.KxTLS13:
		r += 64
	case iana.KxECDHE:
		r += 32
	case iana.KxDHE:
		r += 16
	}
	switch i.Cipher {
	case "AES_128_GCM", "AES_256_GCM", "CHACHA20_POLY1305":
		r += 12
	case "AES_128_CBC", "AES_256_CBC":
		r += 8
	case "3DES_EDE_CBC":
		r += 5
	case "RC4_128":
		r += 4
	case "DES_CBC":
		r += 1
	default:
		r += 2
	}
	if i.AEAD {
		r++
	}
	if i.Auth == iana.AuthDSS {
		r -= 3
	}
	return r
}

// wholeGroups are the groups of a reference hello. Its only key shares are of
// the usual ones: a server that wants another asks for it (RFC 8446, Section
// 4.1.4). Post-quantum groups are not among them, to keep the hello in one
// segment; that is a question of its own.
var wholeGroups = []iana.Group{0x001d, 0x0017, 0x0018, 0x0019, 0x001e, 0x001a, 0x001b, 0x001c, 0x0100, 0x0101, 0x0102, 0x0103, 0x0104, 0x0016}

// wholeSchemes are the signature schemes of a reference hello.
var wholeSchemes = []iana.Scheme{
	0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0603, 0x0806, 0x0601,
	0x0807, 0x0808, 0x0809, 0x080a, 0x080b, 0x081a, 0x081b, 0x081c, 0x0203, 0x0201,
	0x0303, 0x0301, 0x0402, 0x0502, 0x0602, 0x0202,
}

// WholeHello is the reference hello of v: everything known under v alone, for
// the server name given (empty: none). That of a version of DTLS has no session ID
// and offers no stream cipher, and fits one datagram on any path.
func WholeHello(v iana.Version, serverName string) *wire.ClientHello {
	h := &wire.ClientHello{
		LegacyVersion: legacyOf(v),
		Suites:        append(WholeSuites(v), iana.SCSVRenegotiation),
		Compression:   []iana.CompressionMethod{0},
	}
	if v == iana.SSL3 {
		// SSL 3 has no extensions; a strict server refuses a hello that goes on.
		h.OmitExtensions = true
		return h
	}
	h.SetServerName(serverName)
	h.SetGroups(slices.Clone(wholeGroups))
	h.SetExtension(iana.ExtECPointFormats, []byte{1, 0})
	if !v.Before(iana.TLS12) {
		h.SetSchemes(slices.Clone(wholeSchemes))
	}
	if v.Before(iana.TLS13) {
		h.SetExtension(iana.ExtExtendedMasterSecret, nil)
	} else {
		h.Suites = h.Suites[:len(h.Suites)-1]
		if !v.IsDTLS() { // RFC 9147, Section 5.3
			h.SessionID = make([]byte, 32)
		}
		h.SetSupportedVersions([]iana.Version{v})
		h.SetExtension(iana.ExtPSKKeyExchangeModes, []byte{1, 1})
		h.SetKeyShares([]wire.KeyShare{blankShare(0x001d), blankShare(0x0017)})
	}
	return h
}

// legacyOf is the legacy_version of a hello for v alone.
func legacyOf(v iana.Version) iana.Version {
	if v.IsDTLS() {
		return max(v, iana.DTLS12)
	}
	return min(v, iana.TLS12)
}

// FirstRecord is the version that the record of a hello for v says (RFC 8446,
// Section 5.1; RFC 9147, Section 4).
func FirstRecord(v iana.Version) iana.Version {
	if v.IsDTLS() {
		return iana.DTLS10
	}
	return min(v, iana.TLS10)
}

// Whole is the reference attempt for v in a scope.
func Whole(s Scope, v iana.Version) Attempt {
	if s.Transport == TransportQUIC {
		return QUICWhole(s, iana.QUIC1) // 1.3 is all that it carries
	}
	return Attempt{
		Role: RoleReference, Name: "all of " + v.String(), Scope: s, Whole: v,
		Hello: WholeHello(v, s.Name), RecordVersion: FirstRecord(v),
	}.Identify()
}

// WholeSSL2 is the hello of SSL 2 with every cipher kind there is.
func WholeSSL2() *wire.SSL2ClientHello {
	return &wire.SSL2ClientHello{Version: iana.SSL2, Kinds: iana.SSL2Suites(), SessionID: []byte{}, Challenge: make([]byte, 16)}
}

// WholeOnly is the reference of v cut down to what authenticates the server
// with one of the kinds of key: the suites of such keys below 1.3, the schemes
// of such keys in 1.3. It is named "RSA only of all of 1.2".
func WholeOnly(s Scope, v iana.Version, auths ...iana.Auth) Attempt {
	names := make([]string, len(auths))
	for i, a := range auths {
		names[i] = a.String()
	}
	ref, what := Whole(s, v), strings.Join(names, ",")+" only"
	if v.TLS() == iana.TLS13 {
		return ref.RestrictSchemes(what, func(_ iana.Scheme, i iana.SchemeInfo) bool {
			return slices.Contains(auths, authOf(i.Key))
		})
	}
	return ref.RestrictSuites(what, func(_ iana.Suite, i iana.SuiteInfo) bool { return slices.Contains(auths, i.Auth) })
}

// authOf is how suites below 1.3 call the key that a scheme signs with.
func authOf(k iana.KeyType) iana.Auth {
	switch k {
	case iana.KeyECDSA:
		return iana.AuthECDSA
	case iana.KeyRSA, iana.KeyRSAPSS:
		return iana.AuthRSA
	}
	return 0 // none that a suite names
}

// RestrictSuites returns the attempt with only the suites that keep, and
// signalling values; a restricted reference is whole no more.
func (a Attempt) RestrictSuites(what string, keep func(iana.Suite, iana.SuiteInfo) bool) Attempt {
	r := a
	r.Whole = 0
	r.Name = what + " of " + a.Name
	r.Hello = a.Hello.Clone()
	r.Hello.Suites = slices.DeleteFunc(r.Hello.Suites, func(s iana.Suite) bool {
		i, ok := s.Info()
		return !ok || !i.SCSV && !keep(s, i)
	})
	return r.Identify()
}

// RestrictSchemes returns the attempt with only the signature schemes that
// keep; a restricted reference is whole no more.
func (a Attempt) RestrictSchemes(what string, keep func(iana.Scheme, iana.SchemeInfo) bool) Attempt {
	r := a
	r.Whole = 0
	r.Name = what + " of " + a.Name
	r.Hello = a.Hello.Clone()
	r.Hello.SetSchemes(slices.DeleteFunc(r.Hello.Schemes(), func(s iana.Scheme) bool {
		i, ok := s.Info()
		return !ok || !keep(s, i)
	}))
	return r.Identify()
}
