package check_test

import (
	"net"
	"slices"
	"testing"

	"github.com/parley-tls/parley"
)

// Where nothing of TLS comes back, whose hello it is makes no difference: the clients
// that were not asked are stopped as those that were.
func TestAPeerThatEndsEveryHelloStopsEveryClient(t *testing.T) {
	t.Parallel()
	for name, handle := range map[string]func(net.Conn){
		"resets": func(c net.Conn) {
			c.Read(make([]byte, 1))
			c.(*net.TCPConn).SetLinger(0)
		},
		"closes": func(c net.Conn) { c.Read(make([]byte, 1<<14)) },
		"no TLS": func(c net.Conn) { c.Read(make([]byte, 1<<14)); c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options(t, pair{}, serve(t, handle))
			got := run(t, o)
			if len(got.Result.Findings) == 0 {
				t.Fatalf("no finding\n%s", trail(got))
			}
			var want []parley.ClientID
			for _, c := range o.Panel {
				want = append(want, c.ID)
			}
			stops := slices.Clone(got.Result.Findings[0].Members)
			slices.Sort(stops)
			if slices.Sort(want); !slices.Equal(stops, want) {
				t.Errorf("%s stops %v, want %v\n%s", answer(got), stops, want, trail(got))
			}
		})
	}
}
