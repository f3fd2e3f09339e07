package probe

import (
	"bytes"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// checkDowngrade finds the mark that a server of a higher version leaves in its
// random when it selects a lower one. The hello that it answers did not have
// the higher version; where the one that was sent has it, something in between
// took it out, and clients of 1.3 must end it (RFC 8446, Section 4.1.3).
func checkDowngrade(hello *wire.ClientHello, h *wire.ServerHello) string {
	mark := h.Random[24:]
	to12, to11 := bytes.Equal(mark, []byte("DOWNGRD\x01")), bytes.Equal(mark, []byte("DOWNGRD\x00"))
	if (hello.Offers(iana.TLS13) || hello.Offers(iana.DTLS13)) && h.Version().Before(iana.TLS13) && (to12 || to11) {
		return "random: expected no mark of a downgrade from 1.3, which was offered, got one"
	}
	return ""
}
