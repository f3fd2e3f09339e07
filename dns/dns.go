// Package dns asks a resolver for records that package net does not: of any type,
// with what it says of their authenticity. One question is one packet; there is
// no cache, and the search list of the system plays no part.
package dns

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// The types that are asked for here (RFC 6698, Section 7.1; RFC 8659, Section 7).
const (
	TypeTLSA  = 52
	TypeHTTPS = 65
	TypeCAA   = 257
)

// Dialer opens connections; a *net.Dialer is one.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Resolver asks servers, one after the other until one answers.
type Resolver struct {
	Servers []netip.AddrPort
	Dialer  Dialer        // nil: a net.Dialer
	Timeout time.Duration // of one question to one server; 0: 400 ms
}

// Answer is what a resolver says of one type at one name.
type Answer struct {
	Records [][]byte // the data of those of that type, wherever aliases led
	// Authentic says what the resolver's AD bit says (RFC 4035, Section 3.2.3): who
	// trusts the way to it and its word may trust the records.
	Authentic bool
	// Missing: the name does not exist (RFC 8020).
	Missing bool
}

// ErrNoResolver says that this system's resolvers are not known.
var ErrNoResolver = errors.New("no resolver is known of this system")

// System is the resolver that this system is configured with, as far as
// /etc/resolv.conf says it.
func System() (*Resolver, error) { return read("/etc/resolv.conf") }

func read(file string) (*Resolver, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, ErrNoResolver
	}
	defer f.Close()
	r := &Resolver{}
	lines := bufio.NewScanner(io.LimitReader(f, 64<<10))
	for lines.Scan() && len(r.Servers) < 3 {
		if f := strings.Fields(lines.Text()); len(f) > 1 && f[0] == "nameserver" {
			if a, err := netip.ParseAddr(f[1]); err == nil {
				r.Servers = append(r.Servers, netip.AddrPortFrom(a, 53))
			}
		}
	}
	if len(r.Servers) == 0 {
		return nil, ErrNoResolver
	}
	return r, nil
}

// Lookup asks for the records of a type at a name, in ASCII.
func (r *Resolver) Lookup(ctx context.Context, name string, kind uint16) (a Answer, err error) {
	query, id, err := question(name, kind)
	if err != nil {
		return a, err
	}
	err = ErrNoResolver
	for _, s := range r.Servers {
		if a, err = r.ask(ctx, s, query, id, kind); err == nil || ctx.Err() != nil {
			return a, err
		}
	}
	return a, err
}

// question is a query that wants recursion, may be answered in 1,232 bytes, and
// asks for the AD bit (RFC 6840, Section 5.7).
func question(name string, kind uint16) (query []byte, id uint16, err error) {
	n, err := dnsmessage.NewName(strings.TrimSuffix(name, ".") + ".")
	if err != nil {
		return nil, 0, fmt.Errorf("%q is no name of the DNS", name)
	}
	var random [2]byte
	rand.Read(random[:])
	id = binary.BigEndian.Uint16(random[:])
	b := dnsmessage.NewBuilder(make([]byte, 0, 512), dnsmessage.Header{ID: id, RecursionDesired: true, AuthenticData: true})
	b.StartQuestions()
	if err := b.Question(dnsmessage.Question{Name: n, Type: dnsmessage.Type(kind), Class: dnsmessage.ClassINET}); err != nil {
		return nil, 0, fmt.Errorf("%q is no name of the DNS", name)
	}
	b.StartAdditionals()
	var opt dnsmessage.ResourceHeader
	opt.SetEDNS0(1232, dnsmessage.RCodeSuccess, false)
	b.OPTResource(opt, dnsmessage.OPTResource{})
	query, err = b.Finish()
	return query, id, err
}

// ask asks one server over UDP, and over TCP where the answer is cut short.
func (r *Resolver) ask(ctx context.Context, s netip.AddrPort, query []byte, id uint16, kind uint16) (Answer, error) {
	timeout := r.Timeout
	if timeout <= 0 {
		timeout = 400 * time.Millisecond
	}
	for _, network := range []string{"udp", "tcp"} {
		b, err := r.exchange(ctx, network, s, query, id, timeout)
		if err != nil {
			return Answer{}, err
		}
		a, cut, err := parse(b, id, kind)
		if err != nil || !cut {
			return a, err
		}
	}
	return Answer{}, errors.New("the answer is cut short")
}

var errSilent = errors.New("the resolver does not answer")

func (r *Resolver) exchange(ctx context.Context, network string, s netip.AddrPort, query []byte, id uint16, timeout time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var d Dialer = &net.Dialer{}
	if r.Dialer != nil {
		d = r.Dialer
	}
	c, err := d.DialContext(ctx, network, s.String())
	if err != nil {
		return nil, errSilent
	}
	defer c.Close()
	deadline, _ := ctx.Deadline()
	c.SetDeadline(deadline)
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	if network == "tcp" {
		query = append(binary.BigEndian.AppendUint16(nil, uint16(len(query))), query...)
	}
	if _, err := c.Write(query); err != nil {
		return nil, errSilent
	}
	if network == "tcp" {
		var size [2]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return nil, errSilent
		}
		b := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(c, b); err != nil {
			return nil, errSilent
		}
		return b, nil
	}
	b := make([]byte, 4096)
	for {
		n, err := c.Read(b)
		if err != nil {
			return nil, errSilent
		}
		if n >= 2 && binary.BigEndian.Uint16(b) == id { // another one's answer is nobody's
			return b[:n], nil
		}
	}
}

// maxRecords bounds what is kept of one answer.
const maxRecords = 64

// parse reads an answer; cut: it did not fit into the packet.
func parse(b []byte, id, kind uint16) (a Answer, cut bool, err error) {
	var p dnsmessage.Parser
	h, err := p.Start(b)
	if err != nil || !h.Response || h.ID != id {
		return a, false, errors.New("the resolver's answer cannot be read")
	}
	if h.Truncated {
		return a, true, nil
	}
	switch h.RCode {
	case dnsmessage.RCodeSuccess:
	case dnsmessage.RCodeNameError:
		a.Missing = true
	default:
		return a, false, fmt.Errorf("the resolver answers %s", rcode(h.RCode))
	}
	a.Authentic = h.AuthenticData
	if err := p.SkipAllQuestions(); err != nil {
		return a, false, errors.New("the resolver's answer cannot be read")
	}
	for {
		rh, err := p.AnswerHeader()
		if errors.Is(err, dnsmessage.ErrSectionDone) {
			return a, false, nil
		}
		if err != nil {
			return a, false, errors.New("the resolver's answer cannot be read")
		}
		if uint16(rh.Type) != kind || len(a.Records) == maxRecords {
			if err := p.SkipAnswer(); err != nil {
				return a, false, errors.New("the resolver's answer cannot be read")
			}
			continue
		}
		r, err := p.UnknownResource()
		if err != nil {
			return a, false, errors.New("the resolver's answer cannot be read")
		}
		a.Records = append(a.Records, r.Data)
	}
}

func rcode(c dnsmessage.RCode) string {
	names := map[dnsmessage.RCode]string{
		dnsmessage.RCodeFormatError: "FORMERR", dnsmessage.RCodeServerFailure: "SERVFAIL",
		dnsmessage.RCodeNotImplemented: "NOTIMP", dnsmessage.RCodeRefused: "REFUSED",
	}
	if n, ok := names[c]; ok {
		return n
	}
	return fmt.Sprint("code ", uint16(c))
}
