package wire

// HelloRequest asks the client to negotiate again, in 1.2 and older; it is
// empty (RFC 5246, Section 7.4.1.1).
type HelloRequest struct{}

// ParseHelloRequest reads the body of a HelloRequest.
func ParseHelloRequest(body []byte) (*HelloRequest, error) {
	r := newReader("HelloRequest", body)
	if err := r.done(); err != nil {
		return nil, err
	}
	return &HelloRequest{}, nil
}
