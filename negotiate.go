package parley

import "github.com/parley-tls/parley/iana"

// Basis says what an outcome rests on.
type Basis uint8

// The bases, strongest last.
const (
	BasisUnknown  Basis = iota
	BasisAssumed        // something was not known and taken as usual
	BasisModelled       // both sides' terms are known; the choice follows the stack's ways
	BasisObserved       // it happened
)

// Block is one obstacle between two sides' terms.
type Block struct {
	// Side is whose terms end the handshake: who refuses.
	Side           Side
	Phase          Phase
	Axis           Axis
	Version        iana.Version // the version under which it stands; 0: any
	Certain        Truth        // Yes: known; Unknown: possible, a list is not complete
	Client, Server []Source
}

// Need is a fact that would decide an outcome.
type Need struct {
	Side    Side
	Axis    Axis
	Version iana.Version
}

// Outcome is what two sides' terms lead to.
type Outcome struct {
	Completes Truth
	Basis     Basis
	Choice
	Certificate iana.KeyType // of the chain selected; 0: not known
	// Refuses is who ends it when it does not complete; Alerts the alert
	// descriptions it may send, by stack ("openssl", "gnutls", "go", "java",
	// "nss"). An empty list: it closes without one.
	Refuses Side
	Alerts  map[string][]iana.Alert
	Blocks  []Block
	// Unblock are the minimal change sets to the client's hello that lead to a
	// combination the server is known to accept, smallest first.
	Unblock [][]Change
	Missing []Need
}
