package wire

import (
	"bytes"
	"testing"

	"github.com/parley-tls/parley/iana"
)

func TestAPayloadIsSplitIntoRecordsOfTheSizesAskedFor(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		payload int
		sizes   []int
		want    []int
	}{
		{"no sizes", 3, nil, []int{3}},
		{"no sizes, longer than a record", maxPlaintext + 1, nil, []int{maxPlaintext, 1}},
		{"the last size repeats", 7, []int{1, 2}, []int{1, 2, 2, 2}},
		{"an empty record among them", 3, []int{1, 0, 2}, []int{1, 0, 2}},
		{"a last size of zero does not repeat", 3, []int{1, 0}, []int{1, 0, 2}},
		{"an empty payload", 0, []int{4}, []int{0}},
	}
	for _, tt := range tests {
		payload := bytes.Repeat([]byte{0xaa}, tt.payload)
		var want []byte
		rest := payload
		for _, n := range tt.want {
			want = AppendRecord(want, Record{Type: iana.ContentHandshake, Version: iana.TLS10, Payload: rest[:n]})
			rest = rest[n:]
		}
		if got := AppendRecords(nil, iana.ContentHandshake, iana.TLS10, payload, tt.sizes...); !bytes.Equal(got, want) {
			t.Errorf("%s:\n%x\nwant\n%x", tt.name, got[:min(len(got), 64)], want[:min(len(want), 64)])
		}
	}
}
