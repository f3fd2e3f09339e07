package check_test

import (
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parley-tls/parley/check"
)

// TestACheckWhoseTimeRunsOutSaysWhatItKnows: with a minute of patience for
// silence only the time of the whole check can end these.
func TestACheckWhoseTimeRunsOutSaysWhatItKnows(t *testing.T) {
	t.Parallel()
	const whole = 400 * time.Millisecond
	slow := func(o check.Options) check.Options {
		o.Prober.Silence, o.Timeout = time.Minute, whole
		return o
	}
	const late = "hello: no answer before the time was over"
	for _, tc := range []struct {
		name string
		o    func(*testing.T) check.Options
		want string
	}{
		{"what answers 1.2 and lets 1.3 wait is not known to be fine", func(t *testing.T) check.Options {
			return slow(atFault(t, "ignore-hellos-with-1.3"))
		}, "exit 3 " + late},
		{"what was seen before stays a problem", func(t *testing.T) check.Options {
			var n atomic.Int32
			return slow(asking(serve(t, func(c net.Conn) {
				if n.Add(1) == 1 {
					readHello(c)
					c.Write([]byte("SSH-2.0-OpenSSH_9.2p1\r\n"))
				}
				stay(c)
			}).String()))
		}, "plaintext.tls-to-plain-port exit 1"},
		{"nothing came at all", func(t *testing.T) check.Options { return slow(atFault(t, "never-answer")) }, "exit 3 " + late},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			a, err := check.Run(t.Context(), tc.o(t))
			if err != nil {
				t.Fatal(err)
			}
			if got := told(a); got != tc.want {
				t.Errorf("got  %s\nwant %s\n%s", got, tc.want, trail(a))
			}
		})
	}
}
