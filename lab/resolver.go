package lab

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// resolve starts a DNS server on loopback, over UDP, and returns its address.
// It answers A queries for name with addrs; AAAA queries with no data; every
// other name, or all if name is empty, with code.
func (l *Lab) resolve(ctx context.Context, name string, addrs []netip.Addr, code dnsmessage.RCode) (string, error) {
	c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	if err != nil {
		return "", fmt.Errorf("lab: listen: %w", err)
	}
	run := func(context.Context) {
		b := make([]byte, 1500)
		for {
			n, from, err := c.ReadFromUDPAddrPort(b)
			if err != nil {
				return
			}
			if out, err := lookup(b[:n], name, addrs, code); err == nil {
				c.WriteToUDPAddrPort(out, from)
			}
		}
	}
	if err := l.until(ctx, run, func() { c.Close() }); err != nil {
		c.Close()
		return "", err
	}
	return c.LocalAddr().String(), nil
}

// lookup answers one query.
func lookup(query []byte, name string, addrs []netip.Addr, code dnsmessage.RCode) ([]byte, error) {
	var p dnsmessage.Parser
	header, err := p.Start(query)
	if err != nil {
		return nil, err
	}
	q, err := p.Question()
	if err != nil {
		return nil, err
	}
	m := dnsmessage.Message{
		Header: dnsmessage.Header{
			ID: header.ID, Response: true, Authoritative: true,
			RecursionDesired: header.RecursionDesired, RecursionAvailable: true,
		},
		Questions: []dnsmessage.Question{q},
	}
	known := name != "" && strings.EqualFold(q.Name.String(), name+".")
	switch {
	case !known:
		m.RCode = code
	case q.Type == dnsmessage.TypeA:
		for _, a := range addrs {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1},
				Body:   &dnsmessage.AResource{A: a.As4()},
			})
		}
	}
	return m.Pack()
}
