//go:build linux

package check_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/probe"
)

// onWay is the time of a packet on the link, in each direction.
const onWay = 25 * time.Millisecond

// meddler is what stands on the link, next to the client: it reads what the
// client sends on a connection, and ends what it does not like.
type meddler struct {
	// minds says of a segment with data in it, and of all the data so far,
	// whether it stops here.
	minds func(segment, sofar []byte) bool
	ttl   int           // of the reset that the client gets then; 0: it gets none
	after time.Duration // when it gets that
}

func asksForName(_, sofar []byte) bool { return bytes.Contains(sofar, []byte(peers.Name)) }

// It does not run beside other tests: what is told by the time that a reset
// takes is not told on a machine that is busy for longer than that.
func TestWhatABoxOnTheLinkDoesIsToldFromWhatTheServerDoes(t *testing.T) {
	const late = 2*onWay + 5*time.Millisecond // as late as what the server sends
	for _, tt := range []struct {
		name    string
		box     meddler
		want    string
		because string // part of a reason of the finding
	}{
		{name: "a clean link", want: "ok, exit 0"},
		{
			name: "segments of more than 1,200 bytes are lost",
			box:  meddler{minds: func(segment, _ []byte) bool { return len(segment) > 1200 }},
			want: "middlebox.large-clienthello, side path, proved, exit 1", because: "The same bytes in other segments complete",
		},
		{
			name: "hellos of more than 1,200 bytes are lost, however they are cut",
			box: meddler{minds: func(_, sofar []byte) bool {
				return len(sofar) < 5 || binary.BigEndian.Uint16(sofar[3:]) > 1200
			}},
			want: "middlebox.large-clienthello, side unknown, inferred, exit 1", because: "Nothing tells whether the server does it",
		},
		{
			name: "a name is reset at once",
			box:  meddler{minds: asksForName, ttl: 128},
			want: "middlebox.reset, side path, proved, exit 1", because: "something nearer sent it",
		},
		{
			name: "a name is reset at once, with the TTL of the server",
			box:  meddler{minds: asksForName, ttl: 64},
			want: "middlebox.reset, side path, proved, exit 1", because: "something nearer sent it",
		},
		{
			name: "a name is reset late, with a higher TTL",
			box:  meddler{minds: asksForName, ttl: 128, after: late},
			want: "middlebox.reset, side path, proved, exit 1", because: "arrive with a TTL of 64, and the reset with a higher one",
		},
		{
			name: "a name is reset late, with a lower TTL",
			box:  meddler{minds: asksForName, ttl: 63, after: late},
			want: "middlebox.reset, side path, proved, exit 1", because: "arrive with a TTL of 64, and the reset with a lower one",
		},
		{
			name: "a name is reset as the server would",
			box:  meddler{minds: asksForName, ttl: 64, after: late},
			want: "middlebox.reset, side unknown, inferred, exit 1", because: "nothing tells who sent it",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			near, far := spaces(t)
			join(t, near, far, tt.box)
			passOn(t, far, peers.Start(t, peers.Go, peers.Config{}).Addr)
			a := run(t, check.Options{
				Target: peers.Name, Addrs: []netip.Addr{far.addr}, Panel: clients.Panel(), Now: time.Now(),
				Prober: &probe.Prober{Dialer: near},
				Trust:  []parley.Store{store(t, "system", false, originRoots(t))},
			})
			t.Logf("%d connections in %v", a.Connections, a.Elapsed)
			if got := answer(a); got != tt.want {
				t.Fatalf("got  %s\nwant %s\n%s", got, tt.want, trail(a))
			}
			for _, f := range a.Result.Findings {
				if all := fmt.Sprint(f.Because); !strings.Contains(all, tt.because) {
					t.Errorf("%s because %s\nwant %q in it\n%s", f.Cause, all, tt.because, trail(a))
				}
				if f.Pair == nil || f.Pair.FailsAs[0] < 2 || f.Pair.WorksAs[0] < 2 {
					t.Errorf("%s is proved by %+v", f.Cause, f.Pair)
				}
			}
		})
	}
}

// space is a network namespace with a link, whose other end is a file.
type space struct {
	addr netip.Addr
	ns   *os.File
	link *os.File
}

// spaces makes a namespace for the client and one for the server, without
// which this test says nothing: it needs root, and a kernel with TUN.
func spaces(t *testing.T) (near, far *space) {
	t.Helper()
	near, err := newSpace(netip.MustParseAddr("192.0.2.1"))
	if err == nil {
		t.Cleanup(near.close)
		far, err = newSpace(netip.MustParseAddr("192.0.2.2"))
	}
	switch {
	case err == nil:
		t.Cleanup(far.close)
	case os.Getenv("CI") == "true" && !errors.Is(err, os.ErrNotExist) && !errors.Is(err, os.ErrPermission):
		t.Fatalf("no network of its own: %v; run as root, with /dev/net/tun", err)
	default:
		t.Skipf("SKIPPED: this machine gives the test no network of its own, without which no packet has a TTL and a time: %v; "+
			"it needs root (CAP_NET_ADMIN, CAP_SYS_ADMIN) and /dev/net/tun", err)
	}
	return near, far
}

func newSpace(addr netip.Addr) (s *space, err error) {
	s = &space{addr: addr}
	apart(func() {
		if err = unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return
		}
		if s.ns, err = os.Open("/proc/thread-self/ns/net"); err != nil {
			return
		}
		if s.link, err = openLink(addr); err != nil {
			s.ns.Close()
		}
	})
	return s, err
}

// apart runs f on a thread of its own, which ends with it.
func apart(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the namespace stays the thread's
		f()
	}()
	<-done
}

// openLink makes a TUN device in the namespace of the thread.
func openLink(addr netip.Addr) (*os.File, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open /dev/net/tun: %w", err)
	}
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	defer unix.Close(s)
	for _, step := range []struct {
		fd      int
		request uint
		set     func(*unix.Ifreq) error
	}{
		{fd, unix.TUNSETIFF, func(r *unix.Ifreq) error { r.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI); return nil }},
		{s, unix.SIOCSIFADDR, func(r *unix.Ifreq) error { return r.SetInet4Addr(addr.AsSlice()) }},
		{s, unix.SIOCSIFNETMASK, func(r *unix.Ifreq) error { return r.SetInet4Addr([]byte{255, 255, 255, 0}) }},
		{s, unix.SIOCSIFFLAGS, func(r *unix.Ifreq) error { r.SetUint16(unix.IFF_UP | unix.IFF_RUNNING); return nil }},
	} {
		r, err := unix.NewIfreq("link")
		if err == nil {
			err = step.set(r)
		}
		if err == nil {
			err = unix.IoctlIfreq(step.fd, step.request, r)
		}
		if err != nil {
			unix.Close(fd)
			return nil, fmt.Errorf("set up a link: %w", err)
		}
	}
	return os.NewFile(uintptr(fd), "link of "+addr.String()), nil
}

func (s *space) close() {
	s.link.Close()
	s.ns.Close()
}

// in runs f in the namespace; the sockets that it opens stay there.
func (s *space) in(f func() error) (err error) {
	apart(func() {
		if err = unix.Setns(int(s.ns.Fd()), unix.CLONE_NEWNET); err == nil {
			err = f()
		}
	})
	return err
}

// DialContext makes a probe.Dialer of a namespace.
func (s *space) DialContext(ctx context.Context, network, address string) (c net.Conn, err error) {
	err = s.in(func() (err error) {
		c, err = (&net.Dialer{FallbackDelay: -1, ControlContext: probe.Control}).DialContext(ctx, network, address)
		return err
	})
	return c, err
}

// passOn serves what a server serves, in a namespace.
func passOn(t *testing.T, in *space, server netip.AddrPort) {
	t.Helper()
	var l net.Listener
	err := in.in(func() (err error) {
		l, err = net.Listen("tcp4", netip.AddrPortFrom(in.addr, 443).String())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	t.Cleanup(func() { l.Close(); wg.Wait() })
	pass := func(to, from net.Conn) {
		io.Copy(to, from)
		to.(*net.TCPConn).CloseWrite()
	}
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s, err := net.Dial("tcp4", server.String())
			if err != nil {
				c.Close()
				continue
			}
			context.AfterFunc(t.Context(), func() { c.Close(); s.Close() })
			wg.Go(func() { pass(s, c) })
			wg.Go(func() { pass(c, s) })
		}
	})
}

// join carries packets between two namespaces, past a box.
func join(t *testing.T, near, far *space, box meddler) {
	var wg sync.WaitGroup
	t.Cleanup(func() { near.link.Close(); far.link.Close(); wg.Wait() })
	conns := map[uint16]*conn{}
	wg.Go(func() { carry(far.link, near.link, func([]byte) bool { return true }) })
	wg.Go(func() {
		carry(near.link, far.link, func(packet []byte) bool {
			s, ok := readSegment(packet)
			if !ok || box.minds == nil {
				return true
			}
			if s.syn {
				conns[s.from] = &conn{first: s.seq + 1}
			}
			c := conns[s.from]
			if c == nil || len(s.data) == 0 {
				return true
			}
			if s.seq-c.first == uint32(len(c.data)) {
				c.data = append(c.data, s.data...)
			}
			if !box.minds(s.data, c.data) {
				return true
			}
			if box.ttl > 0 {
				reset := s.reset(box.ttl)
				time.AfterFunc(box.after, func() { near.link.Write(reset) })
			}
			return false
		})
	})
}

// carry carries the packets that pass from one link to the other.
func carry(from, to *os.File, passes func(packet []byte) bool) {
	type packet struct {
		due   time.Time
		bytes []byte
	}
	queue := make(chan packet, 1<<10)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(queue)
	wg.Go(func() {
		for p := range queue {
			<-time.After(time.Until(p.due))
			to.Write(p.bytes) // a link that is full, or gone, loses it
		}
	})
	b := make([]byte, 1<<16)
	for {
		n, err := from.Read(b)
		if err != nil {
			return
		}
		if passes(b[:n]) {
			queue <- packet{time.Now().Add(onWay), bytes.Clone(b[:n])}
		}
	}
}

// conn is what a client has sent on a connection: data, from the sequence
// number first on.
type conn struct {
	first uint32
	data  []byte
}

// segment is a segment of TCP over IPv4.
type segment struct {
	packet   []byte
	tcp      []byte
	from     uint16
	seq, ack uint32
	syn      bool
	data     []byte
}

func readSegment(packet []byte) (segment, bool) {
	const tcp = 6
	if len(packet) < 40 || packet[0]>>4 != 4 || packet[9] != tcp {
		return segment{}, false
	}
	s := segment{packet: packet, tcp: packet[packet[0]&15*4:]}
	s.from = binary.BigEndian.Uint16(s.tcp)
	s.seq, s.ack = binary.BigEndian.Uint32(s.tcp[4:]), binary.BigEndian.Uint32(s.tcp[8:])
	s.syn = s.tcp[13]&2 != 0
	s.data = s.tcp[s.tcp[12]>>4*4:]
	return s, true
}

// reset is the packet that ends the connection of a segment for its sender.
func (s segment) reset(ttl int) []byte {
	b := make([]byte, 40)
	ip, tcp := b[:20], b[20:]
	ip[0], ip[3], ip[8], ip[9] = 0x45, 40, byte(ttl), 6
	copy(ip[12:], s.packet[16:20])
	copy(ip[16:], s.packet[12:16])
	binary.BigEndian.PutUint16(ip[10:], sum(ip))
	copy(tcp, s.tcp[2:4])
	copy(tcp[2:], s.tcp[:2])
	binary.BigEndian.PutUint32(tcp[4:], s.ack)
	binary.BigEndian.PutUint32(tcp[8:], s.seq+uint32(len(s.data)))
	tcp[12], tcp[13] = 5<<4, 0x14 // RST and ACK
	binary.BigEndian.PutUint16(tcp[16:], sum(append([]byte{0, 6, 0, 20}, b[12:]...)))
	return b
}

// sum is the checksum of RFC 1071.
func sum(b []byte) uint16 {
	n := uint32(0)
	for ; len(b) > 0; b = b[2:] {
		n += uint32(binary.BigEndian.Uint16(b))
	}
	n = n>>16 + n&0xffff
	return ^uint16(n + n>>16)
}
