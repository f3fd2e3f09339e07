package scan

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/fetch"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/weaknesses"
	"github.com/parley-tls/parley/survey"
)

func TestAPlaceThatManyCertificatesNameIsAskedOnce(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.URL.Path == "/no" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Write([]byte("body of " + r.URL.Path))
	}))
	t.Cleanup(s.Close)
	f, g := &Fetched{}, &fetch.Getter{Dialer: &onlyLoopback{}}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if b, err := f.get(t.Context(), g, s.URL+"/a", 100); string(b) != "body of /a" || err != nil {
				t.Errorf("got %q, %v", b, err)
			}
			if b, err := f.get(t.Context(), g, s.URL+"/no", 100); b != nil || err == nil {
				t.Errorf("got %q, %v", b, err)
			}
		})
	}
	wg.Wait()
	if n := asked.Load(); n != 2 {
		t.Errorf("%d requests, want one to each place", n)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.get(over, g, s.URL+"/b", 100); err == nil {
		t.Error("an answer after the end")
	}
	if b, err := f.get(t.Context(), g, s.URL+"/b", 100); string(b) != "body of /b" || err != nil {
		t.Errorf("what one scan had no time for is never asked again: %q, %v", b, err)
	}
	if b, err := (*Fetched)(nil).get(t.Context(), g, s.URL+"/a", 100); string(b) != "body of /a" || err != nil {
		t.Errorf("without a memory: %q, %v", b, err)
	}
}

func TestALineSaysWhatBecameOfTheChain(t *testing.T) {
	o := newOffice(t)
	o.state = ocsp.Revoked
	s := o.serve(t, []iana.Version{iana.TLS12, iana.TLS13}, nil)
	for _, tt := range []struct {
		name    string
		certs   Credentials
		failOn  weaknesses.Severity
		want    string // a part of the line
		verdict parley.Verdict
	}{
		{"nothing wanted", Credentials{}, 0, `"chain":{"complete":"no","missing_issuer":"CN=office middle"`, parley.VerdictOK},
		{"programmes", Credentials{Stores: o.stores}, 0, `"not_trusted_by":["`, parley.VerdictOK},
		{"issuers fetched", Credentials{Stores: o.stores, FetchIssuers: true, Fetched: &Fetched{}}, 0, `"trusted_by":["`, parley.VerdictOK},
		{"revocation", Credentials{Stores: o.stores, FetchIssuers: true, Revocation: true, Fetched: &Fetched{}}, 0, "was revoked", parley.VerdictOK},
		{"revocation, as a condition", Credentials{Stores: o.stores, FetchIssuers: true, Revocation: true}, weaknesses.High, "was revoked", parley.VerdictProblem},
	} {
		k := &kept{}
		err := RunMany(t.Context(), NewLines(strings.NewReader(s.Addr.String())), k, ManyOptions{
			Depth: survey.DepthVersions, Certs: tt.certs, FailOn: tt.failOn, Now: time.Now(), Dialer: &onlyLoopback{},
		})
		rec := k.of[s.Addr.String()]
		if err != nil || rec == nil {
			t.Fatalf("%s: %v, %v", tt.name, rec, err)
		}
		line, err := json.Marshal(rec)
		if err != nil || !strings.Contains(string(line), tt.want) || rec.Verdict != tt.verdict {
			t.Errorf("%s: %v, %v; want %v and %q in\n%s", tt.name, rec.Verdict, err, tt.verdict, tt.want, line)
		}
	}
}
