package dns

import (
	"bytes"
	"testing"
)

func TestTheConfigurationOfAnHTTPSRecordIsFound(t *testing.T) {
	t.Parallel()
	list := []byte("a list")
	service := []byte{0, 1, 3, 'o', 'n', 'e', 0, 0, 1, 0, 3, 2, 'h', '2', 0, 5, 0, 6}
	service = append(service, list...)
	if got := ECH(service); !bytes.Equal(got, list) {
		t.Errorf("got %q", got)
	}
	for name, data := range map[string][]byte{
		"an alias": {0, 0, 3, 'o', 'n', 'e', 0}, "no parameters": {0, 1, 0}, "nothing": {}, "a name without an end": {0, 1, 3, 'o', 'n', 'e'},
		"cut": service[:len(service)-1], "another parameter": {0, 1, 0, 0, 1, 0, 0},
	} {
		if got := ECH(data); got != nil {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func FuzzECH(f *testing.F) {
	f.Add([]byte{0, 1, 0, 0, 5, 0, 1, 7})
	f.Fuzz(func(t *testing.T, data []byte) {
		if got := ECH(data); len(got) > len(data) {
			t.Errorf("%d bytes of %d", len(got), len(data))
		}
	})
}
