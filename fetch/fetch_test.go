package fetch

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestWhatIsFetchedIsBounded(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	defer s.Close()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		io.WriteString(w, r.Method+" "+r.Header.Get("Content-Type")+" "+string(b))
	})
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < 100; i++ {
			io.WriteString(w, strings.Repeat("x", 1000))
		}
	})
	mux.HandleFunc("/silent", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.Handle("/round", http.RedirectHandler("/round", http.StatusFound))
	mux.Handle("/file", http.RedirectHandler("file:///etc/passwd", http.StatusFound))
	g := &Getter{}
	ctx := context.Background()
	if b, err := g.Get(ctx, s.URL+"/echo", 100); err != nil || string(b) != "GET  " {
		t.Errorf("got %q, %v", b, err)
	}
	if b, err := g.Post(ctx, s.URL+"/echo", "a/b", []byte("hello"), 100); err != nil || string(b) != "POST a/b hello" {
		t.Errorf("got %q, %v", b, err)
	}
	quick := &Getter{Timeout: 50 * time.Millisecond}
	for _, tt := range []struct {
		g        *Getter
		at, want string
	}{
		{g, s.URL + "/endless", "more than 100 bytes"}, {quick, s.URL + "/silent", "no answer in 50ms"}, {g, s.URL + "/none", "HTTP 404 Not Found"},
		{g, s.URL + "/round", "HTTP 302 Found"}, {g, s.URL + "/file", "HTTP 302 Found"}, {g, "file:///etc/passwd", "no HTTP address"}, {g, "ldap://x/", "no HTTP address"},
	} {
		if b, err := tt.g.Get(ctx, tt.at, 100); err == nil || err.Error() != tt.want {
			t.Errorf("%s: got %q, %v; want %s", tt.at, b, err, tt.want)
		}
	}
	through := &Getter{Proxies: []string{s.URL}}
	if _, err := through.Get(ctx, "http://issuer.example/x", 100); err == nil || err.Error() != "HTTP 404 Not Found" {
		t.Errorf("got %v; want the answer of the proxy", err)
	}
}
