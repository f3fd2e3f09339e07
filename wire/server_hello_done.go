package wire

// ServerHelloDone ends a server's first flight in 1.2 and older; it is empty
// (RFC 5246, Section 7.4.5).
type ServerHelloDone struct{}

// ParseServerHelloDone reads the body of a ServerHelloDone.
func ParseServerHelloDone(body []byte) (*ServerHelloDone, error) {
	r := newReader("ServerHelloDone", body)
	if err := r.done(); err != nil {
		return nil, err
	}
	return &ServerHelloDone{}, nil
}
