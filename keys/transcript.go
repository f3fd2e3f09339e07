package keys

import "hash"

// Transcript is what the two sides of a handshake said, each message with its
// header. Which hash it goes into is known later than its first messages.
type Transcript struct {
	said []byte
}

// Add appends a handshake message with its header.
func (t *Transcript) Add(message []byte) { t.said = append(t.said, message...) }

// Bytes are the messages so far, one after the other. They belong to t.
func (t *Transcript) Bytes() []byte { return t.said }

func (t *Transcript) sum(h func() hash.Hash) []byte {
	d := h()
	d.Write(t.said)
	return d.Sum(nil)
}
