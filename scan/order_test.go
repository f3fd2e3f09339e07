package scan

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/survey"
)

// listed asks for what it has, all at once.
type listed struct{ asks []parley.Attempt }

func (l *listed) Next() (out []parley.Attempt) { out, l.asks = l.asks, nil; return out }

func (l *listed) Learn(parley.Reply) {}

// closed is a network where nothing is reached.
type closed struct{}

func (closed) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("nothing is reached here")
}

func TestWhatLaterQuestionsWaitForIsAskedFirst(t *testing.T) {
	t.Parallel()
	var asks []parley.Attempt
	for _, axis := range []parley.Axis{parley.AxisUnknown, parley.AxisScheme, parley.AxisGroup, parley.AxisSession, parley.AxisSuite} {
		asks = append(asks, parley.Attempt{
			ID: parley.AttemptID(axis.String()), Hello: parley.WholeHello(iana.TLS12, ""), Part: parley.Part{Version: iana.TLS12, Axis: axis},
		})
	}
	e := &parley.Evidence{}
	o := Options{Pace: survey.PaceGentle}
	o.run(t.Context(), &probe.Prober{Dialer: closed{}}, e, &listed{asks})
	var got []string
	for _, r := range e.Replies {
		got = append(got, string(r.Attempt))
	}
	if want := []string{"group", "suite", "unknown", "scheme", "session"}; !slices.Equal(got, want) {
		t.Errorf("asked in the order %v, want %v", got, want)
	}
}
