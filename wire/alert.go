package wire

import (
	"fmt"

	"github.com/parley-tls/parley/iana"
)

// Alert is a closing or error message (RFC 8446, Section 6).
type Alert struct {
	Level       iana.AlertLevel
	Description iana.Alert
}

// ParseAlert reads the payload of an alert record that holds one alert in clear.
func ParseAlert(payload []byte) (Alert, error) {
	r := newReader("Alert", payload)
	a := Alert{Level: iana.AlertLevel(r.uint8("level")), Description: iana.Alert(r.uint8("description"))}
	if err := r.done(); err != nil {
		return Alert{}, err
	}
	return a, nil
}

// Append appends the two bytes of a to b.
func (a Alert) Append(b []byte) []byte { return append(b, byte(a.Level), byte(a.Description)) }

// String reads "fatal handshake_failure(40)".
func (a Alert) String() string {
	return fmt.Sprintf("%v %v(%d)", a.Level, a.Description, uint8(a.Description))
}
