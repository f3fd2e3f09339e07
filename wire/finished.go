package wire

// Finished ends a side's handshake; its content is opaque here (RFC 8446,
// Section 4.4.4).
type Finished struct {
	VerifyData []byte
}

// ParseFinished reads the decrypted body of a Finished. It accepts any content.
func ParseFinished(body []byte) (*Finished, error) {
	return &Finished{VerifyData: body}, nil
}
