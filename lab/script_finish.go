package lab

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"net"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// errEnded says that the client ended the connection, or what it sent does not
// belong there; a script makes no difference.
var errEnded = errors.New("lab: the client ended the handshake")

// talk is a script's side of a connection after its first flight.
type talk struct {
	c            *net.TCPConn
	version      iana.Version
	said         *keys.Transcript
	opens, seals *keys.Half   // nil: in clear
	handshake    []byte       // of a message that is not whole yet
	speaks       *keys.Secret // of 1.3: what seals comes from
}

func newTalk(c *net.TCPConn, v iana.Version) *talk {
	return &talk{c: c, version: v, said: &keys.Transcript{}}
}

// record reads one record and opens it.
func (t *talk) record() (iana.ContentType, []byte, error) {
	header := make([]byte, 5)
	if _, err := io.ReadFull(t.c, header); err != nil {
		return 0, nil, err
	}
	payload := make([]byte, int(header[3])<<8|int(header[4]))
	if _, err := io.ReadFull(t.c, payload); err != nil {
		return 0, nil, err
	}
	typ := iana.ContentType(header[0])
	if typ == iana.ContentChangeCipherSpec || t.opens == nil {
		return typ, payload, nil
	}
	return t.opens.Open(typ, payload)
}

// message reads the next handshake message, with its header, past what 1.3
// sends in between for the sake of compatibility.
func (t *talk) message(want iana.HandshakeType) ([]byte, error) {
	for {
		if b := t.handshake; len(b) >= 4 {
			n := 4 + int(b[1])<<16 + int(b[2])<<8 + int(b[3])
			if iana.HandshakeType(b[0]) != want || n > wire.DefaultLimit {
				return nil, errEnded
			}
			if len(b) >= n {
				t.handshake = b[n:]
				return b[:n:n], nil
			}
		}
		typ, content, err := t.record()
		switch {
		case err != nil:
			return nil, err
		case typ == iana.ContentHandshake:
			t.handshake = append(t.handshake, content...)
		case typ != iana.ContentChangeCipherSpec || t.version != iana.TLS13:
			return nil, errEnded
		}
	}
}

// finish13 reads the client's Finished and takes the keys of application data.
func (t *talk) finish13(schedule *keys.Schedule, client *keys.Secret) bool {
	var err error
	if t.opens, err = client.Half(); err != nil {
		return false
	}
	want, err := client.Finished(t.said)
	if err != nil {
		return false
	}
	got, err := t.message(iana.TypeFinished)
	if err != nil || !bytes.Equal(got[4:], want) {
		return false
	}
	client, server, err := schedule.Application(t.said)
	if err != nil {
		return false
	}
	if t.opens, err = client.Half(); err != nil {
		return false
	}
	t.speaks = server
	t.seals, err = server.Half()
	return err == nil
}

// update tells the client that the script's next keys follow, and takes them
// (RFC 8446, Section 4.6.3).
func (t *talk) update() error {
	err := t.write(iana.ContentHandshake, wire.AppendMessage(nil, iana.TypeKeyUpdate, []byte{0}))
	if err == nil {
		t.speaks, err = t.speaks.Update()
	}
	if err == nil {
		t.seals, err = t.speaks.Half()
	}
	return err
}

// goOn reads the client's second flight of 1.2 and older, sends its own, and
// serves.
func (s *script) goOn(c *net.TCPConn, h *wire.ClientHello, f *Flight, sel selection, agree agreement) {
	t := newTalk(c, sel.version)
	t.said.Add(h.Message())
	for _, m := range f.Messages {
		t.said.Add(m)
	}
	exchange, err := t.message(iana.TypeClientKeyExchange)
	if err != nil {
		return
	}
	t.said.Add(exchange)
	sent, err := keys.ReadClientKeyExchange(sel.version, sel.suite, exchange[4:])
	if err != nil {
		return
	}
	premaster, err := agree(sent)
	if err != nil {
		return
	}
	var session *keys.Transcript
	if _, ok := f.Hello.Extension(iana.ExtExtendedMasterSecret); ok {
		session = t.said
	}
	master, err := keys.NewMaster(sel.version, sel.suite, premaster, h.Random, f.Hello.Random, session)
	if err != nil {
		return
	}
	if t.finish(s, master) {
		s.serveOver(h, t)
	}
}

// finish exchanges ChangeCipherSpec and Finished.
func (t *talk) finish(s *script, master *keys.Master) bool {
	client, server, err := master.Halves(false, rand.Reader)
	if err != nil {
		return false
	}
	if typ, _, err := t.record(); err != nil || typ != iana.ContentChangeCipherSpec {
		return false
	}
	t.opens = client
	got, err := t.message(iana.TypeFinished)
	if err != nil || !bytes.Equal(got[4:], master.Finished(wire.FromClient, t.said)) {
		return false
	}
	t.said.Add(got)
	out := wire.AppendRecord(nil, wire.Record{Type: iana.ContentChangeCipherSpec, Version: t.version, Payload: []byte{1}})
	t.c.Write(out)
	t.seals = server
	typ, done := s.inPlaceOf(wire.AppendMessage(nil, iana.TypeFinished, master.Finished(wire.FromServer, t.said)))
	return t.write(typ, done) == nil && typ == iana.ContentHandshake
}

func (t *talk) write(typ iana.ContentType, content []byte) error {
	b, err := t.seals.Seal(nil, typ, content)
	if err != nil {
		return err
	}
	_, err = t.c.Write(b)
	return err
}

// serveOver serves a client whose handshake is through.
func (s *script) serveOver(h *wire.ClientHello, t *talk) {
	typ, last := s.inPlaceOf(nil)
	switch {
	case typ != iana.ContentHandshake:
		t.write(typ, last)
	case s.then != nil:
		s.then(h, t)
	default:
		t.serve()
	}
}

// serve answers a request, or a close_notify with another.
func (t *talk) serve() {
	sayOK(t)
	t.write(iana.ContentAlert, wire.Alert{Level: iana.AlertWarning, Description: iana.AlertCloseNotify}.Append(nil))
}

// Read returns application data, one record at most.
func (t *talk) Read(b []byte) (int, error) {
	typ, content, err := t.record()
	switch {
	case err != nil:
		return 0, err
	case typ != iana.ContentApplicationData:
		return 0, io.EOF
	}
	return copy(b, content), nil
}

// Write sends application data.
func (t *talk) Write(b []byte) (int, error) {
	return len(b), t.write(iana.ContentApplicationData, b)
}
