package probe

import (
	"net"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// valid13 answers a hello of 1.3 as it should be.
func valid13(c *wire.ClientHello) *wire.ServerHello {
	h := &wire.ServerHello{LegacyVersion: iana.TLS12, SessionID: c.SessionID, Suite: iana.TLS_AES_128_GCM_SHA256}
	h.Extensions = []wire.Extension{
		{Type: iana.ExtSupportedVersions, Data: []byte{3, 4}},
		{Type: iana.ExtKeyShare, Data: append([]byte{0, 29, 0, 32}, make([]byte, 32)...)},
	}
	return h
}

// valid12 answers a hello of 1.2 as it should be.
func valid12() *wire.ServerHello {
	return &wire.ServerHello{
		LegacyVersion: iana.TLS12, Suite: iana.TLS_RSA_WITH_AES_128_CBC_SHA,
		Extensions: []wire.Extension{{Type: iana.ExtRenegotiationInfo, Data: []byte{0}}},
	}
}

func retryFor(c *wire.ClientHello, exts ...wire.Extension) *wire.ServerHello {
	h := valid13(c)
	h.Random = wire.HelloRetryRequestRandom
	h.Extensions = append(h.Extensions[:1:1], exts...)
	return h
}

// answers sends what make returns to each hello of the connection in turn.
func answers(makes ...func(*wire.ClientHello) []byte) func(*net.TCPConn) {
	return func(c *net.TCPConn) {
		for _, make := range makes {
			b := readHello(c)
			for len(b) == 1 { // the ChangeCipherSpec before a second hello
				b = readHello(c)
			}
			if len(b) < 4 {
				return
			}
			h, err := wire.ParseClientHello(b[4:])
			if err != nil {
				return
			}
			c.Write(make(h))
		}
		untilClosed(c)
	}
}

func flightOf(h *wire.ServerHello, more ...[]byte) []byte {
	b := h.Message()
	for _, m := range more {
		b = append(b, m...)
	}
	return wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12, b)
}

func TestAnswersThatWereNotOfferedAreMalformed(t *testing.T) {
	ext := func(t iana.ExtensionType, data ...byte) wire.Extension { return wire.Extension{Type: t, Data: data} }
	certificate := message(iana.TypeCertificate, 0, 0, 5, 0, 0, 2, 0x30, 0)
	done := message(iana.TypeServerHelloDone)
	for _, tc := range []struct {
		name   string
		change func(h *wire.ServerHello) // of valid13
		twelve func(h *wire.ServerHello) // of valid12
		more   [][]byte                  // after valid12
		want   string
	}{
		{name: "a suite", change: func(h *wire.ServerHello) { h.Suite = iana.TLS_AES_128_CCM_SHA256 },
			want: "ServerHello: cipher_suite: expected one of the 8 offered, got TLS_AES_128_CCM_SHA256"},
		{name: "a suite of 1.2 in 1.3", change: func(h *wire.ServerHello) { h.Suite = iana.TLS_RSA_WITH_AES_128_CBC_SHA },
			want: "ServerHello: cipher_suite: expected one of 1.3, got TLS_RSA_WITH_AES_128_CBC_SHA"},
		{name: "a suite of 1.3 in 1.2", twelve: func(h *wire.ServerHello) { h.Suite = iana.TLS_AES_128_GCM_SHA256 },
			want: "ServerHello: cipher_suite: expected one of 1.2, got TLS_AES_128_GCM_SHA256"},
		{name: "a version", change: func(h *wire.ServerHello) { h.Extensions[0].Data = []byte{0x7f, 28} },
			want: "ServerHello: version: expected one that was offered, at most 1.3, got 0x7f1c"},
		{name: "1.3 in the wrong place", twelve: func(h *wire.ServerHello) { h.LegacyVersion = iana.TLS13 },
			want: "ServerHello: legacy_version: expected 1.2 or earlier, got 1.3"},
		{name: "1.2 in the wrong place", change: func(h *wire.ServerHello) { h.Extensions[0].Data = []byte{3, 3} },
			want: "ServerHello: supported_versions: expected 1.3 or later, got 1.2"},
		{name: "1.2 for lack of 1.3", twelve: func(h *wire.ServerHello) { copy(h.Random[24:], "DOWNGRD\x01") },
			want: "ServerHello: random: expected no mark of a downgrade from 1.3, which was offered, got one"},
		{name: "a compression", twelve: func(h *wire.ServerHello) { h.Compression = 1 },
			want: "ServerHello: legacy_compression_method: expected one that was offered, got DEFLATE"},
		{name: "another session", change: func(h *wire.ServerHello) { h.SessionID = make([]byte, 32) },
			want: "ServerHello: legacy_session_id_echo: expected the 32 bytes sent, got 32 others"},
		{name: "an extension", twelve: func(h *wire.ServerHello) { h.Extensions[0].Type = iana.ExtEncryptThenMAC },
			want: "ServerHello: extensions: expected answers to those sent, got encrypt_then_mac"},
		{name: "an extension twice", twelve: func(h *wire.ServerHello) { h.Extensions = append(h.Extensions, h.Extensions[0]) },
			want: "ServerHello: extensions: expected each once, got renegotiation_info twice"},
		{name: "an extension in clear", change: func(h *wire.ServerHello) { h.Extensions = append(h.Extensions, ext(iana.ExtServerName)) },
			want: "ServerHello: extensions: expected server_name encrypted, got it in clear"},
		{name: "an ALPN protocol", twelve: func(h *wire.ServerHello) {
			h.Extensions = append(h.Extensions, ext(iana.ExtALPN, 0, 3, 2, 'h', '3'))
		}, want: `ServerHello: application_layer_protocol_negotiation: expected one of ["h2" "http/1.1"], got "h3"`},
		{name: "no key share", change: func(h *wire.ServerHello) { h.Extensions = h.Extensions[:1] },
			want: "ServerHello: extensions: expected key_share, got none"},
		{name: "a group", change: func(h *wire.ServerHello) { h.Extensions[1].Data[1] = 23 },
			want: "ServerHello: key_share: expected a group whose share was sent, got secp256r1"},
		{name: "a group that nobody has", change: func(h *wire.ServerHello) { h.Extensions[1] = ext(iana.ExtKeyShare, 0x1a, 0x1a, 0, 1, 9) },
			want: "ServerHello: key_share: expected a group whose share was sent, got 0x1a1a"},
		{name: "a short share", change: func(h *wire.ServerHello) { h.Extensions[1] = ext(iana.ExtKeyShare, 0, 29, 0, 1, 9) },
			want: "ServerHello: key_share: expected 32 bytes for x25519, got 1"},
		{name: "ServerHello twice", more: [][]byte{valid12().Message()},
			want: "message: expected the rest of the first flight, got server_hello"},
		{name: "messages out of order", more: [][]byte{message(iana.TypeCertificateRequest, 1, 1, 0, 2, 4, 1, 0, 0), certificate},
			want: "message: expected the rest of the first flight, got certificate"},
		{name: "no certificate", more: [][]byte{done}, want: "message: expected certificate, got server_hello_done"},
		{name: "a message of the client", more: [][]byte{message(iana.TypeFinished, make([]byte, 12)...)},
			want: "message: expected the rest of the first flight, got finished"},
		{name: "a truncated field", more: [][]byte{message(iana.TypeCertificate, 0, 0, 9, 0)},
			want: "Certificate: certificate_list at byte 0: expected 9 bytes, got 1 byte"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			addr := serve(t, answers(func(c *wire.ClientHello) []byte {
				h := valid12()
				switch {
				case tc.change != nil:
					h = valid13(c)
					tc.change(h)
				case tc.twelve != nil:
					tc.twelve(h)
				}
				return flightOf(h, tc.more...)
			}))
			hello := modern("probe.example")
			if tc.name == "a group that nobody has" {
				hello = greased("probe.example")
			}
			r := prober().Do(t.Context(), attempt(addr, hello))
			if got, want := summary(r), "malformed: "+tc.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// greased is a modern hello with a group that nobody has, and a share of it
// (RFC 8701, Section 3.1).
func greased(name string) *wire.ClientHello {
	h := modern(name)
	h.SetGroups(append(h.Groups(), 0x1a1a))
	h.SetKeyShares(append(h.KeyShares(), wire.KeyShare{Group: 0x1a1a, Data: []byte{0}}))
	return h
}

func TestRecordsOutOfPlaceAreMalformed(t *testing.T) {
	for _, tc := range []struct {
		name string
		sent []byte
		want string
	}{
		{name: "ChangeCipherSpec first", sent: record(iana.ContentChangeCipherSpec, 1), want: "record: expected a ServerHello, got ChangeCipherSpec"},
		{name: "encrypted first", sent: record(iana.ContentApplicationData, 1, 2, 3), want: "record: expected a ServerHello, got application_data"},
		{name: "a heartbeat", sent: record(iana.ContentHeartbeat, 1, 2, 3), want: "record: expected a ServerHello, got heartbeat"},
		{name: "resumption of nothing", sent: append(hello12(), record(iana.ContentChangeCipherSpec, 1)...), want: "record: expected the rest of the first flight, got ChangeCipherSpec"},
		{name: "a record too long", sent: append(hello12(), 22, 3, 3, 0xff, 0xff), want: "record: length at byte 0: expected at most 18432, got 65535"},
		{name: "the version of something else", sent: append(hello12(), 22, 9, 9, 0, 1), want: "record: version at byte 0: expected 3.x, got 9.x"},
		{name: "SSL 2", sent: wire.AppendSSL2ServerHello(nil, &wire.SSL2ServerHello{Version: iana.SSL2, ConnectionID: make([]byte, 16)}), want: "record: expected one of TLS, got one of SSL 2"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			addr := serve(t, answers(func(*wire.ClientHello) []byte { return tc.sent }))
			r := prober().Do(t.Context(), attempt(addr, modern("probe.example")))
			if got, want := summary(r), "malformed: "+tc.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestHelloRetryRequestsAreHeldToTheirRules(t *testing.T) {
	share := func(g ...byte) wire.Extension { return wire.Extension{Type: iana.ExtKeyShare, Data: g} }
	cookie := wire.Extension{Type: iana.ExtCookie, Data: []byte{0, 3, 'a', 'b', 'c'}}
	for _, tc := range []struct {
		name  string
		retry []wire.Extension
		then  func(*wire.ClientHello) *wire.ServerHello
		want  string
	}{
		{name: "a group with a share", retry: []wire.Extension{share(0, 29)},
			want: "malformed: HelloRetryRequest: key_share: expected a group without a key share, got x25519, whose share was sent"},
		{name: "a group that was not offered", retry: []wire.Extension{share(0, 25)},
			want: "malformed: HelloRetryRequest: key_share: expected one of the 4 groups offered, got secp521r1"},
		{name: "a group that nobody has", retry: []wire.Extension{share(0x1a, 0x1a)},
			want: "malformed: HelloRetryRequest: key_share: expected one of the 5 groups offered, got 0x1a1a"},
		{name: "a cookie that fits into no hello", retry: []wire.Extension{{Type: iana.ExtCookie, Data: append([]byte{0xff, 0x80}, make([]byte, 0xff80)...)}},
			want: "malformed: HelloRetryRequest: cookie: expected one that fits into a hello, got 65410 bytes"},
		{name: "nothing to change", want: "malformed: HelloRetryRequest: extensions: expected key_share or cookie, got neither"},
		{name: "a second one", retry: []wire.Extension{share(0, 23)}, then: func(c *wire.ClientHello) *wire.ServerHello { return retryFor(c, share(0, 24)) },
			want: "malformed: message: expected a ServerHello, got a second HelloRetryRequest"},
		{name: "another suite afterwards", retry: []wire.Extension{share(0, 23)}, then: func(c *wire.ClientHello) *wire.ServerHello {
			h := valid13(c)
			h.Suite = iana.TLS_AES_256_GCM_SHA384
			h.Extensions[1] = share(append([]byte{0, 23, 0, 65}, make([]byte, 65)...)...)
			return h
		}, want: "malformed: ServerHello: cipher_suite: expected TLS_AES_128_GCM_SHA256 as in the HelloRetryRequest, got TLS_AES_256_GCM_SHA384"},
		{name: "a cookie alone", retry: []wire.Extension{cookie}, then: valid13, want: "silence"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var first *wire.ClientHello
			addr := serve(t, answers(
				func(c *wire.ClientHello) []byte { first = c; return flightOf(retryFor(c, tc.retry...)) },
				func(c *wire.ClientHello) []byte {
					if c.Random != first.Random || string(c.SessionID) != string(first.SessionID) {
						t.Error("the second hello has another random or session ID")
					}
					return flightOf(tc.then(c))
				},
			))
			hello := modern("probe.example")
			if tc.name == "a group that nobody has" {
				hello = greased("probe.example")
			}
			r := prober().Do(t.Context(), attempt(addr, hello))
			if got := summary(r); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestTheCookieComesBack(t *testing.T) {
	t.Parallel()
	got := make(chan *wire.ClientHello, 1)
	addr := serve(t, answers(
		func(c *wire.ClientHello) []byte {
			return flightOf(retryFor(c, wire.Extension{Type: iana.ExtCookie, Data: []byte{0, 3, 'a', 'b', 'c'}},
				wire.Extension{Type: iana.ExtKeyShare, Data: []byte{0, 23}}))
		},
		func(c *wire.ClientHello) []byte { got <- c; return record(iana.ContentAlert, 2, 80) },
	))
	sent := modern("probe.example")
	r := prober().Do(t.Context(), attempt(addr, sent))
	if r.End != parley.EndAlert {
		t.Fatalf("got %s", summary(r))
	}
	second := <-got
	if c, _ := second.Extension(iana.ExtCookie); string(c) != "\x00\x03abc" {
		t.Errorf("cookie: got %q", c)
	}
	if s := second.KeyShares(); len(s) != 1 || s[0].Group != iana.GroupSecp256r1 || len(s[0].Data) != 65 {
		t.Errorf("key shares: got %v", s)
	}
	second.RemoveExtension(iana.ExtCookie)
	second.SetKeyShares(sent.KeyShares())
	second.Random, second.SessionID = sent.Random, sent.SessionID
	if string(second.Body()) != string(sent.Body()) {
		t.Error("the second hello differs in more than key share and cookie")
	}
}

func TestAnOlderServerThatKnowsNothingOfSupportedVersionsIsNotMalformed(t *testing.T) {
	t.Parallel()
	addr := serve(t, answers(func(*wire.ClientHello) []byte {
		h := valid12()
		h.LegacyVersion = iana.TLS10
		return flightOf(h, message(iana.TypeCertificate, 0, 0, 5, 0, 0, 2, 0x30, 0), message(iana.TypeServerHelloDone))
	}))
	a := attempt(addr, modern("probe.example"))
	r := prober().Do(t.Context(), a)
	if ans := r.AnswerTo(a); r.End != parley.EndStopped || ans.Choice.Version != iana.TLS10 || !ans.Unoffered {
		t.Errorf("got %s, %+v", summary(r), ans)
	}
}
