package pairs

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var levelOf = regexp.MustCompile(`@SECLEVEL=(\d)`)

// ClientTerms reads a client's terms from the hello that was recorded, and
// what a hello does not say from its options and the stack's own rules.
func (r *Record) ClientTerms() (parley.Client, error) {
	h, err := r.ClientHello()
	if err != nil {
		return parley.Client{}, err
	}
	c := parley.Client{Stack: r.Client.Stack, Completes: map[iana.Version]parley.Truth{}}
	c.Hellos = []parley.Hello{{Message: h}}
	c.Offers = parley.OffersOf(h)
	for v, col := range c.Offers {
		if col.Accepted.Is != parley.No {
			c.Completes[v] = parley.Yes
		}
	}
	text := strings.Join(r.Client.Options, " ")
	switch r.Client.Stack {
	case "openssl":
		level := 2 // Debian's
		if m := levelOf.FindStringSubmatch(text); m != nil {
			level, _ = strconv.Atoi(m[1])
		}
		c.DHBits[0] = []int{512, 1024, 2048, 3072, 7680, 15360}[level]
		if level > 0 {
			// No signature of these versions is strong enough.
			c.Completes[iana.TLS10], c.Completes[iana.TLS11] = parley.No, parley.No
		}
		if !strings.Contains(text, "-legacy_server_connect") {
			c.Demands = []parley.Demand{parley.DemandRenegotiation}
		}
	case "java":
		c.DHBits = [2]int{1024, 8192}
	case "nss":
		c.DHBits[0] = 1023
	}
	return c, nil
}
