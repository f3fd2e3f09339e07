package keys

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// The handshake of RFC 8448, Section 3.
const (
	traceClientKey   = "49af42ba7f7994852d713ef2784bcbcaa7911de26adc5642cb634540e7ea5005"
	traceServerKey   = "b1580eeadf6dd589b8ef4f2d5652578cc810e9980191ec8d058308cea216a21e"
	traceClientHello = "010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000910000000b0009000006736572766572ff01000100000a00140012001d0017001800190100010101020103010400230000003300260024001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e040305030603020308040805080604010501060102010402050206020202002d00020101001c00024001"
	traceServerHello = "020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e00330024001d0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304"
	traceExtensions  = "080000240022000a00140012001d00170018001901000101010201030104001c0002400100000000"
	traceCertificate = "0b0001b9000001b50001b0308201ac30820115a003020102020102300d06092a864886f70d01010b0500300e310c300a06035504031303727361301e170d3136303733303031323335395a170d3236303733303031323335395a300e310c300a0603550403130372736130819f300d06092a864886f70d010101050003818d0030818902818100b4bb498f8279303d980836399b36c6988c0c68de55e1bdb826d3901a2461eafd2de49a91d015abbc9a95137ace6c1af19eaa6af98c7ced43120998e187a80ee0ccb0524b1b018c3e0b63264d449a6d38e22a5fda430846748030530ef0461c8ca9d9efbfae8ea6d1d03e2bd193eff0ab9a8002c47428a6d35a8d88d79f7f1e3f0203010001a31a301830090603551d1304023000300b0603551d0f0404030205a0300d06092a864886f70d01010b05000381810085aad2a0e5b9276b908c65f73a7267170618a54c5f8a7b337d2df7a594365417f2eae8f8a58c8f8172f9319cf36b7fd6c55b80f21a03015156726096fd335e5e67f2dbf102702e608ccae6bec1fc63a42a99be5c3eb7107c3c54e9b9eb2bd5203b1c3b84e0a8b2f759409ba3eac9d91d402dcc0cc8f8961229ac9187b42b4de10000"
	traceVerify      = "0f000084080400805a747c5d88fa9bd2e55ab085a61015b7211f824cd484145ab3ff52f1fda8477b0b7abc90db78e2d33a5c141a078653fa6bef780c5ea248eeaaa785c4f394cab6d30bbe8d4859ee511f602957b15411ac027671459e46445c9ea58c181e818e95b8c3fb0bf3278409d3be152a3da5043e063dda65cdf5aea20d53dfacd42f74f3"
	traceServerDone  = "140000209b9b141d906337fbd2cbdce71df4deda4ab42c309572cb7fffee5454b78f0718"
	traceClientDone  = "14000020a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61"
	// The record with the client's Finished.
	traceClientRecord = "170303003575ec4dc238cce60b298044a71e219c56cc77b0517fe9b93c7a4bfc44d87f38f80338ac98fc46deb384bd1caeacab6867d726c40546"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (t *Transcript) addHex(tb testing.TB, messages ...string) {
	tb.Helper()
	for _, m := range messages {
		t.Add(unhex(tb, m))
	}
}

func TestTheScheduleGivesTheSecretsOfTheTrace(t *testing.T) {
	t.Parallel()
	client, err := NewShare(bytes.NewReader(unhex(t, traceClientKey)), iana.GroupX25519)
	if err != nil {
		t.Fatal(err)
	}
	server, err := wire.ParseServerHello(unhex(t, traceServerHello)[4:])
	if err != nil {
		t.Fatal(err)
	}
	share, _ := server.KeyShare()
	shared, err := client.Agree(share.Data)
	if err != nil {
		t.Fatal(err)
	}
	public, same, err := Respond(bytes.NewReader(unhex(t, traceServerKey)), iana.GroupX25519, client.Public)
	if err != nil || !bytes.Equal(public, share.Data) || !bytes.Equal(same, shared) {
		t.Errorf("the server's share: %x, its secret %x, %v", public, same, err)
	}
	s, err := NewSchedule(server.Suite)
	if err != nil {
		t.Fatal(err)
	}
	var said Transcript
	said.addHex(t, traceClientHello, traceServerHello)
	c, d := secrets(t)(s.Handshake(shared, &said))
	expect(t, "client's handshake secret", c.traffic, "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21")
	expect(t, "server's handshake secret", d.traffic, "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38")
	said.addHex(t, traceExtensions, traceCertificate)
	verifyTrace(t, s.Hash(&said))
	said.addHex(t, traceVerify)
	expect(t, "server's Finished", finished(t, d, &said), traceServerDone[8:])
	said.addHex(t, traceServerDone)
	expect(t, "client's Finished", finished(t, c, &said), traceClientDone[8:])
	h, err := c.Half()
	if err != nil {
		t.Fatal(err)
	}
	record, err := h.Seal(nil, iana.ContentHandshake, unhex(t, traceClientDone))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "the client's record", record, traceClientRecord)
	c, d = secrets(t)(s.Application(&said))
	expect(t, "client's application secret", c.traffic, "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5")
	expect(t, "server's application secret", d.traffic, "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643")
}

// verifyTrace verifies the server's signature over the transcript's hash.
func verifyTrace(t *testing.T, hash []byte) {
	t.Helper()
	certificate, err := wire.ParseCertificate(unhex(t, traceCertificate)[4:], iana.TLS13)
	if err != nil {
		t.Fatal(err)
	}
	key, err := PublicKey(certificate.Raw[0])
	if err != nil {
		t.Fatal(err)
	}
	verify, err := wire.ParseCertificateVerify(unhex(t, traceVerify)[4:], iana.TLS13)
	if err != nil {
		t.Fatal(err)
	}
	signed := Signed13(wire.FromServer, hash)
	if err := Verify(key, iana.TLS13, verify.Scheme, signed, verify.Signature); err != nil {
		t.Errorf("the server's signature: %v", err)
	}
	signed[len(signed)-1] ^= 1
	if err := Verify(key, iana.TLS13, verify.Scheme, signed, verify.Signature); !errors.Is(err, ErrSignature) {
		t.Errorf("the signature of another hash: %v, want %v", err, ErrSignature)
	}
}

func secrets(t *testing.T) func(c, s *Secret, err error) (*Secret, *Secret) {
	return func(c, s *Secret, err error) (*Secret, *Secret) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c, s
	}
}

func finished(t *testing.T, s *Secret, said *Transcript) []byte {
	t.Helper()
	b, err := s.Finished(said)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func expect(t *testing.T, what string, got []byte, want string) {
	t.Helper()
	if hex.EncodeToString(got) != want {
		t.Errorf("%s: got %x, want %s", what, got, want)
	}
}

// TestARetryHashesTheFirstHello follows the retry of RFC 8448, Section 5, in its
// first step: the hash that stands for the first hello.
func TestARetryHashesTheFirstHello(t *testing.T) {
	t.Parallel()
	s, err := NewSchedule(iana.TLS_AES_256_GCM_SHA384)
	if err != nil {
		t.Fatal(err)
	}
	var said Transcript
	said.addHex(t, traceClientHello)
	first := s.Hash(&said)
	s.Retry(&said)
	if want := append([]byte{254, 0, 0, 48}, first...); !bytes.Equal(said.Bytes(), want) {
		t.Errorf("got %x, want %x", said.Bytes(), want)
	}
}
