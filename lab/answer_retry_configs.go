package lab

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/tls"
	"fmt"

	"github.com/parley-tls/parley/wire"
)

// answerRetryConfigs has a key for encrypted hellos. What Chrome and Firefox send
// as GREASE it cannot decrypt, says so, and goes on.
var answerRetryConfigs = Fault{
	Name:  "answer-retry-configs",
	Title: "nothing is wrong: GREASE is answered by retry_configs",
	Start: func(ctx context.Context, l *Lab) (Target, error) { return l.encrypting(ctx) },
}

// publicName is the server_name of hellos whose own name is encrypted.
const publicName = "public.parley.test"

const echConfigID = 9

// encrypting starts a server of today that has a key for encrypted hellos.
func (l *Lab) encrypting(ctx context.Context) (Target, error) {
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return Target{}, fmt.Errorf("lab: %w", err)
	}
	config := wire.AppendECHConfig(nil, wire.ECHConfig{Config: echConfigID, KEM: 0x20, Key: key.PublicKey().Bytes(), PublicName: publicName})
	return l.tlsTarget(ctx, func(ids *identities) *tls.Config {
		cfg := rsaConfig(ids)
		cfg.EncryptedClientHelloKeys = []tls.EncryptedClientHelloKey{{Config: config, PrivateKey: key.Bytes(), SendAsRetry: true}}
		return cfg
	})
}
