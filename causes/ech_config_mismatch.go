package causes

import (
	"fmt"
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var echConfigMismatch = &Cause{
	ID:    "ech.config-mismatch",
	Title: "the hello is encrypted for a key the server does not have",
	Meaning: "With encrypted_client_hello the client encrypts the name it wants for a key that it got from an HTTPS record. A server that cannot decrypt answers " +
		"as its public name, and sends the configurations that it has (retry_configs); a client that cannot use those ends the handshake. Common while a key is rotated " +
		"and a record is cached, and where a name moved to another server. Clients that send the extension as GREASE are answered in the same way, and nothing is wrong then.",
	Phase: parley.PhaseParameters,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "name.mismatch", Test: "the server sends retry_configs, and its certificate is for the public name in them"},
	},
	Find: func(v *View) []parley.Finding {
		if v.Hello() == nil {
			return nil
		}
		sent, ok := v.Hello().ECH()
		switch {
		case !ok:
			return nil
		case v.RefusedBy(iana.AlertECHRequired) || v.RefusedLater() && v.Answer.End == parley.EndAlert && v.Answer.Alert == iana.AlertECHRequired:
			return []parley.Finding{v.Finding("ech.config-mismatch", parley.ClientSide, v.Answer.Phase, parley.Seen,
				"The alert says that the server insists on a hello that it can decrypt.")}
		}
		configs := v.retryConfigs()
		public, _ := v.Name()
		if !v.hidesName(public, configs) || slices.ContainsFunc(configs, func(c wire.ECHConfig) bool { return c.Config == sent.Config }) {
			return nil
		}
		f := v.Finding("ech.config-mismatch", parley.ClientSide, parley.PhaseParameters, parley.Inferred,
			fmt.Sprintf("The hello for %s asks in clear for %s, the public name of this server, and names configuration %d; the server sends %s in retry_configs.",
				v.Scope.Name, public, sent.Config, configIDs(configs)),
			"A server may keep keys that it no longer hands out; whether it has this one cannot be told from a hello that is sent again.")
		f.WouldTell = []string{"dig +short -t TYPE65 " + v.Scope.Name}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.RenewECHConfig, Plain: "take the configuration anew from the HTTPS record, or the one in retry_configs"},
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.RenewECHConfig, Plain: "publish the configuration that the server has, and keep the old key for as long as records are cached"},
	},
	WillNotHelp: []string{"-k", "importing the certificate of the public name"},
	References:  []string{"RFC 9849, Section 6.1.6", "RFC 9849, Section 8.1"},
	Cases: []Case{
		{
			Name: "the name is hidden, and the server hands out another configuration", Fires: parley.Inferred, Side: parley.ClientSide,
			Transcript: `
client hello
server 192.0.2.7:443 hidden.example

base until=finished
> ClientHello  versions=1.3 suites=TLS_AES_128_GCM_SHA256 groups=x25519 schemes=rsa_pss_rsae_sha256 key_share=x25519
               server_name=public.example encrypted_client_hello=hex:00000100010700200202020202020202020202020202020202020202020202020202020202020202001003030303030303030303030303030303
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< EncryptedExtensions  encrypted_client_hello=hex:0041fe0d003d09002000200101010101010101010101010101010101010101010101010101010101010101000400010001000e7075626c69632e6578616d706c650000 encrypted
< Finished     encrypted
> Finished     encrypted
stopped
`,
		},
		{
			Name: "the server insists on it", Fires: parley.Seen, Side: parley.ClientSide,
			Transcript: `
client hello
server 192.0.2.7:443 hidden.example

base
> ClientHello  versions=1.3 suites=TLS_AES_128_GCM_SHA256 groups=x25519 schemes=rsa_pss_rsae_sha256 key_share=x25519
               server_name=public.example encrypted_client_hello=hex:00000100010700200202020202020202020202020202020202020202020202020202020202020202001003030303030303030303030303030303
< Alert  fatal ech_required(121)
`,
		},
		{
			Name: "it is GREASE, for the name is in clear",
			Transcript: `
client hello
server 192.0.2.7:443 hidden.example

base until=finished
> ClientHello  versions=1.3 suites=TLS_AES_128_GCM_SHA256 groups=x25519 schemes=rsa_pss_rsae_sha256 key_share=x25519
               server_name=hidden.example encrypted_client_hello=hex:00000100010700200202020202020202020202020202020202020202020202020202020202020202001003030303030303030303030303030303
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< EncryptedExtensions  encrypted_client_hello=hex:0041fe0d003d09002000200101010101010101010101010101010101010101010101010101010101010101000400010001000e7075626c69632e6578616d706c650000 encrypted
< Finished     encrypted
> Finished     encrypted
stopped
`,
		},
		{
			Name: "the server hands out that very configuration",
			Transcript: `
client hello
server 192.0.2.7:443 hidden.example

base until=finished
> ClientHello  versions=1.3 suites=TLS_AES_128_GCM_SHA256 groups=x25519 schemes=rsa_pss_rsae_sha256 key_share=x25519
               server_name=public.example encrypted_client_hello=hex:00000100010900200202020202020202020202020202020202020202020202020202020202020202001003030303030303030303030303030303
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< EncryptedExtensions  encrypted_client_hello=hex:0041fe0d003d09002000200101010101010101010101010101010101010101010101010101010101010101000400010001000e7075626c69632e6578616d706c650000 encrypted
< Finished     encrypted
> Finished     encrypted
stopped
`,
		},
	},
}

// retryConfigs are the configurations that the server sent, which it does where
// it has some and could not decrypt.
func (v *View) retryConfigs() []wire.ECHConfig {
	for _, e := range v.Reply().Events {
		if m, ok := e.Item.Message.(*wire.EncryptedExtensions); ok && e.From == parley.ServerSide {
			return m.RetryConfigs()
		}
	}
	return nil
}

// hidesName says that the hello asks in clear for the public name of the server
// although another name is wanted: that is no GREASE, which shows the name
// itself (RFC 9849, Section 6.2).
func (v *View) hidesName(public string, configs []wire.ECHConfig) bool {
	return public != "" && v.Scope.Name != "" && public != v.Scope.Name &&
		slices.ContainsFunc(configs, func(c wire.ECHConfig) bool { return c.PublicName == public })
}

// configIDs says which configurations there are.
func configIDs(configs []wire.ECHConfig) string {
	var ids []string
	for _, c := range configs {
		ids = append(ids, fmt.Sprint(c.Config))
	}
	return words(ids)
}
