package pkix_test

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	verify "github.com/parley-tls/parley/pkix"
)

// logged is the extension with a signed certificate timestamp of each time.
func logged(t *testing.T, times ...time.Time) pkix.Extension {
	t.Helper()
	var list []byte
	for _, at := range times {
		one := append([]byte{0}, make([]byte, 32)...)                    // version, log
		one = binary.BigEndian.AppendUint64(one, uint64(at.UnixMilli())) // timestamp
		one = append(one, 0, 0, 4, 3, 0, 2, 0, 0)                        // extensions, signature
		list = append(binary.BigEndian.AppendUint16(list, uint16(len(one))), one...)
	}
	value, err := asn1.Marshal(append(binary.BigEndian.AppendUint16(nil, uint16(len(list))), list...))
	if err != nil {
		t.Fatal(err)
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, Value: value}
}

func TestARootThatLostTrustFromADayOnIsGoodForWhatCameBefore(t *testing.T) {
	t.Parallel()
	day := func(s string) time.Time {
		at, err := time.Parse(time.DateTime, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	tests := []struct {
		name, o, cn string
		from        time.Time
		logged      []time.Time
		programme   string
		stops       parley.Truth // Mixed: there is no problem
		by          string
	}{
		{name: "before every date", o: "Entrust, Inc.", cn: "Entrust Root Certification Authority - G2", from: day("2024-11-01 00:00:00"),
			logged: []time.Time{day("2024-11-01 00:00:00")}, programme: "Chrome", stops: parley.Mixed},
		{name: "logged in the last second", o: "Entrust, Inc.", cn: "Entrust Root Certification Authority - G2", from: day("2024-11-11 23:00:00"),
			logged: []time.Time{day("2024-11-11 23:59:59")}, programme: "Chrome", stops: parley.Mixed},
		{name: "logged a second later", o: "Entrust, Inc.", cn: "Entrust Root Certification Authority - G2", from: day("2024-11-11 23:00:00"),
			logged: []time.Time{day("2024-11-12 00:00:00")}, programme: "Chrome", stops: parley.Yes, by: "Chrome (logged after 2024-11-11)"},
		{name: "the earliest of two logs counts", o: "Entrust, Inc.", cn: "Entrust Root Certification Authority - G2", from: day("2024-11-11 23:00:00"),
			logged: []time.Time{day("2024-11-12 00:00:00"), day("2024-11-11 23:30:00")}, programme: "Chrome", stops: parley.Mixed},
		{name: "not logged in the certificate", o: "Entrust, Inc.", cn: "Entrust Root Certification Authority - G2", from: day("2024-11-11 23:00:00"),
			programme: "Chrome", stops: parley.Unknown, by: "Chrome (logged after 2024-11-11)"},
		{name: "good for Mozilla still, for Chrome no more", o: "AffirmTrust", cn: "AffirmTrust Premium", from: day("2024-11-14 00:00:00"),
			logged: []time.Time{day("2024-11-14 00:00:00")}, programme: "Mozilla", stops: parley.No,
			by: "Chrome (logged after 2024-11-11), Java (issued after 2024-11-11)"},
		{name: "after every date", o: "AffirmTrust", cn: "AffirmTrust Premium", from: day("2026-11-14 00:00:00"),
			logged: []time.Time{day("2026-11-14 00:00:00")}, programme: "Mozilla", stops: parley.Yes,
			by: "Chrome (logged after 2024-11-11), Mozilla (issued after 2024-11-30), Apple (issued after 2024-11-15), Java (issued after 2024-11-11)"},
		{name: "a store as it is", o: "AffirmTrust", cn: "AffirmTrust Premium", from: day("2026-11-14 00:00:00"),
			logged: []time.Time{day("2026-11-14 00:00:00")}, programme: parley.AsGiven, stops: parley.No, by: "Chrome (logged after 2024-11-11), " +
				"Mozilla (issued after 2024-11-30), Apple (issued after 2024-11-15), Java (issued after 2024-11-11)"},
		{name: "whose list is not known", o: "NetLock Kft.", cn: "NetLock Arany (Class Gold) Főtanúsítvány", from: day("2026-11-14 00:00:00"),
			logged: []time.Time{day("2026-11-14 00:00:00")}, stops: parley.Unknown, by: "Chrome (logged after 2025-07-31)"},
		{name: "only Chrome has it against the root", o: "NetLock Kft.", cn: "NetLock Arany (Class Gold) Főtanúsítvány", from: day("2026-11-14 00:00:00"),
			logged: []time.Time{day("2026-11-14 00:00:00")}, programme: "Mozilla", stops: parley.No, by: "Chrome (logged after 2025-07-31)"},
		{name: "taken out whole", o: "WoSign CA Limited", cn: "Certification Authority of WoSign", from: day("2016-01-01 00:00:00"),
			programme: "Chrome", stops: parley.Yes, by: "Chrome"},
		{name: "another root of that CA", o: "Entrust, Inc.", cn: "Entrust Private Root", from: day("2026-11-14 00:00:00"), programme: "Chrome", stops: parley.Mixed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			template := ca(tt.cn)
			template.Subject.Organization = []string{tt.o}
			template.NotBefore = day("2009-01-01 00:00:00")
			root := issue(t, template, nil, nil)
			end := leaf()
			end.NotBefore = tt.from
			if tt.logged != nil {
				end.ExtraExtensions = append(end.ExtraExtensions, logged(t, tt.logged...))
			}
			q := asked(root, issue(t, end, root, nil))
			q.Rules.Programme = tt.programme
			v := verify.Verify(q)
			p, has := v.Has(verify.Distrusted)
			switch {
			case tt.stops == parley.Mixed && has:
				t.Errorf("distrusted by %s, stops: %v; want no problem", p.Want, p.Stops)
			case tt.stops != parley.Mixed && (p.Stops != tt.stops || p.Want != tt.by):
				t.Errorf("distrusted by %q, stops: %v; want %q, %v", p.Want, p.Stops, tt.by, tt.stops)
			}
			q.Roots = []*verify.Pool{verify.NewPool("system", issue(t, ca("Other"), nil, nil).der)}
			if v := verify.Verify(q); strings.Contains(tt.name, "another root") == distrusts(v) {
				t.Errorf("where no store has the root: distrusted is %v", distrusts(v))
			}
		})
	}
}

func distrusts(v verify.Verdict) bool { _, ok := v.Has(verify.Distrusted); return ok }

func TestWhoTrustsARootHimselfIsNotSaidToBeStopped(t *testing.T) {
	t.Parallel()
	template := ca("AffirmTrust Premium")
	template.Subject.Organization = []string{"AffirmTrust"}
	root := issue(t, template, nil, nil)
	q := asked(nil, issue(t, leaf(), root, nil))
	q.Rules.Programme = "Mozilla"
	for pool, want := range map[string]parley.Truth{"system": parley.Yes, "--ca root.pem": parley.Unknown} {
		q.Roots = []*verify.Pool{verify.NewPool(pool, root.der)}
		v := verify.Verify(q)
		if p, _ := v.Has(verify.Distrusted); p.Stops != want {
			t.Errorf("in %s: stops %v, want %v", pool, p.Stops, want)
		}
	}
}

func TestWhatIsDemandedBelowPublicRootsHoldsBelowThoseAlone(t *testing.T) {
	t.Parallel()
	root := issue(t, ca("Root"), nil, nil)
	public := []parley.Store{{Name: parley.MozillaStore, Roots: [][]byte{root.der}}}
	since := time.Date(2020, 9, 1, 0, 0, 0, 0, time.UTC)
	days := func(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
	for _, tt := range []struct {
		name       string
		from       time.Time
		lasts      time.Duration
		public     []parley.Store
		long, bare bool
	}{
		{name: "as long as may be", from: now.Add(-days(9)), lasts: days(398), public: public, bare: true},
		{name: "a second more", from: now.Add(-days(9)), lasts: days(398) + time.Second, public: public, long: true, bare: true},
		{name: "from before the limit", from: since.Add(-time.Second), lasts: days(3000), public: public, bare: true},
		{name: "a root that is not known as public", from: now.Add(-days(9)), lasts: days(900)},
		{name: "a set that has another root", from: now.Add(-days(9)), lasts: days(900),
			public: []parley.Store{{Name: parley.MozillaStore, Roots: [][]byte{issue(t, ca("Root"), nil, nil).der}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			end := leaf()
			end.NotBefore, end.NotAfter = tt.from, tt.from.Add(tt.lasts)
			q := asked(root, issue(t, end, root, nil))
			q.Public, q.Rules.PublicMaxDays, q.Rules.PublicSCT = tt.public, 398, parley.Yes
			v := verify.Verify(q)
			if p, long := v.Has(verify.TooLong); long != tt.long || long && (p.Bits != 399 || p.Stops != parley.Yes) {
				t.Errorf("too long: %v (%d days, stops: %v), want %v", long, p.Bits, p.Stops, tt.long)
			}
			if _, bare := v.Has(verify.NoTimestamps); bare != tt.bare {
				t.Errorf("without timestamps: %v, want %v", bare, tt.bare)
			}
		})
	}
	end := leaf()
	end.ExtraExtensions = []pkix.Extension{logged(t, now)}
	q := asked(root, issue(t, end, root, nil))
	q.Public, q.Rules.PublicSCT = public, parley.Yes
	if v := verify.Verify(q); v.Accepts != parley.Yes {
		t.Errorf("a logged certificate: %v", v.Problems)
	}
}
