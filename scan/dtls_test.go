package scan

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

var (
	both = []iana.Version{iana.DTLS10, iana.DTLS12}
	of10 = []iana.Version{iana.DTLS10}
	of12 = []iana.Version{iana.DTLS12}
)

// overDTLS is the table for DTLS: what each server is told, and so what it accepts.
var overDTLS = []real{
	{stack: peers.OpenSSLDTLS, c: peers.Config{Versions: both, Ciphers: mixed, Cert: peers.Both, Extra: []string{"-serverpref"}}, order: parley.Yes},
	{stack: peers.OpenSSLDTLS, c: peers.Config{Versions: of12, Ciphers: mozilla, Cert: peers.RSA2048}, order: parley.No},
	{stack: peers.OpenSSLDTLS, c: peers.Config{Versions: of10, Ciphers: "ECDHE-ECDSA-AES256-SHA:ECDHE-ECDSA-AES128-SHA:AES128-SHA", Cert: peers.ECDSAP256}, order: parley.No},
	{stack: peers.OpenSSLDTLS, c: peers.Config{Versions: both, Ciphers: "ALL:COMPLEMENTOFALL", Cert: peers.Both, DHBits: 2048, Extra: []string{"-serverpref"}}, asks: opensslSays, order: parley.Yes},
	{stack: peers.OpenSSLDTLS, c: peers.Config{Versions: of12, Ciphers: "AES256-SHA", Cert: peers.RSA4096}},
	{stack: peers.GnuTLSDTLS, c: peers.Config{Versions: both, Ciphers: "NORMAL", Cert: peers.RSA2048, DHBits: 2048}, asks: gnutlsSays, closes: true, order: parley.No},
	{stack: peers.GnuTLSDTLS, c: peers.Config{Versions: of12, Ciphers: "NORMAL:-CIPHER-ALL:+AES-128-GCM:+CHACHA20-POLY1305:%SERVER_PRECEDENCE", Cert: peers.ECDSAP256}, asks: gnutlsSays, closes: true, order: parley.Yes},
	{stack: peers.GnuTLSDTLS, c: peers.Config{Versions: of10, Ciphers: "NORMAL:-KX-ALL:+RSA:+ECDHE-RSA", Cert: peers.RSA2048, Extra: []string{"--nocookie"}}, asks: gnutlsSays, closes: true},
	{stack: peers.CoAP, c: peers.Config{Cert: peers.RSA2048}, asks: libcoapHas, noDHE: true, versions: of12},
	{stack: peers.CoAP, c: peers.Config{Cert: peers.ECDSAP256}, asks: libcoapHas, noDHE: true, versions: of12},
	{stack: peers.JavaDTLS, c: peers.Config{Versions: both, Ciphers: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,TLS_RSA_WITH_AES_256_CBC_SHA,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}, order: parley.Yes},
	{stack: peers.JavaDTLS, c: peers.Config{Versions: of12, Ciphers: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", Cert: peers.ECDSAP256}, order: parley.Yes},
}

// TestAScanOverDTLSComesToWhatTheServerWasTold holds what a scan learns of real
// servers of DTLS against their own configurations, whole.
func TestAScanOverDTLSComesToWhatTheServerWasTold(t *testing.T) {
	for _, r := range overDTLS {
		t.Run(r.name()+strings.Join(r.c.Extra, ""), func(t *testing.T) {
			t.Parallel() // who refuses by silence is waited for
			s := peers.Start(t, r.stack, r.c)
			res, err := Run(t.Context(), Options{Question: target.Question{Text: "dtls://" + s.Addr.String(), SNI: peers.Name}, Dialer: &onlyLoopback{}})
			if err != nil {
				t.Fatal(err)
			}
			got := &res.Endpoints[0].Server
			t.Logf("%d connections, %v", res.Connections, res.Elapsed)
			want := r.c.Versions
			if want == nil {
				want = r.versions
			}
			if vs := got.Versions(parley.Yes); !slices.Equal(vs, want) || len(got.Versions(parley.No)) != 3-len(vs) && !r.silent(got) {
				t.Errorf("accepted %v, refused %v; want %v accepted", vs, got.Versions(parley.No), want)
			}
			for _, v := range want {
				r.compare(t, v, got.Accepts[v])
			}
			if want := r.keys(); !slices.Equal(keysOf(got), want) {
				t.Errorf("keys of its certificates: %v, want %v", keysOf(got), want)
			}
		})
	}
}

// libcoapHas asks OpenSSL 3 what the cipher string of libcoap stands for under the
// machine's own security level.
func libcoapHas(iana.Version, peers.Config) ([]iana.Suite, error) {
	out, err := exec.Command("openssl", "ciphers", "-s", "-tls1_2", "TLSv1.2:!NULL").Output()
	if err != nil {
		return nil, err
	}
	return suitesOf(strings.TrimSpace(string(out)))
}

// silent says that what is neither accepted nor refused met silence: no answer is no
// refusal.
func (r real) silent(s *parley.Server) bool {
	for _, v := range s.Versions(parley.Unknown) {
		if s.Accepts[v].Accepted.Why != "no answer" {
			return false
		}
	}
	return (r.closes || r.stack == peers.JavaDTLS) && len(s.Versions(parley.Unknown)) > 0
}

func (r real) keys() []string {
	switch r.c.Cert {
	case peers.Both:
		return []string{"ECDSA", "RSA"}
	case peers.ECDSAP256:
		return []string{"ECDSA"}
	}
	return []string{"RSA"}
}

func keysOf(s *parley.Server) (out []string) {
	for _, c := range s.Chains {
		out = append(out, fmt.Sprint(c.Key))
	}
	slices.Sort(out)
	return out
}

// TestTheFullDepthOverDTLSComesToWhatTheServerWasTold does the same for groups and
// signature schemes.
func TestTheFullDepthOverDTLSComesToWhatTheServerWasTold(t *testing.T) {
	t.Parallel()
	s := peers.Start(t, peers.OpenSSLDTLS, peers.Config{
		Versions: of12, Cert: peers.RSA2048, Ciphers: "ECDHE-RSA-AES128-GCM-SHA256", Groups: "P-384:X25519", SigAlgs: "RSA+SHA256:RSA-PSS+SHA384",
	})
	q := target.Question{Text: "dtls://" + s.Addr.String(), SNI: peers.Name}
	res, err := Run(t.Context(), Options{Question: q, Depth: survey.DepthFull, Dialer: &onlyLoopback{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d connections, %v", res.Connections, res.Elapsed)
	col := res.Endpoints[0].Server.Column(iana.DTLS12)
	groups, schemes := slices.Sorted(slices.Values(col.Groups.Yes())), slices.Sorted(slices.Values(col.Schemes.Yes()))
	if want := []iana.Group{iana.GroupSecp384r1, iana.GroupX25519}; !slices.Equal(groups, want) || col.Groups.Complete != parley.Yes {
		t.Errorf("groups %v, complete %v; want %v", groups, col.Groups.Complete, want)
	}
	if want := []iana.Scheme{iana.SchemeRSAPKCS1SHA256, iana.SchemeRSAPSSRSAESHA384}; !slices.Equal(schemes, want) || col.Schemes.Complete != parley.Yes {
		t.Errorf("schemes %v, complete %v; want %v", schemes, col.Schemes.Complete, want)
	}
	if srv := &res.Endpoints[0].Server; srv.EMS.Is != parley.Yes || srv.Renegotiation.Is != parley.Yes || srv.Compression.Is != parley.No {
		t.Errorf("extended_master_secret %v, renegotiation_info %v, compression %v", srv.EMS.Is, srv.Renegotiation.Is, srv.Compression.Is)
	}
}
