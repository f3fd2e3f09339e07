package probe

import (
	"bytes"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/parley-tls/parley"
)

// flood writes what it is given over and over, until the peer closes.
func flood(b []byte) func(*net.TCPConn) {
	return func(c *net.TCPConn) {
		for b := bytes.Repeat(b, 1+(1<<14)/len(b)); ; {
			if _, err := c.Write(b); err != nil {
				return
			}
		}
	}
}

// TestNoServerHoldsAnUpgradeForLong meets each protocol with servers that do not
// want to end: each ends in time, in words that fit a screen, and with no more
// read than is allowed.
func TestNoServerHoldsAnUpgradeForLong(t *testing.T) {
	servers := map[string]func(*net.TCPConn){
		"a line without an end":    flood([]byte("A")),
		"lines without an end":     flood([]byte("220-more to come\r\n")),
		"IMAP without an end":      flood([]byte("* OK and so on\r\n")),
		"POP3 without an end":      flood([]byte("+OK and so on\r\n")),
		"IRC without an end":       flood([]byte(":irc.example NOTICE * :and so on\r\n")),
		"capabilities for ever":    flood([]byte("\"SIEVE\" \"fileinto\"\r\n")),
		"elements without an end":  flood([]byte("<stream:stream>")),
		"options without an end":   flood([]byte("\xff\xfd\x18")),
		"an option without an end": flood([]byte("\xff\xfa\x2e\xff\xff")),
		"a drip":                   func(c *net.TCPConn) { drip(c, []byte(strings.Repeat("220-a\r\n", 1000))) },
		"a drip of zeros":          func(c *net.TCPConn) { drip(c, make([]byte, 1000)) },
		"zeros":                    flood([]byte{0}),
		"ones":                     flood([]byte{0xff}),
		"PRELOGINs":                flood([]byte("\x04\x00\x10\x00\x00\x00\x01\x00" + strings.Repeat("\x00", 0x1000-8))),
		"a long element of BER":    func(c *net.TCPConn) { io.WriteString(c, "\x30\x83\xff\xff\xff"); untilClosed(c) },
		"a long packet of MySQL":   func(c *net.TCPConn) { io.WriteString(c, "\xff\x0f\x00\x00\x0a8"); untilClosed(c) },
		"a long TPKT":              func(c *net.TCPConn) { io.WriteString(c, "\x03\x00\xff\xff"); untilClosed(c) },
		"255 security types":       func(c *net.TCPConn) { io.WriteString(c, "RFB 003.008\n\xff"); untilClosed(c) },
		"a reason of 4 GB":         func(c *net.TCPConn) { io.WriteString(c, "RFB 003.008\n\x00\xff\xff\xff\xff"); untilClosed(c) },
		"a reset":                  func(c *net.TCPConn) { c.SetLinger(0) },
		"nothing":                  untilClosed,
		"a close":                  func(*net.TCPConn) {},
	}
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := serve(t, server)
			p := prober()
			p.MaxOpen = len(upgrades)
			replies := make(chan parley.Reply)
			for protocol := range upgrades {
				go func() {
					began := time.Now()
					r := p.Do(t.Context(), startTLS(addr, protocol))
					if took := time.Since(began); took > 10*time.Second { // 5 × 300 ms, on a busy machine
						t.Errorf("%s: %v", protocol, took)
					}
					if strings.ContainsFunc(r.Detail, func(c rune) bool { return !unicode.IsPrint(c) }) || len(r.Detail) > 400 || len(r.Banner) > keep {
						t.Errorf("%s: %d bytes of %q, and %d of banner", protocol, len(r.Detail), r.Detail, len(r.Banner))
					}
					if !slices.Contains([]parley.EndKind{parley.EndPrologue, parley.EndSilence, parley.EndFIN, parley.EndRST}, r.End) {
						t.Errorf("%s: ends as %s", protocol, summary(r))
					}
					replies <- r
				}()
			}
			for range upgrades {
				<-replies
			}
		})
	}
}

func TestAnEndInTheMiddleOfAnAnswerIsSaidWithWhatCame(t *testing.T) {
	for _, tc := range []struct{ protocol, says, want string }{
		{"smtp", "220-mail.exa", "closed without an answer, after SMTP or FTP: 220-mail.exa"},
		{"mysql", "\x4a\x00\x00\x00\x0a8.0.36\x00", "closed without an answer, after MySQL: 8.0.36"},
		{"ldap", "\x30\x24\x02\x01\x00\x78\x1f\x0a\x01\x02", "closed without an answer, after LDAP: extended response"},
		{"rdp", "\x03\x00\x00\x13\x0e\xd0\x00", "closed without an answer, after RDP: X.224 connection confirm"},
		{"vnc", "RFB 003", "closed without an answer, after RFB 003"},
		{"xmpp", "<stream:stream", "closed without an answer, after XMPP: <stream:stream"},
		{"nats", "INFO {", "closed without an answer, after NATS: INFO {"},
		{"telnet", "login: ", "closed without an answer, after login:"},
	} {
		t.Run(tc.protocol, func(t *testing.T) {
			t.Parallel()
			addr := serve(t, func(c *net.TCPConn) {
				io.WriteString(c, tc.says)
				c.CloseWrite()
				untilClosed(c)
			})
			r := prober().Do(t.Context(), startTLS(addr, tc.protocol))
			if got, want := summary(r), "prologue-refused: "+tc.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// script is a connection whose peer has said everything already.
type script struct {
	net.Conn
	in *bytes.Reader
}

func (s script) Read(b []byte) (int, error)     { return s.in.Read(b) }
func (s script) Write(b []byte) (int, error)    { return len(b), nil }
func (script) SetDeadline(time.Time) error      { return nil }
func (script) SetReadDeadline(time.Time) error  { return nil }
func (script) SetWriteDeadline(time.Time) error { return nil }
func (script) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
func (script) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 2} }
func (script) Close() error                     { return nil }

// seeds are dialogues that each protocol knows.
func seeds(yield func(protocol, says string)) {
	for protocol, says := range map[string]string{
		"smtp": "220 x\r\n250-x\r\n250 STARTTLS\r\n220 go\r\n", "lmtp": "220 x\r\n250 STARTTLS\r\n454 no\r\n",
		"imap": "* OK x\r\n* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK\r\na2 OK\r\n", "pop3": "+OK\r\n+OK\r\nSTLS\r\n.\r\n+OK\r\n",
		"acap": "* ACAP (STARTTLS)\r\na1 OK\r\n", "ftp": "220 x\r\n234 go\r\n", "nntp": "200 x\r\n382 go\r\n", "sieve": "\"STARTTLS\"\r\nOK\r\nOK\r\n",
		"irc": ":x 670 * :go\r\n", "xmpp": "<stream:stream><stream:features>" + xmppTLS + "</stream:features><proceed/>",
		"xmpp-server": "<stream:stream><stream:error><host-unknown/></stream:error>", "ldap": ldapYes, "postgres": "S", "mysql": mysqlYes,
		"mssql": tdsAnswer + "\x01", "rdp": rdpAnswer + "\x02\x00\x08\x00\x02\x00\x00\x00", "nats": "INFO {\"tls_required\":true}\r\n",
		"telnet": "\xff\xfd\x2e" + follows, "vnc": "RFB 003.008\n\x01\x13\x00\x02\x00\x01\x00\x00\x01\x04\x01",
	} {
		yield(protocol, says)
	}
}

func FuzzUpgrade(f *testing.F) {
	names := Upgrades()
	seeds(func(protocol, says string) { f.Add(slices.Index(names, protocol), []byte(says)) })
	f.Fuzz(func(t *testing.T, which int, says []byte) {
		if which < 0 || which >= len(names) {
			return
		}
		x := &run{p: &Prober{}, a: parley.Attempt{
			Scope: parley.Scope{Name: "probe.example"}, Prologue: []parley.Step{{Kind: parley.StepStartTLS, Text: names[which]}},
		}}
		x.link = newLink(t.Context(), script{in: bytes.NewReader(says)}, time.Hour, 1<<16)
		e := x.prologue()
		if e == nil {
			if len(says) == 0 && names[which] != "" {
				t.Errorf("%s: an upgrade out of nothing", names[which])
			}
			return
		}
		if e.kind != parley.EndPrologue || len(e.detail) > 400 || strings.ContainsFunc(e.detail, func(c rune) bool { return !unicode.IsPrint(c) }) {
			t.Errorf("%s: ends as %v, %q", names[which], e.kind, e.detail)
		}
	})
}

func TestEveryUpgradeThatHasANameIsSpoken(t *testing.T) {
	var named []string
	for _, u := range parley.Upgrades() {
		named = append(named, u.Name)
	}
	if spoken := Upgrades(); !slices.Equal(named, spoken) {
		t.Errorf("the vocabulary knows %v, the probe speaks %v", named, spoken)
	}
}

func TestTheSeedsOfTheFuzzerReachEveryUpgrade(t *testing.T) {
	reached := map[string]bool{}
	seeds(func(protocol, _ string) { reached[protocol] = true })
	for _, name := range Upgrades() {
		if !reached[name] {
			t.Errorf("none for %s", name)
		}
	}
	if _, err := os.Stat("testdata/fuzz/FuzzUpgrade"); err != nil {
		t.Errorf("no committed corpus: %v", err)
	}
}
