package parley

import (
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// ECHOffer is a hello that an attempt carries encrypted in its own: the same, but for
// another name (RFC 9849).
type ECHOffer struct {
	Config wire.ECHConfig
	Name   string // the server_name that is encrypted
}

// ECHRecord is what the HTTPS record of a name publishes (RFC 9848).
type ECHRecord struct {
	Published Fact
	Configs   []wire.ECHConfig
}

// ECHTerms are what is known of encrypted_client_hello at a server.
type ECHTerms struct {
	// Published: the HTTPS record has a configuration; PublicName is the name of its
	// outer hello.
	Published  Fact
	PublicName string
	// Outer: a hello with the public name, and nothing that can be decrypted, completes.
	Outer Fact
	// Accepted: what is encrypted for the published configuration is decrypted.
	Accepted Fact
	// Retries: to what it cannot decrypt it answers with its configurations, which are
	// Configs.
	Retries Fact
	Configs []wire.ECHConfig
}

// ech learns from hellos that carry something encrypted.
func (f *detailer) ech(a Attempt, r Reply, ans Answer, from Source) {
	x := &f.d.ECH
	if a.ECH != nil {
		switch {
		case r.ECH != Unknown:
			x.Accepted = learn(x.Accepted, r.ECH, from, "the server answers the outer hello")
		case x.Accepted.Is == Unknown:
			x.Accepted = Fact{From: []Source{from}, Why: "the hello that has it: " + ans.Words()}
		}
		return
	}
	if _, ok := a.Hello.ECH(); !ok || ans.Choice.Version != iana.TLS13 {
		return
	}
	if n, _ := a.Hello.ServerName(); x.PublicName != "" && n == x.PublicName && a.Part.Axis == AxisSession {
		x.Outer = learn(x.Outer, truth(ans.Completes()), from, ans.Words())
	}
	for _, e := range r.Events {
		if m, ok := e.Item.Message.(*wire.EncryptedExtensions); ok && e.From == ServerSide {
			configs := m.RetryConfigs()
			x.Retries = learn(x.Retries, truth(len(configs) > 0), from, "EncryptedExtensions has no configurations")
			if x.Configs == nil {
				x.Configs = configs
			}
		}
	}
}
