package explain

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/parley-tls/parley/knowledge/errors"
	"github.com/parley-tls/parley/wire"
)

// bareMost is how long a text may be to be a number, a name or bytes alone.
const bareMost = 20 << 10

// bare reads a text that is nothing but a number, the name of an alert, or
// bytes in hexadecimal.
func bare(t *Text) []*event {
	if t.Size > bareMost || t.Binary && !strings.HasPrefix(t.Head, "\x15\x03") {
		return nil
	}
	s := strings.TrimSpace(t.Head)
	f := &Found{Line: excerpt(s), normal: errors.Normal(s), Times: 1}
	if es := bareNumber(f, strings.ToLower(s)); es != nil {
		return es
	}
	if e := bareBytes(f, t.Head); e != nil {
		return []*event{e}
	}
	c := compact(s)
	if len(c) > 400 {
		return nil
	}
	for _, sp := range spellings() {
		if strings.Contains(c, sp.text) && len(c) < 2*len(sp.text)+30 && !isSentence(s, sp.text) {
			e := alertEvent(f, alertFound{Number: sp.number})
			e.tells = min(e.tells, errors.TellsHow)
			return []*event{e}
		}
	}
	return nil
}

// isSentence says whether what stands behind the name of an alert goes on with it, as
// in "no certificate or crl found": then it is no name of an alert.
func isSentence(s string, name string) bool {
	at := 0 // in name
	for i := 0; i < len(s); i++ {
		switch c := compact(s[i : i+1]); {
		case c == "":
			continue
		case at == len(name):
			next, _, _ := strings.Cut(s[i:], " ")
			return s[i-1] == ' ' && s[i] >= 'a' && s[i] <= 'z' && len(next) > 1 && !slices.Contains([]string{"received", "sent", "alert", "error", "from", "by", "number", "code"}, compact(next))
		case c[0] == name[at]:
			at++
		case c[0] == name[0]:
			at = 1
		default:
			at = 0
		}
	}
	return false
}

// numbered are the stacks whose numbers may stand alone, in the order in which
// one is taken for it.
var numbered = []string{"schannel", "apple", "nss", "mbedtls", "wolfssl", "gnutls", "chromium"}

// bareNumber reads a number that stands alone. Stacks share numbers: all of them
// are returned.
func bareNumber(f *Found, s string) []*event {
	s = strings.Trim(s, "()[]{}'\"., ")
	var out []*event
	for _, id := range numbered {
		stack := errors.StackOf(id)
		code := codeOf(stack, s)
		if len(code) < 3 {
			continue
		}
		if e := stack.ByCode(code); e != nil {
			ev := eventFor(f, stack, e.Means)
			ev.role, ev.number, ev.tells = e.Role, true, errors.TellsHow
			out = append(out, ev)
		}
	}
	if len(out) > 0 {
		return out
	}
	if e := bareCode(f, s); e != nil {
		return []*event{e}
	}
	return nil
}

// bareCode reads an error code of OpenSSL or BoringSSL, or an errno.
func bareCode(f *Found, s string) *event {
	if n, err := strconv.ParseUint(s, 10, 32); err == nil && n>>24 == libSSLBoring {
		return known(packedEvent(f, uint32(n)))
	}
	digits := strings.TrimPrefix(s, "0x")
	n, err := strconv.ParseUint(digits, 16, 32)
	switch {
	case err != nil:
	case len(digits) == 8 || len(digits) == 7:
		return known(packedEvent(f, uint32(n)))
	case len(digits) == 3 && n >= firstAlertNum && n < firstAlertNum+256 && !isDecimal(digits):
		// The end of one of OpenSSL's codes: ...42E.
		return alertEvent(f, alertFound{Number: int(n) - firstAlertNum})
	}
	if _, ok := errnos[s]; ok && len(s) >= 3 {
		return eventFor(f, errors.StackOf("system"), errnos[s])
	}
	return nil
}

func isDecimal(s string) bool { return strings.Trim(s, "0123456789") == "" }

// known passes an event over that means nothing.
func known(e *event) *event {
	if e == nil || e.meaning.ID == "nothing" {
		return nil
	}
	return e
}

// bareBytes reads bytes, as they are or in hexadecimal, as a record of TLS.
func bareBytes(f *Found, s string) *event {
	raw := []byte(s)
	if !strings.HasPrefix(s, "\x15\x03") && !strings.HasPrefix(s, "\x16\x03") {
		h := hexOf(s)
		if len(h) < 6 || len(h)%2 != 0 {
			return nil
		}
		var err error
		if raw, err = hex.DecodeString(h); err != nil {
			return nil
		}
	}
	d := wire.NewDecoder(wire.FromServer)
	if len(raw) > 5 && raw[0] == 0x16 && raw[5] == 1 {
		d = wire.NewDecoder(wire.FromClient)
	}
	d.Write(raw)
	for {
		item, ok := d.Next()
		if !ok {
			break
		}
		if item.Kind == wire.KindAlert {
			f.Line = fmt.Sprintf("%s  (%x)", item.Alert, raw[:min(len(raw), 16)])
			return alertEvent(f, alertFound{Number: int(item.Alert.Description)})
		}
	}
	return nil
}

// hexOf is the hexadecimal digits of a dump, or "" where other things stand in it.
func hexOf(s string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune(" \t\r\n:,;-\\", r) }) {
		word = strings.TrimPrefix(strings.TrimPrefix(word, "0x"), "x")
		if word == "" || strings.Trim(word, "0123456789abcdef") != "" || len(word)%2 != 0 {
			return ""
		}
		b.WriteString(word)
	}
	return b.String()
}

// readAs says what a text was taken for.
func readAs(t *Text, first *event, a *Answer) string {
	lines := strings.Count(strings.TrimSpace(t.Head), "\n") + 1
	what := "an error message"
	switch {
	case t.Size > small:
		what = "a log"
	case lines > 3 && slices.ContainsFunc(strings.Split(t.Head, "\n"), func(l string) bool {
		return strings.HasPrefix(strings.TrimSpace(l), "at ") || strings.HasPrefix(l, "Traceback") || strings.HasPrefix(l, "goroutine ")
	}):
		what = "a stack trace"
	case lines > 3:
		what = "a log"
	case first.found.Rule == nil && first.found.special == specialUnknown:
		what = "a number, a name or bytes"
	}
	if a.Product != "" {
		what += " of " + a.Product
	}
	if a.Role != errors.RoleUnknown {
		what += ", as the " + a.Role.String() + " prints it"
	}
	return what
}
