package pairs

import (
	"crypto/x509"
	"encoding/hex"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// patience bounds one pair. tstclnt waits for some servers to close, and they
// for it: its connections are cut earlier.
const (
	patience    = 20 * time.Second
	patienceNSS = 4 * time.Second
)

// relay passes one connection on to a server and keeps what crossed it.
type relay struct {
	l    net.Listener
	done chan struct{}

	mu     sync.Mutex
	events []event
}

// event is a piece of one direction; no bytes: its end.
type event struct {
	from wire.Sender
	data []byte
}

func startRelay(to netip.AddrPort, patience time.Duration) (*relay, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{l: l, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		client, err := l.Accept()
		if err != nil {
			return
		}
		defer client.Close()
		server, err := net.Dial("tcp", to.String())
		if err != nil {
			return
		}
		defer server.Close()
		deadline := time.Now().Add(patience)
		client.SetDeadline(deadline)
		server.SetDeadline(deadline)
		var both sync.WaitGroup
		both.Go(func() { r.pass(wire.FromClient, client, server) })
		both.Go(func() { r.pass(wire.FromServer, server, client) })
		both.Wait()
	}()
	return r, nil
}

func (r *relay) addr() netip.AddrPort {
	return r.l.Addr().(*net.TCPAddr).AddrPort()
}

func (r *relay) pass(from wire.Sender, in, out net.Conn) {
	buf := make([]byte, 1<<16)
	for {
		n, err := in.Read(buf)
		if n > 0 {
			r.keep(event{from: from, data: append([]byte(nil), buf[:n]...)})
			out.Write(buf[:n])
		}
		if err != nil {
			r.keep(event{from: from})
			out.(*net.TCPConn).CloseWrite()
			return
		}
	}
}

func (r *relay) keep(e event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
}

// close waits for the connection to end, or ends it.
func (r *relay) close() []event {
	r.l.Close()
	select {
	case <-r.done:
	case <-time.After(3 * time.Second):
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.events
}

// reader makes an outcome of what crossed a connection.
type reader struct {
	out       Outcome
	hello     []byte
	decoders  map[wire.Sender]*wire.Decoder
	refusedBy string
	alert     iana.Alert
}

var senderNames = map[wire.Sender]string{wire.FromClient: "client", wire.FromServer: "server"}

// read reads the events in the order in which they crossed.
func read(events []event) *reader {
	r := &reader{decoders: map[wire.Sender]*wire.Decoder{
		wire.FromClient: wire.NewDecoder(wire.FromClient), wire.FromServer: wire.NewDecoder(wire.FromServer)}}
	for _, e := range events {
		if e.data == nil {
			if r.refusedBy == "" {
				r.refusedBy = senderNames[e.from]
			}
			continue
		}
		d := r.decoders[e.from]
		d.Write(e.data)
		for it, ok := d.Next(); ok; it, ok = d.Next() {
			r.item(e.from, it)
		}
	}
	return r
}

func (r *reader) item(from wire.Sender, it wire.Item) {
	if it.Kind == wire.KindAlert && r.refusedBy == "" && it.Alert.Description != iana.AlertCloseNotify &&
		(it.Alert.Level == iana.AlertFatal || r.out.Version == "1.3") {
		r.refusedBy, r.alert = senderNames[from], it.Alert.Description
		return
	}
	switch m := it.Message.(type) {
	case *wire.ClientHello:
		if r.hello == nil {
			r.hello = m.Body()
		}
	case *wire.ServerHello:
		if m.IsHelloRetryRequest() {
			r.out.Retry = true
			return
		}
		r.out.Version, r.out.Suite = m.Version().String(), m.Suite.String()
		if g, ok := m.Group(); ok {
			r.out.Group = g.String()
		}
		r.decoders[wire.FromClient].SetNegotiated(m.Version(), m.Suite)
	case *wire.ServerKeyExchange:
		if m.Group != 0 {
			r.out.Group = m.Group.String()
		}
		if m.HasScheme {
			r.out.Scheme = m.Scheme.String()
		}
		r.out.DHBits = m.PBits
	case *wire.Certificate:
		if from == wire.FromServer && len(m.Raw) > 0 {
			r.out.Certificate = keyTypeOf(m.Raw[0])
		}
	}
}

func keyTypeOf(der []byte) string {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return ""
	}
	return c.PublicKeyAlgorithm.String()
}

// outcome joins what crossed the wire with what the client printed.
func (r *reader) outcome(said printed) Outcome {
	out := r.out
	out.Completes = said.ok
	if out.Scheme == "" && out.Version == "1.3" {
		out.Scheme = said.scheme
	}
	if out.Certificate == "" {
		out.Certificate = said.key
	}
	if !out.Completes {
		out.Refuses = r.refusedBy
		if r.alert == 0 && said.refused {
			out.Refuses, r.alert = "server", said.alert
		}
		if r.alert != 0 {
			out.Alert = r.alert.String()
		}
	}
	return out
}

func (r *reader) helloHex() string { return hex.EncodeToString(r.hello) }
