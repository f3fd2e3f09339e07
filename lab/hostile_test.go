package lab

import (
	"bytes"
	"io"
	"net"
	"slices"
	"testing"
	"time"
)

// begin sends a hello of today to a fault, and returns the connection.
func begin(t *testing.T, fault string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", start(t, fault).Address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := c.Write(today13); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAFloodDoesNotEnd(t *testing.T) {
	t.Parallel()
	for fault, repeats := range map[string][]byte{
		"flood-change-cipher-spec":   compatibilityCCS,
		"flood-empty-records":        {22, 3, 3, 0, 0},
		"flood-hello-requests":       {22, 3, 3, 0, 4, 0, 0, 0, 0},
		"flood-warnings":             {21, 3, 3, 0, 2, 1, 90},
		"send-certificate-of-16-mib": bytes.Repeat([]byte{0x30}, 1<<14),
		"send-10000-certificates":    {0x30, 0x82},
	} {
		b := make([]byte, 1<<20)
		if _, err := io.ReadFull(begin(t, fault), b); err != nil {
			t.Errorf("%s: %v", fault, err)
		}
		if n := bytes.Count(b, repeats); n < 50 {
			t.Errorf("%s: %d times what it repeats", fault, n)
		}
	}
}

func TestADripIsAByteAtATime(t *testing.T) {
	t.Parallel()
	b := make([]byte, 100)
	if n, err := begin(t, "drip-bytes").Read(b); n != 1 || err != nil {
		t.Errorf("the first read has %d bytes: %v", n, err)
	}
}

func TestAnEchoIsTheHello(t *testing.T) {
	t.Parallel()
	b := make([]byte, len(today13))
	if _, err := io.ReadFull(begin(t, "echo-hello"), b); err != nil || !bytes.Equal(b, today13) {
		t.Errorf("%v, %x", err, b)
	}
}

func TestSomePeersRememberEarlierConnections(t *testing.T) {
	t.Parallel()
	old := offerOld.Record()
	for fault, says := range map[string]struct {
		hellos [][]byte
		want   []string
	}{
		"limit-connections": {
			hellos: [][]byte{today13, today13, today13, today13, today13},
			want:   []string{"flight 1.3", "flight 1.3", "flight 1.3", "rst", "rst"},
		},
		"remember-suspects": {
			hellos: [][]byte{today13, old, today13, today13, today13, today13},
			want:   []string{"flight 1.3", "alert 70", "flight 1.3", "flight 1.3", "rst", "rst"},
		},
		"take-turns": {
			hellos: [][]byte{today13, today13, today13, today13},
			want:   []string{"alert 70", "flight 1.3", "alert 70", "flight 1.3"},
		},
	} {
		at := start(t, fault).Address
		var got []string
		for _, h := range says.hellos {
			got = append(got, ask(t, at, h).String())
		}
		if !slices.Equal(got, says.want) {
			t.Errorf("%s: got %q, want %q", fault, got, says.want)
		}
	}
}
