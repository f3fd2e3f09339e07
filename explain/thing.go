package explain

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// thing recognises what is no message at all, and says where it goes: a certificate
// or key, or the bytes of a hello.
func thing(t *Text) (what, hint string) {
	head := strings.TrimSpace(t.Head)
	if _, after, ok := strings.Cut(head, "-----BEGIN "); ok {
		kind, _, _ := strings.Cut(after, "-----")
		switch {
		case strings.HasSuffix(kind, "PRIVATE KEY"):
			return "a private key in PEM, and no message", "to present it as a client: parley check HOST --client-cert FILE --client-key FILE"
		case strings.HasSuffix(kind, "CERTIFICATE"):
			return "a certificate in PEM, and no message", "to trust it in a check: parley check HOST --ca FILE"
		case kind != "":
			return "a file in PEM (" + strings.ToLower(shortened(kind)) + "), and no message", "parley check HOST reads what a server sends"
		}
	}
	raw := []byte(t.Head)
	if h := hexOf(t.Head); len(h) >= 12 && len(h)%2 == 0 {
		raw, _ = hex.DecodeString(h) // hexOf leaves digits alone
	}
	switch {
	case len(raw) > 9 && raw[0] == 0x16 && raw[1] == 3 && raw[5] == 1:
		return fmt.Sprintf("a ClientHello of %d bytes, and no message", len(raw)), "to ask a server with it: parley check HOST --as hello:FILE"
	case len(raw) > 9 && raw[0] == 1 && raw[1] == 0 && raw[4] == 3 && int(raw[2])<<8|int(raw[3]) == len(raw)-4:
		return fmt.Sprintf("a ClientHello of %d bytes without its record header, and no message", len(raw)), "to ask a server with it: parley check HOST --as hello:FILE"
	case len(raw) > 9 && raw[0] == 0x16 && raw[1] == 3 && raw[5] == 2:
		return "a ServerHello, and no message: the server went on", "what it selects for every client: parley scan HOST"
	case len(raw) > 20 && raw[0] == 0x30 && raw[1] == 0x82:
		return "a certificate or key in DER, and no message", "to trust a certificate in a check: parley check HOST --ca FILE"
	}
	return "", ""
}

func shortened(s string) string { return s[:min(len(s), 40)] }
