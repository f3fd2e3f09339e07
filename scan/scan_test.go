package scan

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

// onlyLoopback refuses every other address.
type onlyLoopback struct{ net.Dialer }

func (d *onlyLoopback) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if host, _, err := net.SplitHostPort(address); err != nil || !net.ParseIP(host).IsLoopback() {
		return nil, errors.New("a test dials " + address)
	}
	return d.Dialer.DialContext(ctx, network, address)
}

func TestAScanOfGoComesToWhatItWasTold(t *testing.T) {
	t.Parallel()
	s := peers.Start(t, peers.Go, peers.Config{
		Versions: []iana.Version{iana.TLS11, iana.TLS12}, Ciphers: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
	})
	for _, pace := range []survey.Pace{survey.PaceGentle, survey.PaceUsual} {
		r, err := Run(t.Context(), Options{Question: target.Question{Text: s.Addr.String(), SNI: peers.Name}, Pace: pace, Dialer: &onlyLoopback{}})
		if err != nil {
			t.Fatal(err)
		}
		got := r.Endpoints[0].Server
		if vs := got.Versions(parley.Yes); !slices.Equal(vs, []iana.Version{iana.TLS11, iana.TLS12}) || len(got.Versions(parley.No)) != 4 {
			t.Errorf("accepted %v, refused %v", vs, got.Versions(parley.No))
		}
		if list := got.Accepts[iana.TLS12].Suites; len(list.Yes()) != 2 || list.Complete != parley.Yes {
			t.Errorf("1.2: %v, complete %v", list.Yes(), list.Complete)
		}
		if r.Exit() != 0 || r.Connections != r.Endpoints[0].Connections {
			t.Errorf("exit %d, %d connections, of which %d to the one address", r.Exit(), r.Connections, r.Endpoints[0].Connections)
		}
	}
}

func TestWhereNothingListensNothingIsKnown(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	l.Close()
	r, err := Run(t.Context(), Options{Question: target.Question{Text: at}, Dialer: &onlyLoopback{}})
	if err != nil {
		t.Fatal(err)
	}
	if e := r.Endpoints[0]; r.Exit() != 3 || e.Answer.End != parley.EndConnectRefused || len(e.Server.Versions(parley.No)) > 0 {
		t.Errorf("exit %d, %v, refused %v", r.Exit(), e.Answer.Words(), e.Server.Versions(parley.No))
	}
}

func TestATargetThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := Run(t.Context(), Options{Question: target.Question{Text: "a..b"}}); err == nil || !strings.Contains(err.Error(), "not a host") {
		t.Errorf("got %v", err)
	}
}
